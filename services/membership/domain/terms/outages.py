"""More time after an outage: what ran while nobody could act is given back (rules.md §2.19).

What was given is kept with each deadline as the end of the outage, so no hour is given twice: a
repeated command, or one about an outage that goes on, adds only what is new.
"""

import datetime as dt
from dataclasses import dataclass

from services.membership.domain.terms import memberships
from services.membership.domain.terms.chains import Term
from services.membership.domain.terms.memberships import MEMBERSHIP, Membership
from services.membership.domain.terms.term_dates import day_after, day_in, plus_days, start_of_day
from services.membership.domain.vetting import applications
from services.membership.domain.vetting.applications import Application


@dataclass(frozen=True)
class Outage:
    """For how long nobody could act."""

    since: dt.datetime
    until: dt.datetime


def extend_time_to_pay(application: Application, outage: Outage) -> Application | None:
    """An approved application with as much more time as the outage took of it, which began at the
    approval at the earliest; None when it took nothing."""
    if application["state"] != "approved":
        return None
    approved_at, pay_by = applications.payment_times(application)
    begins = max(outage.since, application.get("extended_to", approved_at))
    if begins >= min(outage.until, pay_by):
        return None
    extended = applications.give_time_to_pay(application, pay_by + (outage.until - begins))
    return {**extended, "extended_to": outage.until}


def extend_grace(membership: Membership, outage: Outage, today: str) -> Membership | None:
    """A membership with as many more days of grace as the outage touched since its term ended;
    None when it touched none, or when they are over, too.

    The term stays as it is. That the membership is in grace, and until when, is told anew, also
    when it was said to have expired.
    """
    if membership["ends_on"] is None or not membership["live"]:
        return None
    ends_on, grace_ends_on = memberships.end_dates(membership)
    zone = membership["zone"]
    first_day = max(day_in(zone, outage.since), day_after(ends_on))
    if "extended_to" in membership:
        first_day = max(first_day, day_after(day_in(zone, membership["extended_to"])))
    days = _days(first_day, day_in(zone, outage.until))
    extended_to = plus_days(grace_ends_on, days)
    has_grace = grace_ends_on > ends_on
    if not has_grace or days <= 0 or first_day > grace_ends_on or extended_to < today:
        return None
    suspended = memberships.is_suspended(membership, today)
    return memberships.with_due_at(
        {
            **MEMBERSHIP.move(membership, "suspended" if suspended else "grace"),
            "grace_ends_on": extended_to,
            "announced_through": min(membership["announced_through"], ends_on),
            "terms": [_later(term, days, zone) for term in membership["terms"]],
            "extended_to": outage.until,
        }
    )


def _later(term: Term, days: int, zone: str) -> Term:
    """A term that awaits its payment, which may come so many days later."""
    if term["state"] != "awaiting" or term["pay_by"] is None:
        return term
    last_day = plus_days(day_in(zone, term["pay_by"]), days)
    return {**term, "pay_by": start_of_day(last_day, zone)}


def _days(first: str, last: str) -> int:
    """How many days from one to the other, both included; none or less when it lies before."""
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days + 1
