"""Reports of a community for its owners: what is kept by day, put together."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chassis.clock import Clock
from chassis.context import Context
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.membership import EXPORT_MEMBERSHIP_REPORT, GET_MEMBERSHIP_REPORT
from contracts.membership.reports import MOST_REPORT_DAYS, MOST_SOURCES, MOST_WAITING, USUAL_DAYS
from contracts.states.membership import APPLICATION_STATES, MEMBERSHIP_STATES
from contracts.types import membership as wire
from services.membership.domain.communities.communities import FixedCommunity
from services.membership.domain.files.tables import Cell, head_of_table, lines_of_table
from services.membership.domain.terms import report_days as domain
from services.membership.domain.terms.counts import Span
from services.membership.domain.terms.term_dates import days_between, plus_days
from services.membership.store import Stores
from services.membership.usecases.access import Access

Days = Sequence[tuple[str, Mapping[str, Any]]]

BECAME = ("handed_in", "approved", "rejected", "joined")
WAITED_HOURS = (24, 72, 168, 336, 720)


class ReportUseCases:
    """A report costs as much as the days that it is of, and what waits."""

    def __init__(self, *, stores: Stores, clock: Clock, access: Access) -> None:
        self._communities, self._counts = stores.communities, stores.counts
        self._applications = stores.applications
        self._clock, self._access = clock, access

    def get(self, request: wire.MembershipReportRef, ctx: Context) -> wire.MembershipReport:
        """All parts of the report."""
        community = self._communities.fixed(request["community_id"])
        self._access.require(ctx, GET_MEMBERSHIP_REPORT.who, community["_id"])
        return self._report(community, request)

    def export(self, request: wire.ExportMembershipReport, ctx: Context) -> wire.Piece:
        """One part of it as a table, which is one piece: there are no more rows than that."""
        community = self._communities.fixed(request["community_id"])
        self._access.require(ctx, EXPORT_MEMBERSHIP_REPORT.who, community["_id"])
        if request["after"] is not None:
            raise DomainError(INVALID_INPUT)  # no answer said so
        part = request["part"]
        columns, rows_of = TABLES[part]
        rows = rows_of(self._report(community, request))
        return {
            "content_type": "text/csv",
            "name": f"{part}.csv",
            "size": None,
            "data": head_of_table(columns) + lines_of_table(rows),
            "next": None,
        }

    def _report(
        self,
        community: FixedCommunity,
        request: wire.MembershipReportRef | wire.ExportMembershipReport,
    ) -> wire.MembershipReport:
        community_id, by = community["_id"], request["by"]
        today = self._clock.today(community["zone"]).isoformat()
        asked = asked_days(request["since"], request["until"], today)
        days = self._counts.days(community_id, *asked)
        periods = _grouped(days, asked, lambda day: domain.period_of(day, by))
        return {
            "community_id": community_id,
            "since": asked.first,
            "until": asked.last,
            "by": by,
            "applications": [
                _applications_view(since, figures)
                for since, some in periods.items()
                if (figures := domain.summed(some, "applications")).get("handed_in")
            ],
            "joinings": [
                _joining_view(since, figures)
                for since, some in periods.items()
                if (figures := domain.summed(some, "memberships")).get("joined")
            ],
            "sources": _sources_view(domain.summed([one for _, one in days], "applications")),
            "queue": self._queue(community_id),
            "states": self._states(community_id, asked, by),
            "retention": _retention_view(days, today[:7]),
        }

    def _queue(self, community_id: str) -> list[wire.WaitingFor]:
        now = self._clock.now()
        moments = [now - dt.timedelta(hours=hours) for hours in reversed(WAITED_HOURS)]
        counts = self._applications.waiting_since(community_id, moments, MOST_WAITING)
        shown = zip((*WAITED_HOURS, None), reversed(counts), strict=True)
        return [{"hours": hours, "count": count} for hours, count in shown]

    def _states(self, community_id: str, asked: Span, by: str) -> list[wire.ReportedStates]:
        found = self._counts.states_by_day(community_id, *asked)
        last = {domain.period_of(day, by): (day, kept) for day, kept in found}
        return [
            {
                "day": day,
                "memberships": _by_state(kept["memberships"], MEMBERSHIP_STATES),
                "applications": _by_state(kept["applications"], APPLICATION_STATES),
            }
            for day, kept in last.values()
        ]


def asked_days(since: str | None, until: str | None, today: str) -> Span:
    """The days that somebody asked for; raises DomainError(INVALID_INPUT) for too many, or none."""
    last = today if until is None else until
    first = plus_days(last, 1 - USUAL_DAYS) if since is None else since
    if not 1 <= days_between(first, last) + 1 <= MOST_REPORT_DAYS:
        earliest = plus_days(last, 1 - MOST_REPORT_DAYS)
        wrong = FieldProblem("/since", "field.range", {"minimum": earliest, "maximum": last})
        raise DomainError(INVALID_INPUT, fields=[wrong])
    return Span(first, last)


def _grouped(
    days: Days, asked: Span, period: Callable[[str], str]
) -> dict[str, list[Mapping[str, Any]]]:
    """The figures by the first day of their period, of the first one the first that was asked."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for day, figures in days:
        found.setdefault(max(asked.first, period(day)), []).append(figures)
    return found


def _applications_view(since: str, figures: Mapping[str, int]) -> wire.ReportedApplications:
    decided, median = domain.quantile_hours(figures, 50)
    return {
        "since": since,
        "handed_in": figures.get("handed_in", 0),
        "approved": figures.get("approved", 0),
        "rejected": figures.get("rejected", 0),
        "joined": figures.get("joined", 0),
        "decisions": {
            "count": decided,
            "median_hours": median,
            "p90_hours": domain.quantile_hours(figures, 90)[1],
            "times": [
                {"hours": hours, "count": count}
                for hours in (*domain.DECIDED_WITHIN, None)
                if (count := figures.get(f"decided_{hours or domain.LATER}", 0))
            ],
        },
    }


def _joining_view(since: str, figures: Mapping[str, int]) -> wire.ReportedJoining:
    return {"since": since, "joined": figures["joined"], "renewed": figures.get("renewed", 0)}


def _sources_view(figures: Mapping[str, int]) -> list[wire.ReportedSource]:
    """Those by which most came, and last what is left of the sums."""
    count = {
        word.partition("@")[2]: n for word, n in figures.items() if word.startswith("handed_in@")
    }
    named = sorted((one for one in count if count[one]), key=lambda one: (-count[one], one))
    most = named[:MOST_SOURCES]
    shown = [_became(figures, one) for one in most]
    left = {
        word: figures.get(word, 0) - sum(figures.get(f"{word}@{one}", 0) for one in most)
        for word in BECAME
    }
    return [*shown, _became(left, None)] if left["handed_in"] else shown


def _became(figures: Mapping[str, int], source: str | None) -> wire.ReportedSource:
    of = "" if source is None else f"@{source}"
    return {
        "source": source,
        "handed_in": figures.get(f"handed_in{of}", 0),
        "approved": figures.get(f"approved{of}", 0),
        "rejected": figures.get(f"rejected{of}", 0),
        "joined": figures.get(f"joined{of}", 0),
    }


def _retention_view(days: Days, this_month: str) -> list[wire.ReportedRetention]:
    by_month: dict[str, list[Mapping[str, Any]]] = {}
    for day, figures in days:
        by_month.setdefault(day[:7], []).append(figures)
    found: list[wire.ReportedRetention] = []
    for month, some in by_month.items():
        figures = domain.summed(some, "memberships")
        if figures.get("joined"):
            found.append(
                {
                    "joined_in": month,
                    "joined": figures["joined"],
                    "renewed": figures.get("renewed", 0),
                    "months": [
                        {"month": later, "members": domain.members_in(later, figures)}
                        for later in domain.months_after(month, this_month)
                    ],
                }
            )
    return found


def _by_state(kept: Mapping[str, int], states: tuple[str, ...]) -> dict[str, int]:
    return {state: kept.get(state, 0) for state in states}


def _application_rows(report: wire.MembershipReport) -> list[list[Cell]]:
    return [
        [
            *(one["since"], one["handed_in"], one["approved"], one["rejected"], one["joined"]),
            *(one["decisions"]["count"], one["decisions"]["median_hours"]),
            one["decisions"]["p90_hours"],
        ]
        for one in report["applications"]
    ]


def _joining_rows(report: wire.MembershipReport) -> list[list[Cell]]:
    return [[one["since"], one["joined"], one["renewed"]] for one in report["joinings"]]


def _source_rows(report: wire.MembershipReport) -> list[list[Cell]]:
    return [
        [one["source"], one["handed_in"], one["approved"], one["rejected"], one["joined"]]
        for one in report["sources"]
    ]


def _queue_rows(report: wire.MembershipReport) -> list[list[Cell]]:
    return [[one["hours"], one["count"]] for one in report["queue"]]


def _state_rows(report: wire.MembershipReport) -> list[list[Cell]]:
    return [
        [one["day"], *one["memberships"].values(), *one["applications"].values()]
        for one in report["states"]
    ]


def _retention_rows(report: wire.MembershipReport) -> list[list[Cell]]:
    """A line for each later month, behind one for the month of joining itself."""
    rows: list[list[Cell]] = []
    for one in report["retention"]:
        of_all: list[Cell] = [one["joined_in"], one["joined"], one["renewed"]]
        rows.append([*of_all, one["joined_in"], one["joined"]])
        rows += [[*of_all, later["month"], later["members"]] for later in one["months"]]
    return rows


Rows = Callable[[wire.MembershipReport], list[list[Cell]]]
TABLES: dict[str, tuple[tuple[str, ...], Rows]] = {
    "applications": (
        ("since", *BECAME, "decided", "median_hours", "p90_hours"),
        _application_rows,
    ),
    "joinings": (("since", "joined", "renewed"), _joining_rows),
    "sources": (("source", *BECAME), _source_rows),
    "queue": (("hours", "count"), _queue_rows),
    "states": (
        (
            "day",
            *(f"memberships_{state}" for state in MEMBERSHIP_STATES),
            *(f"applications_{state}" for state in APPLICATION_STATES),
        ),
        _state_rows,
    ),
    "retention": (("joined_in", "joined", "renewed", "month", "members"), _retention_rows),
}
