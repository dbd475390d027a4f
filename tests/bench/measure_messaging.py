"""RPC hop, relay, and the way from a commit to a reaction in another service."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.commits import OWN, lanes_of, pending
from chassis.event_wire import event_message
from deploy.local.control import REPOSITORY
from tests.bench.rows import Bench, Row, cpu_seconds, measures, percentile
from tests.kit.broker import Broker
from tests.kit.probe import probe
from tests.kit.toy.system import Toy, toy_on

AT_ONCE = 32
ROUNDS, ROUND_SECONDS = 3, 4
RELAY_ROWS = 20_000
WINDOW, BATCH = 2000, 500  # of `chassis.relay_lane`, which only works in a patched process
TYPE = "coterie.events.thing_changed.v1"
QUEUE, OTHER_QUEUE = "notifications.on_thing_changed", "notifications.on_thing_copied"
PACE = 40  # commands per second while commit_to_reaction is measured
PACED_COMMANDS = 400


@measures("rpc_hop", "rpc_hop_p99")
def rpc_hop(bench: Bench) -> Iterator[Row]:
    """One process calls another and gets a constant: ours beside nameko as it comes."""
    with toy_on(bench.nodes, bench.directory) as toy:
        admin_url = bench.nodes.amqp_url(*bench.nodes.admin_auth, toy.target.vhost)
        served = toy.start("events", "rpc").wait_ready()
        stock = _python("tests.bench.stock", admin_url)
        try:
            rounds: dict[str, list[dict[str, float]]] = {"ours": [], "stock": []}
            for _ in range(ROUNDS):
                for kind, url, pid in (
                    ("ours", toy.amqp_url("gateway"), served.pid),
                    ("stock", admin_url, stock.pid),
                ):
                    rounds[kind].append(_drive(kind, url, pid))
        finally:
            stock.kill()
            stock.wait()
    rate = {kind: statistics.median(r["rate"] for r in found) for kind, found in rounds.items()}
    cpu = {kind: statistics.median(r["cpu_ms"] for r in found) for kind, found in rounds.items()}
    p99 = {kind: statistics.median(r["p99_ms"] for r in found) for kind, found in rounds.items()}
    yield Row(
        "rpc_hop",
        rate["ours"],
        "calls/s",
        "ratio >= 2",
        rate["ours"] >= 2 * rate["stock"],
        baseline=rate["stock"],
        cpu_ms=cpu["ours"],
        note=f"{AT_ONCE} at once; stock uses {cpu['stock']:.2f} ms CPU",
    )
    yield Row("rpc_hop_p99", p99["ours"], "ms", baseline=p99["stock"], note=f"{AT_ONCE} at once")


@measures("relay_throughput")
def relay_throughput(bench: Bench) -> Iterator[Row]:
    """Committed rows to confirmed messages in one quorum queue; a bare loop of the same beside."""
    with toy_on(bench.nodes, bench.directory) as toy:
        with toy.broker() as admin:
            admin.channel.queue_unbind(OTHER_QUEUE, "events.events", TYPE)
        rows = [_commit(number) for number in range(RELAY_ROWS)]
        commits, mark = toy.events_db["commits"], "own.published_at"
        commits.insert_many(rows)
        bare, alone = _bare_relay(toy, rows)
        commits.delete_many({})
        began = time.monotonic()
        commits.insert_many(rows)
        insert = RELAY_ROWS / (time.monotonic() - began)
        relay = toy.start("events", "jobs")
        probe(lambda: commits.find_one({mark: {"$exists": True}}), 30, "the relay began")
        probe(lambda: not commits.find_one(pending(OWN)), 120, "all are published")
        cpu = cpu_seconds(relay.pid)
        marks = commits.aggregate(
            [{"$group": {"_id": None, "a": {"$min": f"${mark}"}, "z": {"$max": f"${mark}"}}}]
        ).next()
        first = commits.count_documents({mark: marks["a"]})
    seconds = (marks["z"] - marks["a"]).total_seconds()
    rate = (RELAY_ROWS - first) / seconds
    yield Row(
        "relay_throughput",
        rate,
        "events/s",
        ">= 8,000, ratio >= 0.75",
        rate >= 8000 and rate >= 0.75 * bare,
        baseline=bare,
        cpu_ms=cpu / RELAY_ROWS * 1000,
        note=f"baseline: a bare loop of pymongo and py-amqp; py-amqp alone sends {alone:,.0f}, bare"
        f" pymongo inserts {insert:,.0f}",
    )


@measures("commit_to_reaction_p50", "commit_to_reaction_p99")
def commit_to_reaction(bench: Bench) -> Iterator[Row]:
    """From the start of a command's unit of work to the reaction's unit of work elsewhere."""
    with toy_on(bench.nodes, bench.directory) as toy:
        processes = [toy.start("events"), toy.start("notifications")]
        for process in processes:
            process.wait_ready()
        with toy.broker("gateway") as gateway:
            _paced(gateway, 40)
            before = cpu_seconds(*(process.pid for process in processes))
            _paced(gateway, PACED_COMMANDS)
        effects = toy.notifications_db["effects"]
        wanted = 40 + PACED_COMMANDS
        probe(lambda: effects.count_documents({}) == wanted, 30, "all reactions ran")
        cpu = cpu_seconds(*(process.pid for process in processes)) - before
        created = {
            event["id"]: commit["at"].replace(tzinfo=UTC).timestamp()
            for commit in toy.events_db["commits"].find()
            for event in commit["events"]
        }
        took = [
            (int(row["_id"].rpartition("-")[2]) / 1e9 - created[row["event_id"]]) * 1000
            for row in effects.find().sort("_id", 1).skip(40)
        ]
    cpu_ms = cpu / PACED_COMMANDS * 1000
    for percent, most in ((50, 10), (99, 40)):
        value = percentile(took, percent)
        yield Row(
            f"commit_to_reaction_p{percent}",
            value,
            "ms",
            f"<= {most}",
            value <= most,
            cpu_ms=cpu_ms,
            note=f"{PACE} commands/s; with the command's own transaction",
        )


def _paced(gateway: Broker, commands: int) -> None:
    began = time.monotonic()
    for number in range(commands):
        thing = {"thing_id": f"paced-{number % 20}", "behaviour": "measured"}
        gateway.call("events.change_thing", thing)
        time.sleep(max(0.0, began + (number + 1) / PACE - time.monotonic()))


def _drive(kind: str, url: str, server: int) -> dict[str, float]:
    before = cpu_seconds(server)
    driver = _python("tests.bench.driver", kind, url, str(ROUND_SECONDS), str(AT_ONCE))
    told = driver.communicate(timeout=60)[0]
    result = json.loads(told)
    cpu = result["cpu"] + cpu_seconds(server) - before
    return {
        "rate": result["calls"] / result["seconds"],
        "cpu_ms": cpu / result["calls"] * 1000,
        "p99_ms": result["p99_ms"],
    }


def _python(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=REPOSITORY, stdout=subprocess.PIPE
    )


def _commit(number: int) -> dict[str, Any]:
    subject, version = f"thing-{number % 200}", number // 200 + 1
    event_id = f"evt_{number:026d}"
    now = datetime.now(UTC) + timedelta(milliseconds=number // 100)
    body = {
        "specversion": "1.0",
        "id": event_id,
        "source": "/coterie/events",
        "type": TYPE,
        "subject": subject,
        "time": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "aggregateversion": version,
        "correlationid": f"bench-{number:08d}",
        "traceparent": f"00-{number + 1:032x}-00000000000000ff-01",
        "data": {"thing_id": subject, "version": version, "behaviour": "ok"},
    }
    event = {
        "id": event_id,
        "subject": subject,
        "version": version,
        "exchange": "events.events",
        "key": body["type"],
        "body": json.dumps(body, separators=(",", ":")),
    }
    return {
        "_id": f"cmt_{number:026d}",
        "at": now,
        "actor": "system:events",
        "request_id": body["correlationid"],
        "traceparent": body["traceparent"],
        "events": [event],
        OWN: lanes_of([event])[OWN],
    }


def _bare_relay(toy: Toy, rows: list[dict[str, Any]]) -> tuple[float, float]:
    """Events a second of a plain loop of the relay's commands and publishes; of publishing alone.

    It reads a window, sends it in batches of ready messages, waits for their confirms, marks them.
    """
    commits = toy.events_db["commits"]
    order = [("own.due_at", 1), ("_id", 1)]
    published = {"$set": {"own.published_at": datetime.now(UTC)}, "$unset": {"own.pending": ""}}
    with toy.broker() as admin:
        ready = {row["_id"]: event_message(row["events"][0]["body"]) for row in rows}
        for message in ready.values():
            message.properties["user_id"] = admin.user_id
        channel = admin.connection.channel()
        channel.confirm_select()
        waiting: set[int] = set()
        sent = [0]  # the tag of the last message of each batch

        def confirmed(tag: int, multiple: bool) -> None:
            waiting.difference_update([t for t in waiting if t <= tag] if multiple else [tag])

        channel.events["basic_ack"].add(confirmed)

        def publish(ids: list[str]) -> None:
            for number, id in enumerate(ids, sent[-1] + 1):
                waiting.add(number)
                channel._basic_publish(ready[id], exchange="events.events", routing_key=TYPE)
            sent.append(sent[-1] + len(ids))
            while waiting:
                admin.connection.drain_events(timeout=10)

        def rate(batches: Iterable[list[str]], done: Callable[[list[str]], Any]) -> float:
            began = time.monotonic()
            for ids in batches:
                publish(ids)
                done(ids)
            took = time.monotonic() - began
            admin.channel.queue_purge(QUEUE)
            return len(rows) / took

        def pending_ids() -> Iterator[list[str]]:
            def read() -> list[Any]:
                return list(commits.find(pending(OWN), (OWN, "events"), sort=order, limit=WINDOW))

            while window := read():
                yield from _batches([row["_id"] for row in window])

        def mark(ids: list[str]) -> None:
            commits.update_many({"_id": {"$in": ids}, **pending(OWN)}, published)

        return rate(pending_ids(), mark), rate(_batches(list(ready)), len)


def _batches(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
