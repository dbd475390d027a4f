"""The notifications database with its stores."""

from collections.abc import Iterator

import pytest
from pymongo.database import Database

from deploy.local.nodes import Nodes
from services.notifications.store import SCHEMA
from tests.kit.databases import migrated


@pytest.fixture
def db(nodes: Nodes) -> Iterator[Database]:
    with migrated(nodes, SCHEMA) as database:
        yield database
