"""What the policy that an order keeps gives back now, with what only events knows of its payer."""

from chassis.clock import Clock
from chassis.context import Context
from chassis.rpc_client import RpcClient
from contracts import events
from contracts.types.events import Attendance
from services.payments.domain.checkout import orders
from services.payments.domain.checkout.orders import Order
from services.payments.domain.checkout.refund_terms import Due


class RefundPolicy:
    def __init__(self, *, clock: Clock, rpc: RpcClient) -> None:
        self._clock, self._rpc = clock, rpc

    def due_now(self, order: Order, ctx: Context) -> Due | None:
        """What comes back to a payer who gives up now; never inside a unit of work.

        Raises DomainError (unavailable) while it depends on meetups and events does not answer.
        """
        at = self._clock.now()
        since = orders.may_have_attended_since(order, at)
        if since is None:
            return orders.due_back(order, at)
        asked = {
            "community_id": order["community_id"],
            "person_id": order["payer_id"],
            "since": since,
        }
        found: Attendance = self._rpc.call(events.HAS_ATTENDED, asked, ctx)
        return orders.due_back(order, at, attended=found["attended"])
