"""Seats under races: never one too many, never one lost for good (D-7, I-4)."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from chassis.idempotency import Replayed
from chassis.ids import new_id
from contracts.errors import TOO_BUSY, DomainError
from contracts.errors.events import ALREADY_REGISTERED, MEETUP_FULL, REGISTRATION_WRONG_STATE
from services.events.domain.registrations import COUNTED
from services.events.store import seats as seats_module
from services.events.usecases import endings as endings_module
from tests.store.events.conftest import Pass


def at_once(calls: Iterable[Callable[[], Any]]) -> Counter:
    """Runs the calls in threads that start together; counts outcomes by error code (or "ok")."""
    calls = list(calls)
    gate = threading.Barrier(len(calls))
    outcomes: Counter = Counter()

    def run(call):
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

    def __init__(self, events, meetup):
        self._events, self._meetup = events, meetup
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.most = 0
        self.looks = 0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self._stop.set()
        self._thread.join()

    def _look(self):
        wanted = {"meetup_id": self._meetup["id"], "state": {"$in": list(COUNTED)}}
        while not self._stop.is_set():
            counted = self._events.db["registrations"].count_documents(wanted)
            self.most = max(self.most, counted)
            self.looks += 1


def kept(events, meetup):
    row = events.db["seats"].find_one({"_id": meetup["id"]})
    return sorted(hold["id"] for hold in row["holds"])


def seated(events, meetup):
    """The holds of counted people and of live offers."""
    people = events.db["registrations"].find({"meetup_id": meetup["id"], "hold_id": {"$ne": None}})
    offers = events.db["offers"].find({"meetup_id": meetup["id"], "state": "live"})
    return sorted([row["hold_id"] for row in people] + [row["hold_id"] for row in offers])


def test_sixty_apply_for_twenty_seats(events):
    """Issue 3, step 7: 20 are confirmed, the rest wait; one withdraws, the next takes the seat."""
    meetup = events.meetup(capacity=20)
    applied = [events.register(meetup) for _ in range(60)]
    events.close(meetup)
    with Watch(events, meetup) as watch:
        events.select(meetup, applied[:20])
        events.tick()
        assert events.states(meetup) == {"selected": 20, "waitlisted": 40}
        assert at_once(lambda r=r: events.do("confirm", r) for r in applied[:20]) == {"ok": 20}
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
    assert kept(events, meetup) == seated(events, meetup)
    assert events.told(applied[20]) == [
        "registration_waitlisted",
        "seat_offered",
        "registration_confirmed",
    ]
    shown = events.app.registrations.get(
        {"registration_id": applied[25]["id"]}, events.ctx(applied[25]["person_id"])
    )
    assert shown["position"] == 5


def test_hosts_who_select_at_once_never_give_a_seat_twice(events):
    """Eight hosts choose four people each for ten seats: whole selections, never more than ten."""
    meetup = events.meetup(capacity=10)
    applied = [events.register(meetup) for _ in range(32)]
    events.close(meetup)
    with Watch(events, meetup) as watch:
        outcomes = at_once(
            lambda i=i: events.select(meetup, applied[4 * i : 4 * i + 4]) for i in range(8)
        )
    assert outcomes["ok"] <= 2
    assert sum(outcomes.values()) == 8
    assert set(outcomes) <= {"ok", MEETUP_FULL.code, TOO_BUSY.code}
    assert watch.most <= 10
    assert kept(events, meetup) == seated(events, meetup)
    assert len(kept(events, meetup)) == 4 * outcomes["ok"]


def test_selecting_the_same_people_at_once_gives_each_one_seat(events):
    """The same list from four hosts: one wins, the others are told, nothing stays taken."""
    meetup = events.meetup(capacity=20)
    applied = [events.register(meetup) for _ in range(5)]
    events.close(meetup)
    outcomes = at_once(lambda: events.select(meetup, applied) for _ in range(4))
    assert outcomes == {"ok": 1, REGISTRATION_WRONG_STATE.code: 3}
    assert len(kept(events, meetup)) == 5
    assert kept(events, meetup) == seated(events, meetup)


def test_selection_repeated_with_its_key_takes_no_more_seats(events):
    """I-14: the loser of two equal requests gives its seats back and gets the winner's answer."""
    meetup = events.meetup(capacity=20)
    applied = [events.register(meetup) for _ in range(5)]
    events.close(meetup)
    key = new_id("req")
    answers = []

    def select():
        try:
            answers.append(events.select(meetup, applied, events.ctx(events.members.host, key)))
        except Replayed as replay:
            answers.append(replay.stored.answer)
        except DomainError as error:
            answers.append(error.error)

    assert at_once([select] * 4) == {"ok": 4}
    # A sight of the winner's effect is mapped to the stored answer by the RPC server.
    told = [answer for answer in answers if answer is not REGISTRATION_WRONG_STATE]
    assert told
    assert all(answer["registration_ids"] == [r["id"] for r in applied] for answer in told)
    assert len(kept(events, meetup)) == 5


def test_one_person_registers_once_however_often(events):
    """D-8: 20 equal requests at once: one registration, nineteen answers that name it."""
    meetup = events.meetup(capacity=1)
    person = new_id("per")
    outcomes = at_once(lambda: events.register(meetup, person) for _ in range(20))
    assert outcomes == {"ok": 1, ALREADY_REGISTERED.code: 19}


def test_answer_and_expiry_at_the_same_moment(events):
    """Confirming races with withdrawing: each person ends in one state, its seat with it."""
    meetup = events.meetup(capacity=10)
    applied = [events.register(meetup) for _ in range(10)]
    events.close(meetup)
    events.select(meetup, applied)
    calls = [lambda r=r: events.do("confirm", r) for r in applied]
    calls += [lambda r=r: events.do("decline", r) for r in applied]
    outcomes = at_once(calls)
    assert outcomes["ok"] + outcomes[REGISTRATION_WRONG_STATE.code] == 20
    states = events.states(meetup)
    assert states.get("confirmed", 0) + states.get("declined", 0) == 10
    assert kept(events, meetup) == seated(events, meetup)
    assert len(kept(events, meetup)) == states.get("confirmed", 0)


def test_two_leaders_promote_without_overselling(events):
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
    assert len(kept(events, meetup)) == 6
    assert kept(events, meetup) == seated(events, meetup)


def test_offer_goes_on_when_nobody_answers(events):
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
    assert kept(events, meetup) == []
    assert events.told(second) == [
        "registration_waitlisted", "seat_offered", "seat_lapsed", "seat_offered", "seat_lapsed",
    ]  # fmt: skip


def test_nobody_is_promoted_after_the_cut_off(events):
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


def test_unconfirmed_seat_goes_to_the_next(events):
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


def test_withdrawing_with_an_offer_passes_the_seat_on(events):
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
    assert kept(events, meetup) == seated(events, meetup)
    closed = events.db["offers"].find_one({"registration_id": second["id"]})
    assert closed["state"] == "closed"


def test_seats_left_by_a_crash_are_found(events, monkeypatch):
    """A crash between taking seats and saying whose they are: empty for a minute, then free."""
    meetup = events.meetup(capacity=3)
    applied = [events.register(meetup) for _ in range(5)]
    events.close(meetup)
    store = events.app.selection._seats
    for registration in applied[:3]:
        assert store.take(meetup["id"], registration["id"])
    with pytest.raises(DomainError) as busy:
        events.select(meetup, applied[:3])
    assert busy.value.error is TOO_BUSY, "not full: nobody has these seats"
    events.tick()
    assert len(kept(events, meetup)) == 3, "too young to be judged"
    for module in (seats_module, endings_module):
        monkeypatch.setattr(module, "ORPHANED_AFTER", dt.timedelta())
    events.tick()
    assert kept(events, meetup) == []
    events.select(meetup, applied[:3])
    events.tick()
    assert len(kept(events, meetup)) == 3, "seats of selected people stay"


def test_full_meetup_says_so(events):
    """Choosing more people than seats is refused and takes nothing."""
    meetup = events.meetup(capacity=2)
    applied = [events.register(meetup) for _ in range(4)]
    events.close(meetup)
    with pytest.raises(DomainError) as full:
        events.select(meetup, applied[:3])
    assert full.value.error is MEETUP_FULL
    assert kept(events, meetup) == []
    events.select(meetup, applied[:2])
    with pytest.raises(DomainError) as full:
        events.select(meetup, applied[2:3])
    assert full.value.error is MEETUP_FULL
    assert len(kept(events, meetup)) == 2


def test_a_meetup_that_cannot_be_promoted_for_holds_up_no_other(events, monkeypatch):
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

    def trips(meetup, ctx):
        if meetup["_id"] == meetups[0]["id"]:
            raise KeyError("a document that nobody expected")
        return promote_next(meetup, ctx)

    monkeypatch.setattr(offers, "_promote_next", trips)
    offers.promote(Pass(events.clock.now()))
    assert [events.offer_of(one) is None for one in waiting] == [True, False]
    monkeypatch.setattr(offers, "_promote_next", promote_next)
    offers.promote(Pass(events.clock.now()))
    assert events.offer_of(waiting[0]) is not None
