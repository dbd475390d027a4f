"""Reports of applications and memberships for owners: figures by day, and no names."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import OWNING_ROLES, holders
from contracts.fields import (
    Choice,
    Day,
    Document,
    Id,
    Matching,
    Piece,
    PieceRequest,
    Request,
    Whole,
)
from contracts.membership.dashboards import counted_day, until
from contracts.records import Rpc
from contracts.states.membership import REPORT_PARTS, REPORT_PERIODS

MOST_REPORT_DAYS = 400
USUAL_DAYS = 90
MOST_SOURCES = 100
MOST_WAITING = 10_000


def _since() -> Day:
    return counted_day(
        f"the first day; left out = {USUAL_DAYS} days with the last; at most"
        f" {MOST_REPORT_DAYS} days"
    )


def _by() -> Choice:
    meaning = "how long the periods of series are; weeks begin on Monday"
    return Choice(*REPORT_PERIODS, load_default="week", metadata={"description": meaning})


def _month(described: str) -> Matching:
    metadata = {"example": "2026-11", "description": described}
    return Matching(r"[0-9]{4}-[0-9]{2}", "month", required=True, metadata=metadata)


class MembershipReportRef(Request):
    community_id = Id("com", required=True)
    since = _since()
    until = until()
    by = _by()


class ExportMembershipReport(PieceRequest):
    community_id = Id("com", required=True)
    since = _since()
    until = until()
    by = _by()
    part = Choice(
        *REPORT_PARTS,
        load_default="applications",
        metadata={"description": "which part of the report"},
    )


class DecisionTime(Document):
    """How many applications were decided within so many hours, and not within fewer."""

    hours = Whole(
        required=True,
        allow_none=True,
        metadata={"description": "within how many hours; null: it took longer than any of these"},
    )
    count = Whole(required=True, metadata={"description": "how many were decided within them"})


class ReportedDecisions(Document):
    """From the first handing-in until the decision that stands. Hours are bounds of ranges: the
    time itself is not longer."""

    count = Whole(required=True, metadata={"description": "how many were decided"})
    median_hours = Whole(
        required=True,
        allow_none=True,
        metadata={"description": "within how many hours half were decided; null: none, or longer"},
    )
    p90_hours = Whole(
        required=True,
        allow_none=True,
        metadata={
            "description": "within how many hours nine of ten were decided; null: none, or longer"
        },
    )
    times = fields.List(
        fields.Nested(DecisionTime),
        required=True,
        metadata={"description": "how many were decided how soon; ranges of none are left out"},
    )


class ReportedApplications(Document):
    """What became of the applications that were first handed in within a period, as of now."""

    since = Day(required=True, metadata={"description": "the first day of the period"})
    handed_in = Whole(required=True, metadata={"description": "how many were handed in"})
    approved = Whole(
        required=True, metadata={"description": "how many of them were approved, paid or not"}
    )
    rejected = Whole(required=True, metadata={"description": "how many of them are rejected"})
    joined = Whole(
        required=True, metadata={"description": "how many of them led to a term, paid or free"}
    )
    decisions = fields.Nested(
        ReportedDecisions, required=True, metadata={"description": "how soon they were decided"}
    )


class ReportedJoining(Document):
    """What became of the memberships that began within a period; imported ones are left out."""

    since = Day(required=True, metadata={"description": "the first day of the period"})
    joined = Whole(
        required=True, metadata={"description": "how many joined, whatever became of them"}
    )
    renewed = Whole(required=True, metadata={"description": "how many of them renewed since"})


class ReportedSource(Document):
    """What became of the applications that came by one way."""

    source = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "example": "poster-2026",
            "description": "by which way they came; null: by none that was named, or by a rarer"
            " one",
        },
    )
    handed_in = Whole(required=True, metadata={"description": "how many were handed in"})
    approved = Whole(
        required=True, metadata={"description": "how many of them were approved, paid or not"}
    )
    rejected = Whole(required=True, metadata={"description": "how many of them are rejected"})
    joined = Whole(
        required=True, metadata={"description": "how many of them led to a term, paid or free"}
    )


class WaitingFor(Document):
    """How many applications wait for a decision since a time."""

    hours = Whole(
        required=True,
        allow_none=True,
        metadata={"description": "for less than so many hours; null: longer than all of these"},
    )
    count = Whole(required=True, metadata={"description": "how many wait that long"})


class ReportedStates(Document):
    """What the night of a day found, in the first hours of it."""

    day = Day(required=True, metadata={"description": "which day's night it was"})
    memberships = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "how many memberships were in each state"},
    )
    applications = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "how many applications were in each state"},
    )


class RetainedMonth(Document):
    """How many of those who joined together still had a term."""

    month = _month("the month in which they had it")
    members = Whole(
        required=True, metadata={"description": "how many had a term for a day of it or later"}
    )


class ReportedRetention(Document):
    """Who joined in one month, and how long they stayed; imported members are left out."""

    joined_in = _month("the month of joining, as far as its days are asked for")
    joined = Whole(
        required=True, metadata={"description": "how many joined, whatever became of them"}
    )
    renewed = Whole(required=True, metadata={"description": "how many of them renewed since"})
    months = fields.List(
        fields.Nested(RetainedMonth),
        required=True,
        metadata={"description": "the months that followed, until this one"},
    )


class MembershipReport(Document):
    """Applications and memberships of a community in figures; periods of which there are none are
    left out. What happened in the last seconds may come a moment later."""

    community_id = Id("com", required=True, metadata={"description": "the community"})
    since = Day(required=True, metadata={"description": "the first day that was asked for"})
    until = Day(required=True, metadata={"description": "the last day that was asked for"})
    by = Choice(
        *REPORT_PERIODS,
        required=True,
        metadata={"description": "how long the periods of series are; weeks begin on Monday"},
    )
    applications = fields.List(
        fields.Nested(ReportedApplications),
        required=True,
        metadata={"description": "by the period of the first handing-in"},
    )
    joinings = fields.List(
        fields.Nested(ReportedJoining),
        required=True,
        metadata={"description": "by the period of joining"},
    )
    sources = fields.List(
        fields.Nested(ReportedSource),
        required=True,
        metadata={
            "description": f"of all days, the {MOST_SOURCES} ways by which most came, then the rest"
        },
    )
    queue = fields.List(
        fields.Nested(WaitingFor),
        required=True,
        metadata={
            "description": f"who waits now, for how long; counted up to {MOST_WAITING}, longest"
            " first"
        },
    )
    states = fields.List(
        fields.Nested(ReportedStates),
        required=True,
        metadata={
            "description": "what the nights found, the last of each period; from the first that was"
            " kept"
        },
    )
    retention = fields.List(
        fields.Nested(ReportedRetention),
        required=True,
        metadata={"description": "by the month of joining"},
    )


GET_MEMBERSHIP_REPORT = Rpc(
    "membership",
    "get_membership_report",
    "Applications, decisions, joining, renewal and retention of a community, in figures by period.",
    MembershipReportRef,
    MembershipReport,
    who=holders(OWNING_ROLES),
)
EXPORT_MEMBERSHIP_REPORT = Rpc(
    "membership",
    "export_membership_report",
    "One part of the report of a community, as a table.",
    ExportMembershipReport,
    Piece,
    who=holders(OWNING_ROLES),
)
