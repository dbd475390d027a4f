"""All that is ever changed in a stored commit: how far it is published, and what had its time.

The service's role at the database may update commits, because their parts are marked and cleared.
So every update goes through `checked` here, which refuses any path outside of its list: what was
changed, by whom and when, stays as it was inserted (product.md §8).
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pymongo import UpdateOne
from pymongo.database import Database

from chassis.clock import real_now
from chassis.commits import (
    ANSWERS_KEPT,
    AT_ONCE,
    COMMITS,
    EVENTS_KEPT,
    LANES,
    MESSAGES_KEPT,
    lanes_of,
    pending,
)
from chassis.ids import made_at
from chassis.mongo import Document
from chassis.uow import Transaction

BATCH = 500
TALLIES = 100
_ANSWER = ("key", "fingerprint", "answer", "error")
_STILL_PENDING = dt.timedelta(days=1)  # then it is looked at again

# By operator: a name stands for all below it.
_ALLOWED = {
    "$set": frozenset({*LANES, "clear_at", "garbage_at"}),
    "$inc": frozenset(LANES),
    "$unset": frozenset({*LANES, "clear_at", "events", "message", "tally", *_ANSWER}),
}


@dataclass(frozen=True)
class HeldCommit:
    """What the broker did not take of one commit; no `error` means that it was not tried."""

    commit_id: str
    left: list[str]
    due_at: dt.datetime
    error: str | None


class CommitUpdates:
    """The updates of one service's commits."""

    def __init__(self, database: Database[Document]) -> None:
        self._commits = database[COMMITS.name]

    # ── Publishing ──────────────────────────────────────────────────────────────────────────────

    def mark_published(self, lane: str, commit_ids: list[str]) -> None:
        """Everything that these commits publish in a lane is with the broker."""
        self._commits.update_many(
            {"_id": {"$in": commit_ids}, **pending(lane)},
            checked(
                {
                    "$set": {f"{lane}.published_at": real_now(), f"{lane}.error": None},
                    "$unset": {f"{lane}.{name}": "" for name in ("pending", "left", "due_at")},
                }
            ),
        )

    def hold_back(self, lane: str, held: Iterable[HeldCommit]) -> None:
        """The broker does not take the rest of these commits now: again when they are due."""
        changes = []
        for one in held:
            values: Document = {"left": one.left, "due_at": one.due_at}
            if one.error is not None:
                values["error"] = one.error
            tried = int(one.error is not None)
            update = {
                "$set": {f"{lane}.{name}": value for name, value in values.items()},
                "$inc": {f"{lane}.attempts": tried},
            }
            changes.append(UpdateOne({"_id": one.commit_id, **pending(lane)}, checked(update)))
        if changes:
            self._commits.bulk_write(changes, ordered=False)

    def release(self, lane: str, types: list[str], subjects: list[str]) -> None:
        """What waits of these types, or behind events of these subjects, is due now."""
        self._commits.update_many(
            {
                **pending(lane),
                f"{lane}.due_at": {"$gt": AT_ONCE},
                "$or": [
                    {"events.key": {"$in": types}},
                    {"events.subject": {"$in": subjects}, f"{lane}.attempts": 0},
                ],
            },
            checked({"$set": {f"{lane}.due_at": AT_ONCE}}),
        )

    def publish_again(self, which: Document) -> int:
        """Makes commits pending again, with all that they ever published; how many they are.

        `which` names the commits by `_id` or `events.id`; those whose events were cleared stay.
        """
        told = {"$and": [which, {"events.id": {"$exists": True}}]}
        found = self._commits.find(told, {"events": 1})
        count = 0
        for some in _batches(found):
            again = [
                UpdateOne({"_id": commit["_id"]}, checked({"$set": lanes_of(commit["events"])}))
                for commit in some
            ]
            self._commits.bulk_write(again, ordered=False)
            count += len(again)
        return count

    # ── Counting ────────────────────────────────────────────────────────────────────────────────

    def take_tally(self, tx: Transaction, before: str) -> Counter[tuple[str, str]]:
        """Takes out, in `tx`, what up to 100 commits with ids below `before` change in counts.

        Their sum, by whose it is and as what it counts.
        """
        tally: Counter[tuple[str, str]] = Counter()
        found = self._commits.find(untallied(before), {"tally": 1}, session=tx.session)
        ids = []
        for commit in found.limit(TALLIES):
            ids.append(commit["_id"])
            for line in commit["tally"]:
                tally[line["of"], line["as"]] += line["by"]
        self._commits.update_many(
            {"_id": {"$in": ids}}, checked({"$unset": {"tally": ""}}), session=tx.session
        )
        return tally

    # ── Forgetting ──────────────────────────────────────────────────────────────────────────────

    def forget_answers(self, actor: str, ids: Sequence[str]) -> None:
        """Takes out the stored answers that an actor got, and those to requests that changed one of
        these aggregates: they show what the aggregates had in them. The keys stay, so that no
        repetition has its effect a second time."""
        # Whatever begins with the actor's id and the blank that ends it (`commits.key_text`).
        theirs = {"key": {"$gte": f"{actor} ", "$lt": f"{actor}!"}}
        self._commits.update_many(theirs, checked({"$unset": {"answer": ""}}))
        for first in range(0, len(ids), BATCH):
            some = {"changes.id": {"$in": list(ids[first : first + BATCH])}}
            keyed = {**some, "key": {"$exists": True}}
            self._commits.update_many(keyed, checked({"$unset": {"answer": ""}}))

    # ── Clearing ────────────────────────────────────────────────────────────────────────────────

    def clear(self) -> int:
        """Takes out what had its time, of up to 500 commits; how many were due.

        Answers go after 7 days, published events after 35, messages after 40. A commit of which
        nothing stays, no trail either, becomes garbage, which the database removes.
        """
        now = real_now()
        due = list(
            self._commits.find({"clear_at": {"$lte": now}}, sort=[("clear_at", 1)]).limit(BATCH)
        )
        if due:
            changes = [UpdateOne({"_id": one["_id"]}, checked(_cleared(one, now))) for one in due]
            self._commits.bulk_write(changes, ordered=False)
        return len(due)


def untallied(before: str) -> Document:
    """The filter of commits with ids below `before` that kept counts do not have yet."""
    return {"tally.of": {"$exists": True}, "_id": {"$lt": before}}


def checked(update: Document) -> Document:
    """The update, when it leaves the trail alone; raises ValueError for any other path."""
    for operator, paths in update.items():
        for path in paths:
            if path.split(".")[0] not in _ALLOWED.get(operator, ()):
                raise ValueError(f"{operator} {path}: commits are not changed there")
    return update


def _cleared(commit: Document, now: dt.datetime) -> Document:
    """The update of a commit of which something had its time."""
    age = now - made_at(commit["_id"])
    is_pending = any("pending" in commit.get(lane, {}) for lane in LANES)
    gone: list[str] = []
    later: list[dt.timedelta] = []
    for part, names, kept in (
        ("key", _ANSWER, ANSWERS_KEPT),
        ("events", ("events", *LANES), EVENTS_KEPT),
        ("message", ("message",), MESSAGES_KEPT),
    ):
        if part not in commit:
            continue
        if part == "events" and is_pending:
            later.append(max(kept - age, _STILL_PENDING))
        elif age >= kept:
            gone.extend(name for name in names if name in commit)
        else:
            later.append(kept - age)
    if later:
        return {"$set": {"clear_at": now + min(later)}, **_unset(gone)}
    if "changes" in commit or "tally" in commit:
        return _unset([*gone, "clear_at"])
    return {"$set": {"garbage_at": now}, **_unset([*gone, "clear_at"])}


def _unset(names: list[str]) -> Document:
    return {"$unset": dict.fromkeys(names, "")} if names else {}


def _batches(found: Iterable[Document]) -> Iterator[list[Document]]:
    items = iter(found)
    while some := list(islice(items, BATCH)):
        yield some
