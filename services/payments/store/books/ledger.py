"""The ledger: append-only by the database role of the service (P-2)."""

from typing import Any

from chassis.collections import Collection, Index
from chassis.uow import Transaction
from chassis.validators import INSTANT, TEXT, document, list_of, one_of, shape
from services.payments.domain.books.ledger import ACCOUNTS, Entry
from services.payments.domain.books.totals import entry_counts_as


class LedgerStore:
    """Entries by cause; the same cause is posted once (P-3)."""

    collection_schema = Collection(
        "ledger",
        kept="for ever: money",
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
        postings = entry.as_documents()
        for name, by in entry_counts_as(entry.currency, postings):
            tx.tally(community_id, name, by)
        self._collection.insert_one(
            {
                "_id": entry.cause,
                "community_id": community_id,
                "order_id": order_id,
                "currency": entry.currency,
                "postings": postings,
                "posted_at": tx.now,
            },
            session=tx.session,
        )
