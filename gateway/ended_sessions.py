"""Sessions that ended while access tokens of theirs still live; membership tells of each end."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Protocol

import eventlet

MOST_ENDED = 100_000
ENDS_MISSED, ENDS_KNOWN = "sessions.missed", "sessions.known"  # kinds of live messages
AT_A_TIME = 1_000  # of what is known, in one message of about 80 KB


class SessionOver(Exception):
    """The token is sound, and its session has ended."""


class EndedSessions:
    """By session and by person, for as long as their last tokens live; heard over the live queue.

    What a gateway missed, because it was away from the broker or did not run, the others tell it
    (`SharedEnds`). What all of them missed nobody knows: such a token goes on until it expires,
    minutes later.
    """

    def __init__(self, *, lifetime: float, now: Callable[[], float]) -> None:
        """`lifetime`: seconds for which a token may be taken after it was made."""
        self._lifetime, self._now = lifetime, now
        # When, in seconds since 1970, and the session that was kept.
        self._ended: OrderedDict[str, tuple[float, str | None]] = OrderedDict()

    def heard(self, told: Mapping[str, Any]) -> None:
        """Takes the data of `membership.sessions_ended`."""
        ended_at: dt.datetime = told["ended_at"]
        about = told["session_id"] or told["person_id"]
        self.note(about, ended_at.timestamp(), told["kept_session_id"])

    def note(self, about: str, ended_at: float, kept: str | None) -> None:
        """A session ended, or all of a person but the one that was kept."""
        known = self._ended.get(about)
        if known is None or known[0] <= ended_at:
            self._ended[about] = ended_at, kept
        while self._ended:
            oldest, (at, _) = next(iter(self._ended.items()))
            if at + self._lifetime > self._now() and len(self._ended) <= MOST_ENDED:
                return
            del self._ended[oldest]

    def known(self) -> Iterator[tuple[str, float, str | None]]:
        """All that `note` would have to be told."""
        return iter([(about, at, kept) for about, (at, kept) in self._ended.items()])

    def include(self, person_id: str, session_id: str, issued_at: int) -> bool:
        """Whether a token of this session, made then, is over."""
        if session_id in self._ended:
            return True
        all_of_them = self._ended.get(person_id)
        if all_of_them is None:
            return False
        at, kept = all_of_them
        return issued_at <= at and session_id != kept


class Live(Protocol):
    """The way to the other gateways."""

    opened: list[Callable[[], None]]

    def tell(self, kind: str, document: Mapping[str, Any]) -> None: ...


class SharedEnds:
    """Tells the other gateways what this one knows, and asks them for what it missed, whenever it
    begins to hear; and answers who asks."""

    def __init__(self, ended: EndedSessions, live: Live) -> None:
        self._ended, self._live = ended, live
        live.opened.append(lambda: _apart(self._catch_up))

    def asked(self, document: Any) -> None:
        """Another gateway hears from now on."""
        _apart(self._answer)

    def heard(self, document: Any) -> None:
        """What another gateway knows; raises ValueError or the like for what none says."""
        for about, ended_at, kept in document["ends"]:
            self._ended.note(str(about), float(ended_at), kept)

    def _catch_up(self) -> None:
        self._live.tell(ENDS_MISSED, {})
        self._answer()  # somebody may have asked while this one did not hear

    def _answer(self) -> None:
        known = self._ended.known()
        while some := list(islice(known, AT_A_TIME)):
            self._live.tell(ENDS_KNOWN, {"ends": some})
            eventlet.sleep(0)


def _apart(tell: Callable[[], None]) -> None:
    """In a greenlet of its own: the one that reads the connection must not wait."""
    eventlet.spawn_n(tell)
