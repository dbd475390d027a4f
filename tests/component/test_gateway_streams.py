"""Streams of events over two gateways: who comes back to the other one misses nothing."""

import datetime as dt
import itertools
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from contracts.envelope import CONTENT_TYPE, encode
from contracts.membership import SESSIONS_ENDED, THINGS_CHANGED
from contracts.records import Event
from deploy.local.nodes import Nodes
from gateway.news import MARGIN_SECONDS
from tests.component.gateway_world import PERSON, World, world
from tests.kit.broker import Broker
from tests.kit.limits import WIDE
from tests.kit.probe import probe
from tests.kit.usecases import made_event

THING = f"app_{PERSON[4:]}"
_numbers = itertools.count(100)
opened: "list[Stream]" = []


@pytest.fixture(scope="module")
def fleet(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(nodes, tmp_path_factory.mktemp("streams"), WIDE) as made:
        made.other_gateway.start()
        yield made


@pytest.fixture
def person() -> str:
    return f"{PERSON[:-3]}{next(_numbers)}"


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Every stream is, afterwards."""
    yield
    while opened:
        opened.pop().close()


class Stream:
    """What a person reads at one of the gateways."""

    def __init__(self, fleet: World, port: int, person: str, last: str = "") -> None:
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=20)
        head = ["GET /v1/me/events HTTP/1.1", "Host: coterie.example"]
        head += [f"Authorization: Bearer {fleet.token(person)}"]
        head += [f"Last-Event-ID: {last}"] if last else []
        self.connection.sendall("\r\n".join([*head, "", ""]).encode())
        self._lines = self.connection.makefile("rb")
        opened.append(self)
        self.status = int(self._lines.readline().split()[1])
        self.last = last
        if self.status == 200:
            self.until(b"retry: ")
            if not last:
                self.until(b"id: ")

    def until(self, beginning: bytes) -> bytes:
        """The rest of the next line that begins so; empty at the end."""
        for line in self._lines:
            if line.startswith(b"id: "):
                self.last = line[4:].strip().decode()
            if line.startswith(beginning):
                return bytes(line[len(beginning) :])
        return b""

    def event(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.until(b"data: "))
        return told

    def close(self) -> None:
        self._lines.close()
        self.connection.close()


def tell(fleet: World, event: Event, sender: str, data: dict[str, Any]) -> None:
    told = made_event(event, data, dt.datetime.now(dt.UTC), subject=THING)
    with Broker(fleet.vhost.url) as broker:
        broker.publish(
            encode(told),
            exchange=event.exchange,
            routing_key=event.type,
            user_id=fleet.vhost.target.broker_user(sender),
            content_type=CONTENT_TYPE,
        )


def change(
    fleet: World, person: str, version: int, *, missed: bool = False, sender: str = "membership"
) -> None:
    changes = [{"id": THING, "version": version, "person_id": person}]
    tell(fleet, THINGS_CHANGED, sender, {"changes": changes, "missed": missed})


def test_every_gateway_tells_its_readers_and_goes_on_for_others(fleet: World, person: str) -> None:
    time.sleep(MARGIN_SECONDS + 1)  # what was before they listened, or was missed, nobody knows
    here, there = (Stream(fleet, port, person) for port in (fleet.port, fleet.other_port))
    change(fleet, person, 1, sender="events")  # who is not membership is not believed
    change(fleet, person, 2)
    told = {"type": "application", "subject": THING, "version": 2}
    assert here.event() == there.event() == told
    there.close()
    here.close()
    change(fleet, person, 3)
    again = Stream(fleet, fleet.other_port, person, here.last)
    if (event := again.event()) == told:  # once more, when that gateway has not heard of 3 yet
        event = again.event()
    assert event == {**told, "version": 3}
    again.close()


def test_who_missed_something_is_told_so(fleet: World, person: str) -> None:
    here, there = (Stream(fleet, port, person) for port in (fleet.port, fleet.other_port))
    change(fleet, f"{PERSON[:-3]}{next(_numbers)}", 1, missed=True)
    assert here.event()["type"] == there.event()["type"] == "reset"
    there.close()
    here.close()
    late = Stream(fleet, fleet.port, person, here.last)
    assert late.event()["type"] == "reset"
    late.close()


def test_a_stream_takes_no_turn_and_its_place_is_free_when_it_is_closed(
    fleet: World, person: str
) -> None:
    streams = [Stream(fleet, fleet.port, person) for _ in range(5)]
    assert Stream(fleet, fleet.port, person).status == 429
    assert fleet.ask("GET", "/v1/me", person=person).status_code == 200
    for stream in streams:
        stream.close()

    def open_another() -> bool:
        stream = Stream(fleet, fleet.port, person)
        stream.close()
        return stream.status == 200

    probe(open_another, 5, "the places are free")


def test_streams_end_with_their_session_and_with_the_gateway(fleet: World, person: str) -> None:
    mine, others = (Stream(fleet, fleet.other_port, one) for one in (person, PERSON))
    ended = {"person_id": person, "session_id": None, "ended_at": dt.datetime.now(dt.UTC)}
    tell(fleet, SESSIONS_ENDED, "membership", ended)
    assert mine.until(b"data: ") == b""
    change(fleet, PERSON, 7)
    assert others.event()["version"] == 7
    assert Stream(fleet, fleet.other_port, person, mine.last).status == 401
    began = time.monotonic()
    fleet.other_gateway.stop()
    assert others.until(b"data: ") == b""
    assert time.monotonic() - began < 15
    fleet.other_gateway.start()
