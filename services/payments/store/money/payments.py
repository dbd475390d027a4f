"""Attempts to pay, and captures, as they stand between us and the providers."""

import datetime as dt
from typing import NamedTuple, cast

from chassis.aggregates import AggregateStore, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from services.payments.domain.checkout.orders import Order
from services.payments.domain.checkout.purchases import Purchase
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.domain.money.payments import Capture, Payment
from services.payments.store.checkout.orders import PURCHASE_OF_ORDER


class AlreadyRecorded(Exception):
    """Another process recorded the same attempt or capture in the same moment."""


class Reported(NamedTuple):
    """An attempt that a capture names; `known` is the row that recorded the capture, if any."""

    payment: Payment
    known: Payment | None
    order: Order
    purchase: Purchase


class PaymentStore(AggregateStore[Payment]):
    noun = "payment"
    collection_schema = Collection(
        "payments",
        kept="for ever, by ids: money",
        validator=aggregate_of(Payment),
        indexes=[
            Index(
                [("community_id", 1), ("order_id", 1)],
                unique=True,
                partial={"live": True},
                name="one_live_attempt_of_an_order",
                refusal=AlreadyRecorded,
            ),
            Index([("order_id", 1), ("_id", 1)], name="by_order"),
            Index(
                [("account_id", 1), ("out_trade_no", 1)],
                unique=True,
                partial={"attempt": True},
                name="our_numbers",
                across_communities=True,
            ),
            Index(
                [("account_id", 1), ("transaction_id", 1)],
                unique=True,
                partial={"transaction_id": {"$type": "string"}},
                name="captures",
                refusal=AlreadyRecorded,
                across_communities=True,
            ),
            Index(
                [("check_after", 1), ("_id", 1)],
                partial={"live": True},
                name="to_check",
                across_communities=True,
            ),
        ],
    )

    def reported(self, account_id: str, capture: Capture) -> Reported | None:
        """The attempt that we numbered so, with all that its money changes or depends on, in one
        round trip."""
        number = {"account_id": account_id, "out_trade_no": capture.out_trade_no, "attempt": True}
        transaction = {"account_id": account_id, "transaction_id": _text(capture.transaction_id)}
        found = self.collection.aggregate(
            [
                {"$match": number},
                {
                    "$lookup": {
                        "from": "payments",
                        "pipeline": [{"$match": transaction}],
                        "as": "_known",
                    }
                },
                {
                    "$lookup": {
                        "from": "orders",
                        "localField": "order_id",
                        "foreignField": "_id",
                        "pipeline": [PURCHASE_OF_ORDER],
                        "as": "_order",
                    }
                },
            ]
        ).to_list(1)
        if not found:
            return None
        (payment,) = found
        known = next(iter(payment.pop("_known")), None)
        (order,) = payment.pop("_order")
        (purchase,) = order.pop("_purchase")
        return Reported(cast(Payment, payment), known, order, purchase)

    def of_number(self, account: ProviderAccount, out_trade_no: str) -> Payment | None:
        """The attempt that we numbered so."""
        mine = {"account_id": account["_id"], "out_trade_no": out_trade_no, "attempt": True}
        return cast(Payment | None, self.collection.find_one(mine))

    def of_capture(self, account_id: str, capture: Capture) -> Payment | None:
        """The row that recorded a capture, of whatever attempt."""
        mine = {"account_id": account_id, "transaction_id": _text(capture.transaction_id)}
        return cast(Payment | None, self.collection.find_one(mine))

    def has_reached(self, account: ProviderAccount, *, tx: Transaction) -> bool:
        """Whether an attempt of an account reached its provider, or may have."""
        theirs = {
            "community_id": account["community_id"],
            "account_id": account["_id"],
            "attempt": True,
            "state": {"$ne": "failed"},
        }
        return self.collection.find_one(theirs, {"_id": 1}, session=tx.session) is not None

    def of_order(self, order: Order, *, tx: Transaction) -> list[Payment]:
        """All rows of an order, oldest first."""
        mine = {"community_id": order["community_id"], "order_id": order["_id"]}
        rows = self.all_of(self.collection.find(mine, session=tx.session))
        return sorted(rows, key=lambda row: row["_id"])

    def live_of(self, community_id: str, order_id: str) -> Payment | None:
        """The attempt that may still bring money."""
        mine = {"community_id": community_id, "order_id": order_id, "live": True}
        return cast(Payment | None, self.collection.find_one(mine))

    def due_to_check(self, now: dt.datetime, limit: int) -> list[Payment]:
        """Live attempts to ask the provider about, most overdue first."""
        due = {"live": True, "check_after": {"$lte": now}}
        order = [("check_after", 1), ("_id", 1)]
        return self.all_of(self.collection.find(due).sort(order).limit(limit))

    def soonest_to_check(self) -> dt.datetime | None:
        """When to ask about a live attempt next."""
        return soonest(self.collection, "check_after", {"live": True})

    def postpone_checks(self, ids: list[str], until: dt.datetime) -> None:
        """Asks about attempts later; no decision, so no new version."""
        self.collection.update_many(
            {"_id": {"$in": ids}, "live": True}, {"$set": {"check_after": until}}
        )


def _text(value: str) -> Document:
    """Equal to `value`, said so that the partial indexes over texts are used (D-9)."""
    return {"$eq": value, "$type": "string"}
