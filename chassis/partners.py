"""Partners whose answer somebody waits for: few ask at once, and one that is silent is left alone.

Whoever asks holds a worker until the partner answers. Without a bound one partner that hangs would
hold them all, and everything else that the process answers would wait for it. What jobs ask can be
put off instead (`chassis.job_items.Partners`).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Semaphore

from chassis.bounded_http import PartnerAway, PartnerSilent
from chassis.job_items import SILENT_IN_A_ROW

AT_ONCE = 8
MOST_WAITING = 16  # with those who ask about half of a process' workers
WAIT_SECONDS = 2.0
LEFT_ALONE_SECONDS = 5  # also what callers are told to wait


class PartnerNotAsked(PartnerSilent):
    """The partner was not asked: it was silent just now, or too many ask it."""


class Partner:
    """One partner of this process; used by several threads at once."""

    def __init__(self) -> None:
        self._places = Semaphore(AT_ONCE)
        self._lock = Lock()
        self._in_line = 0  # those who ask or wait
        self._silences = 0  # in a row: whoever makes one call fail closes it to nobody
        self._left_alone_until = 0.0

    @contextmanager
    def turn(self, *, asks: bool = True) -> Iterator[None]:
        """A call, or a few that belong together, when it is their turn. `asks` is False where there
        may be none, because the answer is kept: that says nothing of the partner.

        Raises PartnerNotAsked at once while the partner is left alone or too many wait, and after
        two seconds without a turn. The third PartnerAway in a row from inside has the partner left
        alone for five seconds, and so has each that follows, until there is an answer.
        """
        self._require_hope()
        with self._lock:
            if self._in_line >= AT_ONCE + MOST_WAITING:
                raise PartnerNotAsked("too many ask")
            self._in_line += 1
        try:
            if not self._places.acquire(timeout=WAIT_SECONDS):
                raise PartnerNotAsked("too many ask")
            try:
                self._require_hope()  # it may have been silent to those before
                with self._listening(asks=asks):
                    yield
            finally:
                self._places.release()
        finally:
            with self._lock:
                self._in_line -= 1

    @contextmanager
    def _listening(self, *, asks: bool) -> Iterator[None]:
        is_away = False
        try:
            yield
        except PartnerAway:
            is_away = True
            self._silences += 1
            if self._silences >= SILENT_IN_A_ROW:
                self._left_alone_until = time.monotonic() + LEFT_ALONE_SECONDS
            raise
        finally:
            if asks and not is_away:
                self._silences = 0

    def _require_hope(self) -> None:
        if time.monotonic() < self._left_alone_until:
            raise PartnerNotAsked("silent just now")
