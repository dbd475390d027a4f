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


@pytest.mark.parametrize("kind", [Kind.CONFLICT, Kind.INTERNAL])
def test_transient_kinds_take_every_step_and_are_then_parked(kind: Kind) -> None:
    """M-13: 1 s, 10 s, 1 min, 10 min; then an operator looks at it."""
    steps = [fate(failure(kind), attempts) for attempts in range(len(DELAYS))]
    assert steps == [Retry("1s", 1), Retry("10s", 2), Retry("1m", 3), Retry("10m", 4)]
    assert fate(failure(kind), 4) == Park(f"exhausted after 5 attempts: test.{kind}")


@pytest.mark.parametrize("kind", [Kind.RATE_LIMITED, Kind.UNAVAILABLE])
def test_what_is_only_away_is_waited_for(kind: Kind) -> None:
    """T-32: no manual step, however long the outage; after its first minute operators are told."""
    attempts, fates = 0, []
    for _ in range(10):
        what = fate(failure(kind), attempts)
        assert isinstance(what, Retry)
        attempts = what.attempts
        fates.append((what.step, what.held_up))
    assert fates[:3] == [("1s", False), ("10s", False), ("1m", False)]
    assert set(fates[3:]) == {("10m", True)}


def test_an_outage_does_not_use_up_the_tries_of_a_fault() -> None:
    """M-13: what fails otherwise once the outage is over is tried again, and then parked."""
    waited = fate(failure(Kind.UNAVAILABLE), 3)
    assert isinstance(waited, Retry)
    once_more = fate(failure(Kind.INTERNAL), waited.attempts)
    assert once_more == Retry("10m", 4)
    assert isinstance(fate(failure(Kind.INTERNAL), 4), Park)


def test_every_kind_has_a_fate() -> None:
    for kind in Kind:
        assert fate(failure(kind), 0)
