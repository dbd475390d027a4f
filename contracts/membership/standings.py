"""Standings: what neighbours authorise from (`architecture.md` §5)."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import GRANTABLE_ROLES, SERVICES_ONLY
from contracts.fields import (
    Boolean,
    Choice,
    Day,
    Document,
    Id,
    ListOf,
    PageRequest,
    Request,
    Text,
    Whole,
    page_of,
)
from contracts.records import Event, Rpc
from contracts.states.membership import MEMBERSHIP_STATES

_NEIGHBOURS = ("payments", "events", "notifications")
SYSTEM = "system"  # stands for a community id where a standing holds for the whole system


class StandingFacts(Document):
    """One person's standing in one community (or `system`); complete, so the newest one wins."""

    community_id = fields.String(required=True)
    person_id = Id("per", required=True)
    roles = fields.List(fields.String(), required=True)
    membership_id = Id("mbr", required=True, allow_none=True)
    state = Choice(*MEMBERSHIP_STATES, required=True, allow_none=True)
    zone = fields.String(required=True)
    joined_on = Day(required=True, allow_none=True)
    term_ends_on = Day(required=True, allow_none=True)
    grace_ends_on = Day(required=True, allow_none=True)
    level = fields.String(required=True, allow_none=True)
    segment = fields.String(required=True, allow_none=True)
    city = fields.String(load_default=None, allow_none=True)
    plan_tier = fields.String(
        load_default="", metadata={"description": "the plan's text, as it was when the term began"}
    )
    introduction = Whole(
        load_default=None,
        allow_none=True,
        metadata={"description": "how complete it is, 0 to 100; null = unknown"},
    )
    ever_paid_or_imported = Boolean(load_default=False)
    access_from = Day(load_default=None, allow_none=True)
    suspended_until = Day(load_default=None, allow_none=True)
    paused_on = Day(load_default=None, allow_none=True)
    paused_through = Day(
        load_default=None,
        allow_none=True,
        metadata={"description": "the last day of a pause, after which the end dates are these"},
    )
    cancels_at_end = Boolean(load_default=False)
    ended_on = Day(load_default=None, allow_none=True)
    version = Whole(required=True)


MOST_HOLDERS = 100


class HoldersRef(Request):
    community_id = Id("com", required=True)
    roles = ListOf(Choice(*GRANTABLE_ROLES), required=True, minimum=1)


class Holders(Document):
    """People with one of the roles, by id, 100 at most."""

    person_ids = fields.List(Id("per"), required=True)


class StandingRef(Request):
    community_id = Text(required=True, minimum=1, maximum=40)
    person_id = Id("per", required=True)


class StandingRefs(Request):
    community_id = Id("com", required=True)
    person_ids = ListOf(Id("per"), minimum=1, maximum=100, required=True)


class StandingList(Document):
    """In the order in which they were asked for."""

    items = fields.List(fields.Nested(StandingFacts), required=True)


class AudienceFilter(PageRequest):
    """Members of today; with more fields those of whom all of them hold."""

    community_id = Id("com", required=True)
    segment = Text(maximum=200, load_default=None, allow_none=True)
    city = Text(maximum=200, load_default=None, allow_none=True)
    plan_tier = Text(maximum=40, load_default=None, allow_none=True)


GET_STANDINGS = Rpc(
    "membership",
    "get_standings",
    "The standings of some people in a community; version 0 and no roles where there is none.",
    StandingRefs,
    StandingList,
    who=SERVICES_ONLY,
    callers=_NEIGHBOURS,
)
LIST_AUDIENCE = Rpc(
    "membership",
    "list_audience",
    "The members of a community, or those of a segment, city or tier, by id.",
    AudienceFilter,
    page_of(StandingFacts, "Audience"),
    who=SERVICES_ONLY,
    callers=_NEIGHBOURS,
)
GET_STANDING = Rpc(
    "membership",
    "get_standing",
    "The standing of a person in a community; version 0 and no roles when there is none.",
    StandingRef,
    StandingFacts,
    who=SERVICES_ONLY,
    callers=_NEIGHBOURS,
)
LIST_STANDINGS = Rpc(
    "membership",
    "list_standings",
    "All standings by id: the snapshot from which a new replica starts.",
    PageRequest,
    page_of(StandingFacts, "Standings"),
    who=SERVICES_ONLY,
    callers=_NEIGHBOURS,
)
LIST_HOLDERS = Rpc(
    "membership",
    "list_holders",
    "Who holds one of these roles in a community, to be told of something there.",
    HoldersRef,
    Holders,
    who=SERVICES_ONLY,
    callers=("notifications",),
)
STANDING_CHANGED = Event(
    "membership",
    "standing_changed",
    "A person's standing in a community is now this.",
    StandingFacts,
    subject="standing id",
)
