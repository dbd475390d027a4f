"""Streams of what concerns a person: Server-Sent Events, one connection for each reader (ADR 0069).

An idle reader costs its connection and a line now and then: no call, no place among those who run
or wait. It ends when its session does, when the gateway stops, and after some minutes in any case,
so that who reads comes back with a fresh token. A reader who takes nothing for long is cut off by
the connection (`gateway.protocol`); what waits for them meanwhile is at most a version of each of
some things, and beyond that the advice to read again.
"""

import json
import random
import time
from collections.abc import Callable
from typing import Protocol

import eventlet
from eventlet.event import Event
from eventlet.hubs import get_hub
from prometheus_client import Counter, Gauge

from chassis.ids import noun_of
from contracts.errors import DomainError
from contracts.errors.gateway import GATEWAY_BUSY, STREAMS_MANY
from gateway.news import News
from gateway.tokens import Bearer, TokenVerifier

MOST_OF_ONE = 5  # streams of one person at a gateway
MOST_PENDING = 200  # things that wait for a reader who takes them slowly
HEARTBEAT_SECONDS = 15.0  # at most, which is less than proxies leave a silent connection
SOONEST_HEARTBEAT = 0.6  # of that; apart, since many come in the same moment after a restart
SHORTEST_LIFE, LONGEST_LIFE = 480.0, 600.0  # seconds; apart, so that not all come back at once
RETRY_MILLISECONDS = 1000, 5000  # the same after a gateway stopped
FULL_SECONDS = 30  # until somebody may try again
RESET = "reset"
RESET_SECONDS = 3.0  # within which all are told that something was missed: each reads much again

_open = Gauge("coterie_http_streams", "Readers of streams of events.")
_refused = Counter(
    "coterie_http_streams_refused_total",
    "Streams refused: person (has enough of them), full (the gateway has).",
    ["reason"],
)


class Connection(Protocol):
    """What is asked of the connection of a reader."""

    def watch_peer(self, left: Callable[[], None]) -> Callable[[], None]:
        """Calls `left` when the peer closes, until what it returns is called."""

    def close_after_answer(self) -> None: ...


class Streams:
    """The streams of one gateway; at most `most` of them."""

    def __init__(self, news: News, tokens: TokenVerifier, *, most: int) -> None:
        self._news, self._tokens, self._most = news, tokens, most
        self._streams: set[Stream] = set()
        self._stopped = False
        _open.set_function(lambda: len(self._streams))

    def open(self, bearer: Bearer, last_event_id: str | None, connection: Connection) -> "Stream":
        """Raises DomainError: STREAMS_MANY for who has enough of them, GATEWAY_BUSY."""
        if len(self._news.hearing(bearer.person_id)) >= MOST_OF_ONE:
            _refused.labels("person").inc()
            raise DomainError(STREAMS_MANY, maximum=MOST_OF_ONE)
        if self._stopped or len(self._streams) >= self._most:
            _refused.labels("full").inc()
            raise DomainError(GATEWAY_BUSY, retry_after=1 if self._stopped else FULL_SECONDS)
        stream = Stream(self._news, self._tokens, bearer, connection, self._streams.discard)
        stream.begin(last_event_id)
        self._streams.add(stream)
        return stream

    def look_again(self, person_id: str) -> None:
        """A session of this person ended: the streams of that end, too."""
        for stream in self._news.hearing(person_id):
            assert isinstance(stream, Stream)
            stream.wake()

    def stop(self) -> None:
        """Ends all; who reads comes back to another gateway."""
        self._stopped = True
        for stream in self._streams:
            stream.end()


class Stream:
    """One reader's stream: what a WSGI server iterates over, in the greenlet of its connection."""

    __slots__ = (
        "_bearer",
        "_connection",
        "_discard",
        "_missed",
        "_news",
        "_over",
        "_pending",
        "_reset",
        "_started",
        "_tokens",
        "_until",
        "_unwatch",
        "_woken",
    )

    def __init__(
        self,
        news: News,
        tokens: TokenVerifier,
        bearer: Bearer,
        connection: Connection,
        discard: Callable[["Stream"], None],
    ) -> None:
        self._news, self._tokens, self._bearer = news, tokens, bearer
        self._connection, self._discard = connection, discard
        self._pending: dict[str, int] = {}  # versions by subject
        self._reset = self._over = self._started = False
        self._missed = False  # of which its reader is told soon, and nothing else before
        self._woken: Event | None = None
        self._until = time.monotonic() + random.uniform(SHORTEST_LIFE, LONGEST_LIFE)
        self._unwatch: Callable[[], None] | None = None

    def begin(self, last_event_id: str | None) -> None:
        """Hears from now on, and what came since its reader was here last, if that is known."""
        self._unwatch = self._connection.watch_peer(self.end)
        if last_event_id:
            since = self._news.since(self._bearer.person_id, last_event_id)
            self._reset = since is None
            self._pending.update(since or {})
        self._news.hear(self._bearer.person_id, self)

    def changed(self, subject: str, version: int) -> None:
        self._pending[subject] = version
        if len(self._pending) > MOST_PENDING:
            self._pending.clear()
            self._reset = True
        self.wake()

    def missed(self) -> None:
        self._pending.clear()
        if not self._missed:
            self._missed = True
            pause = random.uniform(0.0, RESET_SECONDS)
            get_hub().schedule_call_global(pause, self._tell_missed)

    def _tell_missed(self) -> None:
        self._missed, self._reset = False, True
        self.wake()

    def end(self) -> None:
        """It gives nothing more."""
        self._over = True
        self.wake()

    def wake(self) -> None:
        """It looks whether there is something, or whether it is over."""
        if self._woken is not None and not self._woken.ready():
            self._woken.send(None)

    def close(self) -> None:
        """Called by the server, whatever became of it."""
        self._over = True
        self._news.hear_no_more(self._bearer.person_id, self)
        self._discard(self)
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> bytes:
        if not self._started:
            self._started = True
            # Who has to be told something first is not here yet.
            here = "" if self._pending or self._reset else self._position()
            return f"retry: {random.randint(*RETRY_MILLISECONDS)}\n{here}\n".encode()
        while not self._ends():
            if text := self._take():
                return text.encode()
            pause = HEARTBEAT_SECONDS * random.uniform(SOONEST_HEARTBEAT, 1.0)
            rest = min(pause, self._until - time.monotonic())
            if not self._sleep(rest) and not self._ends():
                return f": still here\n{self._position()}\n".encode()
        raise StopIteration

    def _ends(self) -> bool:
        if not self._over and time.monotonic() < self._until:
            try:
                self._tokens.require_going_on(self._bearer)
                return False
            except DomainError:
                pass
        self._connection.close_after_answer()
        return True

    def _sleep(self, seconds: float) -> bool:
        """Whether it was woken."""
        self._woken = Event()
        with eventlet.Timeout(max(seconds, 0.0), False):
            self._woken.wait()
        woken, self._woken = self._woken.ready(), None
        return woken

    def _take(self) -> str:
        """What is to be told, as events; empty without."""
        if self._missed or not (self._pending or self._reset):
            return ""
        told = [_event(RESET, None, None)] if self._reset else []
        for subject, version in self._pending.items():
            try:
                told.append(_event(noun_of(subject).replace(" ", "_"), subject, version))
            except ValueError:  # of a later version
                continue
        self._reset = False
        self._pending.clear()
        return "".join([*told[:-1], *(f"{self._position()}{last}" for last in told[-1:])])

    def _position(self) -> str:
        return "" if self._missed else f"id: {self._news.position}\n"


def _event(type: str, subject: str | None, version: int | None) -> str:
    data = json.dumps({"type": type, "subject": subject, "version": version})
    return f"data: {data}\n\n"
