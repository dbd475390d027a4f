"""The copy of plans, from which people choose when they apply or renew."""

from chassis.context import Context
from contracts.envelope import CloudEvent
from services.membership.store import Stores


class PlanUseCases:
    def __init__(self, *, stores: Stores) -> None:
        self._plans = stores.plans

    def apply(self, event: CloudEvent, ctx: Context) -> None:
        """Takes over what `payments.plan_described` says, unless something newer is stored."""
        self._plans.remember(event.data, event.aggregateversion)
