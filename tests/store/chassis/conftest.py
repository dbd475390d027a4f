"""A migrated database without documents, opened the way a service opens it."""

from collections.abc import Callable, Iterator

import pytest
from pymongo.database import Database

from chassis import mongo
from chassis.clock import FixedClock
from chassis.context import ANONYMOUS, Actor, Context, IdempotencyKey, Message, new_traceparent
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import UnitOfWork
from deploy.local.nodes import Nodes
from tests.kit.databases import emptied, migrated
from tests.store.chassis.things import NOON, SCHEMA, Sent, Things


@pytest.fixture(scope="session")
def schema_database(nodes: Nodes) -> Iterator[Database[Document]]:
    with migrated(nodes, SCHEMA) as database:
        yield database


@pytest.fixture
def db(schema_database: Database[Document]) -> Database[Document]:
    """A database with SCHEMA applied and no documents."""
    return emptied(schema_database)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def uow(db: Database[Document], clock: FixedClock) -> UnitOfWork:
    return UnitOfWork(db, clock)


@pytest.fixture
def things(db: Database[Document]) -> Things:
    return Things(db)


@pytest.fixture
def ctx() -> Context:
    """A signed-in person without Idempotency-Key."""
    return Context(Actor("person", new_id("per")), "zh-CN", new_id("req"), new_traceparent())


@pytest.fixture
def keyed() -> Callable[..., Context]:
    """`keyed("k1")`: the context of a call with that key; equal arguments are equal requests."""
    actor = Actor("person", new_id("per"))

    def make(
        key: str, fingerprint: str = "f1", rpc: str = "membership.x", other: bool = False
    ) -> Context:
        return Context(
            Actor("person", new_id("per")) if other else actor,
            "en",
            new_id("req"),
            new_traceparent(),
            idempotency=IdempotencyKey(key, fingerprint, rpc),
        )

    return make


@pytest.fixture
def delivered() -> Callable[..., Context]:
    """`delivered(event_id)`: the context in which a consumer handles that event."""

    def make(event_id: str, consumer: str = "payments.on_x") -> Context:
        message = Message(consumer, "/coterie/membership", event_id)
        return Context(ANONYMOUS, "zh-CN", new_id("req"), new_traceparent(), message=message)

    return make


@pytest.fixture
def watched(nodes: Nodes, db: Database[Document]) -> Iterator[tuple[Database[Document], Sent]]:
    """The same database through a client whose commands are recorded."""
    sent = Sent([])
    url = nodes.mongo_admin_url
    with mongo.connect(url, application="watched", listeners=[sent]) as client:
        yield mongo.open_database(client, db.name), sent
