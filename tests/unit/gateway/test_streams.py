"""A person's stream of events: what it says, when it ends, how many there may be."""

import itertools
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import eventlet
import pytest

from contracts.errors import DomainError
from contracts.errors.gateway import GATEWAY_BUSY, STREAMS_MANY
from gateway import streams as module
from gateway.ended_sessions import EndedSessions
from gateway.news import MARGIN_SECONDS, News
from gateway.streams import MOST_OF_ONE, MOST_PENDING, Stream, Streams
from gateway.tokens import Bearer, TokenVerifier
from tests.unit.gateway.test_application import Answers, client_of

ULID = "01JD6Q3F0M8V6Z4X2K9T7R5WY"
ANNA, BERT = f"per_{ULID}A", f"per_{ULID}B"
ORDER = f"ord_{ULID}B"


class Tokens:
    """Good until their session ends."""

    def __init__(self) -> None:
        self.ended = EndedSessions(lifetime=900, now=time.time)

    require_going_on = TokenVerifier.require_going_on
    _now = staticmethod(time.time)


class Connection:
    def __init__(self) -> None:
        self.left: Callable[[], None] = lambda: None
        self.watched = self.closed = False
        self.takes = False  # what is sent at once
        self.sent: list[tuple[float, bytes]] = []  # and when

    def watch_peer(self, left: Callable[[], None]) -> Callable[[], None]:
        self.left, self.watched = left, True
        return self._unwatch

    def _unwatch(self) -> None:
        self.watched = False

    def send_now(self, part: bytes) -> bool:
        if self.takes:
            self.sent.append((time.monotonic(), part))
        return self.takes

    def close_after_answer(self) -> None:
        self.closed = True


class Place:
    def __init__(self) -> None:
        self.clock = time.time() - 2 * MARGIN_SECONDS
        self.silence = 0.0
        self.news = News(lambda: self.silence, now=lambda: self.clock)
        self.clock = time.time()
        self.tokens = Tokens()
        verifier = cast(TokenVerifier, self.tokens)
        self.streams = Streams(self.news, verifier, most=MOST_OF_ONE + 1)
        self.connection = Connection()

    def open(self, person: str = ANNA, last: str | None = None, session: str = "") -> Stream:
        bearer = Bearer(person, session or f"ses_{ULID}A", int(time.time()), None, ("user",))
        return self.streams.open(bearer, last, self.connection)

    def tell(self, subject: str = ORDER, version: int = 1, person: str = ANNA) -> None:
        change = {"id": subject, "version": version, "person_id": person}
        self.news.heard("payments", {"changes": [change], "missed": False})


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(module, "HEARTBEAT_SECONDS", 0.02)
    monkeypatch.setattr(module, "HEARTBEAT_SPREAD", 0.01)
    monkeypatch.setattr(module, "RESET_SECONDS", 0.0)
    return Place()


def events(text: bytes) -> list[dict[str, Any]]:
    """The data of the events in a part of a stream."""
    lines = text.decode().splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data:")]


def position(text: bytes) -> str:
    return [line for line in text.decode().splitlines() if line.startswith("id: ")][-1][4:]


def test_it_begins_with_its_position_and_says_what_changed(place: Place) -> None:
    stream = place.open()
    begin = next(stream)
    assert begin.startswith(b"retry: ")
    assert events(begin) == []
    place.tell(version=2)
    place.tell(version=3)
    place.tell(f"rrq_{ULID}A")
    place.tell(f"new_{ULID}A")  # of a later version of ours
    place.tell(person=BERT)
    assert events(next(stream)) == [
        {"type": "order", "subject": ORDER, "version": 3},
        {"type": "refund_request", "subject": f"rrq_{ULID}A", "version": 1},
    ]
    assert next(stream).startswith(b": ")
    stream.close()
    assert not place.connection.watched


def test_it_is_woken_while_it_rests(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEARTBEAT_SECONDS", 10)
    stream = place.open()
    next(stream)
    eventlet.spawn_after(0.01, place.tell)
    with eventlet.Timeout(5):
        assert events(next(stream)) == [{"type": "order", "subject": ORDER, "version": 1}]


def test_whoever_comes_back_hears_what_came_meanwhile(place: Place) -> None:
    first = place.open()
    last = position(next(first))
    first.close()
    place.tell(version=5)
    again = place.open(last=last)
    assert b"id:" not in next(again)  # who has not heard that yet is not here
    part = next(again)
    assert events(part) == [{"type": "order", "subject": ORDER, "version": 5}]
    assert position(part)


def test_heart_beats_of_many_who_came_together_come_apart(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes some 0.2 ms, and thousands come back in the same moment after a restart. No
    greenlet wakes for one."""
    monkeypatch.setattr(module, "HEARTBEAT_SECONDS", 0.3)
    monkeypatch.setattr(module, "HEARTBEAT_SPREAD", 0.2)
    place.connection.takes = True
    many = [place.open() for _ in range(MOST_OF_ONE)]
    readers = [eventlet.spawn(list, stream) for stream in many]
    began = time.monotonic()
    while len(place.connection.sent) < 2 * len(many):
        eventlet.sleep(0.01)
    place.streams.stop()
    assert [len(reader.wait()) for reader in readers] == [1] * len(many)
    moments = [at for at, _ in place.connection.sent]
    assert moments[0] - began >= 0.29
    assert min(later - at for at, later in itertools.pairwise(moments)) > 0.03
    assert all(part.startswith(b": still here\nid: ") for _, part in place.connection.sent)


def test_who_was_just_told_something_gets_no_heart_beat(place: Place) -> None:
    stream = place.open()
    next(stream)
    due = place.streams._streams[stream]
    eventlet.sleep(0.005)
    place.tell()
    assert events(next(stream))
    assert place.streams._streams[stream] > due


def test_while_nothing_is_heard_its_position_stands(place: Place) -> None:
    stream = place.open()
    at = position(next(stream))
    place.clock += 20
    place.silence = 20
    assert position(next(stream)) == at
    place.silence = 0
    place.news.missed()
    part = next(stream)
    assert [event["type"] for event in events(part)] == ["reset"]
    assert int(position(part)) == int(at) + 20_000


@pytest.mark.parametrize("last", ["1", "soon"])
def test_whoever_was_away_for_long_is_told_to_read_again(place: Place, last: str) -> None:
    stream = place.open(last=last)
    next(stream)
    assert events(next(stream)) == [{"type": "reset", "subject": None, "version": None}]
    place.tell()
    place.news.missed()
    assert [event["type"] for event in events(next(stream))] == ["reset"]


def test_that_something_was_missed_is_told_to_few_at_a_time(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each reads all that they show again: thousands would in one moment. Until a reader is told,
    no position of theirs goes beyond it, and nothing else is told, so whoever goes on elsewhere
    meanwhile is told there."""
    monkeypatch.setattr(module, "RESET_SECONDS", 0.2)
    monkeypatch.setattr(module.random, "uniform", lambda least, most: most)
    stream = place.open()
    next(stream)
    place.news.missed()
    place.news.missed()
    place.tell(version=2)
    began, parts = time.monotonic(), [next(stream)]
    while not events(parts[-1]):
        parts.append(next(stream))
    assert time.monotonic() - began >= 0.2
    assert len(parts) > 1, "signs of life go on"
    assert not any(b"id: " in part for part in parts[:-1])
    assert [event["type"] for event in events(parts[-1])] == ["reset", "order"]
    assert position(parts[-1])
    assert events(next(stream)) == [], "told once"


def test_what_waits_for_a_slow_reader_is_bounded(place: Place) -> None:
    stream = place.open()
    next(stream)
    for number in range(MOST_PENDING + 5):
        place.tell(f"ord_{number:026}")
    told = events(next(stream))
    assert told[0]["type"] == "reset"
    assert len(told) == 5


def test_it_ends_with_its_session_at_once(place: Place) -> None:
    mine, other = place.open(), place.open(session=f"ses_{ULID}B")
    next(mine), next(other)
    place.tokens.ended.note(f"ses_{ULID}A", time.time(), None)
    place.streams.look_again(ANNA)
    assert list(mine) == []
    assert place.connection.closed
    place.tell()
    assert events(next(other))
    place.tokens.ended.note(ANNA, time.time() + 1, None)
    assert list(other) == []


@pytest.mark.parametrize("end", ["peer", "stop", "age"])
def test_it_ends_otherwise(place: Place, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    """When the reader goes, the gateway stops, or it is old enough."""
    if end == "age":
        monkeypatch.setattr(module, "SHORTEST_LIFE", 0.01)
        monkeypatch.setattr(module, "LONGEST_LIFE", 0.02)
    stream = place.open()
    next(stream)
    if end == "peer":
        place.connection.left()
    if end == "stop":
        place.streams.stop()
    with eventlet.Timeout(5):
        for part in stream:
            assert events(part) == []
    stream.close()
    assert place.news.subscribers(ANNA) == set()


def test_one_person_has_so_many_and_the_gateway_too(place: Place) -> None:
    mine = [place.open() for _ in range(MOST_OF_ONE)]
    with pytest.raises(DomainError) as refused:
        place.open()
    assert refused.value.error is STREAMS_MANY
    assert refused.value.params == {"maximum": MOST_OF_ONE}
    theirs = place.open(BERT)
    with pytest.raises(DomainError) as refused:
        place.open(BERT)
    assert refused.value.error is GATEWAY_BUSY
    mine[0].close()
    mine[0].close()
    theirs.close()
    place.open()
    place.streams.stop()
    with pytest.raises(DomainError) as refused:
        place.open(BERT)
    assert refused.value.error is GATEWAY_BUSY


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Any]:
    made = client_of(Answers(), tmp_path)
    made.connection = Connection()  # type: ignore[assignment]
    yield made
    made.application.stop()


def test_over_http(client: Any) -> None:
    """Nobody is asked; the head comes at once, and what follows as it happens."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "RAW_PATH_INFO": "/v1/me/events",
        "QUERY_STRING": "",
        "gateway.connection": client.connection,
        "REMOTE_ADDR": "192.0.2.1",
        "HTTP_AUTHORIZATION": client.bearer(),
    }
    told: list[Any] = []
    answer = client.application(environ, lambda status, head: told.extend((status, head)))
    assert told[0] == "200 OK"
    head = dict(told[1])
    assert head["Content-Type"] == "text/event-stream"
    assert head["Cache-Control"] == "no-store"
    assert "Content-Length" not in head
    assert next(iter(answer)).startswith(b"retry: ")
    change = {"id": ORDER, "version": 7, "person_id": f"per_{ULID}B"}
    client.application.news.heard("payments", {"changes": [change], "missed": False})
    assert events(next(iter(answer)))[0]["version"] == 7
    answer.close()


@pytest.mark.parametrize(
    ("method", "address", "headers", "status"),
    [
        ("HEAD", "/v1/me/events", {}, 200),
        ("GET", "/v1/me/events?since=1", {}, 422),
        ("GET", "/v1/me/events", {"HTTP_ACCEPT": "application/json"}, 406),
        ("POST", "/v1/me/events", {}, 405),
    ],
)
def test_what_opens_no_stream(
    client: Any, method: str, address: str, headers: dict[str, str], status: int
) -> None:
    asked = client.ask(method, address, HTTP_AUTHORIZATION=client.bearer(), **headers)
    assert asked[0] == status
    assert client.application.news.subscribers(f"per_{ULID}B") == set()


def test_without_a_token_there_is_none(client: Any) -> None:
    assert client.ask("GET", "/v1/me/events")[0] == 401
