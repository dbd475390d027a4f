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
        self._left_alone_until = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A call, or a few that belong together, when it is their turn.

        Raises PartnerNotAsked at once while the partner is left alone or too many wait, and after
        two seconds without a turn. A PartnerAway from inside has it left alone for five seconds.
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
                yield
            except PartnerAway:
                self._left_alone_until = time.monotonic() + LEFT_ALONE_SECONDS
                raise
            finally:
                self._places.release()
        finally:
            with self._lock:
                self._in_line -= 1

    def _require_hope(self) -> None:
        if time.monotonic() < self._left_alone_until:
            raise PartnerNotAsked("silent just now")
