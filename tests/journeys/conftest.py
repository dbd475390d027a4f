"""Fixtures of the journeys: a whole running system."""

from collections.abc import Callable

import pytest

from deploy.local.system import System
from tests.journeys.world import World, open_world


@pytest.fixture(scope="module")
def world(system: Callable[..., System]) -> World:
    """A world of the module's own on the shared nodes."""
    return open_world(system)
