"""Terms in a row: each starts when the one before it ends, whatever moves that end."""

import datetime as dt
from typing import Literal, NotRequired, TypedDict, cast

from contracts.aggregates import Day
from contracts.states.membership import TermKind
from services.membership.domain.terms import term_dates
from services.membership.domain.terms.term_dates import (
    TermDates,
    day_after,
    days_between,
    plus_days,
)


class Term(TypedDict):
    """A span of time that gives access, once it is paid; it has dates from then on.

    `purchase_id` is kept by those of which payments still chose the id; `months` and `extra_days`
    are missing in those that were paid before they were kept; `paused_days` moved its end.
    """

    id: str
    purpose: Literal["join", "renew"]
    state: Literal["awaiting", "fulfilled", "withdrawn", "refunded"]
    kind: TermKind
    plan_id: NotRequired[str | None]
    tier: NotRequired[str]
    starts_on: Day | None
    ends_on: Day | None
    anchor_on: Day | None
    anchor_months: int
    chain_ends: bool
    months: NotRequired[int]
    extra_days: NotRequired[int]
    paused_days: NotRequired[int]
    application_id: str | None
    pay_by: dt.datetime | None
    purchase_id: NotRequired[str | None]
    order_id: str | None
    refunded_orders: list[str]
    given_because: NotRequired[str]


def dates_of(term: Term) -> TermDates:
    """The dates of a term that has them, because it is or was fulfilled."""
    assert term["starts_on"] is not None
    return cast(TermDates, term)


def moved_forward(terms: list[Term], gone: Term, refunded_on: str) -> list[Term]:
    """The terms after one was taken back: those that follow it start where it stopped. One that was
    over leaves the others as they are (rules.md §2.6)."""
    freed = dates_of(gone)
    if freed["ends_on"] < refunded_on:
        return terms
    return _following(terms, terms.index(gone), max(freed["starts_on"], refunded_on))


def lengthened(terms: list[Term], term_id: str, days: int) -> list[Term]:
    """The terms after one was paused for so many days: it ends later, its chain ends there, and
    those that follow it move along (rules.md §2.8)."""
    if days == 0:
        return terms
    at = next(at for at, term in enumerate(terms) if term["id"] == term_id)
    ends_on = plus_days(dates_of(terms[at])["ends_on"], days)
    longer: Term = {
        **terms[at],
        "ends_on": ends_on,
        "chain_ends": True,
        "paused_days": terms[at].get("paused_days", 0) + days,
    }
    return _following([*terms[:at], longer, *terms[at + 1 :]], at, day_after(ends_on))


def _following(terms: list[Term], at: int, starts_on: str) -> list[Term]:
    """The fulfilled terms after that place start on a day and then one after the other, each with
    its whole length."""
    kept = terms[: at + 1]
    previous = next((term for term in reversed(kept) if term["state"] == "fulfilled"), None)
    moved = list[Term]()
    for term in terms[at + 1 :]:
        if term["state"] == "fulfilled":
            previous = term = {**term, **_dates_from(starts_on, previous, term)}
            starts_on = day_after(dates_of(term)["ends_on"])
        moved.append(term)
    return [*kept, *moved]


def _dates_from(starts_on: str, previous: Term | None, term: Term) -> TermDates:
    """The dates of a term that starts on another day now, in the chain of the one that ends right
    before, if one does."""
    months, extra_days = _length(term)
    if previous is not None and day_after(dates_of(previous)["ends_on"]) == starts_on:
        return term_dates.term_after(dates_of(previous), months, extra_days)
    return term_dates.term_from(starts_on, months, extra_days)


def _length(term: Term) -> tuple[int, int]:
    """Months and extra days of a fulfilled term; as many days where they were not kept."""
    if "months" in term and "extra_days" in term:
        return term["months"], term["extra_days"]
    dates = dates_of(term)
    return 0, days_between(dates["starts_on"], dates["ends_on"]) + 1
