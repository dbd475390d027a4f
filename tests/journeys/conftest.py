"""Fixtures of the journeys: a whole running system."""

from collections.abc import Callable

import pytest

from deploy.local.system import System
from tests.journeys.world import World, open_world


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What uses its module's world up comes last in it, in whatever order the others are run."""
    modules = list(dict.fromkeys(item.location[0] for item in items))
    places = {module: place for place, module in enumerate(modules)}
    items.sort(key=lambda item: (places[item.location[0]], "uses_up" in item.keywords))


@pytest.fixture(scope="module")
def world(system: Callable[..., System]) -> World:
    """A world of the module's own on the shared nodes."""
    return open_world(system)
