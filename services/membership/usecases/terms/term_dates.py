"""Payments hears of other dates of what was paid for (rules.md §2.14)."""

from chassis.uow import Transaction
from contracts.membership import TERM_DATES_CHANGED
from contracts.types import membership as wire
from services.membership.domain.terms import cards
from services.membership.domain.terms.chains import Term, dates_of
from services.membership.domain.terms.memberships import Membership, fulfilled_terms


def tell_dates(tx: Transaction, before: Membership, after: Membership) -> None:
    """Tells of each term that was paid for before and has other dates now."""
    known = {term["id"]: _dates(before, term) for term in fulfilled_terms(before)}
    for term in fulfilled_terms(after):
        dates = _dates(after, term)
        former = known.get(term["id"], dates)
        if former["grace_ends_on"] is None or dates["grace_ends_on"] is None:
            former = {**former, "grace_ends_on": dates["grace_ends_on"]}  # which is last, changed
        if former != dates and term["order_id"] is not None:
            tx.emit(TERM_DATES_CHANGED, {"_id": term["id"], "version": after["version"]}, dates)


def _dates(membership: Membership, term: Term) -> wire.TermDatesChanged:
    """Its dates, and of the last one those of grace."""
    dates, is_last = dates_of(term), term == fulfilled_terms(membership)[-1]
    return {
        "term_id": term["id"],
        "membership_id": membership["_id"],
        "community_id": membership["community_id"],
        "order_id": term["order_id"],
        "starts_on": dates["starts_on"],
        "ends_on": dates["ends_on"],
        "grace_ends_on": cards.end_dates_now(membership)[1] if is_last else None,
        "paused_days": term.get("paused_days", 0),
    }
