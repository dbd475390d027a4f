"""What changed lately, by person and by thing: what streams and waiting requests are woken by.

Services tell all gateways what changed (`contracts.news`), so each knows it for itself, and a
stream can go on at another one (ADR 0069). What was told lately is kept for who comes back; whoever
asks for more than that is told so, and reads again.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

import eventlet
from eventlet.event import Event

from contracts.errors import DomainError
from contracts.errors.gateway import CALLER_BUSY

KEPT_SECONDS = 300.0
MOST_KEPT = 20_000  # changes of all people, about 8 MB
# Gateways hear the same within the time for which the broker keeps a message for them (5 s); who
# goes on at another one hears some things twice rather than something not at all.
MARGIN_SECONDS = 6.0
MOST_WAITS_OF_ONE = 20


class Subscriber(Protocol):
    """Whoever wants to hear what concerns a person; no call waits."""

    def changed(self, subject: str, version: int) -> None: ...

    def missed(self) -> None: ...


class _Change(NamedTuple):
    at: float
    subject: str
    version: int


class Wait:
    """One request that waits until something of a service's changes."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._news = False
        self._woken: Event | None = None

    def wake(self) -> None:
        self._news = True
        if self._woken is not None and not self._woken.ready():
            self._woken.send(None)

    def sleep(self, seconds: float) -> bool:
        """Until it is woken, or since it slept last was; whether that was in time."""
        if not self._news:
            self._woken = Event()
            with eventlet.Timeout(max(seconds, 0.0), False):
                self._woken.wait()
        news, self._news = self._news, False
        return news


class News:
    """What this gateway has heard, and who hears it here."""

    def __init__(
        self,
        silence: Callable[[], float],
        *,
        now: Callable[[], float] = time.time,
        most: int = MOST_KEPT,
    ) -> None:
        """`silence`: seconds for which nothing came from the broker, not even a sign of life;
        `now`: seconds since 1970, since gateways of other hosts go by it, too."""
        self._silence, self._now, self._most = silence, now, most
        self._known_since = now()
        self._order: deque[tuple[float, str]] = deque()  # when, and whose
        self._of: dict[str, deque[_Change]] = {}  # by person
        self._subscribers: dict[str, set[Subscriber]] = {}  # by person
        self._waits: dict[str, set[Wait]] = {}  # by subject
        self._waits_of: dict[str, int] = {}  # by caller

    @property
    def position(self) -> str:
        """Where a stream is that has heard everything. While the broker is silent that is a moment
        before the silence, so that whoever goes on elsewhere hears what was told meanwhile."""
        return str(int((self._now() - self._silence()) * 1000))

    def heard(self, service: str, told: Mapping[str, Any]) -> None:
        """Takes the data of a service's `things_changed`."""
        if told["missed"]:
            self.missed(service)
        for change in told["changes"]:
            subject, version, person_id = change["id"], change["version"], change["person_id"]
            for wait in self._waits.get(subject, ()):
                wait.wake()
            if person_id is not None:
                self._keep(person_id, subject, version)
                for subscriber in self._subscribers.get(person_id, ()):
                    subscriber.changed(subject, version)

    def missed(self, service: str | None = None) -> None:
        """Something of a service's, or of any, may have changed that nobody told here: all who wait
        for such look again. Whose it was nobody knows, so all who listen are told."""
        self._order.clear()
        self._of.clear()
        self._known_since = self._now()
        for everybody in self._subscribers.values():
            for subscriber in everybody:
                subscriber.missed()
        self.wake_all(service)

    def wake_all(self, service: str | None = None) -> None:
        """Every request that waits for something of a service's, or of any, looks again."""
        for waits in self._waits.values():
            for wait in waits:
                if service in (None, wait.service):
                    wait.wake()

    def since(self, person_id: str, position: str) -> dict[str, int] | None:
        """What changed for a person since a position of any gateway; None when that is not known
        in full."""
        if not (position.isascii() and position.isdigit() and len(position) <= 15):
            return None
        at, now = int(position) / 1000, self._now()
        if at - MARGIN_SECONDS < self._known_since or at > now + MARGIN_SECONDS:
            return None
        told = self._of.get(person_id, ())
        return {one.subject: one.version for one in told if one.at >= at - MARGIN_SECONDS}

    def subscribe(self, person_id: str, subscriber: Subscriber) -> None:
        """From now on it hears what concerns the person."""
        self._subscribers.setdefault(person_id, set()).add(subscriber)

    def unsubscribe(self, person_id: str, subscriber: Subscriber) -> None:
        """Until now."""
        _take_out(self._subscribers, person_id, subscriber)

    def subscribers(self, person_id: str) -> set[Subscriber]:
        """Who hears what concerns a person."""
        return self._subscribers.get(person_id, set())

    @contextmanager
    def waiting(self, subject: str, caller: str, service: str) -> Iterator[Wait]:
        """Woken when the service's thing changes; raises CALLER_BUSY to who waits for many."""
        of_caller = self._waits_of.get(caller, 0)
        if of_caller >= MOST_WAITS_OF_ONE:
            raise DomainError(CALLER_BUSY, maximum=MOST_WAITS_OF_ONE, retry_after=1)
        self._waits_of[caller] = of_caller + 1
        wait = Wait(service)
        self._waits.setdefault(subject, set()).add(wait)
        try:
            yield wait
        finally:
            _take_out(self._waits, subject, wait)
            self._waits_of[caller] -= 1
            if not self._waits_of[caller]:
                del self._waits_of[caller]

    def _keep(self, person_id: str, subject: str, version: int) -> None:
        now = self._now()
        self._of.setdefault(person_id, deque()).append(_Change(now, subject, version))
        self._order.append((now, person_id))
        while len(self._order) > self._most or self._order[0][0] < now - KEPT_SECONDS:
            at, whose = self._order.popleft()
            self._known_since = max(self._known_since, at)
            self._of[whose].popleft()
            if not self._of[whose]:
                del self._of[whose]


def _take_out(sets: dict[str, set[Any]], key: str, one: Any) -> None:
    if (kept := sets.get(key)) is not None:
        kept.discard(one)
        if not kept:
            del sets[key]
