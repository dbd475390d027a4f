"""The copy of plans, from which people choose when they apply or renew."""

from chassis.context import Context
from chassis.rpc_client import RpcClient
from chassis.unchanging import Unchanging
from contracts import payments
from contracts.envelope import CloudEvent
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.types.payments import KnownPlan
from services.membership.store import Stores


class PlanUseCases:
    def __init__(self, *, stores: Stores, rpc: RpcClient) -> None:
        self._plans, self._rpc = stores.plans, rpc
        self._known: Unchanging[bool | None] = Unchanging()

    def apply(self, event: CloudEvent, ctx: Context) -> None:
        """Takes over what `payments.plan_described` says, unless something newer is stored."""
        self._plans.remember(event.data, event.aggregateversion)

    def make_known(self, plan_id: str | None, ctx: Context) -> None:
        """Asks payments about a plan that somebody names and nobody told of yet: it may have been
        made a moment ago. Not to be called inside a unit of work.

        Raises DomainError(SERVICE_UNAVAILABLE) when payments does not answer.
        """
        if plan_id is not None:
            self._known.get(plan_id, lambda: self._is_known(plan_id, ctx) or None)

    def _is_known(self, plan_id: str, ctx: Context) -> bool:
        if self._plans.knows(plan_id):
            return True
        try:
            facts: KnownPlan = self._rpc.call(payments.GET_PLAN_FACTS, {"plan_id": plan_id}, ctx)
        except DomainError as error:
            if error.error is not OBJECT_NOT_FOUND:
                raise
            return False
        self._plans.remember(facts, facts["version"])
        return True
