"""Fixtures of the journeys: a whole running system."""

from collections.abc import Callable, Iterator

import pytest

from deploy.local.environment import PROCESSES
from deploy.local.system import System
from tests.journeys.world import World, open_world
from tests.kit.processes import ASKS_FOR_NAMES
from tests.kit.systems import systems


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What uses its module's world up comes last in it, in whatever order the others are run."""
    modules = list(dict.fromkeys(item.location[0] for item in items))
    places = {module: place for place, module in enumerate(modules)}
    items.sort(key=lambda item: (places[item.location[0]], "uses_up" in item.keywords))


@pytest.fixture(scope="session")
def shared_system(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[System]:
    """One a process, for all modules that leave it as they found it, but for its time."""
    with systems(request, tmp_path_factory) as make:
        yield make(*PROCESSES, settings={"*": ASKS_FOR_NAMES})


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest) -> World:
    """A world of the module's own: a whole system, or a community on the shared one."""
    if request.node.get_closest_marker("shares_system"):
        name = request.path.stem.removeprefix("test_").replace("_", "-")
        return World(request.getfixturevalue("shared_system"), name).found()
    make: Callable[..., System] = request.getfixturevalue("system")
    return open_world(make)
