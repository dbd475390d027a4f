"""Limits that hold over all gateways: each tells the others what was taken from its buckets.

What was taken is told after a short while, and at once when somebody took a tenth of a bucket. So
who floods all gateways gets a little more than one would give, owes it, and gets that less later.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import eventlet

from gateway.limits import Allowance, Limit, Limits, OperationClass

LIMITS_USED = "limits.used"
PAUSE = 0.25  # seconds until the others know of a request or two
SHORTEST_PAUSE = 0.005
TOLD_AT_ONCE = 0.1  # of a bucket
MOST_TAKEN = 100_000  # the largest bucket
LONGEST_CALLER = 64  # characters of an id or address


class Live(Protocol):
    """The way to the other gateways."""

    @property
    def up(self) -> bool: ...

    def tell(self, kind: str, document: Mapping[str, Any]) -> None: ...


class SharedLimits(Limits):
    """This gateway's buckets, and what the others have to know of them."""

    def __init__(
        self,
        limits: Mapping[OperationClass, Limit],
        live: Live,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(limits, now=now)
        self._live = live
        self._taken: dict[str, dict[str, int]] = {}
        self._tells = self._tells_at_once = False  # a greenlet is about to

    def take(self, operations: OperationClass, caller: str) -> Allowance:
        """As in the base; the others are told."""
        taken = super().take(operations, caller)
        if taken.allowed:
            self._note(operations, caller, 1)
        return taken

    def charge(self, operations: OperationClass, caller: str, count: int) -> None:
        """So many tokens more for what was asked, or -1 = the one just taken is given back,
        before the others were told of it; of all else they are told."""
        self.add(operations, caller, count)
        self._note(operations, caller, count)

    def heard(self, document: Any) -> None:
        """What another gateway told; raises ValueError or TypeError for what none says."""
        found = [
            (OperationClass(operations), caller, count)
            for operations, counts in document.items()
            if operations in self.limits  # else: of a later version
            for caller, count in counts.items()
        ]
        for operations, caller, count in found:
            sound = type(count) is int and 1 <= count <= MOST_TAKEN
            if not sound or len(caller) > LONGEST_CALLER:
                raise ValueError(f"{operations}: {count!r}")
        for operations, caller, count in found:
            self.add(operations, caller, count)

    def _note(self, operations: OperationClass, caller: str, more: int) -> None:
        if not self._live.up:
            return
        counts = self._taken.setdefault(operations, {})
        count = counts.pop(caller, 0) + more
        if count < 1:
            return
        counts[caller] = count
        at_once = max(1, int(self.limit_of(operations, caller).burst * TOLD_AT_ONCE))
        if count >= at_once and not self._tells_at_once:
            self._tells_at_once = True
            eventlet.spawn_after(SHORTEST_PAUSE, self._tell)
        elif not self._tells:
            self._tells = True
            eventlet.spawn_after(PAUSE, self._tell)

    def _tell(self) -> None:
        self._tells = self._tells_at_once = False
        taken, self._taken = self._taken, {}
        if any(taken.values()):
            self._live.tell(LIMITS_USED, taken)
