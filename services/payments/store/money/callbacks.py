"""What providers called back with, and what of it did not fit our books."""

import contextlib
import datetime as dt
from typing import Any, cast

from pymongo.errors import DuplicateKeyError

from chassis.aggregates import AggregateStore, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.validators import aggregate_of, document_of
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.domain.money.callbacks import Callback, Incident, resolution_id

RESOLVED = "resolved"
CALLBACKS_KEPT = dt.timedelta(days=90)


class CallbackStore(AggregateStore[Callback]):
    """Verified callbacks as they came, by notification id; garbage after 90 days of real time."""

    noun = "callback"
    collection_schema = Collection(
        "callbacks",
        kept="90 days (real time)",
        validator=aggregate_of(Callback),
        indexes=[
            Index(
                [("arrived_at", 1), ("_id", 1)],
                partial={"state": "stored"},
                name="to_apply",
                across_communities=True,
            ),
            Index([("arrived_at", 1)], name="garbage", expire_after=CALLBACKS_KEPT),
        ],
    )

    def add(self, callback: Callback, now: dt.datetime) -> bool:
        """Stores a new callback by itself, for nothing is decided with it yet; False for a
        repeated one."""
        try:
            self.collection.insert_one(
                {**callback, "version": 1, "created_at": now, "updated_at": now}
            )
        except DuplicateKeyError:
            return False
        return True

    def left_behind(self, before: dt.datetime, limit: int) -> list[Callback]:
        """Callbacks that arrived before `before` (real time) and had no effect yet."""
        waiting = {"state": "stored", "arrived_at": {"$lt": before}}
        rows = self.collection.find(waiting).sort([("arrived_at", 1), ("_id", 1)])
        return self.all_of(rows.limit(limit))

    def soonest_left_behind(self) -> dt.datetime | None:
        """When the oldest one without effect arrived (real time)."""
        return soonest(self.collection, "arrived_at", {"state": "stored"})

    def postpone(self, callback_id: str, until: dt.datetime) -> None:
        """Applies a callback again later; it counts as having arrived then."""
        self.collection.update_one(
            {"_id": callback_id, "state": "stored"}, {"$set": {"arrived_at": until}}
        )

    def mark(self, callback_id: str, state: str) -> None:
        """Notes what became of a callback."""
        self.collection.update_one(
            {"_id": callback_id, "state": "stored"}, {"$set": {"state": state}}
        )


class IncidentStore:
    collection_schema = Collection(
        "provider_incidents",
        kept="for ever: ids and amounts",
        append_only=True,
        validator=document_of(Incident),
        indexes=[Index([("noted_at", 1), ("_id", 1)], name="by_time", across_communities=True)],
    )

    def __init__(self, database: Any) -> None:
        self._collection = database[self.collection_schema.name]

    def note(
        self,
        cause: str,
        account: ProviderAccount,
        problem: str,
        facts: Document,
        now: dt.datetime,
    ) -> bool:
        """Notes an incident once for each cause; False when it stood there already."""
        row: Incident = {
            "_id": cause,
            "community_id": account["community_id"],
            "account_id": account["_id"],
            "problem": problem,
            "facts": facts,
            "noted_at": now,
        }
        try:
            self._collection.insert_one(cast(Document, row))
        except DuplicateKeyError:
            return False
        return True

    def require(self, incident_id: str) -> Incident:
        """Raises DomainError(OBJECT_NOT_FOUND)."""
        found = self._collection.find_one({"_id": incident_id})
        if found is None:
            raise DomainError(OBJECT_NOT_FOUND, noun="incident")
        return cast(Incident, found)

    def resolve(self, incident: Incident, now: dt.datetime) -> None:
        """Notes that an operator brought it to an end; nothing that was noted is changed."""
        note = {"_id": resolution_id(incident), "problem": RESOLVED, "noted_at": now}
        with contextlib.suppress(DuplicateKeyError):
            self._collection.insert_one(cast(Document, {**incident, **note}))

    def newest_open(self, limit: int) -> list[Incident]:
        """Those of the newest `limit` that nobody resolved."""
        newest_first = [("noted_at", -1), ("_id", -1)]
        newest = cast(list[Incident], list(self._collection.find().sort(newest_first).limit(limit)))
        ids = {incident["_id"]: resolution_id(incident) for incident in newest}
        asked = {"_id": {"$in": list(set(ids.values()))}}
        resolved = {row["_id"] for row in self._collection.find(asked, {"_id": 1})}
        return [
            incident
            for incident in newest
            if incident["problem"] != RESOLVED and ids[incident["_id"]] not in resolved
        ]
