"""What one pass of the relay costs, counted against its declaration."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import amqp
import pytest
from pymongo.database import Database

from chassis.amqp_publisher import Confirmation
from chassis.clock import FixedClock
from chassis.commits import OWN
from chassis.context import Context
from chassis.mongo import Document
from chassis.relay_lane import Lane
from chassis.uow import Transaction, UnitOfWork
from contracts import membership
from deploy.local.nodes import Nodes
from tests.kit.costs import Meter, check
from tests.kit.databases import migrated
from tests.store.chassis.things import NOON, SCHEMA

METER = Meter()


class Broker:
    """Keeps every message at once."""

    heard = True

    def send(self, message: amqp.Message, *, exchange: str, routing_key: str) -> Confirmation:
        METER.sent(1, len(message.body))
        kept = Confirmation()
        kept.settle(None)
        return kept

    def heard_since(self, moment: float) -> bool:
        return True


@pytest.fixture
def database(nodes: Nodes) -> Iterator[Database[Document]]:
    with migrated(nodes, SCHEMA, [METER]) as database:
        yield database


@pytest.fixture
def lane(database: Database[Document]) -> Lane:
    """A lane that owns the outbox and of which nothing was refused."""
    leadership: Any = SimpleNamespace(held=True)
    broker: Any = Broker()
    lane = Lane(OWN, database, leadership)
    lane.connected(broker)
    lane.work()
    return lane


def tell(database: Database[Document], ctx: Context, events: int) -> None:
    def work(tx: Transaction) -> None:
        facts = {"challenge_id": "chl_01JD6ZK3V9Q4M8N2R5T7W0X10Y", "locale": "en"}
        tx.emit(membership.SIGN_IN_REQUESTED, {"_id": "subject", "version": 1}, facts)

    for _ in range(events):
        UnitOfWork(database, FixedClock(NOON)).run(ctx, work)


@pytest.mark.parametrize(("case", "events"), [("no event", 0), ("1 event", 1), ("16 events", 16)])
def test_relay_pass(
    case: str,
    events: int,
    database: Database[Document],
    lane: Lane,
    ctx: Context,
    write_costs: bool,
) -> None:
    """A pass takes as many commands for many events as for one."""
    tell(database, ctx, events)
    with METER.counting():
        lane.work()
    check("chassis", "relay", f"a pass of a lane, {case}", METER.cost, write=write_costs)
