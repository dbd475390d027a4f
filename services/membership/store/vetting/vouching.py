"""How often members vouched in a month."""

import datetime as dt

from pymongo import ReturnDocument
from pymongo.database import Database

from chassis.clock import real_now
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import INSTANT, WHOLE, document

KEPT = dt.timedelta(days=62)


class VouchCountStore:
    """Two vouches of one member at once meet on one document, or both would find room."""

    collection_schema = Collection(
        "vouch_counts",
        kept="62 days after the last one of the month (real time): ids and a number",
        validator=document(given=WHOLE, garbage_at=INSTANT),
        indexes=[Index([("garbage_at", 1)], name="garbage", expire_after=dt.timedelta(0))],
    )

    def __init__(self, database: Database[Document]) -> None:
        self._counts = database[self.collection_schema.name]

    def add(self, tx: Transaction, community_id: str, person_id: str, month: str) -> int:
        """One more in a month (`2026-03`); how many it are now."""
        after = self._counts.find_one_and_update(
            {"_id": f"{community_id}:{person_id}:{month}"},
            {"$inc": {"given": 1}, "$set": {"garbage_at": real_now() + KEPT}},
            upsert=True,
            session=tx.session,
            return_document=ReturnDocument.AFTER,
        )
        assert after is not None  # by upsert
        return int(after["given"])
