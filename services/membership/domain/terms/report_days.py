"""Figures by day that are kept, so that reports cost what happened and not how many there are.

What an application or membership is now counts on one day for good: an application on the day on
which it was first handed in, a membership on the day of joining. So a day's figures say what became
of who came on it, and can be counted anew from the documents at any time.

    days:com_…:2026-11-28   {applications: {handed_in: 9, approved: 6, "approved@poster": 2,
                             "decided_24": 4, …}, memberships: {joined: 5, renewed: 1,
                             "until_2027-11": 4, …}}
    states:com_…:2026-11-28 {memberships: {active: 940, …}, applications: {submitted: 7, …}}

The second is what the night found; it is written once and follows from nothing.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from services.membership.domain.terms.memberships import Membership, current_term, fulfilled_terms
from services.membership.domain.terms.term_dates import day_in, plus_days
from services.membership.domain.vetting.applications import Application

# Hours until the decision: a figure counts who had one within so many, and not within the fewer.
DECIDED_WITHIN = (1, 4, 12, 24, 48, 72, 120, 168, 336, 720)
LATER = "later"

# As what a document counts, and whose it is: ("days:com_…:2026-11-28", "applications.approved").
Fact = tuple[str, str]


def day_id(community_id: str, day: str) -> str:
    """The id of the figures of a day, given as YYYY-MM-DD, or where those of a month begin."""
    return f"days:{community_id}:{day}"


def states_id(community_id: str, day: str) -> str:
    """The id of what the night of a day found."""
    return f"states:{community_id}:{day}"


def application_facts(application: Application, community_id: str, zone: str) -> list[Fact]:
    """As what an application that was handed in counts: no verdict, no reviewer, no open round."""
    submitted_at = application["submitted_at"]
    if submitted_at is None:
        return []
    words = ["handed_in"]
    approved_at, state = application["approved_at"], application["state"]
    if approved_at is not None:
        words.append("approved")
    if state in ("rejected", "joined"):
        words.append(state)
    if source := application.get("source"):
        words += [f"{word}@{source}" for word in words]
    rejection = application.get("rejection")
    decided_at = approved_at or (rejection["at"] if rejection and state == "rejected" else None)
    # One that was reopened after a lapse has the moment of that.
    if decided_at is not None and not application.get("reopened", False):
        words.append(f"decided_{_within(decided_at - submitted_at)}")
    id = day_id(community_id, day_in(zone, submitted_at))
    return [(id, f"applications.{word}") for word in words]


def membership_facts(membership: Membership, community_id: str) -> list[Fact]:
    """As what a membership of who came here themselves counts, history too; the month in which its
    last day with a term lies says how long it lasted."""
    joined_on, terms = membership["joined_on"], membership["terms"]
    if joined_on is None or any(term["kind"] == "imported" for term in terms):
        return []
    words = ["joined"]
    if len(fulfilled_terms(membership)) > 1:
        words.append("renewed")
    last = membership["ends_on"]
    if last is None:  # it ended: before its last term was over, or after that
        ended_on, term = membership.get("ended_on"), current_term(membership)
        ended = None if ended_on is None else plus_days(ended_on, -1)
        last = min(filter(None, (ended, term and term["ends_on"])), default=None)
    if last is not None:
        words.append(f"until_{last[:7]}")
    return [(day_id(community_id, joined_on), f"memberships.{word}") for word in words]


def quantile_hours(figures: Mapping[str, int], percent: int) -> tuple[int, int | None]:
    """How many were decided, and within how many hours so many percent of them were; None where
    nothing was decided, or where it took longer than the longest that is told apart."""
    by_hours = [figures.get(f"decided_{hours}", 0) for hours in DECIDED_WITHIN]
    total = sum(by_hours) + figures.get(f"decided_{LATER}", 0)
    seen = 0
    for hours, count in zip(DECIDED_WITHIN, by_hours, strict=True):
        seen += count
        if total and seen * 100 >= percent * total:
            return total, hours
    return total, None


def period_of(day: str, by: str) -> str:
    """The first day of the day's period; weeks begin on Monday."""
    if by == "month":
        return f"{day[:7]}-01"
    date = dt.date.fromisoformat(day)
    return plus_days(day, -date.weekday()) if by == "week" else day


def members_in(month: str, figures: Mapping[str, int]) -> int:
    """How many of those who joined together had a term for a day of that month or later."""
    lasted = {word.partition("_")[2]: n for word, n in figures.items() if word.startswith("until_")}
    return sum(count for last, count in lasted.items() if last >= month)


def months_after(month: str, last: str) -> list[str]:
    """The months that follow one, until another one."""
    found = []
    while (month := next_month(month)) <= last:
        found.append(month)
    return found


def next_month(month: str) -> str:
    """The month after one, as YYYY-MM."""
    return plus_days(f"{month}-28", 4)[:7]


def summed(documents: Iterable[Mapping[str, Any]], kind: str) -> dict[str, int]:
    """The sums of the figures of some days."""
    found: dict[str, int] = {}
    for document in documents:
        for word, count in document.get(kind, {}).items():
            found[word] = found.get(word, 0) + count
    return found


def _within(waited: dt.timedelta) -> str:
    hours = (one for one in DECIDED_WITHIN if waited <= dt.timedelta(hours=one))
    return str(next(hours, LATER))
