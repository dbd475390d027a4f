"""Counts by state that are kept, so that reading them costs the same at any size.

Every document counts as something: `applications.submitted`, `memberships.cancelled`, or, because
days turn states over by themselves, `memberships.2027-01-31.2027-02-28`: the last days of term and
grace. Kept of the latter are how many end in each month and on each day of it. On any day these say
how many ended before it, so no day has to be worked off by anybody.

    com_…           {memberships: {pending_payment: 7, cancelled: 2, dated: 940}, applications: {…}}
    com_…:2027-01   {ended: 80, ended_on: {"31": 9, …}, over: 64, over_on: {"28": 5, …}}
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from services.membership.domain.terms.memberships import DATED, Membership
from services.membership.domain.vetting.applications import Application

Kept = dict[str, dict[str, int]]  # by document id and path


class Span(NamedTuple):
    """Days from the first to the last, both included, as YYYY-MM-DD."""

    first: str
    last: str


@dataclass(frozen=True)
class Counts:
    """How many are in each state on one day; states of nobody may be left out."""

    memberships: Mapping[str, int]
    applications: Mapping[str, int]


def membership_counts_as(membership: Membership) -> str | None:
    """None for what is history."""
    if not membership["live"]:
        return None
    if membership["state"] in DATED:
        return f"memberships.{membership['ends_on']}.{membership['grace_ends_on']}"
    return f"memberships.{membership['state']}"


def application_counts_as(application: Application) -> str:
    return f"applications.{application['state']}"


def month_id(community_id: str, day: str) -> str:
    """The id of the document for the month of a day, given as YYYY-MM-DD or YYYY-MM."""
    return f"{community_id}:{day[:7]}"


def kept(community_id: str, counted: Iterable[tuple[str, int]]) -> Kept:
    """What is kept of so many of each."""
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for counts_as, by in counted:
        kind, *what = counts_as.split(".")
        if len(what) == 1:
            found[community_id][f"{kind}.{what[0]}"] += by
            continue
        found[community_id]["memberships.dated"] += by
        for name, day in zip(("ended", "over"), what, strict=True):
            month = found[month_id(community_id, day)]
            month[name] += by
            month[f"{name}_on.{day[8:]}"] += by
    return {id: dict(paths) for id, paths in found.items()}


def on_day(
    today: str,
    states: Mapping[str, Any],
    earlier: Mapping[str, int],
    month: Mapping[str, Any],
    since: Iterable[tuple[str, int]],
) -> Counts:
    """The counts on a day.

    `states` and `month` are the documents of the community and of today's month, `earlier` the sums
    over the months before; `since` are changes that are not in them yet.
    """
    found = {
        kind: defaultdict(int, states.get(kind, {})) for kind in ("memberships", "applications")
    }
    dated = found["memberships"].pop("dated", 0)
    gone = {
        name: earlier.get(name, 0)
        + sum(n for day, n in month.get(f"{name}_on", {}).items() if day < today[8:])
        for name in ("ended", "over")
    }
    for counts_as, by in since:
        kind, *what = counts_as.split(".")
        if len(what) == 1:
            found[kind][what[0]] += by
            continue
        dated += by
        for name, day in zip(("ended", "over"), what, strict=True):
            gone[name] += by * (day < today)
    by_dates = {
        "active": dated - gone["ended"],
        "grace": gone["ended"] - gone["over"],
        "expired": gone["over"],
    }
    return Counts({**found["memberships"], **by_dates}, found["applications"])


def within(
    side: Literal["ended", "over"],
    days: Span,
    months: Mapping[str, Mapping[str, Any]],
    since: Iterable[tuple[str, int]],
) -> int:
    """How many memberships have their last day, of the term or of grace, within these days.

    `months` are the documents of the months that the days touch, by YYYY-MM.
    """
    found = 0
    for month, document in months.items():
        for day, by in document.get(f"{side}_on", {}).items():
            found += by * (days.first <= f"{month}-{day}" <= days.last)
    for counts_as, by in since:
        _, *what = counts_as.split(".")
        if len(what) == 2:  # of one with dates
            found += by * (days.first <= what[side == "over"] <= days.last)
    return found
