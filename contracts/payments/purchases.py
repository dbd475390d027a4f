"""Purchases: opened when the service that owns the subject tells of it (`architecture.md` §5a)."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import MONEY_ROLES, SERVICES_ONLY, SIGNED_IN, holders, the
from contracts.errors import payments as codes
from contracts.fields import (
    Choice,
    Document,
    Id,
    Instant,
    PageRequest,
    Request,
    Whole,
    actions,
    page_of,
    seen_version,
)
from contracts.payments.accounts import providers
from contracts.payments.prices import PricedLine
from contracts.purchases import PAUSING, Subject, refund_terms
from contracts.records import Rpc
from contracts.states.payments import PURCHASE_STATES
from contracts.subjects import purchase_id_of as purchase_id_of


class Purchase(Document):
    """`plan_id` is null until a plan is named, or the community sells its only one, and where
    `lines` say what is paid for."""

    id = Id("pur", required=True)
    community_id = Id("com", required=True)
    payer_id = Id("per", required=True)
    subject = fields.Nested(Subject, required=True)
    plan_id = Id("pln", required=True, allow_none=True)
    # Earlier versions send none.
    lines = fields.List(fields.Nested(PricedLine), load_default=list)
    refund_terms = refund_terms()
    purpose = fields.String(required=True)
    state = Choice(*PURCHASE_STATES, required=True)
    order_id = Id("ord", required=True, allow_none=True)
    pay_by = Instant(required=True, allow_none=True)
    version = Whole(required=True)
    created_at = Instant(required=True)


class NamedPurchase(Purchase):
    """A purchase with what its plan is called now; null where none is named."""

    plan_name = fields.String(load_default=None, allow_none=True)  # earlier versions send none


class ShownPurchase(NamedPurchase):
    """A purchase, and what the caller may do with it."""

    actions = actions()
    providers = providers()


class PurchaseRef(Request):
    purchase_id = Id("pur", required=True)


class OpenOrderRef(PurchaseRef):
    community_id = Id("com", required=True)


class OpenOrder(Document):
    """The order of a purchase that can be paid now; null without."""

    order_id = Id("ord", required=True, allow_none=True)


class PausedPurchase(Document):
    """`paused_until`: when it could be paid again; null: it cannot be paid anyhow."""

    paused_until = Instant(required=True, allow_none=True)


class ChoosePurchasePlan(Request):
    purchase_id = Id("pur", required=True)
    plan_id = Id("pln", required=True, metadata={"description": "the plan, one that is on sale"})
    expected_version = seen_version()


GET_PURCHASE = Rpc(
    "payments",
    "get_purchase",
    "A purchase.",
    PurchaseRef,
    ShownPurchase,
    who=the("payer") | holders(MONEY_ROLES),
)
GET_OPEN_ORDER = Rpc(
    "payments",
    "get_open_order",
    "Which order of a purchase can be paid now.",
    OpenOrderRef,
    OpenOrder,
    who=SERVICES_ONLY,
    callers=("membership",),
    deadline=1.0,
)
PAUSE_PURCHASE = Rpc(
    "payments",
    "pause_purchase",
    "Close the open order of a purchase, and let nobody pay it for a minute, so that its owner can"
    " withdraw it; refused where money came or is on its way.",
    OpenOrderRef,
    PausedPurchase,
    who=SERVICES_ONLY,
    callers=("membership",),
    errors=PAUSING,
    deadline=10.0,
)
CHOOSE_PURCHASE_PLAN = Rpc(
    "payments",
    "choose_purchase_plan",
    "Name another plan to pay for, until an order is open.",
    ChoosePurchasePlan,
    Purchase,
    who=the("payer"),
    errors=(
        codes.PURCHASE_WRONG_STATE,
        codes.PURCHASE_HAS_ORDER,
        codes.PLAN_NOT_ON_SALE,
        codes.PURCHASE_OF_LINES,
    ),
)
LIST_MY_PURCHASES = Rpc(
    "payments",
    "list_my_purchases",
    "What the signed-in person can pay or has paid, newest first.",
    PageRequest,
    page_of(NamedPurchase, "MyPurchases"),
    who=SIGNED_IN,
)
