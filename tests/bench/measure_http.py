"""Reads and writes through the gateway, beside stock nameko's empty hop (HTTP → RPC → constant)."""

import json
import secrets
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import requests

from deploy.local.control import REPOSITORY
from deploy.local.system import System
from examples.doctors.client import address_of
from tests.bench.live import Live, cpu_of
from tests.bench.people import People
from tests.bench.rows import Bench, Row, measures
from tests.kit.probe import probe
from tests.kit.processes import free_port

CONNECTIONS = 32
ROUNDS, ROUND_SECONDS = 3, 4
COMMUNITIES, PEOPLE = 20, 400
READ_SHARE, WRITE_SHARE, WRITE_CPU_MS = 1.0, 0.35, 5.0
# 0.6 ms were asked where stock nameko's gateway took 0.57 for its empty hop.
OWN_COST = 0.6 / 0.57


@measures(
    "authenticated_read",
    "authenticated_read_p99",
    "gateway_own_cost",
    "application_write",
    "application_write_p99",
)
def through_the_gateway(bench: Bench) -> Iterator[Row]:
    """Three rounds of stock, ours, stock, …; medians. CPU is that of servers, broker, database."""
    with ExitStack() as stack:
        live = Live(bench, stack, ("membership", "gateway"))
        nodes = live.groups("rabbitmq", "mongod")
        ours = [*live.groups("gateway", "membership"), *nodes]
        stock_port, stock_pids = _stock(bench, live.system, stack)
        stocks = [*stock_pids, nodes[0]]
        port = int(live.system.url("http").rpartition(":")[2])
        people = _Population(live.system)
        constant, reading = request("GET", "/constant", {}), people.reads()
        unsent = people.writes()

        def write(rate: float = 0) -> dict[str, float]:
            seen = drive(bench, port, unsent, ours, repeat=False, rate=rate)
            del unsent[: int(seen["requests"])]
            return seen

        rounds: dict[str, list[dict[str, float]]] = {"stock": [], "read": [], "write": []}
        for _ in range(ROUNDS):
            rounds["stock"].append(drive(bench, stock_port, [constant], stocks))
            rounds["read"].append(drive(bench, port, reading, ours))
            rounds["write"].append(write())
        stock, reads, writes = (_medians(found) for found in rounds.values())
        calm_reads = drive(bench, port, reading, ours, rate=reads["rate"] / 2)
        calm_writes = write(writes["rate"] / 2)
    yield Row(
        "authenticated_read",
        reads["rate"],
        "requests/s",
        "ratio >= 1 or CPU <= stock's",
        reads["rate"] >= READ_SHARE * stock["rate"] or reads["cpu_ms"] <= stock["cpu_ms"],
        baseline=stock["rate"],
        cpu_ms=reads["cpu_ms"],
        note=f"{CONNECTIONS} connections; stock's empty hop {stock['cpu_ms']:.2f} ms CPU",
    )
    yield _p99("authenticated_read_p99", calm_reads)
    yield Row(
        "gateway_own_cost",
        reads["gateway_ms"],
        "ms CPU",
        f"<= {OWN_COST:g} × stock's",
        reads["gateway_ms"] <= OWN_COST * stock["gateway_ms"],
        baseline=stock["gateway_ms"],
        note=f"the gateway's share of a read; of a write {writes['gateway_ms']:.2f} ms",
    )
    yield Row(
        "application_write",
        writes["rate"],
        "requests/s",
        f"ratio >= {WRITE_SHARE} or CPU <= {WRITE_CPU_MS:g} ms",
        writes["rate"] >= WRITE_SHARE * stock["rate"] or writes["cpu_ms"] <= WRITE_CPU_MS,
        baseline=stock["rate"],
        cpu_ms=writes["cpu_ms"],
        note=f"apply; p50 {writes['p50_ms']:.1f} ms",
    )
    yield _p99("application_write_p99", calm_writes)


def _p99(name: str, calm: dict[str, float]) -> Row:
    return Row(
        name,
        calm["p99_ms"],
        "ms",
        cpu_ms=calm["cpu_ms"],
        note=f"half the peak rate, {calm['rate']:.0f}/s; p50 {calm['p50_ms']:.1f} ms",
    )


def _medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(found[name] for found in rounds) for name in rounds[0]}


class _Population:
    """Communities and people who apply there, and the requests that they send."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._people = People(system)
        self._operator = self._people.operator()
        self._communities: list[str] = [self._create_community(n) for n in range(COMMUNITIES)]
        applicants = self._people.add(PEOPLE, "applicant").values()
        self._heads = [self._headers(person) for person in applicants]

    def reads(self) -> list[str]:
        """Who am I, by so many people that nobody asks too often."""
        return [request("GET", "/v1/me", head) for head in self._heads]

    def writes(self) -> list[str]:
        """An application of each person in each community, handed in.

        So a token is used more than once, as in life; its signature is verified once a minute.
        """
        body = json.dumps({"answers": {"city": "上海"}, "submit": True}, ensure_ascii=False)
        return [
            request("POST", f"/v1/communities/{community}/applications", _keyed(head), body)
            for community in self._communities
            for head in self._heads
        ]

    def _create_community(self, number: int) -> str:
        question = {"key": "city", "kind": "short_text", "title": "City", "maximum": 40}
        created = requests.post(
            self._system.url("http") + "/v1/communities",
            json={
                "slug": f"bench-{number}",
                "name": "Bench",
                "form": [{"title": "You", "questions": [question]}],
                "owner_email": "owner@example.com",
            },
            headers=_keyed(self._headers(self._operator)),
            timeout=20,
        )
        assert created.status_code == 201, created.text
        return str(created.json()["id"])

    def _headers(self, person: str) -> dict[str, str]:
        token = self._people.token(person)
        return {
            "Authorization": f"Bearer {token}",
            "Accept-Language": "zh-CN",
            "X-Forwarded-For": address_of(person),
        }


def _keyed(headers: dict[str, str]) -> dict[str, str]:
    return {**headers, "Idempotency-Key": f'"{secrets.token_hex(16)}"'}


def _stock(bench: Bench, system: System, stack: ExitStack) -> tuple[int, list[list[int]]]:
    """The port of stock nameko's gateway, and the processes: gateway, service."""
    url = bench.nodes.amqp_url(*bench.nodes.admin_auth, system.target.vhost)
    port = free_port()
    pids: list[list[int]] = []
    for module, *arguments in (
        ("tests.bench.stock", url),
        ("tests.bench.stock_http", url, str(port)),
    ):
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=REPOSITORY,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(process.wait)
        stack.callback(process.kill)
        pids.insert(0, [process.pid])
    probe(lambda: requests.get(f"http://127.0.0.1:{port}/constant", timeout=5).ok, 20, "stock")
    return port, pids


def drive(
    bench: Bench,
    port: int,
    prepared: list[str],
    groups: list[list[int]],
    *,
    seconds: float = ROUND_SECONDS,
    repeat: bool = True,
    rate: float = 0,
) -> dict[str, float]:
    """Sends them, and says what they took of the processes, of which the gateway's come first."""
    plan = bench.directory / "plan.json"
    plan.write_text(
        json.dumps(
            {
                "port": port,
                "connections": CONNECTIONS,
                "seconds": seconds,
                "requests": prepared,
                "repeat": repeat,
                "rate": rate,
            }
        )
    )
    before, gateway_before = cpu_of(groups), cpu_of(groups[:1])
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.http_driver", str(plan)],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    wrong = {status for status in result["statuses"] if not status.startswith("2")}
    assert not wrong, result["statuses"]
    return {
        "requests": result["requests"],
        "rate": result["requests"] / result["seconds"],
        "cpu_ms": (cpu_of(groups) - before) / result["requests"] * 1000,
        "gateway_ms": (cpu_of(groups[:1]) - gateway_before) / result["requests"] * 1000,
        "p50_ms": result["p50_ms"],
        "p99_ms": result["p99_ms"],
    }


def request(method: str, address: str, headers: dict[str, str], body: str = "") -> str:
    """The text of a request."""
    lines = [f"{method} {address} HTTP/1.1", "Host: localhost", "Accept: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body.encode())}"]
    return "\r\n".join([*lines, "", body])
