"""Quotes, orders, payments, refunds and what providers call back."""

from __future__ import annotations

from marshmallow import fields

from contracts.errors import payments as codes
from contracts.fields import (
    Choice,
    Document,
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
from contracts.payments.words import (
    FULFILMENTS,
    ORDER_STATES,
    PAYMENT_STATES,
    PROVIDERS,
    QUOTE_STATES,
    REFUND_STATES,
)
from contracts.records import Rpc


class CreateQuote(Request):
    purchase_id = Id("pur", required=True)
    coupon_codes = Several(
        Matching(r"[A-Za-z0-9]{3,24}", "a coupon code"),
        most=5,
        load_default=list,
        metadata={"description": "tried in this order; the first that may be used applies"},
    )


class OrderPurchase(CreateQuote):
    """What the buyer saw and agrees to; nothing is ordered at another price."""

    total = money(
        required=True,
        metadata={
            "description": "the price after coupons",
            "example": {"amount": 280000, "currency": "CNY"},
        },
    )
    extra_days = Whole(
        load_default=0, most=3650, metadata={"description": "the days that a coupon adds"}
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
    quote_id = Id("quo", required=True, allow_none=True)
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
        metadata={"description": "kept with the refund and told to the payer"},
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
    errors=(codes.PURCHASE_WRONG_STATE, codes.PURCHASE_HAS_ORDER, codes.NO_PLAN),
    deadline=10.0,  # a crowd asks at once and waits in line
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
ORDER_PURCHASE = Rpc(
    "payments",
    "order_purchase",
    "Order a purchase at the price that the buyer saw; the order stays open for 30 minutes.",
    OrderPurchase,
    Order,
    errors=(
        codes.PRICE_CHANGED,
        codes.PURCHASE_WRONG_STATE,
        codes.PURCHASE_HAS_ORDER,
        codes.NO_PLAN,
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
