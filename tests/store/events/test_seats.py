"""Seats under races: never one too many, never one lost for good (D-7, I-4)."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Self

import pytest

from chassis.context import Context
from chassis.idempotency import Replayed
from chassis.ids import new_id
from contracts.errors import DomainError
from contracts.errors.events import ALREADY_REGISTERED, MEETUP_FULL, REGISTRATION_WRONG_STATE
from services.events.domain.meetups import Meetup
from services.events.domain.registrations import COUNTED
from tests.kit.existing import existing
from tests.store.events.world import Events, Pass, Shown


def at_once(calls: Iterable[Callable[[], object]]) -> Counter[str]:
    """Runs the calls in threads that start together; counts outcomes by error code (or "ok")."""
    calls = list(calls)
    gate = threading.Barrier(len(calls))
    outcomes: Counter[str] = Counter()

    def run(call: Callable[[], object]) -> None:
        gate.wait()
        try:
            call()
            outcomes["ok"] += 1
        except DomainError as error:
            outcomes[error.code] += 1
        except Exception as error:
            outcomes[repr(error)] += 1

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


class Watch:
    """Reads the number of counted people again and again while others act."""

    def __init__(self, events: Events, meetup: Shown) -> None:
        self._events, self._meetup = events, meetup
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.most = 0
        self.looks = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        wanted = {"meetup_id": self._meetup["id"], "state": {"$in": list(COUNTED)}}
        while not self._stop.is_set():
            counted = self._events.db["registrations"].count_documents(wanted)
            self.most = max(self.most, counted)
            self.looks += 1


def taken(events: Events, meetup: Shown) -> int:
    return int(existing(events.db["seats"].find_one({"_id": meetup["id"]}))["taken"])


def seated(events: Events, meetup: Shown) -> int:
    """How many people and live offers have a seat."""
    counted = {"meetup_id": meetup["id"], "state": {"$in": list(COUNTED)}}
    live = {"meetup_id": meetup["id"], "state": "live"}
    people = events.db["registrations"].count_documents(counted)
    return people + events.db["offers"].count_documents(live)


def test_sixty_apply_for_twenty_seats(events: Events) -> None:
    """product.md §4: 20 are confirmed, the rest wait; one withdraws, the next takes the seat."""
    meetup = events.meetup(capacity=20)
    applied = [events.register(meetup) for _ in range(60)]
    events.close(meetup)
    with Watch(events, meetup) as watch:
        events.select(meetup, applied[:20])
        events.tick()
        assert events.states(meetup) == {"selected": 20, "waitlisted": 40}
        assert at_once(partial(events.do, "confirm", r) for r in applied[:20]) == {"ok": 20}
        events.tick()
        assert events.states(meetup) == {"confirmed": 20, "waitlisted": 40}
        assert events.do("withdraw", applied[7])["state"] == "withdrawn"
        events.tick()
        assert [events.offer_of(r) is not None for r in applied[20:23]] == [True, False, False]
        assert events.answer("accept", applied[20])["state"] == "confirmed"
        events.tick()
    assert events.states(meetup) == {"confirmed": 20, "waitlisted": 39, "withdrawn": 1}
    assert watch.looks > 10
    assert watch.most == 20
    assert taken(events, meetup) == seated(events, meetup)
    assert events.told(applied[20]) == [
        "registration_waitlisted",
        "seat_offered",
        "registration_confirmed",
    ]
    shown = events.app.registrations.get(
        {"registration_id": applied[25]["id"], "include": None},
        events.ctx(applied[25]["person_id"]),
    )
    assert shown["position"] == 5


def test_hosts_who_select_at_once_never_give_a_seat_twice(events: Events) -> None:
    """F7: eight hosts choose four people each for ten seats: two win, the others are told why."""
    meetup = events.meetup(capacity=10)
    applied = [events.register(meetup) for _ in range(32)]
    events.close(meetup)
    with Watch(events, meetup) as watch:
        outcomes = at_once(
            partial(events.select, meetup, applied[4 * i : 4 * i + 4]) for i in range(8)
        )
    assert outcomes == {"ok": 2, MEETUP_FULL.code: 6}
    assert watch.most == 8
    assert taken(events, meetup) == seated(events, meetup)
    assert taken(events, meetup) == 8


def test_selecting_the_same_people_at_once_gives_each_one_seat(events: Events) -> None:
    """The same list from four hosts: one wins, the others are told, nothing stays taken."""
    meetup = events.meetup(capacity=20)
    applied = [events.register(meetup) for _ in range(5)]
    events.close(meetup)
    outcomes = at_once(lambda: events.select(meetup, applied) for _ in range(4))
    assert outcomes == {"ok": 1, REGISTRATION_WRONG_STATE.code: 3}
    assert taken(events, meetup) == 5
    assert taken(events, meetup) == seated(events, meetup)


def test_selection_repeated_with_its_key_takes_no_more_seats(events: Events) -> None:
    """I-14, F7: the loser of two equal requests takes no seat and gets the winner's answer."""
    meetup = events.meetup(capacity=5)
    applied = [events.register(meetup) for _ in range(5)]
    events.close(meetup)
    key = new_id("req")
    answers: list[Any] = []

    def select() -> None:
        try:
            answers.append(events.select(meetup, applied, events.ctx(events.host_id, key)))
        except Replayed as replay:
            answers.append(replay.stored.answer)
        except DomainError as error:
            answers.append(error.error)

    assert at_once([select] * 4) == {"ok": 4}
    # A sight of the winner's effect is mapped to the stored answer by the RPC server.
    told = [answer for answer in answers if answer is not REGISTRATION_WRONG_STATE]
    assert told
    assert all(answer["registration_ids"] == [r["id"] for r in applied] for answer in told)
    assert taken(events, meetup) == 5


def test_one_person_registers_once_however_often(events: Events) -> None:
    """D-8: 20 equal requests at once: one registration, nineteen answers that name it."""
    meetup = events.meetup(capacity=1)
    person = new_id("per")
    outcomes = at_once(lambda: events.register(meetup, person) for _ in range(20))
    assert outcomes == {"ok": 1, ALREADY_REGISTERED.code: 19}


def test_answer_and_expiry_at_the_same_moment(events: Events) -> None:
    """Confirming races with withdrawing: each person ends in one state, its seat with it."""
    meetup = events.meetup(capacity=10)
    applied = [events.register(meetup) for _ in range(10)]
    events.close(meetup)
    events.select(meetup, applied)
    calls = [partial(events.do, "confirm", r) for r in applied]
    calls += [partial(events.do, "decline", r) for r in applied]
    outcomes = at_once(calls)
    assert outcomes["ok"] + outcomes[REGISTRATION_WRONG_STATE.code] == 20
    states = events.states(meetup)
    assert states.get("confirmed", 0) + states.get("declined", 0) == 10
    assert taken(events, meetup) == seated(events, meetup)
    assert taken(events, meetup) == states.get("confirmed", 0)


def test_two_leaders_promote_without_overselling(events: Events) -> None:
    """A paused leader and the new one promote at once: one offer for each seat and person."""
    meetup = events.meetup(capacity=6)
    applied = [events.register(meetup) for _ in range(20)]
    events.close(meetup)
    events.select(meetup, applied[:1])
    events.app.selection.waitlist_others(Pass(events.clock.now()))
    outcomes = at_once(
        lambda: events.app.offers.promote(Pass(events.clock.now())) for _ in range(6)
    )
    assert outcomes["ok"] >= 1
    events.tick()
    offered = [r for r in applied if events.offer_of(r)]
    assert [r["id"] for r in offered] == [r["id"] for r in applied[1:6]]
    assert taken(events, meetup) == 6
    assert taken(events, meetup) == seated(events, meetup)


def test_offer_goes_on_when_nobody_answers(events: Events) -> None:
    """product.md §4: expiry → the next; the expired person once back to the end of the queue."""
    meetup = events.meetup(capacity=1)
    first, second, third = (events.register(meetup) for _ in range(3))
    events.close(meetup)
    events.select(meetup, [first])
    events.tick()
    events.do("decline", first)
    events.tick()
    assert events.offer_of(second)
    events.tick(dt.timedelta(hours=24))
    assert events.offer_of(second) is None
    assert events.offer_of(third)
    with pytest.raises(DomainError) as gone:
        events.app.offers.accept({"offer_id": new_id("ofr")}, events.ctx(second["person_id"]))
    assert gone.value.code == "request.object_not_found"
    events.answer("decline", third)
    events.tick()
    assert events.offer_of(second), "second is in the queue again"
    events.tick(dt.timedelta(hours=24))
    assert events.state(second) == "hold_expired"
    assert taken(events, meetup) == 0
    assert events.told(second) == [
        "registration_waitlisted", "seat_offered", "seat_lapsed", "seat_offered", "seat_lapsed",
    ]  # fmt: skip


def test_nobody_is_promoted_after_the_cut_off(events: Events) -> None:
    """product.md §4: never later than 2 h before the start."""
    meetup = events.meetup(capacity=1)
    first, second = events.register(meetup), events.register(meetup)
    events.close(meetup)
    events.select(meetup, [first])
    events.do("confirm", first)
    events.tick(dt.timedelta(days=10) - 2 * dt.timedelta(hours=1))
    events.do("withdraw", first)
    events.tick()
    assert events.offer_of(second) is None
    assert events.state(second) == "waitlisted"


def test_unconfirmed_seat_goes_to_the_next(events: Events) -> None:
    """The hold time of a selected person ends; the queue moves."""
    meetup = events.meetup(capacity=1)
    first, second = events.register(meetup), events.register(meetup)
    events.close(meetup)
    events.select(meetup, [first])
    events.tick(dt.timedelta(hours=25))
    events.tick()
    assert events.state(first) == "hold_expired"
    assert events.offer_of(second)
    assert events.told(first) == ["registration_selected", "seat_lapsed"]


def test_withdrawing_with_an_offer_passes_the_seat_on(events: Events) -> None:
    """The offer is closed with its person; its seat goes to the next."""
    meetup = events.meetup(capacity=1)
    first, second, third = (events.register(meetup) for _ in range(3))
    events.close(meetup)
    events.select(meetup, [first])
    events.tick()
    events.do("withdraw", first)
    events.tick()
    events.do("withdraw", second)
    events.tick()
    assert events.answer("accept", third)["state"] == "confirmed"
    assert taken(events, meetup) == seated(events, meetup)
    closed = existing(events.db["offers"].find_one({"registration_id": second["id"]}))
    assert closed["state"] == "closed"


def test_full_meetup_says_so(events: Events) -> None:
    """Choosing more people than seats is refused and takes nothing."""
    meetup = events.meetup(capacity=2)
    applied = [events.register(meetup) for _ in range(4)]
    events.close(meetup)
    with pytest.raises(DomainError) as full:
        events.select(meetup, applied[:3])
    assert full.value.error is MEETUP_FULL
    assert taken(events, meetup) == 0
    events.select(meetup, applied[:2])
    with pytest.raises(DomainError) as full:
        events.select(meetup, applied[2:3])
    assert full.value.error is MEETUP_FULL
    assert taken(events, meetup) == 2


def test_a_meetup_that_cannot_be_promoted_for_holds_up_no_other(
    events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-22: the pass goes on to the next meetup; the failed one is tried again in the next pass."""
    meetups, waiting = [], []
    for _ in range(2):
        meetup = events.meetup(capacity=1)
        waiting.append(events.register(meetup))
        events.close(meetup)
        events.select(meetup, [])
        meetups.append(meetup)
    events.clock.advance(dt.timedelta(minutes=10))
    events.app.selection.waitlist_others(Pass(events.clock.now()))
    offers = events.app.offers
    promote_next = offers._promote_next

    def trips(meetup: Meetup, ctx: Context) -> bool:
        if meetup["_id"] == meetups[0]["id"]:
            raise KeyError("a document that nobody expected")
        return promote_next(meetup, ctx)

    monkeypatch.setattr(offers, "_promote_next", trips)
    offers.promote(Pass(events.clock.now()))
    assert [events.offer_of(one) is None for one in waiting] == [True, False]
    monkeypatch.setattr(offers, "_promote_next", promote_next)
    offers.promote(Pass(events.clock.now()))
    assert events.offer_of(waiting[0]) is not None
