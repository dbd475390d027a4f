"""Orders, kept for ever: by payer, by community, by what is still to be done about them."""

import datetime as dt
from typing import Any, cast

from pymongo import ReturnDocument

from chassis.aggregates import AggregateStore, Page, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import WHOLE, aggregate_of, document
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.types.payments import Counted
from services.payments.domain.books.totals import order_counts_as
from services.payments.domain.checkout.orders import Order
from services.payments.domain.checkout.purchases import Purchase
from services.payments.domain.checkout.quotes import Quote
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.domain.money.payments import Payment
from services.payments.domain.money.refunds import Refund
from services.payments.store.counting import counted

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


class OrderWithMoney(Order):
    """An order with its payments and refunds."""

    payments: list[Payment]
    refunds: list[Refund]


# What decides as what an order counts.
COUNTED_BY = ("state", "purpose", "list_price", "discount", "total", "refunded", "paid_on")


# What an index in the order of something that not all have asks of it.
AMONG: dict[str, Document] = {"paid_at": {"paid_at": {"$type": "date"}}}


class OrderStore(AggregateStore[Order]):
    noun = "order"
    collection_schema = Collection(
        "orders",
        kept="for ever, by ids: money",
        validator=aggregate_of(Order),
        indexes=[
            Index(
                [("community_id", 1), ("quote_id", 1)],
                unique=True,
                partial={"quote_id": {"$type": "string"}},
                name="order_of_a_quote",
                refusal=AnotherOrderIsOpen,
            ),
            Index(
                [("community_id", 1), ("purchase_id", 1)],
                unique=True,
                partial={"open": True},
                name="one_open_order_of_a_purchase",
                refusal=AnotherOrderIsOpen,
            ),
            Index(
                [("community_id", 1), ("receipt_number", 1)],
                unique=True,
                partial={"receipt_number": {"$type": "string"}},
                name="receipt_numbers",
            ),
            Index([("community_id", 1), ("_id", 1)], name="of_community"),
            Index([("community_id", 1), ("state", 1), ("_id", 1)], name="of_community_in_state"),
            # In other orders states are picked within the index.
            Index(
                [("community_id", 1), ("updated_at", 1), ("_id", 1), ("state", 1)],
                name="in_order_of_change",
            ),
            Index(
                [("community_id", 1), ("paid_at", 1), ("_id", 1), ("state", 1)],
                partial=AMONG["paid_at"],
                name="in_order_of_payment",
            ),
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

    def insert(self, tx: Transaction, document: Order) -> Order:
        stored = super().insert(tx, document)
        _note(tx, None, stored)
        return stored

    def _replace(self, tx: Transaction, guarded: Document, stored: Document) -> bool:
        before = self.collection.find_one_and_replace(
            guarded, stored, COUNTED_BY, session=tx.session
        )
        if before is None:
            return False
        _note(tx, cast(Order, before), cast(Order, stored))
        return True

    def page_with_money(
        self,
        filter: Document,
        *,
        after: str | None,
        limit: int,
        community_id: str | None = None,
        sort_field: str = "_id",
        descending: bool = False,
    ) -> Page[OrderWithMoney]:
        """As `page`, each order with its payments and refunds."""
        page = self.page(
            filter,
            after=after,
            limit=limit,
            community_id=community_id,
            sort_field=sort_field,
            descending=descending,
            joined=WITH_MONEY,
        )
        return cast(Page[OrderWithMoney], page)

    def require_with_money(self, order_id: str) -> OrderWithMoney:
        """The order with its payments and refunds; raises DomainError(OBJECT_NOT_FOUND)."""
        found = self.collection.aggregate([{"$match": {"_id": order_id}}, *WITH_MONEY]).to_list(1)
        if not found:
            raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
        return cast(OrderWithMoney, found[0])

    def require_with_purchase(self, tx: Transaction, order_id: str) -> tuple[Order, Purchase]:
        """An order and its purchase in one round trip; raises DomainError(OBJECT_NOT_FOUND)."""
        found = self.collection.aggregate(
            [{"$match": {"_id": order_id}}, PURCHASE_OF_ORDER], session=tx.session
        ).to_list(1)
        if not found:
            raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
        (order,) = found
        (purchase,) = order.pop("_purchase")
        return cast(Order, order), purchase

    def find_to_pay(
        self, order_id: str, provider: str
    ) -> tuple[Order | None, Payment | None, ProviderAccount | None]:
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
        return cast(Order, order), attempt, account

    def open_of(self, community_id: str, purchase_id: str) -> Order | None:
        """The open order of a purchase, if any."""
        wanted = {"community_id": community_id, "purchase_id": purchase_id, "open": True}
        return cast(Order | None, self.collection.find_one(wanted))

    def of_quote(self, community_id: str, quote_id: str) -> Order | None:
        """The order that a quote became."""
        asked = {"$eq": quote_id, "$type": "string"}
        wanted = {"community_id": community_id, "quote_id": asked}
        return cast(Order | None, self.collection.find_one(wanted))

    def of_quotes(self, quotes: list[Quote]) -> dict[str, Order]:
        """The orders that quotes became, by quote id."""
        wanted = {
            "community_id": {"$in": list({quote["community_id"] for quote in quotes})},
            "quote_id": {"$in": [quote["_id"] for quote in quotes], "$type": "string"},
        }
        found = self.all_of(self.collection.find(wanted))
        return {order["quote_id"]: order for order in found if order["quote_id"] is not None}

    def of_ids(self, order_ids: set[str]) -> dict[str, Order]:
        """The orders of these ids, by id; unknown ones are left out."""
        found = self.all_of(self.collection.find({"_id": {"$in": list(order_ids)}}))
        return {order["_id"]: order for order in found}

    @staticmethod
    def paid_by(community_id: str, payer_id: str) -> Document:
        """The filter of what this person ever paid for plans here, refunded later or not."""
        paid = {"paid_at": {"$gt": _EPOCH}, "plan_id": {"$type": "string"}}
        return {"community_id": community_id, "payer_id": payer_id, **paid}

    @classmethod
    def last_joined(cls, community_id: str, payer_id: str) -> list[Document]:
        """The stages that read by which plan a person joined last, and at which price: who joins
        anew begins a new run of membership."""
        joined = {"purpose": "join", "fulfilment": "fulfilled"}
        return [
            {"$match": {**cls.paid_by(community_id, payer_id), **joined}},
            {"$sort": {"paid_at": -1}},
            {"$limit": 1},
            {"$project": {"plan_id": 1, "list_price": 1}},
        ]

    def count_open(self, community_id: str, among: Document) -> Counted:
        """How many of a community's that can be paid are `among` them."""
        return counted(self.collection, {"community_id": community_id, "open": True, **among})

    def count_among(self, community_id: str, ways: list[Document], most: int) -> int:
        """How many of a community's are all of that, counted up to `most`."""
        wanted = {"community_id": community_id, "$and": ways or [{}]}
        return self.collection.count_documents(wanted, limit=most)

    def due_to_close(self, now: dt.datetime, limit: int) -> list[Order]:
        """Open orders whose end has come, oldest first."""
        due = {"open": True, "close_after": {"$lte": now}}
        order = [("close_after", 1), ("_id", 1)]
        return self.all_of(self.collection.find(due).sort(order).limit(limit))

    def soonest_to_close(self) -> dt.datetime | None:
        """When the end of an open order comes next."""
        return soonest(self.collection, "close_after", {"open": True})

    def undecided_since(self, instant: dt.datetime, limit: int) -> list[Order]:
        """Paid orders whose subject's owner has not answered, paid before `instant`."""
        waiting = {"fulfilment": "pending", "paid_at": {"$lte": instant}}
        order = [("paid_at", 1), ("_id", 1)]
        return self.all_of(self.collection.find(waiting).sort(order).limit(limit))

    def postpone_closing(self, order_ids: list[str], until: dt.datetime) -> None:
        """Tries orders again later; no decision, so no new version."""
        self.collection.update_many(
            {"_id": {"$in": order_ids}, "open": True}, {"$set": {"close_after": until}}
        )


def _note(tx: Transaction, before: Order | None, after: Order) -> None:
    """Notes in the commit what a change of an order changes in the kept totals."""
    for order, by in ((before, -1), (after, 1)):
        for name, number in [] if order is None else order_counts_as(order):
            tx.tally(after["community_id"], name, by * number)


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class ReceiptNumberStore:
    """The gap-free numbers of receipts, one series for each community."""

    collection_schema = Collection(
        "receipt_numbers",
        kept="for ever",
        validator=document(last=WHOLE),
    )

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
