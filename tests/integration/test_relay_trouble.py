"""A queue that refuses or answers nothing, and an integrator's that does: only its type waits."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.integration.test_consumers import COPY_QUEUE, PARKING, QUEUE
from tests.kit.broker import Broker
from tests.kit.commits import pending_commits
from tests.kit.nodes import leaderless, rabbitmqctl
from tests.kit.probe import probe
from tests.kit.toy.contracts import THING_SIGHED
from tests.kit.toy.system import Toy, ToyProcess

REFUSED_TYPES = 'coterie_relay_refused_types{lane="own"}'
THINGS = 2600  # more than any window of the relay holds


@pytest.fixture
def admin(toy: Toy) -> Iterator[Broker]:
    """A broker whose queues of `notifications` are empty, and nobody consumes them yet."""
    toy.stop()
    with toy.broker() as broker:
        for queue in (QUEUE, COPY_QUEUE, PARKING):
            broker.channel.queue_purge(queue)
        for name in ("things", "commits"):
            toy.events_db[name].delete_many({})
        toy.notifications_db["effects"].delete_many({})
        yield broker
        toy.stop()


@contextmanager
def full(toy: Toy, queue: str) -> Iterator[None]:
    """A queue that keeps ten messages and refuses the next."""
    vhost, pattern = toy.target.vhost, f"^{queue.replace('.', chr(92) + '.')}$"
    definition = '{"max-length": 10, "overflow": "reject-publish"}'
    options = ("--priority", "10", "--apply-to", "queues")
    rabbitmqctl(toy.nodes, "set_policy", "-p", vhost, *options, "full", pattern, definition)
    try:
        yield
    finally:
        rabbitmqctl(toy.nodes, "clear_policy", "-p", vhost, "full")


def change_many(toy: Toy, things: int) -> None:
    with toy.broker("gateway") as gateway:
        asked = {"things": things, "changes": 1}
        gateway.call("events.change_many_things", asked, seconds=60)


def effects(toy: Toy) -> int:
    return len(toy.notifications_db["effects"].distinct("thing_id"))


def ask_for_sighs(toy: Toy, sighs: int) -> None:
    with toy.broker("gateway") as gateway:
        for number in range(sighs):
            asked = {"thing_id": f"sigh-{number}", "behaviour": "sigh"}
            assert "ok" in gateway.call("events.change_thing", asked)


@pytest.fixture
def tap(admin: Broker) -> str:
    """A queue of its own for the other type."""
    queue = admin.channel.queue_declare(exclusive=True).queue
    admin.channel.queue_bind(queue, "events.events", THING_SIGHED.type)
    return str(queue)


def test_a_full_queue_holds_up_its_type_alone(toy: Toy, admin: Broker, tap: str) -> None:
    """M-19: what others read goes on, healthy queues get no copies, nothing is lost."""
    writer = toy.start("events", "rpc").wait_ready()
    change_many(toy, THINGS)
    with full(toy, QUEUE):
        relay = toy.start("events", "jobs").wait_ready()
        ask_for_sighs(toy, 20)
        assert len(admin.drain(tap, 20, 30)) == 20
        probe(lambda: relay.metric(REFUSED_TYPES) == 1, 30, "the gauge names the type")
        probe(lambda: admin.depth(COPY_QUEUE) >= THINGS, 60, "the healthy queue has all")
        assert admin.depth(COPY_QUEUE) <= THINGS + 600  # one trial is one commit, of 500 events
    all_arrive(toy, admin, relay)
    assert [relay.stop(), writer.stop()] == [0, 0]


def test_a_queue_without_leader_holds_up_its_type_alone(toy: Toy, admin: Broker, tap: str) -> None:
    """T-F12: the broker stops reading behind it, yet what others read goes on."""
    writer = toy.start("events", "rpc").wait_ready()
    change_many(toy, THINGS)
    with leaderless(toy.nodes, toy.target.vhost, QUEUE):
        relay = toy.start("events", "jobs").wait_ready()
        ask_for_sighs(toy, 20)
        assert len(admin.drain(tap, 20, 30)) == 20
        probe(lambda: relay.metric(REFUSED_TYPES) == 1, 30, "the gauge names the type")
        ask_for_sighs(toy, 20)
        assert len(admin.drain(tap, 20, 30)) == 20
    all_arrive(toy, admin, relay)
    assert [relay.stop(), writer.stop()] == [0, 0]


def all_arrive(toy: Toy, admin: Broker, relay: ToyProcess) -> None:
    consumer = toy.start("notifications", "consumers").wait_ready()
    probe(lambda: effects(toy) == THINGS, 90, "all arrive")
    probe(lambda: pending_commits(toy.events_db) == 0, 60, "all is published")
    assert relay.metric(REFUSED_TYPES) == 0
    assert admin.depth(PARKING) == 0
    assert consumer.stop() == 0


def test_an_integrators_queue_is_in_nobodys_way(toy: Toy, admin: Broker) -> None:
    """What integrators' queues refuse is pending for them alone, and goes on when it can."""
    queue = "integrator.greedy.events"
    admin.channel.queue_declare(
        queue, durable=True, arguments={"x-max-length": 1, "x-overflow": "reject-publish"}
    )
    admin.channel.queue_bind(queue, "integrators.events", "#")
    everything = toy.start("events").wait_ready()
    consumer = toy.start("notifications", "consumers").wait_ready()
    change_many(toy, 300)
    probe(lambda: effects(toy) == 300, 60, "our own services have all")
    commits = toy.events_db["commits"]
    probe(lambda: commits.count_documents({"own.pending": True}) == 0, 20, "and that is marked")
    assert commits.count_documents({"outside.pending": True}) > 0
    admin.channel.queue_delete(queue)
    probe(lambda: pending_commits(toy.events_db) == 0, 60, "the integrators' lane goes on")
    assert [consumer.stop(), everything.stop()] == [0, 0]


def test_two_relays_and_two_of_every_role(toy: Toy, admin: Broker) -> None:
    """M-16, M-19: each event has its effect once, whoever takes it, and one of them dies."""
    events = [toy.start("events").wait_ready() for _ in range(2)]
    consumers = [toy.start("notifications").wait_ready() for _ in range(2)]
    with toy.broker("gateway") as gateway:
        for number in range(150):
            assert "ok" in gateway.call("events.change_thing", {"thing_id": f"t-{number % 10}"})
            if number == 75:
                leader = max(events, key=lambda one: one.metric("coterie_relay_owner"))
                leader.kill()
    probe(lambda: toy.notifications_db["effects"].count_documents({}) >= 150, 60, "all arrive")
    rows = list(toy.notifications_db["effects"].find())
    assert len({(row["thing_id"], row["version"]) for row in rows}) == len(rows) == 150
    probe(lambda: pending_commits(toy.events_db) == 0, 30, "all is published")
    assert [one.stop() for one in (*consumers, *(e for e in events if e is not leader))] == [0] * 3
