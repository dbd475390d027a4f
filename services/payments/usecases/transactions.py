"""Changes that several use cases make inside their unit of work."""

import dataclasses
import time
from collections.abc import Callable
from typing import TypeVar

from chassis.context import Context
from chassis.mongo import Document
from chassis.uow import Transaction
from contracts.errors import STALE_VERSION, DomainError
from services.payments.domain import orders
from services.payments.store import Stores

_TRIES = 5
_PAUSE_SECONDS = 0.02  # so that a majority has what another process did

T = TypeVar("T")


def looking_again(work: Callable[[], T]) -> T:
    """Does `work`, again from its first read when another process moved the same documents."""
    for _ in range(_TRIES - 1):
        try:
            return work()
        except DomainError as error:
            if error.error is not STALE_VERSION:
                raise
        time.sleep(_PAUSE_SECONDS)
    return work()


def unlinked(ctx: Context) -> Context:
    """The same work without Idempotency-Key and message: for a step that is safe to repeat by
    itself, beside the unit of work that carries the answer or the inbox row."""
    return dataclasses.replace(ctx, idempotency=None, message=None)


def end_order(stores: Stores, tx: Transaction, order: Document) -> Document:
    """The order expired or cancelled, and its purchase free for another one."""
    closed = stores.orders.save(tx, orders.close(order))
    purchase = stores.purchases.require(order["purchase_id"], tx=tx)
    if purchase["order_id"] == order["_id"]:
        stores.purchases.save(tx, {**purchase, "order_id": None})
    tx.audit(f"order_{closed['state']}", order, closed)
    return closed


def give_coupon_back(stores: Stores, tx: Transaction, order: Document) -> None:
    """An order at its end returns its coupon's use if the campaign says so; settle it first, for
    only a counted use can be given back."""
    if order["coupon_id"] is None or order["redemption_id"] is None:
        return
    community_id = order["community_id"]
    coupon = stores.coupons.require(order["coupon_id"], community_id=community_id, tx=tx)
    if not coupon["refund_returns_use"]:
        return
    if stores.redemptions.give_back(community_id, order["redemption_id"], tx=tx):
        stores.coupon_counters.holds.give_back(coupon["_id"], tx=tx)


def order_paid(order: Document) -> Document:
    """The data of `payments.order_paid`."""
    return {
        "order_id": order["_id"],
        "purchase_id": order["purchase_id"],
        "community_id": order["community_id"],
        "payer_id": order["payer_id"],
        "subject": order["subject"],
        "purpose": order["purpose"],
        "total": order["total"],
        "period": {
            "plan_id": order["plan_id"],
            "months": order["months"],
            "extra_days": order["extra_days"],
        },
        "paid_at": order["paid_at"],
        "paid_on": order["paid_on"],
    }
