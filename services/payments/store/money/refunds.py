"""Refunds, as they stand between us and the providers."""

import datetime as dt
from typing import cast

from chassis.aggregates import AggregateStore, Page, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from services.payments.domain.money.refunds import Refund

_FAILED = {"state": "failed", "replaced": False}
_BY_HAND: Document = {"provider": "transfer", "state": "created"}


class RefundStore(AggregateStore[Refund]):
    noun = "refund"
    collection_schema = Collection(
        "refunds",
        kept="for ever, by ids: money; the reason somebody wrote until the payer is erased",
        validator=aggregate_of(Refund),
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
            Index([("community_id", 1), ("_id", 1)], partial=_BY_HAND, name="due_by_hand"),
            Index(
                [("state", 1), ("_id", 1)],
                partial=_FAILED,
                name="failed",
                across_communities=True,
            ),
        ],
    )

    def by_number(self, account_id: str, out_refund_no: str) -> Refund | None:
        """The refund that we numbered so."""
        number = {"account_id": account_id, "out_refund_no": out_refund_no}
        return cast(Refund | None, self.collection.find_one(number))

    def of_order(self, tx: Transaction, order_id: str) -> list[Refund]:
        """All refunds of an order, oldest first."""
        found = self.collection.find({"order_id": order_id}, session=tx.session)
        return self.all_of(found.sort("_id", 1))

    def due_by_hand(self, community_id: str, *, after: str | None, limit: int) -> Page[Refund]:
        """Refunds that people of the community are to transfer, oldest first."""
        return self.page(_BY_HAND, community_id=community_id, after=after, limit=limit)

    def count_due_by_hand(self, community_id: str, most: int | None = None) -> int:
        """How many these are, counted up to `most`."""
        wanted = {"community_id": community_id, **_BY_HAND}
        if most is None:
            return self.collection.count_documents(wanted)
        return self.collection.count_documents(wanted, limit=most)

    def due_to_check(self, now: dt.datetime, limit: int) -> list[Refund]:
        """Refunds to submit or to ask about, most overdue first."""
        due = {"moving": True, "check_after": {"$lte": now}}
        order = [("check_after", 1), ("_id", 1)]
        return self.all_of(self.collection.find(due).sort(order).limit(limit))

    def soonest_to_check(self) -> dt.datetime | None:
        """When to submit a refund or to ask about one next."""
        return soonest(self.collection, "check_after", {"moving": True})

    def postpone_checks(self, ids: list[str], until: dt.datetime) -> None:
        """Tries refunds later; no decision, so no new version."""
        self.collection.update_many(
            {"_id": {"$in": ids}, "moving": True}, {"$set": {"check_after": until}}
        )

    def failed(self, limit: int) -> list[Refund]:
        """Refunds that the provider could not make and nobody tried again, oldest first."""
        return self.all_of(self.collection.find(_FAILED).sort("_id", 1).limit(limit))
