"""Admission: in order, within shares and deadlines, and nobody is lost."""

import math
from dataclasses import dataclass

import eventlet
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from chassis.context import Deadline
from contracts.errors import DomainError
from gateway.admission import CALLBACKS, LATELY, WEIGHT, Admission, Ticket

SLOTS, MOST_WAITING, MOST_OF_ONE = 4, 12, 4
SERVICES = ("payments", "events")
PATIENCE = 60.0


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(eq=False)
class Request:
    """One request as the model sees it."""

    service: str
    caller: str
    until: float
    ticket: Ticket | None = None
    began: float | None = None
    told: bool | None = None

    @property
    def share(self) -> int:
        return SLOTS // 2 if self.caller == CALLBACKS else 1


class Model:
    """The rules again, by looking through one list of all requests every time."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.here: list[Request] = []
        self.dropped: list[Request] = []  # their turn came too late
        self.measured: dict[str, tuple[float, float]] = {}  # when, seconds

    def at(self, service: str, caller: str = "", *, running: bool) -> list[Request]:
        return [
            one
            for one in self.here
            if one.service == service
            and (one.began is not None) == running
            and caller in ("", one.caller)
        ]

    def has_share(self, one: Request) -> bool:
        return len(self.at(one.service, one.caller, running=True)) >= one.share

    def call(self, service: str) -> None:
        for one in self.at(service, running=False):
            if len(self.at(service, running=True)) < SLOTS and not self.has_share(one):
                if self.clock.now + self.expected(service) <= one.until:
                    one.began = self.clock.now
                else:
                    self.here.remove(one)
                    self.dropped.append(one)

    def expected(self, service: str) -> float:
        when, seconds = self.measured.get(service, (-math.inf, 0.0))
        return seconds if self.clock.now - when < LATELY else 0.0

    def refusal(self, one: Request, patience: float) -> tuple[str, int] | None:
        """Code and Retry-After of a request that would have to wait and may not."""
        own = len(self.at(one.service, one.caller, running=False))
        before = [
            other for other in self.at(one.service, running=False) if not self.has_share(other)
        ]
        seconds = self.expected(one.service)
        running = len(self.at(one.service, one.caller, running=True))
        of_own = max(0, own + 1 - (one.share - running))  # that have to end before this may run
        wait = max(seconds * of_own / one.share, seconds * (len(before) + 1) / SLOTS)
        pause = min(max(1, math.ceil(wait)), 60)
        if own >= (MOST_WAITING // 2 if one.caller == CALLBACKS else MOST_OF_ONE):
            return "gateway.caller_requests_too_many", pause
        is_full = sum(other.began is None for other in self.here) >= MOST_WAITING
        if is_full or wait + seconds > patience:
            return "gateway.requests_too_many", pause
        return None

    def leave(self, one: Request) -> None:
        self.here.remove(one)
        if one.began is None:
            return
        seconds, expected = self.clock.now - one.began, self.expected(one.service)
        when, _ = self.measured.get(one.service, (-math.inf, 0.0))
        if self.clock.now - when < LATELY:
            seconds = expected + WEIGHT * (seconds - expected)
        self.measured[one.service] = (self.clock.now, seconds)
        self.call(one.service)


class Lines(RuleBasedStateMachine):
    """H-22, O-4: the lines do what the plain model does, whatever comes and goes."""

    requests = Bundle("requests")

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.model = Model(self.clock)
        self.admission = Admission(
            SLOTS, most_waiting=MOST_WAITING, most_of_one=MOST_OF_ONE, now=self.clock
        )

    @rule(
        target=requests,
        service=st.sampled_from(SERVICES),
        caller=st.sampled_from([*"abcdef", CALLBACKS, CALLBACKS]),
        patience=st.sampled_from([0.5, 5.0, 10.0, PATIENCE]),
    )
    def comes(self, service: str, caller: str, patience: float) -> Request | None:
        return self._comes(service, caller, patience)

    @rule(service=st.sampled_from(SERVICES), caller=st.sampled_from([*"abcdef", CALLBACKS]))
    def floods(self, service: str, caller: str) -> None:
        """Takes its share and fills its part of the line; these end when they are forgotten."""
        for _ in range(SLOTS // 2 + MOST_WAITING // 2):
            self._comes(service, caller, PATIENCE)

    @rule(one=consumes(requests))
    def leaves(self, one: Request | None) -> None:
        self._leaves(one)

    @rule(number=st.integers(0, 100))
    def another_leaves(self, number: int) -> None:
        if self.model.here:
            self._leaves(self.model.here[number % len(self.model.here)])

    @rule(seconds=st.sampled_from([0.01, 0.3, 2.0, LATELY + 1]))
    def time_passes(self, seconds: float) -> None:
        self.clock.now += seconds

    @invariant()
    def are_alike(self) -> None:
        for one in self.model.here:
            assert one.ticket is not None
            assert one.ticket.began == one.began
            assert one.told is not False
        running = sum(one.began is not None for one in self.model.here)
        assert self.admission.running == running
        assert self.admission.waiting == len(self.model.here) - running
        for service in SERVICES:
            assert len(self.model.at(service, running=True)) <= SLOTS

    def teardown(self) -> None:
        while self.model.here:
            self._leaves(self.model.here[0])
            self.are_alike()
        assert not any(line.callers for line in self.admission._lines.values()), "all forgotten"

    def _comes(self, service: str, caller: str, patience: float) -> Request | None:
        one = Request(service, caller, self.clock.now + patience)

        def told(in_time: bool) -> None:
            assert one.told is None
            one.told = in_time

        running = self.model.at(service, running=True)
        may_run = len(running) < SLOTS and not self.model.has_share(one)
        refusal = None if may_run else self.model.refusal(one, patience)
        if refusal is not None:
            with pytest.raises(DomainError) as refused:
                self.admission.join(service, caller, patience, told)
            assert (refused.value.code, refused.value.params["retry_after"]) == refusal
            return None
        one.ticket = self.admission.join(service, caller, patience, told)
        assert (one.ticket.began is not None) == may_run
        self.model.here.append(one)
        one.began = self.clock.now if may_run else None
        return one

    def _leaves(self, one: Request | None) -> None:
        if one in self.model.here:
            assert one is not None
            assert one.ticket is not None
            self.model.leave(one)
            self.admission.leave(one.ticket)
            for dropped in self.model.dropped:
                assert dropped.told is False
                assert dropped.ticket is not None
                self.admission.leave(dropped.ticket)
            self.model.dropped.clear()


TestLines = Lines.TestCase
TestLines.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)


def joined(admission: Admission, caller: str, patience: float = 5.0) -> Ticket:
    return admission.join("payments", caller, patience, lambda in_time: None)


def test_who_would_wait_too_long_is_told_so_at_once() -> None:
    """Two slots and calls of 2 s: the fourth in line would wait 4 s and be answered after 6."""
    clock = Clock()
    admission = Admission(2, now=clock)
    first = joined(admission, "first")
    clock.now += 2
    admission.leave(first)
    for caller in "abcde":
        joined(admission, caller)
    with pytest.raises(DomainError) as refused:
        joined(admission, "f")
    assert refused.value.code == "gateway.requests_too_many"
    assert refused.value.params["retry_after"] == 4
    joined(admission, "f", patience=6)
    clock.now += LATELY
    joined(admission, "g")
    assert admission.waiting == 5, "what was long ago says nothing"


def test_who_is_held_up_by_their_share_is_not_waited_for() -> None:
    """Five flood; the estimate for others counts who goes before them and nobody else."""
    clock = Clock()
    admission = Admission(10, now=clock)
    first = joined(admission, "first")
    clock.now += 1
    admission.leave(first)
    floods = [joined(admission, name, 99) for name in "abcde" * 11]
    people = [joined(admission, f"person {number}", 2) for number in range(6)]
    assert (admission.running, admission.waiting) == (10, 51)
    for ticket in [*reversed(floods), *people]:
        admission.leave(ticket)
        clock.now += 0.01
    first = joined(admission, "first")
    clock.now += 1000
    admission.leave(first)
    for number in range(11):
        joined(admission, f"person {number}", 2000)
    with pytest.raises(DomainError):
        joined(admission, "person 11", 1150)
    joined(admission, "person 11", 1200)


def test_who_comes_again_while_late_tickets_are_handed_in_keeps_to_their_share() -> None:
    """Two turns came too late; between their ends the same caller runs a call."""
    clock = Clock()
    admission = Admission(2, now=clock)
    running = [joined(admission, name) for name in "xy"]
    late = [joined(admission, "a", patience=1) for _ in range(2)]
    clock.now += 2
    for ticket in running:
        admission.leave(ticket)
    assert [ticket.began for ticket in late] == [None, None]
    admission.leave(late[0])
    assert joined(admission, "a").began is not None
    admission.leave(late[1])
    assert joined(admission, "a").began is None


def test_a_caller_has_a_tenth_and_a_hundred_and_all_have_two_thousand() -> None:
    """O-4: the bounds as they are served."""
    admission = Admission(40)
    for number in range(10):
        for _ in range(4):
            joined(admission, f"runs {number}")
    assert (admission.running, admission.waiting) == (40, 0)
    for number in range(20):
        for _ in range(100):
            joined(admission, f"waits {number}")
    for caller, code in [
        ("waits 7", "gateway.caller_requests_too_many"),
        ("waits 20", "gateway.requests_too_many"),
        ("runs 3", "gateway.requests_too_many"),
    ]:
        with pytest.raises(DomainError) as refused:
            joined(admission, caller)
        assert refused.value.code == code
    assert (admission.running, admission.waiting) == (40, 2000)


def test_one_source_with_many_accounts_leaves_room_for_others() -> None:
    """O-4: twenty people at one host fill a quarter of the lines and no more."""

    def waits(caller: str, source: str) -> Ticket:  # however slow this machine makes the first
        return admission.join("payments", caller, 10_000, lambda in_time: None, source=source)

    admission = Admission(1)
    running = waits("somebody", "elsewhere")
    tickets = [waits(f"one {number % 20}", "here") for number in range(500)]
    for caller in ("one 3", "one 20"):
        with pytest.raises(DomainError) as refused:
            waits(caller, "here")
        assert refused.value.code == "gateway.caller_requests_too_many"
        assert refused.value.params["maximum"] == 500
    waits("another", "elsewhere")
    admission.leave(tickets.pop())
    tickets.append(waits("one 20", "here"))
    admission.leave(running)
    assert tickets[0].began is not None
    waits("one 20", "here")
    assert admission.waiting == 501


def test_a_line_that_stands_still_holds_up_no_other() -> None:
    """One service's calls take all that may run there; another service is asked all the same."""
    admission = Admission(2)
    for number in range(50):
        joined(admission, f"caller {number}")
    ticket = admission.join("membership", "caller 0", 5, lambda in_time: None)
    assert ticket.began is not None


class Connection:
    """A client that stays until it is told to leave."""

    def __init__(self) -> None:
        self.left = eventlet.event.Event()

    def peer_left(self) -> bool:
        return bool(self.left.wait())


def test_a_turn_is_waited_for_and_given_back() -> None:
    """Whoever waits is called in order; a defect inside gives the slot back, too."""
    admission, seen = Admission(1), list[str]()

    def ask(name: str) -> None:
        with admission.turn("payments", name, Deadline(60), Connection()):
            seen.append(name)
            eventlet.sleep(0)
            if name == "b":
                raise ZeroDivisionError

    threads = [eventlet.spawn(ask, name) for name in "abc"]
    threads[0].wait()
    with pytest.raises(ZeroDivisionError):
        threads[1].wait()
    threads[2].wait()
    assert seen == ["a", "b", "c"]
    assert (admission.running, admission.waiting) == (0, 0)


def test_who_leaves_while_waiting_is_forgotten() -> None:
    """A client that went away makes room for those behind it before its turn."""
    admission = Admission(1)
    connection = Connection()
    seen = list[str]()

    def ask(name: str, connection: Connection) -> None:
        with admission.turn("payments", name, Deadline(60), connection):
            seen.append(name)

    with admission.turn("payments", "first", Deadline(60), Connection()):
        threads = [
            eventlet.spawn(ask, "gone", connection),
            eventlet.spawn(ask, "next", Connection()),
        ]
        eventlet.sleep(0)
        assert admission.waiting == 2
        connection.left.send(True)
        with pytest.raises(DomainError, match="requests_too_many"):
            threads[0].wait()
        assert (admission.running, admission.waiting) == (1, 1)
    threads[1].wait()
    assert seen == ["next"]


def test_who_waited_in_vain_is_told_by_the_deadline() -> None:
    """Nothing was measured before, so nobody could know."""
    admission = Admission(1)
    with admission.turn("payments", "first", Deadline(60), Connection()):
        with (
            pytest.raises(DomainError, match="requests_too_many"),
            admission.turn("payments", "second", Deadline(0.01), Connection()),
        ):
            raise AssertionError("it ran")
        assert (admission.running, admission.waiting) == (1, 0)
