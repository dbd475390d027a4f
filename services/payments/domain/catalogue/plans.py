"""Plans: what a community sells, and prices promised to applicants (`product.md` §2, §3)."""

import datetime as dt
from typing import TypedDict

from contracts.aggregates import Aggregate, MoneyFields
from contracts.states.payments import PriceLock
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


class Promise(TypedDict):
    """The price that an applicant was promised for a plan, and its ladder step."""

    _id: str
    community_id: str
    application_id: str
    plan_id: str
    price: MoneyFields
    step: int | None
    promised_at: dt.datetime
