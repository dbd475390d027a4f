"""Quotes, orders, payments, refunds and what providers call back."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import MONEY_ROLES, SERVICES_ONLY, holders, the
from contracts.errors import payments as codes
from contracts.export import export_mine, export_person
from contracts.fields import (
    Choice,
    Document,
    Id,
    Instant,
    ListOf,
    MoneySchema,
    PageRequest,
    Percent,
    Request,
    Text,
    Whole,
    actions,
    money,
)
from contracts.history import history_of
from contracts.payments.accounts import BankAccount, providers
from contracts.payments.coupons import PastedCode
from contracts.payments.plans import term_brackets
from contracts.payments.prices import (
    DISCOUNT,
    LIST_PRICE,
    Priced,
    TriedCoupon,
    amount_of_price,
)
from contracts.purchases import Subject, refund_terms
from contracts.records import ByLink, Rpc
from contracts.states.payments import (
    FULFILMENTS,
    ON_REFUSED,
    ORDER_STATES,
    PAYMENT_STATES,
    QUOTE_STATES,
    REFUND_STATES,
)

NEVER_THE_PAYER = holders(MONEY_ROLES).but("never the payer").by_people()


class _WithCoupons(Request):
    purchase_id = Id("pur", required=True)
    coupon_codes = ListOf(
        PastedCode(maximum=64),
        maximum=5,
        load_default=list,
        metadata={
            "description": "tried in this order, in any case and width, blanks in them left out;"
            " the first that may be used applies",
            "example": ["WELC2ME"],
        },
    )


class CreateQuote(_WithCoupons):
    on_refused = Choice(
        *ON_REFUSED,
        # Who does not know the field is told as well, in place of a price that nobody expects.
        load_default="error",
        metadata={
            "description": "error: a code that does not count refuses the quote, and nothing is"
            " held or changed; ignore: `coupons` says why, and the price is without it",
            "example": "ignore",
        },
    )


class OrderPurchase(_WithCoupons):
    """What the buyer saw and agrees to; nothing is ordered at another price."""

    total = money(
        required=True,
        metadata={
            "description": "the price after coupons",
            "example": {"amount": 280000, "currency": "CNY"},
        },
    )
    extra_days = Whole(
        load_default=0, maximum=3650, metadata={"description": "the days that a coupon adds"}
    )


def _kept_brackets() -> ListOf:
    """Those of the plan as they stood when the price was told; lines have `refund_terms`."""
    return term_brackets(load_default=list)  # earlier versions send none


class Quote(Priced):
    """A price and a place, locked for 15 minutes."""

    id = Id("quo", required=True)
    purchase_id = Id("pur", required=True)
    plan_id = Id("pln", required=True, allow_none=True)
    state = Choice(*QUOTE_STATES, required=True)
    extra_days = Whole(required=True)
    coupon_id = Id("cpn", required=True, allow_none=True)
    # Earlier versions send none.
    coupons = fields.List(fields.Nested(TriedCoupon), load_default=list)
    step = Whole(required=True, allow_none=True)
    refund_brackets = _kept_brackets()
    expires_at = Instant(required=True)
    version = Whole(required=True)


class QuoteRef(Request):
    quote_id = Id("quo", required=True)


class TransferToMake(Document):
    """What a payer transfers: the payment's amount, with this reference."""

    reference = fields.String(required=True)
    pay_to = fields.Nested(BankAccount, required=True)
    until = Instant(required=True)


class Payment(Document):
    """`pay_url`: the page that the payer is sent to; `transfer`: what they do without one."""

    id = Id("pay", required=True)
    order_id = Id("ord", required=True)
    provider = fields.String(required=True)
    amount = money(required=True)
    state = Choice(*PAYMENT_STATES, required=True)
    pay_url = fields.String(required=True, allow_none=True)
    transfer = fields.Nested(TransferToMake, required=True, allow_none=True)
    created_at = Instant(required=True)


class Refund(Document):
    """Money of an order that goes back."""

    id = Id("rfd", required=True)
    order_id = Id("ord", required=True)
    amount = money(required=True)
    state = Choice(*REFUND_STATES, required=True)
    reason = fields.String(required=True)
    created_at = Instant(required=True)


class Order(Priced):
    """One thing to poll: the money's state and, in `fulfilment`, what the owner made of it."""

    # Answers that an earlier version stored have none of these.
    list_price = amount_of_price(300_000, LIST_PRICE, load_default=None, allow_none=True)
    discount = amount_of_price(20_000, DISCOUNT, load_default=None, allow_none=True)
    id = Id("ord", required=True)
    purchase_id = Id("pur", required=True)
    quote_id = Id("quo", required=True, allow_none=True)
    community_id = Id("com", required=True)
    payer_id = Id("per", required=True)
    subject = fields.Nested(Subject, load_default=None, allow_none=True)  # as above
    plan_id = Id("pln", required=True, allow_none=True)
    state = Choice(*ORDER_STATES, required=True)
    fulfilment = Choice(*FULFILMENTS, required=True)
    refunded = money(required=True)
    refund_brackets = _kept_brackets()
    refund_terms = refund_terms()
    payments = fields.List(fields.Nested(Payment), required=True)
    refunds = fields.List(fields.Nested(Refund), required=True)
    refund_request_id = Id(
        "rrq",
        load_default=None,  # earlier versions send none
        allow_none=True,
        metadata={"description": "the request for a refund that is open; null: none"},
    )
    receipt_number = fields.String(required=True, allow_none=True)
    expires_at = Instant(required=True)
    paid_at = Instant(required=True, allow_none=True)
    version = Whole(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(
        load_default=None,  # earlier versions send none
        allow_none=True,
        metadata={
            "description": "when it was changed last; attempts and refunds under way do not count;"
            " null of earlier versions"
        },
    )


class ShownOrder(Order):
    """An order, and what the caller may do with it."""

    actions = actions()
    providers = providers()


class OrderRef(Request):
    order_id = Id("ord", required=True)


class GetOrderHistory(PageRequest):
    order_id = Id("ord", required=True)


class RefundOrder(Request):
    order_id = Id("ord", required=True)
    amount = fields.Nested(
        MoneySchema,
        load_default=None,
        allow_none=True,
        metadata={"description": "how much goes back; null: all that is left"},
    )
    reason = Text(
        required=True,
        minimum=1,
        maximum=200,
        metadata={"description": "kept with the refund and shown to the payer"},
    )


class RefundPreview(Document):
    """What comes back to who gives up now what an order paid for, by the terms of its purchase."""

    order_id = Id("ord", required=True)
    amount = money(required=True)
    percent = Percent(
        required=True,
        attribute="basis_points",
        metadata={
            "description": "of what was paid, what was given back before included",
            "example": "50.00",
        },
    )
    until = Instant(
        required=True,
        allow_none=True,
        metadata={
            "description": "the last instant at which it is as much; null = nothing comes back"
        },
    )


class RefundReasonRef(Request):
    refund_id = Id("rfd", required=True)


class RefundReason(Document):
    """Why money goes back, in the words of who decided it."""

    reason = fields.String(required=True)


# A purchase, by its own link or by that of the membership whose next term it is.
_PAYS_BY_LINK = tuple(
    ByLink(purpose, over=(codes.PURCHASE_WRONG_STATE,)) for purpose in ("pay", "renew")
)
CREATE_QUOTE = Rpc(
    "payments",
    "create_quote",
    "Price a purchase with its coupons and hold place and coupon for 15 minutes.",
    CreateQuote,
    Quote,
    who=the("payer"),
    by_link=_PAYS_BY_LINK,
    errors=(
        codes.PURCHASE_WRONG_STATE,
        codes.PURCHASE_HAS_ORDER,
        codes.NO_PLAN,
        codes.PLAN_TO_BE_NAMED,
        codes.COUPON_COVERS_LINES,
        codes.COUPON_REFUSED,
    ),
    deadline=10.0,  # a crowd asks at once and waits in line
)
GET_QUOTE = Rpc("payments", "get_quote", "A quote.", QuoteRef, Quote, who=the("payer"))
CREATE_ORDER = Rpc(
    "payments",
    "create_order",
    "Accept a quote; the order stays open for 30 minutes.",
    QuoteRef,
    Order,
    who=the("payer"),
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
    who=the("payer"),
    by_link=_PAYS_BY_LINK,
    errors=(
        codes.PRICE_CHANGED,
        codes.PURCHASE_WRONG_STATE,
        codes.PURCHASE_HAS_ORDER,
        codes.NO_PLAN,
        codes.PLAN_TO_BE_NAMED,
        codes.COUPON_COVERS_LINES,
    ),
)
GET_ORDER = Rpc(
    "payments",
    "get_order",
    "An order with payments and refunds.",
    OrderRef,
    ShownOrder,
    who=the("payer") | holders(MONEY_ROLES),
)
CANCEL_ORDER = Rpc(
    "payments",
    "cancel_order",
    "Give an unpaid order up; place and coupon return.",
    OrderRef,
    Order,
    who=the("payer"),
    errors=(codes.ORDER_WRONG_STATE, codes.PROVIDER_UNAVAILABLE),
    deadline=10.0,
)
REFUND_ORDER = Rpc(
    "payments",
    "refund_order",
    "Refund an order in full or in part.",
    RefundOrder,
    Refund,
    who=NEVER_THE_PAYER.signed_in_lately("for more than the installation's limit"),
    errors=(codes.OWN_MONEY, codes.ORDER_WRONG_STATE, codes.REFUND_TOO_LARGE),
)
GET_REFUND_PREVIEW = Rpc(
    "payments",
    "get_refund_preview",
    "What comes back if what an order paid for is given up now.",
    OrderRef,
    RefundPreview,
    who=the("payer") | holders(MONEY_ROLES),
)
GET_REFUND_REASON = Rpc(
    "payments",
    "get_refund_reason",
    "Why a refund was made.",
    RefundReasonRef,
    RefundReason,
    who=SERVICES_ONLY,
    callers=("notifications",),
)
GET_ORDER_HISTORY = history_of("payments", "order", GetOrderHistory, holders(MONEY_ROLES))
EXPORT_MINE = export_mine("payments")
EXPORT_PERSON = export_person("payments")
