"""Fixtures of the chassis' own integration tests."""

from collections.abc import Iterator

import pytest

from deploy.local.nodes import Nodes
from deploy.provision import Target, erase
from tests.kit.nodes import new_target, wait_registered
from tests.kit.toy.system import Toy, toy_on


@pytest.fixture(scope="module")
def toy(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toy]:
    """The toy services' environment on the shared nodes; a test starts the processes it needs."""
    with toy_on(nodes, tmp_path_factory.mktemp("toy")) as made:
        yield made


@pytest.fixture(scope="module")
def breakable_toy(private_nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toy]:
    """The same on nodes of the module's own, which may be stopped and killed."""
    with toy_on(private_nodes, tmp_path_factory.mktemp("toy")) as made:
        wait_registered(private_nodes, made.target.vhost)
        yield made


@pytest.fixture
def target(nodes: Nodes) -> Iterator[Target]:
    """An environment of a test's own, not yet made; erased afterwards."""
    made = new_target(nodes)
    yield made
    erase(made)
