"""What comes back to who gives up what they paid for (rules.md §3.12)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.money import Money
from services.payments.domain.checkout.refund_terms import RefundTerms, due

START = dt.datetime(2026, 6, 6, 6, tzinfo=dt.UTC)
PAID_AT = START - dt.timedelta(days=20)


def terms(brackets: dict[int, int]) -> RefundTerms:
    rows = [{"hours_before": hours, "basis_points": share} for hours, share in brackets.items()]
    return {"starts_at": START, "brackets": rows}  # type: ignore[typeddict-item]


def share_at(hours_before: float, *, paid_at: dt.datetime = PAID_AT) -> tuple[int, int]:
    at = START - dt.timedelta(hours=hours_before)
    found = due(
        terms({24: 5_000, 72: 8_000}),
        paid=Money(9_999, "CNY"),
        paid_at=paid_at,
        given_back=Money(0, "CNY"),
        at=at,
    )
    return found.basis_points, found.amount.amount


@pytest.mark.parametrize(
    ("hours_before", "share", "amount"),
    [(72, 8_000, 7_999), (71.99, 5_000, 5_000), (24, 5_000, 5_000), (23.99, 0, 0), (0, 0, 0)],
)
def test_a_bracket_counts_up_to_and_including_its_hour(
    hours_before: float, share: int, amount: int
) -> None:
    assert share_at(hours_before) == (share, amount)


def test_the_cool_off_ends_after_72_hours_and_when_the_meetup_begins() -> None:
    assert share_at(100, paid_at=START - dt.timedelta(hours=172)) == (10_000, 9_999)
    assert share_at(99, paid_at=START - dt.timedelta(hours=172)) == (8_000, 7_999)
    assert share_at(1, paid_at=START - dt.timedelta(hours=2)) == (10_000, 9_999)
    assert share_at(0, paid_at=START - dt.timedelta(hours=2)) == (0, 0)


amounts = st.integers(0, 10**12)
brackets = st.dictionaries(st.integers(0, 24 * 365), st.integers(0, 10_000), max_size=10)
moments = st.integers(-(24 * 400), 48).map(lambda hours: START + dt.timedelta(hours=hours))


@given(brackets, amounts, amounts, moments, moments, moments)
def test_it_never_grows_and_never_exceeds_what_is_left(
    asked: dict[int, int],
    paid: int,
    given_back: int,
    paid_at: dt.datetime,
    one: dt.datetime,
    other: dt.datetime,
) -> None:
    """Monotone in time, at most what was paid less what was given back, at least nothing."""
    sooner, later = sorted((one, other))
    given_back = min(given_back, paid)

    def at(moment: dt.datetime) -> int:
        found = due(
            terms(asked),
            paid=Money(paid, "CNY"),
            paid_at=paid_at,
            given_back=Money(given_back, "CNY"),
            at=moment,
        )
        assert (found.until is None) == (found.basis_points == 0)
        assert found.until is None or moment <= found.until
        return found.amount.amount

    assert paid - given_back >= at(sooner) >= at(later) >= 0
