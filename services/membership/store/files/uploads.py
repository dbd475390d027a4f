"""Files in parts, as GridFS keeps them, and how much of them there is for whom."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from pymongo import ReturnDocument
from pymongo.database import Database

from chassis.aggregates import AggregateStore, Page, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import TEXT, WHOLE, aggregate_of, document
from services.membership.domain.files.uploads import Upload

BUCKET = "uploads"  # of GridFS
_DUE = {"expires_at": {"$type": "date"}}


class UploadStore(AggregateStore[Upload]):
    noun = "upload"
    collection_schema = Collection(
        f"{BUCKET}.files",
        kept="until nothing needed the file for a day, no part came for an hour, or its sender is"
        " erased",
        validator=aggregate_of(Upload),
        indexes=[
            Index([("person_id", 1), ("_id", 1)], name="by_person", across_communities=True),
            Index(
                [("expires_at", 1), ("_id", 1)], partial=_DUE, name="due", across_communities=True
            ),
        ],
    )

    def of_person(self, person_id: str, *, after: str | None, limit: int) -> Page[Upload]:
        """A person's files, newest first."""
        return self.page({"person_id": person_id}, after=after, limit=limit, descending=True)

    def of_ids(self, tx: Transaction, ids: Sequence[str]) -> list[Upload]:
        """Those of these files that there are."""
        if not ids:
            return []
        return self.all_of(self.collection.find({"_id": {"$in": list(ids)}}, session=tx.session))

    def due(self, now: dt.datetime, limit: int) -> list[Upload]:
        """Files that nothing needed for their time, longest due first."""
        wanted = {"expires_at": {"$lte": now, "$type": "date"}}  # the index's own filter named
        found = self.collection.find(wanted)
        return self.all_of(found.sort([("expires_at", 1), ("_id", 1)]).limit(limit))

    def soonest_due(self) -> dt.datetime | None:
        """When the next one is due."""
        return soonest(self.collection, "expires_at", _DUE)

    def remove(self, tx: Transaction, upload_id: str) -> None:
        """Takes the file's document out; its parts are another collection's."""
        self.collection.delete_one({"_id": upload_id}, session=tx.session)


class UploadPartStore:
    """The bytes, a document for each part; GridFS counts them from 0."""

    collection_schema = Collection(
        f"{BUCKET}.chunks",
        kept="as long as the file that they are of; has whatever people sent",
        validator=document(files_id=TEXT, n=WHOLE, data={"bsonType": "binData"}),
        indexes=[Index([("files_id", 1), ("n", 1)], unique=True, name="by_file")],
    )

    def __init__(self, database: Database[Document]) -> None:
        self._parts = database[self.collection_schema.name]

    def add(self, tx: Transaction, upload_id: str, part: int, data: bytes) -> None:
        """Keeps a part of a file, the first of which is 1."""
        kept = {"_id": _id(upload_id, part), "files_id": upload_id, "n": part - 1, "data": data}
        self._parts.insert_one(kept, session=tx.session)

    def read(self, upload_id: str, part: int, tx: Transaction | None = None) -> bytes | None:
        """A part's bytes; None when it is not here."""
        session = None if tx is None else tx.session
        found = self._parts.find_one({"_id": _id(upload_id, part)}, {"data": 1}, session=session)
        return None if found is None else bytes(found["data"])

    def remove(self, tx: Transaction, upload_id: str) -> None:
        """Takes out all parts of a file."""
        self._parts.delete_many({"files_id": upload_id}, session=tx.session)


class UploadQuotaStore:
    """How many bytes of files are kept for a person, for them in one community, or for a community
    and a purpose."""

    collection_schema = Collection(
        "upload_quotas",
        kept="for ever: ids and a number",
        validator=document(bytes=WHOLE),
    )

    def __init__(self, database: Database[Document]) -> None:
        self._quotas = database[self.collection_schema.name]

    def add(self, tx: Transaction, of: str, size: int) -> int:
        """So many bytes more, or less; how many they are then. Two at once meet on one document."""
        found: Any = self._quotas.find_one_and_update(
            {"_id": of},
            {"$inc": {"bytes": size}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
            session=tx.session,
        )
        return cast(int, found["bytes"])


def _id(upload_id: str, part: int) -> str:
    return f"{upload_id}:{part:04d}"
