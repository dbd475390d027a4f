"""Where somebody stands in a community: one verdict in every state, none skipped.

A membership that gives access, or can be paid or renewed, comes first; then a live application;
then what became of the newest one.
"""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from contracts.states.membership import NextStep, PlaceState
from contracts.types.membership import Policy
from services.membership.domain.terms import memberships
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.term_dates import day_after, day_in, plus_days, start_of_day
from services.membership.domain.vetting.applications import Application, shown_rejection
from services.membership.domain.vetting.screening import opens_again_at


@dataclass(frozen=True)
class Situation:
    """What somebody has in a community: their newest application, the newest that was rejected, and
    their live membership."""

    application: Application | None
    rejected: Application | None
    membership: Membership | None
    policy: Policy
    zone: str
    now: dt.datetime

    @property
    def today(self) -> str:
        return day_in(self.zone, self.now)


class Verdict(NamedTuple):
    state: PlaceState
    reason: str | None = None
    next_step: NextStep | None = None
    deadline: dt.datetime | None = None


def verdict(situation: Situation) -> Verdict:
    """Where somebody with this stands."""
    application = situation.application
    held = None if situation.membership is None else _of_member(situation, situation.membership)
    if held is not None:
        return held
    if application is not None and application["live"]:
        return _of_applicant(application)
    return _of_nobody(situation)


def _of_member(situation: Situation, held: Membership) -> Verdict | None:
    """None where a membership is over for good: they may apply like anybody."""
    state = memberships.state_on(held, situation.today)
    if state == "pending_payment":
        awaiting = memberships.awaiting_term(held)
        return Verdict("approved", None, "pay", None if awaiting is None else awaiting["pay_by"])
    if held["ends_on"] is None:
        return None
    ends_on, grace_ends_on = memberships.end_dates(held)
    opens_on = plus_days(ends_on, -situation.policy["renewal_opens_days"])
    may_renew = memberships.may_be_renewed(held, situation.today, situation.policy)
    step = _renewal(held) if may_renew and situation.today >= opens_on else None
    if state == "suspended":
        if memberships.is_suspended_for_good(held):
            return Verdict("suspended", "for_good")
        return Verdict("suspended", "for_a_time", step, _end_of(held["suspended_until"], held))
    if state == "paused":
        return Verdict(
            "paused", "resumes_by_itself", "resume", _end_of(held["pause"]["through"], held)
        )
    if state == "active":
        reason = "cancels_at_end" if memberships.cancels_at_end(held) else None
        return Verdict("active", reason, step, _end_of(ends_on, held))
    if state == "grace":
        return Verdict("grace", None, _renewal(held), _end_of(grace_ends_on, held))
    if not may_renew:
        return None
    last = memberships.last_revival_day(held, situation.policy)
    over: PlaceState = "cancelled" if state == "cancelled" else "expired"
    return Verdict(over, "revivable", _renewal(held), _end_of(last, held))


def _of_applicant(application: Application) -> Verdict:
    state = application["state"]
    if state == "draft":
        return Verdict("draft", None, "submit", application["due_at"])
    if state == "needs_info":
        return Verdict("more_wanted", None, "answer")
    if state == "approved":
        return Verdict("approved", None, "pay", application["pay_by"])
    return Verdict("under_review", None, "wait")


def _of_nobody(situation: Situation) -> Verdict:
    application, held = situation.application, situation.membership
    opens_at = opens_again_at(situation.rejected, situation.policy)
    must_wait = opens_at is not None and situation.now < opens_at
    if must_wait or (application is not None and application["state"] == "rejected"):
        rejection = None if situation.rejected is None else shown_rejection(situation.rejected)
        reason = None if rejection is None else rejection["reason"]
        if must_wait:
            return Verdict("rejected", reason, None, opens_at)
        return Verdict("rejected", reason, "apply")
    if application is not None and application["state"] == "lapsed":
        return Verdict("lapsed", "not_paid_in_time", "apply")
    if held is not None and memberships.is_suspended(held, situation.today):
        return Verdict("may_apply", "not_possible")
    if held is not None and held["ends_on"] is not None:
        return Verdict("expired", "revival_over", "apply")
    ended = held is not None and held["joined_on"] is not None
    return Verdict("may_apply", "membership_ended" if ended else None, "apply")


def _renewal(held: Membership) -> NextStep:
    return "renew" if memberships.awaiting_term(held) is None else "pay"


def _end_of(day: str, held: Membership) -> dt.datetime:
    """The first moment after a day, in the community."""
    return start_of_day(day_after(day), held["zone"])
