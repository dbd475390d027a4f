"""Fixtures of all levels. Nothing is started before a test asks for it."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pymongo import MongoClient
from pymongo.database import Database

from chassis.mongo import Document
from deploy.local.nodes import Nodes
from deploy.local.system import System
from tests.kit.nodes import (
    HOLDER,
    Vhost,
    fresh_vhost,
    let_admin_impersonate,
    shared_nodes,
    unique,
)
from tests.kit.probe import probe as probe_until
from tests.kit.systems import systems

# A slow machine is no fault of what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-costs", action="store_true", help="declare what operations cost as counted"
    )


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[HOLDER] = str(os.getpid())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The module whose tests may take the longest comes first, so that none is left for the end.

    What they may take is what they say by the mark `timeout`; the others stay in their order.
    """
    seconds: Counter[str] = Counter()
    for item in items:
        if limit := item.get_closest_marker("timeout"):
            seconds[item.nodeid.partition("::")[0]] += int(limit.args[0])
    items.sort(key=lambda item: -seconds[item.nodeid.partition("::")[0]])


@pytest.fixture(scope="session")
def nodes() -> Nodes:
    """The broker and the database shared by this run. Do not stop or kill them."""
    return shared_nodes()


@pytest.fixture(scope="module")
def private_nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """A broker and a database of the module's own, to be killed, paused and restarted."""
    nodes = Nodes(tmp_path_factory.mktemp("nodes"))
    nodes.control.launch()
    nodes.control.hold()
    try:
        nodes.start()
        let_admin_impersonate(nodes)
        yield nodes
    finally:
        # Their data is not needed any more, so there is no reason to wait for a clean stop:
        # the kernel kills both with their supervisor.
        os.kill(nodes.control.supervisor_pid(), signal.SIGKILL)


@pytest.fixture(scope="session")
def mongo(nodes: Nodes) -> Iterator[MongoClient[Document]]:
    """A client of the shared database as root."""
    client: MongoClient[Document]
    with MongoClient(nodes.mongo_admin_url, timeoutMS=20_000) as client:
        yield client


@pytest.fixture
def database(mongo: MongoClient[Document]) -> Iterator[Database[Document]]:
    """A database of the test's own, dropped afterwards."""
    name = unique("t_")
    yield mongo[name]
    mongo.drop_database(name)


@pytest.fixture(scope="module")
def vhost(nodes: Nodes) -> Iterator[Vhost]:
    """A vhost of the module's own with the whole topology and one user per service."""
    with fresh_vhost(nodes) as made:
        yield made


@pytest.fixture(scope="module")
def system(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., System]]:
    """Makes running systems of the module's own, as `tests.kit.systems` says."""
    with systems(request, tmp_path_factory) as make:
        yield make


@pytest.fixture(scope="session")
def write_costs(request: pytest.FixtureRequest) -> bool:
    """Whether counted costs are to be declared instead of compared."""
    return bool(request.config.getoption("--write-costs"))


@pytest.fixture(scope="session")
def probe() -> Callable[..., object]:
    """`probe(fn, deadline, message)`: waits until fn() is true; says what it last saw."""
    return probe_until


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the working copy."""
    return Path(__file__).resolve().parents[1]
