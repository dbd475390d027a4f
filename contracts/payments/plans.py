"""Plans and what they cost now."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import ANYBODY, MONEY_ROLES, OWNING_ROLES, holders
from contracts.fields import (
    Choice,
    Document,
    Id,
    Instant,
    MoneySchema,
    PageRequest,
    Request,
    Text,
    Whole,
    money,
    page_of,
)
from contracts.history import history_of
from contracts.records import Rpc
from contracts.states.payments import PRICE_LOCKS


class Ladder(Request):
    """price = base + step × floor((n − places_before) / every), capped."""

    step = Whole(
        required=True,
        minimum=0,
        maximum=10**12,
        metadata={"description": "minor units by which the price rises", "example": 10000},
    )
    every = Whole(
        required=True,
        minimum=1,
        maximum=10**6,
        metadata={"description": "places sold at one price", "example": 100},
    )
    places_before = Whole(
        load_default=0,
        maximum=10**9,
        metadata={"description": "members before the sale: places not counted", "example": 5100},
    )
    cap = Whole(
        load_default=None,
        allow_none=True,
        maximum=10**13,
        metadata={"description": "minor units above which the price does not rise"},
    )


class CreatePlan(Request):
    community_id = Id("com", required=True)
    name = Text(required=True, minimum=1, maximum=100, metadata={"example": "年度会员"})
    base_price = fields.Nested(
        MoneySchema,
        required=True,
        metadata={
            "description": "in the community's currency",
            "example": {"amount": 300000, "currency": "CNY"},
        },
    )
    period_months = Whole(
        load_default=12, minimum=1, maximum=120, metadata={"description": "what one payment grants"}
    )
    ladder = fields.Nested(
        Ladder,
        load_default=None,
        allow_none=True,
        metadata={"description": "null = one price for everybody"},
    )
    price_lock = Choice(
        *PRICE_LOCKS,
        load_default="at_application",
        metadata={"description": "when an applicant's price is promised; it takes no place"},
    )


class Plan(Document):
    id = Id("pln", required=True)
    community_id = Id("com", required=True)
    name = fields.String(required=True)
    base_price = money(required=True)
    period_months = Whole(required=True)
    ladder = fields.Nested(Ladder, required=True, allow_none=True)
    price_lock = fields.String(required=True)
    version = Whole(required=True)
    created_at = Instant(required=True)


class CommunityRef(Request):
    community_id = Id("com", required=True)


class CommunityPage(PageRequest):
    community_id = Id("com", required=True)


class PlanRef(Request):
    plan_id = Id("pln", required=True)


class GetPlanHistory(PageRequest):
    plan_id = Id("pln", required=True)


class PublicPrice(Document):
    """The price now and how it came about; null counts where the plan has no ladder."""

    plan_id = Id("pln", required=True)
    price = money(required=True)
    step = Whole(required=True)
    places_left = Whole(required=True, allow_none=True)
    next_price = money(required=True, allow_none=True)
    held_places_return_at = Instant(required=True, allow_none=True)
    explanation = fields.List(fields.Dict(), required=True)


CREATE_PLAN = Rpc(
    "payments", "create_plan", "Put a plan on sale.", CreatePlan, Plan, who=holders(OWNING_ROLES)
)
LIST_PLANS = Rpc(
    "payments",
    "list_plans",
    "The plans of a community, as anybody may see them.",
    CommunityPage,
    page_of(Plan, "Plans"),
    who=ANYBODY,
)
GET_PRICE = Rpc(
    "payments",
    "get_price",
    "The public price of a plan now, the places left at it, and how it came about.",
    PlanRef,
    PublicPrice,
    who=ANYBODY,
)
GET_PLAN_HISTORY = history_of("payments", "plan", GetPlanHistory, holders(MONEY_ROLES))
