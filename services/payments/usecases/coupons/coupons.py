"""Coupon campaigns: created, watched and changed by staff."""

from collections.abc import Sequence
from typing import cast

from chassis.access import Access, Caller
from chassis.actions import possible
from chassis.aggregates import check_version, is_made
from chassis.clock import Clock
from chassis.context import Context
from chassis.holds import TooManyTaken, shares
from chassis.ids import new_id
from chassis.rpc_client import RpcClient
from chassis.uow import Transaction, UnitOfWork
from contracts import membership
from contracts import payments as contract
from contracts.access import Who
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.payments import COUPON_CODE_TAKEN, COUPON_LIMIT_BELOW_USED
from contracts.payments.coupons import normal_code
from contracts.states.payments import CouponState
from contracts.types import payments as wire
from contracts.types.membership import Community
from services.payments.domain.coupons import coupons
from services.payments.domain.coupons.coupons import COUPON, Coupon, Gift
from services.payments.store import Stores
from services.payments.store.coupons.coupons import CouponCodeTaken, in_state
from services.payments.usecases.actions import COUPON_ACTIONS
from services.payments.usecases.views import changed_coupon_view, coupon_view

_ABOUT_THE_CHANGE = {"coupon_id", "simulate", "expected_version"}


class CouponUseCases:
    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        rpc: RpcClient,
        access: Access,
        sure_access: Access,
    ) -> None:
        self._stores, self._uow, self._clock, self._rpc = stores, uow, clock, rpc
        self._access, self._sure_access = access, sure_access

    def create(self, request: wire.CreateCoupon, ctx: Context) -> wire.Coupon:
        """A campaign with one shared code; raises DomainError(COUPON_CODE_TAKEN)."""
        self._sure_access.require(ctx, contract.CREATE_COUPON.who, request["community_id"])
        self._require_plans(request["plan_ids"], request["community_id"])
        community = self._community(request["community_id"], ctx)
        coupon: Coupon = {
            "_id": new_id("cpn"),
            **request,
            "code": normal_code(request["code"]),
            "benefit": cast(Gift, request["benefit"]),  # of one kind, as its record checked
            "currency": community["currency"],
            "counters": 0 if request["limit"] is None else len(shares(request["limit"])),
            "state": COUPON.initial,
        }
        coupons.check_useful(coupon, self._clock.now(), community["zone"])
        # Its counters first: without campaign they count nothing, the reverse cannot be used.
        self._stores.coupon_counters.open(coupon)

        def work(tx: Transaction) -> wire.Coupon:
            stored = self._stores.coupons.insert(tx, coupon)
            tx.audit("create_coupon", None, stored)
            return coupon_view(stored, used=0, held=0)

        try:
            return self._uow.run(ctx, work)
        except CouponCodeTaken:
            raise DomainError(COUPON_CODE_TAKEN, coupon_code=coupon["code"]) from None

    def get(self, request: wire.CouponRef, ctx: Context) -> wire.ShownCoupon:
        """A campaign with its uses."""
        coupon = self._stores.coupons.require(request["coupon_id"])
        caller = self._access.caller(ctx, coupon["community_id"])
        caller.require_may_see(contract.GET_COUPON.who, self._stores.coupons.noun)
        return self._shown(coupon, *self._uses(coupon), caller)

    def list_of_community(self, request: wire.ListCoupons, ctx: Context) -> wire.Coupons:
        """A page of the campaigns of a community with their uses."""
        caller = self._access.require(ctx, contract.LIST_COUPONS.who, request["community_id"])
        page = self._stores.coupons.page(
            in_state(request["state"]),
            community_id=request["community_id"],
            after=request["after"],
            limit=request["limit"],
            descending=request["sort"] == "-created_at",
        )
        uses = uses_of(self._stores, request["community_id"], page.items)
        return page.answer(lambda coupon: self._shown(coupon, *uses[coupon["_id"]], caller))

    def count_of_community(self, request: wire.CountCoupons, ctx: Context) -> wire.CouponCounts:
        """How many campaigns of a community are in each state."""
        community_id = request["community_id"]
        self._access.require(ctx, contract.COUNT_COUPONS.who, community_id)
        return {"community_id": community_id, "counts": self._stores.coupons.counts(community_id)}

    def change(self, request: wire.ChangeCoupon, ctx: Context) -> wire.ChangedCoupon:
        """Another name, limit or end; `simulate` stores nothing.

        Raises DomainError(COUPON_WRONG_STATE, COUPON_LIMIT_BELOW_USED, COUPON_UNLIMITED,
        STALE_VERSION).
        """
        coupon, used, held = self._require_owned(
            request["coupon_id"], contract.CHANGE_COUPON.who, ctx
        )
        seen = request["expected_version"]
        asked = {name: to for name, to in request.items() if name not in _ABOUT_THE_CHANGE}
        if asked.get("valid_until") not in (None, coupon["valid_until"]):
            zone = self._community(coupon["community_id"], ctx)["zone"]
            coupons.check_end(cast(Coupon, {**coupon, **asked}), zone)
        if request["simulate"]:
            check_version(coupon, seen)
            changed = coupons.change(coupon, asked)
            if changed["limit"] is not None and changed["limit"] < used + held:
                raise DomainError(COUPON_LIMIT_BELOW_USED, taken=used + held)
            return changed_coupon_view(changed, used, held, self._unaffected(coupon))

        def work(tx: Transaction) -> wire.ChangedCoupon:
            before = self._stores.coupons.require(coupon["_id"], tx=tx)
            if is_made(before, seen, asked):
                return changed_coupon_view(before, used, held, None)
            check_version(before, seen)
            after = coupons.change(before, asked)
            if after["limit"] is not None and after["limit"] != before["limit"]:
                needed = len(shares(after["limit"]))
                after = {**after, "counters": max(before.get("counters", 1), needed)}
                self._stores.coupon_counters.resize(after, tx=tx)
            after = self._stores.coupons.save(tx, after)
            tx.audit("change_coupon", before, after)
            return changed_coupon_view(after, used, held, None)

        try:
            return self._uow.run(ctx, work)
        except TooManyTaken as problem:
            raise DomainError(COUPON_LIMIT_BELOW_USED, taken=problem.taken) from None

    def pause(self, request: wire.CouponRef, ctx: Context) -> wire.Coupon:
        """It is given to nobody new for a while."""
        return self._move(request, contract.PAUSE_COUPON.who, "paused", ctx)

    def resume(self, request: wire.CouponRef, ctx: Context) -> wire.Coupon:
        """A paused one is given again."""
        return self._move(request, contract.RESUME_COUPON.who, "active", ctx)

    def end(self, request: wire.CouponRef, ctx: Context) -> wire.Coupon:
        """It is given to nobody new any more."""
        return self._move(request, contract.END_COUPON.who, "ended", ctx)

    def _move(
        self, request: wire.CouponRef, who: Who, to: CouponState, ctx: Context
    ) -> wire.Coupon:
        coupon, used, held = self._require_owned(request["coupon_id"], who, ctx)

        def work(tx: Transaction) -> wire.Coupon:
            before = self._stores.coupons.require(coupon["_id"], tx=tx)
            after = self._stores.coupons.save(tx, COUPON.move(before, to))
            tx.audit(f"coupon_{to}", before, after)
            return coupon_view(after, used, held)

        return self._uow.run(ctx, work)

    def _require_owned(self, coupon_id: str, who: Who, ctx: Context) -> tuple[Coupon, int, int]:
        """A campaign that the caller may change, its uses and those held."""
        coupon = self._stores.coupons.require(coupon_id)
        caller = self._sure_access.caller(ctx, coupon["community_id"])
        caller.require_may_see(contract.GET_COUPON.who, self._stores.coupons.noun)
        caller.require(who)
        return coupon, *self._uses(coupon)

    def _community(self, community_id: str, ctx: Context) -> Community:
        asked = {"community_id": community_id}
        community: Community = self._rpc.call(membership.GET_COMMUNITY, asked, ctx)
        return community

    def _require_plans(self, plan_ids: Sequence[str], community_id: str) -> None:
        """Raises DomainError(INVALID_INPUT) naming those that the community does not have."""
        problems = [
            FieldProblem(f"/plan_ids/{place}", "field.no_object", {"noun": "plan"})
            for place, plan_id in enumerate(plan_ids)
            if self._stores.plans.get(plan_id, community_id=community_id) is None
        ]
        if problems:
            raise DomainError(INVALID_INPUT, fields=problems)

    def _shown(self, coupon: Coupon, used: int, held: int, caller: Caller) -> wire.ShownCoupon:
        actions = possible(COUPON_ACTIONS, coupon, self._clock.now(), caller)
        return {**coupon_view(coupon, used, held), "actions": actions}

    def _uses(self, coupon: Coupon) -> tuple[int, int]:
        return uses_of(self._stores, coupon["community_id"], [coupon])[coupon["_id"]]

    def _unaffected(self, coupon: Coupon) -> wire.Unaffected:
        community_id, with_it = coupon["community_id"], {"coupon_id": coupon["_id"]}
        return {
            "purchases": {"number": 0, "at_least": False},  # they name no coupon
            "quotes": self._stores.quotes.count_live(community_id, with_it),
            "orders": self._stores.orders.count_open(community_id, with_it),
        }


def uses_of(
    stores: Stores, community_id: str, coupons: Sequence[Coupon]
) -> dict[str, tuple[int, int]]:
    """(used, held) by id of campaigns of one community; kept holds count as held."""
    uses = stores.coupon_counters.uses(coupons)
    # Without a limit no counter stands between people; their slots are counted.
    unlimited = [coupon["_id"] for coupon in coupons if coupon["limit"] is None]
    return uses | stores.redemptions.uses(community_id, unlimited) if unlimited else uses
