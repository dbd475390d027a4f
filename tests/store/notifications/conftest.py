"""The notifications database with its stores, and senders on it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pymongo.database import Database

from chassis.mongo import Document
from deploy.local.nodes import Nodes
from services.notifications.store import SCHEMA
from tests.kit.databases import migrated
from tests.kit.processes import free_port
from tests.store.notifications.world import Mailbox, World


@pytest.fixture
def db(nodes: Nodes) -> Iterator[Database[Document]]:
    with migrated(nodes, SCHEMA) as database:
        yield database


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    box.url, box.loop = f"smtp://{server.hostname}:{server.port}", server.loop
    yield box
    box.let_go()
    server.stop()


@pytest.fixture
def new_world(db: Database[Document], mailbox: Mailbox) -> Iterator[Callable[..., World]]:
    """Makes senders on one database; they say goodbye at the end."""
    made: list[World] = []

    def make(*args: Any, **more: Any) -> World:
        made.append(World(db, mailbox, *args, **more))
        return made[-1]

    yield make
    for world in made:
        world.run.should_stop = True
        world.send()


@pytest.fixture
def world(new_world: Callable[..., World]) -> World:
    return new_world()
