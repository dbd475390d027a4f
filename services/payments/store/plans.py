"""Plans on sale, the places of their ladders, and prices promised to applicants."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Self

from pymongo.errors import DuplicateKeyError

from chassis.aggregates import AggregateStore
from chassis.clock import Clock
from chassis.collections import Collection, Index
from chassis.holds import Holds, holds_collection, shares, tally
from chassis.mongo import Document
from chassis.unchanging import Unchanging
from chassis.uow import Transaction
from chassis.validators import (
    FLAG,
    INSTANT,
    MONEY,
    TEXT,
    WHOLE,
    aggregate,
    document,
    nullable,
    one_of,
    optional,
    shape,
)
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.payments import PROVIDER_ACCOUNT_TAKEN


class Plans(AggregateStore):
    """Plans never change: what was sold stays what it was."""

    noun = "plan"
    collection_schema = Collection(
        "plans",
        append_only=True,
        validator=aggregate(
            community_id=TEXT,
            name=TEXT,
            base_price=MONEY,
            period_months=WHOLE,
            ladder=nullable(shape(step=WHOLE, every=WHOLE, n0=WHOLE, cap=nullable(WHOLE))),
            price_lock=one_of("at_application", "at_approval", "at_payment"),
            zone=TEXT,
        ),
        indexes=[Index([("community_id", 1), ("_id", 1)], name="of_community")],
    )

    def __init__(self, database: Any) -> None:
        super().__init__(database)
        self._known: Unchanging[Document | None] = Unchanging()

    def get(
        self,
        id: str,
        *,
        community_id: str | None = None,
        tx: Transaction | None = None,
        joined: Sequence[Document] = (),
    ) -> Document | None:
        """The plan, read once; None where it is not the community's."""
        plan = self._known.get(id, lambda: self.collection.find_one({"_id": id}))
        theirs = plan is not None and community_id in (None, plan["community_id"])
        return plan if theirs else None

    def newest(self, community_id: str) -> Document | None:
        """The plan that a purchase is opened for."""
        return self.collection.find_one({"community_id": community_id}, sort=[("_id", -1)])

    def locked_at_application(self, community_id: str) -> list[Document]:
        """The plans whose price is promised to whoever applies."""
        plans = self.collection.find({"community_id": community_id}).sort("_id", 1)
        return [plan for plan in plans if plan["price_lock"] == "at_application"]


class LadderSteps:
    """The places of each step that anybody asked for; steps follow without a gap.

    A step has one counter, a large one several (`part` 1, 2, … beside the first).
    """

    _holds = holds_collection(
        "ladder_steps", plan_id=TEXT, step=WHOLE, part=optional(WHOLE), closed=FLAG
    )
    collection_schema = dataclasses.replace(
        _holds,
        indexes=[
            *_holds.indexes,
            Index(
                [("plan_id", 1), ("closed", 1), ("step", 1)],
                name="unclosed_of_plan",
                across_communities=True,
            ),
            Index(
                [("plan_id", 1), ("step", -1)],
                name="highest_of_plan",
                across_communities=True,
            ),
        ],
    )

    def __init__(self, database: Any, clock: Clock) -> None:
        self._collection = database[self.collection_schema.name]
        self._clock = clock
        # A counter whose places are all paid is closed for ever (the ratchet).
        self.holds = Holds(self._collection, clock, spent="closed")

    @staticmethod
    def counter_id(plan_id: str, step: int, part: int = 0) -> str:
        return f"{plan_id}:{step}:{part}" if part else f"{plan_id}:{step}"

    def open(self, plan_id: str, step: int, every: int) -> None:
        """Makes a step known; one that exists stays as it is."""
        parts = list(enumerate(shares(every)))
        # The first counter last: it makes the step known, and what a crash kept from being made
        # is made by whoever asks for the step after it.
        for part, limit in reversed(parts):
            numbered = {"part": part} if part else {}
            self.holds.open(
                self.counter_id(plan_id, step, part),
                limit,
                plan_id=plan_id,
                step=step,
                closed=False,
                **numbered,
            )

    def take_lowest(
        self, plan_id: str, hold_id: str, *, ref: str, expires_at: dt.datetime | None
    ) -> Document | None:
        """Takes a place of the lowest unclosed step that has one; its counter without holds."""
        unclosed = {"plan_id": plan_id, "closed": False}
        return self.holds.take_first(unclosed, hold_id, ref=ref, expires_at=expires_at, by="step")

    def seen(self, plan_id: str) -> "StepsSeen":
        """How the steps of a plan stand now."""
        return StepsSeen.of(self._collection.aggregate(self.pipeline(plan_id)))

    def pipeline(self, plan_id: str) -> list[Document]:
        """The stages that read what `StepsSeen.of` takes."""
        now = self._clock.now()
        held_until = {
            "$map": {
                "input": "$holds",
                "as": "hold",
                "in": {"$cond": [{"$gt": ["$$hold.expires_at", now]}, "$$hold.expires_at", None]},
            }
        }
        highest = [
            {"$match": {"plan_id": plan_id, "part": None}},
            {"$sort": {"step": -1}},
            {"$limit": 1},
            {"$project": {"_id": 0, "highest": "$step"}},
        ]
        return [
            {"$match": {"plan_id": plan_id, "closed": False}},
            {"$sort": {"step": 1}},
            {
                "$project": {
                    "step": 1,
                    "limit": 1,
                    "used": 1,
                    "returns_at": {"$min": held_until},
                    **tally(now),
                }
            },
            {"$unionWith": {"coll": self.collection_schema.name, "pipeline": highest}},
        ]


@dataclasses.dataclass(frozen=True)
class StepsSeen:
    """The unclosed counters of a plan, lowest step first, by number of places; `highest` is the
    highest step that anybody asked for, None when nobody asked yet."""

    unclosed: list[Document]
    highest: int | None

    @classmethod
    def of(cls, rows: Iterable[Document]) -> Self:
        """From what the stages of `LadderSteps.pipeline` read."""
        found = list(rows)
        highest = [row["highest"] for row in found if "highest" in row]
        return cls([row for row in found if "step" in row], highest[0] if highest else None)


class Promises:
    """Prices promised to applicants; made once, never changed (`product.md` §2)."""

    collection_schema = Collection(
        "promises",
        per_community=True,
        append_only=True,
        validator=document(
            community_id=TEXT,
            application_id=TEXT,
            plan_id=TEXT,
            price=MONEY,
            step=nullable(WHOLE),
            promised_at=INSTANT,
        ),
        indexes=[
            Index(
                [("community_id", 1), ("application_id", 1), ("plan_id", 1)],
                unique=True,
                name="one_promise",
            )
        ],
    )

    def __init__(self, database: Any) -> None:
        self._collection = database[self.collection_schema.name]

    def find(self, community_id: str, application_id: str, plan_id: str) -> Document | None:
        return self._collection.find_one(
            {"community_id": community_id, "application_id": application_id, "plan_id": plan_id}
        )

    def make(
        self,
        plan: Document,
        application_id: str,
        *,
        price: Document,
        step: int | None,
        now: dt.datetime,
    ) -> None:
        """Promises a price; the first promise stays."""
        promise = {
            "_id": f"{application_id}:{plan['_id']}",
            "community_id": plan["community_id"],
            "application_id": application_id,
            "plan_id": plan["_id"],
            "price": price,
            "step": step,
            "promised_at": now,
        }
        try:
            self._collection.insert_one(promise)
        except DuplicateKeyError:
            return


class ProviderAccounts(AggregateStore):
    """Accounts with payment providers; the secret stays outside, under the name in `secret_ref`.

    `used`: an attempt was opened with it.
    """

    noun = "provider account"
    collection_schema = Collection(
        "provider_accounts",
        validator=aggregate(
            community_id=TEXT, provider=TEXT, merchant_id=TEXT, secret_ref=TEXT, used=FLAG
        ),
        indexes=[
            Index([("community_id", 1), ("provider", 1)], unique=True, name="one_per_provider"),
            # Money never crosses communities: a merchant and its secret belong to one of them.
            Index(
                [("provider", 1), ("merchant_id", 1)],
                unique=True,
                name="one_community_of_a_merchant",
                across_communities=True,
            ),
            Index(
                [("secret_ref", 1)],
                unique=True,
                name="one_account_of_a_secret",
                across_communities=True,
            ),
        ],
    )

    def put(self, tx: Transaction, account: Document) -> Document:
        """Stores a new or changed account; raises DomainError(PROVIDER_ACCOUNT_TAKEN)."""
        try:
            return self.save(tx, account) if "version" in account else self.insert(tx, account)
        except DuplicateKeyError:
            raise DomainError(PROVIDER_ACCOUNT_TAKEN, merchant_id=account["merchant_id"]) from None

    def identity(self, account_id: str) -> Document:
        """What never changes of an account; raises DomainError(OBJECT_NOT_FOUND)."""
        names = ("community_id", "provider")
        found = self.collection.find_one({"_id": account_id}, names)
        if found is None:
            raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
        return found

    def of_community(
        self, community_id: str, provider: str, *, tx: Transaction | None = None
    ) -> Document | None:
        return self.collection.find_one(
            {"community_id": community_id, "provider": provider},
            session=None if tx is None else tx.session,
        )
