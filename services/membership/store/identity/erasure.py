"""Documents of erasures."""

import datetime as dt
from typing import cast

from pymongo import DESCENDING

from chassis.aggregates import AggregateStore, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from services.membership.domain.identity.erasure import Erasure

UNCONFIRMED: Document = {"state": {"$in": ["asked", "erasing"]}}


class ErasureIsLive(Exception):
    """The person is to be erased already, or is erased."""


class ErasureStore(AggregateStore[Erasure]):
    noun = "erasure"
    collection_schema = Collection(
        "erasures",
        kept="for ever: who was erased when, by ids",
        validator=aggregate_of(Erasure),
        indexes=[
            Index(
                [("person_id", 1)],
                unique=True,
                partial={"live": True},
                name="one_live_erasure",
                refusal=ErasureIsLive,
            ),
            Index([("person_id", 1), ("_id", 1)], name="by_person"),
            Index([("due_at", 1), ("_id", 1)], partial={"due_at": {"$type": "date"}}, name="due"),
            Index([("state", 1), ("_id", 1)], name="by_state"),
        ],
    )

    def newest_of(self, person_id: str, tx: Transaction | None = None) -> Erasure | None:
        """The person's newest erasure, taken back or not."""
        session = None if tx is None else tx.session
        found = self.collection.find_one(
            {"person_id": person_id}, sort=[("_id", DESCENDING)], session=session
        )
        return cast(Erasure | None, found)

    def due(self, now: dt.datetime, limit: int) -> list[Erasure]:
        """Erasures to begin or to go on with, longest due first."""
        wanted = {"due_at": {"$lte": now, "$type": "date"}}  # the index's own filter named (D-9)
        order = [("due_at", 1), ("_id", 1)]
        return self.all_of(self.collection.find(wanted).sort(order).limit(limit))

    def soonest_due(self) -> dt.datetime | None:
        """When one is to begin next."""
        return soonest(self.collection, "due_at", {"due_at": {"$type": "date"}})

    def unconfirmed(self, limit: int) -> list[Erasure]:
        """Those that are not done, oldest first."""
        return self.all_of(self.collection.find(UNCONFIRMED).sort("_id", 1).limit(limit))
