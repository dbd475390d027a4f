"""What the owner of a subject says of a purchase, and what it answers (`architecture.md` §5a).

Payments interprets lines and terms, never the subject.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from contracts.errors import payments as codes
from contracts.fields import (
    Day,
    Document,
    Id,
    Instant,
    ListOf,
    Matching,
    Percent,
    Request,
    Text,
    Whole,
    money,
)

# What withdrawing a purchase that somebody may pay just now is refused with: by payments, and by
# whoever has it withdrawn.
PAUSING = (codes.PURCHASE_WRONG_STATE, codes.PAYMENT_UNDER_WAY, codes.PROVIDER_UNAVAILABLE)


class Subject(Request):
    """What is paid for; any kind whose owner answers for it."""

    kind = Matching(r"[a-z][a-z_]{0,39}", "kind", required=True)
    ref = Text(required=True, minimum=1, maximum=64)


class Line(Document):
    """So much of a kind, at so much each; any kind. What it is called says its owner."""

    kind = Matching(r"[a-z][a-z_]{0,39}", "kind", required=True)
    amount = money(required=True)
    quantity = Whole(required=True, minimum=1, maximum=1000)


class RefundBracket(Request):
    """What goes back to who gives up so many hours before the start, or earlier."""

    hours_before = Whole(required=True, maximum=24 * 365)
    percent = Percent(
        required=True,
        attribute="basis_points",
        metadata={"description": "the share of what was paid, in percent", "example": "50.00"},
    )


def refund_brackets(**kwargs: Any) -> ListOf:
    """The brackets of a refund; of those that are reached the best counts."""
    return ListOf(fields.Nested(RefundBracket), maximum=10, **kwargs)


class RefundTerms(Document):
    """By what a payer gets money back who gives up before the start (rules.md §3.12)."""

    starts_at = Instant(required=True)
    brackets = fields.List(fields.Nested(RefundBracket), required=True)


def refund_terms() -> fields.Nested:
    """Those of a seat, as they were when it could be paid first."""
    return fields.Nested(
        RefundTerms,
        load_default=None,  # earlier versions send none
        allow_none=True,
        metadata={"description": "those of a seat; null of a plan"},
    )


class Payable(Document):
    """What payments opens a purchase from; all of it stays as it was then."""

    purchase_id = Id("pur", required=True)
    subject = fields.Nested(Subject, required=True)
    lines = fields.List(fields.Nested(Line), required=True)
    refund_terms = fields.Nested(RefundTerms, required=True)
    pay_by = Instant(required=True)


class PurchaseAnswer(Document):
    """What the owner of a subject says about a paid order."""

    order_id = Id("ord", required=True)
    purchase_id = Id("pur", required=True)
    community_id = Id("com", required=True)
    reason = fields.String(required=True, allow_none=True)
    starts_on = Day(
        load_default=None, allow_none=True, metadata={"description": "of the term that it became"}
    )
    ends_on = Day(load_default=None, allow_none=True)
