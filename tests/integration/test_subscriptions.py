"""One queue's trouble is its own: what is wrong with it, or with its messages, stops no other."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from amqp.exceptions import MessageNacked

from tests.integration.test_consumers import (
    CONTENT_TYPE,
    COPY_QUEUE,
    PARKING,
    QUEUE,
    attempts,
    effects,
    thing,
)
from tests.kit.broker import Broker
from tests.kit.nodes import leaderless
from tests.kit.probe import probe
from tests.kit.toy.system import Toy, ToyProcess

DELAY = "notifications.delay.1s"
LINK = "notifications:consumers"


@pytest.fixture
def admin(toy: Toy) -> Iterator[Broker]:
    """A broker whose queues of `notifications` are empty before and after the test."""
    with toy.broker() as broker:
        yield broker
        toy.stop()
        for queue in (QUEUE, COPY_QUEUE, PARKING, DELAY):
            broker.channel.queue_purge(queue)


def start(toy: Toy) -> ToyProcess:
    return toy.start("notifications", "consumers")


def give(broker: Broker, queue: str, event: dict[str, Any]) -> dict[str, Any]:
    """To this one queue."""
    broker.publish(json.dumps(event), routing_key=queue, content_type=CONTENT_TYPE)
    return event


def copied(toy: Toy, event: dict[str, Any]) -> bool:
    return toy.notifications_db["copies"].find_one({"_id": event["subject"]}) is not None


def paused(process: ToyProcess, queue: str) -> bool:
    return process.metric(f'coterie_consumer_paused{{queue="{queue}"}}') == 1


def lost_connections(process: ToyProcess) -> float:
    return process.metric(f'coterie_broker_connections_lost_total{{link="{LINK}"}}')


def why_not_ready(process: ToyProcess) -> str:
    answer = requests.get(f"{process.url}/health/ready", timeout=2)
    return "; ".join(answer.json().get("why", []))


def others_go_on(toy: Toy, admin: Broker) -> Callable[[], bool]:
    """The other queue's event has its effect."""
    event = give(admin, COPY_QUEUE, thing())
    return lambda: copied(toy, event)


@contextmanager
def full(toy: Toy, admin: Broker, queue: str) -> Iterator[None]:
    """A queue that refuses what it is given, and keeps what it has."""
    address = f"{toy.target.management_url}/api/policies/{toy.target.vhost}/full"
    policy = {
        "pattern": f"^{queue}$".replace(".", r"\."),
        "apply-to": "queues",
        "priority": 10,
        "definition": {"max-length": 1, "overflow": "reject-publish"},
    }
    made = requests.put(address, json=policy, auth=toy.target.management_auth, timeout=10)
    made.raise_for_status()

    def refuses() -> bool:
        try:
            admin.publish(b"filler", routing_key=queue)
        except MessageNacked:
            return True
        return False

    try:
        probe(refuses, 20, f"{queue} is full")
        yield
    finally:
        requests.delete(address, auth=toy.target.management_auth, timeout=10).raise_for_status()
        admin.channel.queue_purge(queue)


@pytest.mark.parametrize(
    ("queue", "behaviour"), [(DELAY, "transient:3"), (PARKING, "permanent")], ids=["delay", "lot"]
)
def test_a_move_that_is_refused_pauses_its_queue_alone(
    toy: Toy, admin: Broker, queue: str, behaviour: str
) -> None:
    """M-10, M-14: the message stays with the broker, unmoved, and is moved when there is room."""
    consumer = start(toy).wait_ready()
    with full(toy, admin, queue):
        event = give(admin, QUEUE, thing(behaviour))
        probe(lambda: paused(consumer, QUEUE), 10, "paused")
        waiting = give(admin, QUEUE, thing())
        probe(others_go_on(toy, admin), 5, "the other queue is consumed")
        probe(lambda: f"{queue} takes no messages" in why_not_ready(consumer), 5, "it says so")
        probe(lambda: len(attempts(toy, event)) >= 2, 20, "it is tried again")
        assert not paused(consumer, COPY_QUEUE)
        assert attempts(toy, waiting) == []
        assert lost_connections(consumer) == 0
    probe(lambda: effects(toy, waiting) == 1, 60, "taken up again")
    if queue == DELAY:
        probe(lambda: effects(toy, event) == 1, 10, "after its delay")
        assert len(attempts(toy, event)) == 4
    else:
        (parked,) = admin.drain(PARKING, 1)
        assert parked.headers.get("x-delivery-count", 0) == 0  # never given back
    consumer.wait_ready()
    assert not paused(consumer, QUEUE)


@pytest.mark.parametrize("silent", [QUEUE, COPY_QUEUE])
def test_a_queue_without_a_leader_is_waited_for_alone(toy: Toy, admin: Broker, silent: str) -> None:
    """M-25: it answers no consumer; the others are consumed at once, and itself when it can be."""
    waiting = give(admin, silent, thing())
    other = QUEUE if silent == COPY_QUEUE else COPY_QUEUE

    def has_effect(queue: str, event: dict[str, Any]) -> bool:
        return effects(toy, event) == 1 if queue == QUEUE else copied(toy, event)

    def handles_the_other(consumer: ToyProcess) -> bool:
        event = give(admin, other, thing())
        return bool(probe(lambda: has_effect(other, event), 10, "the other queue is consumed"))

    with leaderless(toy.nodes, toy.target.vhost, silent):
        consumer = start(toy)
        probe(lambda: silent in why_not_ready(consumer), 10, "it says so")
        assert handles_the_other(consumer)
        assert lost_connections(consumer) == 0
        apart = f'coterie_broker_connected{{link="{LINK}:{silent}"}}'
        probe(lambda: consumer.metric(apart) == 1, 40, "it has a connection of its own")
        assert paused(consumer, silent)
        assert handles_the_other(consumer)
        assert lost_connections(consumer) == 1
    probe(lambda: has_effect(silent, waiting), 60, "consumed when it has a leader again")
    consumer.wait_ready()
    assert lost_connections(consumer) == 1
    assert consumer.stop() == 0


def test_a_queue_that_is_not_there_yet_is_waited_for_alone(toy: Toy, admin: Broker) -> None:
    """M-4: deleted under the consumer, then declared again: no other queue notices."""
    consumer = start(toy).wait_ready()
    admin.channel.queue_delete(QUEUE)
    probe(lambda: paused(consumer, QUEUE), 10, "the broker cancelled the consumer")
    probe(lambda: "NotFound" in why_not_ready(consumer), 10, "tried again, and not there")
    probe(others_go_on(toy, admin), 5, "the other queue is consumed")

    def declared() -> bool:
        toy.provision()
        return True

    probe(declared, 20, "declared again")
    event = give(admin, QUEUE, thing())
    probe(lambda: effects(toy, event) == 1, 30, "consumed")
    consumer.wait_ready()
    assert lost_connections(consumer) == 0


def test_many_failures_in_a_row_stop_the_parking(toy: Toy, admin: Broker) -> None:
    """The release is bad then, not the messages: they stay; one good message lifts the pause."""
    consumer = start(toy).wait_ready()
    for _ in range(21):
        give(admin, QUEUE, thing("permanent"))
    probe(lambda: paused(consumer, QUEUE), 20, "paused")
    assert admin.depth(PARKING) == 20
    assert "20 messages in a row fail" in probe(lambda: why_not_ready(consumer), 5)
    assert len(consumer.lines("consumer_paused")) == 1
    probe(others_go_on(toy, admin), 5, "the other queue is consumed")
    good = [give(admin, QUEUE, thing()) for _ in range(3)]
    probe(lambda: admin.depth(PARKING) == 21, 30, "one more is tried, and parked")
    assert [effects(toy, event) for event in good] == [0, 0, 0]
    probe(lambda: all(effects(toy, event) == 1 for event in good), 60, "a good one is tried")
    consumer.wait_ready()
    assert not paused(consumer, QUEUE)
    assert admin.depth(PARKING) == 21


def test_rubbish_among_good_messages_is_parked(toy: Toy, admin: Broker) -> None:
    """M-12: however much there is of it, as long as others go well."""
    consumer = start(toy).wait_ready()
    good = []
    for _ in range(6):
        for _ in range(10):
            admin.publish(b"rubbish", routing_key=QUEUE)
        good.append(give(admin, QUEUE, thing()))
        probe(lambda: effects(toy, good[-1]) == 1, 10, "handled")
    probe(lambda: admin.depth(PARKING) == 60, 10, "all parked")
    assert not paused(consumer, QUEUE)
