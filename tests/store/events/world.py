"""The events service's use cases on a real database, with time and standings in hand."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from chassis.clock import FixedClock
from chassis.context import Actor, Context, IdempotencyKey, new_traceparent
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.platform import Platform
from chassis.standings import Standings
from chassis.uow import UnitOfWork
from contracts.types import events as wire
from services.events.domain.registrations import OpenOffer
from services.events.service import EventsApp, build
from tests.kit.commits import stored_events
from tests.kit.existing import existing
from tests.kit.neighbours import MEMBER, FakeMembership
from tests.kit.passes import OnePass

START = dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC)  # noon in Shanghai
COMMUNITY = "com_01JD6ZK3V9Q4M8N2R5T7W0X10Y"

Shown = Mapping[str, Any]  # a meetup or a registration, of which its id and person are enough


class Pass(OnePass):
    """One pass of a job of ours."""

    def __init__(self, now: dt.datetime, cursor: Any = None) -> None:
        super().__init__(now, "events", cursor)


@dataclass
class Events:
    """The service as tests drive it."""

    app: EventsApp
    db: Database[Document]
    clock: FixedClock
    members: FakeMembership
    host_id: str

    def ctx(self, person: str, key: str | None = None) -> Context:
        ctx = Context(Actor("person", person), "en", new_id("req"), new_traceparent())
        ctx = ctx.with_deadline(10)
        if key is not None:
            ctx = dataclasses.replace(ctx, idempotency=IdempotencyKey(key, key, "events.x"))
        return ctx

    @property
    def host(self) -> Context:
        return self.ctx(self.host_id)

    def meetup(self, *, capacity: int, published: bool = True, **changes: Any) -> wire.Meetup:
        request: Any = {
            "community_id": COMMUNITY,
            "title": "周六午餐",
            "description": "",
            "starts_at": self.clock.now() + dt.timedelta(days=10),
            "ends_at": self.clock.now() + dt.timedelta(days=10, hours=3),
            "zone": None,
            "city": "上海",
            "address": "南京西路 1 号",
            "capacity": capacity,
            "hold_hours": 24,
            "fee": None,
            "refund_brackets": [],
            **changes,
        }
        made = self.app.meetups.create(request, self.host)
        if published:
            made = self.app.meetups.publish({"meetup_id": made["id"]}, self.host)
        return made

    def change(self, meetup: Shown, **wishes: Any) -> wire.ChangedMeetup:
        """By a host who has just read it."""
        request: Any = {
            "meetup_id": meetup["id"],
            "expected_version": self.stored(meetup)["version"],
            "simulate": False,
            **wishes,
        }
        return self.app.meetups.change(request, self.host)

    def stored(self, meetup: Shown) -> Document:
        return existing(self.db["meetups"].find_one({"_id": meetup["id"]}))

    def register(self, meetup: Shown, person: str | None = None) -> wire.Registration:
        person = person or new_id("per")
        return self.app.registrations.register({"meetup_id": meetup["id"]}, self.ctx(person))

    def close(self, meetup: Shown) -> None:
        self.app.meetups.close_registration({"meetup_id": meetup["id"]}, self.host)

    def select(
        self, meetup: Shown, chosen: Sequence[Shown], ctx: Context | None = None
    ) -> wire.Selection:
        request: wire.SelectRegistrations = {
            "meetup_id": meetup["id"],
            "registration_ids": [one["id"] for one in chosen],
        }
        return self.app.selection.select(request, ctx or self.host)

    def do(self, step: str, registration: Shown) -> wire.Registration:
        request = {"registration_id": registration["id"]}
        person = self.ctx(registration["person_id"])
        return getattr(self.app.registrations, step)(request, person)

    def offer_of(self, registration: Shown) -> OpenOffer | None:
        return existing(self.db["registrations"].find_one({"_id": registration["id"]}))["offer"]

    def answer(self, step: str, registration: Shown) -> wire.Registration:
        request = {"offer_id": existing(self.offer_of(registration))["id"]}
        return getattr(self.app.offers, step)(request, self.ctx(registration["person_id"]))

    def state(self, registration: Shown) -> str:
        return existing(self.db["registrations"].find_one({"_id": registration["id"]}))["state"]

    def states(self, meetup: Shown) -> dict[str, int]:
        rows = self.db["registrations"].aggregate(
            [
                {"$match": {"meetup_id": meetup["id"]}},
                {"$group": {"_id": "$state", "n": {"$sum": 1}}},
            ]
        )
        return {row["_id"]: row["n"] for row in rows}

    def tick(self, by: dt.timedelta = dt.timedelta()) -> None:
        """Moves the clock and lets every job make a pass."""
        self.clock.advance(by)
        run = Pass(self.clock.now())
        self.app.selection.lapse_unconfirmed(run)
        self.app.offers.expire(run)
        self.app.selection.waitlist_others(run)
        self.app.offers.promote(run)
        self.app.changes.tell(run)
        self.app.winding_up.end_meetups(run)
        self.app.winding_up.wind_up(run)

    def told(self, registration: Shown) -> list[str]:
        rows = [row for row in stored_events(self.db) if row["subject"] == registration["id"]]
        return [row["key"].split(".")[2] for row in sorted(rows, key=lambda row: row["version"])]


def make_events(database: Database[Document]) -> Events:
    clock, members = FixedClock(START), FakeMembership(everybody=MEMBER)
    host_id = new_id("per")
    members.standings[host_id] = {**MEMBER, "roles": ["host", "member"]}
    platform: Platform[Any] = Platform(
        service="events",
        settings=None,
        clock=clock,
        database=database,
        uow=UnitOfWork(database, clock),
        rpc=members,  # type: ignore[arg-type]
    )
    assert isinstance(build(platform).standings, Standings)
    return Events(build(platform), database, clock, members, host_id)
