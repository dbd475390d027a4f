"""Documents of registrations."""

import datetime as dt
from collections.abc import Iterable

from pymongo.errors import DuplicateKeyError

from chassis.aggregates import AggregateStore, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import FLAG, INSTANT, TEXT, WHOLE, aggregate, nullable, one_of, shape
from services.events.domain.registrations import COUNTED, STATES

REGISTRATIONS = Collection(
    "registrations",
    validator=aggregate(
        community_id=TEXT,
        meetup_id=TEXT,
        person_id=TEXT,
        state=one_of(*STATES),
        live=FLAG,
        applied_at=INSTANT,
        queued_at=INSTANT,
        confirm_by=nullable(INSTANT),
        hold_id=nullable(TEXT),
        offer=nullable(shape(id=TEXT, expires_at=INSTANT)),
        offers_lapsed=WHOLE,
        checked_in_at=nullable(INSTANT),
    ),
    indexes=[
        Index(
            [("community_id", 1), ("meetup_id", 1), ("person_id", 1)],
            name="one_live_registration",
            unique=True,
            partial={"live": True},
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
        Index([("updated_at", 1), ("meetup_id", 1)], name="changed", across_communities=True),
    ],
)


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


class RegistrationStore(AggregateStore):
    collection_schema = REGISTRATIONS
    noun = "registration"

    def insert(self, tx: Transaction, document: Document) -> Document:
        """Raises LiveRegistrationExists instead of a database error."""
        try:
            return super().insert(tx, document)
        except DuplicateKeyError as error:
            raise LiveRegistrationExists(document["person_id"]) from error

    def live_of(self, meetup: Document, person_id: str) -> Document | None:
        """The person's live registration for a meetup, if any."""
        return self.collection.find_one({**_of(meetup), "person_id": person_id, "live": True})

    def chosen(
        self, meetup: Document, ids: Iterable[str], *, tx: Transaction | None = None
    ) -> dict[str, Document]:
        """Some registrations of the meetup by their ids."""
        wanted = {**_of(meetup), "_id": {"$in": list(ids)}}
        session = None if tx is None else tx.session
        return {found["_id"]: found for found in self.collection.find(wanted, session=session)}

    def of_meetup(
        self, meetup: Document, state: str | None, *, after: str | None, limit: int
    ) -> tuple[list[Document], str | None]:
        """A page of a meetup's registrations in the order of application.

        Those in the waitlist have their `position`, counted for the whole page at once.
        """
        wanted = {**_of(meetup), **({"state": state} if state else {})}
        if state not in (None, "waitlisted"):
            return self.page(wanted, after=after, limit=limit, sort_field="applied_at")
        first = self.first_rows(wanted, after=after, limit=limit, sort_field="applied_at")
        stages = [
            *first,
            {"$group": {"_id": None, "rows": {"$push": "$$ROOT"}}},
            {
                "$lookup": {
                    "from": REGISTRATIONS.name,
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
        for page in self.collection.aggregate(stages):
            return self.cut(_placed(page["rows"], page["places"]), limit, "applied_at")
        return [], None

    def of_person(
        self, person_id: str, *, after: str | None, limit: int
    ) -> tuple[list[Document], str | None]:
        """A page of a person's registrations, newest first, with `position` as above."""
        found, following = self.page(
            {"person_id": person_id}, after=after, limit=limit, descending=True
        )
        queues = [
            {**_queue_of(one), "queued_at": {"$lte": one["queued_at"]}}
            for one in found
            if one["state"] == "waitlisted"
        ]
        if not queues:
            return found, following
        ids = [one["_id"] for one in found]
        places = self.collection.aggregate(
            [{"$match": {"$or": queues}}, *_PLACES, {"$match": {"_id": {"$in": ids}}}]
        )
        return _placed(found, places), following

    def in_states(self, meetup: Document, states: Iterable[str], limit: int) -> list[Document]:
        """Registrations of a meetup in some states, each state in the order of application."""
        wanted = {**_of(meetup), "state": {"$in": list(states)}}
        return list(self.collection.find(wanted).limit(limit))

    def applied(self, meetup: Document, limit: int) -> list[Document]:
        """Those that are not decided yet, in the order of application."""
        wanted = {**_of(meetup), "state": "applied"}
        order = [("applied_at", 1), ("_id", 1)]
        return list(self.collection.find(wanted).sort(order).limit(limit))

    def next_in_queue(self, meetup: Document) -> Document | None:
        """The first in the waitlist that has no offer."""
        wanted = {**_of(meetup), **_WAITING, "offer": None}
        return self.collection.find_one(wanted, sort=[("queued_at", 1), ("_id", 1)])

    def position(self, registration: Document) -> int:
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

    def unconfirmed(self, now: dt.datetime, limit: int) -> list[Document]:
        """Selected people whose seat is kept no longer."""
        wanted = {"state": "selected", "confirm_by": {"$lt": now}}
        return list(self.collection.find(wanted).sort("confirm_by", 1).limit(limit))

    def soonest_unconfirmed(self) -> dt.datetime | None:
        """When a seat that is not confirmed is kept no longer next."""
        return soonest(self.collection, "confirm_by", {"state": "selected"})

    def changed_between(self, after: dt.datetime | None, until: dt.datetime) -> set[str]:
        """The meetups whose registrations changed after `after` (None = ever) up to `until`."""
        when = {"$lte": until} if after is None else {"$gt": after, "$lte": until}
        rows = self.collection.find({"updated_at": when}, {"_id": 0, "meetup_id": 1})
        return {row["meetup_id"] for row in rows}

    def attended(self, community_id: str, person_id: str, since: dt.datetime) -> bool:
        """Whether the person was at a meetup of the community since then."""
        wanted = {
            "community_id": community_id,
            "person_id": person_id,
            "checked_in_at": {"$gte": since},
        }
        return self.collection.find_one(wanted, projection={"_id": 1}) is not None

    def count_seated(self, meetup: Document) -> int:
        """How many seats of the meetup belong to somebody: counted states and offers."""
        seated = {"$or": [{"state": {"$in": list(COUNTED)}}, {"offer": {"$ne": None}}]}
        return self.collection.count_documents({**_of(meetup), **seated})

    def holds_in_use(self, ids: Iterable[str]) -> set[str]:
        """The seats that these registrations have."""
        found = self.collection.find({"_id": {"$in": list(ids)}}, projection={"hold_id": 1})
        return {row["hold_id"] for row in found if row["hold_id"]}


def _of(meetup: Document) -> Document:
    return {"community_id": meetup["community_id"], "meetup_id": meetup["_id"]}


def _queue_of(registration: Document) -> Document:
    ids = {name: registration[name] for name in ("community_id", "meetup_id")}
    return {**ids, **_WAITING}


def _placed(rows: Iterable[Document], places: Iterable[Document]) -> list[Document]:
    positions = {place["_id"]: place["position"] for place in places}
    return [{**row, "position": positions.get(row["_id"])} for row in rows]
