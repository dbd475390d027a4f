"""What was answered, told to notifications by the second, so that who asked can look it up.

The gateway has no database. Lines wait in memory, as many as are told in a second; what is above
that, what is above the lines of a day, and what notifications does not take, is dropped and
counted. No request waits for any of it. What nobody could look up is not told at all: refusals of
who is not known, which cost whoever sends them nothing, are in the process' log alone.
"""

import time
from collections.abc import Callable
from typing import Any, Protocol

import eventlet
from eventlet.semaphore import Semaphore
from prometheus_client import Counter

from chassis.clock import real_now
from chassis.context import ANONYMOUS, Context, new_traceparent
from chassis.ids import new_id
from contracts.errors import DEFAULT_LOCALE, DomainError
from contracts.notifications import STORE_REQUESTS
from contracts.records import Rpc
from gateway import headers
from gateway.exchange import Exchange

PAUSE = 1.0  # seconds
MOST_WAITING = 500  # lines, thus so many a second
AT_A_TIME = 100  # lines in one call, some 30 KB
UNTOLD = ("health", "pages", "none")  # labels of what nobody asks about
UNTOLD_OF_NOBODY = (401, 429)  # statuses
DAY = 86400.0  # seconds

_dropped = Counter(
    "coterie_http_request_lines_dropped_total",
    "Answered requests that nobody can look up: too many within a second (full) or a day (day), or "
    "not taken (not_taken).",
    ["reason"],
)
for _reason in ("full", "not_taken"):
    _dropped.labels(_reason)  # shown as 0, so that an alert sees the first as growth


class Rpcs(Protocol):
    """The way to notifications."""

    def call_marked(
        self, record: Rpc, request: dict[str, Any], ctx: Context
    ) -> tuple[dict[str, Any], bool]: ...


class RequestLog:
    """The lines of one gateway that are on their way."""

    def __init__(
        self, rpc: Rpcs, most_of_a_day: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        """At most `most_of_a_day` lines at once and as many a day: in n days those of n + 1."""
        self._rpc, self._most, self._now = rpc, most_of_a_day, now
        self._left, self._left_at = float(most_of_a_day), now()
        self._lines: list[dict[str, Any]] = []
        self._tells = False  # a greenlet does, or is about to
        self._telling = Semaphore()

    def note(self, exchange: Exchange, method: str, status: int, seconds: float) -> None:
        """A request was answered; must not wait."""
        actor = exchange.actor
        is_known = actor != ANONYMOUS
        if exchange.label in UNTOLD or (not is_known and status in UNTOLD_OF_NOBODY):
            return
        if len(self._lines) >= MOST_WAITING:
            _dropped.labels("full").inc()
            return
        if not self._takes_one(is_known):
            _dropped.labels("day").inc()
            return
        self._lines.append(
            {
                "request_id": exchange.request_id,
                "at": real_now(),
                "method": method,
                "route": exchange.label,
                "status": status,
                "code": exchange.code,
                "ms": round(seconds * 1000),
                "actor_id": actor.id if is_known else None,
                "source": headers.neighbourhood(exchange.source),
            }
        )
        if not self._tells:
            self._tells = True
            eventlet.spawn_after(PAUSE, self._tell)

    def flush(self) -> None:
        """Tells what waits; at the end of the process, after what is being told."""
        with self._telling:
            lines, self._lines = self._lines, []
            while lines:
                some, lines = lines[:AT_A_TIME], lines[AT_A_TIME:]
                ctx = Context(ANONYMOUS, DEFAULT_LOCALE, new_id("req"), new_traceparent())
                told = {"batch_id": new_id("rql"), "requests": some}
                try:
                    self._rpc.call_marked(STORE_REQUESTS, told, ctx)
                except DomainError:  # the client of calls said why
                    _dropped.labels("not_taken").inc(len(some) + len(lines))
                    return

    def _tell(self) -> None:
        try:
            self.flush()
        finally:
            self._tells = bool(self._lines)
            if self._tells:
                eventlet.spawn_after(PAUSE, self._tell)

    def _takes_one(self, is_known: bool) -> bool:
        """Of the day's; the last half of them is for who can look them up."""
        now = self._now()
        left = min(self._left + (now - self._left_at) * self._most / DAY, float(self._most))
        takes = left >= (1 if is_known else max(self._most / 2, 1))
        self._left, self._left_at = left - takes, now
        return takes
