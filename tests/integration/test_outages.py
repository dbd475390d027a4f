"""Broker and database go away under load: nothing is lost, nothing has its effect twice.

Commands with an Idempotency-Key are repeated until they are answered, as a client would; events go
through outbox, relay, queue and inbox to another service.
"""

import itertools
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from tests.kit.broker import Broker
from tests.kit.commits import pending_commits
from tests.kit.existing import existing
from tests.kit.nodes import memory_alarm, rabbitmqctl
from tests.kit.probe import probe
from tests.kit.toy.system import Toy, ToyProcess

RECOVERY_SECONDS = 30  # T-32
PACE_SECONDS = 0.05


class Client:
    """Sends keyed commands for one thing and repeats each until it is answered."""

    def __init__(self, toy: Toy, thing_id: str) -> None:
        self._toy, self.thing_id = toy, thing_id
        self._numbers = itertools.count(1)
        self._broker: Broker | None = None
        self.done = 0

    def command(self, give_up_at: float) -> bool:
        """One command; False when it was not answered by then (it is repeated next time)."""
        key = f"{self.thing_id}-{self.done}"
        while time.monotonic() < give_up_at:
            try:
                if self._broker is None:
                    self._broker = self._toy.broker("gateway")
                    self._broker.__enter__()
                request = {"thing_id": self.thing_id}
                answer = self._broker.call("events.change_thing", request, key=key, seconds=2.0)
                if "ok" in answer:
                    self.done += 1
                    return True
                assert answer["error"]["kind"] == "unavailable", answer
            except (AssertionError, OSError) as problem:
                if isinstance(problem, AssertionError) and "no reply" not in str(problem):
                    raise
                self.close()
            time.sleep(PACE_SECONDS)
        return False

    def close(self) -> None:
        """Gives the connection up."""
        if self._broker is not None:
            self._broker.__exit__()
            self._broker = None

    def keep_going(self, seconds: float) -> None:
        """Sends commands for this long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.command(end)
            time.sleep(PACE_SECONDS)


@pytest.fixture
def own_events(breakable_toy: Toy, processes: list[ToyProcess]) -> Iterator[None]:
    """Only the test's own processes of `events` run."""
    processes[0].stop()
    yield
    for process in breakable_toy.processes:
        if process.log_path.stem.startswith("events"):
            process.stop()
    processes[0] = breakable_toy.start("events").wait_ready()


@pytest.fixture(scope="module")
def processes(breakable_toy: Toy) -> list[ToyProcess]:
    started = [breakable_toy.start("events"), breakable_toy.start("notifications")]
    return [process.wait_ready() for process in started]


def broker_stopped(toy: Toy) -> Iterator[float]:
    toy.nodes.control.stop("rabbitmq")
    try:
        yield 10
    finally:
        toy.nodes.control.start_again("rabbitmq")


def broker_killed(toy: Toy) -> Iterator[float]:
    toy.nodes.control.signal("rabbitmq", "SIGKILL")  # its supervisor starts it again
    yield 5


def broker_paused(toy: Toy) -> Iterator[float]:
    toy.nodes.control.signal("rabbitmq", "SIGSTOP")
    try:
        yield 30
    finally:
        toy.nodes.control.signal("rabbitmq", "SIGCONT")


def broker_out_of_memory(toy: Toy) -> Iterator[float]:
    """M-26: the alarm blocks whoever publishes."""
    with memory_alarm(toy.nodes):
        yield 10


def mongod_killed(toy: Toy) -> Iterator[float]:
    toy.nodes.control.signal("mongod", "SIGKILL")
    yield 5


def mongod_paused(toy: Toy) -> Iterator[float]:
    toy.nodes.control.signal("mongod", "SIGSTOP")
    try:
        yield 10
    finally:
        toy.nodes.control.signal("mongod", "SIGCONT")


@pytest.mark.parametrize(
    "outage",
    [
        broker_stopped,
        broker_killed,
        broker_paused,
        broker_out_of_memory,
        mongod_killed,
        mongod_paused,
    ],
)
def test_outage_under_load(
    breakable_toy: Toy, processes: list[ToyProcess], outage: Callable[[Toy], Iterator[float]]
) -> None:
    """M-1, M-2, M-2a, M-24, I-17, T-F4..T-F7: every command once, no process gives up."""
    toy = breakable_toy
    client = Client(toy, outage.__name__)
    client.keep_going(2)
    before = client.done
    assert before > 0
    with contextmanager(outage)(toy) as seconds:
        client.keep_going(seconds)
    healed = time.monotonic()
    assert client.command(healed + RECOVERY_SECONDS), "commands are answered again"
    probe(
        lambda: all(process.is_ready() for process in processes), RECOVERY_SECONDS, "all are ready"
    )
    client.keep_going(2)
    client.close()
    things, effects = toy.events_db["things"], toy.notifications_db["effects"]
    assert existing(things.find_one({"_id": client.thing_id}))["version"] == client.done
    told = {"thing_id": client.thing_id}
    probe(
        lambda: len(effects.distinct("version", told)) == client.done,
        RECOVERY_SECONDS,
        "every event has its effect",
    )
    assert effects.count_documents(told) == client.done
    copies = toy.notifications_db["copies"]  # from a queue of its own
    probe(
        lambda: (copies.find_one({"_id": client.thing_id}) or {}).get("version") == client.done,
        RECOVERY_SECONDS,
        "the copy is the newest",
    )
    copy = existing(copies.find_one({"_id": client.thing_id}))
    assert copy["applied"] == sorted(copy["applied"])
    probe(lambda: pending_commits(toy.events_db) == 0, 5, "all is published")
    with toy.broker() as admin:
        assert admin.depth("notifications.parking") == 0
        assert admin.depth("unrouted") == 0
    assert all(process.is_running for process in processes)


@contextmanager
def short_delays(toy: Toy) -> Iterator[None]:
    """The delays of failed messages pass in a fifth of a second: minutes become seconds."""
    vhost = toy.target.vhost
    kept = '"dead-letter-strategy": "at-least-once", "overflow": "reject-publish"'
    definition = f'{{"message-ttl": 200, "dead-letter-exchange": "", "max-length": 100000, {kept}}}'
    options = ("--priority", "20", "--apply-to", "queues")
    pattern = r"^.*\.delay\..*$"
    rabbitmqctl(toy.nodes, "set_policy", "-p", vhost, *options, "short", pattern, definition)
    try:
        yield
    finally:
        rabbitmqctl(toy.nodes, "clear_policy", "-p", vhost, "short")


@pytest.mark.parametrize("part", ["mongod", "rabbitmq"])
def test_an_outage_longer_than_all_delays(
    breakable_toy: Toy, processes: list[ToyProcess], part: str
) -> None:
    """T-32: a quarter of an hour, in shortened time: no manual step, nothing parked or lost."""
    toy, things = breakable_toy, 8
    effects = toy.notifications_db["effects"]
    effects.delete_many({})
    client = Client(toy, f"long-{part}")
    consumer = processes[1]
    with short_delays(toy):
        consumer.send(signal.SIGSTOP)  # so that there is a backlog when the outage begins
        with toy.broker("gateway") as gateway:
            changes = {"things": things, "changes": 1}
            assert "ok" in gateway.call("events.change_many_things", changes, seconds=60)
        probe(lambda: pending_commits(toy.events_db) == 0, 30, "the backlog is in the queue")
        toy.nodes.control.stop(part)
        try:
            consumer.send(signal.SIGCONT)
            if part == "mongod":
                longer = "coterie_events_held_up_total"
                probe(lambda: consumer.metric(longer) >= things, 90, "tried longer than all delays")
            else:
                client.keep_going(40)
        finally:
            toy.nodes.control.start_again(part)
        toy.nodes.wait_ready()
        probe(lambda: all(process.is_ready() for process in processes), 60, "all are ready")
        bulk = {"thing_id": {"$regex": "^bulk-"}}
        probe(lambda: len(effects.distinct("thing_id", bulk)) == things, 60, "all have effects")
        assert effects.count_documents(bulk) == things
        probe(lambda: pending_commits(toy.events_db) == 0, 30, "all is published")
    client.close()
    with toy.broker() as admin:
        assert admin.depth("notifications.parking") == 0
    assert all(process.is_running for process in processes)


def test_readiness_follows_the_database(breakable_toy: Toy, processes: list[ToyProcess]) -> None:
    """H-27: mongod stopped: live 200, ready 503; started: ready again within 5 s, no restart."""
    process = processes[0]

    def status(page: str) -> int:
        address = f"{process.url}/health/{page}"
        return requests.get(address, timeout=2).status_code

    breakable_toy.nodes.control.stop("mongod")
    try:
        probe(lambda: status("ready") == 503, 10, "not ready without a database")
        assert status("live") == 200
    finally:
        breakable_toy.nodes.control.start_again("mongod")
    breakable_toy.nodes.wait_ready()
    probe(lambda: status("ready") == 200, 10, "ready again")
    assert process.is_running


def test_an_alarm_is_waited_out(breakable_toy: Toy, own_events: None) -> None:
    """M-2b, M-26: for longer than heartbeats and confirms last: no connection is given up for it,
    and no event is published more often than twice, by what was on its way when it began.
    """
    toy = breakable_toy
    told = {"thing_id": {"$regex": "^bulk-"}}
    toy.notifications_db["effects"].delete_many(told)
    caller = toy.start("events", "rpc").wait_ready()
    with toy.broker("gateway") as gateway:
        gateway.call("events.change_many_things", {"things": 300, "changes": 1}, seconds=30)
    assert caller.stop() == 0
    with toy.broker() as admin:
        tap = admin.channel.queue_declare(exclusive=True).queue
        admin.channel.queue_bind(tap, "events.events", "#")
        with memory_alarm(toy.nodes):
            relay = toy.start("events", "jobs")
            probe(lambda: relay.metric("coterie_broker_blocked") >= 1, 20, "the gauge says so")
            address = f"{relay.url}/health/ready"
            told_why = "short of memory or disk: events:relay"
            probe(lambda: told_why in requests.get(address, timeout=2).text, 5, "so does readiness")
            oldest = "coterie_outbox_oldest_seconds"
            probe(lambda: relay.metric(oldest) > 20, 40, "it lasts a while")
            assert relay.metric("coterie_broker_connections_lost_total") == 0
            assert relay.metric("coterie_broker_blocked") >= 1
        relay.wait_ready()
        copies = Counter(message.headers["cloudEvents_id"] for message in admin.drain(tap, 300, 30))
        probe(lambda: toy.notifications_db["effects"].count_documents(told) == 300, 30, "effects")
        copies.update(message.headers["cloudEvents_id"] for message in admin.drain(tap, 0))
    assert len(copies) == 300
    assert max(copies.values()) <= 2
    assert relay.metric("coterie_broker_connections_lost_total") == 0
