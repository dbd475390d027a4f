"""The log of requests: what gateways answered, for seven days (ADR 0072)."""

import datetime as dt
from collections.abc import Sequence
from typing import TypedDict, cast

from pymongo.database import Database

from chassis.collections import Collection, Index
from chassis.mongo import Document, insert_missing
from chassis.validators import INSTANT, TEXT, WHOLE, document, nullable

KEPT = dt.timedelta(days=7)
MOST_OF_ONE_ID = 20


class Row(TypedDict):
    """One request; `at` is real time. It has ids and codes, and no address of anybody."""

    _id: str
    request_id: str
    at: dt.datetime
    method: str
    route: str
    status: int
    code: str | None
    ms: int
    actor_id: str | None
    source: str


class RequestLogStore:
    collection_schema = Collection(
        "requests",
        kept="7 days (real time), of an erased person, too: ids, codes, the network a request came"
        " from; no addresses, no bodies",
        validator=document(
            request_id=TEXT,
            at=INSTANT,
            method=TEXT,
            route=TEXT,
            status=WHOLE,
            code=nullable(TEXT),
            ms=WHOLE,
            actor_id=nullable(TEXT),
            source=TEXT,
        ),
        indexes=[
            Index([("request_id", 1), ("actor_id", 1), ("at", 1)], name="by_request"),
            Index([("at", 1)], name="garbage", expire_after=KEPT),
        ],
    )

    def __init__(self, database: Database[Document]) -> None:
        self.collection = database[self.collection_schema.name]

    def add(self, rows: Sequence[Row]) -> None:
        """Keeps them; those that are there already stay."""
        insert_missing(self.collection, cast(Sequence[Document], rows))

    def of(self, request_id: str, actor_id: str | None = None) -> list[Row]:
        """The requests of an id, of one person or key or of all, the newest of each first."""
        wanted = {"request_id": request_id, **({} if actor_id is None else {"actor_id": actor_id})}
        newest = [("actor_id", -1), ("at", -1)]
        found = self.collection.find(wanted, sort=newest, limit=MOST_OF_ONE_ID)
        return [cast(Row, row) for row in found]
