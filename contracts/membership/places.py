"""Where somebody stands in a community: one verdict, whatever they are there."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import SIGNED_IN
from contracts.fields import Choice, Document, Id, Instant, actions
from contracts.membership.communities import CommunityRef
from contracts.records import Rpc
from contracts.states.membership import NEXT_STEPS, PLACE_STATES


class Place(Document):
    """`deadline`: until when the next step goes, or access lasts; of a rejection, when they may
    apply again. `page`: where the community shows it, if it says so."""

    community_id = Id("com", required=True)
    state = Choice(*PLACE_STATES, required=True)
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "why, in a code: of a rejection the reviewer's; revivable or"
            " revival_over; not_paid_in_time; membership_ended"
        },
    )
    next_step = Choice(*NEXT_STEPS, required=True, allow_none=True)
    deadline = Instant(required=True, allow_none=True)
    page = fields.String(required=True, allow_none=True)
    application_id = Id("app", required=True, allow_none=True)
    membership_id = Id("mbr", required=True, allow_none=True)
    purchase_id = Id("pur", required=True, allow_none=True)
    order_id = Id(
        "ord",
        required=True,
        allow_none=True,
        metadata={"description": "the open one; null too while the payment side is away"},
    )
    actions = actions()


GET_MY_PLACE = Rpc(
    "membership",
    "get_my_place",
    "Where the signed-in person stands in a community, and what comes next.",
    CommunityRef,
    Place,
    who=SIGNED_IN,
)
