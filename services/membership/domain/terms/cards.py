"""A membership as a card shows it: which term runs, which comes, until when, when to renew."""

from typing import TypedDict

from contracts.types.membership import Policy
from services.membership.domain.terms import memberships
from services.membership.domain.terms.chains import Term, dates_of
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.term_dates import days_between, plus_days


class Renewal(TypedDict):
    """The days from which to which the next term can be put up for payment."""

    opens_on: str
    closes_on: str
    possible: bool


def running_term(membership: Membership, today: str) -> Term | None:
    """The term that runs on a day, or ran last before it."""
    begun = [term for term in memberships.fulfilled_terms(membership) if _starts(term) <= today]
    return begun[-1] if begun else None


def coming_term(membership: Membership, today: str) -> Term | None:
    """The next term that is paid for and begins after a day."""
    terms = memberships.fulfilled_terms(membership)
    return next((term for term in terms if _starts(term) > today), None)


def end_dates_now(membership: Membership) -> tuple[str | None, str | None]:
    """The last days of what is paid for, and of its grace: as a pause has not moved them yet."""
    term = memberships.current_term(membership)
    if membership["ends_on"] is None or term is None or "pause" not in membership:
        return membership["ends_on"], membership["grace_ends_on"]
    ends_on = dates_of(term)["ends_on"]
    return ends_on, plus_days(ends_on, days_between(*memberships.end_dates(membership)))


def renewal(membership: Membership, today: str, policy: Policy) -> Renewal | None:
    """When it can be renewed; None for one that runs no more, and for history."""
    if membership["ends_on"] is None or not membership["live"]:
        return None
    if memberships.is_suspended_for_good(membership):
        return None
    ends_on, _ = memberships.end_dates(membership)
    opens_on = plus_days(ends_on, -policy["renewal_opens_days"])
    closes_on = memberships.last_revival_day(membership, policy)
    return {
        "opens_on": opens_on,
        "closes_on": closes_on,
        "possible": opens_on <= today <= closes_on,
    }


def _starts(term: Term) -> str:
    starts_on = term["starts_on"]
    assert starts_on is not None  # it is fulfilled
    return starts_on
