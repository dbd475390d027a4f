"""Holds: places of a limited stock (seats, coupon uses, steps of a price ladder).

One counter document for each stock: `limit`, `used` (settled uses, a number) and `holds` (the
unsettled ones, embedded and bounded). Every operation is one guarded update of that document,
outside any transaction, so that a hot stock stays fast (architecture.md §4, D-7, D-18).

    take → held (expires) → keep → kept (no expiry) → use → used → settle → counted in `used`
                └── release ──────────┘                             give_back: one less again

A place is free while `used` + unsettled, unexpired holds < `limit`. Expired holds are pruned by the
next taker and are gone before that: keep and use refuse them (D-10). A crash between two steps
leaves a place taken for a while; it never gives one place to two.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import ReturnDocument
from pymongo.collection import Collection as MongoCollection
from pymongo.errors import DuplicateKeyError

from chassis.clock import Clock
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import (
    INSTANT,
    TEXT,
    WHOLE,
    Shape,
    document,
    list_of,
    nullable,
    one_of,
    shape,
)
from contracts.errors import OBJECT_NOT_FOUND, TOO_BUSY, DomainError

MOST_UNSETTLED = 500
_RETRY_AFTER_SECONDS = 5


def holds_collection(name: str, **fields: Shape) -> Collection:
    """The declaration of a collection of counters; `fields` are those that `open` adds."""
    hold = shape(
        id=TEXT,
        ref=TEXT,
        state=one_of("held", "kept", "used"),
        expires_at=nullable(INSTANT),
        taken_at=INSTANT,
    )
    return Collection(
        name,
        validator=document(limit=WHOLE, used=WHOLE, holds=list_of(hold), **fields),
        indexes=[Index([("holds.state", 1), ("_id", 1)], name="unsettled")],
    )


@dataclass(frozen=True)
class HoldCounts:
    """How a stock stands. `used` counts settled and unsettled uses; expired holds count as free."""

    limit: int
    used: int
    held: int
    kept: int
    free: int


@dataclass(frozen=True)
class Hold:
    """An unsettled hold, as a sweeper compares it with the order or registration `ref`."""

    counter_id: str
    id: str
    ref: str
    state: str
    taken_at: dt.datetime


class Holds:
    """The counters of one collection."""

    def __init__(self, collection: MongoCollection[Document], clock: Clock) -> None:
        self._counters = collection
        self._clock = clock

    def open(self, counter_id: str, limit: int, **extra: Any) -> None:
        """Creates a counter; one that exists stays as it is, its limit too."""
        fresh = {"limit": limit, "used": 0, "holds": [], **extra}
        with contextlib.suppress(DuplicateKeyError):  # opened by another in the same moment
            self._counters.update_one({"_id": counter_id}, {"$setOnInsert": fresh}, upsert=True)

    def set_limit(self, counter_id: str, limit: int) -> None:
        """Changes the limit; below what is taken it only stops further takers."""
        self._counters.update_one({"_id": counter_id}, {"$set": {"limit": limit}})

    def take(self, counter_id: str, hold_id: str, *, ref: str, expires_at: dt.datetime) -> bool:
        """Takes a place until `expires_at` (business time); False = full.

        Taking an unsettled, unexpired hold again is True and changes nothing. Raises
        DomainError(TOO_BUSY) when 500 holds are unsettled, DomainError(OBJECT_NOT_FOUND) when there
        is no such counter.
        """
        now = self._clock.now()
        hold = {
            "id": hold_id,
            "ref": ref,
            "state": "held",
            "expires_at": expires_at,
            "taken_at": now,
        }
        unsettled = {"$size": "$holds"}
        after = self._counters.find_one_and_update(
            {"_id": counter_id},
            [
                {"$set": {"holds": _without_expired(now)}},
                {
                    "$set": {
                        "holds": {
                            "$cond": [
                                {
                                    "$and": [
                                        {"$not": [{"$in": [hold_id, "$holds.id"]}]},
                                        {"$lt": [{"$add": ["$used", unsettled]}, "$limit"]},
                                        {"$lt": [unsettled, MOST_UNSETTLED]},
                                    ]
                                },
                                {"$concatArrays": ["$holds", [{"$literal": hold}]]},
                                "$holds",
                            ]
                        }
                    }
                },
            ],
            projection={
                "mine": {"$in": [hold_id, "$holds.id"]},
                "full": {"$gte": [{"$add": ["$used", unsettled]}, "$limit"]},
            },
            return_document=ReturnDocument.AFTER,
        )
        if after is None:
            raise DomainError(OBJECT_NOT_FOUND, noun="stock")
        if not after["mine"] and not after["full"]:
            raise DomainError(TOO_BUSY, retry_after=_RETRY_AFTER_SECONDS)
        return bool(after["mine"])

    def take_kept(self, counter_id: str, refs: Mapping[str, str]) -> bool:
        """Takes and keeps a place for each hold id → ref at once; False = not that many are free.

        The ids are fresh ones. Raises DomainError(OBJECT_NOT_FOUND) when there is no such counter.
        """
        now = self._clock.now()
        more = [
            {"id": id, "ref": ref, "state": "kept", "expires_at": None, "taken_at": now}
            for id, ref in refs.items()
        ]
        unsettled = {"$add": [{"$size": "$holds"}, len(more)]}
        fits = {
            "$and": [
                {"$lte": [{"$add": ["$used", unsettled]}, "$limit"]},
                {"$lte": [unsettled, MOST_UNSETTLED]},
            ]
        }
        added = {"$concatArrays": ["$holds", [{"$literal": hold} for hold in more]]}
        after = self._counters.find_one_and_update(
            {"_id": counter_id},
            [
                {"$set": {"holds": _without_expired(now)}},
                {"$set": {"holds": {"$cond": [fits, added, "$holds"]}}},
            ],
            projection={"mine": {"$setIsSubset": [list(refs), "$holds.id"]}},
            return_document=ReturnDocument.AFTER,
        )
        if after is None:
            raise DomainError(OBJECT_NOT_FOUND, noun="stock")
        return bool(after["mine"])

    def keep(self, counter_id: str, hold_id: str) -> bool:
        """Takes the expiry off, before money may move; False = the hold is gone.

        True again for one that is kept or used.
        """
        return self._advance(counter_id, hold_id, ["held"], "kept")

    def use(self, counter_id: str, hold_id: str) -> bool:
        """Marks the place as bought; True again for a used one; False = the hold is gone.

        A settled hold is gone too: settle only what the order itself records as bought, and ask the
        order before using again.
        """
        return self._advance(counter_id, hold_id, ["held", "kept"], "used")

    def settle(self, counter_id: str, hold_id: str) -> None:
        """Counts a used hold in `used` and drops its entry; exactly once, however often called."""
        self._counters.update_one(
            {"_id": counter_id, "holds": {"$elemMatch": {"id": hold_id, "state": "used"}}},
            {"$inc": {"used": 1}, "$pull": {"holds": {"id": hold_id}}},
        )

    def release(self, counter_id: str, hold_id: str) -> None:
        """Frees a held or kept place at once; a used one stays."""
        self._counters.update_one(
            {"_id": counter_id},
            {"$pull": {"holds": {"id": hold_id, "state": {"$in": ["held", "kept"]}}}},
        )

    def undo(self, counter_id: str, hold_id: str) -> None:
        """Frees an unsettled place whatever its state: what it was for came to nothing for good."""
        self._counters.update_one({"_id": counter_id}, {"$pull": {"holds": {"id": hold_id}}})

    def give_back(self, counter_id: str, *, tx: Transaction) -> None:
        """Frees one settled use (a refund), in the unit of work that records why.

        A number cannot tell a repeated call from a second refund; the transaction can. A use that
        may not be settled yet is settled first.
        """
        self._counters.update_one(
            {"_id": counter_id, "used": {"$gt": 0}}, {"$inc": {"used": -1}}, session=tx.session
        )

    def counts(self, counter_id: str) -> HoldCounts:
        """How the stock stands now; raises DomainError(OBJECT_NOT_FOUND)."""
        found = self.counts_of([counter_id])
        if counter_id not in found:
            raise DomainError(OBJECT_NOT_FOUND, noun="stock")
        return found[counter_id]

    def counts_of(self, counter_ids: list[str]) -> dict[str, HoldCounts]:
        """How several stocks stand now, in one read; unknown ones are left out."""
        now = self._clock.now()
        found = self._counters.find({"_id": {"$in": counter_ids}})
        return {counter["_id"]: _counted(counter, now) for counter in found}

    def counted(self, counter: Document) -> HoldCounts:
        """How a stock stands whose document was read together with what it belongs to."""
        return _counted(counter, self._clock.now())

    def unsettled(self, *, taken_before: dt.datetime) -> Iterator[Hold]:
        """All kept and used holds of all counters taken before an instant, for the sweeper."""
        waiting = {"$in": ["kept", "used"]}
        for counter in self._counters.find({"holds.state": waiting}):
            for hold in counter["holds"]:
                if hold["state"] != "held" and hold["taken_at"] < taken_before:
                    yield Hold(
                        counter["_id"], hold["id"], hold["ref"], hold["state"], hold["taken_at"]
                    )

    def _advance(self, counter_id: str, hold_id: str, earlier: list[str], state: str) -> bool:
        unexpired = [{"expires_at": None}, {"expires_at": {"$gt": self._clock.now()}}]
        found = self._counters.update_one(
            {"_id": counter_id, "holds": {"$elemMatch": {"id": hold_id, "$or": unexpired}}},
            {"$set": {"holds.$[hold].state": state, "holds.$[hold].expires_at": None}},
            array_filters=[{"hold.id": hold_id, "hold.state": {"$in": earlier}}],
        )
        return found.matched_count == 1


def _counted(counter: Document, now: dt.datetime) -> HoldCounts:
    tally = {"held": 0, "kept": 0, "used": counter["used"]}
    for hold in counter["holds"]:
        if hold["expires_at"] is None or hold["expires_at"] > now:
            tally[hold["state"]] += 1
    free = max(0, counter["limit"] - sum(tally.values()))
    return HoldCounts(limit=counter["limit"], free=free, **tally)


def _without_expired(now: dt.datetime) -> Document:
    return {
        "$filter": {
            "input": "$holds",
            "as": "hold",
            "cond": {
                "$or": [
                    {"$eq": ["$$hold.expires_at", None]},
                    {"$gt": ["$$hold.expires_at", now]},
                ]
            },
        }
    }
