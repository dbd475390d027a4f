"""The membership service in this process: its use cases on a real database, events by hand."""

import base64
import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pymongo.database import Database

from chassis.clock import FixedClock
from chassis.context import Actor, Context, Message, new_traceparent
from chassis.ids import new_id
from chassis.platform import Platform
from chassis.uow import UnitOfWork
from contracts import envelope, membership, payments
from contracts.envelope import CloudEvent
from contracts.problems import load
from contracts.records import Event, Rpc
from deploy.local.nodes import Nodes
from services.membership.service import Membership, build
from services.membership.settings import MembershipSettings
from services.membership.store import SCHEMA
from tests.kit.commits import told_events
from tests.kit.databases import migrated
from tests.kit.passes import OnePass

START = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)  # noon in Shanghai
PEM = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    .decode()
)


class Neighbours:
    """Membership asks nobody: what it needs from others comes by event."""

    def call(self, record: Rpc, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        raise AssertionError(f"{record.routing_key} was called")


def uploaded(text: str) -> str:
    """A file as it travels."""
    return base64.b64encode(text.encode()).decode()


@dataclass
class World:
    """One system with a community, its owner and two reviewers."""

    app: Membership
    database: Database[dict[str, Any]]
    clock: FixedClock
    community: dict[str, Any] = field(default_factory=dict)
    owner: Context | None = None
    reviewers: list[Context] = field(default_factory=list)

    def use(self, database: Database[dict[str, Any]]) -> None:
        """Works through another client of the same database from now on."""
        self.app = compose(database, self.clock)

    def another_process(self) -> "World":
        """The same system as another process of the service works on it."""
        return dataclasses.replace(self, app=compose(self.database, self.clock))

    def person(self, email: str = "") -> Context:
        """Somebody who signed in."""
        address = email or f"{new_id('per')[4:].lower()}@example.com"
        known = self.app.people.ensure(address, "zh-CN", Context.for_system("membership"))
        actor = Actor("person", known["_id"], new_id("ses"), ("user",))
        return Context(actor, "zh-CN", new_id("req"), new_traceparent())

    def ask(
        self, use_case: Callable[..., dict[str, Any]], record: Rpc, ctx: Context, **request: Any
    ) -> dict[str, Any]:
        """Calls a use case with a request and an answer that both fit its RPC record."""
        answer = use_case(load(record.request(), request), ctx)
        dumped = record.response().dump(answer)
        assert not record.response().validate(dumped), record.response().validate(dumped)
        return dumped

    def apply(self, ctx: Context, **answers: Any) -> dict[str, Any]:
        return self.ask(
            self.app.applications.create,
            membership.CREATE_APPLICATION,
            ctx,
            community_id=self.community["id"],
            answers=answers or {"city": "上海"},
            submit=True,
        )

    def approve(self, application_id: str, ctx: Context | None = None) -> dict[str, Any]:
        return self.ask(
            self.app.reviews.approve,
            membership.APPROVE_APPLICATION,
            ctx or self.reviewers[0],
            application_id=application_id,
        )

    def application(self, application_id: str) -> dict[str, Any]:
        return self.ask(
            self.app.reviews.get,
            membership.GET_APPLICATION,
            self.reviewers[0],
            application_id=application_id,
        )

    def membership(self, membership_id: str) -> dict[str, Any]:
        return self.ask(
            self.app.memberships.get,
            membership.GET_MEMBERSHIP,
            self.owner,
            membership_id=membership_id,
        )

    def approved(self, ctx: Context | None = None) -> dict[str, Any]:
        """An approved application."""
        return self.approve(self.apply(ctx or self.person())["id"])

    def member(self, ctx: Context | None = None, **order: Any) -> dict[str, Any]:
        """The membership of somebody who applied, was approved and paid."""
        application = self.approved(ctx)
        self.deliver(payments.ORDER_PAID, self.order(application, **order))
        return self.membership(application["membership_id"])

    def order(self, application: dict[str, Any], **order: Any) -> dict[str, Any]:
        """What payments tells about the paid order of an approved application."""
        stored = self.database.applications.find_one({"_id": application["id"]})
        return self.paid(stored["term_id"], application["person_id"], **order)

    def paid(self, term_id: str, payer_id: str, **more: Any) -> dict[str, Any]:
        now = self.clock.now()
        return {
            "order_id": new_id("ord"),
            "purchase_id": payments.purchase_id_of(term_id),
            "community_id": self.community["id"],
            "payer_id": payer_id,
            "subject": {"kind": "membership_term", "ref": term_id},
            "purpose": "join",
            "total": {"amount": 300000, "currency": "CNY"},
            "period": {"plan_id": new_id("pln"), "months": 12, "extra_days": 0},
            "paid_at": now,
            "paid_on": (now + dt.timedelta(hours=8)).date().isoformat(),
            **more,
        }

    def refunded(self, order: dict[str, Any], **more: Any) -> dict[str, Any]:
        names = ("order_id", "purchase_id", "community_id", "payer_id", "subject")
        kept = {name: order[name] for name in names}
        told = {"amount": order["total"], "full": True, "fulfilled": True, "reason": "moved"}
        return {**kept, **told, **more}

    def deliver(self, event: Event, data: dict[str, Any], event_id: str | None = None) -> None:
        """Hands an event to the reaction that takes it, as the consumer would."""
        handlers = {
            payments.ORDER_PAID: self.app.purchases.fulfil,
            payments.ORDER_REFUNDED: self.app.purchases.take_back,
        }
        told = envelope.decode(
            envelope.encode(
                CloudEvent(
                    id=event_id or new_id("evt"),
                    source=f"/coterie/{event.service}",
                    event=event,
                    subject="subject",
                    time=self.clock.now(),
                    aggregateversion=1,
                    data=data,
                    sequence=None,
                    correlationid="request-1",
                    causationid=None,
                    traceparent=new_traceparent(),
                )
            )
        )
        ctx = Context.for_event("membership", handlers[event].__name__, told)
        assert isinstance(ctx.message, Message)
        handlers[event](told, ctx)

    def told(self, *events: Event) -> list[CloudEvent]:
        """All events of these types, in the order of their making."""
        return told_events(self.database, *events)


@pytest.fixture(scope="module")
def schema_database(nodes: Nodes) -> Iterator[Database[dict[str, Any]]]:
    with migrated(nodes, SCHEMA) as database:
        yield database


@pytest.fixture
def empty(schema_database: Database[dict[str, Any]]) -> World:
    """The service on a database without documents."""
    for name in schema_database.list_collection_names():
        if name != "schema_version":
            schema_database[name].delete_many({})
    clock = FixedClock(START)
    return World(compose(schema_database, clock), schema_database, clock)


def compose(database: Database[dict[str, Any]], clock: FixedClock) -> Membership:
    """The service's own composition over a database and a clock."""
    settings = MembershipSettings(
        env="test", amqp_url="amqp://", health_port=1, signing_key=PEM, sign_ins_per_minute=1000
    )
    platform = Platform(
        service="membership",
        settings=settings,
        clock=clock,
        database=database,
        uow=UnitOfWork(database, clock),
        rpc=Neighbours(),  # type: ignore[arg-type]
    )
    return build(platform)


@pytest.fixture
def make_world(empty: World) -> Callable[..., World]:
    """A community with an owner and two reviewers; policy and form as given."""

    def make(form: list[dict[str, Any]] | None = None, **policy: Any) -> World:
        operator = Context.for_operator("membership")
        empty.owner = empty.person("owner@example.com")
        asked = {
            "slug": "doctors",
            "name": "医者同行",
            "policy": policy,
            "owner_email": "owner@example.com",
            "form": form if form is not None else FORM,
        }
        empty.community = empty.ask(
            empty.app.communities.create, membership.CREATE_COMMUNITY, operator, **asked
        )
        for email in ("zhao@example.com", "qian@example.com"):
            empty.ask(
                empty.app.roles.grant,
                membership.GRANT_ROLE,
                empty.owner,
                community_id=empty.community["id"],
                email=email,
                role="reviewer",
            )
            empty.reviewers.append(empty.person(email))
        return empty

    return make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()


FORM = [
    {
        "title": "About you",
        "questions": [
            {"key": "city", "kind": "short_text", "title": "City", "required": True},
            {"key": "license", "kind": "short_text", "title": "License", "private": True},
        ],
    }
]


@pytest.fixture
def run_jobs(empty: World) -> Callable[[], None]:
    """One pass of every job at business time."""

    def run() -> None:
        one_pass = OnePass(empty.clock.now(), "membership")
        for job in (
            empty.app.deadlines.advance_applications,
            empty.app.deadlines.advance_memberships,
            empty.app.imports.run,
            empty.app.counting.fold,
            empty.app.counting.verify,
        ):
            job(one_pass)  # type: ignore[arg-type]

    return run
