"""What changed is told in batches, once; what may be lost on the way is told as missed."""

import datetime as dt
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import eventlet
import pytest

from chassis import news as module
from chassis.amqp_link import BrokerUnavailable
from chassis.event_wire import read_event
from chassis.news import ChangeAnnouncer
from contracts.news import MOST_CHANGES
from contracts.payments import THINGS_CHANGED

PERSON = "per_01JD6Q3F0M8V6Z4X2K9T7R5WYB"


class Place:
    """A process that tells, and what arrived."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.arrived: list[tuple[list[dict[str, Any]], bool]] = []
        self.refuses = False
        self.listener: Any = None
        monkeypatch.setattr(module, "Link", lambda url, name, **told: SimpleNamespace(**told))
        monkeypatch.setattr(module, "open_channel", lambda connection: connection)
        monkeypatch.setattr(module, "publish", self._publish)
        monkeypatch.setattr(module, "GATHER_SECONDS", 0.0)
        self.announcer = ChangeAnnouncer([])
        platform = SimpleNamespace(
            clock=SimpleNamespace(now=lambda: dt.datetime.now(dt.UTC)),
            service="payments",
            settings=SimpleNamespace(amqp_url=""),
            changes=SimpleNamespace(announce=lambda to, watched: setattr(self, "listener", to)),
        )
        self.announcer.container = SimpleNamespace(config={"platform": platform})
        self.announcer.setup()

    def _publish(self, channel: Any, message: Any, *, exchange: str, routing_key: str) -> None:
        if self.refuses:
            raise BrokerUnavailable("short of memory")
        assert (exchange, message.properties["delivery_mode"]) == ("payments.events", 1)
        event = read_event(message)
        assert event.event is THINGS_CHANGED
        assert routing_key == THINGS_CHANGED.type
        self.arrived.append((event.data["changes"], event.data["missed"]))

    def connect(self) -> None:
        self.announcer._open(object())

    def change(self, *numbers: int, version: int = 1) -> None:
        for number in numbers:
            self.listener.changed(f"ord_{number:026}", version, PERSON)

    def told(self) -> list[tuple[int, bool]]:
        """Of each message so far how many things it has, and whether some were missed."""
        for _ in range(10):
            eventlet.sleep(0.002)
        told = [(len(changes), missed) for changes, missed in self.arrived]
        self.arrived.clear()
        return told


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    made = Place(monkeypatch)
    yield made
    made.announcer._channel = None  # what still waits goes to no other test


def test_what_changes_at_once_is_one_message_with_the_last_versions(place: Place) -> None:
    place.connect()
    place.change(1, 2)
    place.change(1, version=2)
    eventlet.sleep(0)
    ((changes, missed),) = place.arrived
    assert [(one["id"][-1], one["version"]) for one in changes] == [("2", 1), ("1", 2)]
    assert not missed


def test_messages_are_apart_and_the_next_has_what_came_meanwhile(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.connect()
    monkeypatch.setattr(module, "GATHER_SECONDS", 0.2)
    place.change(1)
    assert place.told() == [(1, False)]
    place.change(2)
    place.change(3)
    assert place.told() == []
    eventlet.sleep(0.3)
    assert place.told() == [(2, False)]


def test_a_connection_that_told_nothing_loses_nothing(place: Place) -> None:
    place.connect()
    place.announcer._lost(OSError())
    place.connect()
    assert place.told() == []


def test_messages_are_bounded(place: Place) -> None:
    place.connect()
    place.change(*range(MOST_CHANGES + 1))
    assert place.told() == [(MOST_CHANGES, False), (1, False)]


def test_what_waits_for_a_connection_is_told_then_unless_it_is_too_much(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_UNTOLD", 3)
    place.change(1, 2)
    assert place.told() == []
    place.connect()
    assert place.told() == [(2, False)]
    place.announcer._lost(OSError())
    place.change(1, 2, 3, 4)
    place.connect()
    assert place.told() == [(1, True)]


@pytest.mark.parametrize("how", ["lost", "refused", "stream"])
def test_what_may_be_lost_is_told_as_missed_once(place: Place, how: str) -> None:
    place.connect()
    lose: dict[str, Callable[[], None]] = {
        "lost": lambda: place.announcer._lost(OSError()),
        "refused": lambda: None,
        "stream": lambda: place.listener.missed(),
    }
    place.refuses = how == "refused"
    place.change(1)
    if how == "lost":
        place.told()
    lose[how]()
    place.told()
    place.refuses = False
    place.connect()
    place.change(2)
    told = place.told()
    place.change(3)
    if how != "stream":  # that was told at once
        assert told == [(1, True)]
    assert place.told() == [(1, False)]
