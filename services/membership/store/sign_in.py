"""Documents of sign-in: challenges, their limits, sessions. All times are real time."""

import datetime as dt
import hashlib
import time
from threading import Lock

from pymongo import ReturnDocument
from pymongo.database import Database

from chassis.aggregates import AggregateStore
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import (
    FLAG,
    INSTANT,
    TEXT,
    WHOLE,
    aggregate,
    document,
    list_of,
    nullable,
    optional,
)
from services.membership.domain.sign_in import (
    ADDRESS_WINDOW,
    RESEND_AFTER,
    STARTS_PER_ADDRESS,
)

SHARES = 60  # of a minute; small enough that what processes leave of them does not matter

_HOUR = dt.timedelta(hours=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Challenges(AggregateStore):
    noun = "sign-in challenge"
    collection_schema = Collection(
        "challenges",
        validator=aggregate(
            email=TEXT, locale=TEXT, tries_left=WHOLE, used_at=nullable(INSTANT), expires_at=INSTANT
        ),
        indexes=[Index([("expires_at", 1)], name="garbage", expire_after=_HOUR)],
    )

    def with_person(self, challenge_id: str) -> tuple[Document | None, Document | None]:
        """The challenge, and the person behind its address; None for who is not known."""
        person = {"from": "people", "localField": "email", "foreignField": "email", "as": "_people"}
        challenge = self.get(challenge_id, joined=[{"$lookup": person}])
        if challenge is None:
            return None, None
        return challenge, next(iter(challenge.pop("_people")), None)

    def take_a_try(self, challenge_id: str) -> None:
        """One try less for a wrong code. With none left `use` refuses the right one, too."""
        self.collection.update_one(
            {"_id": challenge_id, "tries_left": {"$gt": 0}},
            {"$inc": {"tries_left": -1, "version": 1}},
        )

    def use(self, tx: Transaction, challenge_id: str, now: dt.datetime) -> bool:
        """Spends the challenge; False when it was spent meanwhile, or its tries were.

        Decided by one guarded update: of guesses at once the right one counts only while fewer than
        all tries were taken before it.
        """
        used = self.collection.update_one(
            {"_id": challenge_id, "tries_left": {"$gt": 0}, "used_at": None},
            {"$set": {"used_at": now, "updated_at": tx.now}, "$inc": {"version": 1}},
            session=tx.session,
        )
        return used.matched_count == 1


class SignInLimits:
    """How often codes are asked for: one guarded update each, by the server's clock."""

    collection_schema = Collection(
        "sign_in_limits",
        validator=document(
            starts=optional(list_of(INSTANT, most=STARTS_PER_ADDRESS)),
            minute=optional(INSTANT),
            count=optional(WHOLE),
            granted=FLAG,
            touched_at=INSTANT,
        ),
        indexes=[Index([("touched_at", 1)], name="garbage", expire_after=2 * _HOUR)],
    )

    def __init__(self, database: Database[Document]) -> None:
        self._limits = database[self.collection_schema.name]
        self._lock = Lock()
        self._share = 0  # that this process may still grant, while `time.monotonic()` is below
        self._share_ends = 0.0

    def wait_for_address(self, email: str) -> int:
        """Seconds until a code may be asked for again; 0 = now, and then this one is counted."""
        recent = {"$gt": ["$$this", {"$subtract": ["$$NOW", _ms(ADDRESS_WINDOW)]}]}
        starts = {"$ifNull": ["$starts", []]}
        last = {"$ifNull": [{"$last": "$starts"}, _EPOCH]}
        row = self._update(
            f"address:{hashlib.sha256(email.encode()).hexdigest()}",
            {"starts": {"$filter": {"input": starts, "cond": recent}}},
            {
                "granted": {
                    "$and": [
                        {"$lt": [{"$size": "$starts"}, STARTS_PER_ADDRESS]},
                        {"$lte": [last, {"$subtract": ["$$NOW", _ms(RESEND_AFTER)]}]},
                    ]
                }
            },
            {
                "starts": {
                    "$cond": ["$granted", {"$concatArrays": ["$starts", ["$$NOW"]]}, "$starts"]
                }
            },
        )
        if row["granted"]:
            return 0
        opens_at = row["starts"][-1] + RESEND_AFTER
        if len(row["starts"]) >= STARTS_PER_ADDRESS:
            opens_at = max(opens_at, row["starts"][0] + ADDRESS_WINDOW)
        return max(1, round((opens_at - row["touched_at"]).total_seconds()))

    def wait_for_system(self, per_minute: int) -> int:
        """The same for all addresses together, in calendar minutes.

        A process takes a share of the minute at a time, of which it grants on its own: so not
        every code writes the one document of all. What it does not grant in that minute is lost.
        """
        with self._lock:
            if self._share and time.monotonic() < self._share_ends:
                self._share -= 1
                return 0
        share = max(1, per_minute // SHARES)
        this_minute = {"$dateTrunc": {"date": "$$NOW", "unit": "minute"}}
        asked_at = time.monotonic()
        row = self._update(
            "system",
            {
                "count": {"$cond": [{"$eq": ["$minute", this_minute]}, "$count", 0]},
                "minute": this_minute,
            },
            {"granted": {"$lte": ["$count", per_minute - share]}},
            {"count": {"$cond": ["$granted", {"$add": ["$count", share]}, "$count"]}},
        )
        left = 60 - row["touched_at"].second
        if not row["granted"]:
            return left
        with self._lock:
            kept = self._share if time.monotonic() < self._share_ends else 0
            # The minute may turn a second sooner than its whole seconds say.
            self._share, self._share_ends = kept + share - 1, asked_at + left - 1
        return 0

    def _update(self, id: str, *stages: Document) -> Document:
        pipeline = [{"$set": stage} for stage in (*stages, {"touched_at": "$$NOW"})]
        row = self._limits.find_one_and_update(
            {"_id": id}, pipeline, upsert=True, return_document=ReturnDocument.AFTER
        )
        assert row is not None  # an upsert always leaves one
        return row


class Sessions(AggregateStore):
    noun = "session"
    collection_schema = Collection(
        "sessions",
        validator=aggregate(
            person_id=TEXT,
            refresh_hash=TEXT,
            spent_hashes=list_of(TEXT),
            rotated_at=optional(nullable(INSTANT)),
            expires_at=INSTANT,
            ended_at=nullable(INSTANT),
        ),
        indexes=[Index([("expires_at", 1)], name="garbage", expire_after=_HOUR)],
    )

    def of_person(self, session_id: str, person_id: str, tx: Transaction) -> Document | None:
        return self.collection.find_one(
            {"_id": session_id, "person_id": person_id}, session=tx.session
        )


def _ms(span: dt.timedelta) -> int:
    return int(span.total_seconds() * 1000)
