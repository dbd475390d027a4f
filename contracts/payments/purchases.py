"""Purchases: opened by the service that owns the subject (`architecture.md` §5a)."""

from __future__ import annotations

from marshmallow import fields

from contracts.errors import payments as codes
from contracts.fields import (
    Choice,
    Document,
    Id,
    Instant,
    PageRequest,
    Request,
    Text,
    Whole,
    page_of,
)
from contracts.payments.words import PURCHASE_STATES
from contracts.records import Rpc


class Subject(Request):
    kind = Choice("membership_term", "meetup_seat", required=True)
    ref = Text(required=True, least=1, most=64)


class OpenPurchase(Request):
    """`promise_ref` names the application whose promised price applies (price lock), if any."""

    community_id = Id("com", required=True)
    payer_id = Id("per", required=True)
    subject = fields.Nested(Subject, required=True)
    plan_id = Id("pln", load_default=None, allow_none=True)
    purpose = Choice("join", "renew", required=True)
    promise_ref = Id("app", load_default=None, allow_none=True)
    pay_by = Instant(load_default=None, allow_none=True)


class Purchase(Document):
    id = Id("pur", required=True)
    community_id = Id("com", required=True)
    payer_id = Id("per", required=True)
    subject = fields.Nested(Subject, required=True)
    plan_id = Id("pln", required=True)
    purpose = fields.String(required=True)
    state = Choice(*PURCHASE_STATES, required=True)
    order_id = Id("ord", required=True, allow_none=True)
    pay_by = Instant(required=True, allow_none=True)
    version = Whole(required=True)
    created_at = Instant(required=True)


class PurchaseRef(Request):
    purchase_id = Id("pur", required=True)


OPEN_PURCHASE = Rpc(
    "payments",
    "open_purchase",
    "Make a subject payable by one person; the same subject gives the same purchase.",
    OpenPurchase,
    Purchase,
    callers=("membership", "events"),
    errors=(codes.NO_PLAN,),
)
GET_PURCHASE = Rpc(
    "payments", "get_purchase", "A purchase, for its payer and staff.", PurchaseRef, Purchase
)
LIST_MY_PURCHASES = Rpc(
    "payments",
    "list_my_purchases",
    "What the signed-in person can pay or has paid, newest first.",
    PageRequest,
    page_of(Purchase, "MyPurchases"),
)
