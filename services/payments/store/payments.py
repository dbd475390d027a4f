"""Payments and refunds, as they stand between us and the providers."""

import datetime as dt
from typing import Any, NamedTuple

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
    document,
    nullable,
    one_of,
)
from services.payments.domain.payments import PAYMENT, Capture
from services.payments.domain.refunds import REFUND
from services.payments.store.orders import PURCHASE_OF_ORDER

CALLBACKS_KEPT = dt.timedelta(days=90)


class AlreadyRecorded(Exception):
    """Another process recorded the same attempt, capture or callback in the same moment."""


class Reported(NamedTuple):
    """An attempt that a capture names; `known` is the row that recorded the capture, if any."""

    payment: Document
    known: Document | None
    order: Document
    purchase: Document


class Payments(AggregateStore):
    """Attempts to pay, and captures beyond them (`attempt` false: paid twice in two channels)."""

    noun = "payment"
    collection_schema = Collection(
        "payments",
        validator=aggregate(
            community_id=TEXT,
            order_id=TEXT,
            account_id=TEXT,
            provider=TEXT,
            merchant_id=TEXT,
            out_trade_no=TEXT,
            amount=MONEY,
            state=one_of(*PAYMENT.states),
            attempt=FLAG,
            live=FLAG,
            surplus=FLAG,
            pay_url=nullable(TEXT),
            transaction_id=nullable(TEXT),
            confirmed_at=nullable(INSTANT),
            checks=WHOLE,
            check_after=nullable(INSTANT),
        ),
        indexes=[
            Index(
                [("community_id", 1), ("order_id", 1)],
                unique=True,
                partial={"live": True},
                name="one_live_attempt_of_an_order",
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

    def add(self, tx: Transaction, payment: Document) -> Document:
        """Stores a new row; raises AlreadyRecorded when the order has a live attempt, or the
        capture a row."""
        try:
            return self.insert(tx, payment)
        except DuplicateKeyError:
            raise AlreadyRecorded(payment["out_trade_no"]) from None

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
        return Reported(payment, known, order, purchase)

    def of_order(self, order: Document, *, tx: Transaction) -> list[Document]:
        """All rows of an order, oldest first."""
        mine = {"community_id": order["community_id"], "order_id": order["_id"]}
        rows = self.collection.find(mine, session=tx.session)
        return sorted(rows, key=lambda row: str(row["_id"]))

    def live_of(self, community_id: str, order_id: str) -> Document | None:
        """The attempt that may still bring money."""
        return self.collection.find_one(
            {"community_id": community_id, "order_id": order_id, "live": True}
        )

    def due_to_check(self, now: dt.datetime, limit: int) -> list[Document]:
        """Live attempts to ask the provider about, most overdue first."""
        due = {"live": True, "check_after": {"$lte": now}}
        return list(self.collection.find(due).sort([("check_after", 1), ("_id", 1)]).limit(limit))

    def soonest_to_check(self) -> dt.datetime | None:
        """When to ask about a live attempt next."""
        return soonest(self.collection, "check_after", {"live": True})

    def postpone_check(self, payment_id: str, until: dt.datetime) -> None:
        """Asks about an attempt later; no decision, so no new version."""
        _postpone(self.collection, {"_id": payment_id, "live": True}, until)


_FAILED = {"state": "failed", "replaced": False}


class Refunds(AggregateStore):
    """Refunds; `replaced`: another one stands in the place of this failed one."""

    noun = "refund"
    collection_schema = Collection(
        "refunds",
        validator=aggregate(
            community_id=TEXT,
            order_id=TEXT,
            payment_id=TEXT,
            account_id=TEXT,
            provider=TEXT,
            merchant_id=TEXT,
            out_trade_no=TEXT,
            out_refund_no=TEXT,
            amount=MONEY,
            surplus=FLAG,
            reason=TEXT,
            state=one_of(*REFUND.states),
            moving=FLAG,
            replaces=nullable(TEXT),
            replaced=FLAG,
            checks=WHOLE,
            check_after=nullable(INSTANT),
        ),
        indexes=[
            Index([("order_id", 1), ("_id", 1)], name="by_order"),
            Index(
                [("account_id", 1), ("out_refund_no", 1)],
                unique=True,
                name="our_numbers",
                across_communities=True,
            ),
            Index(
                [("check_after", 1), ("_id", 1)],
                partial={"moving": True},
                name="to_check",
                across_communities=True,
            ),
            Index(
                [("state", 1), ("_id", 1)],
                partial=_FAILED,
                name="failed",
                across_communities=True,
            ),
        ],
    )

    def by_number(self, account_id: str, out_refund_no: str) -> Document | None:
        """The refund that we numbered so."""
        return self.collection.find_one({"account_id": account_id, "out_refund_no": out_refund_no})

    def due_to_check(self, now: dt.datetime, limit: int) -> list[Document]:
        """Refunds to submit or to ask about, most overdue first."""
        due = {"moving": True, "check_after": {"$lte": now}}
        return list(self.collection.find(due).sort([("check_after", 1), ("_id", 1)]).limit(limit))

    def soonest_to_check(self) -> dt.datetime | None:
        """When to submit a refund or to ask about one next."""
        return soonest(self.collection, "check_after", {"moving": True})

    def postpone_check(self, refund_id: str, until: dt.datetime) -> None:
        """Tries a refund later; no decision, so no new version."""
        _postpone(self.collection, {"_id": refund_id, "moving": True}, until)

    def failed(self, limit: int) -> list[Document]:
        """Refunds that the provider could not make and nobody tried again, oldest first."""
        return list(self.collection.find(_FAILED).sort("_id", 1).limit(limit))


def _text(value: str) -> Document:
    """Equal to `value`, said so that the partial indexes over texts are used (D-9)."""
    return {"$eq": value, "$type": "string"}


def _postpone(collection: Any, which: Document, until: dt.datetime) -> None:
    collection.update_one(which, {"$set": {"check_after": until}})


class Callbacks(AggregateStore):
    """Verified callbacks as they came, by notification id; garbage after 90 days of real time."""

    noun = "callback"
    collection_schema = Collection(
        "callbacks",
        validator=aggregate(
            account_id=TEXT,
            provider=TEXT,
            kind=TEXT,
            body=TEXT,
            state=one_of("stored", "applied", "refused"),
            arrived_at=INSTANT,
        ),
        indexes=[
            Index(
                [("arrived_at", 1), ("_id", 1)],
                partial={"state": "stored"},
                name="to_apply",
                across_communities=True,
            ),
            Index([("arrived_at", 1)], name="garbage", expire_after=CALLBACKS_KEPT),
        ],
    )

    def add(self, callback: Document, now: dt.datetime) -> None:
        """Stores a new callback by itself: nothing is decided or told with it yet.

        Raises AlreadyRecorded for a repeated one.
        """
        try:
            self.collection.insert_one(
                {**callback, "version": 1, "created_at": now, "updated_at": now}
            )
        except DuplicateKeyError:
            raise AlreadyRecorded(callback["_id"]) from None

    def left_behind(self, before: dt.datetime, limit: int) -> list[Document]:
        """Callbacks that arrived before `before` (real time) and had no effect yet."""
        waiting = {"state": "stored", "arrived_at": {"$lt": before}}
        rows = self.collection.find(waiting).sort([("arrived_at", 1), ("_id", 1)])
        return list(rows.limit(limit))

    def soonest_left_behind(self) -> dt.datetime | None:
        """When the oldest one without effect arrived (real time)."""
        return soonest(self.collection, "arrived_at", {"state": "stored"})

    def postpone(self, callback_id: str, until: dt.datetime) -> None:
        """Applies a callback again later; it counts as having arrived then."""
        self.collection.update_one(
            {"_id": callback_id, "state": "stored"}, {"$set": {"arrived_at": until}}
        )

    def mark(self, callback_id: str, state: str) -> None:
        """Notes what became of a callback."""
        self.collection.update_one(
            {"_id": callback_id, "state": "stored"}, {"$set": {"state": state}}
        )


class Incidents:
    """What a provider said that does not fit our books: for operators, never acted upon (P-24)."""

    collection_schema = Collection(
        "provider_incidents",
        append_only=True,
        validator=document(
            community_id=TEXT,
            account_id=TEXT,
            problem=TEXT,
            facts=OPEN,
            noted_at=INSTANT,
        ),
        indexes=[Index([("noted_at", 1), ("_id", 1)], name="by_time", across_communities=True)],
    )

    def __init__(self, database: Any) -> None:
        self._collection = database[self.collection_schema.name]

    def note(
        self, cause: str, account: Document, problem: str, facts: Document, now: dt.datetime
    ) -> bool:
        """Notes an incident once for each cause; False when it stood there already."""
        row = {
            "_id": cause,
            "community_id": account["community_id"],
            "account_id": account["_id"],
            "problem": problem,
            "facts": facts,
            "noted_at": now,
        }
        try:
            self._collection.insert_one(row)
        except DuplicateKeyError:
            return False
        return True

    def newest(self, limit: int) -> list[Document]:
        return list(self._collection.find().sort([("noted_at", -1), ("_id", -1)]).limit(limit))
