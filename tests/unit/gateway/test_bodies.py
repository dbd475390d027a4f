"""Of large bodies only a few are in hand; the others wait their turn, for a while."""

from typing import Any

import eventlet
import pytest
from eventlet.event import Event

from contracts.errors import DomainError
from gateway import bodies
from gateway.bodies import LARGE_BODIES, OF_ONE_CALLER, LargeBodies
from gateway.routes import ROUTES
from gateway.routing import DEFAULT_BODY, Route

SMALL = next(route for route in ROUTES if route.has_body and route.max_body == DEFAULT_BODY)
LARGE = next(route for route in ROUTES if route.max_body > DEFAULT_BODY)


def of(length: int) -> dict[str, Any]:
    return {"CONTENT_LENGTH": str(length)}


class Holder:
    """Somebody who has a place until told to leave it."""

    def __init__(self, places: LargeBodies, route: Route, length: int, caller: str = "") -> None:
        self.leave, self.has_place = Event(), False
        self.thread = eventlet.spawn(self._hold, places, route, length, caller or f"{id(self)}")
        eventlet.sleep(0)

    def _hold(self, places: LargeBodies, route: Route, length: int, caller: str) -> None:
        with places.place(route, of(length), caller):
            self.has_place = True
            self.leave.wait()


def test_the_next_large_body_waits_until_one_is_answered() -> None:
    places = LargeBodies()
    holders = [Holder(places, LARGE, DEFAULT_BODY + 1) for _ in range(LARGE_BODIES + 1)]
    assert [holder.has_place for holder in holders] == [True] * LARGE_BODIES + [False]
    holders[0].leave.send()
    holders[0].thread.wait()
    eventlet.sleep(0)
    assert holders[-1].has_place
    for holder in holders[1:]:
        holder.leave.send()
        holder.thread.wait()


def test_one_caller_takes_a_few_of_the_places() -> None:
    """Whoever drips the bytes of many bodies keeps nobody else from sending theirs."""
    places = LargeBodies()
    slow = [Holder(places, LARGE, DEFAULT_BODY + 1, "a") for _ in range(LARGE_BODIES)]
    other = Holder(places, LARGE, DEFAULT_BODY + 1, "b")
    assert [holder.has_place for holder in slow].count(True) == OF_ONE_CALLER
    assert other.has_place
    for holder in [*slow, other]:
        holder.leave.send()
        eventlet.sleep(0)
        holder.thread.wait()
    assert not places._of_caller, "nothing is kept of who was here"


def test_small_bodies_do_not_wait_for_large_ones() -> None:
    places = LargeBodies()
    holders = [Holder(places, LARGE, DEFAULT_BODY + 1) for _ in range(LARGE_BODIES)]
    with (
        places.place(LARGE, of(DEFAULT_BODY), "a"),
        places.place(SMALL, of(10 * DEFAULT_BODY), "a"),
    ):
        pass
    for holder in holders:
        holder.leave.send()
        holder.thread.wait()


def test_who_waits_too_long_is_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.01)
    places = LargeBodies()
    holders = [Holder(places, LARGE, DEFAULT_BODY + 1) for _ in range(LARGE_BODIES)]
    with (
        pytest.raises(DomainError, match="requests_too_many") as refused,
        places.place(LARGE, of(DEFAULT_BODY + 1), "a"),
    ):
        pytest.fail("there was a place")
    assert "retry_after" in refused.value.params
    for holder in holders:
        holder.leave.send()
        holder.thread.wait()
