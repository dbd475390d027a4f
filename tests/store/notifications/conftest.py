"""The notifications database with its stores, and senders on it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pymongo.database import Database

from chassis.clock import FixedClock
from chassis.mongo import Document
from chassis.uow import UnitOfWork
from deploy.local.nodes import Nodes
from services.notifications.adapters.membership import MembershipClient
from services.notifications.adapters.wording import Wording
from services.notifications.adapters.words import QuotedWords
from services.notifications.store import SCHEMA, open_stores
from services.notifications.usecases.notifications import NotificationUseCases
from tests.kit.databases import emptied, migrated
from tests.kit.neighbours import FakeMembership
from tests.kit.processes import free_port
from tests.store.notifications.world import NOON, Mailbox, World


@pytest.fixture(scope="session")
def schema_database(nodes: Nodes) -> Iterator[Database[Document]]:
    with migrated(nodes, SCHEMA) as database:
        yield database


@pytest.fixture
def db(schema_database: Database[Document]) -> Database[Document]:
    return emptied(schema_database)


@pytest.fixture
def notifications(db: Database[Document]) -> NotificationUseCases:
    clock = FixedClock(NOON)
    return NotificationUseCases(
        stores=open_stores(db),
        uow=UnitOfWork(db, clock),
        clock=clock,
        membership=MembershipClient(FakeMembership()),  # type: ignore[arg-type]
        quoted=QuotedWords(FakeMembership()),  # type: ignore[arg-type]
        wording=Wording(),
    )


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
