"""Plans on sale and their public price."""

from collections.abc import Callable
from typing import TypeVar

from chassis.access import Access, Caller
from chassis.actions import possible
from chassis.clock import Clock
from chassis.context import ANONYMOUS, Context
from chassis.ids import new_id
from chassis.rpc_client import RpcClient
from chassis.uow import Transaction, UnitOfWork
from contracts import membership
from contracts import payments as contract
from contracts.aggregates import MoneyFields
from contracts.errors import INVALID_INPUT, OBJECT_NOT_FOUND, DomainError, FieldProblem, Kind
from contracts.types import payments as wire
from contracts.types.membership import Community
from services.payments.domain.catalogue.ladder import Ladder, ladder_of, list_price
from services.payments.domain.catalogue.plans import PLAN, Plan, check_cap
from services.payments.store import Stores
from services.payments.usecases.actions import PLAN_ACTIONS
from services.payments.usecases.catalogue.ladder_places import LadderPlaces
from services.payments.usecases.views import known_plan_view, plan_facts, plan_view

T = TypeVar("T")

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
        sure_access: Access,
        places: LadderPlaces,
    ) -> None:
        self._stores, self._uow, self._clock, self._rpc = stores, uow, clock, rpc
        self._access, self._sure_access, self._places = access, sure_access, places

    def create(self, request: wire.CreatePlan, ctx: Context) -> wire.Plan:
        """Puts a plan on sale, or drafts it; zone and currency are the community's."""
        self._sure_access.require(ctx, contract.CREATE_PLAN.who, request["community_id"])
        community: Community = self._rpc.call(
            membership.GET_COMMUNITY, {"community_id": request["community_id"]}, ctx
        )
        check_price(request["base_price"], community["currency"])
        check_cap(request["base_price"], request["ladder"])
        plan: Plan = {
            "_id": new_id("pln"),
            **request,
            "zone": community["zone"],
            "sold": False,
        }

        def work(tx: Transaction) -> wire.Plan:
            stored = self._stores.plans.insert(tx, plan)
            tx.audit("create_plan", None, stored)
            describe(tx, stored)
            return plan_view(stored)

        return self._uow.run(ctx, work)

    def get(self, request: wire.PlanRef, ctx: Context) -> wire.ShownPlan:
        """A plan in whatever state; for anybody, drafts for owners."""
        plan = self._require_shown(request["plan_id"], ctx)
        return self._shown(plan, self._access.caller(ctx, plan["community_id"]))

    def list_of_community(self, request: wire.CommunityPage, ctx: Context) -> wire.Plans:
        """The plans of a community, oldest first; for anybody, drafts for owners. Raises
        DomainError(OBJECT_NOT_FOUND) for a hidden community that the caller does not see."""
        self._require_seen(request["community_id"], ctx)
        sees_drafts = self._sees_drafts(request["community_id"], ctx)
        page = self._stores.plans.page(
            {} if sees_drafts else {"state": {"$ne": "draft"}},
            community_id=request["community_id"],
            after=request["after"],
            limit=request["limit"],
        )
        caller = self._access.caller(ctx, request["community_id"])
        return page.answer(lambda plan: self._shown(plan, caller))

    def get_facts(self, request: wire.PlanRef, ctx: Context) -> wire.KnownPlan:
        """What neighbours keep of a plan, be it a draft."""
        return known_plan_view(self._stores.plans.require(request["plan_id"]))

    def price(self, request: wire.PlanRef, ctx: Context) -> wire.PublicPrice:
        """The public price now, the places left at it, and how that came about.

        Raises DomainError(PLAN_WRONG_STATE) for what is not sold yet, or not any more.
        """
        plan = self._require_shown(request["plan_id"], ctx)
        PLAN.require_in(plan, "on_sale", "paused")
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

    def _require_shown(self, plan_id: str, ctx: Context) -> Plan:
        plan = self._stores.plans.require(plan_id)
        if plan["state"] == "draft" and not self._sees_drafts(plan["community_id"], ctx):
            raise DomainError(OBJECT_NOT_FOUND, noun=self._stores.plans.noun)
        return plan

    def _require_seen(self, community_id: str, ctx: Context) -> None:
        """Membership knows who applied there; a key is of one community, or of all."""
        key = ctx.actor.key
        if key is not None and key.community_id in (community_id, membership.SYSTEM):
            return
        asked = {"community_id": community_id, "person_id": ctx.actor.person_id}
        if not self._rpc.call(membership.SEES_COMMUNITY, asked, ctx)["sees"]:
            raise DomainError(OBJECT_NOT_FOUND, noun="community")

    def _sees_drafts(self, community_id: str, ctx: Context) -> bool:
        """Whether the caller may put them on sale."""
        caller = self._access.caller(ctx, community_id)
        return _if_known(lambda: caller.may(contract.PUT_PLAN_ON_SALE.who), ctx, False)

    def _shown(self, plan: Plan, caller: Caller) -> wire.ShownPlan:
        def actions() -> list[str]:
            return possible(PLAN_ACTIONS, plan, self._clock.now(), caller)

        return {**plan_view(plan), "actions": _if_known(actions, caller.ctx, [])}

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


def check_price(price: MoneyFields, currency: str) -> None:
    """Raises DomainError(INVALID_INPUT) unless it is in the community's currency and in bounds."""
    if price["currency"] != currency:
        expected = FieldProblem("/base_price/currency", "field.currency", {"currency": currency})
        raise DomainError(INVALID_INPUT, fields=[expected])
    if not 0 <= price["amount"] <= MOST_EXPENSIVE:
        bounds = {"minimum": 0, "maximum": MOST_EXPENSIVE}
        wrong = FieldProblem("/base_price/amount", "field.range", bounds)
        raise DomainError(INVALID_INPUT, fields=[wrong])


def describe(tx: Transaction, plan: Plan) -> None:
    """Tells neighbours what a plan is now."""
    tx.emit(contract.PLAN_DESCRIBED, plan, plan_facts(plan))


def _if_known(ask: Callable[[], T], ctx: Context, unknown: T) -> T:
    """What the caller's roles say; `unknown` for who did not sign in, and while membership is away:
    the rest is for anybody."""
    if ctx.actor == ANONYMOUS:
        return unknown
    try:
        return ask()
    except DomainError as error:
        if error.kind is not Kind.UNAVAILABLE:
            raise
        return unknown
