"""Purchases and quotes."""

import datetime as dt

from pymongo.errors import DuplicateKeyError

from chassis.aggregates import AggregateStore, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import (
    FLAG,
    INSTANT,
    MONEY,
    OPEN,
    TEXT,
    WHOLE,
    aggregate,
    list_of,
    nullable,
    one_of,
    optional,
)
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from services.payments.domain.purchases import PURCHASE
from services.payments.domain.quotes import QUOTE
from services.payments.store.orders import SUBJECT


class LiveQuoteExists(Exception):
    """The person has another live quote for the plan."""


class IsOpened(Exception):
    """The subject has its purchase, whatever became of that."""


class Purchases(AggregateStore):
    noun = "purchase"
    collection_schema = Collection(
        "purchases",
        validator=aggregate(
            community_id=TEXT,
            payer_id=TEXT,
            subject=SUBJECT,
            plan_id=nullable(TEXT),
            purpose=one_of("join", "renew"),
            promise_ref=nullable(TEXT),
            state=one_of(*PURCHASE.states),
            order_id=nullable(TEXT),
            pay_by=nullable(INSTANT),
        ),
        indexes=[
            Index(
                [("community_id", 1), ("subject.kind", 1), ("subject.ref", 1)],
                unique=True,
                name="one_purchase_of_a_subject",
            ),
            Index([("payer_id", 1), ("_id", 1)], name="of_payer", across_communities=True),
        ],
    )

    def add(self, tx: Transaction, purchase: Document) -> Document:
        """Stores a new purchase; raises IsOpened when its subject has one."""
        try:
            return self.insert(tx, purchase)
        except DuplicateKeyError:
            raise IsOpened(purchase["subject"]["ref"]) from None


class Quotes(AggregateStore):
    noun = "quote"
    collection_schema = Collection(
        "quotes",
        validator=aggregate(
            community_id=TEXT,
            purchase_id=TEXT,
            plan_id=TEXT,
            payer_id=TEXT,
            state=one_of(*QUOTE.states),
            live=FLAG,
            list_price=MONEY,
            discount=MONEY,
            total=MONEY,
            extra_days=WHOLE,
            coupon_codes=list_of(TEXT),
            coupon_id=nullable(TEXT),
            redemption_id=nullable(TEXT),
            promised=FLAG,
            step=nullable(WHOLE),
            place_ref=nullable(TEXT),
            coupon_counter=optional(nullable(TEXT)),
            place_counter=optional(nullable(TEXT)),
            trace=list_of(OPEN),
            expires_at=INSTANT,
        ),
        indexes=[
            Index(
                [("community_id", 1), ("payer_id", 1), ("plan_id", 1)],
                unique=True,
                partial={"live": True},
                name="one_live_quote_per_person_and_plan",
            ),
            Index(
                [("expires_at", 1), ("_id", 1)],
                partial={"live": True},
                name="to_expire",
                across_communities=True,
            ),
        ],
    )

    def add(self, tx: Transaction, quote: Document) -> Document:
        """Stores a new live quote; raises LiveQuoteExists when the person got another meanwhile."""
        try:
            return self.insert(tx, quote)
        except DuplicateKeyError:
            raise LiveQuoteExists(quote["payer_id"]) from None

    def of_ids(self, quote_ids: set[str]) -> dict[str, Document]:
        """The quotes of these ids, by id; unknown ones are left out."""
        found = self.collection.find({"_id": {"$in": list(quote_ids)}})
        return {quote["_id"]: quote for quote in found}

    @staticmethod
    def live(community_id: str, payer_id: str, plan_id: str) -> Document:
        """The filter of a person's live quote for a plan; there is at most one."""
        return {
            "community_id": community_id,
            "payer_id": payer_id,
            "plan_id": plan_id,
            "live": True,
        }

    def require_with_purchase(self, quote_id: str) -> tuple[Document, Document]:
        """A quote and its purchase, in one read; raises DomainError(OBJECT_NOT_FOUND)."""
        found = self.collection.aggregate(
            [
                {"$match": {"_id": quote_id}},
                {
                    "$lookup": {
                        "from": Purchases.collection_schema.name,
                        "localField": "purchase_id",
                        "foreignField": "_id",
                        "as": "_purchase",
                    }
                },
            ]
        ).to_list(1)
        if not found:
            raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
        (purchase,) = found[0].pop("_purchase")
        return found[0], purchase

    def due_to_expire(self, now: dt.datetime, limit: int) -> list[Document]:
        """Live quotes whose time is over, oldest first."""
        due = {"live": True, "expires_at": {"$lte": now}}
        return list(self.collection.find(due).sort([("expires_at", 1), ("_id", 1)]).limit(limit))

    def soonest_to_expire(self) -> dt.datetime | None:
        """When the time of a live quote is over next."""
        return soonest(self.collection, "expires_at", {"live": True})
