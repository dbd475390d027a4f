"""The Python client against a whole system: from an application to a seat, and what it does besides
asking."""

import base64
import contextlib
import datetime as dt
import json
import threading
import time
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from clients.python.coterie_client import Coterie, Refused
from clients.python.coterie_client.types import MyEvent
from deploy.local import clock
from tests.journeys.world import ANSWERS, Person, World, at_once
from tests.kit.probe import probe

pytestmark = pytest.mark.shares_system

Answers = list[tuple[int, dict[str, str], bytes]]  # status, headers, body


@pytest.mark.timeout(180)
def test_people_join_are_reviewed_and_meet(world: World) -> None:
    """By the methods of the operations."""
    anna = _signed_in(world, "anna")
    community = world.community["id"]
    me = anna.get_me()
    assert anna.change_me({"name": "安娜"}, seen=me)["name"] == "安娜"
    applied = anna.create_application(
        community, {"plan_id": world.plan["id"], "answers": {**ANSWERS}, "submit": True}
    )
    heard = _hearing(anna, "application")
    queue = world.reviewer.list_review_queue(community)
    assert applied["id"] in [row["id"] for row in queue]
    world.reviewer.approve_application(applied["id"], {})
    assert probe(lambda: heard[0], 30, "the news")["subject"] == applied["id"]

    purchase = anna.get_application(applied["id"])["purchase_id"]
    assert purchase is not None
    anna.wait_for(f"/v1/purchases/{purchase}", lambda seen: seen["state"] == "open")
    quote = anna.create_quote(purchase, {"coupon_codes": []})
    order = anna.create_order(quote["id"])
    payment = anna.open_payment(order["id"], {"provider": "sandbox"})
    assert payment["pay_url"] is not None
    requests.post(payment["pay_url"], json={"script": {}}, timeout=10).raise_for_status()
    anna.wait_for(f"/v1/orders/{order['id']}", lambda seen: seen["fulfilment"] == "fulfilled")

    starts = clock.now(world.system.clock_file) + dt.timedelta(days=10)
    meetup = world.owner.create_meetup(
        community,
        {
            "title": "读图夜",
            "city": "上海",
            "capacity": 2,
            "starts_at": starts.isoformat(),
            "ends_at": (starts + dt.timedelta(hours=3)).isoformat(),
        },
    )["id"]
    world.owner.publish_meetup(meetup)
    seat = probe(lambda: _registered(anna, meetup), 30, "the news of the membership")
    world.owner.close_registration(meetup)
    world.owner.select_registrations(meetup, {"registration_ids": [seat]})
    assert anna.confirm_registration(seat)["state"] == "confirmed"
    assert [row["id"] for row in world.owner.list_registrations(meetup)] == [seat]


def test_a_token_that_is_over_is_renewed_once_for_all(world: World) -> None:
    told: list[Any] = []
    tokens = _tokens(_signed_in(world, "renewing"))
    asks = Coterie(world.system.url("http"), tokens=tokens, on_tokens=told.append)
    asks.http.headers["Authorization"] = f"Bearer {_of_gone_key(tokens['access_token'])}"
    at_once(lambda _: asks.get_me(), range(5))
    assert [set(tokens) <= set(one) for one in told] == [True]
    asks.end_session()
    with pytest.raises(Refused, match="401"):
        asks.renew()
    assert told[1:] == [None]


@pytest.mark.parametrize("next_one", [None, {"access_token": "b.a", "refresh_token": "b.r"}])
@pytest.mark.parametrize("status", [200, 401])
def test_who_left_while_tokens_were_renewed_stays_away(
    next_one: dict[str, str] | None, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signed out, or somebody else by now, whatever became of the renewal; and nothing that the
    one before asked for is asked for again."""
    told: list[Any] = []
    asks = Coterie(
        "http://gateway",
        tokens={"access_token": "a.a", "refresh_token": "a.r"},
        on_tokens=told.append,
        patience=0,
    )
    sent: list[str] = []

    def answer(method: str, url: str, **more: Any) -> requests.Response:
        sent.append(f"{method} {url.removeprefix('http://gateway')}")
        answered = requests.Response()
        answered.headers["Content-Type"] = "application/json"
        content: dict[str, str] = {"code": "gateway.token_invalid"}
        answered.status_code = 401
        if sent[-1].endswith("/refresh"):
            asks.use(next_one)
            answered.status_code = status
            if status == 200:
                content = {"access_token": "a.a2", "refresh_token": "a.r2"}
        answered._content = json.dumps(content).encode()
        return answered

    monkeypatch.setattr(asks.http, "request", answer)
    with pytest.raises(Refused, match="401"):
        asks.create_application("com_1", {})
    assert told == [next_one]
    assert asks.refresh_token == ("b.r" if next_one else "")
    assert asks.http.headers.get("Authorization") == ("Bearer b.a" if next_one else None)
    assert sent == ["POST /v1/communities/com_1/applications", "POST /v1/sessions/refresh"]


@pytest.mark.parametrize("code", ["gateway.token_invalid", "gateway.token_malformed"])
def test_tokens_that_are_none_end_in_being_signed_out(code: str) -> None:
    """Whatever became of them: one renewal is tried, and its refusal ends it."""
    problem = {"Content-Type": "application/problem+json"}
    refusals = (code, "membership.session_ended")
    answers = [(401, problem, json.dumps({"code": one}).encode()) for one in refusals]
    told: list[Any] = []
    with _gateway(answers) as (url, sent):
        tokens = {"access_token": "damaged", "refresh_token": "damaged, too"}
        asks = Coterie(url, tokens=tokens, on_tokens=told.append)
        with pytest.raises(Refused, match="session_ended"):
            asks.get_me()
    assert (len(sent), told) == (2, [None])


def test_a_list_says_what_its_first_page_says() -> None:
    """Which is read once, and none of its rows is lost."""
    json_ = {"Content-Type": "application/json"}
    pages: list[dict[str, Any]] = [
        {"items": [{"id": 1}, {"id": 2}], "next_cursor": "more", "total": 3, "unread": 7},
        {"items": [{"id": 3}], "next_cursor": None, "total": 3, "unread": 7},
    ]
    with _gateway([(200, json_, json.dumps(page).encode()) for page in pages]) as (url, sent):
        inbox = Coterie(url).list_my_notifications()
        assert (inbox.first["unread"], inbox.total) == (7, 3)
        assert [dict(row) for row in inbox] == [{"id": 1}, {"id": 2}, {"id": 3}]
    assert len(sent) == 2


def test_a_lost_answer_is_asked_for_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same key, so that the thing is done once; who has no key is told."""
    ben = _signed_in(world, "ben")
    sent = ben.http.request
    keys: list[Any] = []

    def lossy(*arguments: Any, **more: Any) -> requests.Response:
        answer = sent(*arguments, **more)
        keys.append(more["headers"].get("Idempotency-Key"))
        if len(keys) < 3:
            raise requests.ConnectionError("lost")
        return answer

    monkeypatch.setattr(ben.http, "request", lossy)
    made = ben.create_application(world.community["id"], {"answers": {}})
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert ben.retries == 2
    assert [one["id"] for one in ben.list_my_applications()] == [made["id"]]
    keys.clear()
    with pytest.raises(Refused, match="no_answer"):
        ben.start_sign_in({"email": "ben@example.com"})


def test_what_was_seen_is_what_is_changed(world: World) -> None:
    carla = _signed_in(world, "carla")
    seen = carla.get_me()
    carla.change_me({"name": "卡拉"}, seen=seen)
    with pytest.raises(Refused, match="412"):
        carla.change_me({"name": "?"}, seen=seen)
    community = carla.get_community(world.community["id"])
    assert carla.get_community(community["id"], seen=community) is community


def test_who_is_told_when_to_come_again_comes_then() -> None:
    """With the same key; a proxy may tell it as a date."""
    later = {"Content-Type": "application/problem+json", "Retry-After": "1"}
    dated = {"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}
    answers = [
        (429, later, b'{"code": "gateway.too_many_requests"}'),
        (503, dated, b"away"),
        (200, {"Content-Type": "application/json"}, b"{}"),
    ]
    with _gateway(answers) as (url, sent):
        Coterie(url).create_application("com_1", {}, key="mine")
    assert sent[1][0] - sent[0][0] >= 1
    assert [headers["Idempotency-Key"] for _, headers in sent] == ['"mine"'] * 3


def test_an_answer_that_takes_too_long_is_none() -> None:
    with _gateway([]) as (url, _), pytest.raises(Refused, match="no_answer"):
        Coterie(url, timeout=0.1, patience=0).list_ways()


def test_news_go_on_after_the_last_that_came() -> None:
    """However long the gateway is away."""
    stream = {"Content-Type": "text/event-stream"}
    answers = [
        (200, stream, b'id: 1\nretry: 1\ndata: {"subject": "1"}\n\n'),
        (503, {}, b""),
        (200, stream, b'id: 2\nretry: 1\ndata: {"subject": "2"}\n\n'),
    ]
    with _gateway(answers) as (url, sent):
        news = Coterie(url, patience=0).events()
        assert [next(news)["subject"] for _ in range(2)] == ["1", "2"]
        news.close()
    assert [headers["Last-Event-ID"] for _, headers in sent] == [None, "1", "1"]


@contextlib.contextmanager
def _gateway(answers: Answers) -> Iterator[tuple[str, list[tuple[float, Message]]]]:
    """Gives one answer after another, then none; when it was asked, and with which headers."""
    sent: list[tuple[float, Message]] = []
    is_over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent.append((time.monotonic(), self.headers))
            if len(sent) > len(answers):
                is_over.wait(10)
                return
            status, headers, body = answers[len(sent) - 1]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", sent
        finally:
            is_over.set()
            server.shutdown()
            serving.join()


def _signed_in(world: World, name: str) -> Person:
    return world.staff(f"{name}.py@example.com")


def _registered(who: Coterie, meetup: str) -> str:
    try:
        return who.register(meetup)["id"]
    except Refused as refused:
        if refused.code != "events.membership_inactive":
            raise
        raise LookupError(str(refused)) from None


def _hearing(who: Coterie, type: str) -> list[MyEvent]:
    """Filled with the next event of the type, by a thread that then ends; it listens by now."""
    heard: list[MyEvent] = []
    begun = threading.Event()
    who.http.hooks["response"].append(lambda *_, **__: begun.set())

    def listen() -> None:
        heard.append(next(event for event in who.events() if event["type"] == type))

    threading.Thread(target=listen, daemon=True).start()
    assert begun.wait(30)
    return heard


def _tokens(person: Person) -> dict[str, str]:
    access = str(person.http.headers["Authorization"]).removeprefix("Bearer ")
    return {"access_token": access, "refresh_token": person.refresh_token}


def _of_gone_key(token: str) -> str:
    """The token as if its key had been retired."""
    head, rest = token.split(".", 1)
    told = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    other = base64.urlsafe_b64encode(json.dumps({**told, "kid": "gone"}).encode())
    return f"{other.decode().rstrip('=')}.{rest}"
