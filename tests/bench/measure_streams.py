"""Readers of events who hear nothing: what they take, and what others feel of them."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from deploy.local.control import REPOSITORY
from examples.doctors.client import address_of
from tests.bench.live import Live, cpu_of
from tests.bench.measure_http import drive, request
from tests.bench.people import People
from tests.bench.rows import Bench, Row, measures
from tests.kit.limits import WIDE

READERS, OTHERS = 2_000, 100
RATE, SECONDS = 100.0, 10.0  # of the others
ROUNDS = 5  # without and with, in turn
MOST_MB, MOST_TIMES = 90, 1.2


@measures("sse_readers", "sse_readers_p99")
def sse_readers(bench: Bench) -> Iterator[Row]:
    """Memory of the gateway beside that of as many bare connections; reads without and with, in
    turn: rows are medians of all rounds, memory is that of the first."""
    with ExitStack() as stack:
        bare = _bare(bench)
        live = Live(bench, stack, ("membership", "gateway"), {"gateway": WIDE})
        port = int(live.system.url("http").rpartition(":")[2])
        people = People(live.system)
        tokens = [people.token(one) for one in people.add(READERS, "reader").values()]
        reads = _reads(people)
        gateway = live.groups("gateway")
        drive(bench, port, reads, gateway, seconds=SECONDS, rate=RATE)  # to warm up
        before = live.memory("gateway")
        calm: list[dict[str, float]] = []
        beside: list[dict[str, float]] = []
        used: list[float] = []
        cpu: list[float] = []
        for _ in range(ROUNDS):
            calm.append(drive(bench, port, reads, gateway, seconds=SECONDS, rate=RATE))
            with _reading(bench, port, tokens) as seen:
                used.append(live.memory("gateway") - before)
                rest = cpu_of(gateway)
                beside.append(drive(bench, port, reads, gateway, seconds=SECONDS, rate=RATE))
                cpu.append((cpu_of(gateway) - rest) / SECONDS * 100)
            assert (seen["begun"], seen["refused"], seen["ended"]) == (READERS, 0, 0), seen
        load = os.getloadavg()[1]
    yield Row(
        "sse_readers",
        used[0],
        "MB",
        f"<= {MOST_MB}",
        used[0] <= MOST_MB,
        baseline=bare,
        note=f"{READERS} readers, {used[0] * 1000 / READERS:.0f} KB each; bare connections"
        f" {bare * 1000 / READERS:.0f} KB; {used[-1]:.0f} MB when they came for the"
        f" {ROUNDS}th time; gateway {statistics.median(cpu):.0f} % of a core with"
        f" {RATE:.0f} reads/s",
    )
    without, with_them = (_median(found, "p99_ms") for found in (calm, beside))
    yield Row(
        "sse_readers_p99",
        with_them,
        "ms",
        f"<= {MOST_TIMES} × without",
        with_them <= MOST_TIMES * without,
        baseline=without,
        note=f"{RATE:.0f} reads/s by {OTHERS} people; without {_all(calm)}, with {_all(beside)};"
        f" load {load:.1f} on {os.cpu_count()} cores",
        p50_ms=_median(beside, "p50_ms"),
        p99_ms=with_them,
    )


def _median(rounds: list[dict[str, float]], name: str) -> float:
    return statistics.median(found[name] for found in rounds)


def _all(rounds: list[dict[str, float]]) -> str:
    return "/".join(f"{found['p99_ms']:.0f}" for found in rounds)


def _bare(bench: Bench) -> float:
    """MB that a gateway takes for as many connections that were used once and are silent."""
    with ExitStack() as stack:
        live = Live(bench, stack, ("gateway",), {"gateway": WIDE})
        port = int(live.system.url("http").rpartition(":")[2])
        before = live.memory("gateway")
        with _driver("slow_driver", str(port), str(READERS), "0"):
            return live.memory("gateway") - before


def _reads(people: People) -> list[str]:
    return [
        request(
            "GET",
            "/v1/me",
            {"Authorization": f"Bearer {people.token(one)}", "X-Forwarded-For": address_of(one)},
        )
        for one in people.add(OTHERS, "other").values()
    ]


@contextmanager
def _reading(bench: Bench, port: int, tokens: list[str]) -> Iterator[dict[str, int]]:
    """While they read; filled in the end with what they saw."""
    told = bench.directory / "tokens"
    told.write_text("\n".join(tokens))
    with _driver("stream_driver", str(port), str(told)) as seen:
        yield seen


@contextmanager
def _driver(name: str, *arguments: str) -> Iterator[dict[str, int]]:
    seen: dict[str, int] = {}
    with subprocess.Popen(
        [sys.executable, "-m", f"tests.bench.{name}", *arguments],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as driver:
        assert driver.stdout is not None
        assert driver.stdout.readline() == "ready\n"
        yield seen
        told, _ = driver.communicate()
    seen.update(json.loads(told))
