"""Sign-in codes wait for no other mail; of the others what is due first by priority."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pymongo.database import Database

from chassis.mongo import Document
from contracts import membership
from services.notifications.domain.rules import BY_TYPE, CODES, OTHERS, RULES
from services.notifications.store import open_stores
from services.notifications.store.messages import waiting
from services.notifications.usecases import deliveries
from services.notifications.usecases.deliveries import MOST_CLAIMED
from tests.kit.channel_suite import KeptChannel
from tests.kit.databases import stages
from tests.store.notifications.world import NOON, Mailbox, World, name
from tests.unit.notifications.samples import facts_of, made_id

REMINDER = BY_TYPE["term_ending"]
SLOW_READER = made_id("per")


def reminders(db: Database[Document], count: int) -> None:
    """So many reminders are due since noon, before all that is told later."""
    facts = facts_of(REMINDER.event, person_id=SLOW_READER)
    row = {
        "recipient_id": SLOW_READER,
        "community_id": facts["community_id"],
        "type": REMINDER.type,
        "category": REMINDER.category,
        "priority": REMINDER.priority,
        "facts": facts,
        "link": "/v1/memberships/x",
        "channel": "email",
        "request_id": "req_0123456789",
        "read_at": None,
        "state": "pending",
        "attempts": 0,
        "due_at": NOON,
        "settled_at": None,
        "last_error": None,
        "uncounted": True,
    }
    rows: list[Any] = [
        {**row, "_id": f"dlv_{number:026}", "cause_id": f"evt_{number}"} for number in range(count)
    ]
    open_stores(db).messages.add(rows, NOON)


def test_a_code_goes_out_at_once_past_thousands_of_reminders_and_a_slow_mail_server(
    db: Database[Document],
    new_world: Callable[..., World],
    mailbox: Mailbox,
    probe: Callable[..., object],
) -> None:
    """R7: a wave of any community holds up nobody who signs in."""
    reminders(db, 5000)
    mailbox.slow = name(SLOW_READER)
    world = new_world(time.monotonic)
    sending = threading.Thread(target=world.send)
    sending.start()
    try:
        claimed = {"type": REMINDER.type, "attempts": 1}
        probe(
            lambda: db["messages"].count_documents(claimed) == MOST_CLAIMED,
            message="the wave is under way",
        )
        challenges = [world.code() for _ in range(3)]
        world.send_codes()
        assert sorted(mailbox.taken) == sorted(map(name, challenges))
        assert db["messages"].count_documents({"state": "pending"}) == 5000
        assert db["messages"].count_documents(claimed) == MOST_CLAIMED
    finally:
        world.run.should_stop = True
        mailbox.let_go()
        sending.join()


def test_each_lane_sends_its_own_alone(world: World, mailbox: Mailbox) -> None:
    """What is in the one lane is never claimed in the other."""
    challenge, person = world.code(), world.told()
    world.send_codes()
    assert mailbox.taken == [name(challenge)]
    other = world.code()
    world.send()
    assert mailbox.taken == [name(challenge), name(person)]
    world.send_codes()
    assert mailbox.taken[2:] == [name(other)]


def test_transactional_mails_go_before_reminders_that_are_longer_due(
    db: Database[Document], new_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R7: who paid hears of it before those whose term ends some day; and then they do."""
    monkeypatch.setattr(deliveries, "AT_ONCE", 1)
    kept = KeptChannel()
    world = new_world(channels={"email": kept})
    reminders(db, 30)
    for _ in range(20):
        world.told()
    world.send()
    told = [notice.type for notice in kept.notices]
    assert told == ["membership_activated"] * 20 + ["term_ending"] * 30


def test_what_is_due_later_hides_nothing_that_is_due(
    db: Database[Document], world: World, mailbox: Mailbox
) -> None:
    """Many mails that wait for their next attempt have a higher priority than what is due."""
    reminders(db, 3)
    mailbox.slow = "nobody"
    for _ in range(40):
        world.told()
    later = {"$set": {"due_at": NOON.replace(hour=13)}}
    db["messages"].update_many({"type": "membership_activated", "channel": "email"}, later)
    world.send()
    assert mailbox.taken == [name(SLOW_READER)] * 3
    assert world.run.next == NOON.replace(hour=13)


@pytest.mark.parametrize("priorities", [CODES, OTHERS], ids=["codes", "others"])
def test_a_look_reads_what_it_claims_however_many_wait(
    db: Database[Document], priorities: tuple[int, ...]
) -> None:
    """E: from the index, in its order, and not more than is asked for of each priority."""
    reminders(db, 3000)
    command = {
        "aggregate": "messages",
        "pipeline": waiting(priorities, ["email"], 17),
        "cursor": {},
    }
    explained = db.command("explain", command, verbosity="executionStats")
    assert not stages(explained) & {"COLLSCAN", "SORT"}
    assert "due_by_priority" in str(explained)
    assert sum(examined(explained)) == (17 if REMINDER.priority in priorities else 0)


def examined(node: Any) -> list[int]:
    """The documents that each part of an executed plan looked at."""
    if isinstance(node, list):
        return [count for one in node for count in examined(one)]
    if not isinstance(node, dict):
        return []
    found = node.get("executionStats")
    own = [found["totalDocsExamined"]] if isinstance(found, dict) else []
    return own + [
        count for key, one in node.items() if key != "executionStats" for count in examined(one)
    ]


def test_the_longest_wait_is_told_of_each_kind(
    db: Database[Document], new_world: Callable[..., World]
) -> None:
    """Operators see that codes wait, whatever else does."""
    world = new_world(channels={"email": KeptChannel()})
    reminders(db, 1)
    world.code()
    world.clock.advance(NOON.replace(minute=5) - NOON)
    world.run.now = world.clock.now()
    waits = {"code": 300, "reminder": 300, "transactional": 0}

    def told(kind: str) -> float | None:
        labels = {"kind": kind}
        return REGISTRY.get_sample_value("coterie_notifications_oldest_due_seconds", labels)

    world.send_codes()
    world.send()
    assert {kind: told(kind) for kind in waits} == waits


def test_every_kind_has_a_lane() -> None:
    """product.md §5: what no lane reads would never be sent."""
    assert {rule.priority for rule in RULES} == {*CODES, *OTHERS}
    codes = [rule.type for rule in RULES if rule.priority in CODES]
    assert codes == ["sign_in_code", "phone_code", "email_code_old", "email_code_new"]
    assert BY_TYPE["order_refunded"].priority < BY_TYPE["payment_reminder"].priority
    assert BY_TYPE["sign_in_code"].event == membership.SIGN_IN_REQUESTED.type
