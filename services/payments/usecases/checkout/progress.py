"""How far a purchase has come, as the owner of its subject hears it."""

import datetime as dt

from chassis.actions import possible_to_its_person
from contracts.types import payments as wire
from services.payments.domain.checkout.orders import Order
from services.payments.domain.checkout.purchases import Purchase
from services.payments.usecases.actions import ORDER_ACTIONS, PURCHASE_ACTIONS


def purchase_progress(
    purchase: Purchase, order: Order | None, now: dt.datetime
) -> wire.PurchaseProgress:
    """A purchase with the order that is open or paid it, and what its payer may do with both."""
    actions = possible_to_its_person(PURCHASE_ACTIONS, purchase, now)
    if order is not None:
        actions += possible_to_its_person(ORDER_ACTIONS, order, now)
    return {
        "purchase_id": purchase["_id"],
        "state": purchase["state"],
        "opened_at": purchase["created_at"],
        "pay_by": purchase["pay_by"],
        "order": None if order is None else _order_progress(order),
        "actions": actions,
    }


def _order_progress(order: Order) -> wire.OrderProgress:
    return {
        "id": order["_id"],
        "state": order["state"],
        "ordered_at": order["created_at"],
        "expires_at": order["expires_at"],
        "paid_at": order["paid_at"],
        "fulfilment": order["fulfilment"],
        "given_back": order["state"] == "refunded",
    }
