"""The events service on a database of the module's own."""

from collections.abc import Iterator

import pytest
from pymongo.database import Database

from chassis.mongo import Document
from deploy.local.nodes import Nodes
from services.events.store import SCHEMA
from tests.kit.databases import migrated
from tests.store.events.world import Events, make_events


@pytest.fixture(scope="module")
def database(nodes: Nodes) -> Iterator[Database[Document]]:
    with migrated(nodes, SCHEMA) as database:
        yield database


@pytest.fixture
def events(database: Database[Document]) -> Events:
    """Each test has its own meetups; the database is the module's."""
    return make_events(database)
