"""Gateways that tell each other what was taken, over a wire that delivers late or not at all."""

from collections.abc import Mapping
from typing import Any

import eventlet
import pytest

from gateway.limits import Limit, OperationClass, all_of
from gateway.shared_limits import PAUSE, SharedLimits
from tests.kit.limits import WIDE_FIELDS
from tests.unit.gateway.test_limits import Time

READ = OperationClass.READ
LIMIT = Limit(per_minute=600, burst=50)
LATENCY = 0.03


class Wire:
    """What one gateway tells reaches the others after a while."""

    def __init__(self) -> None:
        self.up = True
        self.told: list[dict[str, Any]] = []

    def tell(self, kind: str, document: Mapping[str, Any]) -> None:
        self.told.append({kind: document})


class Timers:
    """Instead of the hub's: due at moments of a time that is moved by hand."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.due: list[tuple[float, Any, tuple[Any, ...]]] = []

    def spawn_after(self, seconds: float, do: Any, *arguments: Any) -> None:
        self.due.append((self.time.now + seconds, do, arguments))

    def pass_by(self) -> None:
        for one in sorted(self.due, key=lambda one: one[0]):
            if one[0] <= self.time.now:
                self.due.remove(one)
                one[1](*one[2])


class LateWire(Wire):
    """Delivers to the other gateway after `LATENCY`."""

    def __init__(self, timers: Timers) -> None:
        super().__init__()
        self._timers = timers
        self.others: list[SharedLimits] = []

    def tell(self, kind: str, document: Mapping[str, Any]) -> None:
        super().tell(kind, document)
        for other in self.others:
            self._timers.spawn_after(LATENCY, other.heard, document)


def shared(live: Wire, time: Time) -> SharedLimits:
    return SharedLimits(dict.fromkeys(OperationClass, LIMIT), live, now=time)


@pytest.mark.parametrize("per_second", [8, 20, 100, 700])
@pytest.mark.parametrize("gateways", [1, 2])
def test_two_gateways_together_allow_a_tenth_more_at_most(
    monkeypatch: pytest.MonkeyPatch, gateways: int, per_second: int
) -> None:
    """H-22: asked in turn by somebody who asks so often, for as long as a bucket takes to fill."""
    time = Time()
    timers = Timers(time)
    monkeypatch.setattr(eventlet, "spawn_after", timers.spawn_after)
    wires = [LateWire(timers) for _ in range(gateways)]
    all_of_them = [shared(wire, time) for wire in wires]
    for wire, own in zip(wires, all_of_them, strict=True):
        wire.others = [other for other in all_of_them if other is not own]
    began, allowed = time.now, 0
    for number in range(per_second * 10):
        time.now = began + number / per_second
        timers.pass_by()
        allowed += all_of_them[number % gateways].take(READ, "somebody").allowed
        seconds = time.now - began
        if seconds >= LIMIT.capacity:
            one_would = min(number + 1, LIMIT.burst + seconds * LIMIT.per_minute / 60)
            assert allowed <= 1.1 * one_would
    assert allowed >= 0.9 * min(per_second * 10, LIMIT.burst + 10 * LIMIT.per_minute / 60)


def test_a_few_requests_are_told_together_and_many_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    time, wire = Time(), Wire()
    timers = Timers(time)
    monkeypatch.setattr(eventlet, "spawn_after", timers.spawn_after)
    limits = shared(wire, time)
    for caller in ("one", "two", "one"):
        limits.take(READ, caller)
    assert wire.told == []
    time.now += PAUSE
    timers.pass_by()
    assert wire.told == [{"limits.used": {"read": {"one": 2, "two": 1}}}]
    for _ in range(5):
        limits.take(READ, "three")
    time.now += 0.01
    timers.pass_by()
    assert wire.told[1:] == [{"limits.used": {"read": {"three": 5}}}]
    time.now += 10
    timers.pass_by()
    assert len(wire.told) == 2
    assert timers.due == []


def test_of_a_source_ten_times_as_much_is_shared_and_a_charge_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """H-22, ADR 0045: over all gateways, as all buckets."""
    time, wire = Time(), Wire()
    timers = Timers(time)
    monkeypatch.setattr(eventlet, "spawn_after", timers.spawn_after)
    limits, other = shared(wire, time), shared(Wire(), time)
    source = all_of("192.0.2.1")
    assert limits.take(READ, source).remaining == 10 * LIMIT.burst - 1
    limits.charge(READ, source, 40)
    time.now += 0.01
    timers.pass_by()
    assert wire.told == [], "a tenth of that bucket is more"
    time.now += PAUSE - 0.01
    timers.pass_by()
    assert wire.told == [{"limits.used": {"read": {source: 41}}}]
    time.now += 0.01
    other.heard(wire.told[0]["limits.used"])
    assert other.take(READ, source).remaining == 10 * LIMIT.burst - 42


def test_refusals_and_a_wire_that_is_down_tell_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    time, wire = Time(), Wire()
    timers = Timers(time)
    monkeypatch.setattr(eventlet, "spawn_after", timers.spawn_after)
    wire.up = False
    limits = shared(wire, time)
    assert all(limits.take(READ, "one").allowed for _ in range(LIMIT.burst))
    wire.up = True
    assert not limits.take(READ, "one").allowed
    assert timers.due == []


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"read": 1},
        {"read": {"one": 0}},
        {"read": {"one": -1}},
        {"read": {"one": 1.5}},
        {"read": {"one": True}},
        {"read": {"one": 10**400}},
        {"read": {"good": 1, "x" * 65: 1}},
    ],
)
def test_what_no_gateway_tells_changes_nothing(document: Any) -> None:
    """It is refused as a whole."""
    limits = shared(Wire(), Time())
    with pytest.raises((ValueError, TypeError, AttributeError)):
        limits.heard(document)
    assert len(limits) == 0


def test_classes_of_a_later_version_are_ignored() -> None:
    limits = shared(Wire(), Time())
    limits.heard({"stream": {"one": 3}, "read": {"one": 3}})
    assert len(limits) == 1
    assert limits.take(READ, "one").remaining == LIMIT.burst - 4


def test_the_wide_limits_of_tests_are_of_all_classes() -> None:
    assert len(WIDE_FIELDS) == 2 * len(OperationClass)
