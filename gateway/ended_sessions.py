"""Sessions that ended while access tokens of theirs still live; membership tells of each end."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

MOST_ENDED = 100_000


class SessionOver(Exception):
    """The token is sound, and its session has ended."""


class EndedSessions:
    """By session and by person, for as long as their last tokens live; heard over the live queue.

    A gateway that was away from the broker meanwhile, or has started since, knows nothing of it:
    there such a token goes on until it expires, minutes later (SECURITY.md, known limits).
    """

    def __init__(self, *, lifetime: float, now: Callable[[], float]) -> None:
        """`lifetime`: seconds for which a token may be taken after it was made."""
        self._lifetime, self._now = lifetime, now
        # When, in seconds since 1970, and the session that was kept.
        self._ended: OrderedDict[str, tuple[float, str | None]] = OrderedDict()

    def heard(self, told: Mapping[str, Any]) -> None:
        """Takes the data of `membership.sessions_ended`."""
        ended_at: dt.datetime = told["ended_at"]
        ended = ended_at.timestamp(), told["kept_session_id"]
        self._ended[told["session_id"] or told["person_id"]] = ended
        while self._ended:
            oldest, (at, _) = next(iter(self._ended.items()))
            if at + self._lifetime > self._now() and len(self._ended) <= MOST_ENDED:
                return
            del self._ended[oldest]

    def include(self, person_id: str, session_id: str, issued_at: int) -> bool:
        """Whether a token of this session, made then, is over."""
        if session_id in self._ended:
            return True
        all_of_them = self._ended.get(person_id)
        if all_of_them is None:
            return False
        at, kept = all_of_them
        return issued_at <= at and session_id != kept
