"""The application by itself, over a caller that answers what the test says."""

import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import eventlet
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from eventlet.event import Event

from chassis.context import Context
from chassis.live import LiveQueue
from contracts import membership, payments
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.records import Rpc
from gateway import examples
from gateway.api_keys import ApiKeys
from gateway.application import Application
from gateway.cursors import Cursors
from gateway.documents import Operation
from gateway.ended_sessions import SharedEnds
from gateway.news import News
from gateway.request_log import RequestLog
from gateway.routes import ROUTES
from gateway.routing import RouteTable
from gateway.settings import GatewaySettings, limits_of
from gateway.shared_limits import SharedLimits
from gateway.tokens import LONGEST_ANSWER, MAX_AGE, TokenVerifier
from tests.kit.limits import WIDE_FIELDS

ULID = "01JD6Q3F0M8V6Z4X2K9T7R5WYB"
COMMUNITY = f"/v1/communities/com_{ULID}"


class Answers:
    """Says one thing to every call, and remembers the calls."""

    def __init__(self) -> None:
        self.answer: Callable[[], tuple[dict[str, Any], bool]] = lambda: ({}, False)
        self.calls: list[tuple[str, dict[str, Any], Context]] = []

    def call_marked(
        self, record: Rpc, request: dict[str, Any], ctx: Context
    ) -> tuple[dict[str, Any], bool]:
        self.calls.append((record.routing_key, request, ctx))
        return self.answer()


class Connection:
    closed = False

    def close_after_answer(self) -> None:
        self.closed = True

    def peer_left(self) -> bool:
        return bool(Event().wait())  # it stays


class Client:
    """Speaks WSGI to the application, which takes tokens signed by `key`."""

    def __init__(self, application: Application, key: ec.EllipticCurvePrivateKey) -> None:
        self.application, self.key = application, key
        self.connection = Connection()

    def bearer(self) -> str:
        """What a person's Authorization header says."""
        now = int(time.time())
        claims = {
            "iss": "coterie",
            "aud": "coterie",
            "sub": f"per_{ULID}",
            "sid": f"ses_{ULID}",
            "scope": "user",
            "iat": now,
            "nbf": now,
            "exp": now + 300,
        }
        headers = {"typ": "at+jwt", "kid": "one"}
        return f"Bearer {jwt.encode(claims, self.key, algorithm='ES256', headers=headers)}"

    def ask(
        self, method: str, address: str, body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "RAW_PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": headers.pop("CONTENT_TYPE", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "gateway.connection": self.connection,
            "REMOTE_ADDR": "192.0.2.1",
            **headers,
        }
        told: list[Any] = []
        answered = self.application(environ, lambda status, head: told.extend((status, head)))
        return int(told[0].split()[0]), dict(told[1]), b"".join(answered)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def client(answers: Answers, tmp_path: Path) -> Client:
    return client_of(answers, tmp_path, max_requests=2, **WIDE_FIELDS)


def client_of(answers: Answers, folder: Path, **more: Any) -> Client:
    """An application with these settings, and its client."""
    key = ec.generate_private_key(ec.SECP256R1())
    jwk = {**jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "one"}
    keys = folder / "keys.json"
    keys.write_text(json.dumps({"keys": [jwk]}))
    settings = GatewaySettings(
        env="test",
        amqp_url="amqp://broker/",
        health_port=1,
        token_public_keys_file=str(keys),
        cursor_secret="c" * 32,
        trusted_proxies=1,
        **more,
    )
    table = RouteTable(ROUTES)
    cursors = Cursors(b"c" * 32)
    tokens, live = TokenVerifier(keys), LiveQueue(settings.amqp_url, "gateway")
    return Client(
        Application(
            table,
            {route: Operation(route, cursors) for route in table.routes},
            rpc=answers,
            tokens=tokens,
            keys=ApiKeys(answers, live),
            ends=SharedEnds(tokens.ended, live),
            limits=SharedLimits(limits_of(settings), live),
            news=News(lambda: 0.0),
            requests=RequestLog(answers, 1000),
            settings=settings,
            is_ready=lambda: True,
        ),
        key,
    )


def example(schema: type) -> dict[str, Any]:
    return examples.of_schema(schema())


def test_a_provider_hears_exactly_what_payments_says(client: Client, answers: Answers) -> None:
    """P-20, P-27: the raw body goes on as it came, the answer comes back as it is."""
    answers.answer = lambda: (
        {"status": 401, "content_type": "text/plain", "body": "fail 失败"},
        False,
    )
    status, headers, body = client.ask(
        "POST",
        f"/v1/callbacks/sandbox/acc_{ULID}",
        b'{"a":1, "a":2}',
        CONTENT_TYPE="application/json",
        HTTP_ACCEPT="text/html",
        HTTP_X_SIGNATURE="s=",
    )
    assert (status, headers["Content-Type"], body) == (401, "text/plain", "fail 失败".encode())
    [(called, request, ctx)] = answers.calls
    assert called == payments.RECEIVE_CALLBACK.routing_key
    assert request["body_base64"] == "eyJhIjoxLCAiYSI6Mn0="
    assert request["headers"]["x-signature"] == "s="
    assert ctx.actor.kind == "anonymous"


def test_what_did_not_change_is_not_sent(client: Client, answers: Answers) -> None:
    """H-20: 304 to the ETag that was given; a new answer gives a new one."""
    answers.answer = lambda: (example(membership.Community), False)
    status, headers, body = client.ask("GET", COMMUNITY)
    assert (status, len(body) > 0) == (200, True)
    etag = headers["ETag"]
    status, headers, body = client.ask("GET", COMMUNITY, HTTP_IF_NONE_MATCH=etag)
    assert (status, headers["ETag"], body) == (304, etag, b"")
    assert "Content-Type" not in headers
    answers.answer = lambda: ({**example(membership.Community), "member_count": 9}, False)
    status, headers, _ = client.ask("GET", COMMUNITY, HTTP_IF_NONE_MATCH=etag)
    assert status == 200
    assert headers["ETag"] != etag


def test_head_is_get_without_the_body(client: Client, answers: Answers) -> None:
    answers.answer = lambda: (example(membership.Community), False)
    _, of_get, body = client.ask("GET", COMMUNITY)
    status, of_head, nothing = client.ask("HEAD", COMMUNITY)
    assert (status, nothing) == (200, b"")
    assert of_head["Content-Length"] == of_get["Content-Length"] == str(len(body))


class HeldCalls:
    """Calls are answered when it is said so."""

    def __init__(self, client: Client, answers: Answers) -> None:
        self._client, self._answers = client, answers
        self._go_on = Event()
        answers.answer = self._answer

    def ask(self, path: str, source: int) -> Any:
        """A request in a thread of its own, as far as it gets; by way of a trusted proxy."""
        headers = {"CONTENT_TYPE": "application/json", "HTTP_X_FORWARDED_FOR": f"10.0.0.{source}"}
        asked = ("POST", path, b"{}") if "/callbacks/" in path else ("GET", path)
        thread = eventlet.spawn(self._client.ask, *asked, **headers)
        eventlet.sleep(0)
        return thread

    def go_on(self) -> None:
        self._go_on.send()

    def _answer(self) -> tuple[dict[str, Any], bool]:
        called, _, _ = self._answers.calls[-1]
        self._go_on.wait()
        return {
            membership.GET_COMMUNITY.routing_key: example(membership.Community),
            payments.LIST_PLANS.routing_key: {"items": [], "next": None},
            payments.RECEIVE_CALLBACK.routing_key: {
                "status": 200,
                "content_type": "text/plain",
                "body": "ok",
            },
        }[called], False


def test_a_call_more_than_allowed_waits(client: Client, answers: Answers) -> None:
    """O-4: two calls are in hand, the next is served after them."""
    held = HeldCalls(client, answers)
    threads = [held.ask(COMMUNITY, source) for source in range(3)]
    assert len(answers.calls) == 2
    held.go_on()
    assert [thread.wait()[0] for thread in threads] == [200, 200, 200]


def test_one_source_waits_for_itself(client: Client, answers: Answers) -> None:
    """H-22: its requests run one by one and a hundred wait; others are served meanwhile."""
    held = HeldCalls(client, answers)
    threads = [held.ask(COMMUNITY, source=1) for _ in range(101)]
    assert len(answers.calls) == 1
    status, headers, body = held.ask(COMMUNITY, source=1).wait()
    assert (status, int(headers["Retry-After"])) == (429, 1)
    assert json.loads(body)["code"] == "gateway.caller_requests_too_many"
    threads.append(held.ask(COMMUNITY, source=2))
    assert len(answers.calls) == 2
    held.go_on()
    assert {thread.wait()[0] for thread in threads} == {200}


def test_callbacks_leave_room_for_people(client: Client, answers: Answers) -> None:
    """P-27: anybody can send callbacks; half of the calls in hand stay for everybody else."""
    held = HeldCalls(client, answers)
    callback = f"/v1/callbacks/sandbox/acc_{ULID}"
    threads = [held.ask(callback, source) for source in range(2)]
    assert len(answers.calls) == 1
    threads.append(held.ask(f"{COMMUNITY}/plans", source=3))
    assert len(answers.calls) == 2
    held.go_on()
    assert [thread.wait()[0] for thread in threads] == [200, 200, 200]


@pytest.mark.parametrize("over", ["session", "token"])
def test_a_file_ends_with_the_session_and_soon_after_the_token(
    client: Client, answers: Answers, monkeypatch: pytest.MonkeyPatch, over: str
) -> None:
    """However long it is: it is not asked on by who may not ask any more."""
    tokens = client.application.tokens
    now = time.time()
    monkeypatch.setattr(tokens, "_now", lambda: now)
    piece = {"content_type": "text/csv", "name": "a.csv", "size": None, "data": "", "next": "b"}

    def answer() -> tuple[dict[str, Any], bool]:
        nonlocal now
        if len(answers.calls) == 3:  # the third piece is the last that may be asked for
            if over == "session":
                tokens.ended.note(f"ses_{ULID}", now, None)
            else:
                now += MAX_AGE + LONGEST_ANSWER + 1
        return piece, False

    answers.answer = answer
    with pytest.raises(DomainError, match="token_invalid"):
        client.ask("GET", f"{COMMUNITY}/memberships.csv", HTTP_AUTHORIZATION=client.bearer())
    assert len(answers.calls) == 3


def test_a_defect_in_the_gateway_is_a_problem_too(client: Client, answers: Answers) -> None:
    """H-4: no stack trace, whatever breaks."""

    def answer() -> tuple[dict[str, Any], bool]:
        raise ZeroDivisionError("inner detail")

    answers.answer = answer
    status, headers, body = client.ask("GET", COMMUNITY)
    assert status == 500
    assert headers["Content-Type"] == "application/problem+json"
    assert b"inner detail" not in body
    assert json.loads(body)["code"] == "request.internal_error"


def test_a_refusal_without_words_is_a_problem_too(client: Client, answers: Answers) -> None:
    """H-4: a service's field code whose parameter is none does not leave an empty 500."""

    def refuse() -> tuple[dict[str, Any], bool]:
        raise DomainError(
            INVALID_INPUT, fields=[FieldProblem("/name", "field.time_order", {"after": "soon"})]
        )

    answers.answer = refuse
    status, headers, body = client.ask("GET", COMMUNITY)
    assert status == 500
    assert headers["Content-Type"] == "application/problem+json"
    assert json.loads(body)["code"] == "request.internal_error"


def test_a_body_that_is_not_read_ends_the_connection(client: Client) -> None:
    """What follows on the connection would be the body, not a request."""
    status, _, _ = client.ask("POST", "/v1/communities", b"{}", CONTENT_TYPE="application/json")
    assert status == 401
    assert client.connection.closed


def test_a_body_that_was_read_keeps_the_connection(client: Client, answers: Answers) -> None:
    answers.answer = lambda: (example(membership.SignInStarted), False)
    body = b'{"email":"li.wei@example.com"}'
    status, _, _ = client.ask("POST", "/v1/sign-in", body, CONTENT_TYPE="application/json")
    assert status == 202
    assert not client.connection.closed


def test_a_shortened_body_is_refused(client: Client, answers: Answers) -> None:
    status, _, body = client.ask(
        "POST", "/v1/sign-in", b"{}", CONTENT_TYPE="application/json", CONTENT_LENGTH="9"
    )
    assert (status, json.loads(body)["code"]) == (400, "gateway.request_malformed")
    assert answers.calls == []


def test_a_stopping_gateway_says_so(client: Client) -> None:
    """H-27: unready while it still answers; live throughout."""
    assert client.ask("GET", "/health/ready")[0] == 200
    client.application.stopping = True
    assert client.ask("GET", "/health/ready")[0] == 503
    assert client.ask("GET", "/health/live")[0] == 200
    assert client.connection.closed
