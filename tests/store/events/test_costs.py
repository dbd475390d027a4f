"""What each operation of events costs, counted against its declaration."""

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.database import Database

from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from contracts import events, membership, payments
from contracts.records import Event
from contracts.types import events as wire
from deploy.local.nodes import Nodes
from services.events.service import SERVICE
from services.events.store import SCHEMA
from tests.kit.costs import Driven, Meter, Scenario, Scenarios, check
from tests.kit.databases import migrated
from tests.kit.existing import existing
from tests.kit.neighbours import miss_a_standing
from tests.store.events.seats import FEE, deliver, paid, refunded
from tests.store.events.world import COMMUNITY, Events, Pass, Shown, make_events

COSTS = Scenarios(SERVICE)
METER = Meter()
PAGE: dict[str, Any] = {"after": None, "limit": 50}
Asked = tuple[Context, dict[str, Any]]
SETTLED = dt.timedelta(seconds=20)  # after which a meetup's list of people stands still


@pytest.fixture(scope="module")
def database(nodes: Nodes) -> Iterator[Database[Document]]:
    with migrated(nodes, SCHEMA, [METER]) as database:
        yield database


def known(world: Events, person: str) -> Context:
    """A person whose standings have reached the replica."""
    ctx = world.ctx(person)
    for community in (COMMUNITY, membership.SYSTEM):
        asked = {"community_id": community, "person_id": person}
        facts = world.members.call(membership.GET_STANDING, asked, ctx)
        told: Any = SimpleNamespace(data={**facts, "version": 1})
        world.app.standings.apply(told, ctx)
    return ctx


def registered(world: Events, meetup: Shown) -> wire.Registration:
    """The registration of somebody who is known."""
    person = new_id("per")
    known(world, person)
    return world.register(meetup, person)


def chosen(
    world: Events, *, waiting: int = 0, capacity: int = 1, **more: Any
) -> tuple[wire.Meetup, list[wire.Registration]]:
    """A meetup with one selected person, and others in the waitlist; all registrations."""
    meetup = world.meetup(capacity=capacity, **more)
    people = [registered(world, meetup) for _ in range(1 + waiting)]
    world.close(meetup)
    world.select(meetup, people[:1])
    if waiting:
        world.app.selection.waitlist_others(Pass(world.clock.now()))
        world.clock.advance(SETTLED)
        world.app.selection.waitlist_others(Pass(world.clock.now()))
    return meetup, people


def offered(world: Events) -> wire.Registration:
    """The registration of the next in the queue, to whom a seat is offered."""
    _, (first, second) = chosen(world, waiting=1)
    world.do("decline", first)
    world.app.offers.promote(Pass(world.clock.now()))
    return second


def own(world: Events, registration: Shown) -> Asked:
    return world.ctx(registration["person_id"]), {"registration_id": registration["id"]}


# ── Meetups ─────────────────────────────────────────────────────────────────────────────────────


@COSTS.rpc(events.CREATE_MEETUP)
def _(world: Events) -> Asked:
    starts_at = world.clock.now() + dt.timedelta(days=10)
    times = {
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + dt.timedelta(hours=3)).isoformat(),
    }
    asked = {"community_id": COMMUNITY, "title": "周六午餐", "city": "上海", "capacity": 20}
    return world.host, {**asked, **times}


@COSTS.rpc(events.GET_MEETUP)
def _(world: Events) -> Asked:
    return known(world, new_id("per")), {"meetup_id": world.meetup(capacity=20)["id"]}


@COSTS.rpc(events.GET_MEETUP_HISTORY)
def _(world: Events) -> Asked:
    return world.host, {"meetup_id": world.meetup(capacity=20)["id"], **PAGE}


@COSTS.rpc(events.LIST_MEETUPS)
def _(world: Events) -> Asked:
    world.meetup(capacity=20)
    return known(world, new_id("per")), {"community_id": COMMUNITY, **PAGE}


@COSTS.rpc(events.GET_MEETUP, "by who waits for a seat")
def _(world: Events) -> Asked:
    meetup, people = chosen(world, waiting=1)
    return world.ctx(people[1]["person_id"]), {"meetup_id": meetup["id"]}


@COSTS.rpc(events.LIST_NEXT_MEETUPS)
def _(world: Events) -> Asked:
    world.meetup(capacity=20)
    return Context.for_system("membership"), {"community_id": COMMUNITY}


@COSTS.rpc(events.LIST_GUESTS)
def _(world: Events) -> Asked:
    meetup, people = chosen(world)
    world.do("confirm", people[0])
    return world.host, {"meetup_id": meetup["id"], **PAGE}


@COSTS.rpc(events.COUNT_MEETUPS)
def _(world: Events) -> Asked:
    world.meetup(capacity=20)
    return world.host, {"community_id": COMMUNITY}


@COSTS.rpc(events.PUBLISH_MEETUP)
def _(world: Events) -> Asked:
    return world.host, {"meetup_id": world.meetup(capacity=20, published=False)["id"]}


@COSTS.rpc(events.CLOSE_REGISTRATION)
def _(world: Events) -> Asked:
    return world.host, {"meetup_id": world.meetup(capacity=20)["id"]}


@COSTS.rpc(events.CHANGE_MEETUP)
def _(world: Events) -> Asked:
    return world.host, {**seen(world, chosen(world)[0]), "title": "周日早餐"}


@COSTS.rpc(events.CHANGE_MEETUP, "to begin earlier, with a seat and an offer that end sooner")
def _(world: Events) -> Asked:
    meetup, (first, *_) = chosen(world, capacity=2, waiting=2)
    world.app.offers.promote(Pass(world.clock.now()))
    assert world.state(first) == "selected"
    times = {"starts_at": (world.clock.now() + dt.timedelta(hours=5)).isoformat()}
    return world.host, {**seen(world, meetup), **times}


@COSTS.rpc(events.CHANGE_MEETUP, "simulated")
def _(world: Events) -> Asked:
    return world.host, {**seen(world, chosen(world)[0]), "capacity": 20, "simulate": True}


def seen(world: Events, meetup: Shown) -> dict[str, Any]:
    """What names a meetup as it is now."""
    stored = existing(world.db["meetups"].find_one({"_id": meetup["id"]}))
    return {"meetup_id": meetup["id"], "expected_version": stored["version"]}


@COSTS.rpc(events.CANCEL_MEETUP)
def _(world: Events) -> Asked:
    return world.host, {"meetup_id": world.meetup(capacity=20)["id"], "reason": "台风"}


# ── Registrations, seats, offers ────────────────────────────────────────────────────────────────


@COSTS.rpc(events.REGISTER)
def _(world: Events) -> Asked:
    return known(world, new_id("per")), {"meetup_id": world.meetup(capacity=20)["id"]}


@COSTS.rpc(events.GET_REGISTRATION)
def _(world: Events) -> Asked:
    return own(world, registered(world, world.meetup(capacity=20)))


@COSTS.rpc(events.GET_REGISTRATION_HISTORY)
def _(world: Events) -> Asked:
    registration = chosen(world)[1][0]
    return world.host, {"registration_id": registration["id"], **PAGE}


@COSTS.rpc(events.LIST_REGISTRATIONS)
def _(world: Events) -> Asked:
    meetup, _ = chosen(world, waiting=2)
    return world.host, {"meetup_id": meetup["id"], **PAGE}


@COSTS.rpc(events.LIST_REGISTRATIONS, "of a meetup that is known")
def _(world: Events) -> Asked:
    meetup, _ = chosen(world, waiting=2)
    asked = {"meetup_id": meetup["id"], **PAGE}
    request: Any = {
        **asked,
        "state": None,
        "search": None,
        "sort": None,
        "updated_after": None,
        "count": False,
    }
    world.app.registrations.list_of_meetup(request, world.host)
    return world.host, asked


@COSTS.rpc(events.LIST_REGISTRATIONS, "with counts")
def _(world: Events) -> Asked:
    meetup, _ = chosen(world, waiting=2)
    return world.host, {"meetup_id": meetup["id"], **PAGE, "count": True}


@COSTS.rpc(events.LIST_REGISTRATIONS, "found by name")
def _(world: Events) -> Asked:
    meetup, _ = chosen(world, waiting=2)
    asked = {"meetup_id": meetup["id"], **PAGE}
    request: Any = {
        **asked,
        "state": None,
        "search": None,
        "sort": None,
        "updated_after": None,
        "count": False,
    }
    listed = world.app.registrations.list_of_meetup(request, world.host)
    world.members.names = {row["person_id"]: "李" for row in listed["items"]}
    return world.host, {**asked, "search": "李"}


@COSTS.rpc(events.COUNT_REGISTRATIONS)
def _(world: Events) -> Asked:
    meetup, _ = chosen(world, waiting=2)
    return world.host, {"meetup_id": meetup["id"]}


@COSTS.rpc(events.LIST_MY_REGISTRATIONS)
def _(world: Events) -> Asked:
    return own(world, registered(world, world.meetup(capacity=20)))[0], PAGE


@COSTS.rpc(events.LIST_MY_REGISTRATIONS, "with their meetups")
def _(world: Events) -> Asked:
    ctx = own(world, registered(world, world.meetup(capacity=20)))[0]
    return ctx, {**PAGE, "include": "meetup"}


@COSTS.rpc(events.LIST_MY_REGISTRATIONS, "in a waitlist")
def _(world: Events) -> Asked:
    _, (_, second) = chosen(world, waiting=1)
    return own(world, second)[0], PAGE


@COSTS.rpc(events.SELECT_REGISTRATIONS, "two people")
def _(world: Events) -> Asked:
    meetup = world.meetup(capacity=20)
    people = [registered(world, meetup)["id"] for _ in range(2)]
    world.close(meetup)
    return world.host, {"meetup_id": meetup["id"], "registration_ids": people}


@COSTS.rpc(events.CONFIRM_REGISTRATION)
def _(world: Events) -> Asked:
    return own(world, chosen(world)[1][0])


@COSTS.rpc(events.DECLINE_REGISTRATION)
def _(world: Events) -> Asked:
    return own(world, chosen(world)[1][0])


@COSTS.rpc(events.WITHDRAW_REGISTRATION)
def _(world: Events) -> Asked:
    registration = chosen(world)[1][0]
    world.do("confirm", registration)
    return own(world, registration)


@COSTS.rpc(events.ACCEPT_OFFER)
def _(world: Events) -> Asked:
    return of_offer(world)


@COSTS.rpc(events.DECLINE_OFFER)
def _(world: Events) -> Asked:
    return of_offer(world)


def of_offer(world: Events) -> Asked:
    registration = offered(world)
    return own(world, registration)[0], {"offer_id": existing(world.offer_of(registration))["id"]}


@COSTS.rpc(events.CHECK_IN)
def _(world: Events) -> Asked:
    registration = chosen(world)[1][0]
    world.do("confirm", registration)
    world.clock.advance(dt.timedelta(days=10))
    return world.host, {"registration_id": registration["id"]}


@COSTS.rpc(events.UNDO_CHECK_IN)
def _(world: Events) -> Asked:
    registration = chosen(world)[1][0]
    world.do("confirm", registration)
    world.clock.advance(dt.timedelta(days=10))
    asked: wire.RegistrationRef = {"registration_id": registration["id"]}
    world.app.registrations.check_in(asked, world.host)
    return world.host, {**asked}


@COSTS.rpc(events.GET_PLACE_WORDS)
def _(world: Events) -> Asked:
    registration = chosen(world)[1][0]
    return Context.for_system("notifications"), {"registration_id": registration["id"]}


@COSTS.rpc(events.IS_SEAT_KEPT)
def _(world: Events) -> Asked:
    registration = chosen(world)[1][0]
    return Context.for_system("notifications"), {"registration_id": registration["id"]}


@COSTS.rpc(events.HAS_ATTENDED)
def _(world: Events) -> Asked:
    asked = {"community_id": COMMUNITY, "person_id": new_id("per")}
    return Context.for_system("payments"), {**asked, "since": world.clock.now().isoformat()}


# ── What others and time bring ──────────────────────────────────────────────────────────────────


@COSTS.reaction("on_standing_changed")
def _(world: Events) -> tuple[Event, dict[str, Any]]:
    asked = {"community_id": COMMUNITY, "person_id": new_id("per")}
    return membership.STANDING_CHANGED, world.members.call(
        membership.GET_STANDING, asked, world.host
    )


@COSTS.rpc(events.EXPORT_MINE)
def _(world: Events) -> Asked:
    person = new_id("per")
    world.register(world.meetup(capacity=20), person)
    return world.ctx(person), {"after": None, "limit": 50}


@COSTS.rpc(events.EXPORT_PERSON)
def _(world: Events) -> Asked:
    person, operator = new_id("per"), new_id("per")
    world.register(world.meetup(capacity=20), person)
    make_operator(world, operator)
    return world.ctx(operator), {"person_id": person, "after": None, "limit": 50}


def make_operator(world: Events, person: str) -> None:
    """What membership tells of an operator."""
    asked = {"community_id": membership.SYSTEM, "person_id": person}
    facts = world.members.call(membership.GET_STANDING, asked, world.host)
    told: Any = SimpleNamespace(data={**facts, "roles": ["operator"], "version": 1})
    world.app.standings.apply(told, world.host)


@COSTS.reaction("on_person_erased", "registered for a meetup")
def _(world: Events) -> tuple[Event, dict[str, Any]]:
    person = new_id("per")
    world.register(world.meetup(capacity=20), person)
    return membership.PERSON_ERASED, {"erasure_id": new_id("era"), "person_id": person}


@COSTS.reaction("on_order_paid", "a selected person's seat")
def _(world: Events) -> tuple[Event, dict[str, Any]]:
    _, people = chosen(world, fee=FEE)
    return payments.ORDER_PAID, paid(people[0])


@COSTS.reaction("on_order_paid", "a seat that is gone")
def _(world: Events) -> tuple[Event, dict[str, Any]]:
    _, people = chosen(world, fee=FEE)
    world.do("decline", people[0])
    return payments.ORDER_PAID, paid(people[0])


@COSTS.reaction("on_order_refunded", "a seat, in full")
def _(world: Events) -> tuple[Event, dict[str, Any]]:
    _, people = chosen(world, fee=FEE)
    deliver(world, payments.ORDER_PAID, paid(people[0]))
    return payments.ORDER_REFUNDED, refunded(people[0])


@COSTS.rpc(events.SELECT_REGISTRATIONS, "one of them, to pay for the seat")
def _(world: Events) -> Asked:
    meetup = world.meetup(capacity=20, fee=FEE)
    registration = registered(world, meetup)
    world.close(meetup)
    return world.host, {"meetup_id": meetup["id"], "registration_ids": [registration["id"]]}


@COSTS.rpc(events.WITHDRAW_REGISTRATION, "from a seat that was paid for")
def _(world: Events) -> Asked:
    _, people = chosen(world, fee=FEE)
    deliver(world, payments.ORDER_PAID, paid(people[0]))
    return own(world, people[0])


@COSTS.job("waitlist_others")
def _(world: Events) -> None:
    meetup = world.meetup(capacity=1)
    people = [registered(world, meetup) for _ in range(2)]
    world.close(meetup)
    world.select(meetup, people[:1])


@COSTS.job("lapse_unconfirmed")
def _(world: Events) -> None:
    chosen(world)
    world.clock.advance(dt.timedelta(hours=25))


@COSTS.job("expire_offers")
def _(world: Events) -> None:
    offered(world)
    world.clock.advance(dt.timedelta(hours=25))


@COSTS.job("promote")
def _(world: Events) -> None:
    _, (first, _) = chosen(world, waiting=1)
    world.do("decline", first)


@COSTS.job("promote", "everybody has been offered a seat")
def _(world: Events) -> None:
    offered(world)


@COSTS.job("tell_of_changes")
def _(world: Events) -> None:
    meetup, _ = chosen(world)
    world.change(meetup, city="杭州")


@COSTS.job("end_meetups")
def _(world: Events) -> None:
    world.meetup(capacity=20)
    world.clock.advance(dt.timedelta(days=11))


@COSTS.job("wind_up")
def _(world: Events) -> None:
    registration = chosen(world)[1][0]
    world.do("confirm", registration)
    world.clock.advance(dt.timedelta(days=11))
    world.app.winding_up.end_meetups(Pass(world.clock.now()))
    world.clock.advance(SETTLED)


@COSTS.job("resync_standings", "one of one was behind")
def _(world: Events) -> None:
    miss_a_standing(world.db, world.members, COMMUNITY)


@pytest.mark.parametrize("scenario", COSTS.all, ids=lambda scenario: scenario.row)
def test_costs(
    scenario: Scenario,
    database: Database[Document],
    monkeypatch: pytest.MonkeyPatch,
    write_costs: bool,
) -> None:
    """Each operation takes exactly what is declared in services/events/costs.toml."""
    METER.install(monkeypatch)
    for name in database.list_collection_names():
        if name != "schema_version":
            database[name].delete_many({})
    world = make_events(database)
    known(world, world.host_id)
    service = Driven(SERVICE, world.app, database, world.clock, world.members, METER)
    counted = scenario.play(world, service)
    check("events", scenario.kind, scenario.row, counted, write=write_costs)
