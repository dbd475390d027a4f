"""What each operation of notifications costs, counted against its declaration."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from chassis.clock import FixedClock
from chassis.context import Actor, Context, new_traceparent
from chassis.ids import new_id
from chassis.platform import Platform
from chassis.uow import UnitOfWork
from contracts import events, membership, notifications, payments
from contracts.envelope import CloudEvent
from contracts.records import Event, Rpc
from services.notifications.service import SERVICE, NotificationsApp, build
from services.notifications.store import SCHEMA
from services.notifications.usecases import deliveries
from tests.kit.component import free_port
from tests.kit.costs import Driven, Meter, Scenario, Scenarios, check
from tests.kit.databases import migrated
from tests.kit.passes import OnePass
from tests.unit.notifications.samples import facts_of, made_id

COSTS = Scenarios(SERVICE)
METER = Meter()
NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
PAGE = {"after": None, "limit": 50}


class Membership:
    """The neighbour at the contract: one community, an owner, an address for everybody."""

    def __init__(self) -> None:
        self.owner = new_id("per")

    def call(self, record: Rpc, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        if record is membership.GET_COMMUNITY:
            return {"id": request["community_id"], "name": "医生圈", "zone": "Asia/Shanghai"}
        until = NOON + dt.timedelta(minutes=10)
        reader = {"email": "li@example.com", "locale": "zh-CN"}
        if record is membership.FETCH_SIGN_IN_CODE:
            return {**reader, "code": "048213", "expires_at": until}
        assert record is membership.GET_RECIPIENT
        return {**reader, "person_id": request["person_id"], "name": "李伟"}


class Mailbox:
    """Takes every mail."""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        return "250 OK"


@dataclass
class World:
    app: NotificationsApp
    clock: FixedClock
    neighbour: Membership

    def ctx(self, person: str) -> Context:
        return Context(Actor("person", person), "zh-CN", new_id("req"), new_traceparent())

    def told(self, event: Event, **facts: Any) -> None:
        """An event has been turned into a message."""
        told = CloudEvent(
            id=new_id("evt"),
            source=f"/coterie/{event.service}",
            event=event,
            subject="subject",
            time=self.clock.now(),
            aggregateversion=1,
            data={**facts_of(event.type), **facts},
            sequence=None,
            correlationid=new_id("req"),
            causationid=None,
            traceparent=new_traceparent(),
        )
        ctx = Context.for_event("notifications", "notifications.on_membership_news", told)
        self.app.notifications.notify(told, ctx)


@pytest.fixture(scope="module")
def database(nodes):
    with migrated(nodes, SCHEMA, [METER]) as database:
        yield database


@pytest.fixture(scope="module")
def smtp_url() -> Iterator[str]:
    server = Controller(Mailbox(), hostname="127.0.0.1", port=free_port())
    server.start()
    yield f"smtp://{server.hostname}:{server.port}"
    server.stop()


@COSTS.rpc(notifications.LIST_MY_NOTIFICATIONS)
def _(world: World):
    world.told(membership.ACTIVATED)
    return world.ctx(made_id("per")), PAGE


@COSTS.rpc(notifications.MARK_NOTIFICATION_READ)
def _(world: World):
    world.told(membership.ACTIVATED)
    ctx = world.ctx(made_id("per"))
    (message,) = world.app.notifications.list_mine(PAGE, ctx)["items"]
    return ctx, {"notification_id": message["id"]}


@COSTS.rpc(notifications.GET_DELIVERY_SUMMARY)
def _(world: World):
    world.told(membership.ACTIVATED)
    facts = standing(world.neighbour.owner, "owner")
    world.app.standings.apply(SimpleNamespace(data=facts))
    return world.ctx(world.neighbour.owner), {"community_id": made_id("com")}


def standing(person: str, *roles: str) -> dict:
    return {
        "community_id": made_id("com"),
        "person_id": person,
        "roles": list(roles),
        "membership_id": None,
        "state": None,
        "zone": "Asia/Shanghai",
        "joined_on": None,
        "term_ends_on": None,
        "grace_ends_on": None,
        "level": None,
        "segment": None,
        "version": 1,
    }


@COSTS.reaction("on_standing_changed")
def _(world: World):
    return membership.STANDING_CHANGED, standing(new_id("per"), "member")


@COSTS.reaction("on_sign_in_requested")
def _(world: World):
    return sample(membership.SIGN_IN_REQUESTED)


@COSTS.reaction("on_application_news", "handed in")
def _(world: World):
    return sample(membership.APPLICATION_SUBMITTED)


@COSTS.reaction("on_application_news", "approved")
def _(world: World):
    return sample(membership.APPLICATION_APPROVED)


@COSTS.reaction("on_membership_news")
def _(world: World):
    return sample(membership.ACTIVATED)


@COSTS.reaction("on_order_refunded")
def _(world: World):
    return sample(payments.ORDER_REFUNDED)


@COSTS.reaction("on_registration_news")
def _(world: World):
    return sample(events.REGISTRATION_CONFIRMED)


def sample(event: Event) -> tuple[Event, dict[str, Any]]:
    return event, facts_of(event.type)


@COSTS.job("send_deliveries", "a message of a community")
def _(world: World):
    world.told(membership.ACTIVATED)


@COSTS.job("send_deliveries", "16 messages of a community, known readers")
def _(world: World):
    world.told(membership.ACTIVATED)
    world.app.deliveries.send_due(OnePass(NOON, "notifications"))
    for _ in range(16):
        world.told(membership.ACTIVATED)


@COSTS.job("send_deliveries", "a sign-in code")
def _(world: World):
    world.told(membership.SIGN_IN_REQUESTED)


SYSTEM = Context.for_system("notifications")


@pytest.mark.parametrize("scenario", COSTS.all, ids=lambda scenario: scenario.row)
def test_costs(scenario: Scenario, database, smtp_url: str, monkeypatch, write_costs: bool):
    """Each operation takes exactly what is declared in services/notifications/costs.toml."""
    METER.install(monkeypatch)
    monkeypatch.setattr(deliveries, "LOOK_AGAIN_SECONDS", 60.0)  # however long the mails take
    for name in database.list_collection_names():
        if name != "schema_version":
            database[name].delete_many({})
    clock, neighbour = FixedClock(NOON), Membership()
    settings: Any = SimpleNamespace(smtp_url=smtp_url, mail_from="hello@coterie.example")
    platform: Platform[Any] = Platform(
        service="notifications",
        settings=settings,
        clock=clock,
        database=database,
        uow=UnitOfWork(database, clock),
        rpc=neighbour,  # type: ignore[arg-type]
    )
    world = World(build(platform), clock, neighbour)
    service = Driven(SERVICE, world.app, database, clock, neighbour, METER)
    counted = scenario.play(world, service)
    check("notifications", scenario.kind, scenario.row, counted, write=write_costs)
