"""Purchases and quotes."""

import datetime as dt
from collections.abc import Sequence
from typing import cast

from chassis.aggregates import AggregateStore, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.validators import aggregate_of
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.types.payments import Counted
from services.payments.domain.checkout.orders import Order
from services.payments.domain.checkout.purchases import Purchase, has_lines
from services.payments.domain.checkout.quotes import Quote
from services.payments.store.counting import counted


class LiveQuoteExists(Exception):
    """The person has another live quote for the plan, or for the lines of the purchase."""


class IsOpened(Exception):
    """The subject has its purchase, whatever became of that."""


class PurchaseStore(AggregateStore[Purchase]):
    noun = "purchase"
    collection_schema = Collection(
        "purchases",
        kept="for ever, by ids",
        validator=aggregate_of(Purchase),
        same_id=IsOpened,  # it follows from the subject's
        indexes=[
            Index(
                [("community_id", 1), ("subject.kind", 1), ("subject.ref", 1)],
                unique=True,
                name="one_purchase_of_a_subject",
                refusal=IsOpened,
            ),
            Index([("payer_id", 1), ("_id", 1)], name="of_payer", across_communities=True),
            Index(
                [("community_id", 1), ("plan_id", 1)],
                partial={"state": "open"},
                name="open_of_plan",
            ),
        ],
    )

    def count_open(self, community_id: str, plan_id: str) -> Counted:
        """How many may still be paid at a plan."""
        of_plan = {"community_id": community_id, "plan_id": plan_id, "state": "open"}
        return counted(self.collection, of_plan)

    def with_orders(self, purchase_ids: Sequence[str]) -> list[tuple[Purchase, Order | None]]:
        """Those of these purchases that there are, each with the order that is open or paid it."""
        found = self.collection.aggregate(
            [
                {"$match": {"_id": {"$in": list(purchase_ids)}}},
                {
                    "$lookup": {
                        "from": "orders",
                        "localField": "order_id",
                        "foreignField": "_id",
                        "as": "_order",
                    }
                },
            ]
        )
        with found:
            return [(cast(Purchase, one), next(iter(one.pop("_order")), None)) for one in found]


class QuoteStore(AggregateStore[Quote]):
    noun = "quote"
    collection_schema = Collection(
        "quotes",
        kept="for ever, by ids: prices shown",
        validator=aggregate_of(Quote),
        indexes=[
            Index(
                [("community_id", 1), ("payer_id", 1), ("plan_id", 1), ("lines_of", 1)],
                unique=True,
                partial={"live": True},
                name="one_live_quote_per_person_and_thing",
                refusal=LiveQuoteExists,
            ),
            Index(
                [("expires_at", 1), ("_id", 1)],
                partial={"live": True},
                name="to_expire",
                across_communities=True,
            ),
        ],
    )

    def count_live(self, community_id: str, among: Document) -> Counted:
        """How many of a community's that are live are `among` them."""
        return counted(self.collection, {"community_id": community_id, "live": True, **among})

    def of_ids(self, quote_ids: set[str]) -> dict[str, Quote]:
        """The quotes of these ids, by id; unknown ones are left out."""
        found = self.all_of(self.collection.find({"_id": {"$in": list(quote_ids)}}))
        return {quote["_id"]: quote for quote in found}

    @staticmethod
    def live(purchase: Purchase) -> Document:
        """The filter of the payer's live quote for what a purchase pays for; there is at most
        one."""
        return {
            "community_id": purchase["community_id"],
            "payer_id": purchase["payer_id"],
            "plan_id": purchase["plan_id"],
            "lines_of": purchase["_id"] if has_lines(purchase) else None,
            "live": True,
        }

    def live_of(self, purchase: Purchase) -> Quote | None:
        """The live quote of a purchase for what it pays for."""
        ours = {"community_id": purchase["community_id"], "purchase_id": purchase["_id"]}
        wanted = {**self.live(purchase), **ours}
        return cast(Quote | None, self.collection.find_one(wanted))

    def require_with_purchase(self, quote_id: str) -> tuple[Quote, Purchase]:
        """A quote and its purchase, in one read; raises DomainError(OBJECT_NOT_FOUND)."""
        found = self.collection.aggregate(
            [
                {"$match": {"_id": quote_id}},
                {
                    "$lookup": {
                        "from": PurchaseStore.collection_schema.name,
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
        return cast(Quote, found[0]), purchase

    def due_to_expire(self, now: dt.datetime, limit: int) -> list[Quote]:
        """Live quotes whose time is over, oldest first."""
        due = {"live": True, "expires_at": {"$lte": now}}
        order = [("expires_at", 1), ("_id", 1)]
        return self.all_of(self.collection.find(due).sort(order).limit(limit))

    def soonest_to_expire(self) -> dt.datetime | None:
        """When the time of a live quote is over next."""
        return soonest(self.collection, "expires_at", {"live": True})
