"""Suspension by an owner: no access while the clock runs (rules.md §2.7)."""

from contracts.errors import DomainError
from contracts.errors.membership import SUSPENSION_OVER
from services.membership.domain.terms import memberships
from services.membership.domain.terms.memberships import DATED, FOR_GOOD, MEMBERSHIP, Membership


def suspend(membership: Membership, until: str | None, reason: str, today: str) -> Membership:
    """Keeps the person out through a day, or for good; then nothing is sold to them any more.

    Raises DomainError(MEMBERSHIP_WRONG_STATE) unless a term runs or ran, and
    DomainError(SUSPENSION_OVER) for a day that is past.
    """
    memberships.require_live(membership)
    if memberships.state_on(membership, today) not in (*DATED, "paused"):
        raise memberships.wrong_state(membership, today)
    if until is not None and until < today:
        raise DomainError(SUSPENSION_OVER, today=today)
    suspended: Membership = {
        **MEMBERSHIP.move(membership, "suspended"),
        "suspended_until": until or FOR_GOOD,
        "suspension_reason": reason,
    }
    if until is None:
        suspended["terms"] = memberships.without_offer(suspended["terms"])
    return memberships.with_due_at(suspended)


def ban(membership: Membership, today: str) -> Membership:
    """As `suspend` for good, from whatever state it is in (rules.md §2.7): nothing of it is sold
    any more, and what is over cannot be renewed. Why is not for the member to read."""
    memberships.require_live(membership)
    banned: Membership = {
        **memberships.without_suspension(membership),
        "suspended_until": FOR_GOOD,
        "terms": memberships.without_offer(membership["terms"]),
    }
    if memberships.is_suspended(membership, today):
        until, reason = membership["suspended_until"], membership.get("suspension_reason", "")
        banned["suspended_before"] = {"until": until, "reason": reason}
    if membership["ends_on"] is None or membership["state"] == "cancelled":
        return {**banned, "ends_on": None, "grace_ends_on": None, "due_at": None}
    return memberships.with_due_at(MEMBERSHIP.move(banned, "suspended"))


def lift_ban(membership: Membership, today: str) -> Membership:
    """As `lift`; of what had ended only its fact goes. A suspension for a time that was there
    before goes on."""
    former = membership.get("suspended_before")
    if former is not None and today <= former["until"]:
        return memberships.with_due_at(
            {
                **memberships.without_suspension(membership),
                "suspended_until": former["until"],
                "suspension_reason": former["reason"],
            }
        )
    if memberships.state_on(membership, today) == "suspended":
        return lift(membership, today)
    return memberships.without_suspension(membership)


def lift(membership: Membership, today: str) -> Membership:
    """Lets the person in again, as far as their dates do; what these asked for meanwhile is told
    with it. Raises DomainError(MEMBERSHIP_WRONG_STATE) for who is not suspended."""
    memberships.require_live(membership)
    if memberships.state_on(membership, today) != "suspended":
        raise memberships.wrong_state(membership, today)
    lifted = memberships.settled(memberships.without_suspension(membership), today)
    moved = MEMBERSHIP.move(lifted, memberships.state_on(lifted, today))
    return memberships.with_due_at({**moved, "announced_through": today})
