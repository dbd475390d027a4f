"""Transfers, as people of the community write down what came."""

import datetime as dt
from typing import Any, cast

from pymongo.errors import DuplicateKeyError

from chassis.aggregates import AggregateStore, Page, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.state_counts import by_state, counts_by_state
from chassis.validators import aggregate_of
from contracts.states.payments import TRANSFER_STATES
from services.payments.domain.checkout.orders import Order
from services.payments.domain.money.transfers import Transfer

# Stages that add the order of a transfer, as a list.
_ORDER: list[Document] = [
    {
        "$lookup": {
            "from": "payments",
            "localField": "payment_id",
            "foreignField": "_id",
            "pipeline": [
                {
                    "$lookup": {
                        "from": "orders",
                        "localField": "order_id",
                        "foreignField": "_id",
                        "as": "orders",
                    }
                },
                {"$unwind": "$orders"},
                {"$replaceRoot": {"newRoot": "$orders"}},
            ],
            "as": "orders",
        }
    },
]


class TransferWithOrder(Transfer):
    """A transfer with the order that it is for, as a list of one."""

    orders: list[Order]


class TransferStore(AggregateStore[Transfer]):
    noun = "transfer"
    collection_schema = Collection(
        "transfers",
        kept="for ever, by ids: money",
        validator=aggregate_of(Transfer),
        indexes=[
            Index(
                [("community_id", 1), ("reference", 1)],
                unique=True,
                partial={"open": True},
                name="one_open_reference",
            ),
            Index([("community_id", 1), ("reference", 1), ("_id", 1)], name="by_reference"),
            Index([("community_id", 1), ("_id", 1)], name="of_community"),
            Index([("community_id", 1), ("state", 1), ("_id", 1)], name="of_community_in_state"),
            Index(
                [("remind_at", 1), ("_id", 1)],
                partial={"to_remind": True},
                name="to_remind",
                across_communities=True,
            ),
        ],
    )

    def add(self, transfer: Transfer, now: dt.datetime) -> bool:
        """Stores a new transfer by itself, as a provider would; False when it is there, or an open
        one of the community has its reference."""
        try:
            self.collection.insert_one(
                {**transfer, "version": 1, "created_at": now, "updated_at": now}
            )
        except DuplicateKeyError:
            return False
        return True

    def close(self, transfer: Transfer, now: dt.datetime) -> bool:
        """Stores that it is closed; False when it was changed since it was read."""
        seen = {"_id": transfer["_id"], "version": transfer["version"]}
        closed = {**transfer, "version": transfer["version"] + 1, "updated_at": now}
        return self.collection.replace_one(seen, closed).matched_count == 1

    def page_with_orders(
        self,
        community_id: str,
        *,
        state: str | None,
        reference: str | None,
        descending: bool,
        after: str | None,
        limit: int,
    ) -> Page[TransferWithOrder]:
        """In the order in which they were made, each with its order; those of a reference's
        beginning by reference."""
        wanted: Document = {} if state is None else {"state": state}
        if reference is not None:
            wanted["reference"] = {"$gte": reference, "$lt": reference + "~"}
        page = self.page(
            wanted,
            community_id=community_id,
            after=after,
            limit=limit,
            sort_field="_id" if reference is None else "reference",
            descending=descending,
            joined=_ORDER,
        )
        return cast(Page[TransferWithOrder], page)

    def counts(self, community_id: str) -> dict[str, int]:
        """How many of a community's are in each state; counted along an index."""
        found = self.collection.aggregate(by_state({"community_id": community_id}))
        return counts_by_state(found, TRANSFER_STATES)

    def count_waiting(self, community_id: str, most: int) -> int:
        """How many somebody has still to find or to confirm, counted up to `most`."""
        wanted = {"community_id": community_id, "state": {"$in": ["open", "awaiting_second"]}}
        return self.collection.count_documents(wanted, limit=most)

    def due_to_remind(self, now: dt.datetime, limit: int) -> list[Transfer]:
        """Open transfers whose last day has come, oldest first."""
        due = {"to_remind": True, "remind_at": {"$lte": now}}
        order: Any = [("remind_at", 1), ("_id", 1)]
        return self.all_of(self.collection.find(due).sort(order).limit(limit))

    def soonest_to_remind(self) -> dt.datetime | None:
        """When a payer is reminded next."""
        return soonest(self.collection, "remind_at", {"to_remind": True})

    def postpone_reminder(self, transfer_id: str, until: dt.datetime) -> None:
        """Tries again later; no decision, so no new version."""
        self.collection.update_one(
            {"_id": transfer_id, "to_remind": True}, {"$set": {"remind_at": until}}
        )
