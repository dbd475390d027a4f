"""What one pass of the relay costs, counted against its declaration."""

from collections.abc import Iterator
from types import SimpleNamespace

import amqp
import pytest
from pymongo.database import Database

from chassis.amqp_publisher import Confirmation
from chassis.clock import FixedClock
from chassis.context import Context
from chassis.relay import Relay
from chassis.uow import Transaction, UnitOfWork
from contracts import membership
from tests.kit.costs import Meter, check
from tests.kit.databases import migrated
from tests.store.chassis.conftest import NOON, SCHEMA

METER = Meter()


class Broker:
    """Keeps every message at once."""

    def send(self, message: amqp.Message, *, exchange: str, routing_key: str) -> Confirmation:
        METER.sent(1, len(message.body))
        kept = Confirmation()
        kept.settle(None)
        return kept


@pytest.fixture
def database(nodes) -> Iterator[Database]:
    with migrated(nodes, SCHEMA, [METER]) as database:
        yield database


@pytest.fixture
def relay(database: Database) -> Relay:
    """A relay that owns the outbox and whose threads do not run."""
    relay = Relay()
    platform = SimpleNamespace(
        service="membership",
        clock=FixedClock(NOON),
        database=database,
        settings=SimpleNamespace(amqp_url="amqp://guest:guest@localhost/"),
        watch=lambda link: None,
    )
    relay.container = SimpleNamespace(config={"platform": platform})
    relay.setup()
    relay._lease.acquire()
    return relay


def tell(database: Database, ctx: Context, events: int) -> None:
    def work(tx: Transaction) -> None:
        facts = {"challenge_id": "chl_01JD6ZK3V9Q4M8N2R5T7W0X10Y", "locale": "en"}
        tx.emit(membership.SIGN_IN_REQUESTED, subject="subject", version=1, data=facts)

    for _ in range(events):
        UnitOfWork(database, FixedClock(NOON)).run(ctx, work)


@pytest.mark.parametrize(
    ("case", "events"), [("nothing told", 0), ("1 event", 1), ("16 events", 16)]
)
def test_relay_pass(case, events, database, relay, ctx, write_costs):
    """A pass takes as many commands for many events as for one."""
    tell(database, ctx, events)
    with METER.counting():
        relay._pass(Broker())
    check("chassis", "relay", f"a pass, {case}", METER.cost, write=write_costs)
