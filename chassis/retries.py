"""What becomes of a message whose handler failed: pure decisions (M-11, M-13).

Transient failures go round by way of delay queues, each a step longer; what is permanent, or failed
after the last step, is parked for an operator. A conflict is mostly a race that a second look wins,
so it is tried again at once before it counts as transient.

What is only away (a database, a neighbour) comes back, and then nobody should have to lift a hand:
its messages repeat the last step for as long as it takes. An outage spends no more than the steps
before that, so a fault that shows afterwards still has a try.
"""

from dataclasses import dataclass

from contracts.errors import DomainError, Kind

DELAYS = (("1s", 1), ("10s", 10), ("1m", 60), ("10m", 600))  # queue suffix, seconds
TRIES_AT_ONCE = 3

PERMANENT = frozenset(
    {
        Kind.INVALID_INPUT,
        Kind.UNAUTHENTICATED,
        Kind.PERMISSION_DENIED,
        Kind.NOT_FOUND,
        Kind.RULE_VIOLATED,
    }
)
PASSING = frozenset({Kind.UNAVAILABLE, Kind.RATE_LIMITED})


@dataclass(frozen=True)
class Retry:
    """Again after the delay of this step; `attempts` count as failed so far.

    `held_up`: what the message waits for has been away for longer than the first steps together.
    """

    step: str
    attempts: int
    held_up: bool = False


@dataclass(frozen=True)
class Park:
    """To the parking lot: `reason` is what operators see."""

    reason: str


def fate(error: DomainError, attempts: int) -> Retry | Park:
    """What to do with a message after `error`, when `attempts` have failed before."""
    if error.kind in PERMANENT:
        return Park(f"permanent: {error}")
    last = len(DELAYS) - 1
    if error.kind in PASSING and attempts >= last:
        return Retry(DELAYS[last][0], last, held_up=True)
    if attempts >= len(DELAYS):
        return Park(f"exhausted after {attempts + 1} attempts: {error}")
    return Retry(DELAYS[attempts][0], attempts + 1)
