"""One caller asks ten times as often as they may: what others notice of it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from deploy.local.control import REPOSITORY
from gateway.settings import GatewaySettings
from tests.bench.live import Live
from tests.bench.measure_http import request
from tests.bench.people import People
from tests.bench.rows import Bench, Row, measures

PEOPLE, PEOPLE_PER_SECOND = 100, 100
FLOOD_PER_SECOND = 10 * GatewaySettings.limit_read_per_minute / 60
SECONDS = 15
CONNECTIONS = 16


@measures("read_beside_flood_p99")
def beside_a_flood(bench: Bench) -> Iterator[Row]:
    """The p99 of what a hundred people read, without and with somebody who floods."""
    with ExitStack() as stack:
        live = Live(bench, stack, ("membership", "gateway"))
        port = int(live.system.url("http").rpartition(":")[2])
        people = People(live.system)

        def reads(count: int, name: str) -> list[str]:
            heads = [
                {"Authorization": f"Bearer {people.token(person)}", "Accept-Language": "zh-CN"}
                for person in people.add(count, name).values()
            ]
            return [request("GET", "/v1/me", head) for head in heads]

        crowd, flood = reads(PEOPLE, "reader"), reads(1, "flooder")
        _finish(_start(bench, "warm", port, crowd, PEOPLE_PER_SECOND))
        calm = _finish(_start(bench, "calm", port, crowd, PEOPLE_PER_SECOND))
        flooding = _start(bench, "flood", port, flood, FLOOD_PER_SECOND)
        beside = _finish(_start(bench, "beside", port, crowd, PEOPLE_PER_SECOND))
        refused = _finish(flooding)["statuses"]
    assert set(calm["statuses"]) == set(beside["statuses"]) == {"200"}, (calm, beside)
    told = ", ".join(f"{count} × {status}" for status, count in sorted(refused.items()))
    yield Row(
        "read_beside_flood_p99",
        beside["p99_ms"],
        "ms",
        "<= 2 × without",
        beside["p99_ms"] <= 2 * calm["p99_ms"],
        baseline=calm["p99_ms"],
        note=f"{PEOPLE_PER_SECOND}/s by {PEOPLE} people; the flood: {told}",
        p50_ms=beside["p50_ms"],
        p99_ms=beside["p99_ms"],
    )


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
