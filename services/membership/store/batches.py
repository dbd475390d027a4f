"""Many documents of one aggregate in one unit of work: imports and sweeps."""

from collections.abc import Sequence
from typing import cast

from pymongo import ReplaceOne

from chassis.aggregates import A, AggregateStore
from chassis.mongo import Document
from chassis.uow import Transaction
from contracts.errors import STALE_VERSION, DomainError


class BatchStore(AggregateStore[A]):
    """A store that also writes batches, each in one round trip."""

    def insert_many(self, tx: Transaction, documents: Sequence[A]) -> list[A]:
        """Stores new documents as version 1 and returns them."""
        first = {"version": 1, "created_at": tx.now, "updated_at": tx.now}
        stored: list[Document] = [{**document, **first} for document in documents]
        if stored:
            self.collection.insert_many(stored, session=tx.session)
        return cast(list[A], stored)

    def save_many(self, tx: Transaction, changed: Sequence[tuple[A, A]]) -> list[A]:
        """Replaces documents as they were read by what they became, and returns the new versions;
        raises DomainError(STALE_VERSION) for all if one was changed since."""
        stored: list[Document] = [
            {**after, "version": before["version"] + 1, "updated_at": tx.now}
            for before, after in changed
        ]
        if not stored:
            return []
        replaced = self.collection.bulk_write(
            [
                ReplaceOne({"_id": before["_id"], "version": before["version"]}, after)
                for (before, _), after in zip(changed, stored, strict=True)
            ],
            session=tx.session,
        )
        if replaced.matched_count != len(stored):
            raise DomainError(STALE_VERSION, current_version=0)
        return cast(list[A], stored)
