"""Plans on sale, the places of their ladders, and prices promised to applicants."""

import dataclasses
import datetime as dt
from typing import Any

from pymongo.errors import DuplicateKeyError

from chassis.aggregates import AggregateStore
from chassis.clock import Clock
from chassis.collections import Collection, Index
from chassis.holds import Holds, holds_collection
from chassis.mongo import Document
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
    shape,
)
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.payments import PROVIDER_ACCOUNT_TAKEN


class Plans(AggregateStore):
    noun = "plan"
    collection_schema = Collection(
        "plans",
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

    def newest(self, community_id: str) -> Document | None:
        """The plan that a purchase is opened for."""
        return self.collection.find_one({"community_id": community_id}, sort=[("_id", -1)])

    def locked_at_application(self, community_id: str) -> list[Document]:
        """The plans whose price is promised to whoever applies."""
        plans = self.collection.find({"community_id": community_id}).sort("_id", 1)
        return [plan for plan in plans if plan["price_lock"] == "at_application"]


class LadderSteps:
    """One counter of places for each step that anybody asked for; steps follow without a gap."""

    _holds = holds_collection("ladder_steps", plan_id=TEXT, step=WHOLE, closed=FLAG)
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
                [("plan_id", 1), ("step", 1)],
                unique=True,
                name="of_plan",
                across_communities=True,
            ),
            Index(
                [("closed", 1)],
                partial={"closed": False},
                name="unclosed",
                across_communities=True,
            ),
        ],
    )

    def __init__(self, database: Any, clock: Clock) -> None:
        self._collection = database[self.collection_schema.name]
        self.holds = Holds(self._collection, clock)

    @staticmethod
    def counter_id(plan_id: str, step: int) -> str:
        return f"{plan_id}:{step}"

    def open(self, plan_id: str, step: int, every: int) -> None:
        """Makes a step known; one that exists stays as it is."""
        self.holds.open(
            self.counter_id(plan_id, step), every, plan_id=plan_id, step=step, closed=False
        )

    def unclosed(self, plan_id: str) -> list[Document]:
        """The steps that are not closed, lowest first, with their unsettled holds."""
        return list(self._collection.find({"plan_id": plan_id, "closed": False}).sort("step", 1))

    def highest(self, plan_id: str) -> int | None:
        """The highest step that anybody asked for; None when nobody asked yet."""
        found = self._collection.find_one(
            {"plan_id": plan_id}, projection={"step": 1}, sort=[("step", -1)]
        )
        return None if found is None else int(found["step"])

    def close_paid(self) -> None:
        """Closes for ever every step whose places are all paid (the ratchet)."""
        self._collection.update_many(
            {"closed": False, "$expr": {"$gte": ["$used", "$limit"]}}, {"$set": {"closed": True}}
        )


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
