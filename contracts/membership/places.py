"""Where somebody stands in a community: one verdict, whatever they are there."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import SERVICES_ONLY, SIGNED_IN
from contracts.fields import (
    Boolean,
    Choice,
    Day,
    Document,
    Id,
    Instant,
    PageRequest,
    Request,
    Whole,
    actions,
    include,
    page_of,
)
from contracts.membership.communities import Section
from contracts.membership.community_heads import CommunityHead
from contracts.membership.memberships import RenewalWindow, ShownMembership
from contracts.records import Rpc
from contracts.states.membership import (
    APPLICATION_STATES,
    MEMBERSHIP_STATES,
    NEXT_STEPS,
    PLACE_STATES,
)


class PlaceRef(Request):
    community_id = Id("com", required=True)
    include = include("community", "membership", "form")


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
            " revival_over; not_paid_in_time; membership_ended; for_good or for_a_time;"
            " resumes_by_itself; "
            "cancels_at_end; not_possible; null: nothing is to be said"
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
    # Where they are asked for; null of an earlier version, too.
    community = fields.Nested(CommunityHead, load_default=None, allow_none=True)
    membership = fields.Nested(ShownMembership, load_default=None, allow_none=True)
    form = fields.List(fields.Nested(Section), load_default=None, allow_none=True)


class CardMembership(Document):
    """Of a membership what a list of one's communities shows."""

    id = Id("mbr", required=True)
    number = Whole(required=True, allow_none=True)
    state = Choice(*MEMBERSHIP_STATES, required=True)
    valid_until = Day(required=True, allow_none=True)
    renewal = fields.Nested(RenewalWindow, required=True, allow_none=True)


class NewestApplication(Document):
    """The newest application of somebody in a community, whatever became of it."""

    id = Id("app", required=True)
    state = Choice(*APPLICATION_STATES, required=True)


class PurchaseDue(Document):
    """What somebody has to pay to become or stay a member."""

    purchase_id = Id("pur", required=True)
    pay_by = Instant(required=True, allow_none=True)


class SeesCommunity(Request):
    community_id = Id("com", required=True)
    person_id = Id("per", required=True, allow_none=True)


class Seen(Document):
    sees = Boolean(required=True)


class WaitingWork(Document):
    """What waits for the staff; for those who may do something about it."""

    applications = Whole(
        required=True, metadata={"description": "handed in and not decided, claimed or not"}
    )


class MyCommunity(Document):
    """A community where somebody belongs, applied or works. State, reason, next step, deadline,
    page and actions are those of `…/me` there, which also knows whether an order is open."""

    community = fields.Nested(CommunityHead, required=True)
    roles = fields.List(fields.String(), required=True)
    state = Choice(*PLACE_STATES, required=True)
    reason = fields.String(required=True, allow_none=True)
    next_step = Choice(*NEXT_STEPS, required=True, allow_none=True)
    deadline = Instant(required=True, allow_none=True)
    page = fields.String(required=True, allow_none=True)
    membership = fields.Nested(CardMembership, required=True, allow_none=True)
    application = fields.Nested(NewestApplication, required=True, allow_none=True)
    due = fields.Nested(PurchaseDue, required=True, allow_none=True)
    waiting = fields.Nested(WaitingWork, required=True, allow_none=True)
    actions = actions()


SEES_COMMUNITY = Rpc(
    "membership",
    "sees_community",
    "Whether somebody sees a community: not a hidden one to which they have nothing.",
    SeesCommunity,
    Seen,
    who=SERVICES_ONLY,
    callers=("payments",),
)
GET_MY_PLACE = Rpc(
    "membership",
    "get_my_place",
    "Where the signed-in person stands in a community, and what comes next.",
    PlaceRef,
    Place,
    who=SIGNED_IN,
)
LIST_MY_COMMUNITIES = Rpc(
    "membership",
    "list_my_communities",
    "Where the signed-in person belongs, applied or works, and what comes next in each.",
    PageRequest,
    page_of(MyCommunity, "MyCommunities"),
    who=SIGNED_IN,
)
