"""Documents of sign-in: challenges and sessions. All times are real time."""

import datetime as dt
from typing import cast

from chassis.aggregates import A, AggregateStore, Page
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from services.membership.domain.identity.people import Person
from services.membership.domain.identity.sign_in import Challenge, Session

_HOUR = dt.timedelta(hours=1)


class GuessedStore(AggregateStore[A]):
    """Documents that a code opens, which somebody may guess at."""

    def take_a_try(self, id: str) -> bool:
        """One try less for a wrong code; False when none is left.

        Then the right one is refused, too.
        """
        taken = self.collection.update_one(
            {"_id": id, "tries_left": {"$gt": 0}},
            {"$inc": {"tries_left": -1, "version": 1}},
        )
        return taken.matched_count == 1


class ChallengeStore(GuessedStore[Challenge]):
    noun = "sign-in challenge"
    collection_schema = Collection(
        "challenges",
        kept="an hour after its ten minutes (real time); has the address or phone number",
        validator=aggregate_of(Challenge),
        indexes=[
            Index([("expires_at", 1)], name="garbage", expire_after=_HOUR),
            Index([("email", 1)], name="of_address"),
            Index([("phone", 1)], name="of_phone", partial={"phone": {"$type": "string"}}),
        ],
    )

    def forget(self, tx: Transaction, email: str) -> None:
        """Nobody signs in by a code that was sent there."""
        self.collection.delete_many({"email": email}, session=tx.session)

    def forget_phone(self, tx: Transaction, phone: str) -> None:
        """Nobody signs in by a code that was sent to this number."""
        sent_there = {"phone": {"$eq": phone, "$type": "string"}}  # the index's own filter (D-9)
        self.collection.delete_many(sent_there, session=tx.session)

    def with_person(self, challenge_id: str) -> tuple[Challenge | None, Person | None]:
        """The challenge, and the person behind its address; None for who is not known, or where a
        phone was asked for."""
        person = {"from": "people", "localField": "email", "foreignField": "email", "as": "_people"}
        challenge = self.get(challenge_id, joined=[{"$lookup": person}])
        if challenge is None:
            return None, None
        people = cast(Document, challenge).pop("_people")
        return challenge, next(iter(people), None)

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


class SessionStore(AggregateStore[Session]):
    noun = "session"
    collection_schema = Collection(
        "sessions",
        kept="an hour after its end (real time); ends with the person",
        validator=aggregate_of(Session),
        indexes=[
            Index([("expires_at", 1)], name="garbage", expire_after=_HOUR),
            Index([("person_id", 1), ("_id", 1)], name="by_person"),
        ],
    )

    def live_of(
        self, person_id: str, now: dt.datetime, *, after: str | None, limit: int
    ) -> Page[Session]:
        """A page of the sessions that the person has open, newest first."""
        live = {"person_id": person_id, **_live(now)}
        return self.page(live, after=after, limit=limit, descending=True)

    def forget(self, tx: Transaction, person_id: str) -> None:
        """The person is signed in nowhere."""
        self.collection.delete_many({"person_id": person_id}, session=tx.session)

    def end_all(
        self, tx: Transaction, person_id: str, now: dt.datetime, *, kept: str | None = None
    ) -> int:
        """Ends every session of a person, but for one that is `kept`; how many there were."""
        ended = self.collection.update_many(
            {"person_id": person_id, "_id": {"$ne": kept}, **_live(now)},
            {"$set": {"ended_at": now, "updated_at": tx.now}, "$inc": {"version": 1}},
            session=tx.session,
        )
        return ended.modified_count


def _live(now: dt.datetime) -> Document:
    return {"ended_at": None, "expires_at": {"$gt": now}}
