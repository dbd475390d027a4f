"""Pauses: a member puts the term aside for some days, by which it ends later (rules.md §2.8)."""

from contracts.errors import DomainError
from contracts.errors.membership import NO_PAUSE_LEFT
from contracts.types.membership import Policy
from services.membership.domain.terms import cards, memberships
from services.membership.domain.terms.chains import dates_of
from services.membership.domain.terms.memberships import MEMBERSHIP, Membership, Pause
from services.membership.domain.terms.term_dates import day_after, plus_days, start_of_day


def pause(membership: Membership, policy: Policy, today: str) -> Membership:
    """No access from today on, for the days that the policy leaves of this term and that the term
    has left, at the longest. What awaits payment can be paid as much later as the end may move.

    Raises DomainError(MEMBERSHIP_WRONG_STATE) unless it is active, and DomainError(NO_PAUSE_LEFT).
    """
    memberships.require_live(membership)
    term = cards.running_term(membership, today)
    if memberships.state_on(membership, today) != "active" or term is None:
        raise memberships.wrong_state(membership, today)
    membership = memberships.settled(membership, today)
    term = memberships.find_term(membership, term["id"])
    a_term = days_a_term(policy)
    left = a_term - term.get("paused_days", 0)
    if left <= 0:
        raise DomainError(NO_PAUSE_LEFT, days=a_term)
    through = min(plus_days(today, left - 1), dates_of(term)["ends_on"])
    aside: Pause = {"term_id": term["id"], "on": today, "through": through}
    paused: Membership = {**MEMBERSHIP.move(membership, "paused"), "pause": aside}
    return _with_time_to_pay(memberships.with_moved_end(paused), policy)


def resume(membership: Membership, today: str) -> Membership:
    """Ends the pause: the days before today move the end, and what follows it.

    Raises DomainError(MEMBERSHIP_WRONG_STATE) for who has not paused, or not any more.
    """
    memberships.require_live(membership)
    if membership["ends_on"] is None or not memberships.is_paused(membership, today):
        raise memberships.wrong_state(membership, today)
    resumed = memberships.with_moved_end(memberships.after_pause(membership, today))
    moved = MEMBERSHIP.move(resumed, memberships.state_on(resumed, today))
    return memberships.with_due_at({**moved, "announced_through": today})


def days_a_term(policy: Policy) -> int:
    """How many days a term may be paused; 0 where the version before stored none."""
    return policy.get("pause_days", 0)


def _with_time_to_pay(paused: Membership, policy: Policy) -> Membership:
    """A renewal may be paid while the membership can be revived; what was told is not shortened."""
    last = memberships.last_revival_day(paused, policy)
    pay_by = start_of_day(day_after(last), paused["zone"])
    told = [term["pay_by"] for term in paused["terms"] if term["state"] == "awaiting"]
    return memberships.with_time_to_pay(paused, max([pay_by, *filter(None, told)]))
