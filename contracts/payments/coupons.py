"""Coupon campaigns and their codes."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from contracts.access import MONEY_ROLES, OWNING_ROLES, holders
from contracts.errors import payments as codes
from contracts.fields import (
    Boolean,
    Choice,
    Document,
    Id,
    Instant,
    ListOf,
    Matching,
    MinorUnits,
    Percent,
    Request,
    Text,
    Whole,
    actions,
    page_of,
    seen_version,
)
from contracts.history import history_of
from contracts.lists import sorted_by
from contracts.payments.changes import left_alone, simulation
from contracts.payments.plans import CommunityPage
from contracts.problems import problem
from contracts.records import Rpc
from contracts.states.payments import COUPON_AUDIENCES, COUPON_KINDS, COUPON_STATES, CouponKind

_IN_CODES = re.compile(r"[A-HK-NP-Za-hk-np-z2-9]")  # in any case; no 0/1/I/J/O

FIELD_OF_KIND: dict[CouponKind, str] = {
    "amount_off": "amount",
    "percent_off": "percent",
    "set_price": "price",
    "extra_days": "days",
}


def normal_code(code: str) -> str:
    """A code as it is stored and compared, whatever people paste: case and width do not matter,
    nor blanks and signs that nobody sees (rules.md §3.7)."""
    plain = unicodedata.normalize("NFKC", code)
    seen = (char for char in plain if not char.isspace() and unicodedata.category(char) != "Cf")
    return "".join(seen).upper()


class PastedCode(Text):
    """A code as people paste it; what it says is what `normal_code` leaves."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        normal = normal_code(value) if isinstance(value, str) else value
        return super()._deserialize(normal, attr, data, **kwargs)


class CouponCode(Matching):
    """A code for many people, without what looks alike on paper."""

    shortest, longest = 6, 24

    def __init__(self, **kwargs: Any):
        size = f"{{{self.shortest},{self.longest}}}"
        super().__init__(rf"[A-HK-NP-Za-hk-np-z2-9]{size}", "", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(fields.String._deserialize(self, value, attr, data, **kwargs))
        if not self.shortest <= len(text) <= self.longest:
            raise problem("field.length", minimum=self.shortest, maximum=self.longest)
        refused = [char for char in dict.fromkeys(text) if not _IN_CODES.fullmatch(char)]
        if refused:
            raise problem("field.look_alikes", refused=refused)
        return text


class CouponBenefit(Request):
    """What a coupon gives: its kind, and the one field that this kind has."""

    kind = Choice(*COUPON_KINDS, required=True)
    amount = MinorUnits(
        maximum=10**12, metadata={"description": "amount_off: minor units off the list price"}
    )
    percent = Percent(
        attribute="basis_points", metadata={"description": "percent_off: off the list price"}
    )
    price = MinorUnits(
        maximum=10**12, metadata={"description": "set_price: minor units that are to be paid"}
    )
    days = Whole(maximum=3650, metadata={"description": "extra_days: added to the period"})

    @validates_schema(pass_original=True)
    def _has_the_field_of_its_kind(
        self, data: dict[str, Any], original: dict[str, Any], **kwargs: Any
    ) -> None:
        wanted = FIELD_OF_KIND[data["kind"]]
        given = original.keys() & set(FIELD_OF_KIND.values())
        other = problem("field.of_other_kind", kind=data["kind"], takes=[wanted]).messages
        wrong = dict.fromkeys(given - {wanted}, other)
        if wanted not in given:
            wrong[wanted] = problem("field.required").messages
        if wrong:
            raise ValidationError(wrong)


class CreateCoupon(Request):
    community_id = Id("com", required=True)
    name = Text(required=True, minimum=1, maximum=100)
    code = CouponCode(
        required=True,
        metadata={"description": "what buyers enter, in any case", "example": "WELC2ME"},
    )
    benefit = fields.Nested(
        CouponBenefit,
        required=True,
        metadata={"example": {"kind": "percent_off", "percent": "12.50"}},
    )
    audience = Choice(
        *COUPON_AUDIENCES,
        required=True,
        metadata={"description": "who never paid, who is or was a member, or anybody"},
    )
    lapsed_days = Whole(
        load_default=30,
        maximum=3650,
        metadata={"description": "renewal: days since the term ended within which it is good"},
    )
    limit = Whole(
        load_default=None,
        allow_none=True,
        minimum=1,
        maximum=10**7,
        metadata={"description": "uses in all; null = any number"},
    )
    per_person = Whole(
        load_default=1, minimum=1, maximum=100, metadata={"description": "uses of one person"}
    )
    plan_ids = ListOf(
        Id("pln"),
        maximum=100,
        load_default=list,
        metadata={"description": "the plans it is good for; none named = every plan"},
    )
    minimum = MinorUnits(
        load_default=0,
        maximum=10**12,
        metadata={"description": "minor units that the list price has to reach"},
    )
    valid_from = Instant(load_default=None, allow_none=True)
    valid_until = Instant(load_default=None, allow_none=True)
    refund_returns_use = Boolean(
        load_default=False,
        metadata={"description": "whether a full refund frees the use for another"},
    )


class CouponRef(Request):
    coupon_id = Id("cpn", required=True)


class ChangeCoupon(Request):
    """What is left out stays."""

    fixed = frozenset(CreateCoupon._declared_fields.keys() - {"name", "limit", "valid_until"})

    coupon_id = Id("cpn", required=True)
    name = Text(minimum=1, maximum=100)
    limit = Whole(
        minimum=1,
        maximum=10**7,
        metadata={
            "description": "uses in all, of one with a limit; not below what is used and held"
        },
    )
    valid_until = Instant(allow_none=True)
    simulate = simulation()
    expected_version = seen_version()


class Coupon(Document):
    """A campaign with its code, and how often that was used."""

    id = Id("cpn", required=True)
    community_id = Id("com", required=True)
    name = fields.String(required=True)
    code = fields.String(required=True)
    benefit = fields.Nested(
        CouponBenefit,
        required=True,
        metadata={"example": {"kind": "percent_off", "percent": "12.50"}},
    )
    audience = fields.String(required=True)
    plan_ids = fields.List(fields.String(), required=True)
    limit = Whole(required=True, allow_none=True)
    per_person = Whole(required=True)
    minimum = Whole(required=True)
    used = Whole(required=True)
    held = Whole(required=True)
    valid_from = Instant(required=True, allow_none=True)
    valid_until = Instant(required=True, allow_none=True)
    refund_returns_use = Boolean(required=True)
    state = Choice(*COUPON_STATES, load_default="active")  # earlier versions write none
    version = Whole(required=True)
    created_at = Instant(required=True)


class ShownCoupon(Coupon):
    """A coupon, and what the caller may do with it."""

    actions = actions()


class ListCoupons(CommunityPage):
    state = Choice(*COUPON_STATES, load_default=None, allow_none=True)
    sort = sorted_by("created_at", usual="created_at")


class CountCoupons(Request):
    community_id = Id("com", required=True)


class CouponCounts(Document):
    """How many coupons of a community are in each state."""

    community_id = Id("com", required=True)
    counts = fields.Dict(keys=Choice(*COUPON_STATES), values=Whole(), required=True)


class GetCouponHistory(CommunityPage):
    coupon_id = Id("cpn", required=True)


class ChangedCoupon(Coupon):
    """The coupon after a change, or as it would be."""

    simulated = Boolean(required=True)
    unaffected = left_alone()


_OWNERS = holders(OWNING_ROLES)
_WRONG_STATE = (codes.COUPON_WRONG_STATE,)

CREATE_COUPON = Rpc(
    "payments",
    "create_coupon",
    "Create a coupon with one shared code.",
    CreateCoupon,
    Coupon,
    who=_OWNERS,
    errors=(codes.COUPON_CODE_TAKEN,),
)
LIST_COUPONS = Rpc(
    "payments",
    "list_coupons",
    "The coupons of a community with their uses.",
    ListCoupons,
    page_of(ShownCoupon, "Coupons"),
    who=holders(MONEY_ROLES),
)
COUNT_COUPONS = Rpc(
    "payments",
    "count_coupons",
    "How many coupons of a community are in each state.",
    CountCoupons,
    CouponCounts,
    who=holders(MONEY_ROLES),
)
GET_COUPON_HISTORY = history_of("payments", "coupon", GetCouponHistory, holders(MONEY_ROLES))
GET_COUPON = Rpc(
    "payments",
    "get_coupon",
    "A coupon with its uses.",
    CouponRef,
    ShownCoupon,
    who=holders(MONEY_ROLES),
)
CHANGE_COUPON = Rpc(
    "payments",
    "change_coupon",
    "Change name, limit or end of a coupon, or try what a change would come to.",
    ChangeCoupon,
    ChangedCoupon,
    who=_OWNERS,
    errors=(*_WRONG_STATE, codes.COUPON_LIMIT_BELOW_USED, codes.COUPON_UNLIMITED),
)
PAUSE_COUPON = Rpc(
    "payments",
    "pause_coupon",
    "Give a coupon to nobody new for a while; who holds a use keeps it.",
    CouponRef,
    Coupon,
    who=_OWNERS,
    errors=_WRONG_STATE,
)
RESUME_COUPON = Rpc(
    "payments",
    "resume_coupon",
    "Give a paused coupon again.",
    CouponRef,
    Coupon,
    who=_OWNERS,
    errors=_WRONG_STATE,
)
END_COUPON = Rpc(
    "payments",
    "end_coupon",
    "Give a coupon to nobody new any more, for good; who holds a use keeps it.",
    CouponRef,
    Coupon,
    who=_OWNERS,
    errors=_WRONG_STATE,
)
