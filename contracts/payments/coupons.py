"""Coupon campaigns and their codes."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from contracts.errors import payments as codes
from contracts.fields import (
    Choice,
    Document,
    Flag,
    Id,
    Instant,
    Matching,
    Request,
    Several,
    Text,
    Whole,
    page_of,
)
from contracts.payments.plans import CommunityPage
from contracts.problems import problem
from contracts.records import Rpc

_CODE = r"[A-HK-NP-Za-hk-np-z2-9]{3,24}"  # in any case; the alphabet has no 0/1/I/J/O


class CouponBenefit(Request):
    kind = Choice("amount_off", "percent_off", "set_price", "extra_days", required=True)
    value = Whole(
        required=True,
        least=0,
        most=10**12,
        metadata={"description": "minor units, basis points, minor units, or days"},
    )

    @validates_schema
    def _value_fits_kind(self, data: dict[str, Any], **kwargs: Any) -> None:
        most = {"percent_off": 10_000, "extra_days": 3650}.get(data["kind"])
        if most is not None and data["value"] > most:
            wrong = problem("field.range", least=0, most=most)
            raise ValidationError({"value": wrong.messages})


class CreateCoupon(Request):
    community_id = Id("com", required=True)
    name = Text(required=True, least=1, most=100)
    code = Matching(
        _CODE,
        "3 to 24 letters and digits without 0, 1, I, J, O",
        required=True,
        metadata={"description": "entered in any case", "example": "WELC2ME"},
    )
    benefit = fields.Nested(CouponBenefit, required=True)
    audience = Choice(
        "newcomer",
        "renewal",
        "any",
        required=True,
        metadata={"description": "who never paid, who is or was a member, or anybody"},
    )
    lapsed_days = Whole(
        load_default=30,
        most=3650,
        metadata={"description": "renewal: days since the term ended within which it is good"},
    )
    limit = Whole(
        load_default=None,
        allow_none=True,
        least=1,
        most=10**7,
        metadata={"description": "uses in all; null = any number"},
    )
    per_person = Whole(
        load_default=1, least=1, most=100, metadata={"description": "uses of one person"}
    )
    plan_ids = Several(
        Id("pln"),
        most=100,
        load_default=list,
        metadata={"description": "the plans it is good for; none named = every plan"},
    )
    minimum = Whole(
        load_default=0,
        most=10**12,
        metadata={"description": "minor units that the list price has to reach"},
    )
    valid_from = Instant(load_default=None, allow_none=True)
    valid_until = Instant(load_default=None, allow_none=True)
    refund_returns_use = Flag(
        load_default=False,
        metadata={"description": "whether a full refund frees the use for another"},
    )


class Coupon(Document):
    id = Id("cpn", required=True)
    community_id = Id("com", required=True)
    name = fields.String(required=True)
    code = fields.String(required=True)
    benefit = fields.Nested(CouponBenefit, required=True)
    audience = fields.String(required=True)
    plan_ids = fields.List(fields.String(), required=True)
    limit = Whole(required=True, allow_none=True)
    per_person = Whole(required=True)
    minimum = Whole(required=True)
    used = Whole(required=True)
    held = Whole(required=True)
    valid_from = Instant(required=True, allow_none=True)
    valid_until = Instant(required=True, allow_none=True)
    refund_returns_use = Flag(required=True)
    version = Whole(required=True)
    created_at = Instant(required=True)


CREATE_COUPON = Rpc(
    "payments",
    "create_coupon",
    "An owner or operator creates a coupon with one shared code.",
    CreateCoupon,
    Coupon,
    errors=(codes.COUPON_CODE_TAKEN,),
)
LIST_COUPONS = Rpc(
    "payments",
    "list_coupons",
    "The coupons of a community with their uses, for its staff.",
    CommunityPage,
    page_of(Coupon, "Coupons"),
)
