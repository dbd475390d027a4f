"""One transaction holds the change and all that follows from it."""

import datetime as dt
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import WriteError

from chassis import mongo
from chassis.clock import FixedClock
from chassis.commits import CommitTooLarge
from chassis.context import Context, Deadline
from chassis.idempotency import Replayed
from chassis.mongo import Document
from chassis.uow import AlreadyHandled, Transaction, UnitOfWork
from contracts import envelope
from contracts.errors import SERVICE_UNAVAILABLE, STALE_VERSION, DomainError
from contracts.membership import ACTIVATED, STANDING_CHANGED, TERM_REVOKED
from deploy.generate.asyncapi import SAMPLES
from tests.kit.existing import existing
from tests.kit.probe import probe
from tests.store.chassis.things import NameTaken, Sent, Things

SAMPLE = SAMPLES / f"{ACTIVATED.type}.json"
COMMUNITY = "com_01JD0000000000000000000000"
PERSON = "per_01JD0000000000000000000000"


def thing(id: str = "thing-1", name: str = "one", rank: int = 1) -> Document:
    return {"_id": id, "community_id": COMMUNITY, "name": name, "rank": rank}


def facts(version: int = 1) -> Document:
    return {
        "community_id": COMMUNITY,
        "person_id": PERSON,
        "roles": ["member"],
        "membership_id": None,
        "state": "active",
        "zone": "Asia/Shanghai",
        "joined_on": "2026-01-01",
        "term_ends_on": "2026-12-31",
        "grace_ends_on": "2027-01-07",
        "level": None,
        "segment": None,
        "version": version,
    }


def add_thing(things: Things, **changes: Any) -> Callable[[Transaction], Document]:
    """Work with all that a unit of work can hold."""

    def work(tx: Transaction) -> Document:
        stored = things.insert(tx, thing(**changes))
        tx.audit("add_thing", None, stored, kind="thing", reason="asked_for")
        tx.emit(STANDING_CHANGED, stored, facts())
        return {"id": stored["_id"], "at": tx.now}

    return work


def touch(things: Things) -> Callable[[Transaction], Document]:
    """Work that locks the document."""

    def work(tx: Transaction) -> Document:
        return things.save(tx, things.require("thing-1", community_id=COMMUNITY, tx=tx))

    return work


def counts(db: Database[Document]) -> dict[str, int]:
    return {name: db[name].count_documents({}) for name in ("things", "commits")}


def test_everything_is_committed_together(
    db: Database[Document], uow: UnitOfWork, things: Things, keyed: Callable[..., Context]
) -> None:
    """D-4, E-4, E-6, M-18: state, and one commit with the trail, the event and the answer."""
    ctx = keyed("k1")
    answer = uow.run(ctx, add_thing(things))
    assert counts(db) == {"things": 1, "commits": 1}
    [commit] = db["commits"].find()
    [event] = commit["events"]
    read = envelope.decode(event["body"])
    assert (event["exchange"], event["key"]) == ("membership.events", STANDING_CHANGED.type)
    assert (read.id, read.subject, read.aggregateversion) == (event["id"], "thing-1", 1)
    assert (read.correlationid, read.traceparent) == (ctx.request_id, ctx.traceparent)
    assert (
        read.time == commit["at"] == answer["at"] == existing(db["things"].find_one())["created_at"]
    )
    assert commit["own"]["pending"] is True
    assert commit["own"]["left"] == [event["id"]]
    assert "outside" not in commit
    assert (commit["actor"], commit["request_id"]) == (ctx.actor.id, ctx.request_id)
    assert commit["changes"] == [
        {
            "kind": "thing",
            "id": "thing-1",
            "community_id": COMMUNITY,
            "version": 1,
            "action": "add_thing",
            "fields": [],
            "details": {"reason": "asked_for"},
        }
    ]


def test_a_trail_names_fields_and_holds_no_words(
    db: Database[Document], uow: UnitOfWork, things: Things, ctx: Context
) -> None:
    """What people wrote or are called stays out of what can never be changed."""
    uow.run(ctx, lambda tx: things.insert(tx, thing()))

    def rename(tx: Transaction) -> None:
        before = things.require("thing-1", community_id=COMMUNITY, tx=tx)
        after = things.save(tx, {**before, "name": "Dr. Wang"})
        tx.audit("rename", before, after, kind="thing")

    uow.run(ctx, rename)
    [commit] = db["commits"].find()
    assert commit["changes"][0]["fields"] == ["name"]
    assert "Wang" not in str(commit)
    with pytest.raises(ValueError, match="no id, code or number"):
        uow.run(ctx, lambda tx: tx.audit("x", None, thing() | {"version": 1}, who="Dr. Wang"))


def test_a_public_event_is_pending_in_both_lanes(
    db: Database[Document], uow: UnitOfWork, ctx: Context
) -> None:
    """Ours and theirs have a mark each; what none of ours takes is not published to us."""
    facts = json.loads(SAMPLE.read_text())["data"]
    member = {"_id": "mbr_01JD0000000000000000000000", "version": 1}

    def tell(tx: Transaction) -> None:
        tx.emit(ACTIVATED, member, ACTIVATED.schema.load(facts))
        tx.emit(TERM_REVOKED, member, TERM_REVOKED.schema.load(facts))

    uow.run(ctx, tell)
    [commit] = db["commits"].find()
    activated, revoked = (event["id"] for event in commit["events"])
    assert commit["own"]["left"] == [activated]
    assert commit["outside"]["left"] == [activated, revoked]


def test_a_commit_is_at_most_one_mebibyte(
    db: Database[Document], uow: UnitOfWork, things: Things, ctx: Context
) -> None:
    """Batches are cut to fit; nothing of one that does not is committed."""

    def too_much(tx: Transaction) -> None:
        things.insert(tx, thing())
        for number in range(40):
            subject = {"_id": f"s{number}", "version": 1}
            tx.emit(STANDING_CHANGED, subject, {**facts(), "level": "x" * 30_000})

    with pytest.raises(CommitTooLarge):
        uow.run(ctx, too_much)
    assert set(counts(db).values()) == {0}


def test_work_without_consequences_leaves_no_commit(
    db: Database[Document], uow: UnitOfWork, things: Things, ctx: Context
) -> None:
    uow.run(ctx, lambda tx: things.insert(tx, thing()))
    assert counts(db) == {"things": 1, "commits": 0}


@pytest.mark.parametrize("error", [ValueError("bug"), DomainError(STALE_VERSION), SystemExit()])
def test_nothing_stays_of_work_that_raised(
    db: Database[Document], uow: UnitOfWork, things: Things, ctx: Context, error: BaseException
) -> None:
    def work(tx: Transaction) -> None:
        add_thing(things)(tx)
        raise error

    with pytest.raises(type(error)):
        uow.run(ctx, work)
    assert set(counts(db).values()) == {0}


def test_an_event_that_breaks_its_schema_commits_nothing(
    db: Database[Document], uow: UnitOfWork, things: Things, ctx: Context
) -> None:
    def work(tx: Transaction) -> None:
        things.insert(tx, thing())
        tx.emit(STANDING_CHANGED, {"_id": "s", "version": 1}, {**facts(), "state": "happy"})

    with pytest.raises(ValueError, match="standing_changed"):
        uow.run(ctx, work)
    assert set(counts(db).values()) == {0}


def test_a_document_that_breaks_its_validator_is_refused(
    db: Database[Document], uow: UnitOfWork, things: Things, ctx: Context
) -> None:
    """D-11."""
    with pytest.raises(WriteError):
        uow.run(ctx, lambda tx: things.insert(tx, {**thing(), "rank": 1.5}))
    with pytest.raises(WriteError):
        uow.run(ctx, lambda tx: things.insert(tx, {**thing(), "colour": "red"}))


def test_concerns_are_stated_in_each_transaction(
    watched: tuple[Database[Document], Sent],
    clock: FixedClock,
    keyed: Callable[..., Context],
    things: Things,
) -> None:
    """D-1, D-3: majority and snapshot are sent with the commands, whatever the server's default."""
    database, sent = watched
    things.collection = database["things"]
    UnitOfWork(database, clock).run(keyed("k1"), add_thing(things))
    [begin] = [event.command for event in sent.commands if event.command.get("startTransaction")]
    [commit] = [e.command for e in sent.commands if e.command_name == "commitTransaction"]
    assert begin["readConcern"]["level"] == "snapshot"
    assert commit["writeConcern"] == {"w": "majority", "j": True}
    assert [e.command_name for e in sent.commands if "maxTimeMS" not in e.command] == []


def test_round_trips_of_a_keyed_command(
    watched: tuple[Database[Document], Sent],
    clock: FixedClock,
    keyed: Callable[..., Context],
    things: Things,
) -> None:
    """The aggregate, one document with all that follows, and the commit."""
    database, sent = watched
    things.collection = database["things"]
    UnitOfWork(database, clock).run(keyed("k1"), add_thing(things))
    assert sent.names() == ["insert", "insert", "commitTransaction"]


def test_conflicting_work_is_run_again(
    db: Database[Document], uow: UnitOfWork, things: Things, ctx: Context
) -> None:
    """D-4: 8 writers on one document lose no change, by running more than once."""
    uow.run(ctx, lambda tx: things.insert(tx, thing(rank=0)))
    runs = []

    def count(_: int) -> None:
        def work(tx: Transaction) -> Document:
            runs.append(1)
            found = things.require("thing-1", community_id=COMMUNITY, tx=tx)
            return things.save(tx, {**found, "rank": found["rank"] + 1})

        for _ in range(5):
            uow.run(ctx, work)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    stored = existing(db["things"].find_one())
    assert (stored["rank"], stored["version"]) == (40, 41)
    assert len(runs) >= 40


def test_contention_ends_with_the_deadline(
    db: Database[Document], uow: UnitOfWork, things: Things, ctx: Context
) -> None:
    """H-6: a document that stays locked makes the call unavailable in bounded time."""
    uow.run(ctx, lambda tx: things.insert(tx, thing()))
    with db.client.start_session() as blocker, blocker.start_transaction():
        db["things"].update_one({"_id": "thing-1"}, {"$set": {"rank": 7}}, session=blocker)
        hurried = ctx.with_deadline(0.5)

        with pytest.raises(DomainError) as refused:
            uow.run(hurried, touch(things))
        assert refused.value.error is SERVICE_UNAVAILABLE
        assert existing(hurried.deadline).remaining() == 0
        blocker.abort_transaction()


def test_a_passed_deadline_does_nothing(
    db: Database[Document], uow: UnitOfWork, things: Things, ctx: Context
) -> None:
    late = ctx.with_deadline(0)
    assert existing(late.deadline).expired
    with pytest.raises(DomainError) as refused:
        uow.run(late, add_thing(things))
    assert refused.value.error is SERVICE_UNAVAILABLE
    assert set(counts(db).values()) == {0}


def test_work_that_outlives_its_deadline_leaves_no_lock(
    db: Database[Document], uow: UnitOfWork, things: Things, ctx: Context
) -> None:
    """H-6: the next writer of the same document need not wait for the server to give up."""
    uow.run(ctx, lambda tx: things.insert(tx, thing()))

    def dawdle(tx: Transaction) -> None:
        touch(things)(tx)
        probe(lambda: existing(hurried.deadline).expired, message="the deadline passes")
        things.require("thing-1", community_id=COMMUNITY, tx=tx)

    hurried = ctx.with_deadline(0.2)
    with pytest.raises(DomainError), mongo.bounded(hurried.deadline):
        uow.run(hurried, dawdle)
    again = ctx.with_deadline(2)
    with db.client.start_session() as other:
        # Takes the server session out of the pool: reusing it would end the old transaction.
        db.command("ping", session=other)
        uow.run(again, touch(things))
    assert existing(again.deadline).remaining() > 1


def test_what_a_unique_index_refuses_in_work_propagates(
    uow: UnitOfWork, things: Things, ctx: Context
) -> None:
    """D-8: the store maps it to the domain's answer."""
    uow.run(ctx, lambda tx: things.insert(tx, thing()))
    with pytest.raises(NameTaken):
        uow.run(ctx, lambda tx: things.insert(tx, thing(id="thing-2")))


def test_an_event_has_its_effect_once(
    db: Database[Document], uow: UnitOfWork, things: Things, delivered: Callable[..., Context]
) -> None:
    """M-15: three deliveries, one effect; another consumer has its own."""
    uow.run(delivered("evt_1"), add_thing(things))
    for _ in range(2):
        with pytest.raises(AlreadyHandled):
            uow.run(delivered("evt_1"), add_thing(things, id="thing-2", name="two"))
    uow.run(
        delivered("evt_1", consumer="events.on_x"), add_thing(things, id="thing-3", name="three")
    )
    assert db["things"].count_documents({}) == 2
    [first, _] = db["commits"].find()
    assert json.loads(first["events"][0]["body"])["causationid"] == "evt_1"


def test_a_repeated_message_that_meets_its_own_effect(
    db: Database[Document], uow: UnitOfWork, things: Things, delivered: Callable[..., Context]
) -> None:
    """M-15: the refusal that the first effect causes is no failure of the second delivery."""
    uow.run(delivered("evt_1"), add_thing(things))

    def refuse(tx: Transaction) -> None:
        raise DomainError(STALE_VERSION)

    with pytest.raises(AlreadyHandled):
        uow.run(delivered("evt_1"), refuse)
    with pytest.raises(DomainError):
        uow.run(delivered("evt_2"), refuse)


def test_one_event_delivered_ten_times_at_once(
    db: Database[Document], uow: UnitOfWork, things: Things, delivered: Callable[..., Context]
) -> None:
    """M-15 under a race."""
    barrier = threading.Barrier(10)

    def deliver(number: int) -> str:
        barrier.wait()
        try:
            uow.run(delivered("evt_1"), add_thing(things, id=f"t{number}", name=f"n{number}"))
        except AlreadyHandled:
            return "again"
        return "done"

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(deliver, range(10)))
    assert sorted(outcomes) == ["again"] * 9 + ["done"]
    assert counts(db) == {"things": 1, "commits": 1}


def test_an_event_whose_work_failed_may_come_again(
    db: Database[Document], uow: UnitOfWork, things: Things, delivered: Callable[..., Context]
) -> None:
    """M-10: the message is noted with the effect, not with the attempt."""

    def fails(tx: Transaction) -> None:
        raise DomainError(SERVICE_UNAVAILABLE)

    with pytest.raises(DomainError):
        uow.run(delivered("evt_1"), fails)
    uow.run(delivered("evt_1"), add_thing(things))
    assert counts(db)["things"] == 1


def test_fifty_equal_requests_at_once(
    db: Database[Document], uow: UnitOfWork, things: Things, keyed: Callable[..., Context]
) -> None:
    """H-12: one effect; every other request gets the winner's answer."""
    for round_number in range(5):
        barrier = threading.Barrier(50)
        effects = db["things"].count_documents({})

        def ask(
            number: int,
            key: str = f"key {round_number}",
            barrier: threading.Barrier = barrier,
            at: int = round_number,
        ) -> tuple[Document, str]:
            barrier.wait()
            try:
                work = add_thing(things, id=f"t{at}.{number}", name=f"n{at}.{number}")
                return uow.run(keyed(key), work), "first"
            except Replayed as replay:
                return existing(replay.stored.answer), "replayed"

        with ThreadPoolExecutor(50) as pool:
            told = list(pool.map(ask, range(50)))
        assert sorted(kind for _, kind in told) == ["first"] + ["replayed"] * 49
        assert len({(answer["id"], answer["at"]) for answer, _ in told}) == 1
        assert db["things"].count_documents({}) == effects + 1


def test_business_time_is_fixed_within_an_attempt(
    uow: UnitOfWork, clock: FixedClock, ctx: Context
) -> None:
    def work(tx: Transaction) -> tuple[dt.datetime, dt.datetime]:
        before = tx.now
        clock.advance(dt.timedelta(days=1))
        return before, tx.now

    before, after = uow.run(ctx, work)
    assert before == after


def test_a_keyed_unit_of_work_answers_with_a_document(
    uow: UnitOfWork, keyed: Callable[..., Context]
) -> None:
    with pytest.raises(TypeError, match="dict"):
        uow.run(keyed("k1"), lambda tx: None)


def test_deadline_counts_down() -> None:
    deadline = Deadline(60)
    assert 59 < deadline.remaining() <= 60
    assert Deadline(-1).expired
