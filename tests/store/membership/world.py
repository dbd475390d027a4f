"""The membership service in this process: its use cases on a real database, events by hand."""

import base64
import dataclasses
import datetime as dt
from dataclasses import dataclass, field
from typing import Any, ClassVar

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pymongo.database import Database

from chassis.clock import FixedClock
from chassis.context import ANONYMOUS, Context, new_traceparent
from chassis.ids import new_id
from chassis.platform import Platform
from chassis.uow import UnitOfWork
from contracts import events, membership, payments
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.records import Rpc
from services.membership.composition import MembershipApp, build
from services.membership.service import REACTIONS
from services.membership.settings import MembershipSettings
from tests.kit.existing import existing
from tests.kit.usecases import InProcess, made_event, signed_in

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
FORM = [
    {
        "title": "About you",
        "questions": [
            {"key": "city", "kind": "short_text", "title": "City", "required": True},
            {"key": "license", "kind": "short_text", "title": "License", "private": True},
        ],
    }
]


class Neighbours:
    """Membership asks about plans that nobody told it of, and about open orders: payments knows
    those in `PLANS` and `ORDERS`, the events service of the kept `SEATS` and the `MEETUPS`."""

    PLANS: ClassVar[dict[str, dict[str, Any]]] = {}
    ORDERS: ClassVar[dict[str, str | DomainError]] = {}  # by purchase
    SEATS: ClassVar[set[str]] = set()  # registrations
    MEETUPS: ClassVar[list[dict[str, Any]] | DomainError] = []
    PAUSES: ClassVar[dict[str, DomainError]] = {}  # why payments pauses a purchase not
    PAUSED: ClassVar[list[str]] = []  # purchases, in their order
    PROGRESS: ClassVar[dict[str, dict[str, Any]] | DomainError] = {}  # by purchase
    TOLD_AGAIN: ClassVar[list[str]] = []  # paid orders, in their order

    def call(self, record: Rpc, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        if record is payments.GET_OPEN_ORDER:
            order = self.ORDERS.get(request["purchase_id"])
            if isinstance(order, DomainError):
                raise order
            return {"order_id": order}
        if record is payments.LIST_PURCHASE_PROGRESS:
            if isinstance(self.PROGRESS, DomainError):
                raise self.PROGRESS
            asked = request["purchase_ids"]
            return {"purchases": [self.PROGRESS[id] for id in asked if id in self.PROGRESS]}
        if record is payments.TELL_PAID_AGAIN:
            self.TOLD_AGAIN.append(request["order_id"])
            return {"order_id": request["order_id"]}
        if record is payments.PAUSE_PURCHASE:
            if (refusal := self.PAUSES.get(request["purchase_id"])) is not None:
                raise refusal
            self.PAUSED.append(request["purchase_id"])
            return {"paused_until": None}
        if record is events.LIST_NEXT_MEETUPS:
            if isinstance(self.MEETUPS, DomainError):
                raise self.MEETUPS
            return {"meetups": self.MEETUPS}
        if record is events.IS_SEAT_KEPT:
            return {"kept": request["registration_id"] in self.SEATS}
        if record is not payments.GET_PLAN_FACTS:
            raise AssertionError(f"{record.routing_key} was called")
        if request["plan_id"] not in self.PLANS:
            raise DomainError(OBJECT_NOT_FOUND, noun="plan")
        return self.PLANS[request["plan_id"]]


def uploaded(text: str) -> str:
    """A file as it travels."""
    return encoded(text.encode())


def encoded(data: bytes) -> str:
    """Bytes as they travel."""
    return base64.b64encode(data).decode()


def anybody() -> Context:
    """Somebody who is not signed in."""
    return Context(ANONYMOUS, "zh-CN", new_id("req"), new_traceparent())


@dataclass
class World(InProcess):
    """One system with a community, its owner and two reviewers."""

    service = "membership"
    reactions = REACTIONS

    app: MembershipApp
    community: dict[str, Any] = field(default_factory=dict)
    owner: Context = field(default_factory=anybody)
    reviewers: list[Context] = field(default_factory=list)
    plan_id: str = field(default_factory=lambda: new_id("pln"))

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
        actor = signed_in(known["_id"])
        return Context(actor, "zh-CN", new_id("req"), new_traceparent())

    def sell(self, **facts: Any) -> str:
        """Payments describes a plan of the community; its id."""
        version = facts.pop("version", 1)
        told = self.described(**facts)
        event = made_event(
            payments.PLAN_DESCRIBED, told, self.clock.now(), aggregateversion=version
        )
        self.app.plans.apply(event, Context.for_event("membership", "on_plan_described", event))
        return str(told["plan_id"])

    def described(self, **facts: Any) -> dict[str, Any]:
        """What payments tells about a plan."""
        return {
            "plan_id": new_id("pln"),
            "community_id": self.community["id"],
            "state": "on_sale",
            "free": False,
            "period_months": 12,
            "tier": "",
            "plan_name": "年度会员",
            **facts,
        }

    def apply(
        self,
        ctx: Context,
        plan_id: str | None = None,
        submit: bool = True,
        source: str | None = None,
        **answers: Any,
    ) -> dict[str, Any]:
        return self.ask(
            self.app.applications.create,
            membership.CREATE_APPLICATION,
            ctx,
            community_id=self.community["id"],
            plan_id=plan_id,
            answers=answers or {"city": "上海"},
            submit=submit,
            source=source,
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
        stored = existing(self.database.applications.find_one({"_id": application["id"]}))
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
            "period": {"plan_id": self.plan_id, "months": 12, "extra_days": 0},
            "paid_at": now,
            "paid_on": (now + dt.timedelta(hours=8)).date().isoformat(),
            **more,
        }

    def refunded(self, order: dict[str, Any], **more: Any) -> dict[str, Any]:
        names = ("order_id", "purchase_id", "community_id", "payer_id", "subject")
        kept = {name: order[name] for name in names}
        told = {"amount": order["total"], "full": True, "fulfilled": True, "reason": None}
        return {"refund_id": new_id("rfd"), **kept, **told, **more}


def compose(database: Database[dict[str, Any]], clock: FixedClock) -> MembershipApp:
    """The service's own composition over a database and a clock."""
    settings = MembershipSettings(
        env="test",
        amqp_url="amqp://",
        mongo_url="mongodb://",
        mongo_database=database.name,
        health_port=1,
        signing_key=PEM,
        sign_ins_per_minute=1000,
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
