"""What the gateway does with clients and neighbours that are slow, broken, hostile or gone."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from deploy.local.nodes import Nodes
from tests.component.gateway_neighbour import NO_OWNER
from tests.component.gateway_world import MAX_REQUESTS, ROOT, World, everything, key, world
from tests.kit.probe import probe

COMMUNITY = "com_01JD6Q3F0M8V6Z4X2K9T7R5WYB"
APPLY = f"/v1/communities/{COMMUNITY}/applications"
HOST = b"Host: coterie.example\r\n"


@pytest.fixture(scope="module")
def gateway(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(nodes, tmp_path_factory.mktemp("gateway")) as made:
        yield made


def status_and_code(answer: bytes) -> tuple[int, str]:
    """Of the first answer in what a connection gave."""
    head, _, body = answer.partition(b"\r\n\r\n")
    code = body.partition(b'"code":"')[2].partition(b'"')[0].decode()
    return int(head.split(b" ", 2)[1]), code


def in_hand(gateway: World) -> int:
    """How many requests the gateway is answering, by its own metric."""
    url = f"http://127.0.0.1:{gateway.gateway.health_port}/metrics"
    metrics = requests.get(url, timeout=2).text
    found = re.search(r"^coterie_http_requests_in_hand (\S+)", metrics, re.M)
    assert found
    return int(float(found[1]))


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"hello\r\n\r\n", 400, "gateway.request_malformed"),
        (b"GET /v1/me HTTP/2.0\r\n\r\n", 400, "gateway.request_malformed"),
        (b"GET /v1/me\r\n\r\n", 400, "gateway.request_malformed"),
        (b"GET  /v1/me HTTP/1.1\r\n" + HOST + b"\r\n", 400, "gateway.request_malformed"),
        (b"GET /v1/m\xc3\xa9 HTTP/1.1\r\n" + HOST + b"\r\n", 400, "gateway.request_malformed"),
        (b"GET /v1/me HTTP/1.1\r\n\r\n", 400, "gateway.request_malformed"),
        (b"GET /v1/me HTTP/1.1\r\n" + HOST * 2 + b"\r\n", 400, "gateway.request_malformed"),
        (b"GET /v1/me HTTP/1.1\r\n" + HOST + b"A : b\r\n\r\n", 400, "gateway.request_malformed"),
        (
            b"GET /v1/me HTTP/1.1\r\n" + HOST + b"A: b\r\n c\r\n\r\n",
            400,
            "gateway.request_malformed",
        ),
        (b"GET /v1/me HTTP/1.1\r\n" + HOST + b"A: b\0c\r\n\r\n", 400, "gateway.request_malformed"),
        (
            b"GET /v1/me HTTP/1.1\r\n" + HOST + b"From here\r\n\r\n",
            400,
            "gateway.request_malformed",
        ),
        (
            b"POST /v1/me HTTP/1.1\r\n"
            + HOST
            + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            400,
            "gateway.request_malformed",
        ),
        (
            b"POST /v1/me HTTP/1.1\r\n" + HOST + b"Content-Length: +1\r\n\r\na",
            400,
            "gateway.request_malformed",
        ),
        (
            b"POST /v1/me HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
            400,
            "gateway.request_malformed",
        ),
        (
            b"POST /v1/me HTTP/1.1\r\n" + HOST + b"Content-Length: 1_0\r\n\r\n",
            400,
            "gateway.request_malformed",
        ),
        (
            b"POST /v1/me HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            411,
            "gateway.length_missing",
        ),
        (
            b"POST /v1/me HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
            411,
            "gateway.length_missing",
        ),
        (
            b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
            414,
            "gateway.address_too_long",
        ),
        (
            b"GET / HTTP/1.1\r\n" + HOST + b"A: " + b"x" * 30_000 + b"\r\n\r\n",
            431,
            "gateway.headers_too_large",
        ),
        (
            b"GET / HTTP/1.1\r\n" + HOST + b"A: b\r\n" * 65 + b"\r\n",
            431,
            "gateway.headers_too_large",
        ),
    ],
)
def test_what_is_not_http_is_refused_and_ends_the_connection(
    gateway: World, request_bytes: bytes, status: int, code: str
) -> None:
    """H-4, H-7: problem+json also here; nothing after it is taken for a request (smuggling)."""
    answer = gateway.raw(request_bytes + b"GET /health/live HTTP/1.1\r\n" + HOST + b"\r\n")
    assert status_and_code(answer) == (status, code)
    assert b"application/problem+json" in answer
    assert b"Connection: close" in answer
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_refused_upload_is_answered_before_it_is_sent(gateway: World) -> None:
    """H-7: 413 at the announcement; the answer survives the rest of the upload."""
    answer = gateway.raw(
        b"POST %b HTTP/1.1\r\n" % APPLY.encode()
        + HOST
        + b"Authorization: Bearer %b\r\n" % gateway.token().encode()
        + b'Idempotency-Key: "k"\r\nContent-Type: application/json\r\n'
        + b"Content-Length: 5000000\r\n\r\n"
        + b"x" * 5_000_000
    )
    assert status_and_code(answer) == (413, "gateway.body_too_large")


def test_an_import_by_somebody_without_the_role_is_refused_before_it_is_read(
    gateway: World,
) -> None:
    """O-4: the file is announced and never comes; nobody waits for it."""
    answer = gateway.raw(
        b"POST /v1/communities/%b/imports HTTP/1.1\r\n" % COMMUNITY.encode()
        + HOST
        + b"Authorization: Bearer %b\r\n" % gateway.token(NO_OWNER).encode()
        + b'Idempotency-Key: "k"\r\nContent-Type: text/csv\r\n'
        + b"Content-Length: 700000\r\n\r\n"
    )
    assert status_and_code(answer) == (403, "request.not_permitted")
    wrong = gateway.raw(
        b"POST /v1/communities/x/imports HTTP/1.1\r\n"
        + HOST
        + b"Authorization: Bearer %b\r\n" % gateway.token(NO_OWNER).encode()
        + b'Idempotency-Key: "k"\r\nContent-Type: text/csv\r\n'
        + b"Content-Length: 700000\r\n\r\n"
    )
    assert status_and_code(wrong) == (422, "request.input_invalid")
    assert b'"parameter":"community_id"' in wrong


def test_expecting_clients_are_told_to_go_on(gateway: World) -> None:
    with gateway.connect() as connection:
        body = b'{"email":"li.wei@example.com"}'
        connection.sendall(
            b"POST /v1/sign-in HTTP/1.1\r\nContent-Type: application/json\r\nConnection: close\r\n"
            + HOST
            + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert status_and_code(everything(connection))[0] == 429


def test_connections_are_kept(gateway: World) -> None:
    with gateway.connect() as connection:
        for _ in range(3):
            connection.sendall(b"GET /health/live HTTP/1.1\r\n" + HOST + b"\r\n")
            assert connection.recv(65536).endswith(b'{"status":"live"}')
        connection.sendall(b"GET /health/live HTTP/1.0\r\n\r\n")
        assert b"Connection: close" in everything(connection)


def test_slow_senders_are_cut_off_and_hold_up_nobody(
    gateway: World, request: pytest.FixtureRequest
) -> None:
    """Header and body have 10 s in all, however many bytes drip in; others are answered at once."""
    body = (
        b"POST /v1/sign-in HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n"
        + HOST
        + b"\r\n{"
    )
    stack = contextlib.ExitStack()
    request.addfinalizer(stack.close)
    slow = [stack.enter_context(gateway.connect(30)) for _ in range(40)]
    started = time.monotonic()
    for number, connection in enumerate(slow):
        connection.sendall(b"GET /v1/me HTTP/1.1\r\nA: " if number % 2 else body)

    def drip() -> bool:
        for connection in slow:
            try:
                connection.sendall(b" ")
            except OSError:
                return True
        asked = time.monotonic()
        assert gateway.ask("GET", "/v1/me").status_code == 200
        assert time.monotonic() - asked < 5
        return time.monotonic() - started > 8

    probe(drip, 15, "others are answered while the slow ones drip")
    answers = [everything(connection) for connection in slow]
    assert 9 < time.monotonic() - started < 20
    assert {status_and_code(answer) for answer in answers} == {(408, "gateway.request_slow")}


def test_too_many_at_once_are_sent_away(gateway: World) -> None:
    """O-4: a bound on requests in hand; one too many is told at once when to come back."""

    def apply(_: int) -> requests.Response:
        return requests.post(
            gateway.url + APPLY,
            json={"answers": {"seconds": 3}},
            headers={"Authorization": f"Bearer {gateway.token()}", "Idempotency-Key": key()},
            timeout=20,
        )

    with ThreadPoolExecutor(MAX_REQUESTS) as pool:
        served = [pool.submit(apply, number) for number in range(MAX_REQUESTS)]
        probe(lambda: in_hand(gateway) == MAX_REQUESTS, 5, "all places are taken")
        refused = apply(0)
        assert refused.status_code == 503
        assert refused.json()["code"] == "gateway.requests_too_many"
        assert refused.headers["Retry-After"] == "1"
        assert {answer.result().status_code for answer in served} == {201}
    assert gateway.ask("GET", "/v1/me").status_code == 200


def test_a_callee_that_stands_still_is_unavailable_in_time(gateway: World) -> None:
    """H-6, M-20: 503 within the deadline; what was given up is not executed later."""
    before = gateway.applied()
    gateway.neighbour.send(signal.SIGSTOP)
    try:
        started = time.monotonic()
        with ThreadPoolExecutor(10) as pool:
            asked = [pool.submit(gateway.ask, "POST", APPLY, json={}) for _ in range(10)]
            answers = [one.result() for one in asked]
        assert time.monotonic() - started < 8
    finally:
        gateway.neighbour.send(signal.SIGCONT)
    assert {answer.status_code for answer in answers} == {503}
    assert {answer.json()["code"] for answer in answers} == {"request.service_unavailable"}
    assert all("Retry-After" in answer.headers for answer in answers)
    probe(lambda: gateway.ask("GET", "/v1/me").status_code == 200, 10, "answers again")
    assert gateway.applied() == before


def test_a_callee_that_dies_is_unavailable_until_it_is_back(gateway: World) -> None:
    """H-6: nobody hangs; the same key heals."""
    answer = gateway.ask("GET", "/v1/communities")
    assert answer.status_code == 503
    gateway.neighbour.wait(5)
    gateway.neighbour.start()
    # The call that killed the callee is delivered again (its record is idempotent) and expired.
    probe(lambda: gateway.ask("GET", "/v1/me").status_code == 200, 20, "answers again")


def test_a_second_process_cannot_take_the_port(gateway: World) -> None:
    """Two processes on one port would share its requests unseen."""
    other = subprocess.run(
        [sys.executable, "-m", "chassis.run", "gateway"],
        env={**gateway.gateway.environment, "COTERIE_HEALTH_PORT": "0"} | {"PATH": "/usr/bin"},
        cwd=ROOT,
        capture_output=True,
        timeout=30,
    )
    assert other.returncode != 0


def test_stopping_finishes_what_is_in_hand(gateway: World, request: pytest.FixtureRequest) -> None:
    """H-27: unready first, then drained; idle connections are closed; the exit is clean."""
    idle = gateway.connect()
    request.addfinalizer(idle.close)
    idle.sendall(b"GET /health/live HTTP/1.1\r\n" + HOST + b"\r\n")
    assert b"200 OK" in idle.recv(65536)
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(gateway.ask, "POST", APPLY, json={"answers": {"seconds": 3}})
        probe(lambda: in_hand(gateway) == 1, 5, "the long request is in hand")
        gateway.gateway.send(signal.SIGTERM)
        unready = probe(
            lambda: requests.get(gateway.url + "/health/ready", timeout=2).status_code == 503,
            2.5,
            "the public port says not ready while it still accepts",
        )
        assert unready
        assert long.result().status_code == 201
        assert long.result().headers["Connection"] == "close"
    assert gateway.gateway.wait(15) == 0
    assert everything(idle) == b""
    with (
        pytest.raises(OSError, match="refused"),
        socket.create_connection(("127.0.0.1", gateway.port), timeout=1),
    ):
        pass
    gateway.gateway.start()
    assert gateway.ask("GET", "/v1/me").status_code == 200
