"""Orders, kept for ever: by payer, by community, by what is still to be done about them."""

import datetime as dt
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from chassis.aggregates import AggregateStore, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import (
    DAY,
    FLAG,
    INSTANT,
    MONEY,
    OPEN,
    TEXT,
    WHOLE,
    aggregate,
    document,
    list_of,
    nullable,
    one_of,
    optional,
    shape,
)
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from services.payments.domain.orders import ORDER, PAID_STATES

SUBJECT = shape(kind=TEXT, ref=TEXT)


# Stages that add an order's rows of payments and refunds.
WITH_MONEY: list[Document] = [
    {"$lookup": {"from": name, "localField": "_id", "foreignField": "order_id", "as": name}}
    for name in ("payments", "refunds")
]

# The purchase of an order, as a list, in a pipeline over orders.
PURCHASE_OF_ORDER: Document = {
    "$lookup": {
        "from": "purchases",
        "localField": "purchase_id",
        "foreignField": "_id",
        "as": "_purchase",
    }
}


class AnotherOrderIsOpen(Exception):
    """The purchase has another order that can be paid."""


class Orders(AggregateStore):
    noun = "order"
    collection_schema = Collection(
        "orders",
        validator=aggregate(
            community_id=TEXT,
            purchase_id=TEXT,
            quote_id=nullable(TEXT),
            payer_id=TEXT,
            plan_id=TEXT,
            subject=SUBJECT,
            purpose=TEXT,
            state=one_of(*ORDER.states),
            open=FLAG,
            closing=one_of("expired", "cancelled"),
            fulfilment=one_of("none", "pending", "fulfilled", "refused"),
            list_price=MONEY,
            discount=MONEY,
            total=MONEY,
            refunded=MONEY,
            refunding=MONEY,
            months=WHOLE,
            extra_days=WHOLE,
            zone=TEXT,
            trace=list_of(OPEN),
            coupon_codes=list_of(TEXT),
            coupon_id=nullable(TEXT),
            redemption_id=nullable(TEXT),
            promised=FLAG,
            reservation_ref=TEXT,
            step=nullable(WHOLE),
            place_ref=nullable(TEXT),
            coupon_counter=optional(nullable(TEXT)),
            place_counter=optional(nullable(TEXT)),
            receipt_number=nullable(TEXT),
            expires_at=INSTANT,
            close_after=INSTANT,
            paid_at=nullable(INSTANT),
            paid_on=nullable(DAY),
        ),
        indexes=[
            Index(
                [("community_id", 1), ("quote_id", 1)],
                unique=True,
                partial={"quote_id": {"$type": "string"}},
                name="order_of_a_quote",
            ),
            Index(
                [("community_id", 1), ("purchase_id", 1)],
                unique=True,
                partial={"open": True},
                name="one_open_order_of_a_purchase",
            ),
            Index(
                [("community_id", 1), ("receipt_number", 1)],
                unique=True,
                partial={"receipt_number": {"$type": "string"}},
                name="receipt_numbers",
            ),
            Index([("community_id", 1), ("_id", 1)], name="of_community"),
            Index([("community_id", 1), ("state", 1), ("_id", 1)], name="of_community_in_state"),
            Index(
                [("community_id", 1), ("payer_id", 1), ("paid_at", 1)],
                name="paid_by_person_in_community",
            ),
            Index([("payer_id", 1), ("_id", 1)], name="of_payer", across_communities=True),
            Index(
                [("close_after", 1), ("_id", 1)],
                partial={"open": True},
                name="to_close",
                across_communities=True,
            ),
            Index(
                [("paid_at", 1), ("_id", 1)],
                partial={"fulfilment": "pending"},
                name="undecided",
                across_communities=True,
            ),
        ],
    )

    def add(self, tx: Transaction, order: Document) -> Document:
        """Stores a new order; raises AnotherOrderIsOpen when its purchase has one."""
        try:
            return self.insert(tx, order)
        except DuplicateKeyError:
            raise AnotherOrderIsOpen(order["purchase_id"]) from None

    def put(self, tx: Transaction, order: Document) -> Document:
        """Saves an order that opens again; raises AnotherOrderIsOpen when its purchase has one."""
        try:
            return self.save(tx, order)
        except DuplicateKeyError:
            raise AnotherOrderIsOpen(order["purchase_id"]) from None

    def require_whole(self, order_id: str) -> Document:
        """The order with its payments and refunds; raises DomainError(OBJECT_NOT_FOUND)."""
        found = self.collection.aggregate([{"$match": {"_id": order_id}}, *WITH_MONEY]).to_list(1)
        if not found:
            raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
        return found[0]

    def require_with_purchase(self, tx: Transaction, order_id: str) -> tuple[Document, Document]:
        """An order and its purchase in one round trip; raises DomainError(OBJECT_NOT_FOUND)."""
        found = self.collection.aggregate(
            [{"$match": {"_id": order_id}}, PURCHASE_OF_ORDER], session=tx.session
        ).to_list(1)
        if not found:
            raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
        (order,) = found
        (purchase,) = order.pop("_purchase")
        return order, purchase

    def find_to_pay(
        self, order_id: str, provider: str
    ) -> tuple[Document | None, Document | None, Document | None]:
        """An order, its live attempt, and its community's account with a provider, in one round
        trip and in this order: once there is an attempt, the account's merchant stays."""
        mine = {"community": "$community_id", "order": "$_id"}
        is_mine = {"$eq": ["$community_id", "$$community"]}
        found = self.collection.aggregate(
            [
                {"$match": {"_id": order_id}},
                {
                    "$lookup": {
                        "from": "payments",
                        "let": mine,
                        "pipeline": [
                            {
                                "$match": {
                                    "$expr": {"$and": [is_mine, {"$eq": ["$order_id", "$$order"]}]},
                                    "live": True,
                                }
                            }
                        ],
                        "as": "_attempt",
                    }
                },
                {
                    "$lookup": {
                        "from": "provider_accounts",
                        "let": mine,
                        "pipeline": [{"$match": {"$expr": is_mine, "provider": provider}}],
                        "as": "_account",
                    }
                },
            ]
        ).to_list(1)
        if not found:
            return None, None, None
        (order,) = found
        attempt, account = (next(iter(order.pop(name)), None) for name in ("_attempt", "_account"))
        return order, attempt, account

    def of_quote(self, community_id: str, quote_id: str) -> Document | None:
        """The order that a quote became."""
        asked = {"$eq": quote_id, "$type": "string"}
        return self.collection.find_one({"community_id": community_id, "quote_id": asked})

    def of_quotes(self, quotes: list[Document]) -> dict[str, Document]:
        """The orders that quotes became, by quote id."""
        wanted = {
            "community_id": {"$in": list({quote["community_id"] for quote in quotes})},
            "quote_id": {"$in": [quote["_id"] for quote in quotes], "$type": "string"},
        }
        return {order["quote_id"]: order for order in self.collection.find(wanted)}

    def of_ids(self, order_ids: set[str]) -> dict[str, Document]:
        """The orders of these ids, by id; unknown ones are left out."""
        found = self.collection.find({"_id": {"$in": list(order_ids)}})
        return {order["_id"]: order for order in found}

    @staticmethod
    def paid_by(community_id: str, payer_id: str) -> Document:
        """The filter of what this person ever paid here, refunded later or not."""
        return {"community_id": community_id, "payer_id": payer_id, "paid_at": {"$gt": _EPOCH}}

    def due_to_close(self, now: dt.datetime, limit: int) -> list[Document]:
        """Open orders whose end has come, oldest first."""
        due = {"open": True, "close_after": {"$lte": now}}
        return list(self.collection.find(due).sort([("close_after", 1), ("_id", 1)]).limit(limit))

    def soonest_to_close(self) -> dt.datetime | None:
        """When the end of an open order comes next."""
        return soonest(self.collection, "close_after", {"open": True})

    def undecided_since(self, instant: dt.datetime, limit: int) -> list[Document]:
        """Paid orders whose subject's owner has not answered, paid before `instant`."""
        waiting = {"fulfilment": "pending", "paid_at": {"$lte": instant}}
        return list(self.collection.find(waiting).sort([("paid_at", 1), ("_id", 1)]).limit(limit))

    def postpone_closing(self, order_id: str, until: dt.datetime) -> None:
        """Tries an order again later; no decision, so no new version."""
        self.collection.update_one(
            {"_id": order_id, "open": True}, {"$set": {"close_after": until}}
        )

    def count_by_state(self, community_id: str) -> dict[str, int]:
        """Exact number of orders per state."""
        groups = self.collection.aggregate(
            [
                {"$match": {"community_id": community_id}},
                {"$group": {"_id": "$state", "count": {"$sum": 1}}},
                {"$sort": {"_id": 1}},
            ]
        )
        return {group["_id"]: group["count"] for group in groups}

    def paid_by_price(self, community_id: str) -> list[dict[str, Any]]:
        """Exact number of paid orders per list price and total, cheapest first."""
        groups = self.collection.aggregate(
            [
                {"$match": {"community_id": community_id, "state": {"$in": list(PAID_STATES)}}},
                {
                    "$group": {
                        "_id": {
                            "purpose": "$purpose",
                            "list_price": "$list_price",
                            "total": "$total",
                        },
                        "count": {"$sum": 1},
                    }
                },
                {"$sort": {"_id.purpose": 1, "_id.list_price.amount": 1, "_id.total.amount": 1}},
            ]
        )
        return [{**group["_id"], "count": group["count"]} for group in groups]


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class ReceiptNumbers:
    """The gap-free numbers of receipts, one series for each community."""

    collection_schema = Collection("receipt_numbers", validator=document(last=WHOLE))

    def __init__(self, database: Any) -> None:
        self._collection = database[self.collection_schema.name]

    def next(self, tx: Transaction, community_id: str) -> str:
        """The next number; taken last in its unit of work, so that one aborted leaves no gap."""
        counter = self._collection.find_one_and_update(
            {"_id": community_id},
            {"$inc": {"last": 1}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
            session=tx.session,
        )
        return f"{counter['last']:08d}"
