"""How often one caller may ask: for each class of operation a bucket of tokens.

A bucket holds `burst` tokens and fills at `per_minute`; a request takes one. It is kept as the one
moment at which it will be full again, and one that is full is not kept at all. So many callers are
remembered in each class; who was not seen for longest is forgotten first, so that invented
addresses cost them nothing but their own buckets.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from contracts.errors.membership import EMAIL_CODE_WRONG, LINK_CODE_WRONG, SIGN_IN_CODE_WRONG

MOST_CALLERS = 20_000  # in each class, about 4 MB
OF_A_SOURCE = 10  # times the limits of one caller: what all who sign in from one source have
WRONG_GUESSES = {one.code for one in (SIGN_IN_CODE_WRONG, EMAIL_CODE_WRONG, LINK_CODE_WRONG)}
WRONG_GUESS_COSTS = 4  # tokens of the source's bucket besides its request's own
_ALL_OF = "all of "
_SLOP = 1e-6  # seconds or tokens that rounding may make of nothing


class OperationClass(StrEnum):
    """What operations are counted together."""

    READ = "read"
    WRITE = "write"
    SIGN_IN = "sign_in"
    SMS = "sms"
    UPLOAD = "upload"
    GUESSABLE = "guessable"


# Of who signs in nobody is known yet: they are counted by their address, whatever token they show.
BY_SOURCE = frozenset({OperationClass.SIGN_IN, OperationClass.SMS})
MEANINGS = {
    OperationClass.READ: "whatever changes nothing; also pages, and what does not exist",
    OperationClass.WRITE: "whatever changes something, and is none of the below",
    OperationClass.SIGN_IN: "asking for a sign-in code, exchanging it or what another provider sent"
    " along, and looking at a link",
    OperationClass.SMS: "having a code sent to a phone, which costs money",
    OperationClass.UPLOAD: "sending a file",
    OperationClass.GUESSABLE: "what takes a secret that could be guessed, such as a coupon code",
}


@dataclass(frozen=True)
class Limit:
    """The numbers of one class."""

    per_minute: int
    burst: int

    @cached_property
    def interval(self) -> float:
        """Seconds until one token more."""
        return 60 / self.per_minute

    @cached_property
    def capacity(self) -> float:
        """Seconds in which an empty bucket becomes full."""
        return self.burst * self.interval

    @cached_property
    def policy(self) -> str:
        """As RateLimit-Policy says it."""
        return f"q={self.burst};w={math.ceil(self.capacity)}"


class Allowance(NamedTuple):
    """What became of a request: whether it may go on, and what its caller has left."""

    allowed: bool
    remaining: int
    seconds: int  # until there is one more than that
    limit: Limit


def all_of(source: str) -> str:
    """The caller that stands for everybody who is signed in and comes from there."""
    return _ALL_OF + source


class Limits:
    """The buckets of all callers in this process."""

    def __init__(
        self,
        limits: Mapping[OperationClass, Limit],
        *,
        most_callers: int = MOST_CALLERS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits
        self._most_callers, self._now = most_callers, now
        self._full_at: dict[OperationClass, OrderedDict[str, float]] = {
            operations: OrderedDict() for operations in OperationClass
        }
        self._of_sources = {
            operations: Limit(limit.per_minute * OF_A_SOURCE, limit.burst * OF_A_SOURCE)
            for operations, limit in limits.items()
        }

    def __len__(self) -> int:
        """How many buckets are remembered."""
        return sum(len(buckets) for buckets in self._full_at.values())

    def limit_of(self, operations: OperationClass, caller: str) -> Limit:
        return (self._of_sources if caller.startswith(_ALL_OF) else self.limits)[operations]

    def take(self, operations: OperationClass, caller: str) -> Allowance:
        """One token, when there is one."""
        limit, now = self.limit_of(operations, caller), self._now()
        full_at = self._known(operations, caller, now)
        allowed = full_at + limit.interval <= now + limit.capacity + _SLOP
        if allowed:
            full_at += limit.interval
        self._remember(operations, caller, full_at, now)
        # Below nothing after what others told.
        available = limit.burst - (full_at - now) / limit.interval
        remaining = max(0, int(available + _SLOP))
        wait = (remaining + 1 - available) * limit.interval
        return Allowance(allowed, remaining, max(1, math.ceil(wait - _SLOP)), limit)

    def add(self, operations: OperationClass, caller: str, count: int) -> None:
        """So many tokens were taken elsewhere; a debt is repaid, of one bucket at most."""
        limit, now = self.limit_of(operations, caller), self._now()
        full_at = self._known(operations, caller, now) + count * limit.interval
        self._remember(operations, caller, min(full_at, now + 2 * limit.capacity), now)

    def headers(self, operations: OperationClass, taken: Allowance) -> list[tuple[str, str]]:
        """What clients are told with each answer (draft-ietf-httpapi-ratelimit-headers)."""
        return [
            ("RateLimit-Policy", f'"{operations}";{taken.limit.policy}'),
            ("RateLimit", f'"{operations}";r={taken.remaining};t={taken.seconds}'),
        ]

    def _known(self, operations: OperationClass, caller: str, now: float) -> float:
        return max(self._full_at[operations].get(caller, now), now)

    def _remember(self, operations: OperationClass, caller: str, at: float, now: float) -> None:
        buckets = self._full_at[operations]
        buckets[caller] = at
        buckets.move_to_end(caller)
        # Two at most for each that comes: what grew in a flood shrinks after it.
        for _ in range(2):
            oldest = next(iter(buckets))
            if buckets[oldest] > now and len(buckets) <= self._most_callers:
                break
            del buckets[oldest]
