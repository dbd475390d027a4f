"""Documents of registrations."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NotRequired, cast

from chassis.aggregates import AggregateStore, Page, soonest
from chassis.collections import Collection, Index
from chassis.list_orders import AS_MADE, ListOrder
from chassis.mongo import Document
from chassis.state_counts import by_state, counts_by_state
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from contracts.states.events import REGISTRATION_STATES
from services.events.domain.meetups import FixedMeetup, Meetup
from services.events.domain.registrations import TOLD, Registration
from services.events.store.seats import WITH_COUNTER, CountedMeetup

TOLD_AT_ONCE = 100
_WAITING = {"state": "waitlisted"}
# The place of each in the waitlist of its meetup, from 1: numbered in one run along the index.
_PLACES: list[Document] = [
    {"$project": {"meetup_id": 1, "queued_at": 1}},
    {
        "$setWindowFields": {
            "partitionBy": "$meetup_id",
            "sortBy": {"queued_at": 1, "_id": 1},
            "output": {"position": {"$sum": 1, "window": {"documents": ["unbounded", "current"]}}},
        }
    },
    {"$project": {"position": 1}},
]


Parts = tuple[Registration, Meetup]  # a registration and its meetup
CountedParts = tuple[Registration, CountedMeetup]  # with the counter of the meetup's seats


class LiveRegistrationExists(Exception):
    """The person has another live registration for the meetup."""


class PlacedRegistration(Registration):
    """A registration with its place in the waitlist, from 1; None for one that is not in it."""

    position: NotRequired[int | None]


class RegistrationStore(AggregateStore[Registration]):
    noun = "registration"
    collection_schema = Collection(
        "registrations",
        kept="for ever, by ids",
        validator=aggregate_of(Registration),
        indexes=[
            Index(
                [("community_id", 1), ("meetup_id", 1), ("person_id", 1)],
                name="one_live_registration",
                unique=True,
                partial={"live": True},
                refusal=LiveRegistrationExists,
            ),
            Index(
                [("community_id", 1), ("meetup_id", 1), ("applied_at", 1), ("_id", 1)],
                name="by_application",
            ),
            Index(
                [
                    ("community_id", 1),
                    ("meetup_id", 1),
                    ("state", 1),
                    ("applied_at", 1),
                    ("_id", 1),
                ],
                name="by_state",
            ),
            Index(
                [("community_id", 1), ("meetup_id", 1), ("state", 1), ("queued_at", 1), ("_id", 1)],
                name="queue",
            ),
            Index(
                [("community_id", 1), ("meetup_id", 1), ("updated_at", 1), ("_id", 1)],
                name="by_update",
            ),
            Index([("community_id", 1), ("person_id", 1), ("checked_in_at", 1)], name="attendance"),
            Index([("person_id", 1), ("_id", 1)], name="by_person", across_communities=True),
            Index(
                [("state", 1), ("confirm_by", 1)],
                name="kept_seats",
                partial={"state": "selected"},
                across_communities=True,
            ),
        ],
    )

    def require_with(self, id: str, *, tx: Transaction | None = None) -> Parts:
        """The registration and its meetup; raises OBJECT_NOT_FOUND."""
        return self._require_joined(id, _with_meetup("meetup_id"), tx)

    def require_with_counter(self, id: str) -> CountedParts:
        """The registration and its meetup, with the counter of its seats; raises
        OBJECT_NOT_FOUND."""
        return self._require_joined(id, _with_counted_meetup("meetup_id"), None)

    def _require_joined(self, id: str, join: Document, tx: Transaction | None) -> Any:
        stages = [join, {"$unwind": "$meetup"}]
        found = cast(Document, self.require(id, tx=tx, joined=stages))
        meetup = found.pop("meetup")
        return found, meetup

    def live_of(self, meetup: Meetup, person_id: str) -> Registration | None:
        """The person's live registration for a meetup, if any."""
        wanted = {**_of(meetup), "person_id": person_id, "live": True}
        return cast(Registration | None, self.collection.find_one(wanted))

    def chosen(
        self, meetup: Meetup, ids: Iterable[str], *, tx: Transaction | None = None
    ) -> dict[str, Registration]:
        """Some registrations of the meetup by their ids."""
        wanted = {**_of(meetup), "_id": {"$in": list(ids)}}
        session = None if tx is None else tx.session
        found = self.all_of(self.collection.find(wanted, session=session))
        return {registration["_id"]: registration for registration in found}

    def keeping(
        self, meetup: Meetup, offered: Iterable[str], *, tx: Transaction
    ) -> list[Registration]:
        """Those for whom a seat is kept: who was selected, and these, to whom one is offered."""
        ways: list[Document] = [{"state": "selected"}, {"_id": {"$in": list(offered)}}]
        wanted = {**_of(meetup), "$or": ways}
        return self.all_of(self.collection.find(wanted, session=tx.session))

    def to_tell(self, meetup: Meetup, version: int, *, after: str | None) -> Page[Registration]:
        """A page of whoever has or may have a seat and was not told of this version."""
        wanted = {**_of(meetup), "state": {"$in": list(TOLD)}, "told_of": {"$ne": version}}
        return self.page(wanted, after=after, limit=TOLD_AT_ONCE, sort_field="applied_at")

    def counts(self, meetup: FixedMeetup, *, tx: Transaction | None = None) -> dict[str, int]:
        """How many stand in each state; counted along an index."""
        session = None if tx is None else tx.session
        found = self.collection.aggregate(by_state(_of(meetup)), session=session)
        return counts_by_state(found, REGISTRATION_STATES)

    def of_meetup(
        self,
        meetup: FixedMeetup,
        states: Sequence[str],
        order: ListOrder,
        people: Sequence[str] | None = None,
        *,
        after: str | None,
        limit: int,
    ) -> tuple[Page[PlacedRegistration], CountedMeetup | None]:
        """A page of a meetup's registrations in this order; those of some people in that of their
        ids. With the meetup, unless the page is empty.

        The places of those in the waitlist are counted for the whole page at once.
        """
        wanted = {**_of(meetup), **order.wanted}
        if states:
            wanted["state"] = states[0] if len(states) == 1 else {"$in": list(states)}
        if people is not None:
            wanted["person_id"] = {"$in": list(people)}
            order = AS_MADE
        field, descending = order.sort_field, order.descending
        stages = [
            *self.first_rows(
                wanted, after=after, limit=limit, sort_field=field, descending=descending
            ),
            {"$group": {"_id": "$meetup_id", "rows": {"$push": "$$ROOT"}}},
            _with_counted_meetup("_id"),
        ]
        if not states or "waitlisted" in states:
            stages.append(self._with_places(meetup))
        for all_at_once in self.collection.aggregate(stages):
            placed = _placed(all_at_once["rows"], all_at_once.get("places", []))
            page = self.cut(placed, limit, field)
            return cast(Page[PlacedRegistration], page), all_at_once["meetup"][0]
        return Page([], None), None

    def _with_places(self, meetup: FixedMeetup) -> Document:
        """Adds to a page's `rows` the places of those that wait."""
        return {
            "$lookup": {
                "from": self.collection_schema.name,
                "let": {"ids": "$rows._id"},
                "pipeline": [
                    {"$match": {**_of(meetup), **_WAITING}},
                    *_PLACES,
                    {"$match": {"$expr": {"$in": ["$_id", "$$ids"]}}},
                ],
                "as": "places",
            }
        }

    def of_person(
        self, person_id: str, *, after: str | None, limit: int
    ) -> Page[PlacedRegistration]:
        """A page of a person's registrations, newest first."""
        page = self.page({"person_id": person_id}, after=after, limit=limit, descending=True)
        queues = [
            {**_queue_of(one), "queued_at": {"$lte": one["queued_at"]}}
            for one in page.items
            if one["state"] == "waitlisted"
        ]
        if not queues:
            return cast(Page[PlacedRegistration], page)
        ids = [one["_id"] for one in page.items]
        places = self.collection.aggregate(
            [{"$match": {"$or": queues}}, *_PLACES, {"$match": {"_id": {"$in": ids}}}]
        )
        placed = _placed(page.items, places)
        return Page(cast(list[PlacedRegistration], placed), page.next)

    def in_states(self, meetup: Meetup, states: Iterable[str], limit: int) -> list[Registration]:
        """Registrations of a meetup in some states, each state in the order of application."""
        wanted = {**_of(meetup), "state": {"$in": list(states)}}
        return self.all_of(self.collection.find(wanted).limit(limit))

    def applied(self, meetup: Meetup, limit: int) -> list[Registration]:
        """Those that are not decided yet, in the order of application."""
        wanted = {**_of(meetup), "state": "applied"}
        order = [("applied_at", 1), ("_id", 1)]
        return self.all_of(self.collection.find(wanted).sort(order).limit(limit))

    def next_in_queue(self, meetup: Meetup) -> Registration | None:
        """The first in the waitlist that has no offer."""
        wanted = {**_of(meetup), **_WAITING, "offer": None}
        found = self.collection.find_one(wanted, sort=[("queued_at", 1), ("_id", 1)])
        return cast(Registration | None, found)

    def position(self, registration: Registration) -> int:
        """The place in the waitlist, from 1."""
        before = {
            **_queue_of(registration),
            "queued_at": {"$lte": registration["queued_at"]},
            "$or": [
                {"queued_at": {"$lt": registration["queued_at"]}},
                {"_id": {"$lte": registration["_id"]}},
            ],
        }
        return self.collection.count_documents(before)

    def unconfirmed(self, now: dt.datetime, limit: int) -> list[Registration]:
        """Selected people whose seat is kept no longer."""
        wanted = {"state": "selected", "confirm_by": {"$lt": now}}
        return self.all_of(self.collection.find(wanted).sort("confirm_by", 1).limit(limit))

    def soonest_unconfirmed(self) -> dt.datetime | None:
        """When a seat that is not confirmed is kept no longer next."""
        return soonest(self.collection, "confirm_by", {"state": "selected"})

    def attended(self, community_id: str, person_id: str, since: dt.datetime) -> bool:
        """Whether the person was at a meetup of the community since then."""
        wanted = {
            "community_id": community_id,
            "person_id": person_id,
            "checked_in_at": {"$gte": since},
        }
        return self.collection.find_one(wanted, projection={"_id": 1}) is not None


def _with_meetup(id_field: str) -> Document:
    joined = {"from": "meetups", "localField": id_field, "foreignField": "_id", "as": "meetup"}
    return {"$lookup": joined}


def _with_counted_meetup(id_field: str) -> Document:
    return {"$lookup": {**_with_meetup(id_field)["$lookup"], "pipeline": [WITH_COUNTER]}}


def _of(meetup: FixedMeetup) -> Document:
    return {"community_id": meetup["community_id"], "meetup_id": meetup["_id"]}


def _queue_of(registration: Registration) -> Document:
    return {
        "community_id": registration["community_id"],
        "meetup_id": registration["meetup_id"],
        **_WAITING,
    }


def _placed(rows: Iterable[Any], places: Iterable[Document]) -> list[Document]:
    positions = {place["_id"]: place["position"] for place in places}
    return [{**row, "position": positions.get(row["_id"])} for row in rows]
