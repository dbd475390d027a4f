"""Term arithmetic: calendar dates, inclusive ends, the anchor day kept (product.md §2).

Dates are ISO texts as they are stored. A term counts its months from an anchor date, so a chain of
monthly terms from 31 January starts on 28 February and on 31 March; days given on top of the months
end the chain, and the term after them is an anchor of its own.
"""

import datetime as dt
from typing import TypedDict
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta


class TermDates(TypedDict):
    """From when to when a term is; the rest says how the one after it counts."""

    starts_on: str
    ends_on: str
    anchor_on: str
    anchor_months: int
    chain_ends: bool


def term_from(starts_on: str, months: int, extra_days: int) -> TermDates:
    """The dates of a term that begins a new chain."""
    return _dates(starts_on, starts_on, 0, months, extra_days)


def term_after(previous: TermDates, months: int, extra_days: int) -> TermDates:
    """The dates of a term that starts the day after `previous` ends."""
    starts_on = day_after(previous["ends_on"])
    if previous["chain_ends"]:
        return term_from(starts_on, months, extra_days)
    return _dates(starts_on, previous["anchor_on"], previous["anchor_months"], months, extra_days)


def _dates(
    starts_on: str, anchor_on: str, months_before: int, months: int, extra_days: int
) -> TermDates:
    through = months_before + months
    next_start = dt.date.fromisoformat(anchor_on) + relativedelta(months=through)
    ends_on = next_start + dt.timedelta(days=extra_days - 1)
    return {
        "starts_on": starts_on,
        "ends_on": ends_on.isoformat(),
        "anchor_on": anchor_on,
        "anchor_months": through,
        "chain_ends": extra_days > 0,
    }


def day_after(day: str) -> str:
    return plus_days(day, 1)


def plus_days(day: str, days: int) -> str:
    return (dt.date.fromisoformat(day) + dt.timedelta(days=days)).isoformat()


def days_between(first: str, last: str) -> int:
    """How many days after `first` the day `last` is."""
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days


def start_of_day(day: str, zone: str) -> dt.datetime:
    """The instant at which a calendar date begins in an IANA time zone, aware UTC."""
    local = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), ZoneInfo(zone))
    return local.astimezone(dt.UTC)


def day_in(zone: str, instant: dt.datetime) -> str:
    """The calendar date at an instant in an IANA time zone."""
    return instant.astimezone(ZoneInfo(zone)).date().isoformat()
