"""What comes back to who gives up what they paid for (rules.md §3.12)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.money import Money
from contracts.types.payments import TermBracket
from services.payments.domain.checkout.refund_terms import Due, RefundTerms, TermPolicy, due

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


# ── A term of a plan ────────────────────────────────────────────────────────────────────────────

ZONE = "Asia/Shanghai"
FIRST_DAY = dt.date(2026, 6, 6)  # which begins at 16:00 UTC of the day before
MIDNIGHT = dt.datetime(2026, 6, 5, 16, tzinfo=dt.UTC)
LONG_AGO = MIDNIGHT - dt.timedelta(days=30)


def policy(
    asked: dict[int, int], starts_on: dt.date | None = FIRST_DAY, *, attended: bool = False
) -> TermPolicy:
    rows: list[TermBracket] = [
        {"days_after": days, "basis_points": share} for days, share in asked.items()
    ]
    first = None if starts_on is None else starts_on.isoformat()
    return TermPolicy(rows, first, ZONE, attended)


def back(
    terms: TermPolicy,
    at: dt.datetime,
    *,
    paid: int = 9_999,
    paid_at: dt.datetime = LONG_AGO,
    given_back: int = 0,
) -> Due:
    paid_money, gone = Money(paid, "CNY"), Money(given_back, "CNY")
    return due(terms, paid=paid_money, paid_at=paid_at, given_back=gone, at=at)


@pytest.mark.parametrize(
    ("after", "share", "amount"),
    [
        (dt.timedelta(days=-20), 8_000, 7_999),  # not begun is day 0
        (dt.timedelta(days=8, microseconds=-1), 8_000, 7_999),
        (dt.timedelta(days=8), 5_000, 5_000),  # half of 9,999, rounded half up once
        (dt.timedelta(days=31, microseconds=-1), 5_000, 5_000),
        (dt.timedelta(days=31), 0, 0),
    ],
)
def test_a_bracket_of_a_plan_counts_up_to_and_including_its_day(
    after: dt.timedelta, share: int, amount: int
) -> None:
    """Days are those of the community's zone."""
    found = back(policy({7: 8_000, 30: 5_000}), MIDNIGHT + after)
    assert (found.basis_points, found.amount.amount) == (share, amount)


def test_a_term_that_nobody_told_of_is_at_day_0() -> None:
    found = back(policy({0: 9_000}, None), MIDNIGHT + dt.timedelta(days=400))
    assert found.basis_points == 9_000


def test_the_cool_off_of_a_term_ends_after_72_hours_or_with_a_meetup() -> None:
    begun = MIDNIGHT + dt.timedelta(hours=72)
    assert back(policy({}), begun, paid_at=MIDNIGHT).basis_points == 10_000
    later = begun + dt.timedelta(microseconds=1)
    assert back(policy({}), later, paid_at=MIDNIGHT) == Due(Money(0, "CNY"), 0, None)
    attended = policy({7: 8_000}, attended=True)
    assert back(attended, begun, paid_at=MIDNIGHT).basis_points == 8_000


day_brackets = st.dictionaries(st.integers(0, 3_650), st.integers(0, 10_000), max_size=10)
first_days = st.none() | st.integers(-400, 400).map(lambda days: FIRST_DAY + dt.timedelta(days))


@given(day_brackets, first_days, st.booleans(), amounts, amounts, moments, moments, moments)
def test_of_a_term_it_never_grows_and_never_exceeds_what_is_left(
    asked: dict[int, int],
    starts_on: dt.date | None,
    attended: bool,
    paid: int,
    given_back: int,
    paid_at: dt.datetime,
    one: dt.datetime,
    other: dt.datetime,
) -> None:
    """Monotone in time and in meetups, at most what was paid less what was given back, at least
    nothing; whole until the moment that it names."""
    sooner, later = sorted((one, other))
    given_back = min(given_back, paid)

    def at(moment: dt.datetime, attended: bool = attended) -> Due:
        terms = policy(asked, starts_on, attended=attended)
        return back(terms, moment, paid=paid, paid_at=paid_at, given_back=given_back)

    first, second = at(sooner), at(later)
    assert paid - given_back >= first.amount.amount >= second.amount.amount >= 0
    assert at(later, True).amount.amount <= at(later, False).amount.amount
    assert (first.until is None) == (first.basis_points == 0)
    if first.until is not None and starts_on is not None:
        assert sooner <= first.until
        assert at(first.until) == first
        assert at(first.until + dt.timedelta(microseconds=1)).basis_points < first.basis_points
