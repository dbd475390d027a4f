"""Why somebody can or cannot join a community."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import SIGNED_IN
from contracts.fields import Boolean, Choice, Document, Id, Instant, Request
from contracts.membership.applications import Rejection
from contracts.records import Rpc
from contracts.states.membership import JOINING_NOTES, NEXT_STEPS


class JoiningRef(Request):
    community_id = Id("com", required=True)
    plan_id = Id(
        "pln",
        load_default=None,
        allow_none=True,
        metadata={"description": "the plan that they would name; left out: the only one on sale"},
    )


class Joining(Document):
    """What an application that is handed in now would be answered. `next_step` and `deadline` are
    those of `…/me`, and nothing where it is not possible."""

    community_id = Id("com", required=True)
    possible = Boolean(required=True)
    code = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "the code by which it would be refused, null: it would be taken;"
            " `membership.joining_not_possible` whatever keeps them out"
        },
    )
    words = fields.String(required=True, allow_none=True)
    next_step = Choice(*NEXT_STEPS, required=True, allow_none=True)
    deadline = Instant(required=True, allow_none=True)
    application_id = Id("app", required=True, allow_none=True)
    membership_id = Id("mbr", required=True, allow_none=True)
    plan_ids = fields.List(Id("pln"), required=True)
    notes = fields.List(Choice(*JOINING_NOTES), required=True)
    rejection = fields.Nested(Rejection, required=True, allow_none=True)


GET_MY_JOINING = Rpc(
    "membership",
    "get_my_joining",
    "Why the signed-in person can or cannot apply in a community now.",
    JoiningRef,
    Joining,
    who=SIGNED_IN,
)
