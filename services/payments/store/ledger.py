"""The ledger: append-only by the database role of the service (P-2)."""

from typing import Any

from chassis.collections import Collection, Index
from chassis.uow import Transaction
from chassis.validators import INSTANT, TEXT, document, list_of, one_of, shape
from services.payments.domain.ledger import ACCOUNTS, Entry


class Ledger:
    """Entries by cause; the same cause is posted once (P-3)."""

    collection_schema = Collection(
        "ledger",
        per_community=True,
        append_only=True,
        validator=document(
            community_id=TEXT,
            order_id=TEXT,
            currency=TEXT,
            postings=list_of(
                shape(
                    account=one_of(*ACCOUNTS),
                    side=one_of("debit", "credit"),
                    amount={"bsonType": ["int", "long"], "minimum": 1},
                )
            ),
            posted_at=INSTANT,
        ),
        indexes=[Index([("community_id", 1), ("order_id", 1)], name="of_order")],
    )

    def __init__(self, database: Any) -> None:
        self._collection = database[self.collection_schema.name]

    def post(self, tx: Transaction, entry: Entry, *, community_id: str, order_id: str) -> None:
        """Adds an entry in its cause's unit of work; a second posting is a DuplicateKeyError."""
        self._collection.insert_one(
            {
                "_id": entry.cause,
                "community_id": community_id,
                "order_id": order_id,
                "currency": entry.currency,
                "postings": entry.as_documents(),
                "posted_at": tx.now,
            },
            session=tx.session,
        )

    def balances(self, community_id: str) -> list[dict[str, Any]]:
        """Balance of each account and currency, debit positive; exact, summed by the database."""
        groups = self._collection.aggregate(
            [
                {"$match": {"community_id": community_id}},
                {"$unwind": "$postings"},
                {
                    "$group": {
                        "_id": {"account": "$postings.account", "currency": "$currency"},
                        "balance": {
                            "$sum": {
                                "$cond": [
                                    {"$eq": ["$postings.side", "debit"]},
                                    "$postings.amount",
                                    {"$multiply": ["$postings.amount", -1]},
                                ]
                            }
                        },
                    }
                },
                {"$sort": {"_id.account": 1, "_id.currency": 1}},
            ]
        )
        return [{**group["_id"], "balance": group["balance"]} for group in groups]

    def count(self, community_id: str) -> int:
        """Number of entries."""
        return int(self._collection.count_documents({"community_id": community_id}))
