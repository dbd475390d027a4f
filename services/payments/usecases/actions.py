"""What people may do with a plan, a coupon, a purchase, an order or a request for a refund now."""

import datetime as dt

from chassis.actions import Action
from contracts import payments as contract
from services.payments.domain.catalogue import plans
from services.payments.domain.catalogue.plans import PLAN, Plan
from services.payments.domain.checkout import orders, purchases
from services.payments.domain.checkout.orders import ORDER, Order
from services.payments.domain.checkout.purchases import Purchase
from services.payments.domain.coupons import coupons
from services.payments.domain.coupons.coupons import COUPON, Coupon
from services.payments.domain.money import refund_requests, transfers
from services.payments.domain.money.refund_requests import REFUND_REQUEST, RefundRequest
from services.payments.domain.money.transfers import Transfer


# An order whose time is over counts as open until it is swept, seconds later.
def _order(purchase: Purchase, now: dt.datetime) -> None:
    purchases.require_payable(purchase, now)
    purchases.require_without_order(purchase)


def _choose_plan(purchase: Purchase, now: dt.datetime) -> None:
    purchases.require_of_a_plan(purchase)
    _order(purchase, now)


def _pay(order: Order, now: dt.datetime) -> None:
    orders.require_open(order, now)
    if not orders.costs(order):  # it is settled by itself
        raise ORDER.wrong_state(order)


PLAN_ACTIONS: tuple[Action[Plan], ...] = (
    Action(contract.CHANGE_PLAN, lambda plan, now: plans.change(plan, {})),
    Action(contract.PUT_PLAN_ON_SALE, lambda plan, now: PLAN.require_move(plan, "on_sale")),
    Action(contract.PAUSE_PLAN, lambda plan, now: PLAN.require_move(plan, "paused")),
    Action(contract.CLOSE_PLAN, lambda plan, now: PLAN.require_move(plan, "closed")),
)
COUPON_ACTIONS: tuple[Action[Coupon], ...] = (
    Action(contract.CHANGE_COUPON, lambda coupon, now: coupons.change(coupon, {})),
    Action(contract.PAUSE_COUPON, lambda coupon, now: COUPON.require_move(coupon, "paused")),
    Action(contract.RESUME_COUPON, lambda coupon, now: COUPON.require_move(coupon, "active")),
    Action(contract.END_COUPON, lambda coupon, now: COUPON.require_move(coupon, "ended")),
)
PURCHASE_ACTIONS: tuple[Action[Purchase], ...] = (
    Action(contract.CREATE_QUOTE, _order),
    Action(contract.ORDER_PURCHASE, _order),
    Action(contract.CHOOSE_PURCHASE_PLAN, _choose_plan),
)
ORDER_ACTIONS: tuple[Action[Order], ...] = (
    Action(contract.OPEN_PAYMENT, _pay),
    Action(contract.ASK_REFUND, lambda order, now: orders.ask_refund(order, "")),
    Action(contract.CANCEL_ORDER, lambda order, now: orders.ask_to_close(order, "cancelled", now)),
    Action(
        contract.REFUND_ORDER,
        lambda order, now: orders.reserve_refund(order, orders.refundable(order)),
        by_others=True,
    ),
)
REFUND_REQUEST_ACTIONS: tuple[Action[RefundRequest], ...] = (
    Action(contract.WITHDRAW_REFUND_REQUEST, lambda asked, now: refund_requests.withdraw(asked)),
    Action(
        contract.GRANT_REFUND_REQUEST,
        lambda asked, now: REFUND_REQUEST.require_move(asked, "granted"),
        by_others=True,
    ),
    Action(
        contract.DECLINE_REFUND_REQUEST,
        lambda asked, now: refund_requests.decline(asked, ""),
        by_others=True,
    ),
)
TRANSFER_ACTIONS: tuple[Action[Transfer], ...] = (
    Action(
        contract.CONFIRM_TRANSFER,
        lambda transfer, now: transfers.require_confirmable(transfer),
        by_others=True,
    ),
)
