"""Running systems of tests: processes, a vhost and databases of their own, on nodes that others
use as well."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib import import_module

import pytest

from chassis import mongo
from chassis.migrate import migrate
from chassis.settings import MigrationSettings
from deploy.local.environment import migration_environment
from deploy.local.nodes import Nodes
from deploy.local.system import System
from tests.kit.nodes import unique
from tests.kit.processes import ASKS_NO_NAMES


class _MigratedHere(System):
    """Does in this process, with the owner's access, what `chassis.migrate` does in one a service.

    tests/store/chassis/test_migrate.py runs that as operators do, and so does
    tests/journeys/test_version_before.py.
    """

    def _migrate(self, services: Iterable[str]) -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._migrate_one, services))

    def _migrate_one(self, service: str) -> None:
        owner = MigrationSettings.from_environment(migration_environment(self.place, service))
        schema = import_module(f"services.{service}.store").SCHEMA
        with mongo.connect(owner.mongo_owner_url, application=f"migrate-{service}") as client:
            database = mongo.open_database(client, owner.mongo_database)
            migrate(database, schema, lambda line: None)


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
            name, given = unique("t"), settings or {}
            made = _MigratedHere(
                tmp_path_factory.mktemp("system"),
                nodes=nodes or request.getfixturevalue("nodes"),
                vhost=name,
                db_prefix=f"{name}_",
                user_prefix=f"{name}-",
                env="test",
                settings={**given, "*": {**ASKS_NO_NAMES, **given.get("*", {})}},
            )
            made.control.launch()
            made.control.hold()
            stack.callback(made.erase)
            stack.callback(made.stop)
            made.up(processes)
            return made

        yield make
