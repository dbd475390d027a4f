"""Standings: what neighbours authorise from (`architecture.md` §5)."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import SERVICES_ONLY
from contracts.fields import Choice, Day, Document, Id, PageRequest, Request, Text, Whole, page_of
from contracts.records import Event, Rpc
from contracts.states.membership import MEMBERSHIP_STATES

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
    version = Whole(required=True)


class StandingRef(Request):
    community_id = Text(required=True, minimum=1, maximum=40)
    person_id = Id("per", required=True)


GET_STANDING = Rpc(
    "membership",
    "get_standing",
    "The standing of a person in a community; version 0 and no roles when there is none.",
    StandingRef,
    StandingFacts,
    who=SERVICES_ONLY,
    callers=("payments", "events", "notifications"),
)
LIST_STANDINGS = Rpc(
    "membership",
    "list_standings",
    "All standings by id: the snapshot from which a new replica starts.",
    PageRequest,
    page_of(StandingFacts, "Standings"),
    who=SERVICES_ONLY,
    callers=("payments", "events", "notifications"),
)
STANDING_CHANGED = Event(
    "membership",
    "standing_changed",
    "A person's standing in a community is now this.",
    StandingFacts,
    subject="standing id",
)
