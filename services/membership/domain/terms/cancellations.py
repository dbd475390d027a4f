"""Memberships that end by choice, and by a decision of the community (rules.md §2.5)."""

from services.membership.domain.terms import memberships
from services.membership.domain.terms.memberships import MEMBERSHIP, Membership
from services.membership.domain.terms.term_dates import days_between, plus_days


def cancel_at_end(membership: Membership, today: str) -> Membership:
    """Ends with its term, without days of grace; in grace at once.

    Raises DomainError(MEMBERSHIP_WRONG_STATE) for what is over or ends so already.
    """
    memberships.require_live(membership)
    if membership["ends_on"] is None or memberships.cancels_at_end(membership):
        raise memberships.wrong_state(membership, today)
    if memberships.dated_state(membership, today) == "expired":
        raise memberships.wrong_state(membership, today)
    ends_on, grace_ends_on = memberships.end_dates(membership)
    given_up: Membership = {
        **membership,
        "grace_given_up": days_between(ends_on, grace_ends_on),
        "grace_ends_on": ends_on,
    }
    return _told(given_up, memberships.dated_state(given_up, today) == "cancelled", today)


def keep(membership: Membership, today: str) -> Membership:
    """Takes the cancellation back, while the term runs; its days of grace are there again.

    Raises DomainError(MEMBERSHIP_WRONG_STATE) for what does not end so, or has.
    """
    memberships.require_live(membership)
    if membership["ends_on"] is None or not memberships.cancels_at_end(membership):
        raise memberships.wrong_state(membership, today)
    if memberships.dated_state(membership, today) != "active":
        raise memberships.wrong_state(membership, today)
    kept: Membership = {**membership}
    days = kept.pop("grace_given_up", 0)
    ends_on, _ = memberships.end_dates(membership)
    return memberships.with_due_at({**kept, "grace_ends_on": plus_days(ends_on, days)})


def end(membership: Membership, reason: str, today: str) -> Membership:
    """Ends it today, by a decision of the community: the last day was yesterday.

    Raises DomainError(MEMBERSHIP_WRONG_STATE) for what has not begun, or is over.
    """
    memberships.require_live(membership)
    if memberships.state_on(membership, today) not in ("active", "grace", "suspended", "paused"):
        raise memberships.wrong_state(membership, today)
    return {**memberships.cancel(membership, today), "end_reason": reason}


def _told(membership: Membership, is_over: bool, today: str) -> Membership:
    """What is over at once is told with the choice itself; a suspension hides it until it ends."""
    if not is_over or memberships.is_suspended(membership, today):
        return memberships.with_due_at(membership)
    over = MEMBERSHIP.move(memberships.settled(membership, today), "cancelled")
    return memberships.with_due_at({**over, "announced_through": today})
