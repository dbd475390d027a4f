"""What was answered is told by the second, bounded, and never waited for."""

import datetime as dt
from typing import Any

import eventlet
import pytest
from eventlet.event import Event
from prometheus_client import CollectorRegistry, Counter

from chassis.context import ANONYMOUS, Actor, Context, HeldKey, new_traceparent
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from contracts.notifications import STORE_REQUESTS
from contracts.problems import load
from contracts.records import Rpc
from contracts.writing import writer
from gateway import request_log
from gateway.exchange import Exchange
from gateway.request_log import AT_A_TIME, DAY, MOST_WAITING, RequestLog

PERSON = Actor("person", "per_1", "ses_1")


class Notifications:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.away = False
        self.waits: Event | None = None

    def call_marked(
        self, record: Rpc, request: dict[str, Any], ctx: Context
    ) -> tuple[dict[str, Any], bool]:
        assert record is STORE_REQUESTS
        assert ctx.actor == ANONYMOUS
        if self.waits is not None:
            self.waits.wait()
        if self.away:
            raise DomainError(SERVICE_UNAVAILABLE)
        self.told.append(load(record.request(), writer(record.request)(request)))
        return {}, False

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [line for told in self.told for line in told["requests"]]


@pytest.fixture
def notifications() -> Notifications:
    return Notifications()


@pytest.fixture
def log(notifications: Notifications, monkeypatch: pytest.MonkeyPatch) -> RequestLog:
    # Logs of other tests' gateways may still be at work in this process.
    counter = Counter("dropped", "", ["reason"], registry=CollectorRegistry())
    monkeypatch.setattr(request_log, "_dropped", counter)
    monkeypatch.setattr(request_log, "PAUSE", 0.01)
    return RequestLog(notifications, 2_000_000)


def exchange(label: str = "/v1/me", actor: Actor = PERSON, code: str | None = None) -> Exchange:
    made = Exchange({}, "192.0.2.77", "checkout-0001", "en", new_traceparent(), label)
    made.actor, made.code = actor, code
    return made


def dropped(reason: str) -> float:
    return float(request_log._dropped.labels(reason)._value.get())


def test_a_line_has_ids_codes_and_a_network(log: RequestLog, notifications: Notifications) -> None:
    """H-24: no address of anybody, nothing that was sent."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(milliseconds=1)
    log.note(exchange(code="request.object_not_found"), "GET", 404, 0.0126)
    eventlet.sleep(0.05)
    (line,) = notifications.lines
    assert before <= line.pop("at") <= dt.datetime.now(dt.UTC)
    assert line == {
        "request_id": "checkout-0001",
        "method": "GET",
        "route": "/v1/me",
        "status": 404,
        "code": "request.object_not_found",
        "ms": 13,
        "actor_id": "per_1",
        "source": "192.0.2.0/24",
    }


def test_who_asked_is_a_person_a_key_or_nobody(
    log: RequestLog, notifications: Notifications
) -> None:
    key = Actor("key", key=HeldKey("key_1", "com_1", ("host",)))
    for actor in (PERSON, key, ANONYMOUS):
        log.note(exchange(actor=actor), "GET", 200, 0.0)
    log.flush()
    assert [line["actor_id"] for line in notifications.lines] == ["per_1", "key_1", None]


def test_nobody_asks_about_pages_and_health(log: RequestLog, notifications: Notifications) -> None:
    for label in ("pages", "health", "none"):
        log.note(exchange(label), "GET", 200, 0.0)
    log.flush()
    assert notifications.told == []


def test_refusals_of_nobody_fill_no_database(log: RequestLog, notifications: Notifications) -> None:
    """A flood from many addresses costs who sends it nothing; who is known may ask about theirs."""
    for status in (401, 429):
        log.note(exchange(actor=ANONYMOUS), "GET", status, 0.0)
    log.note(exchange("none", ANONYMOUS), "GET", 404, 0.0)
    log.flush()
    assert notifications.told == []
    log.note(exchange(), "GET", 429, 0.0)
    log.note(exchange("/v1/sign-in", ANONYMOUS), "POST", 422, 0.0)
    log.flush()
    assert [line["status"] for line in notifications.lines] == [429, 422]


def test_a_day_has_so_many_lines(log: RequestLog, notifications: Notifications) -> None:
    """So a week has those of eight days; half of them nobody but known callers may take."""
    clock = [0.0]
    log = RequestLog(notifications, 20, lambda: clock[0])

    def stored(actor: Actor) -> int:
        before = len(notifications.lines)
        for _ in range(100):
            log.note(exchange(actor=actor), "GET", 200, 0.0)
        log.flush()
        return len(notifications.lines) - before

    assert [stored(actor) for actor in (ANONYMOUS, PERSON, PERSON)] == [11, 9, 0]
    assert dropped("day") == 280
    clock[0] += DAY / 20
    assert [stored(actor) for actor in (ANONYMOUS, PERSON)] == [0, 1]
    week = 0
    for _ in range(7 * 24):
        clock[0] += DAY / 24
        week += stored(PERSON)
    assert week == 7 * 20


def test_the_last_flush_waits_for_what_is_being_told(
    log: RequestLog, notifications: Notifications
) -> None:
    """A stop ends the process after it: what a greenlet took already would be lost."""
    notifications.waits = Event()
    log.note(exchange(), "GET", 200, 0.0)
    eventlet.sleep(0.05)
    log.note(exchange(), "GET", 200, 0.0)
    eventlet.spawn_after(0.05, notifications.waits.send, None)
    log.flush()
    assert len(notifications.lines) == 2


def test_so_many_wait_and_the_rest_is_counted(
    log: RequestLog, notifications: Notifications
) -> None:
    """At most 500 within a second, in messages of a bounded size."""
    before = dropped("full")
    for _ in range(MOST_WAITING + 7):
        log.note(exchange(), "GET", 200, 0.0)
    assert dropped("full") - before == 7
    eventlet.sleep(0.1)
    assert len(notifications.lines) == MOST_WAITING
    assert {len(told["requests"]) for told in notifications.told} == {AT_A_TIME}
    assert len({told["batch_id"] for told in notifications.told}) == MOST_WAITING / AT_A_TIME


def test_while_nobody_takes_them_nothing_grows(
    log: RequestLog, notifications: Notifications
) -> None:
    """One call at a time; what waits behind it is bounded, and what was not taken is gone."""
    notifications.waits = Event()
    log.note(exchange(), "GET", 200, 0.0)
    eventlet.sleep(0.05)
    before = dropped("full")
    for _ in range(MOST_WAITING + 1):
        log.note(exchange(), "GET", 200, 0.0)
    assert dropped("full") - before == 1
    notifications.away = True
    lost = dropped("not_taken")
    notifications.waits.send(None)
    eventlet.sleep(0.1)
    assert dropped("not_taken") - lost == MOST_WAITING + 1
    notifications.away = False
    log.note(exchange(), "GET", 200, 0.0)
    eventlet.sleep(0.05)
    assert len(notifications.lines) == 1


def test_at_rest_nothing_is_told(log: RequestLog, notifications: Notifications) -> None:
    log.note(exchange(), "GET", 200, 0.0)
    eventlet.sleep(0.05)
    told = len(notifications.told)
    eventlet.sleep(0.05)
    assert len(notifications.told) == told == 1
