"""Commits: read by four indexes, changed only where a list allows it, cleared after their time."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from pymongo.collection import Collection
from pymongo.database import Database
from ulid import ULID

from chassis.clock import real_now
from chassis.commit_updates import CommitUpdates, HeldCommit, checked, untallied
from chassis.commits import AT_ONCE, OWN, pending
from chassis.context import Context
from chassis.ids import first_id_at
from chassis.mongo import Document
from chassis.uow import AlreadyHandled, Transaction, UnitOfWork
from contracts.membership import STANDING_CHANGED
from tests.kit.existing import existing
from tests.store.chassis.test_aggregates import stages
from tests.store.chassis.test_uow import add_thing
from tests.store.chassis.things import Things


def commit(number: int, *, age: dt.timedelta = dt.timedelta(), **parts: Any) -> Document:
    """A stored commit, made `age` ago."""
    made = ULID.from_bytes(
        ULID.from_datetime(real_now() - age).bytes[:6] + number.to_bytes(10, "big")
    )
    return {
        "_id": f"cmt_{made}",
        "at": real_now() - age,
        "actor": "system:events",
        "request_id": "req_0",
        "traceparent": "00",
        **parts,
    }


def event(number: int, subject: str = "s1", version: int = 1) -> Document:
    return {
        "id": f"evt_{number:05}",
        "subject": subject,
        "version": version,
        "exchange": "membership.events",
        "key": STANDING_CHANGED.type,
        "body": "{}",
    }


def lane(*left: str, due_at: dt.datetime = AT_ONCE, attempts: int = 0) -> Document:
    return {
        "pending": True,
        "due_at": due_at,
        "attempts": attempts,
        "error": None,
        "left": list(left),
    }


def line(of: str, counts_as: str, by: int) -> Document:
    return {"of": of, "as": counts_as, "by": by}


PUBLISHED = {"attempts": 0, "error": None, "published_at": AT_ONCE}


def change(id: str, community_id: str | None = None) -> Document:
    return {
        "kind": "thing",
        "id": id,
        "community_id": community_id,
        "version": 1,
        "action": "x",
        "fields": [],
    }


@pytest.fixture
def many(db: Database[Document]) -> Collection[Document]:
    """40 pending commits among 2,000 published ones, each with a change, a message and a key."""

    def tally(n: int) -> Document:
        return {"tally": [line(f"com_{n}", "open", 1)]} if n < 40 else {}

    rows = [
        commit(
            n,
            events=[event(n, f"s{n % 20}")],
            own=PUBLISHED if n >= 40 else lane(f"evt_{n:05}"),
            changes=[change(f"thing-{n % 500}", "com_1")],
            message=f"m{n}",
            key=f"k{n}",
            clear_at=real_now() + dt.timedelta(days=1 + n),
            **tally(n),
        )
        for n in range(2040)
    ]
    db["commits"].insert_many(rows)
    return db["commits"]


@pytest.mark.parametrize(
    ("query", "sort", "found"),
    [
        ({**pending(OWN), "own.due_at": {"$lte": real_now()}}, [("own.due_at", 1), ("_id", 1)], 40),
        ({**pending(OWN), "own.due_at": AT_ONCE}, [("_id", 1)], 40),
        ({**pending(OWN), "events.subject": {"$in": ["s1", "s2"]}}, [], 4),
        ({"changes.id": "thing-7"}, [("_id", 1)], 5),
        ({"message": "m7"}, [], 1),
        ({"key": "k7"}, [], 1),
        ({"key": {"$gte": "k7", "$lt": "k7!"}}, [], 1),
        ({"changes.id": {"$in": ["thing-7"]}, "key": {"$exists": True}}, [], 5),
        ({"events.id": {"$in": ["evt_00007"]}}, [], 1),
        ({"tally.of": "com_7"}, [], 1),
        (untallied(first_id_at("cmt", real_now() + dt.timedelta(hours=1))), [], 40),
        ({"clear_at": {"$lte": real_now() + dt.timedelta(days=10)}}, [("clear_at", 1)], 9),
    ],
)
def test_each_reading_touches_only_what_it_finds(
    many: Collection[Document], query: Document, sort: list[tuple[str, int]], found: int
) -> None:
    """D-9: a reading costs the same however many commits there are."""
    cursor = many.find(query)
    explained = (cursor.sort(sort) if sort else cursor).explain()
    assert "SORT" not in stages(explained["queryPlanner"]["winningPlan"])
    assert explained["executionStats"]["totalDocsExamined"] == found
    assert explained["executionStats"]["totalKeysExamined"] <= found + 3


def test_marking_takes_a_commit_out_of_the_pending_ones(db: Database[Document]) -> None:
    updates = CommitUpdates(db)
    both = commit(1, events=[event(1), event(2)], own=lane("evt_00001", "evt_00002"))
    db["commits"].insert_many([both, commit(2, events=[event(3)], own=PUBLISHED)])
    later = real_now() + dt.timedelta(seconds=5)
    updates.hold_back(OWN, [HeldCommit(both["_id"], ["evt_00002"], later, "Refused: full")])
    held = existing(db["commits"].find_one(pending(OWN)))["own"]
    assert (held["left"], held["attempts"], held["error"]) == (["evt_00002"], 1, "Refused: full")
    assert held["due_at"] == later
    updates.mark_published(OWN, [both["_id"]])
    assert db["commits"].count_documents(pending(OWN)) == 0
    # An owner that was stopped past its lease marks late: nothing becomes pending again.
    updates.hold_back(OWN, [HeldCommit(both["_id"], ["evt_00001"], later, "late")])
    assert db["commits"].count_documents(pending(OWN)) == 0
    assert updates.publish_again({"events.id": "evt_00001"}) == 1
    again = existing(db["commits"].find_one(pending(OWN)))["own"]
    assert again["left"] == ["evt_00001", "evt_00002"]


@pytest.mark.parametrize(
    "update",
    [
        {"$set": {"changes": []}},
        {"$set": {"changes.0.action": "x"}},
        {"$unset": {"changes": ""}},
        {"$set": {"actor": "x"}},
        {"$set": {"at": real_now()}},
        {"$set": {"answer": {}}},
        {"$set": {"events": []}},
        {"$set": {"tally": []}},
        {"$push": {"own.left": "x"}},
        {"$rename": {"own": "changes"}},
    ],
)
def test_a_planted_change_of_the_trail_is_refused(update: Document) -> None:
    """The role may update commits; the one module that does keeps to its list of paths."""
    with pytest.raises(ValueError, match="not changed there"):
        checked(update)


def test_a_tally_is_summed_and_taken_once(db: Database[Document], uow: UnitOfWork) -> None:
    """What cancels out is not stored; what is taken out in a transaction counts once."""

    def change(*changes: tuple[str, str, int]) -> None:
        def work(tx: Transaction) -> None:
            for of, counts_as, by in changes:
                tx.tally(of, counts_as, by)

        uow.run(Context.for_system("events"), work)

    change(("com_1", "open", 1), ("com_2", "open", 2), ("com_1", "open", -1))
    change(("com_2", "open", -1), ("com_2", "shut", 1))
    change(("com_2", "shut", 1), ("com_2", "shut", -1))  # leaves no commit at all
    assert [commit["tally"] for commit in db["commits"].find(sort=[("_id", 1)])] == [
        [line("com_2", "open", 2)],
        [line("com_2", "open", -1), line("com_2", "shut", 1)],
    ]
    updates, ahead = CommitUpdates(db), real_now() + dt.timedelta(hours=1)

    def take(tx: Transaction) -> dict[tuple[str, str], int]:
        return dict(updates.take_tally(tx, first_id_at("cmt", ahead)))

    def fail(tx: Transaction) -> None:
        raise RuntimeError(take(tx))

    with pytest.raises(RuntimeError):
        uow.run(Context.for_system("events"), fail)
    taken = {("com_2", "open"): 1, ("com_2", "shut"): 1}
    assert uow.run(Context.for_system("events"), take) == taken
    assert uow.run(Context.for_system("events"), take) == {}


def test_parts_are_cleared_after_their_time(db: Database[Document]) -> None:
    """H-15: answers 7 days, events 35, messages 40; the trail stays."""
    days = [dt.timedelta(days=n) for n in (8, 36, 41, 36)]
    rows = [
        commit(
            n,
            age=age,
            changes=[change("thing-1")],
            events=[event(n)],
            own=PUBLISHED if n != 3 else lane(f"evt_{n:05}"),
            message=f"m{n}",
            key=f"k{n}",
            fingerprint="f",
            answer={"a": 1},
            clear_at=real_now() - dt.timedelta(seconds=1),
        )
        for n, age in enumerate(days)
    ]
    db["commits"].insert_many(rows)
    updates = CommitUpdates(db)
    assert updates.clear() == 4
    assert updates.clear() == 0
    by_id = {row["_id"]: row for row in db["commits"].find()}
    week, month, old, waiting = (by_id[row["_id"]] for row in rows)
    always = {"_id", "at", "actor", "request_id", "traceparent", "changes"}
    assert set(week) == always | {"events", "own", "message", "clear_at"}
    assert set(month) == always | {"message", "clear_at"}
    assert set(old) == always
    assert set(waiting) == always | {"events", "own", "message", "clear_at"}  # not lost
    assert real_now() < waiting["clear_at"] <= real_now() + dt.timedelta(days=1)


def test_what_leaves_no_trail_becomes_garbage(db: Database[Document]) -> None:
    """A stored refusal or a message without effect is removed by the database, not by us."""
    db["commits"].insert_one(
        commit(1, age=dt.timedelta(days=8), key="k", fingerprint="f", clear_at=AT_ONCE)
    )
    counted = commit(2, age=dt.timedelta(days=8), key="l", fingerprint="f", clear_at=AT_ONCE)
    db["commits"].insert_one({**counted, "tally": [line("com_1", "open", 1)]})
    CommitUpdates(db).clear()
    row, kept = db["commits"].find(sort=[("_id", 1)])
    assert "key" not in row
    assert row["garbage_at"] <= real_now()
    assert "garbage_at" not in kept  # what is not in the kept counts yet is not lost
    assert db["commits"].index_information()["garbage"]["expireAfterSeconds"] == 0


def test_messages_are_remembered_longer_than_they_can_come_again(
    db: Database[Document], uow: UnitOfWork, things: Things, delivered: Callable[..., Context]
) -> None:
    uow.run(delivered("evt_1"), add_thing(things))
    CommitUpdates(db).clear()
    with pytest.raises(AlreadyHandled):
        uow.run(delivered("evt_1"), add_thing(things, id="thing-2", name="two"))


def test_answers_of_the_erased_go_and_their_keys_stay(db: Database[Document]) -> None:
    """M6, ADR 0049: what an actor was answered, and answers to who changed what is theirs; the key
    stays, so that a repetition has no second effect."""
    answered: dict[str, Any] = {"fingerprint": "f", "answer": {"name": "李伟"}}
    db["commits"].insert_many(
        [
            commit(1, key="per_1 membership.change_me a", **answered),
            commit(2, key="per_2 membership.approve b", changes=[change("app_1")], **answered),
            commit(3, key="per_2 membership.approve c", changes=[change("app_2")], **answered),
            commit(4, key="per_10 membership.change_me d", **answered),
        ]
    )
    CommitUpdates(db).forget_answers("per_1", ["app_1"])
    rows = {row["key"]: "answer" in row for row in db["commits"].find()}
    assert rows == {
        "per_1 membership.change_me a": False,
        "per_2 membership.approve b": False,
        "per_2 membership.approve c": True,
        "per_10 membership.change_me d": True,
    }
