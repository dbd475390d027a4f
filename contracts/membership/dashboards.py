"""What an owner sees first of a community: members, applications, the next meetups."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import OWNING_ROLES, SERVICES_ONLY, holders
from contracts.fields import Choice, Day, Document, Id, Instant, ListOf, Request, Whole
from contracts.membership.community_heads import CommunityHead
from contracts.records import Rpc
from contracts.states.events import MEETUP_STATES

LONGEST_DAYS = 366
EXPIRING_DAYS = 30
MOST_COUNTED = 10_000
MOST_HEADS = 100


def counted_day(meaning: str) -> Day:
    """A day from or until which something is counted, which may be left out."""
    return Day(
        counted_from=True,
        load_default=None,
        allow_none=True,
        metadata={"description": meaning},
    )


def since() -> Day:
    return counted_day(
        f"the first day; left out = a year before the last; at most {LONGEST_DAYS} days"
    )


def until() -> Day:
    return counted_day("the last day, itself included; left out = today, in the community's zone")


class DashboardRef(Request):
    community_id = Id("com", required=True)
    since = since()
    until = until()


class MemberFigures(Document):
    """`joined` and `lapsed` are of the days that were asked for, the others of today."""

    active = Whole(required=True)
    grace = Whole(required=True)
    expiring = Whole(
        required=True,
        metadata={
            "description": f"how many have a term that ends within {EXPIRING_DAYS} days, none after"
        },
    )
    joined = Whole(
        required=True,
        metadata={"description": f"how many joined, up to {MOST_COUNTED}, whatever became of them"},
    )
    lapsed = Whole(
        required=True,
        metadata={"description": "how many were past their grace and did not come back"},
    )


class ApplicationFigures(Document):
    """Handed in and not decided."""

    waiting = Whole(required=True)
    oldest_at = Instant(
        required=True,
        allow_none=True,
        metadata={"description": "when the one that waits longest was handed in; null: none waits"},
    )
    overdue = Whole(
        load_default=0,
        metadata={
            "description": f"how many wait past the time to decide, counted up to {MOST_COUNTED}"
        },
    )


class NextMeetup(Document):
    """A meetup that is not over, as a dashboard shows it."""

    id = Id("mtp", required=True)
    title = fields.String(required=True)
    starts_at = Instant(required=True)
    zone = fields.String(required=True)
    state = Choice(*MEETUP_STATES, required=True)
    capacity = Whole(required=True)
    seats_free = Whole(required=True)


class Dashboard(Document):
    """How a community stands; its money is `…/revenue`."""

    community = fields.Nested(CommunityHead, required=True)
    since = Day(required=True)
    until = Day(required=True)
    members = fields.Nested(MemberFigures, required=True)
    applications = fields.Nested(ApplicationFigures, required=True)
    meetups = fields.List(
        fields.Nested(NextMeetup),
        required=True,
        allow_none=True,
        metadata={"description": "the next five by start; null while the events side is away"},
    )


class CommunityHeadsRef(Request):
    community_ids = ListOf(Id("com"), minimum=1, maximum=MOST_HEADS, required=True)


class CommunityHeads(Document):
    """Those that there are."""

    communities = fields.List(fields.Nested(CommunityHead), required=True)


GET_DASHBOARD = Rpc(
    "membership",
    "get_dashboard",
    "Members, applications and the next meetups of a community, in figures.",
    DashboardRef,
    Dashboard,
    who=holders(OWNING_ROLES),
)
GET_COMMUNITY_HEADS = Rpc(
    "membership",
    "get_community_heads",
    "Names and zones of communities, for a list over several of them.",
    CommunityHeadsRef,
    CommunityHeads,
    who=SERVICES_ONLY,
    callers=("payments",),
)
