"""Jobs of meetups look at what changed, not at what there is, and miss nothing a crash left."""

import datetime as dt
from collections.abc import Iterator

import pytest
from pymongo.database import Database

from chassis import mongo
from chassis.mongo import Document
from contracts.types import events as wire
from deploy.local.nodes import Nodes
from tests.kit.commands import Commands
from tests.kit.existing import existing
from tests.store.events.world import Events, Pass, make_events

MANY = 30


@pytest.fixture
def sent(nodes: Nodes, database: Database[Document]) -> Iterator[tuple[Events, Commands]]:
    """The events service over a client whose commands are counted, and those."""
    commands = Commands()
    url = nodes.mongo_admin_url
    with mongo.connect(url, application="counted", listeners=[commands]) as client:
        yield make_events(mongo.open_database(client, database.name)), commands


def full_meetup(events: Events) -> tuple[wire.Registration, wire.Registration]:
    """A meetup whose only seat is confirmed, and the one who waits for it."""
    meetup = events.meetup(capacity=1)
    seated, waiting = events.register(meetup), events.register(meetup)
    events.close(meetup)
    events.select(meetup, [seated])
    events.do("confirm", seated)
    events.tick()
    return seated, waiting


def test_a_pass_costs_the_same_however_many_meetups_wait(sent: tuple[Events, Commands]) -> None:
    """Closed meetups with full seats and people waiting: nothing is read of any of them."""
    events, commands = sent
    reads = []
    for _ in range(2):
        for _ in range(MANY):
            full_meetup(events)
        events.tick(dt.timedelta(minutes=1))
        run = Pass(events.clock.now())
        commands.clear()
        events.app.offers.promote(run)
        events.app.selection.waitlist_others(run)
        events.app.selection.lapse_unconfirmed(run)
        events.app.offers.expire(run)
        events.app.winding_up.end_meetups(run)
        events.app.winding_up.wind_up(run)
        reads.append(list(commands.names))
    assert reads[0] == reads[1]
    assert len(reads[1]) <= 8


def test_seat_that_becomes_free_while_another_is_offered_is_not_forgotten(events: Events) -> None:
    """What says that a seat is free is taken back only if it still says the same."""
    seated, waiting = full_meetup(events)
    events.do("withdraw", seated)
    store = events.app.offers._seats
    (freed,) = [one for one in store.freed() if one["_id"] == seated["meetup_id"]]
    store.offer_free(seated["meetup_id"])
    store.all_offered(freed)
    events.app.offers.promote(Pass(events.clock.now()))
    assert events.offer_of(waiting)
    assert seated["meetup_id"] not in [one["_id"] for one in store.freed()]


def test_jobs_say_when_they_are_due(events: Events) -> None:
    """The confirmation that ends first, the offer, the meetup that is over first."""
    meetup = events.meetup(capacity=1)
    first, second = events.register(meetup), events.register(meetup)
    events.close(meetup)
    events.select(meetup, [first])
    run = Pass(events.clock.now())
    events.app.selection.lapse_unconfirmed(run)
    stored = existing(events.db["registrations"].find_one({"_id": first["id"]}))
    assert run.next == stored["confirm_by"]
    events.tick()
    events.do("decline", first)
    events.tick()
    run = Pass(events.clock.now())
    events.app.offers.expire(run)
    assert run.next == existing(events.offer_of(second))["expires_at"]
    events.app.winding_up.end_meetups(run)
    assert isinstance(run.next, dt.datetime)
    assert run.next <= meetup["ends_at"]
