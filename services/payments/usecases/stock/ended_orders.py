"""Orders at their end: what they held is free, inside the unit of work that ends them."""

from chassis.uow import Transaction
from services.payments.domain.checkout import orders
from services.payments.domain.checkout.orders import Order
from services.payments.store import Stores
from services.payments.usecases.stock.reservations import Reservation


def end_order(stores: Stores, tx: Transaction, order: Order) -> Order:
    """The order expired or cancelled, and its purchase free for another one."""
    closed = stores.orders.save(tx, orders.close(order))
    purchase = stores.purchases.require(order["purchase_id"], tx=tx)
    if purchase["order_id"] == order["_id"]:
        stores.purchases.save(tx, {**purchase, "order_id": None})
    tx.audit(f"order_{closed['state']}", order, closed)
    return closed


def give_coupon_back(stores: Stores, tx: Transaction, order: Order) -> None:
    """An order at its end returns its coupon's use if the campaign says so; settle it first, for
    only a counted use can be given back."""
    if order["coupon_id"] is None or order["redemption_id"] is None:
        return
    community_id = order["community_id"]
    coupon = stores.coupons.require(order["coupon_id"], community_id=community_id, tx=tx)
    if not coupon["refund_returns_use"]:
        return
    given_back = stores.redemptions.return_settled(community_id, order["redemption_id"], tx=tx)
    counter_id = Reservation.of_order(order).coupon_counter
    if given_back and counter_id is not None:
        stores.coupon_counters.holds.return_settled(counter_id, tx=tx)
