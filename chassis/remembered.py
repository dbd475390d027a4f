"""What others were asked: once for all who wait for the same, and remembered for a while.

By real time, in this process alone. For what may be a little old, and is asked for so often that it
should not be asked each time.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

MINUTE = 60.0  # seconds, for which neighbours may believe what one of them said


class Remembered(Generic[K, T]):
    """At most `most` answers, each for so many seconds; the oldest one makes room."""

    def __init__(
        self, seconds: float, most: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds, self._most, self._now = seconds, most, now
        self._kept: OrderedDict[K, tuple[float, T]] = OrderedDict()  # since when, in that order
        self._asked: dict[K, Future[T]] = {}
        self._lock = threading.Lock()

    def find(self, key: K) -> T | None:
        """What is remembered; None without."""
        with self._lock:
            self._forget_old()
            _, answer = self._kept.get(key, (0.0, None))
            return answer

    def keep(self, key: K, answer: T) -> None:
        """From now on it is remembered."""
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = self._now(), answer
            self._forget_old()

    def forget(self, key: K) -> None:
        """From now on it is not."""
        with self._lock:
            self._kept.pop(key, None)

    def is_asked(self, key: K) -> bool:
        """Somebody waits for the answer just now."""
        return key in self._asked

    def ask(self, key: K, call: Callable[[], T]) -> T:
        """The answer of a call, which is remembered; who asks meanwhile waits for the same one.
        Raises what the call raised, whatever it was, for all of them."""
        with self._lock:
            others = self._asked.get(key)
            if others is None:
                asked = self._asked[key] = Future()
        if others is not None:
            return others.result()
        try:
            answer = call()
        except BaseException as problem:
            del self._asked[key]
            asked.set_exception(problem)
            raise
        self.keep(key, answer)
        del self._asked[key]
        asked.set_result(answer)
        return answer

    def find_or_ask(self, key: K, call: Callable[[], T]) -> T:
        """What is remembered, else what the call says."""
        found = self.find(key)
        return self.ask(key, call) if found is None else found

    def _forget_old(self) -> None:
        oldest = self._now() - self._seconds
        while self._kept:
            since, _ = next(iter(self._kept.values()))
            if len(self._kept) <= self._most and since > oldest:
                return
            self._kept.popitem(last=False)
