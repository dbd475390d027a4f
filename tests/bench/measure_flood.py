"""Somebody floods, or keeps connections and does nothing with them: what others notice of it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from deploy.local.control import REPOSITORY
from examples.doctors.client import address_of
from gateway.settings import GatewaySettings
from tests.bench.live import Live
from tests.bench.measure_http import request
from tests.bench.people import People
from tests.bench.rows import Bench, Row, measures

PEOPLE, PEOPLE_PER_SECOND = 100, 100
FLOOD_PER_SECOND = 10 * GatewaySettings.limit_read_per_minute / 60
SECONDS = 15
CONNECTIONS = 16
IDLE, SLOW = 1000, 200


@measures("read_beside_flood_p99", "read_beside_slow_p99")
def beside_others(bench: Bench) -> Iterator[Row]:
    """The p99 of what a hundred people read: alone, beside a flood, beside slow connections."""
    with ExitStack() as stack:
        live = Live(bench, stack, ("membership", "gateway"))
        port = int(live.system.url("http").rpartition(":")[2])
        people = People(live.system)

        def reads(count: int, name: str) -> list[str]:
            heads = [
                {
                    "Authorization": f"Bearer {people.token(person)}",
                    "Accept-Language": "zh-CN",
                    "X-Forwarded-For": address_of(person),
                }
                for person in people.add(count, name).values()
            ]
            return [request("GET", "/v1/me", head) for head in heads]

        crowd, flood = reads(PEOPLE, "reader"), reads(1, "flooder")
        _finish(_start(bench, "warm", port, crowd, PEOPLE_PER_SECOND))
        calm = _finish(_start(bench, "calm", port, crowd, PEOPLE_PER_SECOND))
        flooding = _start(bench, "flood", port, flood, FLOOD_PER_SECOND)
        beside_flood = _finish(_start(bench, "beside", port, crowd, PEOPLE_PER_SECOND))
        refused = _finish(flooding)["statuses"]
        with _slow_connections(port) as came:
            beside_slow = _finish(_start(bench, "slow", port, crowd, PEOPLE_PER_SECOND))
            memory = live.memory("gateway")
    told = ", ".join(f"{count} × {status}" for status, count in sorted(refused.items()))
    yield _row("read_beside_flood_p99", calm, beside_flood, f"the flood: {told}")
    told = ", ".join(f"{count} × {kind}" for kind, count in came.items())
    note = f"{IDLE} idle, {SLOW} slow; came: {told}; gateway {memory:.0f} MB"
    yield _row("read_beside_slow_p99", calm, beside_slow, note)


def _row(name: str, calm: dict[str, Any], beside: dict[str, Any], note: str) -> Row:
    assert set(calm["statuses"]) == set(beside["statuses"]) == {"200"}, (calm, beside)
    return Row(
        name,
        beside["p99_ms"],
        "ms",
        "<= 2 × without",
        beside["p99_ms"] <= 2 * calm["p99_ms"],
        baseline=calm["p99_ms"],
        note=f"{PEOPLE_PER_SECOND}/s by {PEOPLE} people; {note}",
        p50_ms=beside["p50_ms"],
        p99_ms=beside["p99_ms"],
    )


@contextmanager
def _slow_connections(port: int) -> Iterator[dict[str, int]]:
    """While they are there; filled in the end with how often each kind came."""
    came: dict[str, int] = {}
    asked = [str(port), str(IDLE), str(SLOW)]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.slow_driver", *asked],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as driver:
        assert driver.stdout is not None
        assert driver.stdout.readline() == "ready\n"
        yield came
        told, _ = driver.communicate()
    came.update(json.loads(told))


def _start(
    bench: Bench, name: str, port: int, requests: list[str], rate: float
) -> subprocess.Popen[str]:
    plan = bench.directory / f"{name}.json"
    asked = {"port": port, "connections": CONNECTIONS, "seconds": SECONDS}
    plan.write_text(json.dumps({**asked, "requests": requests, "repeat": True, "rate": rate}))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.http_driver", str(plan)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )


def _finish(driver: subprocess.Popen[str]) -> dict[str, Any]:
    told, _ = driver.communicate()
    assert driver.returncode == 0
    result: dict[str, Any] = json.loads(told)
    return result
