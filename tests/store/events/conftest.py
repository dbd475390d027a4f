"""The events service's use cases on a real database, with time and standings in hand."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pymongo.database import Database

from chassis.clock import FixedClock
from chassis.context import Actor, Context, IdempotencyKey, new_traceparent
from chassis.ids import new_id
from chassis.platform import Platform
from chassis.standings import Standings
from chassis.uow import UnitOfWork
from contracts import membership
from deploy.local.nodes import Nodes
from services.events.service import EventsApp, build
from services.events.store import SCHEMA
from tests.kit.commits import stored_events
from tests.kit.databases import migrated
from tests.kit.passes import OnePass

START = dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC)  # noon in Shanghai
COMMUNITY = "com_01JD6ZK3V9Q4M8N2R5T7W0X10Y"


class Membership:
    """Membership's answers: who is a host, everybody else a member unless named otherwise."""

    def __init__(self) -> None:
        self.host = new_id("per")
        self.outsiders: set[str] = set()
        self.expired: set[str] = set()

    def call(self, record: Any, request: dict, ctx: Context, *, deadline: Any = None) -> dict:
        if record is membership.GET_COMMUNITY:
            return {"zone": "Asia/Shanghai"}
        assert record is membership.GET_STANDING
        person = request["person_id"]
        member = person not in self.outsiders and request["community_id"] != membership.SYSTEM
        roles = [] if not member else ["host", "member"] if person == self.host else ["member"]
        expired = person in self.expired
        return {
            **request,
            "roles": roles,
            "membership_id": new_id("mbr") if member else None,
            "state": ("expired" if expired else "active") if member else None,
            "zone": "Asia/Shanghai",
            "joined_on": "2026-01-01" if member else None,
            "term_ends_on": ("2026-01-31" if expired else "2030-12-31") if member else None,
            "grace_ends_on": ("2026-02-07" if expired else "2031-01-07") if member else None,
            "level": None,
            "segment": None,
            "version": 1 if member else 0,
        }


class Pass(OnePass):
    """One pass of a job of ours."""

    def __init__(self, now: dt.datetime, cursor: Any = None) -> None:
        super().__init__(now, "events", cursor)


@dataclass
class Events:
    """The service as tests drive it."""

    app: EventsApp
    db: Database
    clock: FixedClock
    members: Membership

    def ctx(self, person: str, key: str | None = None) -> Context:
        ctx = Context(Actor("person", person), "en", new_id("req"), new_traceparent())
        ctx = ctx.with_deadline(10)
        if key is not None:
            ctx = dataclasses.replace(ctx, idempotency=IdempotencyKey(key, key, "events.x"))
        return ctx

    @property
    def host(self) -> Context:
        return self.ctx(self.members.host)

    def meetup(self, *, capacity: int, published: bool = True, **changes: Any) -> dict:
        request = {
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
            **changes,
        }
        made = self.app.meetups.create(request, self.host)
        if published:
            made = self.app.meetups.publish({"meetup_id": made["id"]}, self.host)
        return made

    def register(self, meetup: dict, person: str | None = None) -> dict:
        person = person or new_id("per")
        return self.app.registrations.register({"meetup_id": meetup["id"]}, self.ctx(person))

    def close(self, meetup: dict) -> None:
        self.app.meetups.close_registration({"meetup_id": meetup["id"]}, self.host)

    def select(self, meetup: dict, chosen: list[dict], ctx: Context | None = None) -> dict:
        request = {"meetup_id": meetup["id"], "registration_ids": [one["id"] for one in chosen]}
        return self.app.selection.select(request, ctx or self.host)

    def do(self, step: str, registration: dict) -> dict:
        request = {"registration_id": registration["id"]}
        person = self.ctx(registration["person_id"])
        return getattr(self.app.registrations, step)(request, person)

    def offer_of(self, registration: dict) -> dict:
        return self.db["registrations"].find_one({"_id": registration["id"]})["offer"]

    def answer(self, step: str, registration: dict) -> dict:
        request = {"offer_id": self.offer_of(registration)["id"]}
        return getattr(self.app.offers, step)(request, self.ctx(registration["person_id"]))

    def state(self, registration: dict) -> str:
        return self.db["registrations"].find_one({"_id": registration["id"]})["state"]

    def states(self, meetup: dict) -> dict[str, int]:
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
        self.app.endings.end_meetups(run)
        self.app.endings.wind_up(run)
        self.app.endings.free_orphaned_seats(run)

    def told(self, registration: dict) -> list[str]:
        rows = [row for row in stored_events(self.db) if row["subject"] == registration["id"]]
        return [row["key"].split(".")[2] for row in sorted(rows, key=lambda row: row["version"])]


def make_events(database: Database) -> Events:
    clock, members = FixedClock(START), Membership()
    platform = Platform(
        service="events",
        settings=None,
        clock=clock,
        database=database,
        uow=UnitOfWork(database, clock),
        rpc=members,
    )
    assert isinstance(build(platform).standings, Standings)
    return Events(build(platform), database, clock, members)


@pytest.fixture(scope="module")
def database(nodes: Nodes) -> Iterator[Database]:
    with migrated(nodes, SCHEMA) as database:
        yield database


@pytest.fixture
def events(database: Database) -> Events:
    """Each test has its own meetups; the database is the module's."""
    return make_events(database)
