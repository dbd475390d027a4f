"""What each operation of notifications costs, counted against its declaration."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pymongo.database import Database

from chassis.clock import FixedClock
from chassis.context import ANONYMOUS, Actor, Context, new_traceparent
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.platform import Platform
from chassis.uow import UnitOfWork
from contracts import events, membership, notifications, payments
from contracts.records import Event
from contracts.types import notifications as wire
from deploy.local.nodes import Nodes
from services.notifications.service import SERVICE, NotificationsApp, build
from services.notifications.store import SCHEMA
from services.notifications.usecases import deliveries
from tests.kit.costs import Driven, Meter, Scenario, Scenarios, check
from tests.kit.databases import migrated
from tests.kit.neighbours import NOBODY, FakeMembership, miss_a_standing
from tests.kit.passes import OnePass
from tests.kit.processes import free_port
from tests.kit.usecases import made_event
from tests.store.notifications.test_request_log import ID, asking, line, store
from tests.unit.notifications.samples import facts_of, made_id

COSTS = Scenarios(SERVICE)
METER = Meter()
Asked = tuple[Context, Mapping[str, Any]]
Told = tuple[Event, dict[str, Any]]
NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
PAGE: wire.PageRequest = {"after": None, "limit": 50}


class Mailbox:
    """Takes every mail."""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        return "250 OK"


@dataclass
class World:
    app: NotificationsApp
    clock: FixedClock
    neighbour: FakeMembership
    owner: str
    database: Database[Document]

    def ctx(self, person: str) -> Context:
        return Context(Actor("person", person), "zh-CN", new_id("req"), new_traceparent())

    def told(self, event: Event, **facts: Any) -> None:
        """An event has been turned into a message."""
        told = made_event(event, {**facts_of(event.type), **facts}, self.clock.now())
        ctx = Context.for_event("notifications", "notifications.on_membership_news", told)
        self.app.notifications.notify(told, ctx)


@pytest.fixture(scope="module")
def database(nodes: Nodes) -> Iterator[Database[Document]]:
    with migrated(nodes, SCHEMA, [METER]) as database:
        yield database


@pytest.fixture(scope="module")
def smtp_url() -> Iterator[str]:
    server = Controller(Mailbox(), hostname="127.0.0.1", port=free_port())
    server.start()
    yield f"smtp://{server.hostname}:{server.port}"
    server.stop()


@COSTS.rpc(notifications.LIST_MY_NOTIFICATIONS)
def _(world: World) -> Asked:
    world.told(membership.ACTIVATED)
    return world.ctx(made_id("per")), PAGE


@COSTS.rpc(notifications.MARK_NOTIFICATION_READ)
def _(world: World) -> Asked:
    world.told(membership.ACTIVATED)
    ctx = world.ctx(made_id("per"))
    (message,) = world.app.notifications.list_mine({**PAGE, "unread": False}, ctx)["items"]
    return ctx, {"notification_id": message["id"]}


@COSTS.rpc(notifications.READ_MY_NOTIFICATIONS, "two of three")
def _(world: World) -> Asked:
    for _ in range(3):
        world.told(membership.ACTIVATED)
    ctx = world.ctx(made_id("per"))
    listed = world.app.notifications.list_mine({**PAGE, "unread": False}, ctx)["items"]
    return ctx, {"read_through": listed[1]["id"]}


@COSTS.rpc(notifications.GET_DELIVERY_SUMMARY)
def _(world: World) -> Asked:
    world.told(membership.ACTIVATED)
    ctx = world.ctx(world.owner)
    told: Any = SimpleNamespace(data=standing(world.owner, "owner"))
    world.app.standings.apply(told, ctx)
    return ctx, {"community_id": made_id("com")}


@COSTS.rpc(notifications.STORE_REQUESTS, "a hundred")
def _(world: World) -> Asked:
    told = [line(None)] * 100
    return asking(ANONYMOUS), {"batch_id": new_id("rql"), "requests": told}


@COSTS.rpc(notifications.GET_REQUEST)
def _(world: World) -> Asked:
    store(world.app.request_log, line(made_id("per")))
    return world.ctx(made_id("per")), {"request_id": ID}


def standing(person: str, *roles: str) -> dict[str, Any]:
    return {
        **NOBODY,
        "community_id": made_id("com"),
        "person_id": person,
        "roles": list(roles),
        "zone": "Asia/Shanghai",
        "version": 1,
    }


@COSTS.reaction("on_standing_changed")
def _(world: World) -> Told:
    return membership.STANDING_CHANGED, standing(new_id("per"), "member")


@COSTS.reaction("on_sign_in_requested")
def _(world: World) -> Told:
    return sample(membership.SIGN_IN_REQUESTED)


@COSTS.reaction("on_staff_news")
def _(world: World) -> Told:
    world.neighbour.holders = [new_id("per"), new_id("per")]
    return sample(payments.PROVIDER_ACCOUNT_CHANGED)


@COSTS.reaction("on_account_news")
def _(world: World) -> Told:
    return sample(membership.EMAIL_CHANGE_STARTED)


@COSTS.reaction("on_application_news", "handed in")
def _(world: World) -> Told:
    return sample(membership.APPLICATION_SUBMITTED)


@COSTS.reaction("on_application_news", "approved")
def _(world: World) -> Told:
    return sample(membership.APPLICATION_APPROVED)


@COSTS.reaction("on_membership_news")
def _(world: World) -> Told:
    return sample(membership.ACTIVATED)


@COSTS.reaction("on_order_refunded")
def _(world: World) -> Told:
    return sample(payments.ORDER_REFUNDED)


@COSTS.reaction("on_refund_declined")
def _(world: World) -> Told:
    return sample(payments.REFUND_DECLINED)


@COSTS.reaction("on_transfer_news")
def _(world: World) -> Told:
    return sample(payments.TRANSFER_ENDING)


@COSTS.rpc(notifications.EXPORT_MINE)
def _(world: World) -> Asked:
    world.told(membership.ACTIVATED)
    return world.ctx(made_id("per")), PAGE


@COSTS.rpc(notifications.EXPORT_PERSON)
def _(world: World) -> Asked:
    world.told(membership.ACTIVATED)
    facts = {**standing(world.owner, "operator"), "community_id": membership.SYSTEM}
    ctx = world.ctx(world.owner)
    told: Any = SimpleNamespace(data=facts)
    world.app.standings.apply(told, ctx)
    return ctx, {"person_id": made_id("per"), **PAGE}


@COSTS.reaction("on_person_erased")
def _(world: World) -> Told:
    world.told(membership.ACTIVATED)
    return membership.PERSON_ERASED, {"erasure_id": new_id("era"), "person_id": made_id("per")}


@COSTS.reaction("on_registration_news")
def _(world: World) -> Told:
    return sample(events.REGISTRATION_CONFIRMED)


def sample(event: Event) -> tuple[Event, dict[str, Any]]:
    return event, facts_of(event.type)


@COSTS.job("send_deliveries", "a message of a community")
def _(world: World) -> None:
    world.told(membership.ACTIVATED)


@COSTS.job("send_deliveries", "a rejection, with its words")
def _(world: World) -> None:
    world.told(membership.APPLICATION_REJECTED)


@COSTS.job("send_deliveries", "16 messages of a community, known readers")
def _(world: World) -> None:
    world.told(membership.ACTIVATED)
    world.app.deliveries.send_due(OnePass(NOON, "notifications"))
    for _ in range(16):
        world.told(membership.ACTIVATED)


@COSTS.job("send_deliveries", "an offer of a seat")
def _(world: World) -> None:
    world.told(events.SEAT_OFFERED)


@COSTS.job("send_codes", "a sign-in code")
def _(world: World) -> None:
    world.told(membership.SIGN_IN_REQUESTED)


@COSTS.job("send_codes", "both codes of a change of address")
def _(world: World) -> None:
    world.told(membership.EMAIL_CHANGE_STARTED)


@COSTS.job("send_deliveries", "a change of address, to both")
def _(world: World) -> None:
    world.told(membership.EMAIL_CHANGED)


@COSTS.job("resync_standings", "one of one was behind")
def _(world: World) -> None:
    miss_a_standing(world.database, world.neighbour, made_id("com"))


@COSTS.job("count_deliveries", "300 settled messages of a community")
def _(world: World) -> None:
    for _ in range(300):
        world.told(events.REGISTRATION_CONFIRMED)


SYSTEM = Context.for_system("notifications")


@pytest.mark.parametrize("scenario", COSTS.all, ids=lambda scenario: scenario.row)
def test_costs(
    scenario: Scenario,
    database: Database[Document],
    smtp_url: str,
    monkeypatch: pytest.MonkeyPatch,
    write_costs: bool,
) -> None:
    """Each operation takes exactly what is declared in services/notifications/costs.toml."""
    METER.install(monkeypatch)
    monkeypatch.setattr(deliveries, "LOOK_AGAIN_SECONDS", 60.0)  # however long the mails take
    for name in database.list_collection_names():
        if name != "schema_version":
            database[name].delete_many({})
    clock, neighbour = FixedClock(NOON), FakeMembership()
    neighbour.codes[made_id("chl")] = neighbour.codes[made_id("emc")] = "048213"
    neighbour.emails_changed.add(made_id("emc"))
    settings: Any = SimpleNamespace(
        smtp_url=smtp_url, mail_from="hello@coterie.example", sms_url="", sms_key=""
    )
    platform: Platform[Any] = Platform(
        service="notifications",
        settings=settings,
        clock=clock,
        database=database,
        uow=UnitOfWork(database, clock),
        rpc=neighbour,  # type: ignore[arg-type]
    )
    world = World(build(platform), clock, neighbour, new_id("per"), database)
    service = Driven(SERVICE, world.app, database, clock, neighbour, METER)
    counted = scenario.play(world, service)
    stopping = OnePass(NOON, "notifications")
    stopping.should_stop = True
    world.app.deliveries.send_due(stopping)  # says goodbye to the mail server
    check("notifications", scenario.kind, scenario.row, counted, write=write_costs)
