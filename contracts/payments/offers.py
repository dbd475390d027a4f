"""What a community offers to anybody: its form, and its plans with their prices now."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import ANYBODY
from contracts.fields import Document, Id, Whole, money
from contracts.membership.communities import Section
from contracts.membership.community_heads import CommunityHead
from contracts.payments.accounts import providers
from contracts.payments.plans import CommunityRef, TermBracket
from contracts.records import Rpc


class OfferedPlan(Document):
    """A plan on sale and its public price now; null counts where it has one price for all."""

    id = Id("pln", required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    tier = fields.String(required=True)
    period_months = Whole(required=True)
    price = money(required=True)
    step = Whole(required=True)
    places_left = Whole(required=True, allow_none=True)
    next_price = money(required=True, allow_none=True)
    refund_brackets = fields.List(fields.Nested(TermBracket), required=True)


class OfferingCommunity(CommunityHead):
    description = fields.String(required=True)


class Offer(Document):
    """What a page shows to who may join; of a community that is not hidden."""

    community = fields.Nested(OfferingCommunity, required=True)
    form = fields.List(fields.Nested(Section), required=True)
    form_version = Whole(required=True)
    plans = fields.List(fields.Nested(OfferedPlan), required=True)
    providers = providers("by which the community is paid; empty: it cannot be paid yet")


GET_OFFER = Rpc(
    "payments",
    "get_offer",
    "What a community offers: its form, and its plans on sale with their prices now.",
    CommunityRef,
    Offer,
    who=ANYBODY.but("hidden communities to nobody"),
)
