"""Plans: what a community sells, and prices promised to applicants (`product.md` §2, §3)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict, cast, get_args

from contracts.aggregates import Aggregate, MoneyFields
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.payments import PLAN_SOLD, PLAN_WRONG_STATE
from contracts.state_machine import StateMachine, machine
from contracts.states.payments import PlanState, PriceLock, RenewalPrice
from contracts.types.payments import Ladder, TermBracket

PLAN: StateMachine[PlanState] = machine(
    PLAN_WRONG_STATE,
    draft="on_sale closed",
    on_sale="paused closed",
    paused="on_sale closed",
    closed="",
)


class Plan(Aggregate):
    """A price for a period. `sold`: somebody was quoted or promised that price, so it stays."""

    community_id: str
    name: str
    description: NotRequired[str]
    base_price: MoneyFields
    period_months: int
    ladder: Ladder | None
    price_lock: PriceLock
    renewal_price: NotRequired[RenewalPrice]
    tier: NotRequired[str]
    refund_brackets: NotRequired[list[TermBracket]]
    zone: str
    state: NotRequired[PlanState]
    sold: NotRequired[bool]


class Promise(TypedDict):
    """The price that an applicant was promised for a plan, and its ladder step. `application_id`
    is the `promise_ref` of purchases: from the second opening on it says which."""

    _id: str
    community_id: str
    application_id: str
    plan_id: str
    price: MoneyFields
    step: int | None
    promised_at: dt.datetime


# What plans of an earlier version lack: they were all on sale, and each may have been sold.
_OF_BEFORE = {
    "description": "",
    "renewal_price": "base",
    "tier": "",
    "refund_brackets": [],
    "state": "on_sale",
    "sold": True,
}
_Term = Literal["base_price", "period_months", "ladder", "price_lock"]
_TERMS: tuple[_Term, ...] = get_args(_Term)


def as_now(stored: Mapping[str, Any]) -> Plan:
    """A stored plan, with what one of an earlier version lacks."""
    return cast(Plan, {**_OF_BEFORE, **stored})


def is_on_sale(plan: Plan) -> bool:
    """Whether it may be quoted, ordered or promised to somebody new."""
    return plan["state"] == "on_sale"


def is_free(plan: Plan) -> bool:
    """Whether nothing is ever to be paid for it."""
    return plan["base_price"]["amount"] == 0 and plan["ladder"] is None


def check_cap(base_price: MoneyFields, ladder: Ladder | None) -> None:
    """Raises DomainError(INVALID_INPUT) for a cap that the first price is above already."""
    cap = None if ladder is None else ladder["cap"]
    if cap is not None and cap < base_price["amount"]:
        least = {"least": base_price["amount"], "currency": base_price["currency"]}
        raise DomainError(
            INVALID_INPUT, fields=[FieldProblem("/ladder/cap", "field.cap_low", least)]
        )


def change(plan: Plan, asked: Mapping[str, Any]) -> Plan:
    """The plan with other words, and with other terms while nobody was told them.

    Raises DomainError(PLAN_WRONG_STATE) for a closed one, DomainError(PLAN_SOLD).
    """
    PLAN.require_in(plan, "draft", "on_sale", "paused")
    changed = cast(Plan, {**plan, **asked})
    if plan["sold"] and any(changed[term] != plan[term] for term in _TERMS):
        raise DomainError(PLAN_SOLD)
    return changed
