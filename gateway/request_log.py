"""What was answered, told to notifications by the second, so that who asked can look it up.

The gateway has no database. Lines wait in memory, as many as are told in a second; what is above
that, and what notifications does not take, is dropped and counted. No request waits for any of it.
"""

from typing import Any, Protocol

import eventlet
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
UNTOLD = ("health", "pages")  # labels of what nobody asks about

_dropped = Counter(
    "coterie_http_request_lines_dropped_total",
    "Answered requests that nobody can look up: too many within a second, or not taken.",
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

    def __init__(self, rpc: Rpcs) -> None:
        self._rpc = rpc
        self._lines: list[dict[str, Any]] = []
        self._tells = False  # a greenlet does, or is about to

    def note(self, exchange: Exchange, method: str, status: int, seconds: float) -> None:
        """A request was answered; must not wait."""
        if exchange.label in UNTOLD:
            return
        if len(self._lines) >= MOST_WAITING:
            _dropped.labels("full").inc()
            return
        actor = exchange.actor
        self._lines.append(
            {
                "request_id": exchange.request_id,
                "at": real_now(),
                "method": method,
                "route": exchange.label,
                "status": status,
                "code": exchange.code,
                "ms": round(seconds * 1000),
                "actor_id": None if actor == ANONYMOUS else actor.id,
                "source": headers.neighbourhood(exchange.source),
            }
        )
        if not self._tells:
            self._tells = True
            eventlet.spawn_after(PAUSE, self._tell)

    def flush(self) -> None:
        """Tells what waits, at the end of the process."""
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
