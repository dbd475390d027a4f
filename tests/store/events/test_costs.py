"""What each operation of events costs, counted against its declaration."""

import datetime as dt
from types import SimpleNamespace

import pytest

from chassis.clock import real_now
from chassis.context import Context
from chassis.ids import new_id
from contracts import events, membership
from services.events.service import SERVICE
from services.events.store import SCHEMA
from services.events.store.seats import SeatStore
from tests.kit.costs import Driven, Meter, Scenario, Scenarios, check
from tests.kit.databases import migrated
from tests.store.events.conftest import COMMUNITY, Events, Pass, make_events

COSTS = Scenarios(SERVICE)
METER = Meter()
PAGE = {"after": None, "limit": 50}
SETTLED = dt.timedelta(seconds=20)  # after which a meetup's list of people stands still


@pytest.fixture(scope="module")
def database(nodes):
    with migrated(nodes, SCHEMA, [METER]) as database:
        yield database


def known(world: Events, person: str) -> Context:
    """A person whose standings have reached the replica."""
    for community in (COMMUNITY, membership.SYSTEM):
        asked = {"community_id": community, "person_id": person}
        facts = world.members.call(membership.GET_STANDING, asked, world.ctx(person))
        world.app.standings.apply(SimpleNamespace(data={**facts, "version": 1}))
    return world.ctx(person)


def registered(world: Events, meetup: dict) -> dict:
    """The registration of somebody who is known."""
    person = new_id("per")
    known(world, person)
    return world.register(meetup, person)


def chosen(world: Events, *, waiting: int = 0, capacity: int = 1) -> tuple[dict, list[dict]]:
    """A meetup with one selected person, and others in the waitlist; all registrations."""
    meetup = world.meetup(capacity=capacity)
    people = [registered(world, meetup) for _ in range(1 + waiting)]
    world.close(meetup)
    world.select(meetup, people[:1])
    if waiting:
        world.app.selection.waitlist_others(Pass(world.clock.now()))
        world.clock.advance(SETTLED)
        world.app.selection.waitlist_others(Pass(world.clock.now()))
    return meetup, people


def offered(world: Events) -> dict:
    """The registration of the next in the queue, to whom a seat is offered."""
    _, (first, second) = chosen(world, waiting=1)
    world.do("decline", first)
    world.app.offers.promote(Pass(world.clock.now()))
    return second


def own(world: Events, registration: dict) -> tuple[Context, dict]:
    return world.ctx(registration["person_id"]), {"registration_id": registration["id"]}


# ── Meetups ─────────────────────────────────────────────────────────────────────────────────────


@COSTS.rpc(events.CREATE_MEETUP)
def _(world: Events):
    starts_at = world.clock.now() + dt.timedelta(days=10)
    times = {
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + dt.timedelta(hours=3)).isoformat(),
    }
    asked = {"community_id": COMMUNITY, "title": "周六午餐", "city": "上海", "capacity": 20}
    return world.host, {**asked, **times}


@COSTS.rpc(events.GET_MEETUP)
def _(world: Events):
    return known(world, new_id("per")), {"meetup_id": world.meetup(capacity=20)["id"]}


@COSTS.rpc(events.LIST_MEETUPS)
def _(world: Events):
    world.meetup(capacity=20)
    return known(world, new_id("per")), {"community_id": COMMUNITY, **PAGE}


@COSTS.rpc(events.PUBLISH_MEETUP)
def _(world: Events):
    return world.host, {"meetup_id": world.meetup(capacity=20, published=False)["id"]}


@COSTS.rpc(events.CLOSE_REGISTRATION)
def _(world: Events):
    return world.host, {"meetup_id": world.meetup(capacity=20)["id"]}


@COSTS.rpc(events.CANCEL_MEETUP)
def _(world: Events):
    return world.host, {"meetup_id": world.meetup(capacity=20)["id"], "reason": "台风"}


# ── Registrations, seats, offers ────────────────────────────────────────────────────────────────


@COSTS.rpc(events.REGISTER)
def _(world: Events):
    return known(world, new_id("per")), {"meetup_id": world.meetup(capacity=20)["id"]}


@COSTS.rpc(events.GET_REGISTRATION)
def _(world: Events):
    return own(world, registered(world, world.meetup(capacity=20)))


@COSTS.rpc(events.LIST_REGISTRATIONS)
def _(world: Events):
    meetup, _ = chosen(world, waiting=2)
    return world.host, {"meetup_id": meetup["id"], **PAGE}


@COSTS.rpc(events.LIST_REGISTRATIONS, "of a meetup that is known")
def _(world: Events):
    meetup, _ = chosen(world, waiting=2)
    asked = {"meetup_id": meetup["id"], **PAGE}
    world.app.registrations.list_of_meetup({**asked, "state": None}, world.host)
    return world.host, asked


@COSTS.rpc(events.LIST_MY_REGISTRATIONS)
def _(world: Events):
    return own(world, registered(world, world.meetup(capacity=20)))[0], PAGE


@COSTS.rpc(events.LIST_MY_REGISTRATIONS, "in a waitlist")
def _(world: Events):
    _, (_, second) = chosen(world, waiting=1)
    return own(world, second)[0], PAGE


@COSTS.rpc(events.SELECT_REGISTRATIONS, "two people")
def _(world: Events):
    meetup = world.meetup(capacity=20)
    people = [registered(world, meetup)["id"] for _ in range(2)]
    world.close(meetup)
    return world.host, {"meetup_id": meetup["id"], "registration_ids": people}


@COSTS.rpc(events.CONFIRM_REGISTRATION)
def _(world: Events):
    return own(world, chosen(world)[1][0])


@COSTS.rpc(events.CONFIRM_REGISTRATION, "of a meetup that is known")
def _(world: Events):
    meetup = world.meetup(capacity=2)
    first, second = (registered(world, meetup) for _ in range(2))
    world.close(meetup)
    world.select(meetup, [first, second])
    world.do("confirm", second)
    return own(world, first)


@COSTS.rpc(events.DECLINE_REGISTRATION)
def _(world: Events):
    return own(world, chosen(world)[1][0])


@COSTS.rpc(events.WITHDRAW_REGISTRATION)
def _(world: Events):
    registration = chosen(world)[1][0]
    world.do("confirm", registration)
    return own(world, registration)


@COSTS.rpc(events.ACCEPT_OFFER)
def _(world: Events):
    return of_offer(world)


@COSTS.rpc(events.DECLINE_OFFER)
def _(world: Events):
    return of_offer(world)


def of_offer(world: Events) -> tuple[Context, dict]:
    registration = offered(world)
    return own(world, registration)[0], {"offer_id": world.offer_of(registration)["id"]}


@COSTS.rpc(events.CHECK_IN)
def _(world: Events):
    registration = chosen(world)[1][0]
    world.do("confirm", registration)
    world.clock.advance(dt.timedelta(days=10))
    return world.host, {"registration_id": registration["id"]}


@COSTS.rpc(events.HAS_ATTENDED)
def _(world: Events):
    asked = {"community_id": COMMUNITY, "person_id": new_id("per")}
    return Context.for_system("payments"), {**asked, "since": world.clock.now().isoformat()}


# ── What others and time bring ──────────────────────────────────────────────────────────────────


@COSTS.reaction("on_standing_changed")
def _(world: Events):
    asked = {"community_id": COMMUNITY, "person_id": new_id("per")}
    return membership.STANDING_CHANGED, world.members.call(
        membership.GET_STANDING, asked, world.host
    )


@COSTS.job("waitlist_others")
def _(world: Events):
    meetup = world.meetup(capacity=1)
    people = [registered(world, meetup) for _ in range(2)]
    world.close(meetup)
    world.select(meetup, people[:1])


@COSTS.job("lapse_unconfirmed")
def _(world: Events):
    chosen(world)
    world.clock.advance(dt.timedelta(hours=25))


@COSTS.job("expire_offers")
def _(world: Events):
    offered(world)
    world.clock.advance(dt.timedelta(hours=25))


@COSTS.job("promote")
def _(world: Events):
    _, (first, _) = chosen(world, waiting=1)
    world.do("decline", first)


@COSTS.job("promote", "everybody has been offered a seat")
def _(world: Events):
    offered(world)


@COSTS.job("end_meetups")
def _(world: Events):
    world.meetup(capacity=20)
    world.clock.advance(dt.timedelta(days=11))


@COSTS.job("wind_up")
def _(world: Events):
    registration = chosen(world)[1][0]
    world.do("confirm", registration)
    world.clock.advance(dt.timedelta(days=11))
    world.app.endings.end_meetups(Pass(world.clock.now()))
    world.clock.advance(SETTLED)


@COSTS.job("free_orphaned_seats")
def _(world: Events):
    meetup = world.meetup(capacity=20)
    SeatStore(world.db).take(meetup["id"], new_id("reg"))
    before = real_now() - dt.timedelta(minutes=2)
    world.db.seats.update_one({}, {"$set": {"holds.$[].taken_at": before}})


@pytest.mark.parametrize("scenario", COSTS.all, ids=lambda scenario: scenario.row)
def test_costs(scenario: Scenario, database, monkeypatch, write_costs: bool):
    """Each operation takes exactly what is declared in services/events/costs.toml."""
    METER.install(monkeypatch)
    for name in database.list_collection_names():
        if name != "schema_version":
            database[name].delete_many({})
    world = make_events(database)
    known(world, world.members.host)
    service = Driven(SERVICE, world.app, database, world.clock, world.members, METER)
    counted = scenario.play(world, service)
    check("events", scenario.kind, scenario.row, counted, write=write_costs)
