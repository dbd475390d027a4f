"""What comes back to who gives up what they paid for (rules.md §3.12).

One function says it, for the preview and for the refund.
"""

import datetime as dt
from dataclasses import dataclass
from typing import TypedDict

from contracts.money import Money, percent_half_up

COOL_OFF = dt.timedelta(hours=72)
ALL = 10_000


class RefundBracket(TypedDict):
    """What goes back to who gives up so many hours before the start, or earlier."""

    hours_before: int
    basis_points: int


class RefundTerms(TypedDict):
    """As they were when the purchase was opened; nobody changes them."""

    starts_at: dt.datetime
    brackets: list[RefundBracket]


@dataclass(frozen=True)
class Due:
    """What comes back now, by which share of what was paid, and until when it is as much."""

    amount: Money
    basis_points: int
    until: dt.datetime | None


def due(
    terms: RefundTerms, *, paid: Money, paid_at: dt.datetime, given_back: Money, at: dt.datetime
) -> Due:
    """All of it in the cool-off before the start, else by the best bracket that is reached; less
    what was given back before, never below nothing."""
    starts_at = terms["starts_at"]
    steps = [(min(paid_at + COOL_OFF, starts_at - dt.timedelta(microseconds=1)), ALL)]
    steps += [
        (starts_at - dt.timedelta(hours=bracket["hours_before"]), bracket["basis_points"])
        for bracket in terms["brackets"]
    ]
    reached = [(until, share) for until, share in steps if at <= until]
    share = max((share for _, share in reached), default=0)
    until = max((until for until, reaching in reached if reaching == share), default=None)
    amount = max(0, percent_half_up(paid.amount, share) - given_back.amount)
    return Due(Money(amount, paid.currency), share, until if share else None)
