"""Plans: what a community sells, and prices promised to applicants (`product.md` §2, §3)."""

import datetime as dt
from typing import NotRequired, TypedDict

from contracts.aggregates import Aggregate, MoneyFields
from contracts.states.payments import PlanState, PriceLock
from contracts.types.payments import Ladder


class Plan(Aggregate):
    """A price for a period; it never changes, for what was sold stays what it was."""

    community_id: str
    name: str
    base_price: MoneyFields
    period_months: int
    ladder: Ladder | None
    price_lock: PriceLock
    zone: str
    tier: NotRequired[str]
    state: NotRequired[PlanState]  # missing in what was on sale before there were states


class Promise(TypedDict):
    """The price that an applicant was promised for a plan, and its ladder step."""

    _id: str
    community_id: str
    application_id: str
    plan_id: str
    price: MoneyFields
    step: int | None
    promised_at: dt.datetime


def is_on_sale(plan: Plan) -> bool:
    return plan.get("state", "on_sale") == "on_sale"


def is_free(plan: Plan) -> bool:
    """Nothing is paid for it: who is approved has joined (rules.md §2.1)."""
    return plan["ladder"] is None and plan["base_price"]["amount"] == 0
