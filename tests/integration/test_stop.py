"""Start and stop: work in hand is finished once, waiting work goes back, nothing hangs."""

import os
import signal
import socket
import subprocess
import sys
import time

import requests

from deploy.local.control import REPOSITORY
from tests.integration.test_consumers import QUEUE, attempts, effects, tell, thing
from tests.kit.probe import probe
from tests.kit.toy.system import Toy, ToyProcess


def health(process: ToyProcess, page: str) -> int:
    return requests.get(f"{process.url}/health/{page}", timeout=2).status_code


def test_work_in_hand_is_finished_once(toy: Toy) -> None:
    """SIGTERM with calls and events at work: each ends, is acknowledged and never runs again."""
    events = toy.start("events", "rpc").wait_ready()
    consumer = toy.start("notifications", "consumers").wait_ready()
    with toy.broker("gateway") as gateway, toy.broker() as admin:
        told = [tell(admin, thing("slow:1500")) for _ in range(3)]
        calls = [
            gateway.send_call("events.echo", {"text": "in hand", "milliseconds": 1500})
            for _ in range(3)
        ]
        started = toy.events_db["runs"]
        probe(lambda: started.count_documents({"text": "in hand"}) == 3, 5, "calls are at work")
        probe(lambda: all(attempts(toy, event) for event in told), 5, "events are at work")
        for process in (events, consumer):
            process.send(signal.SIGTERM)
        for number in calls:
            assert gateway.reply(number, 5.0)
        assert [events.ended(20), consumer.ended(20)] == [0, 0]
        assert [effects(toy, event) for event in told] == [1, 1, 1]
        assert admin.depth(QUEUE) == admin.depth("rpc-events") == 0
        again = toy.start("notifications", "consumers").wait_ready()
        after = tell(admin, thing())
        probe(lambda: effects(toy, after) == 1, 10, "a later event is handled")
    assert [len(attempts(toy, event)) for event in told] == [1, 1, 1]
    assert started.count_documents({"text": "in hand"}) == 3
    assert again.stop() == 0


def test_what_follows_an_answer_is_work_in_hand(toy: Toy) -> None:
    """SIGTERM after the reply: what the worker still has to do is done, and done once."""
    events = toy.start("events", "rpc").wait_ready()
    with toy.broker("gateway") as gateway, toy.broker() as admin:
        asked = {"text": "in hand later", "milliseconds": 1500}
        assert gateway.call("events.echo_later", asked)["ok"]
        found = toy.events_db["runs"]
        probe(lambda: found.find_one({"text": "in hand later"}), 5, "it is at work")
        assert events.stop() == 0
        (run,) = found.find({"text": "in hand later"})
        assert run["ended_at"] is not None
        assert admin.depth("rpc-events") == 0


def test_waiting_work_goes_to_another_process(toy: Toy) -> None:
    """What was delivered but not begun when SIGTERM came is done by the next process, once."""
    first = toy.start("notifications", "consumers").wait_ready()
    with toy.broker() as admin:
        told = [tell(admin, thing("slow:500")) for _ in range(30)]
        probe(lambda: any(attempts(toy, event) for event in told), 5, "work has begun")
        assert first.stop() == 0
        assert 0 < sum(effects(toy, event) for event in told) < 30
        second = toy.start("notifications", "consumers").wait_ready()
        probe(lambda: all(effects(toy, event) == 1 for event in told), 20, "all are handled")
    assert {len(attempts(toy, event)) for event in told} == {1}
    assert second.stop() == 0


def test_ready_ends_with_sigterm_and_live_goes_on(toy: Toy) -> None:
    """H-27: unready first, then drain."""
    events = toy.start("events", "rpc").wait_ready()
    with toy.broker("gateway") as gateway:
        gateway.send_call("events.echo", {"text": "draining", "milliseconds": 2000})
        probe(lambda: toy.events_db["runs"].find_one({"text": "draining"}), 5, "it is at work")
        events.send(signal.SIGTERM)
        probe(lambda: health(events, "ready") == 503, 2, "not ready")
        assert health(events, "live") == 200
    assert events.ended(20) == 0


def test_what_hangs_is_cut_off_within_twenty_seconds(toy: Toy) -> None:
    """A handler that never ends does not keep the process."""
    events = toy.start("events", "rpc").wait_ready()
    with toy.broker("gateway") as gateway:
        gateway.send_call("events.echo", {"text": "hanging", "milliseconds": 60_000})
        probe(lambda: toy.events_db["runs"].find_one({"text": "hanging"}), 5, "it is at work")
        began = time.monotonic()
        events.send(signal.SIGTERM)
        assert events.ended(20) == 1
        assert time.monotonic() - began > 15


def test_wrong_settings_are_all_named(toy: Toy) -> None:
    """Exit 2, every problem in one go."""
    environment = toy.environment("events", env="tset", log_level="loud")
    del environment["COTERIE_AMQP_URL"]
    ended = _run(environment)
    assert ended.returncode == 2
    for name in ("COTERIE_ENV", "COTERIE_LOG_LEVEL", "COTERIE_AMQP_URL"):
        assert name in ended.stderr


def test_a_port_that_is_taken_is_named(toy: Toy) -> None:
    """Exit 2, as for other settings."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = _run(toy.environment("events", health_port=str(port)))
    assert (ended.returncode, ended.stderr) == (
        2,
        f"events: COTERIE_HEALTH_PORT: {port} is taken\n",
    )


def test_unknown_schema_is_refused(toy: Toy) -> None:
    """Exit 3: a database that was not migrated to this code."""
    environment = toy.environment("events", mongo_database=toy.target.database("notifications"))
    environment["COTERIE_MONGO_URL"] = toy.nodes.mongo_admin_url
    ended = _run(environment)
    assert ended.returncode == 3
    assert "schema_unknown" in ended.stdout


def test_start_waits_for_the_broker(toy: Toy) -> None:
    """A broker that is away at the start is waited for: live, not ready, no exit."""
    process = toy.start("events", "rpc", amqp_url="amqp://events:none@127.0.0.1:1/none")
    probe(lambda: health(process, "live") == 200, 15, "it lives")
    probe(lambda: len(process.lines("broker_unreachable")) >= 3, 15, "it tries again")
    assert health(process, "ready") == 503
    assert process.stop() == 0


def _run(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "chassis.run", "tests.kit.toy.services:EVENTS"],
        env=environment | {"PATH": os.environ["PATH"]},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=30,
    )
