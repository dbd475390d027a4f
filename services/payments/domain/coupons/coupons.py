"""Coupons: the rules that a coupon has to keep, each a statement that can be false."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict, cast

from contracts.aggregates import Aggregate
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.payments import COUPON_UNLIMITED, COUPON_WRONG_STATE
from contracts.money import Money, percent_half_up
from contracts.state_machine import StateMachine, machine
from contracts.states.payments import CouponAudience, CouponKind, CouponState
from contracts.text import rfc3339

COUPON: StateMachine[CouponState] = machine(
    COUPON_WRONG_STATE,
    active="paused ended",
    paused="active ended",
    ended="",
)


class AmountOff(TypedDict):
    """Minor units off the list price."""

    kind: Literal["amount_off"]
    amount: int


class PercentOff(TypedDict):
    """A share of the list price off."""

    kind: Literal["percent_off"]
    basis_points: int


class SetPrice(TypedDict):
    """A price of its own, in minor units, where the list price is higher."""

    kind: Literal["set_price"]
    price: int


class ExtraDays(TypedDict):
    """Days on top of the period."""

    kind: Literal["extra_days"]
    days: int


Gift = AmountOff | PercentOff | SetPrice | ExtraDays


class Coupon(Aggregate):
    """A campaign with one code. `counters` is the number of counters of one with a limit (1 if it
    is missing)."""

    community_id: str
    name: str
    code: str
    currency: str
    benefit: Gift
    audience: CouponAudience
    lapsed_days: int
    plan_ids: list[str]
    limit: int | None
    counters: NotRequired[int]
    per_person: int
    minimum: int
    valid_from: dt.datetime | None
    valid_until: dt.datetime | None
    refund_returns_use: bool
    state: NotRequired[CouponState]


class Redemption(TypedDict):
    """One person's use of a coupon: a slot of the person, held, kept, used, then counted."""

    _id: str
    community_id: str
    coupon_id: str
    person_id: str
    slot: int
    ref: str
    state: Literal["held", "kept", "used", "counted", "returned"]
    live: bool
    expires_at: dt.datetime | None
    taken_at: dt.datetime


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


def as_now(stored: Mapping[str, Any]) -> Coupon:
    """A stored campaign; one of an earlier version has no state and is active."""
    return cast(Coupon, {"state": "active", **stored})


def check_useful(coupon: Coupon, now: dt.datetime, zone: str) -> None:
    """Raises DomainError(INVALID_INPUT) for one that nobody could ever use, or that gives nothing.

    `zone`: the community's, in which its people are told of times.
    """
    begins = max(coupon["valid_from"] or now, now)
    problems = [*_without_gift(coupon["benefit"]), *_without_time(coupon, begins, zone)]
    if problems:
        raise DomainError(INVALID_INPUT, fields=problems)


def check_end(coupon: Coupon, zone: str) -> None:
    """Raises DomainError(INVALID_INPUT) for an end before it begins; one that is past ends it."""
    begins = coupon["valid_from"]
    if begins and (problems := list(_without_time(coupon, begins, zone))):
        raise DomainError(INVALID_INPUT, fields=problems)


def _without_gift(benefit: Gift) -> Iterator[FieldProblem]:
    if benefit["kind"] == "amount_off" and benefit["amount"] == 0:
        yield FieldProblem("/benefit/amount", "field.range", {"minimum": 1, "maximum": 10**12})
    elif benefit["kind"] == "percent_off" and benefit["basis_points"] == 0:
        bounds = {"minimum": "0.01", "maximum": "100.00"}
        yield FieldProblem("/benefit/percent", "field.range", bounds)
    elif benefit["kind"] == "extra_days" and benefit["days"] == 0:
        yield FieldProblem("/benefit/days", "field.range", {"minimum": 1, "maximum": 3650})


def _without_time(coupon: Coupon, begins: dt.datetime, zone: str) -> Iterator[FieldProblem]:
    ends = coupon["valid_until"]
    if ends is not None and ends <= begins:
        after = {"after": rfc3339(begins), "zone": zone}
        yield FieldProblem("/valid_until", "field.time_order", after)


def change(coupon: Coupon, asked: Mapping[str, Any]) -> Coupon:
    """The campaign with another name, limit or end.

    Raises DomainError(COUPON_WRONG_STATE) for an ended one, and DomainError(COUPON_UNLIMITED): uses
    that no counter knows cannot be limited.
    """
    COUPON.require_in(coupon, "active", "paused")
    if "limit" in asked and coupon["limit"] is None:
        raise DomainError(COUPON_UNLIMITED, fields=[FieldProblem("/limit", "field.unlimited")])
    return cast(Coupon, {**coupon, **asked})


def coupon_is_active(coupon: Coupon, case: Case) -> bool:
    """Neither paused nor ended."""
    return coupon["state"] == "active"


def coupon_is_in_plan_currency(coupon: Coupon, case: Case) -> bool:
    return coupon["currency"] == case.list_price.currency


def coupon_covers_plan(coupon: Coupon, case: Case) -> bool:
    return not coupon["plan_ids"] or case.plan_id in coupon["plan_ids"]


def coupon_has_begun(coupon: Coupon, case: Case) -> bool:
    return coupon["valid_from"] is None or coupon["valid_from"] <= case.now


def coupon_is_not_over(coupon: Coupon, case: Case) -> bool:
    return coupon["valid_until"] is None or case.now < coupon["valid_until"]


def price_reaches_minimum(coupon: Coupon, case: Case) -> bool:
    return case.list_price.amount >= coupon["minimum"]


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
    coupon_is_active,
    coupon_is_in_plan_currency,
    coupon_covers_plan,
    coupon_has_begun,
    coupon_is_not_over,
    person_is_newcomer,
    person_is_renewing,
    price_reaches_minimum,
)

# Refusals that no pure rule can give: they come from counters, or from the other coupons tried.
# What a refusal by each rule is called outside: `contracts.payments.prices.REASONS`.
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


def amount_off(benefit: AmountOff, price: Money) -> Benefit:
    return Benefit(Money(min(benefit["amount"], price.amount), price.currency), 0)


def percent_off(benefit: PercentOff, price: Money) -> Benefit:
    """Rounded half up once (D-14)."""
    off = percent_half_up(price.amount, benefit["basis_points"])
    return Benefit(Money(off, price.currency), 0)


def set_price(benefit: SetPrice, price: Money) -> Benefit:
    return Benefit(Money(max(0, price.amount - benefit["price"]), price.currency), 0)


def extra_days(benefit: ExtraDays, price: Money) -> Benefit:
    return Benefit(Money(0, price.currency), benefit["days"])


# A new kind is a type above, a function and a line here.
KINDS: dict[CouponKind, Callable[[Any, Money], Benefit]] = {
    "amount_off": amount_off,
    "percent_off": percent_off,
    "set_price": set_price,
    "extra_days": extra_days,
}


def benefit_of(coupon: Coupon, price: Money) -> Benefit:
    """The coupon's benefit on a list price."""
    return KINDS[coupon["benefit"]["kind"]](coupon["benefit"], price)
