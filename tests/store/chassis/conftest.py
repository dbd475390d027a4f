"""A migrated database of the test's own, opened the way a service opens it."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from pymongo.database import Database
from pymongo.monitoring import CommandListener, CommandStartedEvent

from chassis import mongo as chassis_mongo
from chassis.aggregates import AggregateStore
from chassis.clock import FixedClock
from chassis.context import ANONYMOUS, Actor, Context, IdempotencyKey, Message, new_traceparent
from chassis.holds import holds_collection
from chassis.ids import new_id
from chassis.migrate import migrate
from chassis.schema import Collection, DatabaseSchema, Index
from chassis.uow import UnitOfWork
from chassis.validators import TEXT, WHOLE, aggregate, document
from deploy.local.nodes import Nodes
from tests.kit.nodes import unique

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)

THINGS = Collection(
    "things",
    per_community=True,
    validator=aggregate(community_id=TEXT, name=TEXT, rank=WHOLE),
    indexes=[
        Index([("community_id", 1), ("name", 1)], name="one_name", unique=True),
        Index([("community_id", 1), ("rank", 1), ("_id", 1)], name="by_rank"),
    ],
)
PLACES = holds_collection("places", community_id=TEXT)
JOURNAL = Collection("journal", validator=document(text=TEXT), append_only=True)
SCHEMA = DatabaseSchema(service="membership", collections=[THINGS, PLACES, JOURNAL])


class Things(AggregateStore):
    collection_schema = THINGS
    noun = "thing"


@dataclass
class Sent(CommandListener):
    """The commands that a client sent."""

    commands: list[CommandStartedEvent]

    def started(self, event: CommandStartedEvent) -> None:
        if not event.command_name.startswith("sasl"):
            self.commands.append(event)

    def succeeded(self, event: object) -> None: ...

    def failed(self, event: object) -> None: ...

    def names(self) -> list[str]:
        return [event.command_name for event in self.commands]


@pytest.fixture
def db(nodes: Nodes) -> Iterator[Database]:
    """A database with SCHEMA applied; dropped with its role afterwards."""
    with chassis_mongo.connect(nodes.mongo_admin_url, application="store-tests") as client:
        database = chassis_mongo.open_database(client, unique("t_"))
        try:
            migrate(database, SCHEMA, lambda line: None)
            yield database
        finally:
            database.command("dropAllRolesFromDatabase")
            client.drop_database(database.name)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def uow(db: Database, clock: FixedClock) -> UnitOfWork:
    return UnitOfWork(db, clock)


@pytest.fixture
def things(db: Database) -> Things:
    return Things(db)


@pytest.fixture
def ctx() -> Context:
    """A signed-in person without Idempotency-Key."""
    return Context(Actor("person", new_id("per")), "zh-CN", new_id("req"), new_traceparent())


@pytest.fixture
def keyed() -> Callable[..., Context]:
    """`keyed("k1")`: the context of a call with that key; equal arguments are equal requests."""
    actor = Actor("person", new_id("per"))

    def make(key: str, fingerprint: str = "f1", rpc: str = "membership.x", other=False) -> Context:
        return Context(
            Actor("person", new_id("per")) if other else actor,
            "en",
            new_id("req"),
            new_traceparent(),
            idempotency=IdempotencyKey(key, fingerprint, rpc),
        )

    return make


@pytest.fixture
def delivered() -> Callable[[str], Context]:
    """`delivered(event_id)`: the context in which a consumer handles that event."""

    def make(event_id: str, consumer: str = "payments.on_x") -> Context:
        message = Message(consumer, "/coterie/membership", event_id)
        return Context(ANONYMOUS, "zh-CN", new_id("req"), new_traceparent(), message=message)

    return make


@pytest.fixture
def watched(nodes: Nodes, db: Database) -> Iterator[tuple[Database, Sent]]:
    """The same database through a client whose commands are recorded."""
    sent = Sent([])
    url = nodes.mongo_admin_url
    with chassis_mongo.connect(url, application="watched", listeners=[sent]) as client:
        yield chassis_mongo.open_database(client, db.name), sent
