"""A system of a campaign's own, on a broker and a database of its own."""

import datetime as dt
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.nodes import Nodes
from deploy.local.system import System
from tests.kit.limits import WIDE

LOCAL = Path(__file__).parents[2] / ".local" / "campaign"


@contextmanager
def prepared(
    name: str, processes: Sequence[str], nodes_of: type[Nodes] = Nodes
) -> Iterator[System]:
    """It may be started, may be killed in any part, and is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="coterie-campaign-") as directory:
        path = Path(directory)
        nodes = nodes_of(path / "nodes")
        nodes.control.launch()
        nodes.control.hold()
        system = System(
            path / "system",
            nodes=nodes,
            vhost=name,
            db_prefix=f"{name}_",
            user_prefix=f"{name}-",
            env="test",
            settings={"gateway": WIDE},  # few people here do the work of many
        )
        try:
            nodes.start()
            system.control.launch()
            system.control.hold()
            system.prepare(processes)
            yield system
        finally:
            if system.control.running:
                system.stop()
            nodes.control.shutdown()


@contextmanager
def running(name: str, processes: Sequence[str]) -> Iterator[System]:
    """As `prepared`, and ready."""
    with prepared(name, processes) as system:
        system.start(processes)
        yield system


def tell(line: str) -> None:
    print(f"{dt.datetime.now():%H:%M:%S} {line}", file=sys.stderr, flush=True)
