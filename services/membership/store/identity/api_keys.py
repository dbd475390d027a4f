"""Documents of API keys, found by their digest. All times are real time."""

import datetime as dt
from collections.abc import Sequence
from typing import cast

from pymongo.database import Database

from chassis.aggregates import AggregateStore, Page
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import WHOLE, aggregate_of, document
from services.membership.domain.identity.api_keys import ApiKey


class ApiKeyStore(AggregateStore[ApiKey]):
    noun = "API key"
    collection_schema = Collection(
        "api_keys",
        kept="90 days after it is over (real time), by the id of who made it; never the key itself",
        validator=aggregate_of(ApiKey),
        indexes=[
            Index([("digest", 1)], name="by_digest", unique=True),
            Index([("community_id", 1), ("_id", 1)], name="by_community"),
            Index([("garbage_at", 1)], name="garbage", expire_after=dt.timedelta(0)),
        ],
    )

    def by_digest(self, digest: str) -> ApiKey | None:
        """The key that was shown, by the SHA-256 of it."""
        return cast(ApiKey | None, self.collection.find_one({"digest": digest}))

    def of_community(self, community_id: str, *, after: str | None, limit: int) -> Page[ApiKey]:
        """A page of the keys of a community or of `system`, newest first."""
        return self.page({}, after=after, limit=limit, community_id=community_id, descending=True)

    def count_live(self, tx: Transaction, community_id: str, now: dt.datetime, most: int) -> int:
        """How many are good there, `most` at most."""
        live = {"community_id": community_id, "revoked_at": None, "expires_at": {"$gt": now}}
        return self.collection.count_documents(live, limit=most, session=tx.session)

    def live_of(
        self, tx: Transaction, community_id: str, made_by: str, now: dt.datetime
    ) -> list[ApiKey]:
        """Those that are good there and that somebody made, oldest first."""
        live = {"community_id": community_id, "revoked_at": None, "expires_at": {"$gt": now}}
        theirs = {**live, "made_by": made_by}
        return self.all_of(self.collection.find(theirs, session=tx.session).sort("_id", 1))

    def names(self, community_id: str, ids: Sequence[str]) -> dict[str, str]:
        """What these of a community are called, by id."""
        theirs = {"community_id": community_id, "_id": {"$in": list(ids)}}
        rows = self.collection.find(theirs, {"name": 1})
        return {row["_id"]: row["name"] for row in rows}

    def note_use(self, id: str, now: dt.datetime, before: dt.datetime) -> None:
        """It was used now; nothing happens when a use after `before` is noted already."""
        unnoted = {"$or": [{"last_used_at": None}, {"last_used_at": {"$lte": before}}]}
        self.collection.update_one({"_id": id, **unnoted}, {"$set": {"last_used_at": now}})


class ApiKeyCountStore:
    """How many keys each community, or `system`, has made; two made at once meet on one document,
    or both would count those that are good before the other one is."""

    collection_schema = Collection(
        "api_key_counts", kept="for ever: ids and a number", validator=document(made=WHOLE)
    )

    def __init__(self, database: Database[Document]) -> None:
        self._counts = database[self.collection_schema.name]

    def add(self, tx: Transaction, community_id: str) -> None:
        """One more."""
        more = {"$inc": {"made": 1}}
        self._counts.update_one({"_id": community_id}, more, upsert=True, session=tx.session)
