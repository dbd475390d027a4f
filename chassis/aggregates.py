"""The base of every store: load, insert and save versioned documents of one collection.

A document is kept under `_id`, with `version` (1, 2, …), `created_at` and `updated_at`. Saving is a
replacement guarded by the version that was read, so a stale write changes nothing (H-20).
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypedDict, TypeVar, cast

import bson
from bson import json_util
from pymongo import ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection as MongoCollection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.collections import Collection
from chassis.mongo import Document
from chassis.uow import Transaction
from contracts.errors import (
    INVALID_INPUT,
    OBJECT_NOT_FOUND,
    STALE_VERSION,
    DomainError,
    FieldProblem,
)

# What a page may have as BSON; the rest goes to the next page. As JSON its texts take at most twice
# as much. An answer may have 512 KiB, so there is room for what a view adds, and for the one
# document that a page always has. (To measure JSON would take as long as to answer.)
PAGE_BYTES = 200 * 1024

# `updated_at` is when a unit of work began: one that commits may be preceded by one that began
# later, and by as much as clocks of processes differ.
LATE_COMMITS = dt.timedelta(seconds=15)

A = TypeVar("A", bound=Mapping[str, Any])  # the aggregate's TypedDict
V = TypeVar("V")  # its view


class PageAnswer(TypedDict, Generic[V]):
    """The answer of a paged RPC."""

    items: list[V]
    next: str | None


class Page(NamedTuple, Generic[A]):
    """Documents in order, and the position at which the next page begins (None at the end)."""

    items: list[A]
    next: str | None

    def answer(self, view: Callable[[A], V]) -> PageAnswer[V]:
        """The page as it is answered, each document as `view` shows it."""
        return {"items": [view(item) for item in self.items], "next": self.next}


class AggregateStore(Generic[A]):
    """Documents of one aggregate; a subclass names its collection and adds its own queries."""

    collection_schema: ClassVar[Collection]
    noun: ClassVar[str]

    def __init__(self, database: Database[Document]) -> None:
        self.collection = database[self.collection_schema.name]

    def get(
        self,
        id: str,
        *,
        community_id: str | None = None,
        tx: Transaction | None = None,
        joined: Sequence[Document] = (),
    ) -> A | None:
        """The document, or None; inside `tx` as of its snapshot, else majority-committed.

        `joined` are stages ($lookup, say) that add what is read with it in one round trip.
        """
        wanted = self.scoped(community_id, {"_id": id})
        if joined:
            stages = [{"$match": wanted}, *joined]
            found = next(self.collection.aggregate(stages, session=_session(tx)), None)
        else:
            found = self.collection.find_one(wanted, session=_session(tx))
        return cast(A | None, found)

    def require(
        self,
        id: str,
        *,
        community_id: str | None = None,
        tx: Transaction | None = None,
        joined: Sequence[Document] = (),
    ) -> A:
        """What `get` gives; raises DomainError(OBJECT_NOT_FOUND) instead of None."""
        found = self.get(id, community_id=community_id, tx=tx, joined=joined)
        if found is None:
            raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
        return found

    def insert(self, tx: Transaction, document: A) -> A:
        """Stores a new document as version 1 and returns it.

        Raises what a unique index names as its refusal, else DuplicateKeyError.
        """
        self._belongs(document)
        stored = {**document, "version": 1, "created_at": tx.now, "updated_at": tx.now}
        with self._refusing(document):
            self.collection.insert_one(stored, session=tx.session)
        return cast(A, stored)

    def save(self, tx: Transaction, document: A) -> A:
        """Replaces the version that `document` was read at and returns the new one.

        Raises DomainError(STALE_VERSION, current_version=…) when it was changed since,
        DomainError(OBJECT_NOT_FOUND) when it is gone, and what `insert` raises.
        """
        scope = self._belongs(document)
        stored = {**document, "version": document["version"] + 1, "updated_at": tx.now}
        guarded = {**scope, "_id": document["_id"], "version": document["version"]}
        with self._refusing(document):
            replaced = self._replace(tx, guarded, stored)
        if not replaced:
            current = self.require(
                document["_id"], community_id=document.get("community_id"), tx=tx
            )
            raise DomainError(STALE_VERSION, current_version=current["version"])
        return cast(A, stored)

    def _replace(self, tx: Transaction, guarded: Document, stored: Document) -> bool:
        """Replaces what `guarded` finds; whether it found it."""
        replaced = self.collection.replace_one(guarded, stored, session=tx.session)
        return replaced.matched_count == 1

    def save_all(self, tx: Transaction, documents: Sequence[A]) -> list[A]:
        """As `save`, for several documents at once; all are saved, or none."""
        stored: list[Document] = []
        changes = []
        for document in documents:
            guarded = {"_id": document["_id"], "version": document["version"]}
            new = {**document, "version": document["version"] + 1, "updated_at": tx.now}
            stored.append(new)
            changes.append(ReplaceOne({**self._belongs(document), **guarded}, new))
        if not changes:
            return []
        done = self.collection.bulk_write(changes, ordered=False, session=tx.session)
        if done.matched_count < len(stored):
            raise DomainError(STALE_VERSION, current_version=self._newest_of(stored, tx))
        return cast(list[A], stored)

    def page(
        self,
        filter: Document,
        *,
        after: str | None,
        limit: int,
        community_id: str | None = None,
        sort_field: str = "_id",
        descending: bool = False,
        joined: Sequence[Document] = (),
    ) -> Page[A]:
        """Up to `limit` documents after a position, and the position of the next page (or None).

        A position is (sort value, id), so pages neither repeat nor skip what stays in place while
        others are inserted or deleted (H-21). `sort_field` is never missing or null, and an index
        ends in (sort_field, _id). `joined` are stages that add to each document what belongs to it.
        Raises DomainError(INVALID_INPUT) for a made-up position.
        """
        first = self.first_rows(
            filter,
            after=after,
            limit=limit,
            community_id=community_id,
            sort_field=sort_field,
            descending=descending,
        )
        with self.collection.aggregate([*first, *joined]) as found:
            return self.cut(found, limit, sort_field)

    def first_rows(
        self,
        filter: Document,
        *,
        after: str | None,
        limit: int,
        community_id: str | None = None,
        sort_field: str = "_id",
        descending: bool = False,
    ) -> list[Document]:
        """The stages that read a page's documents, and one more that tells whether it goes on."""
        criteria = self.scoped(community_id, filter)
        direction, beyond = (-1, "$lt") if descending else (1, "$gt")
        if after is not None:
            value, id = read_position(after)
            if sort_field == "_id":
                criteria = {"$and": [criteria, {"_id": {beyond: id}}]}
            else:
                # The first bound makes it one index scan, the second drops what the page before
                # had of the same sort value.
                criteria = {
                    "$and": [
                        criteria,
                        {sort_field: {f"{beyond}e": value}},
                        {"$or": [{sort_field: {beyond: value}}, {"_id": {beyond: id}}]},
                    ]
                }
        order = {sort_field: direction, "_id": direction}
        return [{"$match": criteria}, {"$sort": order}, {"$limit": limit + 1}]

    def all_of(self, found: Iterable[Document]) -> list[A]:
        """What a query of this collection found, as aggregates."""
        return cast(list[A], list(found))

    def cut(self, found: Iterable[Document], limit: int, sort_field: str = "_id") -> Page[A]:
        """The page that begins with these documents: as many as it may have."""
        items: list[Document] = []
        room = PAGE_BYTES
        for document in found:
            room -= len(bson.encode(document))
            if len(items) == limit or (items and room < 0):
                return Page(cast(list[A], items), position(items[-1], sort_field))
            items.append(document)
        return Page(cast(list[A], items), None)

    def scoped(self, community_id: str | None, filter: Document) -> Document:
        """`filter` with the community first; every query of a per-community store goes through."""
        if not self.collection_schema.per_community:
            return filter if community_id is None else {"community_id": community_id, **filter}
        if community_id is None:
            raise TypeError(f"{self.collection_schema.name}: an access names its community (D-15)")
        return {"community_id": community_id, **filter}

    def _newest_of(self, stored: list[Document], tx: Transaction) -> int:
        """The version of the first document that is not as it was to be stored."""
        for new in stored:
            current = self.require(new["_id"], community_id=new.get("community_id"), tx=tx)
            if current != new:
                break
        return int(current["version"])

    @contextlib.contextmanager
    def _refusing(self, document: A) -> Iterator[None]:
        try:
            yield
        except DuplicateKeyError as error:
            raise self.collection_schema.refusal_of(error, document["_id"]) from None

    def _belongs(self, document: A) -> Document:
        if not self.collection_schema.per_community:
            return {}
        return {"community_id": document["community_id"]}


def soonest(
    collection: MongoCollection[Document], field: str, among: Document
) -> dt.datetime | None:
    """The earliest instant in `field`; None when no document is `among` them.

    `among` is the filter of a partial index that begins with the field, and names it (D-9).
    """
    found = collection.find_one(among, {field: 1}, sort=[(field, 1)])
    return None if found is None else found[field]


def check_version(document: Mapping[str, Any], expected_version: int) -> None:
    """Raises DomainError(STALE_VERSION) unless the caller saw the current version (If-Match)."""
    if document["version"] != expected_version:
        raise DomainError(STALE_VERSION, current_version=document["version"])


def is_made(document: Mapping[str, Any], expected_version: int, asked: Mapping[str, Any]) -> bool:
    """Whether the change that was `asked` for is what made the version after the one that was seen.

    A repetition whose first answer was lost, by a client or after a crash: it is answered as the
    first one (RFC 9110 §13.1.1). Nothing is to be changed then.
    """
    return document["version"] == expected_version + 1 and all(
        document[name] == value for name, value in asked.items()
    )


def _session(tx: Transaction | None) -> ClientSession | None:
    return None if tx is None else tx.session


def position(document: Document, sort_field: str) -> str:
    """After which a page begins that follows this document."""
    return json_util.dumps([document[sort_field], document["_id"]], separators=(",", ":"))


def read_position(text: str) -> tuple[Any, str]:
    """The sort value and the id after which a page begins; raises DomainError(INVALID_INPUT) for a
    made-up position."""
    try:
        value, id = json_util.loads(text)
        if not isinstance(id, str) or not isinstance(value, str | int | dt.datetime):
            raise ValueError(text)
    except (ValueError, TypeError, KeyError):
        problem = FieldProblem("/after", "field.format", {"expected": "position"})
        raise DomainError(INVALID_INPUT, fields=[problem]) from None
    return value, id
