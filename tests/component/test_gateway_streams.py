"""Streams of events over two gateways: who comes back to the other one misses nothing."""

import contextlib
import datetime as dt
import itertools
import json
import resource
import socket
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.envelope import CONTENT_TYPE, encode
from contracts.errors.gateway import STREAMS_MANY
from contracts.membership import SESSIONS_ENDED, THINGS_CHANGED
from contracts.records import Event
from deploy.local.nodes import Nodes
from gateway.news import MARGIN_SECONDS
from gateway.streams import MOST_OF_ONE
from tests.component.gateway_world import PERSON, World, world
from tests.kit.broker import Broker
from tests.kit.limits import WIDE
from tests.kit.probe import probe
from tests.kit.usecases import made_event
from tests.kit.wire import Trouble

AT_ONCE = 500  # connections that are open together
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


def resident_megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1_000_000


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


@pytest.mark.timeout(120)
def test_who_leaves_a_gateway_that_heard_nothing_misses_nothing(fleet: World, person: str) -> None:
    """Its broker falls silent: whatever position it gives, the other one goes on from before."""
    time.sleep(MARGIN_SECONDS + 5)  # what was missed before, or nearly, nobody knows
    patient = Stream(fleet, fleet.other_port, person)
    fleet.other_wire.suffer(Trouble.SILENT)
    change(fleet, person, 2)
    time.sleep(MARGIN_SECONDS + 2)
    unheard = Stream(fleet, fleet.other_port, person)  # nobody knows yet that something is wrong
    moved = Stream(fleet, fleet.port, person, unheard.last)
    assert moved.event()["version"] == 2
    probe(lambda: "broker_connection_lost" in fleet.other_gateway.log, 30, "the link is given up")
    time.sleep(MARGIN_SECONDS + 2)
    unheard = Stream(fleet, fleet.other_port, person)
    stood = unheard.last
    moved = Stream(fleet, fleet.port, person, stood)
    assert moved.event()["version"] == 2
    fleet.other_wire.mend()
    assert patient.event()["type"] == unheard.event()["type"] == "reset"
    assert int(unheard.last) > int(stood)


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


@pytest.mark.timeout(240)
def test_ten_thousand_streams_of_one_person(fleet: World, person: str) -> None:
    """Five of them are; each other one is told why it is not, and nothing of it stays."""
    mine = [Stream(fleet, fleet.port, person) for _ in range(MOST_OF_ONE)]
    head = ["GET /v1/me/events HTTP/1.1", "Host: coterie.example"]
    head += [f"Authorization: Bearer {fleet.token(person)}"]
    request = "\r\n".join([*head, "", ""]).encode()
    codes: Counter[str] = Counter()
    sizes = []
    for _ in range(10_000 // AT_ONCE):
        with contextlib.ExitStack() as stack:
            crowd = [stack.enter_context(fleet.connect(60)) for _ in range(AT_ONCE)]
            for connection in crowd:
                connection.sendall(request)
            for connection in crowd:
                told, _, body = connection.recv(8192).partition(b"\r\n\r\n")
                codes[f"{told.split()[1].decode()} {json.loads(body)['code']}"] += 1
        sizes.append(resident_megabytes(fleet.gateway.pid))
    assert codes == {f"429 {STREAMS_MANY.code}": 10_000}
    assert sizes[-1] - sizes[len(sizes) // 2] < 4, sizes
    assert fleet.ask("GET", "/v1/me").status_code == 200
    change(fleet, person, 4)
    assert [stream.event()["version"] for stream in mine] == [4] * MOST_OF_ONE


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
