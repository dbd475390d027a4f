"""Terms taken back among others: no day has access that no term covers (rules.md §2.6)."""

import datetime as dt
from itertools import pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from services.membership.domain.terms import memberships as domain
from services.membership.domain.terms import paid_terms
from services.membership.domain.terms.chains import Term
from services.membership.domain.terms.memberships import Membership
from tests.unit.membership.test_memberships import POLICY, opened, paid, refunded

FIRST = dt.date(2026, 1, 31)


def renewed(
    membership: Membership, term_id: str, on: str, *, months: int = 12, extra_days: int = 0
) -> Membership:
    term = domain.offered_term(term_id, "renew", None, None, None)
    return paid(
        {**membership, "terms": [*membership["terms"], term]}, term_id, on, months, extra_days
    )


def term(membership: Membership, term_id: str) -> Term:
    return domain.find_term(membership, term_id)


def day(text: str | None) -> dt.date:
    assert text is not None
    return dt.date.fromisoformat(text)


def two_years() -> Membership:
    """R20: 2026, and 2027 paid on 10 November."""
    first = paid(opened(), "trm_0", "2026-01-01")
    return renewed(first, "trm_1", "2026-11-10")


def test_a_later_term_starts_when_the_running_one_is_refunded() -> None:
    after = refunded(two_years(), "trm_0", "2026-11-12")
    moved = term(after, "trm_1")
    assert (moved["starts_on"], moved["ends_on"]) == ("2026-11-12", "2027-11-11")
    assert (after["state"], after["ends_on"]) == ("active", "2027-11-11")
    assert domain.state_on(after, "2027-11-12") == "grace"


def test_a_later_term_that_is_refunded_just_goes() -> None:
    after = refunded(two_years(), "trm_1", "2026-11-12")
    assert (after["state"], after["ends_on"]) == ("active", "2026-12-31")


def test_a_term_between_two_leaves_no_gap() -> None:
    three = renewed(two_years(), "trm_2", "2026-11-11", months=1)
    after = refunded(three, "trm_1", "2026-11-12")
    moved = term(after, "trm_2")
    assert (moved["starts_on"], moved["ends_on"]) == ("2027-01-01", "2027-01-31")
    assert term(after, "trm_0") == term(three, "trm_0")


def test_a_term_that_is_over_moves_nothing() -> None:
    before = two_years()
    after = refunded(before, "trm_0", "2027-01-01")
    assert term(after, "trm_1") == term(before, "trm_1")
    assert after["state"] == "active"


def test_a_refund_that_is_heard_of_later_moves_terms_to_its_own_day() -> None:
    after = paid_terms.refund(
        two_years(), "trm_0", "ord_trm_0", POLICY, refunded_on="2026-11-12", today="2026-12-24"
    )
    assert term(after, "trm_1")["starts_on"] == "2026-11-12"


def test_a_term_of_before_lengths_were_kept_keeps_its_days() -> None:
    former = two_years()
    for each in former["terms"]:
        for name in ("months", "extra_days"):
            each.pop(name, None)  # type: ignore[misc]
    moved = term(refunded(former, "trm_0", "2026-11-12"), "trm_1")
    assert (moved["starts_on"], moved["ends_on"]) == ("2026-11-12", "2027-11-11")


def test_reminders_follow_the_moved_end() -> None:
    membership = refunded(two_years(), "trm_0", "2026-11-12")
    told = []
    for days in range(400):
        today = (dt.date(2026, 11, 12) + dt.timedelta(days=days)).isoformat()
        membership, step = domain.advance(membership, today)
        if step is not None:
            told.append((step.on, step.kind))
    assert told[0] == ("2027-10-12", "remind")
    assert told[-1] == ("2027-11-19", "expire")


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Lengths of terms, and which of them are refunded after how many days more."""
    lengths = draw(
        st.lists(st.tuples(st.integers(1, 14), st.sampled_from([0, 0, 30])), min_size=2, max_size=5)
    )
    order = draw(st.permutations(range(len(lengths))))
    refunds = draw(st.lists(st.integers(0, 250), max_size=len(lengths)))
    return lengths, list(zip(order, refunds, strict=False))


@given(histories())
def test_whatever_is_refunded_access_is_what_terms_cover(
    history: tuple[list[tuple[int, int]], list[tuple[int, int]]],
) -> None:
    """Whole lengths, no gap, no overlap, no access on a day that no term covers."""
    lengths, refunds = history
    membership = opened()
    for number, (months, extra) in enumerate(lengths):
        pay = renewed if number else paid
        term_id = f"trm_{number}"
        membership = pay(membership, term_id, FIRST.isoformat(), months=months, extra_days=extra)
    today = FIRST
    for number, days in refunds:
        today += dt.timedelta(days=days)
        before = membership
        membership = refunded(membership, f"trm_{number}", today.isoformat())
        left = [one for one in membership["terms"] if one["state"] == "fulfilled"]
        for one in left:
            was = term(before, one["id"])
            if day(was["starts_on"]) <= today:
                assert (one["starts_on"], one["ends_on"]) == (was["starts_on"], was["ends_on"])
            months, extra = lengths[int(one["id"].removeprefix("trm_"))]
            whole = day(one["starts_on"]) + relativedelta(months=months)
            end = day(one["ends_on"]) + dt.timedelta(days=1 - extra)
            assert abs((end - whole).days) <= 3  # the anchor's day of the month
        ahead = [one for one in left if day(one["ends_on"]) >= today]
        for one, following in pairwise(ahead):
            assert day(following["starts_on"]) == day(one["ends_on"]) + dt.timedelta(days=1)
        for on in (today, *(day(one["ends_on"]) for one in membership["terms"])):
            if on < today:
                continue
            covered = any(day(one["starts_on"]) <= on <= day(one["ends_on"]) for one in left)
            active = domain.state_on(membership, on.isoformat()) == "active"
            assert active == covered, on


@pytest.mark.parametrize("order_id", ["ord_x", "ord_trm_0"])
def test_a_refund_of_another_order_moves_nothing(order_id: str) -> None:
    before = two_years()
    after = refunded(before, "trm_1", "2026-11-12", order_id=order_id)
    assert term(after, "trm_0") == term(before, "trm_0")
    assert after["ends_on"] == before["ends_on"]
