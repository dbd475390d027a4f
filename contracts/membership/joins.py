"""Joining and renewing, each seen as one thing from the approval to access."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import MEMBER_DATA_ROLES, holders, the
from contracts.fields import Boolean, Choice, Day, Document, Id, Instant, Request, actions
from contracts.records import Rpc
from contracts.states.membership import (
    JOIN_PURPOSES,
    JOIN_STATES,
    JOIN_STEPS,
    JOIN_WAITS,
    STEP_STATES,
)


class JoinRef(Request):
    join_id = Id("pur", required=True)


class JoinStep(Document):
    """One step of a join. `retried`: the system goes on trying by itself."""

    name = Choice(*JOIN_STEPS, required=True)
    state = Choice(*STEP_STATES, required=True)
    at = Instant(required=True, allow_none=True)
    deadline = Instant(required=True, allow_none=True)
    waits_for = Choice(*JOIN_WAITS, required=True, allow_none=True)
    retried = Boolean(required=True)


class Join(Document):
    """How far somebody has come from the approval, or the beginning of a renewal, to access;
    put together when it is read."""

    id = Id("pur", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    purpose = Choice(*JOIN_PURPOSES, required=True)
    state = Choice(*JOIN_STATES, required=True)
    steps = fields.List(fields.Nested(JoinStep), required=True)
    application_id = Id("app", required=True, allow_none=True)
    membership_id = Id("mbr", required=True)
    term_id = Id("trm", required=True)
    plan_id = Id("pln", required=True, allow_none=True)
    order_id = Id("ord", required=True, allow_none=True)
    pay_by = Instant(required=True, allow_none=True)
    starts_on = Day(required=True, allow_none=True)
    ends_on = Day(required=True, allow_none=True)
    actions = actions()


GET_JOIN = Rpc(
    "membership",
    "get_join",
    "How far somebody has come from the approval, or the beginning of a renewal, to access.",
    JoinRef,
    Join,
    who=the("member") | holders(MEMBER_DATA_ROLES),
)
