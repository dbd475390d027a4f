"""The one pricing function: preview, checkout, late payment and refund use it (`product.md` §3)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.money import Money, percent_text
from services.payments.domain.catalogue.ladder import ladder_of, list_price
from services.payments.domain.catalogue.plans import Plan
from services.payments.domain.coupons import coupons
from services.payments.domain.coupons.coupons import Buyer, Case, Coupon

Trace = list[dict[str, Any]]


@dataclass(frozen=True)
class TriedCoupon:
    """A code that the buyer gave, and the campaign behind it, if there is one."""

    code: str
    coupon: Coupon | None


@dataclass(frozen=True)
class Price:
    """`total` = `list_price` − `discount`; `coupon` is the one that applied; `trace` says why."""

    list_price: Money
    discount: Money
    total: Money
    extra_days: int
    coupon: Coupon | None
    trace: Trace


def price(
    plan: Plan,
    *,
    step: int | None,
    promised: Money | None,
    renewal: Money | None = None,
    tried: Sequence[TriedCoupon],
    buyer: Buyer,
    now: dt.datetime,
    spent: Mapping[str, str] | None = None,
) -> Price:
    """What a buyer pays for a plan, and how that came about.

    `step` is the ladder step of the place at hand (None without a ladder); `promised` is the price
    promised earlier, and `renewal` that of a renewal, which takes no place: they replace the
    ladder's. At most one coupon applies: the first one in the buyer's order that keeps every rule.
    `spent` names coupons whose counter refused (id → rule).
    """
    trace: Trace = []
    listed = _listed(plan, step, promised, renewal, trace)
    case = Case(plan_id=plan["_id"], list_price=listed, buyer=buyer, now=now)
    applied: Coupon | None = None
    benefit = coupons.Benefit(Money(0, listed.currency), 0)
    for attempt in tried:
        refused = _refusal(attempt, case, applied, spent or {})
        if refused is None and attempt.coupon is not None:
            applied = attempt.coupon
            benefit = coupons.benefit_of(applied, listed)
        trace.append(_coupon_line(attempt, refused, benefit, listed))
    total = listed - benefit.discount
    trace.append({"rule": "total", "amount": total.amount, "currency": total.currency})
    return Price(listed, benefit.discount, total, benefit.extra_days, applied, trace)


def _listed(
    plan: Plan, step: int | None, promised: Money | None, renewal: Money | None, trace: Trace
) -> Money:
    ladder = ladder_of(plan)
    if promised is not None:
        trace.append({"rule": "promise", "lock": plan["price_lock"], "amount": promised.amount})
        return promised
    if renewal is not None and plan["renewal_price"] != "base":
        how = plan["renewal_price"]
        trace.append({"rule": "renewal_price", "price": how, "amount": renewal.amount})
        return renewal
    listed = list_price(plan, step)
    if ladder is None or step is None:
        trace.append({"rule": "base_price", "amount": listed.amount})
    else:
        trace.append(
            {
                "rule": "ladder",
                "step": step,
                "base": ladder.base.amount,
                "rise": ladder.step,
                "every": ladder.every,
                "amount": listed.amount,
            }
        )
    return listed


def _refusal(
    attempt: TriedCoupon, case: Case, applied: Coupon | None, spent: Mapping[str, str]
) -> str | None:
    if attempt.coupon is None:
        return coupons.UNKNOWN
    broken = coupons.broken_rule(attempt.coupon, case)
    if broken is not None:
        return broken
    if attempt.coupon["_id"] in spent:
        return spent[attempt.coupon["_id"]]
    return None if applied is None else coupons.ANOTHER_APPLIED


def _coupon_line(
    attempt: TriedCoupon, refused: str | None, benefit: coupons.Benefit, listed: Money
) -> dict[str, Any]:
    line: dict[str, Any] = {"rule": "coupon", "code": attempt.code, "applied": refused is None}
    if refused is not None or attempt.coupon is None:
        return {**line, "broken_rule": refused}
    line |= {"discount": benefit.discount.amount, "extra_days": benefit.extra_days}
    if attempt.coupon["benefit"]["kind"] == "percent_off":
        percent = percent_text(attempt.coupon["benefit"]["basis_points"])
        line["rounding"] = {"exact": f"{listed.amount} × {percent} / 100", "rule": "half_up_once"}
    return line
