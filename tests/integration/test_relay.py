"""The relay on real processes: nothing lost, nothing out of order, nothing disappears."""

import json
import signal
from collections.abc import Iterator
from functools import partial

import pytest

from chassis.clock import real_now
from chassis.commits import AT_ONCE
from chassis.ids import new_id
from tests.kit.broker import Broker
from tests.kit.commits import pending_commits, stored_events
from tests.kit.existing import existing
from tests.kit.probe import probe
from tests.kit.toy.contracts import THING_CHANGED
from tests.kit.toy.system import Toy, ToyProcess


@pytest.fixture
def consumer(toy: Toy) -> ToyProcess:
    return toy.running("notifications") or toy.start("notifications", "consumers").wait_ready()


@pytest.fixture(autouse=True)
def producers_end(toy: Toy) -> Iterator[None]:
    """Each test has its own producers: no other relay may own the outbox."""
    yield
    for process in toy.processes:
        if process.log_path.stem.startswith("events"):
            process.stop()


def pending(toy: Toy) -> int:
    return pending_commits(toy.events_db)


def change(gateway: Broker, thing_id: str, behaviour: str = "ok") -> None:
    answer = gateway.call("events.change_thing", {"thing_id": thing_id, "behaviour": behaviour})
    assert "ok" in answer, answer


def effects(toy: Toy, thing_id: str) -> dict[int, int]:
    """How many effects each version of a thing had."""
    counts: dict[int, int] = {}
    for row in toy.notifications_db["effects"].find({"thing_id": thing_id}):
        counts[row["version"]] = counts.get(row["version"], 0) + 1
    return counts


def test_relay_publishes_what_was_committed(toy: Toy, consumer: ToyProcess) -> None:
    events = toy.start("events").wait_ready()
    with toy.broker("gateway") as gateway:
        change(gateway, "told")
    probe(lambda: effects(toy, "told") == {1: 1}, 10, "the reaction ran")
    told = {"events.subject": "told", "own.published_at": {"$exists": True}}
    commit = probe(lambda: toy.events_db["commits"].find_one(told), 5, "the commit is marked")
    assert (commit["own"]["attempts"], commit["own"]["error"]) == (0, None)
    assert events.stop() == 0


def test_an_event_too_large_for_a_message_holds_up_only_itself(
    toy: Toy, consumer: ToyProcess
) -> None:
    """M-1: it is refused before the broker sees it, and the confirms of the others still fit."""
    body = json.dumps({"id": "evt_large", "type": "large", "padding": "x" * 1_100_000})
    event = {
        "id": "evt_large",
        "subject": "large",
        "version": 1,
        "exchange": "events.events",
        "key": "coterie.events.thing_changed.v1",
        "body": body,
    }
    lane = {"pending": True, "due_at": AT_ONCE, "attempts": 0, "error": None, "left": ["evt_large"]}
    too_large = {
        "_id": new_id("cmt"),
        "at": real_now(),
        "actor": "system:events",
        "request_id": "req_large",
        "traceparent": "",
        "events": [event],
        "own": lane,
    }
    commits = toy.events_db["commits"]
    commits.insert_one(too_large)
    events = toy.start("events").wait_ready()

    def reacted(version: int) -> bool:
        return effects(toy, "beside").get(version) == 1

    with toy.broker("gateway") as gateway:
        for version in (1, 2, 3):
            change(gateway, "beside")
            probe(partial(reacted, version), 10, "the reaction ran")
    refused = {"_id": too_large["_id"], "own.error": {"$regex": "too large"}}
    probe(lambda: commits.find_one(refused), 10, "it says why")
    probe(lambda: pending(toy) == 1, 10, "all others are marked")
    assert events.metric("coterie_broker_connections_lost_total") == 0
    commits.delete_one({"_id": too_large["_id"]})


def test_headers_repeat_the_attributes(toy: Toy) -> None:
    """E-10, H-25: what a filter needs stands in the headers; trace and request id go on."""
    with toy.broker() as admin, toy.broker("gateway") as gateway:
        tap = admin.channel.queue_declare(exclusive=True).queue
        admin.channel.queue_bind(tap, "events.events", "#")
        events = toy.start("events").wait_ready()
        number = gateway.send_call("events.change_thing", {"thing_id": "tapped"})
        gateway.reply(number)
        (message,) = admin.drain(tap, 1)
        assert events.stop() == 0
    body = json.loads(message.body)
    for name in ("id", "source", "type", "subject", "specversion", "time"):
        assert message.headers[f"cloudEvents_{name}"] == body[name]
    assert message.properties["content_type"] == "application/cloudevents+json"
    assert message.properties["delivery_mode"] == 2
    assert body["correlationid"] == f"test-{number[:16]}"
    assert message.headers["traceparent"].split("-")[1] == number


def test_event_that_no_queue_takes_is_kept_aside(toy: Toy) -> None:
    """M-3: an alternate exchange with a queue of its own, whose depth is a metric."""
    events = toy.start("events").wait_ready()
    with toy.broker("gateway") as gateway, toy.broker() as admin:
        change(gateway, "unheard", "sigh")
        watcher = toy.start("notifications", "consumers").wait_ready()
        seen = 'coterie_queue_messages{queue="unrouted"}'
        probe(lambda: watcher.metric(seen) == 1, 10, "the alarm's metric shows it")
        assert watcher.stop() == 0
        (message,) = admin.drain("unrouted", 1)
    assert message.headers["cloudEvents_subject"] == "unheard"
    assert events.stop() == 0


@pytest.mark.parametrize("point", ["relay.before_publish", "relay.after_publish"])
def test_relay_killed_between_steps_loses_nothing(
    toy: Toy, consumer: ToyProcess, point: str
) -> None:
    """M-18: killed before it publishes, or before it marks: each row arrives, one effect each."""
    thing_id = f"killed-{point}"
    flag = toy.directory / thing_id
    dying = toy.start("events", crash_point=f"{point}:{flag}").wait_ready()
    with toy.broker("gateway") as gateway:
        sent = [
            gateway.send_call("events.change_thing", {"thing_id": thing_id}, key=f"{point}{n}")
            for n in range(5)
        ]
        assert sent
        assert dying.ended(15) == -signal.SIGKILL
        living = toy.start("events").wait_ready()
        for n in range(5):
            answer = gateway.call(
                "events.change_thing", {"thing_id": thing_id}, key=f"{point}{n}", seconds=10
            )
            assert "ok" in answer
    probe(lambda: effects(toy, thing_id) == dict.fromkeys(range(1, 6), 1), 15, "one effect each")
    probe(lambda: pending(toy) == 0, 5, "all are marked")
    assert living.stop() == 0


def test_backlog_larger_than_a_batch_keeps_the_order_of_each_aggregate(toy: Toy) -> None:
    """M-19: 3,000 rows of 30 things written while no relay runs, delivered in order per thing."""
    if consumer := toy.running("notifications"):
        consumer.stop()
    writer = toy.start("events", "rpc").wait_ready()
    queues = ("notifications.on_thing_changed", "notifications.on_thing_copied")
    with toy.broker() as admin, toy.broker("gateway") as gateway:
        for queue in queues:  # what the stopped consumer gave back stands in them
            admin.channel.queue_purge(queue)
        tap = admin.channel.queue_declare(exclusive=True).queue
        admin.channel.queue_bind(tap, "events.events", "#")
        gateway.call("events.change_many_things", {"things": 30, "changes": 100}, seconds=60)
        assert len(stored_events(toy.events_db, THING_CHANGED)) >= 3000
        assert pending(toy) == 6  # 500 events each
        relay = toy.start("events", "jobs").wait_ready()
        messages = admin.drain(tap, 3000, 30)
        for queue in queues:
            assert admin.channel.queue_purge(queue) == 3000
    seen: dict[str, list[int]] = {}
    for message in messages:
        version = int(message.headers["cloudEvents_aggregateversion"])
        seen.setdefault(message.headers["cloudEvents_subject"], []).append(version)
    assert len(seen) == 30
    assert all(versions == sorted(versions) for versions in seen.values())
    assert all(set(versions) == set(range(1, 101)) for versions in seen.values())
    probe(lambda: pending(toy) == 0, 5, "all are marked")
    assert relay.stop() == 0
    assert writer.stop() == 0


def test_owner_paused_past_its_lease_is_replaced_and_does_no_harm(
    toy: Toy, consumer: ToyProcess
) -> None:
    """M-19: two relays; the owner is stopped past its lease and wakes up later.

    No reaction runs twice, no replica goes back.
    """
    owner = toy.start("events", "jobs").wait_ready()
    probe(lambda: owner.metric("coterie_relay_owner") == 1, 10, "the first owns the outbox")
    writer = toy.start("events").wait_ready()
    with toy.broker("gateway") as gateway:
        for _ in range(10):
            change(gateway, "paused")
        owner.send(signal.SIGSTOP)
        try:
            for _ in range(10):
                change(gateway, "paused")
            probe(lambda: writer.metric("coterie_relay_owner") == 1, 15, "the second takes over")
            probe(lambda: len(effects(toy, "paused")) == 20, 10, "all arrive without the first")
        finally:
            owner.send(signal.SIGCONT)
        for _ in range(10):
            change(gateway, "paused")
    probe(lambda: len(effects(toy, "paused")) == 30, 10, "and later ones, too")
    probe(lambda: owner.metric("coterie_relay_owner") == 0, 10, "the first knows")
    assert effects(toy, "paused") == dict.fromkeys(range(1, 31), 1)
    copy = existing(toy.notifications_db["copies"].find_one({"_id": "paused"}))
    assert copy["version"] == 30
    assert copy["applied"] == sorted(copy["applied"])
    assert [owner.stop(), writer.stop()] == [0, 0]


def test_every_process_tells_how_long_the_outbox_waits(toy: Toy) -> None:
    """M-28: one without the relay, and one that owned it before, tell the age as it is now."""
    rpc = toy.start("events", "rpc").wait_ready()
    oldest = "coterie_outbox_oldest_seconds"
    with toy.broker("gateway") as gateway:
        change(gateway, "waits")
    probe(lambda: rpc.metric(oldest) > 1, 10, "it grows")
    relay = toy.start("events", "jobs").wait_ready()
    probe(lambda: pending(toy) == 0, 10, "published")

    def is_done(process: ToyProcess) -> bool:
        return process.metric(oldest) == 0

    for process in (rpc, relay):
        probe(partial(is_done, process), 5, "nothing waits")
