"""What comes back to who gives up what they paid for (rules.md §3.12).

One function says it, for the preview and for the refund.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

from contracts.money import Money, percent_half_up
from contracts.types.payments import TermBracket
from services.payments.domain.money.days import beginning_of, day_in

COOL_OFF = dt.timedelta(hours=72)
ALL = 10_000
_INSTANT = dt.timedelta(microseconds=1)


class RefundBracket(TypedDict):
    """What goes back to who gives up so many hours before the start, or earlier."""

    hours_before: int
    basis_points: int


class RefundTerms(TypedDict):
    """As they were when the purchase was opened; nobody changes them."""

    starts_at: dt.datetime
    brackets: list[RefundBracket]


@dataclass(frozen=True)
class TermPolicy:
    """The brackets that a plan had when its price was told, and what became of the term since.

    Without a first day it has not begun. `attended`: a meetup, on this term.
    """

    brackets: Sequence[TermBracket]
    starts_on: str | None
    zone: str
    attended: bool


@dataclass(frozen=True)
class Due:
    """What comes back now, by which share of what was paid, and until when it is as much."""

    amount: Money
    basis_points: int
    until: dt.datetime | None


_Step = tuple[dt.datetime, int]  # a share of what was paid, and the last instant at which it counts


def due(
    terms: RefundTerms | TermPolicy,
    *,
    paid: Money,
    paid_at: dt.datetime,
    given_back: Money,
    at: dt.datetime,
) -> Due:
    """All of it in the cool-off, else by the best bracket that is reached; less what was given back
    before, never below nothing.

    There is no cool-off once the meetup of a seat began, or one was attended on the term.
    """
    if isinstance(terms, TermPolicy):
        steps = _steps_of_term(terms, paid_at, at)
    else:
        steps = _steps_to_start(terms, paid_at)
    reached = [(until, share) for until, share in steps if at <= until]
    share = max((share for _, share in reached), default=0)
    until = max((until for until, reaching in reached if reaching == share), default=None)
    return Due(share_of(paid, share, given_back), share, until if share else None)


def share_of(paid: Money, basis_points: int, given_back: Money) -> Money:
    """What is still due of a share of what was paid."""
    amount = max(0, percent_half_up(paid.amount, basis_points) - given_back.amount)
    return Money(amount, paid.currency)


def _steps_to_start(terms: RefundTerms, paid_at: dt.datetime) -> Iterator[_Step]:
    starts_at = terms["starts_at"]
    yield min(paid_at + COOL_OFF, starts_at - _INSTANT), ALL
    for bracket in terms["brackets"]:
        yield starts_at - dt.timedelta(hours=bracket["hours_before"]), bracket["basis_points"]


def _steps_of_term(terms: TermPolicy, paid_at: dt.datetime, at: dt.datetime) -> Iterator[_Step]:
    if not terms.attended:
        yield paid_at + COOL_OFF, ALL
    known = terms.starts_on  # else today is as good as day 0
    first = day_in(terms.zone, at) if known is None else dt.date.fromisoformat(known)
    for bracket in terms.brackets:
        day_after = first + dt.timedelta(days=bracket["days_after"] + 1)
        yield beginning_of(day_after, terms.zone) - _INSTANT, bracket["basis_points"]
