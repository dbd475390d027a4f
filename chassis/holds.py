"""Holds: places of a limited stock (coupon uses, steps of a price ladder).

One counter document for each stock: `limit`, `used` (settled uses, a number) and `holds` (the
unsettled ones, embedded). Every operation is one guarded update of that document, outside any
transaction, so that a hot stock stays fast (architecture.md §4, D-7, D-18). A large stock is split
into several counters, each with its share of the limit, so that none of them grows large or is
asked for by everybody; whoever holds a place knows its counter.

    take → held (expires) → keep → kept (no expiry) → use → used → settle → counted in `used`
                └── release ──────────┘                             return_settled: one less again

A place is free while `used` + unsettled, unexpired holds < `limit`. Expired holds are pruned by the
next taker and are gone before that: keep and use refuse them (D-10). A crash between two steps
leaves a place taken for a while; it never gives one place to two.
"""

import contextlib
import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import InsertOne, ReturnDocument, UpdateOne
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
from contracts.errors import OBJECT_NOT_FOUND, DomainError

# A taker rewrites its counter: 128 unsettled holds are about 20 KB.
PLACES_OF_A_COUNTER = 128
MOST_COUNTERS = 64


def shares(limit: int) -> list[int]:
    """The limits of the counters into which a stock of `limit` places is split."""
    count = min(MOST_COUNTERS, -(-limit // PLACES_OF_A_COUNTER))
    return [limit // count + (number < limit % count) for number in range(count)]


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
        kept="for ever: numbers, and holds until they are settled",
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


class TooManyTaken(Exception):
    """More places of a stock are used and held (`taken`) than it was to have."""

    def __init__(self, taken: int) -> None:
        super().__init__(taken)
        self.taken = taken


class Holds:
    """The counters of one collection."""

    def __init__(
        self, collection: MongoCollection[Document], clock: Clock, *, spent: str | None = None
    ) -> None:
        """`spent`: a flag of the counter that is set for good once all its places are settled; with
        `_at` to its name the business time of that."""
        self._counters = collection
        self._clock = clock
        self._spent = spent

    def open(self, counter_id: str, limit: int, **extra: Any) -> None:
        """Creates a counter; one that exists stays as it is, its limit too."""
        fresh = {"limit": limit, "used": 0, "holds": [], **extra}
        with contextlib.suppress(DuplicateKeyError):  # opened by another in the same moment
            self._counters.update_one({"_id": counter_id}, {"$setOnInsert": fresh}, upsert=True)

    def resize(
        self, counter_ids: Sequence[str], limit: int, *, tx: Transaction, **extra: Any
    ) -> None:
        """Gives a stock that is split into these counters `limit` places, in the unit of work that
        says why; counters that it did not have are opened with `extra`.

        Raises TooManyTaken for less than is used and held. Who takes a place meanwhile finds its
        counter as it was, waits, or makes the unit of work run again.
        """
        now = self._clock.now()
        found = self._counters.find(
            {"_id": {"$in": list(counter_ids)}}, {"used": 1, **tally(now)}, session=tx.session
        )
        taken = {
            row["_id"]: row["used"] + row["bought"] + row["held"] + row["kept"] for row in found
        }
        free = limit - sum(taken.values())
        if free < 0:
            raise TooManyTaken(sum(taken.values()))
        more, left = divmod(free, len(counter_ids))
        changes: list[UpdateOne | InsertOne[Document]] = []
        for number, counter_id in enumerate(counter_ids):
            share = taken.get(counter_id, 0) + more + (number < left)
            if counter_id in taken:
                # Expired holds count as free: whoever would still keep one finds it gone.
                sized = [{"$set": {"limit": share, "holds": _alive(now)}}]
                changes.append(UpdateOne({"_id": counter_id}, sized))
            else:
                fresh = {"limit": share, "used": 0, "holds": []}
                changes.append(InsertOne({"_id": counter_id, **fresh, **extra}))
        self._counters.bulk_write(changes, session=tx.session)

    def take(
        self, counter_id: str, hold_id: str, *, ref: str, expires_at: dt.datetime | None
    ) -> bool:
        """Takes a place until `expires_at` (business time; None = kept at once); False = full.

        Taking an unsettled, unexpired hold again is True and changes nothing. Raises
        DomainError(OBJECT_NOT_FOUND) when there is no such counter.
        """
        now = self._clock.now()
        alive = {"$size": "$holds"}
        after = self._counters.find_one_and_update(
            {"_id": counter_id},
            [
                {"$set": {"holds": _alive(now)}},
                {
                    "$set": {
                        "holds": {
                            "$cond": [
                                {
                                    "$and": [
                                        {"$not": [{"$in": [hold_id, "$holds.id"]}]},
                                        {"$lt": [{"$add": ["$used", alive]}, "$limit"]},
                                    ]
                                },
                                _with(_new_hold(hold_id, ref, expires_at, now)),
                                "$holds",
                            ]
                        }
                    }
                },
            ],
            projection={"mine": {"$in": [hold_id, "$holds.id"]}},
            return_document=ReturnDocument.AFTER,
        )
        if after is None:
            raise DomainError(OBJECT_NOT_FOUND, noun="stock")
        return bool(after["mine"])

    def take_one_of(
        self, counter_ids: Sequence[str], hold_id: str, *, ref: str, expires_at: dt.datetime | None
    ) -> str | None:
        """Takes a place of a stock that is split into these counters and returns whose it is.

        None = there was an instant, after this was called, at which none of them had a place.
        """
        tried = [random.choice(counter_ids)]
        while tried:
            for counter_id in tried:
                if self.take(counter_id, hold_id, ref=ref, expires_at=expires_at):
                    return counter_id
            # Looked at one after the other, a place could move behind the look: see all at once.
            tried = [] if len(counter_ids) == 1 else self._with_a_place(counter_ids)
        return None

    def take_first(
        self,
        counters: Mapping[str, Any],
        hold_id: str,
        *,
        ref: str,
        expires_at: dt.datetime | None,
        by: str,
    ) -> Document | None:
        """Takes a place of the first of `counters` (a filter), ordered by `by`, that has one.

        One command, however many ask at once. The id must be new. Returns the counter without its
        holds; None when each was full as it was looked at.
        """
        now = self._clock.now()
        return self._counters.find_one_and_update(
            {**counters, "$expr": _has_place(now)},
            [
                {"$set": {"holds": _alive(now)}},
                {"$set": {"holds": _with(_new_hold(hold_id, ref, expires_at, now))}},
            ],
            projection={"holds": False},
            sort=[(by, 1)],
            return_document=ReturnDocument.AFTER,
        )

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
        others = {"input": "$holds", "as": "hold", "cond": {"$ne": ["$$hold.id", hold_id]}}
        counted = {"used": {"$add": ["$used", 1]}, "holds": {"$filter": others}}
        steps: list[Document] = [{"$set": counted}]
        if self._spent is not None:
            spent, since = {"$gte": ["$used", "$limit"]}, f"{self._spent}_at"
            now_spent = {"$cond": [spent, self._clock.now(), "$$REMOVE"]}
            flags = {
                self._spent: {"$or": [f"${self._spent}", spent]},
                since: {"$ifNull": [f"${since}", now_spent]},
                # For who has to tell of it, and takes the mark away then.
                f"{self._spent}_untold": {
                    "$cond": [
                        {"$and": [spent, {"$ne": [f"${self._spent}", True]}]},
                        True,
                        f"${self._spent}_untold",
                    ]
                },
            }
            steps.append({"$set": flags})
        self._counters.update_one(
            {"_id": counter_id, "holds": {"$elemMatch": {"id": hold_id, "state": "used"}}}, steps
        )

    def let_go(self, counter_id: str, hold_id: str) -> bool:
        """Frees a place that is held and not kept; False = there is none, and nothing changed."""
        found = self._counters.update_one(
            {"_id": counter_id, "holds": {"$elemMatch": {"id": hold_id, "state": "held"}}},
            {"$pull": {"holds": {"id": hold_id, "state": "held"}}},
        )
        return found.matched_count == 1

    def release(self, counter_id: str, hold_id: str) -> None:
        """Frees a held or kept place at once; a used one stays."""
        unused = {"id": hold_id, "state": {"$in": ["held", "kept"]}}
        self._counters.update_one({"_id": counter_id}, {"$pull": {"holds": unused}})

    def discard(self, counter_id: str, hold_id: str) -> None:
        """Frees an unsettled place whatever its state: what it was for came to nothing for good."""
        self._counters.update_one({"_id": counter_id}, {"$pull": {"holds": {"id": hold_id}}})

    def return_settled(self, counter_id: str, *, tx: Transaction) -> None:
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

    def counts_of(self, counter_ids: Sequence[str]) -> dict[str, HoldCounts]:
        """How several stocks stand now, in one read; unknown ones are left out."""
        now = self._clock.now()
        projection = {"limit": 1, "used": 1, **tally(now)}
        found = self._counters.find({"_id": {"$in": list(counter_ids)}}, projection)
        return {counter["_id"]: _counted(counter) for counter in found}

    def unsettled(self, *, taken_before: dt.datetime) -> Iterator[Hold]:
        """All kept and used holds of all counters taken before an instant, for the sweeper."""
        waiting = {"$in": ["kept", "used"]}
        for counter in self._counters.find({"holds.state": waiting}):
            for hold in _taken_before(counter, taken_before):
                if hold.state != "held":
                    yield hold

    def _with_a_place(self, counter_ids: Sequence[str]) -> list[str]:
        """Those of these counters that had a free place, all at one instant, in any order."""
        wanted = {"_id": {"$in": list(counter_ids)}, "$expr": _has_place(self._clock.now())}
        with self._counters.database.client.start_session(snapshot=True) as session:
            found = [row["_id"] for row in self._counters.find(wanted, {"_id": 1}, session=session)]
        random.shuffle(found)
        return found

    def _advance(self, counter_id: str, hold_id: str, earlier: list[str], state: str) -> bool:
        unexpired = [{"expires_at": None}, {"expires_at": {"$gt": self._clock.now()}}]
        found = self._counters.update_one(
            {"_id": counter_id, "holds": {"$elemMatch": {"id": hold_id, "$or": unexpired}}},
            {"$set": {"holds.$[hold].state": state, "holds.$[hold].expires_at": None}},
            array_filters=[{"hold.id": hold_id, "hold.state": {"$in": earlier}}],
        )
        return found.matched_count == 1


def _taken_before(counter: Document, instant: dt.datetime) -> Iterator[Hold]:
    for hold in counter["holds"]:
        if hold["taken_at"] < instant:
            yield Hold(counter["_id"], hold["id"], hold["ref"], hold["state"], hold["taken_at"])


def tally(now: dt.datetime) -> Document:
    """The unexpired holds of a counter by state (`held`, `kept`, `bought`), as a projection."""

    def in_state(state: str) -> Document:
        mine = {"$eq": ["$$hold.state", state]}
        return {"$size": {"$filter": {"input": _alive(now), "as": "hold", "cond": mine}}}

    return {"held": in_state("held"), "kept": in_state("kept"), "bought": in_state("used")}


def _counted(counter: Document) -> HoldCounts:
    used, held, kept = counter["used"] + counter["bought"], counter["held"], counter["kept"]
    free = max(0, counter["limit"] - used - held - kept)
    return HoldCounts(limit=counter["limit"], used=used, held=held, kept=kept, free=free)


def _new_hold(hold_id: str, ref: str, expires_at: dt.datetime | None, now: dt.datetime) -> Document:
    state = "kept" if expires_at is None else "held"
    return {"id": hold_id, "ref": ref, "state": state, "expires_at": expires_at, "taken_at": now}


def _with(hold: Document) -> Document:
    return {"$concatArrays": ["$holds", [{"$literal": hold}]]}


def _alive(now: dt.datetime) -> Document:
    """The holds that have not expired."""
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


def _has_place(now: dt.datetime) -> Document:
    return {"$lt": [{"$add": ["$used", {"$size": _alive(now)}]}, "$limit"]}
