"""Running systems of tests: processes, a vhost and databases of their own, on nodes that others
use as well."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

import pytest

from deploy.local.nodes import Nodes
from deploy.local.system import System
from tests.kit.nodes import unique


@contextmanager
def systems(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., System]]:
    """Makes them: `make("membership", "gateway", settings={"*": {...}})`; stops and erases them.

    `nodes=`: other nodes than the shared ones, e.g. `private_nodes`.
    """
    with ExitStack() as stack:

        def make(
            *processes: str,
            settings: Mapping[str, Mapping[str, str]] | None = None,
            nodes: Nodes | None = None,
        ) -> System:
            name = unique("t")
            made = System(
                tmp_path_factory.mktemp("system"),
                nodes=nodes or request.getfixturevalue("nodes"),
                vhost=name,
                db_prefix=f"{name}_",
                user_prefix=f"{name}-",
                env="test",
                settings=settings,
            )
            made.control.launch()
            made.control.hold()
            stack.callback(made.erase)
            stack.callback(made.stop)
            made.up(processes)
            return made

        yield make
