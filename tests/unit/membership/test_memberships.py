"""Terms and memberships: date arithmetic, and a random year against a small model."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from contracts.errors import DomainError
from contracts.errors import membership as codes
from contracts.membership import Policy
from contracts.problems import load
from contracts.types import membership as wire
from services.membership.domain.terms import beginnings, paid_terms, term_dates
from services.membership.domain.terms import memberships as domain
from services.membership.domain.terms.memberships import Membership
from tests.kit.existing import existing

POLICY: Any = load(Policy(), {})
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2032, 12, 31))


def opened(zone: str = "Asia/Shanghai") -> Membership:
    return beginnings.await_first_payment(
        id="mbr_1",
        community_id="com_1",
        person_id="per_1",
        zone=zone,
        term_id="trm_0",
        number=None,
        application_id="app_1",
        plan_id=None,
        pay_by=dt.datetime(2026, 3, 5, tzinfo=dt.UTC),
    )


def paid(
    membership: Membership,
    term_id: str,
    on: str,
    months: int = 12,
    extra_days: int = 0,
    policy: wire.Policy = POLICY,
) -> Membership:
    return paid_terms.fulfil(
        membership,
        term_id,
        order_id=f"ord_{term_id}",
        plan_id="pln_1",
        tier="",
        months=months,
        extra_days=extra_days,
        paid_on=on,
        policy=policy,
    )


def refunded(
    membership: Membership,
    term_id: str,
    on: str,
    *,
    order_id: str | None = None,
    policy: wire.Policy = POLICY,
) -> Membership:
    order_id = order_id or f"ord_{term_id}"
    return paid_terms.refund(membership, term_id, order_id, policy, refunded_on=on, today=on)


# ── dates ───────────────────────────────────────────────────────────────────────────────────────


def test_anchor_day_is_kept() -> None:
    """product.md §2: 31 Jan → 28/29 Feb → 31 Mar; ends are inclusive."""
    term = term_dates.term_from("2027-01-31", 1, 0)
    starts, ends = [term["starts_on"]], [term["ends_on"]]
    for _ in range(4):
        term = term_dates.term_after(term, 1, 0)
        starts.append(term["starts_on"])
        ends.append(term["ends_on"])
    assert starts == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]
    assert ends == ["2027-02-27", "2027-03-30", "2027-04-29", "2027-05-30", "2027-06-29"]


def test_leap_day() -> None:
    """rules.md §2.9: a year from 29 February ends on 27 February; four years later the 29th."""
    term = term_dates.term_from("2028-02-29", 12, 0)
    assert term["ends_on"] == "2029-02-27"
    for _ in range(3):
        term = term_dates.term_after(term, 12, 0)
    assert term_dates.term_after(term, 12, 0)["starts_on"] == "2032-02-29"


def test_extra_days_lengthen_a_term_and_start_a_new_chain() -> None:
    """product.md §3: extra days are added once; what follows starts the day after."""
    term = term_dates.term_from("2026-01-31", 12, 365)
    assert term["ends_on"] == "2028-01-30"
    assert term_dates.term_after(term, 1, 0)["ends_on"] == "2028-02-28"


@given(DAYS, st.lists(st.integers(1, 24), min_size=1, max_size=20))
def test_chains_have_no_gap_and_no_drift(first: dt.date, months: list[int]) -> None:
    """Each term starts the day after the one before, and the chain ends by its anchor."""
    term = term_dates.term_from(first.isoformat(), months[0], 0)
    for count in months[1:]:
        following = term_dates.term_after(term, count, 0)
        assert following["starts_on"] == term_dates.day_after(term["ends_on"])
        term = following
    expected = first + relativedelta(months=sum(months)) - dt.timedelta(days=1)
    assert term["ends_on"] == expected.isoformat()


def test_days_begin_by_the_community_s_clock() -> None:
    """product.md §2: dates in the community's zone."""
    shanghai = term_dates.start_of_day("2026-03-02", "Asia/Shanghai")
    assert shanghai == dt.datetime(2026, 3, 1, 16, tzinfo=dt.UTC)
    assert term_dates.day_in("Asia/Shanghai", shanghai) == "2026-03-02"
    assert term_dates.day_in("America/New_York", shanghai) == "2026-03-01"


# ── states ──────────────────────────────────────────────────────────────────────────────────────


class MembershipYears(RuleBasedStateMachine):
    """Pays, renews, refunds and lets time pass; the model knows only the list of paid terms."""

    def __init__(self) -> None:
        super().__init__()
        self.today = dt.date(2026, 1, 31)
        self.terms: list[tuple[str, dt.date, dt.date]] = []  # id, start, end: fulfilled ones
        self.membership = paid(opened(), "trm_0", self.today.isoformat(), months=1)
        self.terms.append(("trm_0", *self._dates("trm_0")))
        self.renewals = 0
        self.cancelled = False
        self.told: list[str] = []

    def _dates(self, term_id: str) -> tuple[dt.date, dt.date]:
        term = domain.find_term(self.membership, term_id)
        return (
            dt.date.fromisoformat(existing(term["starts_on"])),
            dt.date.fromisoformat(existing(term["ends_on"])),
        )

    def expected_state(self) -> str:
        if self.cancelled:
            return "cancelled"
        end = self.terms[-1][2]
        if self.today <= end:
            return "active"
        return "grace" if self.today <= end + dt.timedelta(days=7) else "expired"

    @rule(days=st.integers(1, 45))
    def days_pass(self, days: int) -> None:
        self.today += dt.timedelta(days=days)

    @rule()
    def sweep(self) -> None:
        """As the job does: one step at a time until nothing is due."""
        for _ in range(20):
            self.membership, step = domain.advance(self.membership, self.today.isoformat())
            if step is None:
                break
            if step.kind != "remind":
                self.told.append(step.kind)
        else:
            raise AssertionError("a sweep does not end")
        assert self.membership["state"] == self.expected_state()

    @rule(extra=st.sampled_from([0, 0, 30]))
    def renew(self, extra: int) -> None:
        today, end = self.today.isoformat(), self.terms[-1][2] if self.terms else None
        self.renewals += 1
        term_id = f"trm_{self.renewals}"
        try:
            started = domain.start_renewal(self.membership, term_id, None, today, POLICY)
        except DomainError as error:
            opens = end - dt.timedelta(days=60) if end else None
            if error.error is codes.RENEWAL_TOO_EARLY:
                assert self.today < existing(opens)
            else:
                assert self.cancelled or self.today > existing(end) + dt.timedelta(days=7 + 30)
            return
        assert paid_terms.refuse_reason(started, term_id, "ord_x", today) is None
        self.membership = paid(started, term_id, today, months=1, extra_days=extra)
        starts, ends = self._dates(term_id)
        if self.today <= existing(end) + dt.timedelta(days=7):
            assert starts == existing(end) + dt.timedelta(days=1)
        else:
            assert starts == self.today
        assert (ends - starts).days + 1 in range(27 + extra, 33 + extra)
        self.terms.append((term_id, starts, ends))

    @precondition(lambda self: not self.cancelled)
    @rule()
    def refund_the_last_term(self) -> None:
        term_id = self.terms.pop()[0]
        self.membership = refunded(self.membership, term_id, self.today.isoformat())
        self.cancelled = not self.terms
        assert self.membership["state"] == self.expected_state()

    @invariant()
    def state_follows_from_the_dates(self) -> None:
        assert domain.state_on(self.membership, self.today.isoformat()) == self.expected_state()
        current = domain.current_term(self.membership)
        assert (current["id"] if current else None) == (self.terms[-1][0] if self.terms else None)


TestMembershipYears = MembershipYears.TestCase
TestMembershipYears.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


def test_reminders_before_on_and_after_the_end() -> None:
    """product.md §3: 30, 7 and 1 days before, on the day, in grace; each on its day."""
    membership = paid(opened(), "trm_0", "2026-03-02")
    told = []
    for day in range(400):
        today = (dt.date(2026, 3, 2) + dt.timedelta(days=day)).isoformat()
        due = membership["due_at"] is not None and (
            membership["due_at"] <= term_dates.start_of_day(today, "Asia/Shanghai")
        )
        membership, step = domain.advance(membership, today)
        assert due == (step is not None), today
        if step is not None:
            told.append((step.on, step.kind, step.days_left))
    assert told == [
        ("2027-01-30", "remind", 30),
        ("2027-02-22", "remind", 7),
        ("2027-02-28", "remind", 1),
        ("2027-03-01", "remind", 0),
        ("2027-03-02", "enter_grace", -1),
        ("2027-03-05", "remind", -4),
        ("2027-03-09", "expire", -8),
    ]


def test_monthly_terms_are_not_reminded_of_on_their_first_day() -> None:
    """product.md §3: suppressed right after purchase."""
    membership = paid(opened(), "trm_0", "2026-03-02", months=1)
    kinds = [step.on for step in domain._steps(membership) if step.kind == "remind"]
    assert kinds[0] == "2026-03-25"  # seven days before 1 April


def test_no_grace_expires_the_day_after() -> None:
    """A community without grace: nobody enters it."""
    policy: Any = load(Policy(), {"grace_days": 0})
    membership = paid(opened(), "trm_0", "2026-03-02", policy=policy)
    kinds = [step.kind for step in domain._steps(membership)][-2:]
    assert kinds == ["remind", "expire"]
    assert domain.state_on(membership, "2027-03-02") == "expired"


@pytest.mark.parametrize(
    ("order_id", "prepare", "reason"),
    [
        ("ord_2", lambda m: paid(m, "trm_0", "2026-03-02"), "term_paid_already"),
        (
            "ord_2",
            lambda m: refunded(m, "trm_0", "2026-03-02", order_id="ord_2"),
            "order_refunded",
        ),
        ("ord_2", lambda m: domain.retire(m, "2026-03-02"), "membership_ended"),
        ("ord_2", domain.cancel, None),  # lapsed: a late payment still counts
        ("ord_2", lambda m: m, None),
    ],
)
def test_why_an_order_is_refused(
    order_id: str, prepare: Callable[[Membership], Membership], reason: str | None
) -> None:
    """architecture.md §5a: each refusal has a reason in a word."""
    membership = prepare(opened())
    assert paid_terms.refuse_reason(membership, "trm_0", order_id, "2026-03-02") == reason
