"""Counts by state: what is kept of them, and stores whose every change is noted for them.

A change of a counted document is part of the commit of its unit of work, and adds to the kept
counts only later, in `fold`: so nothing that many change at once is written by any of them. Kept
counts and commits that are not folded yet, read at one point in time, are exact.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Literal, cast

from pymongo import UpdateOne
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from chassis.aggregates import A
from chassis.collections import Collection
from chassis.commit_updates import CommitUpdates, untallied
from chassis.commits import COMMITS
from chassis.mongo import Document
from chassis.schema import Migration, Progress
from chassis.uow import Transaction
from chassis.validators import INTEGER, OPEN, document, optional
from services.membership.domain.terms import counts as domain
from services.membership.domain.terms.counts import Kept, Span
from services.membership.domain.terms.memberships import DATED
from services.membership.domain.terms.report_days import Fact, states_id
from services.membership.store.batches import BatchStore
from services.membership.store.terms.report_days import (
    counted_month,
    days_between,
    days_of_month,
    months_with_figures,
)

Side = Literal["ended", "over"]


class CountedStore(BatchStore[A], ABC):
    """A store that notes in the commit how each change changes the counts."""

    decisive: ClassVar[tuple[str, ...]]  # the fields that decide as what a document counts

    @abstractmethod
    def counts_as(self, document: A) -> str | None:
        """As what a document counts; None = it does not."""

    @abstractmethod
    def facts(self, document: A, community_id: str) -> list[Fact]:
        """As what a document counts on its day (`domain.report_days`)."""

    def insert(self, tx: Transaction, document: A) -> A:
        stored = super().insert(tx, document)
        self._note(tx, None, stored)
        return stored

    def insert_many(self, tx: Transaction, documents: Sequence[A]) -> list[A]:
        stored = super().insert_many(tx, documents)
        for one in stored:
            self._note(tx, None, one)
        return stored

    def save_many(self, tx: Transaction, changed: Sequence[tuple[A, A]]) -> list[A]:
        stored = super().save_many(tx, changed)
        for before, after in changed:
            self._note(tx, before, after)
        return stored

    def _replace(self, tx: Transaction, guarded: Document, stored: Document) -> bool:
        before = self.collection.find_one_and_replace(
            guarded, stored, self.decisive, session=tx.session
        )
        if before is None:
            return False
        self._note(tx, cast(A, before), cast(A, stored))
        return True

    def _note(self, tx: Transaction, before: A | None, after: A) -> None:
        for version, by in ((before, -1), (after, 1)):
            counts_as = None if version is None else self.counts_as(version)
            if counts_as is not None:
                tx.tally(after["community_id"], counts_as, by)
            if version is not None:
                for id, fact in self.facts(version, after["community_id"]):
                    tx.tally(id, fact, by)


class CountStore:
    """The kept counts of communities, drawn in `domain.counts`."""

    collection_schema = Collection(
        "counts",
        kept="for ever: numbers",
        validator=document(
            memberships=optional(OPEN),
            applications=optional(OPEN),
            ended=optional(INTEGER),
            ended_on=optional(OPEN),
            over=optional(INTEGER),
            over_on=optional(OPEN),
        ),
    )

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._counts = database[self.collection_schema.name]
        self._now = self._counts.with_options(read_concern=ReadConcern("snapshot"))
        self._commits = CommitUpdates(database)
        self._numbers = database.get_collection(
            "member_numbers", read_concern=ReadConcern("snapshot")
        )

    def read(self, community_id: str, today: str) -> tuple[domain.Counts, int]:
        """The counts on a day there and the next member number, all of one point in time."""
        month = domain.month_id(community_id, today)
        earlier = {"_id": {"$gte": domain.month_id(community_id, ""), "$lt": month}}
        sums = {"_id": None, "ended": {"$sum": "$ended"}, "over": {"$sum": "$over"}}
        name = self.collection_schema.name
        (found,) = self._numbers.aggregate(
            [
                {"$match": {"_id": community_id}},
                _joined("states", name, [{"$match": {"_id": community_id}}]),
                _joined("month", name, [{"$match": {"_id": month}}]),
                _joined("earlier", name, [{"$match": earlier}, {"$group": sums}]),
                _joined("since", COMMITS.name, _tally_of(community_id)),
            ]
        )
        (states, sums, days) = ((found[name] or [{}])[0] for name in ("states", "earlier", "month"))
        since = [(row["_id"], row["by"]) for row in found["since"]]
        return domain.on_day(today, states, sums, days, since), found["next"]

    def applications_in(
        self, community_ids: Sequence[str], states: Sequence[str]
    ) -> dict[str, int]:
        """How many applications of each of these communities are in one of the states, all of one
        point in time."""
        ids = list(community_ids)
        kept = {"$add": [{"$ifNull": [f"$applications.{state}", 0]} for state in states]}
        tallied = {
            "tally.of": {"$in": ids},
            "tally.as": {"$in": [f"applications.{state}" for state in states]},
        }
        since = [
            {"$match": {"tally.of": {"$in": ids}}},
            {"$unwind": "$tally"},
            {"$match": tallied},
            {"$project": {"_id": "$tally.of", "by": "$tally.by"}},
        ]
        found = self._now.aggregate(
            [
                {"$match": {"_id": {"$in": ids}}},
                {"$project": {"by": kept}},
                {"$unionWith": {"coll": COMMITS.name, "pipeline": since}},
                {"$group": {"_id": "$_id", "by": {"$sum": "$by"}}},
            ]
        )
        return {row["_id"]: row["by"] for row in found}

    def ends(self, community_id: str, *spans: tuple[Side, Span]) -> list[int]:
        """How many memberships have the last day of their term (`ended`) or of its grace (`over`)
        in each span, all of one point in time."""
        first = min(span.first for _, span in spans)
        last = max(span.last for _, span in spans)
        touched = {
            "$gte": domain.month_id(community_id, first),
            "$lte": domain.month_id(community_id, last),
        }
        name = self.collection_schema.name
        (found,) = self._numbers.aggregate(
            [
                {"$match": {"_id": community_id}},
                _joined("months", name, [{"$match": {"_id": touched}}]),
                _joined("since", COMMITS.name, _tally_of(community_id)),
            ]
        )
        months = {row["_id"].partition(":")[2]: row for row in found["months"]}
        since = [(row["_id"], row["by"]) for row in found["since"]]
        return [domain.within(side, span, months, since) for side, span in spans]

    def is_foldable(self, before: str) -> bool:
        """Whether a commit with an id below `before` is not in the kept counts yet."""
        commits = self._database[COMMITS.name]
        return commits.find_one(untallied(before), {"_id": 1}) is not None

    def fold(self, tx: Transaction, before: str) -> None:
        """Adds to the kept counts what some commits with ids below `before` changed."""
        by_whose: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for (of, counts_as), by in self._commits.take_tally(tx, before).items():
            by_whose[of].append((counts_as, by))
        kept: Kept = {}  # whose they are is part of each id
        for of, counted in by_whose.items():
            kept |= domain.kept(of, counted)
        self._add(tx, kept)

    def repair(self, tx: Transaction, community_id: str) -> int:
        """Counts anew, and adds what is missing in the kept counts; how many of them were wrong.

        As an addition it is right whatever is folded meanwhile.
        """
        since = self._database[COMMITS.name].aggregate(_tally_of(community_id), session=tx.session)
        counted = [
            *recounted(self._database, community_id, tx),
            *((row["_id"], -row["by"]) for row in since),
        ]
        missing = domain.kept(community_id, counted)
        for id, paths in self._all_kept(tx, community_id).items():
            wanted = missing.setdefault(id, {})
            for path, n in paths.items():
                wanted[path] = wanted.get(path, 0) - n
        return self._add(tx, missing)

    def months_with_days(self, community_id: str, zone: str, now: dt.datetime) -> list[str]:
        """The months of which figures by day are kept, or missing."""
        return months_with_figures(self._database, community_id, zone, now)

    def repair_days(self, tx: Transaction, community_id: str, zone: str, month: str) -> int:
        """As `repair`, of the figures of the days of a month."""
        days = days_of_month(community_id, month)
        missing = counted_month(self._database, community_id, zone, month, tx.session)
        theirs: Document = {"$match": {"tally.of": days}}
        sums = {"_id": {"of": "$tally.of", "as": "$tally.as"}, "by": {"$sum": "$tally.by"}}
        since: list[Document] = [theirs, {"$unwind": "$tally"}, theirs, {"$group": sums}]
        for row in self._database[COMMITS.name].aggregate(since, session=tx.session):
            wanted, path = missing.setdefault(row["_id"]["of"], {}), row["_id"]["as"]
            wanted[path] = wanted.get(path, 0) - row["by"]
        for row in self._counts.find({"_id": days}, session=tx.session):
            wanted = missing.setdefault(row.pop("_id"), {})
            for path, n in _flat(row).items():
                wanted[path] = wanted.get(path, 0) - n
        return self._add(tx, missing)

    def days(self, community_id: str, first: str, last: str) -> list[tuple[str, Document]]:
        """The figures of these days, by day, in their order; days without any are left out."""
        wanted = {"_id": days_between(community_id, first, last)}
        return _by_day(self._counts.find(wanted, sort=[("_id", 1)]))

    def states_by_day(self, community_id: str, first: str, last: str) -> list[tuple[str, Document]]:
        """How many the nights of these days found in each state."""
        ids = {"$gte": states_id(community_id, first), "$lte": states_id(community_id, last)}
        return _by_day(self._counts.find({"_id": ids}, sort=[("_id", 1)]))

    def keep_states(self, community_id: str, day: str, found: domain.Counts) -> None:
        """Notes what the night of a day found."""
        by_state = {
            "memberships": {state: n for state, n in found.memberships.items() if n},
            "applications": {state: n for state, n in found.applications.items() if n},
        }
        self._counts.replace_one({"_id": states_id(community_id, day)}, by_state, upsert=True)

    def _all_kept(self, tx: Transaction, community_id: str) -> Kept:
        first, past = domain.month_id(community_id, ""), f"{community_id};"  # ";" follows ":"
        months = {"_id": {"$gte": first, "$lt": past}}
        wanted = {"$or": [{"_id": community_id}, months]}
        return {row.pop("_id"): _flat(row) for row in self._counts.find(wanted, session=tx.session)}

    def _add(self, tx: Transaction, kept: Kept) -> int:
        added = {id: {path: by for path, by in paths.items() if by} for id, paths in kept.items()}
        updates = [
            UpdateOne({"_id": id}, {"$inc": paths}, upsert=True)
            for id, paths in added.items()
            if paths
        ]
        if updates:
            self._counts.bulk_write(updates, session=tx.session)
        return sum(map(len, added.values()))


def recounted(
    database: Database[Document], community_id: str, tx: Transaction | None = None
) -> list[tuple[str, int]]:
    """How many documents of a community count as what; read from indexes alone."""
    session = None if tx is None else tx.session
    is_dated = {"$in": ["$state", list(DATED)]}
    dates = {"$concat": ["$ends_on", ".", "$grace_ends_on"]}
    counts_as = {"$concat": ["memberships.", {"$cond": [is_dated, dates, "$state"]}]}
    live = {"$match": {"community_id": community_id, "live": True}}
    memberships = database.memberships.aggregate(
        [live, _group(counts_as)], hint="counted", session=session
    )
    theirs = {"$match": {"community_id": community_id}}
    applications = database.applications.aggregate(
        [theirs, _group({"$concat": ["applications.", "$state"]})], hint="by_state", session=session
    )
    return [(row["_id"], row["by"]) for rows in (memberships, applications) for row in rows]


def kept_counts(number: int) -> Migration:
    """Counts what there is; from then on every change is noted. Services are stopped."""

    def apply(database: Database[Document], progress: Progress) -> None:
        for community in database.communities.find({}, {"_id": 1}):
            counted = recounted(database, community["_id"])
            for id, paths in domain.kept(community["_id"], counted).items():
                database.counts.update_one({"_id": id}, {"$set": paths}, upsert=True)

    return Migration(number, "counts by state are kept", apply, breaking=True)


def _group(counts_as: Document) -> Document:
    return {"$group": {"_id": counts_as, "by": {"$sum": 1}}}


def _tally_of(community_id: str) -> list[Document]:
    """Stages that give what commits changed that are not folded yet."""
    theirs = {"$match": {"tally.of": community_id}}
    sums = {"_id": "$tally.as", "by": {"$sum": "$tally.by"}}
    return [theirs, {"$unwind": "$tally"}, theirs, {"$group": sums}]


def _joined(name: str, source: str, pipeline: list[Document]) -> Document:
    return {"$lookup": {"from": source, "pipeline": pipeline, "as": name}}


def _by_day(rows: Iterable[Document]) -> list[tuple[str, Document]]:
    return [(row["_id"].rpartition(":")[2], row) for row in rows]


def _flat(row: dict[str, Any]) -> dict[str, int]:
    return {
        path: n
        for name, value in row.items()
        for path, n in (
            {f"{name}.{key}": n for key, n in value.items()}
            if isinstance(value, dict)
            else {name: value}
        ).items()
    }
