"""A system of our real processes, brought up for one measurement."""

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from deploy.local.system import System
from tests.bench.rows import Bench, cpu_seconds
from tests.kit.nodes import unique

NODES = ("rabbitmq", "mongod")


class Live:
    """`processes` on the bench's nodes, in an environment of their own; gone with `stack`."""

    def __init__(
        self,
        bench: Bench,
        stack: ExitStack,
        processes: Sequence[str] = (),
        settings: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        name = unique("b")
        root = bench.directory / name
        root.mkdir()
        self._nodes = bench.nodes.control
        self.system = System(
            root,
            nodes=bench.nodes,
            vhost=name,
            db_prefix=f"{name}_",
            user_prefix=f"{name}-",
            env="test",
            settings=settings,
        )
        self.system.control.launch()
        self.system.control.hold()
        stack.callback(self.system.erase)
        stack.callback(self.system.stop)
        if processes:
            self.system.up(processes)

    def groups(self, *names: str) -> list[list[int]]:
        """The pids behind each name: processes of the system, or the nodes `NODES`."""
        return [
            _group((self._nodes if name in NODES else self.system.control).pid(name))
            for name in names
        ]

    def memory(self, *names: str) -> float:
        """Resident memory of the named processes together, in MB."""
        pages = sum(
            int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            for group in self.groups(*names)
            for pid in group
        )
        return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def cpu_of(groups: list[list[int]]) -> float:
    """CPU seconds that the processes of all groups have used."""
    return sum(cpu_seconds(*pids) for pids in groups)


def _group(leader: int | None) -> list[int]:
    """The processes of a supervised row: the broker is a shell script with a child."""
    assert leader is not None
    group = os.getpgid(leader)
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getpgid(int(entry.name)) == group:
                    found.append(int(entry.name))
            except ProcessLookupError:
                continue
    return found
