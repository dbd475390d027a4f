"""Deliveries: the log of what was sent over which channel; neither body nor address is kept."""

import datetime as dt
import secrets
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from chassis.aggregates import AggregateStore, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import INSTANT, TEXT, WHOLE, aggregate, nullable, one_of, optional
from services.notifications.domain.deliveries import STATES, claimed
from services.notifications.store.notifications import NOTIFICATIONS

PENDING = {"state": "pending"}
FAILED = {"state": "failed"}
DUPLICATE_KEY = 11000

DELIVERIES = Collection(
    "deliveries",
    validator=aggregate(
        notification_id=TEXT,
        community_id=nullable(TEXT),
        cause_id=TEXT,
        type=TEXT,
        recipient_id=TEXT,
        channel=one_of("in_app", "email"),
        state=one_of(*STATES),
        attempts=WHOLE,
        due_at=INSTANT,
        settled_at=nullable(INSTANT),
        last_error=nullable(TEXT),
        claim=optional(TEXT),  # whose attempt the last one is
    ),
    indexes=[
        # Exactly one per cause: event + rule + person + channel (product.md §5).
        Index(
            [("cause_id", 1), ("type", 1), ("recipient_id", 1), ("channel", 1)],
            name="one_per_cause",
            unique=True,
        ),
        Index([("due_at", 1), ("_id", 1)], name="due", partial=PENDING),
        Index([("state", 1), ("_id", 1)], name="dead_letters", partial=FAILED),
        Index([("community_id", 1), ("type", 1), ("channel", 1), ("state", 1)], name="summary"),
    ],
)


class AlreadyTold(Exception):
    """This cause was told to this person over this channel before."""


class DeliveryStore(AggregateStore):
    collection_schema = DELIVERIES
    noun = "delivery"

    def insert_all(self, tx: Transaction, documents: list[Document]) -> None:
        """Stores the deliveries of one message; raises AlreadyTold for one that exists."""
        fresh = {"version": 1, "created_at": tx.now, "updated_at": tx.now}
        try:
            self.collection.insert_many([{**one, **fresh} for one in documents], session=tx.session)
        except BulkWriteError as error:
            if any(problem["code"] != DUPLICATE_KEY for problem in error.details["writeErrors"]):
                raise
            raise AlreadyTold(documents[0]["cause_id"]) from error

    def due(self, now: dt.datetime, limit: int) -> list[Document]:
        """The deliveries to attempt now, longest due first, each with its `message`."""
        found = self.collection.aggregate(
            [
                {"$match": {**PENDING, "due_at": {"$lte": now}}},
                {"$sort": {"due_at": 1, "_id": 1}},
                {"$limit": limit},
                {
                    "$lookup": {
                        "from": NOTIFICATIONS.name,
                        "localField": "notification_id",
                        "foreignField": "_id",
                        "as": "message",
                    }
                },
                {"$unwind": "$message"},
            ]
        )
        return list(found)

    def claim(self, due: list[Document], now: dt.datetime) -> list[Document]:
        """Begins an attempt at each, as it is then; without those that another process has."""
        claim = secrets.token_hex(8)
        mine, updates = [], []
        for delivery in due:
            changes = {**claimed(delivery, now), "claim": claim, "updated_at": now}
            mine.append({**delivery, **changes, "version": delivery["version"] + 1})
            unchanged = {"_id": delivery["_id"], "version": delivery["version"]}
            updates.append(UpdateOne(unchanged, {"$set": changes, "$inc": {"version": 1}}))
        if self.collection.bulk_write(updates, ordered=False).matched_count == len(due):
            return mine
        ids = [delivery["_id"] for delivery in due]
        rows = self.collection.find({"_id": {"$in": ids}, "claim": claim}, {"_id": 1})
        got = {row["_id"] for row in rows}
        return [delivery for delivery in mine if delivery["_id"] in got]

    def soonest_due(self) -> dt.datetime | None:
        """When one is to be attempted next."""
        return soonest(self.collection, "due_at", PENDING)

    def change(
        self, delivery: Document, changes: dict[str, Any], now: dt.datetime
    ) -> Document | None:
        """The delivery after `changes`; None when another process changed it first."""
        return self.collection.find_one_and_update(
            {"_id": delivery["_id"], "version": delivery["version"]},
            {"$set": {**changes, "updated_at": now}, "$inc": {"version": 1}},
            return_document=True,
        )

    def failed(self, *, after: str | None, limit: int) -> tuple[list[Document], str | None]:
        """A page of dead letters, oldest first."""
        return self.page(dict(FAILED), after=after, limit=limit)

    def summary(self, community_id: str) -> list[Document]:
        """Counts by type, channel and state, straight from the index."""
        key = {name: f"${name}" for name in ("type", "channel", "state")}
        rows = self.collection.aggregate(
            [
                {"$match": {"community_id": community_id}},
                {"$group": {"_id": key, "count": {"$sum": 1}}},
                {"$sort": {"_id": 1}},
            ]
        )
        return [{**row["_id"], "count": row["count"]} for row in rows]
