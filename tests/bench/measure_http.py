"""Reads and writes through the gateway, beside stock nameko's empty hop (HTTP → RPC → constant)."""

import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import pymongo
import requests

from chassis.ids import new_id
from deploy.local.control import REPOSITORY
from deploy.local.system import System
from tests.bench.rows import Bench, Row, cpu_seconds, measures
from tests.kit.nodes import unique
from tests.kit.probe import probe

CONNECTIONS = 16
ROUNDS, ROUND_SECONDS = 3, 4
WRITES = 800
READ_SHARE, WRITE_SHARE, WRITE_CPU_MS = 1.0, 0.35, 5.0


@measures("authenticated_read", "authenticated_read_p99", "application_write")
def through_the_gateway(bench: Bench) -> Iterator[Row]:
    """Three rounds of stock, ours, stock, …; medians. CPU is that of servers, broker, database."""
    with ExitStack() as stack:
        system = _system(bench, stack)
        stock_port, stock_pids = _stock(bench, system, stack)
        nodes = [_group(bench.nodes.control.pid(name)) for name in ("rabbitmq", "mongod")]
        ours = [_group(system.control.pid(name)) for name in ("gateway", "membership")]
        port = int(system.url("http").rpartition(":")[2])
        people = _Population(system)
        reads: dict[str, list[dict[str, Any]]] = {"ours": [], "stock": []}
        plans = {
            "stock": (stock_port, _request("GET", "/constant", {}), [stock_pids, nodes[0]]),
            "ours": (port, people.read(), [*ours, *nodes]),
        }
        for _ in range(ROUNDS):
            for kind, (address, request, groups) in plans.items():
                reads[kind].append(
                    _drive(bench, address, [request], groups, seconds=ROUND_SECONDS, repeat=True)
                )
        writes = _drive(bench, port, people.writes(WRITES), [*ours, *nodes], 60, repeat=False)
    value = {
        kind: {name: statistics.median(found[name] for found in rounds) for name in rounds[0]}
        for kind, rounds in reads.items()
    }
    stock, read = value["stock"], value["ours"]
    yield Row(
        "authenticated_read",
        read["rate"],
        "requests/s",
        "ratio >= 1 or CPU <= stock's",
        read["rate"] >= READ_SHARE * stock["rate"] or read["cpu_ms"] <= stock["cpu_ms"],
        baseline=stock["rate"],
        cpu_ms=read["cpu_ms"],
        note=f"{CONNECTIONS} connections; stock's empty hop {stock['cpu_ms']:.2f} ms CPU",
    )
    yield Row("authenticated_read_p99", read["p99_ms"], "ms", baseline=stock["p99_ms"])
    yield Row(
        "application_write",
        writes["rate"],
        "requests/s",
        f"ratio >= {WRITE_SHARE} or CPU <= {WRITE_CPU_MS:g} ms",
        writes["rate"] >= WRITE_SHARE * stock["rate"] or writes["cpu_ms"] <= WRITE_CPU_MS,
        baseline=stock["rate"],
        cpu_ms=writes["cpu_ms"],
        note=f"apply, {WRITES} people; p50 {writes['p50_ms']:.1f} ms",
    )


class _Population:
    """A community and people who may write to it, and the requests that they send."""

    def __init__(self, system: System):
        self._system = system
        self._keys = system.credentials
        kid = json.loads(self._keys.token_public_keys().read_text())["keys"][0]["kid"]
        self._head = {"typ": "at+jwt", "kid": kid}
        self._database: Any = pymongo.MongoClient(system.nodes.mongo_admin_url)[
            system.target.database("membership")
        ]
        system.operate("membership", "create-operator", "--email", "operator@example.com")
        operator = self._database["people"].find_one({"email": "operator@example.com"})
        assert operator is not None
        self._operator = str(operator["_id"])
        self._community = self._create_community()

    def read(self) -> str:
        """Who am I, as the operator."""
        return _request("GET", "/v1/me", self._headers(self._operator))

    def writes(self, count: int) -> list[str]:
        """An application each of `count` people, handed in."""
        now = datetime.now(UTC).replace(microsecond=0)
        people: list[dict[str, Any]] = [
            {
                "_id": new_id("per"),
                "email": f"applicant{number}@example.com",
                "name": f"Applicant {number}",
                "locale": "zh-CN",
                "version": 1,
                "created_at": now,
                "updated_at": now,
            }
            for number in range(count)
        ]
        self._database["people"].insert_many(people)
        body = json.dumps({"answers": {"city": "上海"}, "submit": True}, ensure_ascii=False)
        address = f"/v1/communities/{self._community}/applications"
        return [
            _request("POST", address, self._headers(person["_id"], keyed=True), body)
            for person in people
        ]

    def _create_community(self) -> str:
        question = {"key": "city", "kind": "short_text", "title": "City", "most": 40}
        created = requests.post(
            self._system.url("http") + "/v1/communities",
            json={
                "slug": "bench",
                "name": "Bench",
                "form": [{"title": "You", "questions": [question]}],
                "owner_email": "owner@example.com",
            },
            headers=self._headers(self._operator, keyed=True),
            timeout=20,
        )
        assert created.status_code == 201, created.text
        return str(created.json()["id"])

    def _headers(self, person: str, *, keyed: bool = False) -> dict[str, str]:
        now = int(time.time())
        claims = {
            "iss": "coterie",
            "aud": "coterie",
            "sub": person,
            "sid": new_id("ses"),
            "scope": "user",
            "iat": now,
            "nbf": now,
            "exp": now + 600,
        }
        key = self._keys.read("signing_key.pem")
        token = jwt.encode(claims, key, algorithm="ES256", headers=self._head)
        told = {"Authorization": f"Bearer {token}", "Accept-Language": "zh-CN"}
        return {**told, "Idempotency-Key": f'"{secrets.token_hex(16)}"'} if keyed else told


def _system(bench: Bench, stack: ExitStack) -> System:
    name = unique("b")
    root = bench.directory / name
    root.mkdir()
    system = System(
        root,
        nodes=bench.nodes,
        vhost=name,
        db_prefix=f"{name}_",
        user_prefix=f"{name}-",
        env="test",
    )
    system.control.launch()
    system.control.hold()
    stack.callback(system.erase)
    stack.callback(system.stop)
    system.up(("membership", "gateway"))
    return system


def _stock(bench: Bench, system: System, stack: ExitStack) -> tuple[int, list[int]]:
    url = bench.nodes.amqp_url(*bench.nodes.admin_auth, system.target.vhost)
    port = _free_port()
    pids = []
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
        pids.append(process.pid)
    probe(lambda: requests.get(f"http://127.0.0.1:{port}/constant", timeout=5).ok, 20, "stock")
    return port, pids


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


def _drive(
    bench: Bench,
    port: int,
    prepared: list[str],
    groups: list[list[int]],
    seconds: float,
    *,
    repeat: bool,
) -> dict[str, float]:
    plan = bench.directory / "plan.json"
    plan.write_text(
        json.dumps(
            {
                "port": port,
                "connections": CONNECTIONS,
                "seconds": seconds,
                "requests": prepared,
                "repeat": repeat,
            }
        )
    )
    before = _cpu(groups)
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
        "rate": result["requests"] / result["seconds"],
        "cpu_ms": (_cpu(groups) - before) / result["requests"] * 1000,
        "p50_ms": result["p50_ms"],
        "p99_ms": result["p99_ms"],
    }


def _group(leader: int | None) -> list[int]:
    """The processes of a supervised row: the broker is a shell script with a child."""
    assert leader is not None
    group = os.getpgid(leader)
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getpgid(int(entry.name)) == group:
                    found.append(int(entry.name))
            except ProcessLookupError:
                continue
    return found


def _cpu(groups: list[list[int]]) -> float:
    return sum(cpu_seconds(*pids) for pids in groups)


def _request(method: str, address: str, headers: dict[str, str], body: str = "") -> str:
    lines = [f"{method} {address} HTTP/1.1", "Host: localhost", "Accept: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body.encode())}"]
    return "\r\n".join([*lines, "", body])
