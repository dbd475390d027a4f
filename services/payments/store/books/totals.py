"""Kept totals: what commits say is added by a job, and read together with what it has not added.

As membership keeps its counts (ADR 0033): nothing that many change at once is written by any of
them. Kept totals and commits that are not folded yet, read at one point in time, are exact.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

from pymongo import UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from chassis.collections import Collection
from chassis.commit_updates import CommitUpdates, untallied
from chassis.commits import COMMITS
from chassis.mongo import Document
from chassis.schema import Migration, Progress
from chassis.uow import Transaction
from chassis.validators import INTEGER, TEXT, document
from services.payments.domain.books import totals as domain
from services.payments.domain.checkout.orders import Order
from services.payments.store.checkout.orders import COUNTED_BY

Totals = Counter[str]  # by name

RECOUNTED_AT_ONCE = 20_000
_PAST = "\uffff"


class TotalStore:
    """One document for each total that a community has, `<community id>:<name>`."""

    collection_schema = Collection(
        "totals",
        kept="for ever: sums of money",
        per_community=True,
        validator=document(community_id=TEXT, total=INTEGER),
    )

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._totals = database[self.collection_schema.name]
        self._commits = CommitUpdates(database)
        self._now = self._totals.with_options(read_concern=ReadConcern("snapshot"))

    def read(self, community_id: str, prefix: str = "") -> Totals:
        """The totals whose names begin so, exact at one point in time."""
        return _read(self._now.aggregate(_known(community_id, prefix)))

    def months(self, community_id: str, first: str, last: str) -> Totals:
        """Those of the months from the first to the last, as YYYY-MM."""
        bounds = (f"{domain.MONTH}{first}", f"{domain.MONTH}{last}.{_PAST}")
        return _read(self._now.aggregate(_between(community_id, *bounds)))

    def is_foldable(self, before: str) -> bool:
        """Whether a commit with an id below `before` is not in the kept totals yet."""
        commits = self._database[COMMITS.name]
        return commits.find_one(untallied(before), {"_id": 1}) is not None

    def fold(self, tx: Transaction, before: str) -> None:
        """Adds to the kept totals what some commits with ids below `before` changed."""
        self._add(tx, self._commits.take_tally(tx, before))

    def wrong(self, community_id: str) -> Totals:
        """What is missing in the kept totals, by a recount at one point in time."""
        client = self._database.client
        with client.start_session(snapshot=True) as session:
            missing = recounted(self._database, community_id, session)
            missing.subtract(
                _read(self._totals.aggregate(_known(community_id, ""), session=session))
            )
        return Counter({name: by for name, by in missing.items() if by})

    def repair(self, tx: Transaction, community_id: str, missing: Totals) -> None:
        """Adds what is missing: right whatever was folded meanwhile."""
        self._add(tx, Counter({(community_id, name): by for name, by in missing.items()}))

    def communities(self) -> Iterator[Document]:
        """Those of which anything is counted, by `_id`."""
        for community_id in self._database["orders"].distinct("community_id"):
            yield {"_id": community_id}

    def _add(self, tx: Transaction, added: Counter[tuple[str, str]]) -> None:
        updates = [
            UpdateOne(
                {"_id": f"{community_id}:{name}", "community_id": community_id},
                {"$inc": {"total": by}},
                upsert=True,
            )
            for (community_id, name), by in sorted(added.items())
        ]
        if updates:
            self._totals.bulk_write(updates, session=tx.session)


def recounted(
    database: Database[Document], community_id: str, session: ClientSession | None = None
) -> Totals:
    """The totals, from all orders and entries of a community; in pieces, each of which is quick."""
    counted: Totals = Counter()
    for piece in _pieces(database["orders"], community_id, "_id", session):
        for order in database["orders"].find(piece, COUNTED_BY, session=session):
            for name, by in domain.order_counts_as(cast(Order, order)):
                counted[name] += by
    for piece in _pieces(database["ledger"], community_id, "order_id", session):
        for entry in database["ledger"].find(piece, ("currency", "postings"), session=session):
            for name, by in domain.entry_counts_as(entry["currency"], entry["postings"]):
                counted[name] += by
    return counted


def keep_totals(number: int) -> Migration:
    """Counts what there is; from then on every change is noted. Services are stopped."""

    def apply(database: Database[Document], progress: Progress) -> None:
        for community_id in database["orders"].distinct("community_id"):
            for name, total in recounted(database, community_id).items():
                row = {"community_id": community_id, "total": total}
                database["totals"].replace_one({"_id": f"{community_id}:{name}"}, row, upsert=True)

    return Migration(number, "totals of ledger and sales are kept", apply, breaking=True)


def keep_months(number: int) -> Migration:
    """Counts by month what was sold before. What processes of before change meanwhile is put right
    by the nightly recount."""

    def apply(database: Database[Document], progress: Progress) -> None:
        for community_id in database["orders"].distinct("community_id"):
            for name, total in recounted(database, community_id).items():
                if name.startswith(domain.MONTH):
                    row = {"community_id": community_id, "total": total}
                    known = {"_id": f"{community_id}:{name}"}
                    database["totals"].replace_one(known, row, upsert=True)

    return Migration(number, "what was sold is kept by month", apply)


def _pieces(
    collection: Any, community_id: str, by: str, session: ClientSession | None
) -> Iterator[Document]:
    """Filters that give a community's documents piece by piece, in the order of an index."""
    last = ""
    while True:
        rest = {"community_id": community_id, by: {"$gt": last}}
        ordered = collection.find(rest, {by: 1}, session=session).sort(by, 1)
        end = next(iter(ordered.skip(RECOUNTED_AT_ONCE).limit(1)), None)
        if end is None:
            yield rest
            return
        yield {"community_id": community_id, by: {"$gt": last, "$lte": end[by]}}
        last = end[by]


def _known(community_id: str, prefix: str) -> list[Document]:
    """Stages that give what is kept and what commits changed since, by name."""
    return _between(community_id, prefix, f"{prefix}{_PAST}")


def _between(community_id: str, first: str, past: str) -> list[Document]:
    """The same for the names from one to before another."""
    within = {"tally.of": community_id, "tally.as": {"$gte": first, "$lt": past}}
    since = [
        {"$match": {"tally.of": community_id}},
        {"$unwind": "$tally"},
        {"$match": within},
        {"$project": {"name": "$tally.as", "by": "$tally.by"}},
    ]
    kept_name = {"$substrCP": ["$_id", len(community_id) + 1, 200]}
    return [
        {"$match": {"_id": {"$gte": f"{community_id}:{first}", "$lt": f"{community_id}:{past}"}}},
        {"$project": {"name": kept_name, "by": "$total"}},
        {"$unionWith": {"coll": COMMITS.name, "pipeline": since}},
        {"$group": {"_id": "$name", "by": {"$sum": "$by"}}},
    ]


def _read(rows: Any) -> Totals:
    return Counter({row["_id"]: row["by"] for row in rows})
