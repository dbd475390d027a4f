"""Plans on sale and their public price."""

from chassis.access import Access
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.rpc_client import RpcClient
from chassis.uow import Transaction, UnitOfWork
from contracts import membership
from contracts import payments as contract
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.types import payments as wire
from contracts.types.membership import Community
from services.payments.domain.catalogue.ladder import Ladder, ladder_of, list_price
from services.payments.domain.catalogue.plans import Plan
from services.payments.store import Stores
from services.payments.usecases.catalogue.ladder_places import LadderPlaces
from services.payments.usecases.views import plan_facts, plan_view

# Minor units, as for a ladder's cap: sums over many orders stay far below int64 and below 2^53.
MOST_EXPENSIVE = 10**13


class PlanUseCases:
    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        rpc: RpcClient,
        access: Access,
        places: LadderPlaces,
    ) -> None:
        self._stores, self._uow, self._clock, self._rpc = stores, uow, clock, rpc
        self._access, self._places = access, places

    def create(self, request: wire.CreatePlan, ctx: Context) -> wire.Plan:
        """Puts a plan on sale; zone and currency are the community's."""
        self._access.require(ctx, contract.CREATE_PLAN.who, request["community_id"])
        community: Community = self._rpc.call(
            membership.GET_COMMUNITY, {"community_id": request["community_id"]}, ctx
        )
        if request["base_price"]["currency"] != community["currency"]:
            expected = FieldProblem(
                "/base_price/currency", "field.choice", {"choices": community["currency"]}
            )
            raise DomainError(INVALID_INPUT, fields=[expected])
        if not 0 <= request["base_price"]["amount"] <= MOST_EXPENSIVE:
            bounds = {"minimum": 0, "maximum": MOST_EXPENSIVE}
            wrong = FieldProblem("/base_price/amount", "field.range", bounds)
            raise DomainError(INVALID_INPUT, fields=[wrong])
        plan: Plan = {"_id": new_id("pln"), **request, "zone": community["zone"]}

        def work(tx: Transaction) -> wire.Plan:
            stored = self._stores.plans.insert(tx, plan)
            tx.audit("create_plan", None, stored)
            tx.emit(contract.PLAN_DESCRIBED, stored, plan_facts(stored))
            return plan_view(stored)

        return self._uow.run(ctx, work)

    def list_of_community(self, request: wire.CommunityPage, ctx: Context) -> wire.Plans:
        """The plans of a community, oldest first; for anybody."""
        page = self._stores.plans.page(
            {},
            community_id=request["community_id"],
            after=request["after"],
            limit=request["limit"],
        )
        return page.answer(plan_view)

    def price(self, request: wire.PlanRef, ctx: Context) -> wire.PublicPrice:
        """The public price now, the places left at it, and how that came about."""
        plan = self._stores.plans.require(request["plan_id"])
        ladder = ladder_of(plan)
        if ladder is None:
            price = list_price(plan, None)
            return {
                "plan_id": plan["_id"],
                "price": price.as_dict(),
                "step": 0,
                "places_left": None,
                "next_price": None,
                "held_places_return_at": None,
                "explanation": [{"rule": "base_price", "amount": price.amount}],
            }
        return self._ladder_price(plan, ladder)

    def _ladder_price(self, plan: Plan, ladder: Ladder) -> wire.PublicPrice:
        offer = self._places.on_sale(plan)
        price, following = ladder.price_at(offer.step), ladder.next_price(offer.step)
        places = {"rule": "places", "of": ladder.every, "paid": offer.paid, "held": offer.held}
        return {
            "plan_id": plan["_id"],
            "price": price.as_dict(),
            "step": offer.step,
            "places_left": offer.free,
            "next_price": None if following is None else following.as_dict(),
            "held_places_return_at": offer.lower_places_return_at,
            "explanation": [
                {
                    "rule": "ladder",
                    "base": ladder.base.amount,
                    "rise": ladder.step,
                    "every": ladder.every,
                    "from_place": ladder.places_before + offer.step * ladder.every + 1,
                    "to_place": ladder.places_before + (offer.step + 1) * ladder.every,
                    "step": offer.step,
                    "amount": price.amount,
                },
                places,
            ],
        }
