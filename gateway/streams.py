"""Streams of what concerns a person: Server-Sent Events, one connection for each reader (ADR 0069).

An idle reader costs its connection and a line now and then: no call, no place among those who run
or wait, no timer, and no greenlet that wakes (what lasts from one line to the next is what Python's
collector of garbage looks at, at 30 ms a time with 2,000 readers). It ends when its session does,
when the gateway stops, and after some minutes in any case, so that who reads comes back with a
fresh token. A reader who takes nothing for long is cut off by the connection (`gateway.protocol`);
what waits for them meanwhile is at most a version of each of some things, and beyond that the
advice to read again.
"""

import json
import random
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from eventlet.event import Event
from eventlet.hubs import get_hub
from eventlet.hubs.timer import Timer
from prometheus_client import Counter, Gauge

from chassis.ids import noun_of
from contracts.errors import DomainError
from contracts.errors.gateway import GATEWAY_BUSY, STREAMS_MANY
from gateway.news import News
from gateway.tokens import Bearer, TokenVerifier

MOST_OF_ONE = 5  # streams of one person at a gateway
MOST_PENDING = 200  # things that wait for a reader who takes them slowly
HEARTBEAT_SECONDS = 20.0  # of silence, which is less than proxies leave a silent connection
# Later by so much at most: many come in the same moment after a restart, and each takes its time.
HEARTBEAT_SPREAD = 8.0
SHORTEST_LIFE, LONGEST_LIFE = 480.0, 570.0  # seconds; apart, so that not all come back at once
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

    def send_now(self, part: bytes) -> bool:
        """Sends a part of the answer whose greenlet rests; whether all of it is on its way."""

    def close_after_answer(self) -> None: ...


class Streams:
    """The streams of one gateway; at most `most` of them."""

    def __init__(self, news: News, tokens: TokenVerifier, *, most: int) -> None:
        self._news, self._tokens, self._most = news, tokens, most
        self._streams: OrderedDict[Stream, float] = OrderedDict()  # by when a heart-beat is due
        self._beating: Timer | None = None
        self._stopped = False
        _open.set_function(lambda: len(self._streams))

    def open(self, bearer: Bearer, last_event_id: str | None, connection: Connection) -> "Stream":
        """Raises DomainError: STREAMS_MANY for who has enough of them, GATEWAY_BUSY."""
        if len(self._news.subscribers(bearer.person_id)) >= MOST_OF_ONE:
            _refused.labels("person").inc()
            raise DomainError(STREAMS_MANY, maximum=MOST_OF_ONE)
        if self._stopped or len(self._streams) >= self._most:
            _refused.labels("full").inc()
            raise DomainError(GATEWAY_BUSY, retry_after=1 if self._stopped else FULL_SECONDS)
        stream = Stream(self, self._news, self._tokens, bearer, connection)
        stream.begin(last_event_id)
        self.said(stream)
        return stream

    def said(self, stream: "Stream") -> None:
        """From now on it is silent."""
        self._streams[stream] = time.monotonic() + HEARTBEAT_SECONDS
        self._streams.move_to_end(stream)
        if self._beating is None:
            self._schedule_beat()

    def closed(self, stream: "Stream") -> None:
        """It is a stream no more, if it was."""
        self._streams.pop(stream, None)

    def look_again(self, person_id: str) -> None:
        """A session of this person ended: the streams of that end, too."""
        for stream in self._news.subscribers(person_id):
            assert isinstance(stream, Stream)
            stream.wake()

    def stop(self) -> None:
        """Ends all; who reads comes back to another gateway."""
        self._stopped = True
        for stream in self._streams:
            stream.end()

    def _schedule_beat(self) -> None:
        """For the one that is silent longest; one timer is enough for all, and they come apart."""
        due = next(iter(self._streams.values()))
        pause = max(due - time.monotonic(), HEARTBEAT_SPREAD / len(self._streams))
        self._beating = get_hub().schedule_call_global(pause, self._beat)

    def _beat(self) -> None:
        self._beating = None
        stream, due = next(iter(self._streams.items()), (None, 0.0))
        if stream is None:
            return
        if due > time.monotonic():  # that one said something else meanwhile
            self._schedule_beat()
        else:
            self.said(stream)
            stream.beat()


class Stream:
    """One reader's stream: what a WSGI server iterates over, in the greenlet of its connection."""

    __slots__ = (
        "_bearer",
        "_connection",
        "_is_silent",
        "_missed",
        "_news",
        "_over",
        "_pending",
        "_reset",
        "_started",
        "_streams",
        "_tokens",
        "_until",
        "_unwatch",
        "_woken",
    )

    def __init__(
        self,
        streams: Streams,
        news: News,
        tokens: TokenVerifier,
        bearer: Bearer,
        connection: Connection,
    ) -> None:
        self._streams, self._news, self._tokens = streams, news, tokens
        self._bearer, self._connection = bearer, connection
        self._pending: dict[str, int] = {}  # versions by subject
        self._reset = self._over = self._started = False
        self._is_silent = False  # for so long that a heart-beat is due
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
        self._news.subscribe(self._bearer.person_id, self)

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

    def beat(self) -> None:
        """A sign of life, and the end if its time has come."""
        if self._is_over() or self._woken is None or self._woken.ready():
            self.wake()
        elif not self._connection.send_now(self._sign_of_life()):
            self._is_silent = True  # a slow reader: its greenlet waits for them
            self.wake()

    def wake(self) -> None:
        """It looks whether there is something, or whether it is over."""
        if self._woken is not None and not self._woken.ready():
            self._woken.send(None)

    def close(self) -> None:
        """Called by the server, whatever became of it."""
        self._over = True
        self._news.unsubscribe(self._bearer.person_id, self)
        self._streams.closed(self)
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
                self._streams.said(self)
                return text.encode()
            if self._is_silent:
                self._is_silent = False
                return self._sign_of_life()
            self._woken = Event()
            self._woken.wait()
            self._woken = None
        raise StopIteration

    def _ends(self) -> bool:
        if self._is_over():
            self._connection.close_after_answer()
            return True
        return False

    def _is_over(self) -> bool:
        if not self._over and time.monotonic() < self._until:
            try:
                self._tokens.require_going_on(self._bearer)
                return False
            except DomainError:
                pass
        return True

    def _sign_of_life(self) -> bytes:
        return f": still here\n{self._position()}\n".encode()

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
