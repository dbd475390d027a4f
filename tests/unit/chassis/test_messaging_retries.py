"""What becomes of a message whose handler failed, as a pure decision (M-11, M-13)."""

import pytest

from chassis.retries import DELAYS, Park, Retry, fate
from contracts.errors import DomainError, ErrorCode, Kind


def failure(kind: Kind) -> DomainError:
    code = object.__new__(ErrorCode)  # not registered: it is no published code
    for name, value in (("code", f"test.{kind}"), ("kind", kind), ("en", ""), ("zh", "")):
        object.__setattr__(code, name, value)
    return DomainError(code)


@pytest.mark.parametrize(
    "kind",
    [
        Kind.INVALID_INPUT,
        Kind.UNAUTHENTICATED,
        Kind.PERMISSION_DENIED,
        Kind.NOT_FOUND,
        Kind.RULE_VIOLATED,
    ],
)
def test_permanent_kinds_are_parked_at_once(kind: Kind) -> None:
    """M-11: what will fail for ever is not tried again."""
    assert fate(failure(kind), 0) == Park(f"permanent: test.{kind}")


@pytest.mark.parametrize(
    "kind", [Kind.CONFLICT, Kind.RATE_LIMITED, Kind.UNAVAILABLE, Kind.INTERNAL]
)
def test_transient_kinds_take_every_step_and_are_then_parked(kind: Kind) -> None:
    """M-13: 1 s, 10 s, 1 min, 10 min; then an operator looks at it."""
    steps = [fate(failure(kind), attempts) for attempts in range(len(DELAYS))]
    assert steps == [Retry("1s", 1), Retry("10s", 2), Retry("1m", 3), Retry("10m", 4)]
    assert fate(failure(kind), 4) == Park(f"exhausted after 5 attempts: test.{kind}")


def test_every_kind_has_a_fate() -> None:
    for kind in Kind:
        assert fate(failure(kind), 0)
