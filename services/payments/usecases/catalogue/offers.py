"""What a community offers to anybody: its plans on sale with their prices now, and its form."""

from typing import cast

from chassis.context import Context
from chassis.rpc_client import RpcClient
from contracts import membership
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.types import payments as wire
from contracts.types.membership import Community
from services.payments.domain.catalogue.ladder import ladder_of, list_price
from services.payments.domain.catalogue.plans import Plan
from services.payments.store import Stores
from services.payments.store.catalogue.plans import StepsSeen
from services.payments.usecases.catalogue.ladder_places import LadderPlaces
from services.payments.usecases.catalogue.ways_to_pay import WaysToPay


class OfferUseCases:
    def __init__(
        self, *, stores: Stores, rpc: RpcClient, places: LadderPlaces, ways: WaysToPay
    ) -> None:
        self._plans, self._steps = stores.plans, stores.ladder_steps
        self._rpc, self._places, self._ways = rpc, places, ways

    def get(self, request: wire.CommunityRef, ctx: Context) -> wire.Offer:
        """Form and plans of a community; a hidden one is missing, whoever asks."""
        community: Community = self._rpc.call(
            membership.GET_COMMUNITY, {"community_id": request["community_id"]}, ctx
        )
        if community["visibility"] == "hidden":  # services see them all
            raise DomainError(OBJECT_NOT_FOUND, noun="community")
        return {
            "community": {
                "id": community["id"],
                "slug": community["slug"],
                "name": community["name"],
                "description": community["description"],
                "zone": community["zone"],
                "locale": community["locale"],
                "currency": community["currency"],
            },
            "form": cast(list[wire.Section], community["form"]),
            "form_version": community["form_version"],
            "plans": self.plans(community["id"]),
            "providers": self._ways.of(community["id"]),
        }

    def plans(self, community_id: str) -> list[wire.OfferedPlan]:
        """The plans on sale, oldest first, with their public prices now."""
        found = self._plans.on_sale_with_steps(community_id, self._steps)
        return [self._view(plan, seen) for plan, seen in found]

    def _view(self, plan: Plan, seen: StepsSeen) -> wire.OfferedPlan:
        ladder = ladder_of(plan)
        offer = None if ladder is None else self._places.on_sale(plan, seen)
        step = 0 if offer is None else offer.step
        following = None if ladder is None else ladder.next_price(step)
        return {
            "id": plan["_id"],
            "name": plan["name"],
            "description": plan["description"],
            "tier": plan["tier"],
            "period_months": plan["period_months"],
            "price": list_price(plan, step).as_dict(),
            "step": step,
            "places_left": None if offer is None else offer.free,
            "next_price": None if following is None else following.as_dict(),
            "refund_brackets": plan["refund_brackets"],
        }
