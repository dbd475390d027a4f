"""Documents of the limits of signing in: one guarded update each, by the server's clock.

What is refused changes nothing, so it is no write.
"""

import datetime as dt
import hashlib
import math
import time
from threading import Lock

from pymongo import ReturnDocument
from pymongo.collection import Collection as MongoCollection
from pymongo.database import Database

from chassis.collections import Collection, Index
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.validators import INSTANT, TEXT, WHOLE, document, list_of, optional
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from services.membership.domain.identity.sign_in import (
    ADDRESS_WINDOW,
    MOST_WRONG,
    RESEND_AFTER,
    STARTS_PER_ADDRESS,
    WRONG_WINDOW,
)

ASKED_WITHIN = 3.0  # seconds
SHARES = 60  # of a minute; small enough that what processes leave of them does not matter

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_HOUR = dt.timedelta(hours=1)


class SignInLimitStore:
    """How often an address asks for codes, and how often somebody guesses at them."""

    collection_schema = Collection(
        "sign_in_limits",
        kept="a day (real time); addresses as hashes",
        validator=document(
            starts=optional(list_of(INSTANT, maximum=STARTS_PER_ADDRESS)),
            wrong=optional(WHOLE),
            wrong_since=optional(INSTANT),
            minute=optional(INSTANT),
            count=optional(WHOLE),
            granted_to=optional(TEXT),
            expires_at=INSTANT,
        ),
        indexes=[Index([("expires_at", 1)], name="over", expire_after=dt.timedelta(0))],
    )

    def __init__(self, database: Database[Document]) -> None:
        self._limits = database[self.collection_schema.name]

    def budget(self, name: str, per_minute: int) -> "MinuteBudget":
        """So many a minute for all processes together."""
        return MinuteBudget(self._limits, name, per_minute)

    def wait_for_address(self, email: str) -> int:
        """Seconds until a code may be asked for again; 0 = now, and then this one is counted."""
        recent = {
            "$filter": {
                "input": {"$ifNull": ["$starts", []]},
                "cond": {"$gt": ["$$this", _ago(ADDRESS_WINDOW)]},
            }
        }
        last = {"$ifNull": [{"$last": "$starts"}, _EPOCH]}
        has_rest = {
            "$and": [
                {"$gte": ["$wrong", MOST_WRONG]},
                {"$gt": ["$wrong_since", _ago(WRONG_WINDOW)]},
            ]
        }
        row, granted = _take(
            self._limits,
            _row_of(email),
            when={
                "$and": [
                    {"$lt": [{"$size": recent}, STARTS_PER_ADDRESS]},
                    {"$lte": [last, _ago(RESEND_AFTER)]},
                    {"$not": has_rest},
                ]
            },
            changes={"starts": {"$concatArrays": [recent, ["$$NOW"]]}},
            kept=ADDRESS_WINDOW,
        )
        return 0 if granted else _wait_of(row)

    def note_wrong(self, email: str) -> None:
        """One wrong guess more at the codes of an address, in the day that began with the first."""
        since = {"$ifNull": ["$wrong_since", _EPOCH]}
        goes_on = {"$gt": [since, _ago(WRONG_WINDOW)]}
        counted = {
            "wrong": {"$cond": [goes_on, {"$add": ["$wrong", 1]}, 1]},
            "wrong_since": {"$cond": [goes_on, "$wrong_since", "$$NOW"]},
        }
        ends = {"$add": ["$wrong_since", _ms(WRONG_WINDOW)]}
        self._limits.update_one(
            {"_id": _row_of(email)},
            [{"$set": counted}, {"$set": {"expires_at": {"$max": ["$expires_at", ends]}}}],
            upsert=True,
        )


class MinuteBudget:
    """So many in a calendar minute of the server's, for all processes together.

    A process takes a share of the minute at a time, of which it grants on its own: so not every
    code writes the one document of all. What it does not grant in that minute is lost, so it asks
    for one share at a time, however many wait for it. Once the minute has no share left the
    process refuses on its own, too, until the minute is over.
    """

    def __init__(self, limits: MongoCollection[Document], name: str, per_minute: int) -> None:
        self._limits, self._name, self._per_minute = limits, name, per_minute
        self._lock, self._asking = Lock(), Lock()
        self._share = 0  # that this process may still grant, while `time.monotonic()` is below
        self._share_ends = 0.0
        self._refused_until = 0.0

    def take(self) -> int:
        """Seconds until there is something again; 0 = now, and then one is taken."""
        wait = self._take_own()
        if wait is None:
            # While the database is silent those who wait do not try it one after the other.
            if not self._asking.acquire(timeout=ASKED_WITHIN):
                raise DomainError(SERVICE_UNAVAILABLE)
            try:
                wait = self._take_own()  # who asked before may have got enough for all
                if wait is None:
                    wait = self._take_share()
            finally:
                self._asking.release()
        return wait

    def give_back(self) -> None:
        """What was taken is not used: it is there for the next one in this minute."""
        with self._lock:
            if time.monotonic() < self._share_ends:
                self._share += 1

    def _take_own(self) -> int | None:
        """What `take` gives, without asking; None = that has to be asked for."""
        with self._lock:
            now = time.monotonic()
            if self._share and now < self._share_ends:
                self._share -= 1
                return 0
            if now < self._refused_until:
                return math.ceil(self._refused_until - now)
        return None

    def _take_share(self) -> int:
        share = max(1, self._per_minute // SHARES)
        this_minute = {"$dateTrunc": {"date": "$$NOW", "unit": "minute"}}
        count = {"$cond": [{"$eq": ["$minute", this_minute]}, "$count", 0]}
        asked_at = time.monotonic()
        row, granted = _take(
            self._limits,
            self._name,
            when={"$lte": [count, self._per_minute - share]},
            changes={"minute": this_minute, "count": {"$add": [count, share]}},
            kept=_HOUR,
        )
        left = 60 - row["now"].second
        with self._lock:
            if not granted:
                self._refused_until = asked_at + left
                return int(left)
            kept = self._share if time.monotonic() < self._share_ends else 0
            # The minute may turn a second sooner than its whole seconds say.
            self._share, self._share_ends = kept + share - 1, asked_at + left - 1
        return 0


def _take(
    limits: MongoCollection[Document],
    id: str,
    *,
    when: Document,
    changes: Document,
    kept: dt.timedelta,
) -> tuple[Document, bool]:
    """Makes the changes if `when` holds; the row as it then is, with the server's `now`, and
    whether it was changed. A row that is not there has to be granted."""
    mark = new_id("req")
    expires_at = {"$max": ["$expires_at", {"$add": ["$$NOW", _ms(kept)]}]}
    granted = {**changes, "granted_to": {"$literal": mark}, "expires_at": expires_at}
    row = limits.find_one_and_update(
        {"_id": id},
        [{"$replaceWith": {"$cond": [when, {"$mergeObjects": ["$$ROOT", granted]}, "$$ROOT"]}}],
        projection={"starts": 1, "wrong": 1, "wrong_since": 1, "granted_to": 1, "now": "$$NOW"},
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    assert row is not None  # an upsert always leaves one
    return row, row.get("granted_to") == mark


def _wait_of(row: Document) -> int:
    """Whole seconds until none of the reasons to refuse the address holds any more."""
    now, ends = row["now"], [row["now"] + dt.timedelta(seconds=1)]
    starts = [start for start in row.get("starts", ()) if start > now - ADDRESS_WINDOW]
    if starts:
        ends.append(starts[-1] + RESEND_AFTER)
    if len(starts) >= STARTS_PER_ADDRESS:
        ends.append(starts[0] + ADDRESS_WINDOW)
    if row.get("wrong", 0) >= MOST_WRONG:
        ends.append(row["wrong_since"] + WRONG_WINDOW)
    return math.ceil((max(ends) - now).total_seconds())


def _row_of(email: str) -> str:
    return f"address:{hashlib.sha256(email.encode()).hexdigest()}"


def _ago(span: dt.timedelta) -> Document:
    return {"$subtract": ["$$NOW", _ms(span)]}


def _ms(span: dt.timedelta) -> int:
    return int(span.total_seconds() * 1000)
