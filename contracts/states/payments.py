"""States of what payments keeps, from plans to money on its way, and words of what is for sale."""

from typing import Literal, get_args

CouponState = Literal["active", "paused", "ended"]
PurchaseState = Literal["open", "paid", "fulfilled", "withdrawn", "refused", "lapsed"]
QuoteState = Literal["live", "ordered", "replaced", "expired"]
OrderState = Literal["open", "paid", "partially_refunded", "refunded", "expired", "cancelled"]
PaymentState = Literal["created", "pending", "unknown", "confirmed", "failed", "cancelled"]
RefundState = Literal["created", "submitted", "done", "failed"]
RefundRequestState = Literal["open", "granted", "declined", "withdrawn"]
TransferState = Literal["open", "awaiting_second", "received", "closed"]
TransferNote = Literal["as_asked", "other_sender", "other_reference", "in_cash"]
Fulfilment = Literal["none", "pending", "fulfilled", "refused"]

PlanState = Literal["draft", "on_sale", "paused", "closed"]
PriceLock = Literal["at_application", "at_approval", "at_payment"]
RenewalPrice = Literal["base", "as_first_paid", "current_step"]
CouponKind = Literal["amount_off", "percent_off", "set_price", "extra_days"]
CouponAudience = Literal["newcomer", "renewal", "any"]
CouponReason = Literal[
    "unknown",
    "inactive",
    "not_started",
    "expired",
    "used_up",
    "used_before",
    "newcomers_only",
    "renewals_only",
    "minimum_not_reached",
    "other_plan",
    "other_currency",
    "another_applied",
]
OnRefused = Literal["error", "ignore"]
AccountProblem = Literal["secret_missing", "key_refused", "merchant_unknown"]

COUPON_STATES: tuple[CouponState, ...] = get_args(CouponState)
PURCHASE_STATES: tuple[PurchaseState, ...] = get_args(PurchaseState)
QUOTE_STATES: tuple[QuoteState, ...] = get_args(QuoteState)
ORDER_STATES: tuple[OrderState, ...] = get_args(OrderState)
PAYMENT_STATES: tuple[PaymentState, ...] = get_args(PaymentState)
REFUND_STATES: tuple[RefundState, ...] = get_args(RefundState)
REFUND_REQUEST_STATES: tuple[RefundRequestState, ...] = get_args(RefundRequestState)
TRANSFER_STATES: tuple[TransferState, ...] = get_args(TransferState)
TRANSFER_NOTES: tuple[TransferNote, ...] = get_args(TransferNote)
FULFILMENTS: tuple[Fulfilment, ...] = get_args(Fulfilment)
PLAN_STATES: tuple[PlanState, ...] = get_args(PlanState)
PRICE_LOCKS: tuple[PriceLock, ...] = get_args(PriceLock)
RENEWAL_PRICES: tuple[RenewalPrice, ...] = get_args(RenewalPrice)
COUPON_KINDS: tuple[CouponKind, ...] = get_args(CouponKind)
COUPON_AUDIENCES: tuple[CouponAudience, ...] = get_args(CouponAudience)
COUPON_REASONS: tuple[CouponReason, ...] = get_args(CouponReason)
ON_REFUSED: tuple[OnRefused, ...] = get_args(OnRefused)
