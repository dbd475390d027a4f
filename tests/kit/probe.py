"""Waiting for something to become true, with a deadline, saying what was seen last."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
# Soon at first; what takes longer is asked less often, since asking takes from the CPU it needs.
FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.03, 0.4, 1.3


class ProbeExpired(AssertionError):
    """The deadline passed; the text holds the expectation and what was seen last."""


def probe(fn: Callable[[], T | None], deadline: float = 10.0, message: str = "") -> T:
    """Call `fn` until it returns something true, at most `deadline` seconds, and return that.

    An AssertionError, LookupError or OSError (so also a refused connection) counts as "not yet".
    Raises ProbeExpired with `message` and the last value or error.
    """
    end = time.monotonic() + deadline
    pause = FIRST_PAUSE
    while True:
        try:
            seen: object = (value := fn())
            if value:
                return value
        except (AssertionError, LookupError, OSError) as error:
            seen = f"{type(error).__name__}: {error}"
        if time.monotonic() >= end:
            expected = message or getattr(fn, "__name__", "the condition")
            raise ProbeExpired(f"{expected}: not within {deadline:g} s; last seen: {seen!r}")
        time.sleep(pause)
        pause = min(pause * GROWTH, LONGEST_PAUSE)
