"""Counts of what was delivered: exact whenever they are asked for, and read in bounded time."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from pymongo.database import Database

from chassis.context import Context
from chassis.mongo import Document
from chassis.schema import Progress
from contracts import events
from services.notifications.domain.deliveries import CODE_KEPT, MAIL_KEPT
from services.notifications.store import open_stores
from services.notifications.store.counts import counting
from services.notifications.store.migrations import into_lanes
from tests.kit.databases import stages
from tests.store.notifications.test_lanes import reminders
from tests.store.notifications.world import Mailbox, World
from tests.unit.notifications.samples import made_id

COMMUNITY = made_id("com")


def kept(db: Database[Document]) -> Counter[tuple[str, str, str]]:
    """What is answered."""
    rows = open_stores(db).counts.read(COMMUNITY)
    return Counter({(row["type"], row["channel"], row["state"]): row["count"] for row in rows})


def counted(db: Database[Document]) -> Counter[tuple[str, str, str]]:
    """What there is."""
    rows = db["messages"].find({"community_id": COMMUNITY})
    return Counter((row["type"], row["channel"], row["state"]) for row in rows)


def count(world: World) -> None:
    """A pass of the job."""
    world.sender.count(world.run)


def test_counts_are_exact_after_every_step(
    db: Database[Document], world: World, mailbox: Mailbox
) -> None:
    """S4: told, sent, failed, replayed, suppressed, folded in any order."""
    dice = random.Random(20261127)

    def fail() -> None:
        world.membership.emails[world.told()] = "no address"

    def replay() -> None:
        world.membership.emails.clear()
        world.seconds += 61  # no address is remembered
        for row in list(world.sender.given_up()):
            world.sender.replay(row["_id"], Context.for_operator("notifications"))

    def suppress() -> None:
        world.tell(events.SEAT_OFFERED, until="2020-01-01T00:00:00Z")

    steps: list[Callable[[], object]] = [
        world.told,
        fail,
        suppress,
        world.code,
        world.send,
        replay,
        lambda: count(world),
    ]
    for _ in range(60):
        dice.choice(steps)()
        assert kept(db) == counted(db)
    states = {state for _, _, state in counted(db)}
    assert {"sent", "suppressed"} <= states
    count(world)
    assert kept(db) == counted(db)
    settled = {"state": {"$in": ["sent", "suppressed"]}, "uncounted": True}
    assert db["messages"].count_documents(settled) == 0


def test_a_reading_beside_the_folding_is_exact(db: Database[Document], world: World) -> None:
    """S4: kept counts and what is not in them are of one point in time."""
    reminders(db, 1500)
    db["messages"].update_many({}, {"$set": {"state": "sent"}})
    wanted, wrong = counted(db), []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            if (found := kept(db)) != wanted:
                wrong.append(found)

    reading = threading.Thread(target=read)
    reading.start()
    try:
        count(world)
    finally:
        done.set()
        reading.join()
    assert wrong == []
    assert kept(db) == wanted


def test_removing_what_had_its_time_changes_no_count(db: Database[Document], world: World) -> None:
    """S4: how many there were stays true when they are gone."""
    for _ in range(3):
        world.told()
    world.send()
    count(world)
    before = kept(db)
    db["messages"].delete_many({})
    assert (
        kept(db)
        == before
        == Counter(
            {
                ("membership_activated", "email", "sent"): 3,
                ("membership_activated", "in_app", "sent"): 3,
            }
        )
    )


def test_counting_reads_what_is_not_settled_and_no_document(
    db: Database[Document], world: World
) -> None:
    """S4: a log of thousands of settled messages is not looked at."""
    reminders(db, 3000)
    db["messages"].update_many({}, {"$set": {"state": "sent"}})
    count(world)
    for _ in range(5):
        world.told()
    command = {"aggregate": "messages", "pipeline": counting(COMMUNITY), "cursor": {}}
    explained = db.command("explain", {**command, "hint": "uncounted"}, verbosity="executionStats")
    assert not stages(explained) & {"COLLSCAN", "FETCH"}
    (first, *_) = explained["stages"]
    stats = first["$cursor"]["executionStats"]
    assert stats["totalDocsExamined"] == 0
    assert stats["totalKeysExamined"] <= 10 + 4  # both channels, and a seek for each state


@pytest.mark.parametrize("times", [1, 2], ids=["once", "killed and run again"])
def test_what_an_older_release_stored_is_counted_sent_and_removed(
    db: Database[Document], world: World, mailbox: Mailbox, times: int
) -> None:
    """D-12: priority for what waits, counts for what is over, an end for what is settled."""
    sent, waits, failed = world.told(), world.told(), world.told()
    world.code()
    row: Any = {"state": "sent", "settled_at": world.clock.now()}
    db["messages"].update_one({"recipient_id": sent, "channel": "email"}, {"$set": row})
    db["messages"].update_one({"type": "sign_in_code"}, {"$set": row})
    db["messages"].update_one(
        {"recipient_id": failed, "channel": "email"}, {"$set": {**row, "state": "failed"}}
    )
    db["messages"].update_many({}, {"$unset": {"priority": "", "uncounted": ""}})
    for _ in range(times):
        into_lanes(4).apply(db, Progress(None, lambda noted: None))
    assert kept(db) == counted(db)
    assert db["messages"].count_documents({"uncounted": True}) == 2
    assert world.mail_of(waits)["priority"] == world.mail_of(failed)["priority"] == 1
    assert world.mail_of(sent)["garbage_at"] > world.clock.now() + MAIL_KEPT / 2
    code: Any = db["messages"].find_one({"type": "sign_in_code"})
    assert code["garbage_at"] - world.mail_of(sent)["garbage_at"] < CODE_KEPT - MAIL_KEPT / 2
    world.send()
    assert world.mail_of(waits)["state"] == "sent"
    count(world)
    assert kept(db) == counted(db)
