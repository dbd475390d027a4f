"""What the payments service answers and tells: plans, prices, purchases, orders, money.

Rules: `product.md` §3; purchases across services: `architecture.md` §5a.
"""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from contracts.errors import payments as codes
from contracts.fields import (
    Choice,
    Day,
    Document,
    Flag,
    Id,
    Instant,
    Matching,
    MoneySchema,
    PageRequest,
    Request,
    Several,
    Text,
    Whole,
    money,
    page_of,
)
from contracts.problems import problem
from contracts.records import Event, Rpc

PURCHASE_STATES = ("open", "paid", "fulfilled", "withdrawn", "refused", "lapsed")
QUOTE_STATES = ("live", "ordered", "replaced", "expired")
ORDER_STATES = ("open", "paid", "partially_refunded", "refunded", "expired", "cancelled")
PAYMENT_STATES = ("created", "pending", "unknown", "confirmed", "failed", "cancelled")
REFUND_STATES = ("created", "submitted", "done", "failed")
FULFILMENTS = ("none", "pending", "fulfilled", "refused")
PROVIDERS = ("sandbox",)
_CODE = r"[A-HK-NP-Za-hk-np-z2-9]{3,24}"  # in any case; the alphabet has no 0/1/I/J/O

# ── Plans, provider accounts, coupons: what staff sets up ───────────────────────────────────────


class Ladder(Request):
    """price = base + step × floor((n − n0) / every), capped."""

    step = Whole(
        required=True,
        least=0,
        most=10**12,
        metadata={"description": "minor units by which the price rises", "example": 10000},
    )
    every = Whole(
        required=True,
        least=1,
        most=10**6,
        metadata={"description": "places sold at one price", "example": 100},
    )
    n0 = Whole(
        load_default=0,
        most=10**9,
        metadata={"description": "members before the sale: places not counted", "example": 5100},
    )
    cap = Whole(
        load_default=None,
        allow_none=True,
        most=10**13,
        metadata={"description": "minor units above which the price does not rise"},
    )


class CreatePlan(Request):
    community_id = Id("com", required=True)
    name = Text(required=True, least=1, most=100, metadata={"example": "年度会员"})
    base_price = fields.Nested(
        MoneySchema,
        required=True,
        metadata={
            "description": "in the community's currency",
            "example": {"amount": 300000, "currency": "CNY"},
        },
    )
    period_months = Whole(
        load_default=12, least=1, most=120, metadata={"description": "what one payment grants"}
    )
    ladder = fields.Nested(
        Ladder,
        load_default=None,
        allow_none=True,
        metadata={"description": "null = one price for everybody"},
    )
    price_lock = Choice(
        "at_application",
        "at_approval",
        "at_payment",
        load_default="at_application",
        metadata={"description": "when an applicant's price is promised; it takes no place"},
    )


class Plan(Document):
    id = Id("pln", required=True)
    community_id = Id("com", required=True)
    name = fields.String(required=True)
    base_price = money(required=True)
    period_months = Whole(required=True)
    ladder = fields.Nested(Ladder, required=True, allow_none=True)
    price_lock = fields.String(required=True)
    version = Whole(required=True)
    created_at = Instant(required=True)


class CommunityRef(Request):
    community_id = Id("com", required=True)


class CommunityPage(PageRequest):
    community_id = Id("com", required=True)


class PlanRef(Request):
    plan_id = Id("pln", required=True)


class PublicPrice(Document):
    """The price now and how it came about; null counts where the plan has no ladder."""

    plan_id = Id("pln", required=True)
    price = money(required=True)
    step = Whole(required=True)
    places_left = Whole(required=True, allow_none=True)
    next_price = money(required=True, allow_none=True)
    held_places_return_at = Instant(required=True, allow_none=True)
    explanation = fields.List(fields.Dict(), required=True)


class SetProviderAccount(Request):
    """`secret_ref` names a secret that operators placed; the secret itself never travels."""

    community_id = Id("com", required=True)
    provider = Choice(*PROVIDERS, required=True)
    merchant_id = Matching(
        r"[A-Za-z0-9_-]{3,64}",
        "a merchant id",
        required=True,
        metadata={"description": "as the provider knows the community"},
    )
    secret_ref = Matching(
        r"[a-z][a-z0-9_-]{0,63}",
        "the name of a secret",
        required=True,
        metadata={"description": "the name of a secret that operators placed, never its value"},
    )


class ProviderAccount(Document):
    id = Id("acc", required=True)
    community_id = Id("com", required=True)
    provider = fields.String(required=True)
    merchant_id = fields.String(required=True)
    secret_ref = fields.String(required=True)
    version = Whole(required=True)


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


CREATE_PLAN = Rpc(
    "payments", "create_plan", "An owner or operator puts a plan on sale.", CreatePlan, Plan
)
LIST_PLANS = Rpc(
    "payments",
    "list_plans",
    "The plans of a community, as anybody may see them.",
    CommunityPage,
    page_of(Plan, "Plans"),
)
GET_PRICE = Rpc(
    "payments",
    "get_price",
    "The public price of a plan now, the places left at it, and how it came about.",
    PlanRef,
    PublicPrice,
)
SET_PROVIDER_ACCOUNT = Rpc(
    "payments",
    "set_provider_account",
    "An owner, treasurer or operator names the community's account with a provider.",
    SetProviderAccount,
    ProviderAccount,
    errors=(codes.PROVIDER_ACCOUNT_TAKEN, codes.PROVIDER_ACCOUNT_IN_USE),
)
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

# ── Purchases: opened by the service that owns the subject ──────────────────────────────────────


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

# ── Quote, order, payment ───────────────────────────────────────────────────────────────────────


class CreateQuote(Request):
    purchase_id = Id("pur", required=True)
    coupon_codes = Several(
        Matching(r"[A-Za-z0-9]{3,24}", "a coupon code"),
        most=5,
        load_default=list,
        metadata={"description": "tried in this order; the first that may be used applies"},
    )


class Quote(Document):
    """A price and a place, locked for 15 minutes; `trace` says how the price came about."""

    id = Id("quo", required=True)
    purchase_id = Id("pur", required=True)
    plan_id = Id("pln", required=True)
    state = Choice(*QUOTE_STATES, required=True)
    list_price = money(required=True)
    discount = money(required=True)
    total = money(required=True)
    extra_days = Whole(required=True)
    coupon_id = Id("cpn", required=True, allow_none=True)
    step = Whole(required=True, allow_none=True)
    trace = fields.List(fields.Dict(), required=True)
    expires_at = Instant(required=True)
    version = Whole(required=True)


class QuoteRef(Request):
    quote_id = Id("quo", required=True)


class PaymentView(Document):
    id = Id("pay", required=True)
    order_id = Id("ord", required=True)
    provider = fields.String(required=True)
    amount = money(required=True)
    state = Choice(*PAYMENT_STATES, required=True)
    pay_url = fields.String(required=True, allow_none=True)
    created_at = Instant(required=True)


class RefundView(Document):
    id = Id("rfd", required=True)
    order_id = Id("ord", required=True)
    amount = money(required=True)
    state = Choice(*REFUND_STATES, required=True)
    reason = fields.String(required=True)
    created_at = Instant(required=True)


class Order(Document):
    """One thing to poll: the money's state and, in `fulfilment`, what the owner made of it."""

    id = Id("ord", required=True)
    purchase_id = Id("pur", required=True)
    quote_id = Id("quo", required=True)
    community_id = Id("com", required=True)
    payer_id = Id("per", required=True)
    plan_id = Id("pln", required=True)
    state = Choice(*ORDER_STATES, required=True)
    fulfilment = Choice(*FULFILMENTS, required=True)
    total = money(required=True)
    refunded = money(required=True)
    trace = fields.List(fields.Dict(), required=True)
    payments = fields.List(fields.Nested(PaymentView), required=True)
    refunds = fields.List(fields.Nested(RefundView), required=True)
    receipt_number = fields.String(required=True, allow_none=True)
    expires_at = Instant(required=True)
    paid_at = Instant(required=True, allow_none=True)
    version = Whole(required=True)
    created_at = Instant(required=True)


class OrderRef(Request):
    order_id = Id("ord", required=True)


class ListOrders(PageRequest):
    community_id = Id("com", required=True)
    state = Choice(*ORDER_STATES, load_default=None, allow_none=True)


class OpenPayment(Request):
    order_id = Id("ord", required=True)
    provider = Choice(*PROVIDERS, load_default="sandbox")


class RefundOrder(Request):
    order_id = Id("ord", required=True)
    amount = fields.Nested(
        MoneySchema,
        load_default=None,
        allow_none=True,
        metadata={"description": "null = all that is left of the order"},
    )
    reason = Text(
        required=True,
        least=1,
        most=200,
        metadata={"description": "kept in the audit trail and told to the payer"},
    )


class Callback(Request):
    """A provider's callback as it arrived: raw body and the headers that sign it."""

    account_id = Id("acc", required=True)
    provider = Choice(*PROVIDERS, required=True)
    headers = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    body_base64 = fields.String(required=True)


class CallbackAnswer(Document):
    """What the provider wants to hear, as it wants to hear it."""

    status = Whole(required=True)
    content_type = fields.String(required=True)
    body = fields.String(required=True)


CREATE_QUOTE = Rpc(
    "payments",
    "create_quote",
    "Price a purchase with its coupons and hold place and coupon for 15 minutes.",
    CreateQuote,
    Quote,
    errors=(codes.PURCHASE_WRONG_STATE, codes.PURCHASE_HAS_ORDER),
)
GET_QUOTE = Rpc("payments", "get_quote", "A quote, for its payer.", QuoteRef, Quote)
CREATE_ORDER = Rpc(
    "payments",
    "create_order",
    "Accept a quote; the order stays open for 30 minutes.",
    QuoteRef,
    Order,
    errors=(
        codes.PRICE_CHANGED,
        codes.QUOTE_EXPIRED,
        codes.PURCHASE_WRONG_STATE,
        codes.PURCHASE_HAS_ORDER,
    ),
)
GET_ORDER = Rpc(
    "payments",
    "get_order",
    "An order with payments and refunds, for payer and staff.",
    OrderRef,
    Order,
)
LIST_MY_ORDERS = Rpc(
    "payments",
    "list_my_orders",
    "The orders of the signed-in person, newest first.",
    PageRequest,
    page_of(Order, "MyOrders"),
)
LIST_ORDERS = Rpc(
    "payments",
    "list_orders",
    "The orders of a community by id, for its treasurer, owner or an operator.",
    ListOrders,
    page_of(Order, "Orders"),
)
CANCEL_ORDER = Rpc(
    "payments",
    "cancel_order",
    "The payer gives an unpaid order up; place and coupon return.",
    OrderRef,
    Order,
    errors=(codes.ORDER_WRONG_STATE, codes.PROVIDER_UNAVAILABLE),
    deadline=10.0,
)
OPEN_PAYMENT = Rpc(
    "payments",
    "open_payment",
    "Open an attempt to pay with a provider and say where the payer goes.",
    OpenPayment,
    PaymentView,
    errors=(codes.ORDER_WRONG_STATE, codes.NO_PROVIDER_ACCOUNT, codes.PROVIDER_UNAVAILABLE),
    deadline=10.0,
)
RECEIVE_CALLBACK = Rpc(
    "payments",
    "receive_callback",
    "Verify and store a provider's callback; it takes effect right after.",
    Callback,
    CallbackAnswer,
    errors=(codes.CALLBACK_REFUSED,),
    deadline=10.0,
)
REFUND_ORDER = Rpc(
    "payments",
    "refund_order",
    "A treasurer, owner or operator refunds an order in full or in part.",
    RefundOrder,
    RefundView,
    errors=(codes.ORDER_WRONG_STATE, codes.REFUND_TOO_LARGE),
)

# ── Ledger ──────────────────────────────────────────────────────────────────────────────────────


class AccountBalance(Document):
    account = fields.String(required=True)
    balance = money(required=True)


class LedgerSummary(Document):
    """Balances per account (debit positive); `sum` is zero, always."""

    community_id = Id("com", required=True)
    balances = fields.List(fields.Nested(AccountBalance), required=True)
    sum = Whole(required=True, least=-(2**53))
    entries = Whole(required=True)


class PriceCount(Document):
    """How many orders were paid at this list price and total."""

    purpose = fields.String(required=True)
    list_price = money(required=True)
    total = money(required=True)
    count = Whole(required=True)


class SalesSummary(Document):
    """Orders per state, paid ones per price, uses of the newest 500 coupons by code; exact."""

    community_id = Id("com", required=True)
    orders_by_state = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    paid_by_price = fields.List(fields.Nested(PriceCount), required=True)
    coupon_uses = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


GET_LEDGER = Rpc(
    "payments",
    "get_ledger",
    "The balances of a community's ledger, for its treasurer, owner or an operator.",
    CommunityRef,
    LedgerSummary,
)
GET_SALES = Rpc(
    "payments",
    "get_sales",
    "What a community sold, for its treasurer, owner or an operator.",
    CommunityRef,
    SalesSummary,
)

# ── Events ──────────────────────────────────────────────────────────────────────────────────────


class SoldPeriod(Document):
    """What the plan grants, as it stood when the order was made."""

    plan_id = Id("pln", required=True)
    months = Whole(required=True)
    extra_days = Whole(required=True)


class OrderPaid(Document):
    order_id = Id("ord", required=True)
    purchase_id = Id("pur", required=True)
    community_id = Id("com", required=True)
    payer_id = Id("per", required=True)
    subject = fields.Nested(Subject, required=True)
    purpose = fields.String(required=True)
    total = money(required=True)
    period = fields.Nested(SoldPeriod, required=True)
    paid_at = Instant(required=True)
    paid_on = Day(required=True)


class OrderRefunded(Document):
    order_id = Id("ord", required=True)
    purchase_id = Id("pur", required=True)
    community_id = Id("com", required=True)
    payer_id = Id("per", required=True)
    subject = fields.Nested(Subject, required=True)
    amount = money(required=True)
    full = Flag(required=True)
    fulfilled = Flag(required=True)
    reason = fields.String(required=True)


class CallbackReceived(Document):
    callback_id = fields.String(required=True)


CALLBACK_RECEIVED = Event(
    "payments",
    "callback_received",
    "A provider's callback was verified and stored; payments itself applies it.",
    CallbackReceived,
    subject="callback id",
)
ORDER_PAID = Event(
    "payments",
    "order_paid",
    "The money for an order arrived; the owner of the subject answers.",
    OrderPaid,
    subject="order id",
)
ORDER_REFUNDED = Event(
    "payments",
    "order_refunded",
    "Money of an order went back, in full or in part.",
    OrderRefunded,
    subject="order id",
)
