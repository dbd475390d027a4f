"""The operators' commands for the parking lot and the outbox, over the real broker (M-14)."""

from collections.abc import Iterator

import pytest

from chassis.ids import made_at
from tests.integration.test_consumers import PARKING, QUEUE, attempts, effects, tell, thing
from tests.kit.broker import Broker
from tests.kit.commits import changes, pending_commits
from tests.kit.existing import existing
from tests.kit.probe import probe
from tests.kit.toy.system import Toy


@pytest.fixture
def admin(toy: Toy) -> Iterator[Broker]:
    if not toy.running("notifications"):
        toy.start("notifications", "consumers").wait_ready()
    with toy.broker() as broker:
        yield broker
        while broker.get(PARKING) is not None:
            pass


def parked_id(toy: Toy) -> str:
    listed = toy.operate("notifications", "parking", "list")
    assert listed.returncode == 0, listed.stderr
    return listed.stdout.split()[0]


def test_list_and_show_leave_the_message_where_it_is(toy: Toy, admin: Broker) -> None:
    admin.publish(b"\xff poison", routing_key=QUEUE)
    probe(lambda: admin.depth(PARKING) == 1, 10, "parked")
    listed = toy.operate("notifications", "parking", "list").stdout
    assert QUEUE in listed
    assert "content type None" in listed
    assert listed.endswith("1 parked\n")
    shown = toy.operate("notifications", "parking", "show", listed.split()[0])
    assert "\\xff poison" in shown.stdout
    probe(lambda: admin.depth(PARKING) == 1, 5, "still parked")


def test_replay_gives_the_message_back_to_its_handler(toy: Toy, admin: Broker) -> None:
    event = tell(admin, thing("permanent"))
    probe(lambda: admin.depth(PARKING) == 1, 10, "parked")
    done = toy.operate("notifications", "parking", "replay", "--all")
    assert done.stdout.endswith("1 replayed\n")
    probe(lambda: len(attempts(toy, event)) == 2, 10, "handled again")
    probe(lambda: admin.depth(PARKING) == 1, 5, "and parked again")


def test_replaying_what_was_handled_has_no_second_effect(toy: Toy, admin: Broker) -> None:
    """Replay is idempotent: the inbox knows the event."""
    event = tell(admin, thing())
    probe(lambda: effects(toy, event) == 1, 5, "handled")
    before = existing(toy.running("notifications")).metric("coterie_events_handled_total")
    tell(admin, event)
    tell(admin, event)
    probe(
        lambda: (
            existing(toy.running("notifications")).metric("coterie_events_handled_total")
            >= before + 4
        ),
        5,
        "both repetitions are done with",
    )
    assert effects(toy, event) == 1


def test_discard_needs_a_reason_and_is_audited(toy: Toy, admin: Broker) -> None:
    admin.publish(b"rubbish", routing_key=QUEUE)
    probe(lambda: admin.depth(PARKING) == 1, 10, "parked")
    name = parked_id(toy)
    assert toy.operate("notifications", "parking", "discard", name).returncode == 2
    by = ("--as", "li.wei")
    reason = ("--reason", "test_data")
    done = toy.operate("notifications", *by, "parking", "discard", name, *reason)
    assert done.stdout == "1 discarded\n"
    assert admin.depth(PARKING) == 0
    [line] = changes(toy.notifications_db, "discard_message")
    assert line["details"] == {"queue": QUEUE, "reason": "test_data"}
    assert line["actor"] == "operator:li.wei"
    assert "rubbish" not in str(line)
    told = toy.operate("notifications", "history", line["id"]).stdout
    assert "discard_message  operator:li.wei" in told
    gone = toy.operate("notifications", "parking", "discard", name, "--reason", "obsolete")
    assert gone.returncode == 1


def test_outbox_commands_show_and_repeat(toy: Toy, admin: Broker) -> None:
    """A published event is told again on request; consumers know the repetition."""
    events = toy.running("events") or toy.start("events").wait_ready()
    with toy.broker("gateway") as gateway:
        gateway.call("events.change_thing", {"thing_id": "told-again"})
    commits = toy.events_db["commits"]
    published = {"events.subject": "told-again", "own.published_at": {"$exists": True}}
    commit = probe(lambda: commits.find_one(published), 10)
    event_id = commit["events"][0]["id"]
    probe(lambda: pending_commits(toy.events_db) == 0, 10, "it is published outside, too")
    assert toy.operate("events", "outbox", "list").stdout == "0 pending\n"
    done = toy.operate("events", "outbox", "retry", event_id)
    assert done.stdout == "1 units of work will be published again\n"
    first = commit["own"]["published_at"]
    probe(
        lambda: commits.find_one({**published, "own.published_at": {"$gt": first}}),
        10,
        "published a second time",
    )
    effects_of = toy.notifications_db["effects"]
    probe(lambda: effects_of.count_documents({"event_id": event_id}) == 1, 5)
    assert events.stop() == 0


def test_a_time_is_published_again_for_a_broker_that_lost_its_disk(toy: Toy, admin: Broker) -> None:
    """What was published since then is in the queues once more, each event with its id."""
    events = toy.running("events") or toy.start("events").wait_ready()
    with toy.broker("gateway") as gateway:
        gateway.call("events.change_thing", {"thing_id": "before-the-loss"})
        before = existing(toy.events_db["commits"].find_one({"events.subject": "before-the-loss"}))
        since = before["_id"]
        gateway.call("events.change_thing", {"thing_id": "lost-with-the-disk"})
    probe(lambda: pending_commits(toy.events_db) == 0, 10, "both are published")
    if consumer := toy.running("notifications"):
        consumer.stop()
    admin.channel.queue_purge(QUEUE)
    at = made_at(since).strftime("%Y-%m-%dT%H:%M:%S")
    again = toy.operate("events", "outbox", "retry", "--since", at)
    assert again.returncode == 0, again.stderr
    probe(lambda: admin.depth(QUEUE) >= 2, 10, "published again")
    neither = toy.operate("events", "outbox", "retry")
    assert neither.returncode == 2
    assert events.stop() == 0
