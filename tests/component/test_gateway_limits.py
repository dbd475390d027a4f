"""What the gateway does with clients and neighbours that are slow, broken, hostile or gone."""

import contextlib
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from contracts.files import PART_BYTES
from deploy.local.nodes import Nodes
from examples.doctors.client import address_of
from tests.component.gateway_neighbour import NO_OWNER, UNMEASURED
from tests.component.gateway_world import (
    MAX_REQUESTS,
    MAX_WAITING,
    World,
    everything,
    key,
    world,
)
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


def metric(gateway: World, name: str) -> int:
    """What the gateway says of itself; `name` has the labels."""
    url = f"{gateway.gateway.url}/metrics"
    metrics = requests.get(url, timeout=2).text
    found = re.search(rf"^{re.escape(name)} (\S+)", metrics, re.M)
    return int(float(found[1])) if found else 0


def in_hand(gateway: World) -> int:
    """How many requests the gateway is answering."""
    return metric(gateway, "coterie_http_requests_in_hand")


def waiting(gateway: World) -> int:
    """How many requests wait for their turn."""
    return metric(gateway, "coterie_http_requests_waiting")


def turned_away(gateway: World, reason: str) -> int:
    return metric(gateway, f'coterie_http_requests_turned_away_total{{reason="{reason}"}}')


def somebody(number: int) -> str:
    """The id of one of many people."""
    return f"per_01JD6Q3F0M8V6Z4X2K9T7{number:05}"


class Crowd:
    """Requests sent at once, each on a connection of its own; nobody reads before `answers`."""

    def __init__(self, gateway: World, stack: contextlib.ExitStack) -> None:
        self._gateway, self._stack = gateway, stack
        self.connections: list[socket.socket] = []

    def reads(self, people: range) -> None:
        """Each of these people reads their account."""
        requests = [self._head(number, "GET /v1/me") + b"\r\n" for number in people]
        self._send(requests)

    def applies(self, people: Sequence[int], seconds: float) -> None:
        """Each of these applies, which takes the neighbour so long."""
        body = b'{"answers":{"seconds":%r}}' % seconds
        told = (
            b"Idempotency-Key: %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        )
        self._send(
            [
                self._head(number, f"POST {APPLY}") + told % (key().encode(), len(body)) + body
                for number in people
            ]
        )

    def answers(self) -> list[bytes]:
        return [everything(connection) for connection in self.connections]

    def statuses(self) -> list[int]:
        return [status_and_code(answer)[0] for answer in self.answers()]

    def go_away(self) -> None:
        for connection in self.connections:
            connection.close()

    def _head(self, number: int, line: str) -> bytes:
        token = self._gateway.token(somebody(number)).encode()
        return (
            line.encode()
            + b" HTTP/1.1\r\nConnection: close\r\nAuthorization: Bearer "
            + token
            + b"\r\nX-Forwarded-For: %b\r\n" % address_of(somebody(number)).encode()
            + HOST
        )

    def _send(self, requests: list[bytes]) -> None:
        new = [self._stack.enter_context(self._gateway.connect(30)) for _ in requests]
        for connection, request in zip(new, requests, strict=True):
            connection.sendall(request)
        self.connections += new


@pytest.fixture
def crowd(gateway: World) -> Iterator[Callable[[], Crowd]]:
    """Makes crowds, before a gateway that knows nothing of how long earlier calls took."""
    gateway.gateway.kill()
    gateway.gateway.start()
    with contextlib.ExitStack() as stack:
        yield lambda: Crowd(gateway, stack)
    probe(lambda: in_hand(gateway) == waiting(gateway) == 0, 20, "nothing is left of the crowd")


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"hello\r\n\r\n", 400, "gateway.request_malformed"),
        (b"GET /v1/me HTTP/1.1\n" + HOST + b"\r\n", 400, "gateway.request_malformed"),
        (b"GET /v1/me HTTP/1.1\nHost: coterie.example\n\n", 400, "gateway.request_malformed"),
        (b"GET /v1/me HTTP/1.1\r\n" + HOST + b"A: b\n\r\n", 400, "gateway.request_malformed"),
        (
            b"GET /v1/me HTTP/1.1\r\n" + HOST + b"A: b\nC: d\r\n\r\n",
            400,
            "gateway.request_malformed",
        ),
        (b"GET /v1/me HTTP/1.1\r\n" + HOST + b"\n", 400, "gateway.request_malformed"),
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


def test_a_part_that_is_not_taken_is_not_waited_for(gateway: World) -> None:
    """Its bytes are announced and never come; who drips them holds no place for large bodies."""
    answer = gateway.raw(
        b"PUT /v1/uploads/%b/parts/1 HTTP/1.1\r\n" % UNMEASURED.encode()
        + HOST
        + b"Authorization: Bearer %b\r\n" % gateway.token().encode()
        + b"Content-Type: application/octet-stream\r\n"
        + b"Content-Length: %d\r\n\r\n" % PART_BYTES
    )
    assert status_and_code(answer) == (404, "request.object_not_found")


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


def test_a_crowd_is_served_one_after_the_other(gateway: World, crowd: Callable[[], Crowd]) -> None:
    """O-4: 400 people at once, twenty calls in hand, nobody is refused."""
    many = crowd()
    many.reads(range(400))
    assert set(many.statuses()) == {200}
    assert in_hand(gateway) == waiting(gateway) == 0


def test_who_floods_waits_for_themselves(gateway: World, crowd: Callable[[], Crowd]) -> None:
    """H-22: two of one person's calls run, a hundred wait, one more is refused; others are served
    meanwhile, and who goes away leaves the line."""
    flood = crowd()
    flood.applies([1] * 102, seconds=3)
    probe(lambda: (in_hand(gateway), waiting(gateway)) == (2, 100), 2.5, "a hundred wait")
    refused = gateway.ask("GET", "/v1/me", person=somebody(1))
    assert refused.status_code == 429
    assert refused.json()["code"] == "gateway.caller_requests_too_many"
    assert refused.json()["params"]["maximum"] == 100
    assert int(refused.headers["Retry-After"]) >= 1
    others = crowd()
    others.reads(range(2, 32))
    assert set(others.statuses()) == {200}
    assert waiting(gateway) == 100
    flood.go_away()
    probe(lambda: waiting(gateway) == 0, 2.5, "they are out of the line before their turn")


def test_a_full_house_sends_away(gateway: World, crowd: Callable[[], Crowd]) -> None:
    """O-4: so many run and so many wait, from many people; one more is told when to come back."""
    many = crowd()
    gateway.neighbour.send(signal.SIGSTOP)
    try:
        many.reads(range(MAX_REQUESTS + MAX_WAITING))
        seen = (MAX_REQUESTS, MAX_WAITING)
        probe(lambda: (in_hand(gateway), waiting(gateway)) == seen, 4, "all places are taken")
        refused = gateway.ask("GET", "/v1/me", person=somebody(999))
        assert requests.get(f"{gateway.url}/health/ready", timeout=2).status_code == 200
    finally:
        gateway.neighbour.send(signal.SIGCONT)
    assert refused.status_code == 503
    assert refused.json()["code"] == "gateway.requests_too_many"
    assert int(refused.headers["Retry-After"]) >= 1


def test_a_callee_that_stands_still_is_unavailable_in_time(
    gateway: World, crowd: Callable[[], Crowd]
) -> None:
    """H-6, M-20: 503 within the deadline; what was given up is not executed later. Who would wait
    for so slow a service beyond their own deadline is told so at once."""
    before, late = gateway.applied(), turned_away(gateway, "late")
    gateway.neighbour.send(signal.SIGSTOP)
    try:
        started = time.monotonic()
        stopped = crowd()
        stopped.applies([*range(10)] * 2, seconds=0)
        answers = stopped.answers()
        assert time.monotonic() - started < 8
        assert {status_and_code(answer) for answer in answers} == {
            (503, "request.service_unavailable")
        }
        assert all(b"Retry-After: " in answer for answer in answers)
        again = crowd()
        again.reads(range(20, 40))
        probe(lambda: in_hand(gateway) == MAX_REQUESTS, 2.5, "all places are taken")
        again.reads(range(40, 140))
        probe(lambda: turned_away(gateway, "late") > late, 2.5, "they need not wait to know")
    finally:
        gateway.neighbour.send(signal.SIGCONT)
    assert {status_and_code(answer)[0] for answer in again.answers()} <= {200, 503}
    probe(lambda: gateway.ask("GET", "/v1/me").status_code == 200, 10, "answers again")
    assert gateway.applied() == before


def test_a_callee_that_dies_is_unavailable_until_it_is_back(gateway: World) -> None:
    """H-6: nobody hangs; the same key heals."""
    answer = gateway.ask("GET", "/v1/communities")
    assert answer.status_code == 503
    gateway.neighbour.ended(5)
    gateway.neighbour.start()
    # The call that killed the callee is delivered again (its record is idempotent) and expired.
    probe(lambda: gateway.ask("GET", "/v1/me").status_code == 200, 20, "answers again")


def test_a_second_process_cannot_take_the_port(gateway: World) -> None:
    """Two processes on one port would share its requests unseen."""
    other = gateway.gateway.run_to_end(COTERIE_HEALTH_PORT="0")
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
    assert gateway.gateway.ended(15) == 0
    assert everything(idle) == b""
    with (
        pytest.raises(OSError, match="refused"),
        socket.create_connection(("127.0.0.1", gateway.port), timeout=1),
    ):
        pass
    gateway.gateway.start()
    assert gateway.ask("GET", "/v1/me").status_code == 200
