"""How far purchases have come, for who owns what they pay for (`architecture.md` §5a)."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import SERVICES_ONLY
from contracts.errors import payments as codes
from contracts.fields import Boolean, Choice, Document, Id, Instant, ListOf, Request, actions
from contracts.records import Rpc
from contracts.states.payments import FULFILMENTS, ORDER_STATES, PURCHASE_STATES

MOST_PURCHASES = 100


class PurchaseProgressRef(Request):
    purchase_ids = ListOf(Id("pur"), minimum=1, maximum=MOST_PURCHASES, required=True)


class OrderProgress(Document):
    """`given_back`: all of it went back; an order whose end has come stays `open` until its
    provider was asked."""

    id = Id("ord", required=True)
    state = Choice(*ORDER_STATES, required=True)
    ordered_at = Instant(required=True)
    expires_at = Instant(required=True)
    paid_at = Instant(required=True, allow_none=True)
    fulfilment = Choice(*FULFILMENTS, required=True)
    given_back = Boolean(required=True)


class PurchaseProgress(Document):
    """`order` is the one that is open or paid it; `actions` are what its payer may do."""

    purchase_id = Id("pur", required=True)
    state = Choice(*PURCHASE_STATES, required=True)
    opened_at = Instant(required=True)
    pay_by = Instant(required=True, allow_none=True)
    order = fields.Nested(OrderProgress, required=True, allow_none=True)
    actions = actions()


class PurchasesProgress(Document):
    """Those that are known."""

    purchases = fields.List(fields.Nested(PurchaseProgress), required=True)


class PaidOrderRef(Request):
    order_id = Id("ord", required=True)


class ToldAgain(Document):
    """The order that was announced again as paid."""

    order_id = Id("ord", required=True)


LIST_PURCHASE_PROGRESS = Rpc(
    "payments",
    "list_purchase_progress",
    "How far these purchases have come.",
    PurchaseProgressRef,
    PurchasesProgress,
    who=SERVICES_ONLY,
    callers=("membership",),
    deadline=2.0,
)
TELL_PAID_AGAIN = Rpc(
    "payments",
    "tell_paid_again",
    "Announce again that an order was paid, whose owner has not answered.",
    PaidOrderRef,
    ToldAgain,
    who=SERVICES_ONLY,
    callers=("membership",),
    errors=(codes.ORDER_WRONG_STATE,),
)
