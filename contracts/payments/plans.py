"""Plans and what they cost now."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from contracts.access import ANYBODY, MONEY_ROLES, OWNING_ROLES, SERVICES_ONLY, holders
from contracts.errors import payments as codes
from contracts.fields import (
    Boolean,
    Choice,
    Document,
    Id,
    Instant,
    ListOf,
    MinorUnits,
    MoneySchema,
    PageRequest,
    Percent,
    Request,
    Text,
    Whole,
    actions,
    money,
    page_of,
    seen_version,
)
from contracts.history import history_of
from contracts.payments.changes import left_alone, simulation
from contracts.records import Rpc
from contracts.states.payments import PLAN_STATES, PRICE_LOCKS, RENEWAL_PRICES


class Ladder(Request):
    """price = base + step × floor((n − places_before) / every), capped."""

    step = MinorUnits(
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
    cap = MinorUnits(
        load_default=None,
        allow_none=True,
        maximum=10**13,
        metadata={
            "description": "minor units above which the price does not rise; at least the base"
            " price; null = no bound",
            "example": 500000,
        },
    )


class TermBracket(Request):
    """What goes back to who gives up on that day of the term or before; its first day is day 0."""

    days_after = Whole(required=True, maximum=3650, metadata={"example": 14})
    percent = Percent(
        required=True,
        attribute="basis_points",
        metadata={"description": "the share of what was paid, in percent", "example": "50.00"},
    )


def term_brackets(**kwargs: Any) -> ListOf:
    """The brackets of a plan; of those that are reached the best counts."""
    meaning = "what comes back after the cool-off; orders keep those of when they were priced"
    metadata = {"description": meaning}
    return ListOf(fields.Nested(TermBracket), maximum=10, metadata=metadata, **kwargs)


_RENEWAL_PRICE = {
    "description": "what a renewal pays: the base price, what this run of membership paid first,"
    " or the public price of the day; it takes no place"
}
_TIER = {"description": "a word for what it gives, for standings and integrators", "example": "pro"}


class CreatePlan(Request):
    community_id = Id("com", required=True)
    name = Text(required=True, minimum=1, maximum=100, metadata={"example": "年度会员"})
    description = Text(load_default="", maximum=2000, multiline=True)
    base_price = fields.Nested(
        MoneySchema,
        required=True,
        metadata={
            "description": "the first price, in the community's currency",
            "example": {"amount": 300000, "currency": "CNY"},
        },
    )
    period_months = Whole(
        load_default=12,
        minimum=1,
        maximum=120,
        metadata={"description": "months that one payment gives"},
    )
    ladder = fields.Nested(
        Ladder,
        load_default=None,
        allow_none=True,
        metadata={"description": "how the price rises; null: one price for all"},
    )
    price_lock = Choice(
        *PRICE_LOCKS,
        load_default="at_application",
        metadata={"description": "when an applicant's price is promised; it takes no place"},
    )
    renewal_price = Choice(*RENEWAL_PRICES, load_default="base", metadata=_RENEWAL_PRICE)
    tier = Text(load_default="", maximum=40, metadata=_TIER)
    refund_brackets = term_brackets(load_default=list)
    state = Choice(
        "draft",
        "on_sale",
        load_default="on_sale",
        metadata={"description": "a draft is shown to owners only, until it is put on sale"},
    )


class ChangePlan(Request):
    """What is left out stays. Price, period, ladder and price lock change until somebody was quoted
    or promised a price."""

    plan_id = Id("pln", required=True)
    name = Text(minimum=1, maximum=100)
    description = Text(maximum=2000, multiline=True)
    base_price = fields.Nested(
        MoneySchema, metadata={"description": "the first price, in the community's currency"}
    )
    period_months = Whole(minimum=1, maximum=120)
    ladder = fields.Nested(Ladder, allow_none=True)
    price_lock = Choice(*PRICE_LOCKS)
    renewal_price = Choice(*RENEWAL_PRICES, metadata=_RENEWAL_PRICE)
    tier = Text(maximum=40, metadata=_TIER)
    refund_brackets = term_brackets()
    simulate = simulation()
    expected_version = seen_version()


class Plan(Document):
    """`sold`: somebody was quoted or promised its price, which stays from then on."""

    id = Id("pln", required=True)
    community_id = Id("com", required=True)
    name = fields.String(required=True)
    base_price = money(required=True)
    period_months = Whole(required=True)
    ladder = fields.Nested(Ladder, required=True, allow_none=True)
    price_lock = fields.String(required=True)
    # Earlier versions write none of these.
    description = fields.String(load_default="")
    renewal_price = Choice(*RENEWAL_PRICES, load_default="base")
    tier = fields.String(load_default="")
    refund_brackets = fields.List(fields.Nested(TermBracket), load_default=list)
    state = Choice(*PLAN_STATES, load_default="on_sale")
    sold = Boolean(load_default=True)
    version = Whole(required=True)
    created_at = Instant(required=True)


class ShownPlan(Plan):
    """A plan, and what the caller may do with it."""

    actions = actions()


class ChangedPlan(Plan):
    """The plan after a change, or as it would be."""

    simulated = Boolean(required=True)
    unaffected = left_alone()


class PlanFacts(Document):
    """What neighbours keep of a plan. `free`: nothing is ever to be paid for it."""

    plan_id = Id("pln", required=True)
    community_id = Id("com", required=True)
    state = Choice(*PLAN_STATES, required=True)
    free = Boolean(required=True)
    period_months = Whole(required=True)
    tier = fields.String(required=True)
    plan_name = fields.String(load_default="")  # earlier versions send none


class KnownPlan(PlanFacts):
    """The same with the version that has them, as `aggregateversion` says of an event."""

    version = Whole(required=True)


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


_OWNERS = holders(OWNING_ROLES)
_BUT_DRAFTS = ANYBODY.who_sees_more("drafts for owners and operators")
_WRONG_STATE = (codes.PLAN_WRONG_STATE,)

CREATE_PLAN = Rpc(
    "payments",
    "create_plan",
    "Put a plan on sale, or draft one.",
    CreatePlan,
    Plan,
    who=_OWNERS,
)
GET_PLAN = Rpc("payments", "get_plan", "A plan.", PlanRef, ShownPlan, who=_BUT_DRAFTS)
LIST_PLANS = Rpc(
    "payments",
    "list_plans",
    "The plans of a community, in whatever state.",
    CommunityPage,
    page_of(ShownPlan, "Plans"),
    who=_BUT_DRAFTS,
)
GET_PRICE = Rpc(
    "payments",
    "get_price",
    "The public price of a plan now, the places left at it, and how it came about.",
    PlanRef,
    PublicPrice,
    who=_BUT_DRAFTS,
    errors=_WRONG_STATE,
)
CHANGE_PLAN = Rpc(
    "payments",
    "change_plan",
    "Change a plan, or try what a change would come to; its price only before anybody was told it.",
    ChangePlan,
    ChangedPlan,
    who=_OWNERS,
    errors=(*_WRONG_STATE, codes.PLAN_SOLD),
)
PUT_PLAN_ON_SALE = Rpc(
    "payments",
    "put_plan_on_sale",
    "Sell a draft, or a paused plan again.",
    PlanRef,
    Plan,
    who=_OWNERS,
    errors=_WRONG_STATE,
)
PAUSE_PLAN = Rpc(
    "payments",
    "pause_plan",
    "Sell a plan to nobody new for a while; open purchases of it may be paid.",
    PlanRef,
    Plan,
    who=_OWNERS,
    errors=_WRONG_STATE,
)
CLOSE_PLAN = Rpc(
    "payments",
    "close_plan",
    "Sell a plan to nobody new any more, for good; open purchases of it may be paid.",
    PlanRef,
    Plan,
    who=_OWNERS,
    errors=_WRONG_STATE,
)
GET_PLAN_FACTS = Rpc(
    "payments",
    "get_plan_facts",
    "What neighbours keep of a plan: for one that was made a moment ago.",
    PlanRef,
    KnownPlan,
    who=SERVICES_ONLY,
    callers=("membership",),
)
GET_PLAN_HISTORY = history_of("payments", "plan", GetPlanHistory, holders(MONEY_ROLES))
