"""Who may call now and who waits: so many calls at each service run, the rest wait in order.

Each service has a line of its own, so that one which answers slowly holds up its own callers and
nobody else's. In a line the earliest goes first; only who already runs their share is passed by
those behind. Whoever would wait beyond their deadline is told so before they wait.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Protocol

import eventlet
from eventlet.event import Event
from prometheus_client import Counter, Gauge

from chassis.context import Deadline
from contracts.errors import DomainError
from contracts.errors.gateway import CALLER_BUSY, GATEWAY_BUSY

MOST_WAITING = 2000  # in all lines together
MOST_OF_ONE = 100  # waiting requests of one caller
OF_A_SOURCE = 4  # all callers of one source have this part of what may wait
CALLBACKS = "callbacks"  # one caller: anybody can send them, their signature is checked behind us
LATELY = 10.0  # seconds for which a measured duration says something about the next
WEIGHT = 0.05  # of one call in the duration that is expected of the next
UNWATCHED = 0.1  # seconds: watching the client costs more than so short a wait
LATE = "late"
LONGEST_PAUSE = 60  # seconds, the most that Retry-After says

_running = Gauge("coterie_http_requests_in_hand", "Requests that wait for a service's answer.")
_waiting = Gauge("coterie_http_requests_waiting", "Requests that wait until they may run.")
_turned_away = Counter(
    "coterie_http_requests_turned_away_total",
    "Requests that did not run: caller (waits with too many), source (all who come from there wait"
    " with too many), full (all lines are), late (it would wait too long, or did), gone (its client"
    " went away).",
    ["reason"],
)
for _reason in ("caller", "source", "full", LATE, "gone"):
    _turned_away.labels(_reason)  # shown as 0, so that an alert sees the first as growth


class Connection(Protocol):
    """What is asked of the connection of a request that waits."""

    def peer_left(self) -> bool:
        """Waits until the peer closes (True) or sends on."""


@dataclass
class Ticket:
    """A request's place in a line, until its call has ended."""

    line: "_Line"
    caller: "_Caller"
    number: int
    source: str | None  # where it comes from; None = it does not matter
    until: float  # then its answer is of no use any more
    called: Callable[[bool], None]  # when its turn comes after a wait: whether that is in time
    began: float | None = None  # since when it runs


@dataclass
class _Caller:
    """What one caller has in one line."""

    name: str
    most_running: int
    most_waiting: int
    running: int = 0
    waiting: OrderedDict[int, Ticket] = field(default_factory=OrderedDict)

    @property
    def has_their_share(self) -> bool:
        return self.running >= self.most_running

    @property
    def first(self) -> int | None:
        """The number of who has waited longest."""
        return next(iter(self.waiting), None)


@dataclass
class _Line:
    """The line before one service."""

    callers: dict[str, _Caller] = field(default_factory=dict)
    # The first of each caller who may run one more; who left in the meantime is still in it.
    heads: list[tuple[int, _Caller]] = field(default_factory=list)
    running: int = 0
    waiting: int = 0
    held_up: int = 0  # of those who wait: their caller already runs their share
    seconds: float = 0.0  # that a call is expected to take
    measured_at: float = -math.inf


class Admission:
    """The lines before all services; `slots` calls run at once at each."""

    def __init__(
        self,
        slots: int,
        *,
        most_waiting: int = MOST_WAITING,
        most_of_one: int = MOST_OF_ONE,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slots = slots
        self._most_waiting, self._most_of_one = most_waiting, most_of_one
        self._now = now
        self._most_of_source = max(most_of_one, most_waiting // OF_A_SOURCE)
        self._waiting_of: dict[str | None, int] = {}  # by source
        self._lines: dict[str, _Line] = {}
        self._numbers = 0
        _running.set_function(lambda: self.running)
        _waiting.set_function(lambda: self.waiting)

    @property
    def running(self) -> int:
        return sum(line.running for line in self._lines.values())

    @property
    def waiting(self) -> int:
        return sum(line.waiting for line in self._lines.values())

    @contextmanager
    def turn(
        self,
        service: str,
        caller: str,
        deadline: Deadline,
        connection: Connection,
        *,
        source: str | None = None,
    ) -> Iterator[None]:
        """Waits for the turn of a call, which then runs inside.

        Raises DomainError: CALLER_BUSY, or GATEWAY_BUSY where there is no room or not enough time.
        """
        called = Event()
        ticket = self.join(
            service,
            caller,
            deadline.remaining(),
            lambda in_time: _call(called, "" if in_time else LATE),
            source=source,
        )
        try:
            if ticket.began is None:
                self._wait(ticket, called, deadline, connection)
            yield
        finally:
            self.leave(ticket)

    def join(
        self,
        service: str,
        caller: str,
        patience: float,
        called: Callable[[bool], None],
        *,
        source: str | None = None,
    ) -> Ticket:
        """A place in the line of `service`; it runs at once when nothing stands against that.

        `patience` is the time in seconds until the answer is of no use; a turn that leaves less
        than a call takes is none. Raises as `turn`.
        """
        line = self._lines.setdefault(service, _Line())
        mine = line.callers.get(caller) or self._newcomer(caller)
        self._numbers += 1
        ticket = Ticket(line, mine, self._numbers, source, self._now() + patience, called)
        if line.running < self._slots and not mine.has_their_share:
            # Nobody is overtaken: while a slot is free, all who wait are held up by their share.
            self._start(ticket)
        else:
            self._check_room(line, mine, patience, source)
            mine.waiting[ticket.number] = ticket
            self._count_waiting(ticket, 1)
            if mine.has_their_share:
                line.held_up += 1
            elif len(mine.waiting) == 1:
                heappush(line.heads, (ticket.number, mine))
        line.callers[caller] = mine
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Its call has ended, or nobody waits for its turn any more; others get theirs."""
        line, mine = ticket.line, ticket.caller
        if ticket.number in mine.waiting:
            was_head = mine.first == ticket.number
            del mine.waiting[ticket.number]
            self._count_waiting(ticket, -1)
            if mine.has_their_share:
                line.held_up -= 1
            elif was_head:
                _show_head(line, mine)
        elif ticket.began is not None:
            self._measure(line, self._now() - ticket.began)
            line.running -= 1
            if mine.has_their_share:
                line.held_up -= len(mine.waiting)
                mine.running -= 1
                _show_head(line, mine)
            else:
                mine.running -= 1
            self._call_next(line)
        # Somebody who left before the last of their late tickets may have come again since.
        if mine.running == 0 and not mine.waiting and line.callers.get(mine.name) is mine:
            del line.callers[mine.name]

    # ── below ───────────────────────────────────────────────────────────────────────────────────

    def _newcomer(self, name: str) -> _Caller:
        if name == CALLBACKS:
            return _Caller(name, max(1, self._slots // 2), self._most_waiting // 2)
        return _Caller(name, max(1, self._slots // 10), self._most_of_one)

    def _count_waiting(self, ticket: Ticket, change: int) -> None:
        ticket.line.waiting += change
        of_source = self._waiting_of.pop(ticket.source, 0) + change
        if ticket.source is not None and of_source:
            self._waiting_of[ticket.source] = of_source

    def _check_room(self, line: _Line, mine: _Caller, patience: float, source: str | None) -> None:
        wait = self._wait_of_next(line, mine)
        pause = _pause(wait)
        if len(mine.waiting) >= mine.most_waiting:
            _turned_away.labels("caller").inc()
            raise DomainError(CALLER_BUSY, maximum=mine.most_waiting, retry_after=pause)
        if self._waiting_of.get(source, 0) >= self._most_of_source:
            _turned_away.labels("source").inc()
            raise DomainError(CALLER_BUSY, maximum=self._most_of_source, retry_after=pause)
        if self.waiting >= self._most_waiting:
            _turned_away.labels("full").inc()
            raise DomainError(GATEWAY_BUSY, retry_after=pause)
        if wait + self._expected(line) > patience:
            _turned_away.labels(LATE).inc()
            raise DomainError(GATEWAY_BUSY, retry_after=pause)

    def _start(self, ticket: Ticket) -> None:
        line, mine = ticket.line, ticket.caller
        ticket.began = self._now()
        line.running += 1
        mine.running += 1
        if mine.has_their_share:
            line.held_up += len(mine.waiting)

    def _call_next(self, line: _Line) -> None:
        while line.running < self._slots and line.heads:
            number, mine = heappop(line.heads)
            ticket = mine.waiting.pop(number, None)
            if ticket is None:
                continue  # it left, and whoever was behind it stands here in its place
            self._count_waiting(ticket, -1)
            in_time = self._now() + self._expected(line) <= ticket.until
            if in_time:
                self._start(ticket)
            if not mine.has_their_share:
                _show_head(line, mine)
            ticket.called(in_time)

    def _wait_of_next(self, line: _Line, mine: _Caller) -> float:
        """Seconds until the turn of one more request of a caller's, as things are."""
        own_first = mine.running + len(mine.waiting) + 1 - mine.most_running
        behind_own = own_first / mine.most_running
        behind_all = (line.waiting - line.held_up + 1) / self._slots
        return self._expected(line) * max(behind_own, behind_all)

    def _expected(self, line: _Line) -> float:
        """Seconds that a call takes as things are; 0 when nobody knows."""
        return line.seconds if self._now() - line.measured_at < LATELY else 0.0

    def _measure(self, line: _Line, seconds: float) -> None:
        now = self._now()
        if now - line.measured_at < LATELY:
            seconds = line.seconds + WEIGHT * (seconds - line.seconds)
        line.seconds, line.measured_at = seconds, now

    def _wait(
        self, ticket: Ticket, called: Event, deadline: Deadline, connection: Connection
    ) -> None:
        """Until the turn comes; raises GATEWAY_BUSY when the deadline passes or the client leaves.

        Nobody reads the answer of the latter.
        """

        def watch() -> None:
            if connection.peer_left():
                _call(called, "gone")

        reason = _heard(called, min(UNWATCHED, deadline.remaining()))
        if reason is None:
            watcher = eventlet.spawn(watch)
            try:
                reason = _heard(called, deadline.remaining())
            finally:
                watcher.kill()
        if reason is None:
            reason = LATE
        if reason:
            _turned_away.labels(reason).inc()
            pause = _pause(self._wait_of_next(ticket.line, ticket.caller))
            raise DomainError(GATEWAY_BUSY, retry_after=pause)


def _heard(called: Event, seconds: float) -> str | None:
    """What came within so many seconds; None = nothing."""
    with eventlet.Timeout(seconds, False):
        reason: str = called.wait()
        return reason
    return None


def _pause(wait: float) -> int:
    """The seconds of Retry-After: when those who are before somebody now are through."""
    return min(max(1, math.ceil(wait)), LONGEST_PAUSE)


def _show_head(line: _Line, mine: _Caller) -> None:
    """Puts who has waited longest of a caller's into the line, when there is one."""
    if (first := mine.first) is not None:
        heappush(line.heads, (first, mine))


def _call(called: Event, reason: str) -> None:
    """Why it may not run; "" = it may."""
    if not called.ready():  # else: the other came first
        called.send(reason)
