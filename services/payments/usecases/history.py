"""What was done to plans, coupons, orders and requests for refunds, for whoever answers for the
money."""

from chassis.context import Context
from chassis.history import History
from contracts import payments as contract
from contracts.types import payments as wire
from services.payments.store import Stores


class HistoryUseCases:
    """The histories of all aggregates that staff work with."""

    def __init__(self, *, stores: Stores, history: History) -> None:
        self._stores = stores
        self._history = history

    def of_plan(self, request: wire.GetPlanHistory, ctx: Context) -> wire.History:
        """A page of what was done to a plan."""
        rpc, plans = contract.GET_PLAN_HISTORY, self._stores.plans
        return self._history.of(plans, request["plan_id"], rpc, request, ctx)

    def of_coupon(self, request: wire.GetCouponHistory, ctx: Context) -> wire.History:
        """A page of what was done to a campaign."""
        rpc, coupons = contract.GET_COUPON_HISTORY, self._stores.coupons
        return self._history.of(coupons, request["coupon_id"], rpc, request, ctx)

    def of_order(self, request: wire.GetOrderHistory, ctx: Context) -> wire.History:
        """A page of what was done to an order."""
        rpc, orders = contract.GET_ORDER_HISTORY, self._stores.orders
        return self._history.of(orders, request["order_id"], rpc, request, ctx)

    def of_refund_request(
        self, request: wire.GetRefundRequestHistory, ctx: Context
    ) -> wire.History:
        """A page of what was done to a request for a refund."""
        rpc, requests = contract.GET_REFUND_REQUEST_HISTORY, self._stores.refund_requests
        return self._history.of(requests, request["refund_request_id"], rpc, request, ctx)
