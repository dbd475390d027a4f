"""Every turn that a membership can take, at random, against a small model (rules.md §2.1)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.errors import DomainError
from contracts.errors.membership import MEMBERSHIP_WRONG_STATE, NO_PAUSE_LEFT
from contracts.membership import Policy
from contracts.problems import load
from services.membership.domain.terms import (
    cancellations,
    memberships,
    paid_terms,
    pauses,
    suspensions,
)
from services.membership.domain.terms.memberships import KEPT_OUT, Membership
from services.membership.domain.terms.term_dates import (
    day_after,
    day_in,
    days_between,
    plus_days,
    start_of_day,
)
from tests.unit.membership.test_memberships import opened, paid, refunded

A_TERM = 10  # days of pause
POLICY: Any = load(Policy(), {"pause_days": A_TERM})
GRACE = 7
DAYS = st.integers(0, 40)


@dataclass
class Span:
    """A paid term as the model has it."""

    starts: str
    ends: str
    months: int
    paused: int = 0


def lengthened(terms: list[Span], at: int, days: int) -> list[Span]:
    """One term ends so much later, and those after it are counted from its new end."""
    if days == 0:
        return terms
    longer = replace(
        terms[at], ends=plus_days(terms[at].ends, days), paused=terms[at].paused + days
    )
    result = [*terms[:at], longer]
    anchor, months = dt.date.fromisoformat(day_after(longer.ends)), 0
    for term in terms[at + 1 :]:
        months += term.months
        ends = anchor + relativedelta(months=months) - dt.timedelta(days=1)
        result.append(replace(term, starts=day_after(result[-1].ends), ends=ends.isoformat()))
    return result


class Turns(RuleBasedStateMachine):
    """The model keeps a handful of facts and its own few lines for the state and the pause."""

    def __init__(self) -> None:
        super().__init__()
        self.today = "2028-01-31"
        self.membership = paid(opened(), "trm_0", self.today, months=1)
        self.terms = [Span(self.today, "2028-02-28", 1)]
        self.cancels, self.ended = False, False
        self.pause: tuple[int, str, str] | None = None  # of which term, first and last day
        self.until = ""  # "" = not suspended, "9" = for good
        self.count = 0

    def state(self) -> str:
        if self.ended:
            return "cancelled"
        if self.until and self.today <= self.until:
            return "suspended"
        return "paused" if self.is_paused() else self.by_dates()

    @property
    def ends(self) -> str:
        """The last day of all terms; of a pause once it is used up."""
        if self.pause is None:
            return self.terms[-1].ends
        at, on, through = self.pause
        return lengthened(self.terms, at, days_between(on, through) + 1)[-1].ends

    def is_paused(self) -> bool:
        return self.pause is not None and self.today <= self.pause[2]

    def settle(self, back_on: str) -> None:
        """The pause is over on that day, or was before by itself."""
        if self.pause is not None:
            at, on, through = self.pause
            days = min(days_between(on, back_on), days_between(on, through) + 1)
            self.terms, self.pause = lengthened(self.terms, at, days), None

    def by_dates(self) -> str:
        if self.today <= self.ends:
            return "active"
        if self.cancels:
            return "cancelled"
        return "grace" if self.today <= plus_days(self.ends, GRACE) else "expired"

    def attempt(self, step: Callable[[Membership, str], Membership], *, works: bool) -> None:
        """The step is taken, or refused with the state, and then nothing is changed."""
        if works:
            self.membership = step(self.membership, self.today)
            return
        with pytest.raises(DomainError) as refused:
            step(self.membership, self.today)
        assert refused.value.error is MEMBERSHIP_WRONG_STATE
        assert refused.value.params["current_state"] == self.state()

    @rule(days=DAYS, job_runs=st.booleans())
    def time_passes(self, days: int, job_runs: bool) -> None:
        self.today = plus_days(self.today, days)
        if self.pause is not None and not self.is_paused():
            self.settle(self.today)
        if not job_runs:
            return
        while True:
            before = self.membership
            self.membership, step = memberships.advance(before, self.today)
            if step is None:
                break
            turned = step.kind != "remind" and self.membership["state"] not in KEPT_OUT
            assert self.membership["sequence"] == before["sequence"] + turned
            assert (self.membership["state"] != before["state"]) >= turned
        assert self.membership["state"] == self.state()
        assert self.ended or self.today <= self.membership.get("suspended_until", "9")
        assert ("pause" in self.membership) == (not self.ended and self.is_paused())
        due_at = self.membership["due_at"]
        assert due_at is None or day_in("Asia/Shanghai", due_at) > self.today

    @rule(days=st.none() | DAYS)
    def suspend(self, days: int | None) -> None:
        until = None if days is None else plus_days(self.today, days)
        works = self.state() in ("active", "grace", "expired", "paused")
        self.attempt(lambda m, today: suspensions.suspend(m, until, "", today), works=works)
        if works:
            self.until = "9" if until is None else until

    @rule()
    def lift(self) -> None:
        works = self.state() == "suspended"
        self.attempt(suspensions.lift, works=works)
        self.until = "" if works else self.until

    @rule()
    def cancel(self) -> None:
        works = not (self.ended or self.cancels) and self.by_dates() in ("active", "grace")
        self.attempt(cancellations.cancel_at_end, works=works)
        self.cancels |= works

    @rule()
    def keep(self) -> None:
        works = not self.ended and self.cancels and self.by_dates() == "active"
        self.attempt(cancellations.keep, works=works)
        self.cancels &= not works

    @rule()
    def end(self) -> None:
        works = self.state() in ("active", "grace", "suspended", "paused")
        self.attempt(lambda m, today: cancellations.end(m, "", today), works=works)
        self.ended |= works

    @rule()
    def put_aside(self) -> None:
        if self.state() != "active":
            self.attempt(lambda m, today: pauses.pause(m, POLICY, today), works=False)
            return
        at = max(at for at, term in enumerate(self.terms) if term.starts <= self.today)
        left = A_TERM - self.terms[at].paused
        if left == 0:
            with pytest.raises(DomainError) as refused:
                pauses.pause(self.membership, POLICY, self.today)
            assert refused.value.error is NO_PAUSE_LEFT
            return
        self.membership = pauses.pause(self.membership, POLICY, self.today)
        through = min(plus_days(self.today, left - 1), self.terms[at].ends)
        self.pause = (at, self.today, through)

    @rule()
    def resume(self) -> None:
        works = not self.ended and self.is_paused()
        self.attempt(pauses.resume, works=works)
        if works:
            self.settle(self.today)

    @rule(months=st.sampled_from([1, 12]))
    def renew(self, months: int) -> None:
        self.count += 1
        term_id = f"trm_{self.count}"
        works = not self.ended and self.until != "9"
        works = works and self.today <= plus_days(
            self.ends, (0 if self.cancels else GRACE) + POLICY["revival_days"]
        )
        policy: Any = {**POLICY, "renewal_opens_days": 366 * 50}
        if not works:
            with pytest.raises(DomainError):
                memberships.start_renewal(self.membership, term_id, None, self.today, policy)
            return
        follows, before = self.by_dates() in ("active", "grace"), self.terms[-1].ends
        started = memberships.start_renewal(self.membership, term_id, None, self.today, policy)
        assert paid_terms.refuse_reason(started, term_id, "ord_x", self.today) is None
        self.membership = paid(started, term_id, self.today, months)
        (term,) = [one for one in self.membership["terms"] if one["id"] == term_id]
        assert term["starts_on"] == (day_after(before) if follows else self.today)
        self.terms.append(Span(str(term["starts_on"]), str(term["ends_on"]), months))
        self.cancels = False
        self.until = "" if self.today > self.until else self.until

    @invariant()
    def the_state_is_the_model_s(self) -> None:
        assert memberships.state_on(self.membership, self.today) == self.state()
        # And on any later day, without a job.
        later, now = plus_days(self.today, 50), self.today
        found = memberships.state_on(self.membership, later)
        self.today = later
        expected = self.state()
        self.today = now
        assert found == expected

    @invariant()
    def the_last_days_are_those_of_the_facts(self) -> None:
        if self.ended:
            assert self.membership["ends_on"] is None
            return
        terms = memberships.settled(self.membership, self.today)["terms"]
        assert [(one["starts_on"], one["ends_on"]) for one in terms] == [
            (one.starts, one.ends) for one in self.terms
        ]
        grace = 0 if self.cancels else GRACE
        assert memberships.end_dates(self.membership) == (self.ends, plus_days(self.ends, grace))


TestTurns = Turns.TestCase
TestTurns.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


@given(
    st.dates(dt.date(2024, 1, 1), dt.date(2032, 12, 31)),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Pacific/Apia", "Africa/Casablanca"]),
    st.integers(0, 60),
)
def test_a_suspension_ends_with_its_last_day_in_every_zone(
    first: dt.date, zone: str, days: int
) -> None:
    """That day included: the job is due at the first moment of the next one there."""
    begins = first.isoformat()
    member = paid(opened(zone), "trm_0", begins)
    until = plus_days(begins, days)
    suspended = suspensions.suspend(member, until, "", begins)
    assert memberships.state_on(suspended, until) == "suspended"
    assert memberships.state_on(suspended, day_after(until)) == "active"
    assert suspended["due_at"] == start_of_day(day_after(until), zone)


@given(st.dates(dt.date(2024, 1, 1), dt.date(2032, 12, 31)), st.sampled_from([1, 3, 12]))
def test_to_cancel_and_take_it_back_changes_nothing(first: dt.date, months: int) -> None:
    """Month ends and leap years included."""
    begins = first.isoformat()
    member = paid(opened(), "trm_0", begins, months)
    cancelled = cancellations.cancel_at_end(member, begins)
    ends_on, _ = memberships.end_dates(member)
    assert memberships.state_on(cancelled, ends_on) == "active"
    assert memberships.state_on(cancelled, day_after(ends_on)) == "cancelled"
    assert cancellations.keep(cancelled, ends_on) == member


def test_a_refund_ends_what_was_cancelled_or_suspended() -> None:
    """In full and once; what ended by staff stays as it is."""
    member = paid(opened(), "trm_0", "2026-03-02")
    for before in (
        cancellations.cancel_at_end(member, "2026-03-02"),
        suspensions.suspend(member, "2026-04-02", "", "2026-03-02"),
    ):
        after = refunded(before, "trm_0", "2026-03-10")
        assert memberships.state_on(after, "2026-03-10") == "cancelled"
        assert after["ended_on"] == "2026-03-10"
    ended = cancellations.end(member, "", "2026-03-05")
    after = refunded(ended, "trm_0", "2026-03-10")
    assert (after["state"], after["ended_on"]) == ("cancelled", "2026-03-05")


def test_a_suspension_that_ends_with_the_term_is_told() -> None:
    """Its end and the beginning of grace are due on one day."""
    held = paid(opened(), "trm_0", "2028-01-31", months=1)
    last_day = held["ends_on"]
    assert last_day is not None
    held = suspensions.suspend(held, last_day, "", last_day)
    after, step = memberships.advance(held, plus_days(last_day, 1))
    assert step is not None
    assert step.kind == "end_suspension"
    assert after["state"] == "grace"
    assert "suspended_until" not in after


def test_who_cancels_in_grace_after_a_pause_keeps_its_days() -> None:
    """The pause was over by itself, and no job had run."""
    held = pauses.pause(paid(opened(), "trm_0", "2028-01-31", months=1), POLICY, "2028-01-31")
    last_day = held["ends_on"]
    assert last_day is not None
    after = cancellations.cancel_at_end(held, plus_days(last_day, 1))
    assert after["state"] == "cancelled"
    assert "pause" not in after
    assert after["terms"][0]["ends_on"] == last_day


def test_who_cancels_after_a_pause_is_back_all_the_same() -> None:
    """No job had told that the pause was over; it still does."""
    held = pauses.pause(paid(opened(), "trm_0", "2028-01-31", months=12), POLICY, "2028-03-01")
    held = cancellations.cancel_at_end(held, "2028-05-01")
    assert memberships.state_on(held, "2028-05-01") == "active"
    told, step = memberships.advance(held, "2028-05-01")
    assert step is not None
    assert step.kind == "end_pause"
    assert told["state"] == "active"
