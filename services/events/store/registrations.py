"""Documents of registrations."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NotRequired, cast

from chassis.aggregates import AggregateStore, Page, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from services.events.domain.meetups import FixedMeetup, Meetup
from services.events.domain.registrations import Registration

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

    def of_meetup(
        self, meetup: FixedMeetup, state: str | None, *, after: str | None, limit: int
    ) -> Page[PlacedRegistration]:
        """A page of a meetup's registrations in the order of application.

        The places of those in the waitlist are counted for the whole page at once.
        """
        wanted = {**_of(meetup), **({"state": state} if state else {})}
        if state not in (None, "waitlisted"):
            page = self.page(wanted, after=after, limit=limit, sort_field="applied_at")
            return cast(Page[PlacedRegistration], page)
        first = self.first_rows(wanted, after=after, limit=limit, sort_field="applied_at")
        stages = [
            *first,
            {"$group": {"_id": None, "rows": {"$push": "$$ROOT"}}},
            {
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
            },
        ]
        for all_at_once in self.collection.aggregate(stages):
            placed = _placed(all_at_once["rows"], all_at_once["places"])
            page = self.cut(placed, limit, "applied_at")
            return cast(Page[PlacedRegistration], page)
        return Page([], None)

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
