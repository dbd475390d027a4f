"""Coupons: the rules that a coupon has to keep, each a statement that can be false."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contracts.money import Money, percent_half_up

Coupon = dict[str, Any]


def normal_code(code: str) -> str:
    """A code as it is stored and compared: case does not matter."""
    return code.strip().upper()


@dataclass(frozen=True)
class Buyer:
    """What coupon rules ask about the payer, whatever account they use.

    `has_joined`: was a member at some time, be it without paying here (an import). `lapsed_days`:
    days since the last term ended; None for somebody who has none that ended.
    """

    has_paid_before: bool
    has_joined: bool
    is_member: bool
    lapsed_days: int | None


@dataclass(frozen=True)
class Case:
    """One attempt to use a coupon: for what, by whom, at which list price and moment."""

    plan_id: str
    list_price: Money
    buyer: Buyer
    now: dt.datetime


def coupon_is_in_plan_currency(coupon: Coupon, case: Case) -> bool:
    return bool(coupon["currency"] == case.list_price.currency)


def coupon_covers_plan(coupon: Coupon, case: Case) -> bool:
    return not coupon["plan_ids"] or case.plan_id in coupon["plan_ids"]


def coupon_is_in_window(coupon: Coupon, case: Case) -> bool:
    began = coupon["valid_from"] is None or coupon["valid_from"] <= case.now
    return began and (coupon["valid_until"] is None or case.now < coupon["valid_until"])


def price_reaches_minimum(coupon: Coupon, case: Case) -> bool:
    return bool(case.list_price.amount >= coupon["minimum"])


def person_is_newcomer(coupon: Coupon, case: Case) -> bool:
    """This person never paid and never was a member."""
    if coupon["audience"] != "newcomer":
        return True
    return not (case.buyer.has_paid_before or case.buyer.has_joined)


def person_is_renewing(coupon: Coupon, case: Case) -> bool:
    """Member now, or lapsed for at most the coupon's number of days."""
    if coupon["audience"] != "renewal" or case.buyer.is_member:
        return True
    lapsed = case.buyer.lapsed_days
    return lapsed is not None and lapsed <= coupon["lapsed_days"]


Rule = Callable[[Coupon, Case], bool]

RULES: tuple[Rule, ...] = (
    coupon_is_in_plan_currency,
    coupon_covers_plan,
    coupon_is_in_window,
    person_is_newcomer,
    person_is_renewing,
    price_reaches_minimum,
)

# Refusals that no pure rule can give: they come from counters, or from the other coupons tried.
UNKNOWN = "code_is_known"
LIMIT_REACHED = "coupon_has_uses_left"
PERSON_LIMIT_REACHED = "person_has_uses_left"
ANOTHER_APPLIED = "coupon_is_the_only_one"


def broken_rule(coupon: Coupon, case: Case) -> str | None:
    """The name of the first rule that the coupon breaks here; None when it may be used."""
    for rule in RULES:
        if not rule(coupon, case):
            return rule.__name__
    return None


@dataclass(frozen=True)
class Benefit:
    """What a coupon gives: money off the list price (never below zero), days on top."""

    discount: Money
    extra_days: int


def benefit_of(coupon: Coupon, price: Money) -> Benefit:
    """The coupon's benefit on a list price; a percentage is rounded half up once (D-14)."""
    kind, value = coupon["benefit"]["kind"], coupon["benefit"]["value"]
    if kind == "extra_days":
        return Benefit(Money(0, price.currency), value)
    if kind == "amount_off":
        off = min(value, price.amount)
    elif kind == "percent_off":
        off = percent_half_up(price.amount, value)
    else:
        off = max(0, price.amount - value)
    return Benefit(Money(off, price.currency), 0)
