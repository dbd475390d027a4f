"""Which refund grants the request of a payer."""

from chassis.uow import Transaction
from services.payments.domain.checkout import orders
from services.payments.domain.checkout.orders import Order
from services.payments.domain.money import refund_requests
from services.payments.domain.money.refunds import Refund
from services.payments.store import Stores


def grant_by(
    stores: Stores, tx: Transaction, order: Order, refund: Refund, *, answers: bool
) -> Order:
    """The order, saved, after a refund that answers its open request, or leaves nothing that could
    be asked for."""
    asked = order.get("refund_request_id")
    if asked is None or not (answers or orders.refundable(order).amount == 0):
        return order
    before = stores.refund_requests.require(asked, tx=tx)
    words = refund["reason"] if refund.get("written", False) else ""
    granted = refund_requests.grant(before, refund["_id"], words)
    after = stores.refund_requests.save(tx, granted)
    tx.audit("grant_refund_request", before, after, refund=refund["_id"])
    return stores.orders.save(tx, orders.answer_refund_request(order))
