"""What quotes and orders say of their price: its lines, each coupon that was tried, each step."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from contracts.fields import Boolean, Choice, Document, Id, Whole, money
from contracts.purchases import Line
from contracts.states.payments import COUPON_REASONS, PRICE_LOCKS, RENEWAL_PRICES, CouponReason
from contracts.variants import Variants

# Why a coupon does not count, by the rule that it breaks. The words stand in `contracts.problems`,
# under `field_code` of the reason.
REASONS: dict[str, CouponReason] = {
    "code_is_known": "unknown",
    "coupon_is_active": "inactive",
    "coupon_is_in_plan_currency": "other_currency",
    "coupon_covers_plan": "other_plan",
    "coupon_has_begun": "not_started",
    "coupon_is_not_over": "expired",
    # Of quotes and orders of before, where one rule was both.
    "coupon_is_in_window": "expired",
    "person_is_newcomer": "newcomers_only",
    "person_is_renewing": "renewals_only",
    "price_reaches_minimum": "minimum_not_reached",
    "coupon_has_uses_left": "used_up",
    "person_has_uses_left": "used_before",
    "coupon_is_the_only_one": "another_applied",
}


def field_code(reason: CouponReason) -> str:
    """The code of a field whose coupon is refused for this reason."""
    return f"field.coupon_{reason}"


class PricedLine(Line):
    """`label`: what the plan or the meetup was called when it could be paid first."""

    label = fields.String(
        load_default=None,  # earlier versions send none
        allow_none=True,
        metadata={
            "description": "the plan's name when it was priced, the meetup's title when its seat"
            " could be paid first; null of earlier versions",
            "example": "年度会员",
        },
    )


class TriedCoupon(Document):
    """What became of one code that the buyer gave."""

    code = fields.String(required=True, metadata={"example": "WELC2ME"})
    coupon_id = Id(
        "cpn",
        required=True,
        allow_none=True,
        metadata={"description": "the coupon; null: it does not count"},
    )
    applied = Boolean(required=True)
    reason = Choice(
        *COUPON_REASONS,
        required=True,
        allow_none=True,
        metadata={"description": "why it does not count; null: it does", "example": None},
    )
    detail = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "the reason in the reader's language; null: it counts",
            "example": None,
        },
    )


class PromiseStep(Document):
    """The price that was promised to the applicant."""

    rule = Choice("promise", required=True)
    lock = Choice(*PRICE_LOCKS, required=True)
    amount = Whole(required=True)


class RenewalPriceStep(Document):
    """The price of a renewal, where the plan has another one than its base."""

    rule = Choice("renewal_price", required=True)
    price = Choice(*RENEWAL_PRICES, required=True)
    amount = Whole(required=True)


class BasePriceStep(Document):
    """The plan's base price: it has no ladder, or none counts here."""

    rule = Choice("base_price", required=True)
    amount = Whole(required=True)


class LadderStep(Document):
    """The ladder's price: `base`, and `rise` more for each `every` places before this `step`."""

    rule = Choice("ladder", required=True)
    step = Whole(required=True)
    base = Whole(required=True)
    rise = Whole(required=True)
    every = Whole(required=True)
    amount = Whole(required=True)


class Rounding(Document):
    """How a share was rounded to the minor unit."""

    exact = fields.String(required=True, metadata={"example": "300000 × 12.50 / 100"})
    rule = Choice("half_up_once", required=True)


class CouponStep(Document):
    """One code: what it gives if it counts, else the rule that it breaks."""

    rule = Choice("coupon", required=True)
    code = fields.String(required=True, metadata={"example": "WELC2ME"})
    applied = Boolean(required=True)
    broken_rule = Choice(*REASONS)
    discount = Whole(
        metadata={
            "description": "what it takes off, in minor units; left out where it does not count"
        }
    )
    extra_days = Whole()
    rounding = fields.Nested(Rounding)


class LineStep(Document):
    """One line of a price of its own: so much each."""

    rule = Choice("line", required=True)
    kind = fields.String(required=True, metadata={"example": "seat"})
    amount = Whole(required=True)
    quantity = Whole(required=True)


class TotalStep(Document):
    """What is to be paid; the last step."""

    rule = Choice("total", required=True)
    amount = Whole(required=True)
    currency = fields.String(required=True, metadata={"example": "CNY"})


STEPS = {
    "base_price": BasePriceStep,
    "ladder": LadderStep,
    "promise": PromiseStep,
    "renewal_price": RenewalPriceStep,
    "line": LineStep,
    "coupon": CouponStep,
    "total": TotalStep,
}


LIST_PRICE = "before coupons: what the lines come to"
DISCOUNT = "what the coupon takes off"


def amount_of_price(example: int, meaning: str, **kwargs: Any) -> fields.Nested:
    """An amount of a price, in yuan where it is shown."""
    shown = {"description": meaning, "example": {"amount": example, "currency": "CNY"}}
    return money(metadata=shown, **kwargs)


class Priced(Document):
    """What every quote and order says of its price."""

    list_price = amount_of_price(300_000, LIST_PRICE, required=True)
    discount = amount_of_price(20_000, DISCOUNT, required=True)
    total = amount_of_price(280_000, "what is paid: list price less discount", required=True)
    coupon_code = fields.String(
        load_default=None,  # earlier versions send none
        allow_none=True,
        metadata={"description": "the code that counts; null: none", "example": "WELC2ME"},
    )
    # Earlier versions send none.
    lines = fields.List(fields.Nested(PricedLine), load_default=list)
    trace = fields.List(
        Variants("rule", STEPS),
        required=True,
        metadata={
            "description": "how the price came about, step by step; amounts in minor units",
            "example": [
                {"rule": "base_price", "amount": 300_000},
                {
                    "rule": "coupon",
                    "code": "WELC2ME",
                    "applied": True,
                    "discount": 20_000,
                    "extra_days": 0,
                },
                {"rule": "total", "amount": 280_000, "currency": "CNY"},
            ],
        },
    )
