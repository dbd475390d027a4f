"""A page of one aggregate's history among a million commits, and the same documents bare."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pymongo
from pymongo.collection import Collection

from chassis.access import Access
from chassis.history import History
from chassis.ids import new_id
from services.events.store import SCHEMA
from tests.bench.rows import Bench, Row, measures, percentile
from tests.kit.databases import migrated

COMMITS = 1_000_000
STEPS = 200  # of each aggregate
PAGE = 50
READS = 1000
BATCH = 2_000
MOST_MS = 20.0


@measures("history_page")
def history_page(bench: Bench) -> Iterator[Row]:
    """The newest steps of an aggregate and its oldest, in turn; ours and bare alternate."""
    with migrated(bench.nodes, SCHEMA) as database:
        commits = database["commits"]
        aggregates = [new_id("mtp") for _ in range(COMMITS // STEPS)]
        for first in range(0, COMMITS, BATCH):
            batch = [_commit(number, aggregates) for number in range(first, first + BATCH)]
            with pymongo.timeout(60):  # the stock is no request of anybody
                commits.insert_many(batch, ordered=False)
        history = History(database=database, access=Access(lambda ctx, id: (frozenset(), bool)))

        def ours(id: str, after: str | None) -> int:
            return len(history.page(id, {"after": after, "limit": PAGE})["items"])

        def bare(id: str, after: str | None) -> int:
            return len(_bare(commits, id, after))

        found = _measure(aggregates, {"ours": ours, "bare": bare})
    mine, floor = found["ours"], found["bare"]
    yield Row(
        "history_page",
        mine["p99"],
        "ms",
        f"<= {MOST_MS:g} ms",
        mine["p99"] <= MOST_MS,
        baseline=floor["p99"],
        cpu_ms=mine["cpu"],
        p50_ms=mine["p50"],
        p99_ms=mine["p99"],
        floor_cpu_ms=floor["cpu"],
        note=f"{PAGE} of {STEPS} steps among {COMMITS:,} commits; bare p50 {floor['p50']:.1f} ms",
    )


def _measure(
    aggregates: list[str], reads: dict[str, Callable[[str, str | None], int]]
) -> dict[str, dict[str, float]]:
    """p50 and p99 of each in ms, and the CPU of this process for one."""
    seconds: dict[str, list[float]] = {name: [] for name in reads}
    cpu = dict.fromkeys(reads, 0.0)
    for turn in range(READS):
        number = turn * 7919 % len(aggregates)
        # Its commits come in every round over all aggregates; these are the last ones of a page.
        oldest = _id(PAGE * len(aggregates) + number)
        for name, read in reads.items():
            began, used = time.monotonic(), time.process_time()
            assert read(aggregates[number], oldest if turn % 2 else None) == PAGE
            seconds[name].append((time.monotonic() - began) * 1000)
            cpu[name] += (time.process_time() - used) * 1000
    return {
        name: {
            "p50": percentile(taken, 50),
            "p99": percentile(taken, 99),
            "cpu": cpu[name] / READS,
        }
        for name, taken in seconds.items()
    }


def _bare(commits: Collection[dict[str, Any]], id: str, after: str | None) -> list[dict[str, Any]]:
    before = {} if after is None else {"_id": {"$lt": after}}
    return list(commits.find({"changes.id": id, **before}).sort("_id", -1).limit(PAGE))


def _id(number: int) -> str:
    return f"cmt_{number:026d}"


def _commit(number: int, aggregates: list[str]) -> dict[str, Any]:
    """One step of an aggregate, and of another thing that it changed besides."""
    subject = aggregates[number % len(aggregates)]
    step = {
        "kind": "meetup",
        "id": subject,
        "community_id": f"com_{subject[4:]}",
        "version": number // len(aggregates) + 1,
        "action": "publish_meetup",
        "fields": ["state", "updated_by"],
        "details": {"state": "published"},
    }
    return {
        "_id": _id(number),
        "at": datetime.now(UTC),
        "actor": "system:events",
        "request_id": "req_0",
        "traceparent": "00",
        "changes": [step, {**step, "kind": "registration", "id": f"reg_{number:026d}"}],
    }
