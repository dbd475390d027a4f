"""Coupon campaigns: created and watched by staff."""

from collections.abc import Sequence
from typing import cast

from chassis.access import Access
from chassis.context import Context
from chassis.holds import shares
from chassis.ids import new_id
from chassis.rpc_client import RpcClient
from chassis.uow import Transaction, UnitOfWork
from contracts import membership
from contracts import payments as contract
from contracts.errors import DomainError
from contracts.errors.payments import COUPON_CODE_TAKEN
from contracts.payments.coupons import normal_code
from contracts.types import payments as wire
from contracts.types.membership import Community
from services.payments.domain.coupons.coupons import Coupon, Gift
from services.payments.store import Stores
from services.payments.store.coupons.coupons import CouponCodeTaken
from services.payments.usecases.views import coupon_view


class CouponUseCases:
    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        rpc: RpcClient,
        access: Access,
        sure_access: Access,
    ) -> None:
        self._stores, self._uow, self._rpc = stores, uow, rpc
        self._access, self._sure_access = access, sure_access

    def create(self, request: wire.CreateCoupon, ctx: Context) -> wire.Coupon:
        """A campaign with one shared code; raises DomainError(COUPON_CODE_TAKEN)."""
        self._sure_access.require(ctx, contract.CREATE_COUPON.who, request["community_id"])
        for plan_id in request["plan_ids"]:
            self._stores.plans.require(plan_id, community_id=request["community_id"])
        community: Community = self._rpc.call(
            membership.GET_COMMUNITY, {"community_id": request["community_id"]}, ctx
        )
        coupon: Coupon = {
            "_id": new_id("cpn"),
            **request,
            "code": normal_code(request["code"]),
            "benefit": cast(Gift, request["benefit"]),  # of one kind, as its record checked
            "currency": community["currency"],
            "counters": 0 if request["limit"] is None else len(shares(request["limit"])),
        }
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

    def list_of_community(self, request: wire.CommunityPage, ctx: Context) -> wire.Coupons:
        """The campaigns of a community with their uses, oldest first."""
        self._access.require(ctx, contract.LIST_COUPONS.who, request["community_id"])
        page = self._stores.coupons.page(
            {},
            community_id=request["community_id"],
            after=request["after"],
            limit=request["limit"],
        )
        uses = uses_of(self._stores, request["community_id"], page.items)
        return page.answer(lambda coupon: coupon_view(coupon, *uses[coupon["_id"]]))


def uses_of(
    stores: Stores, community_id: str, coupons: Sequence[Coupon]
) -> dict[str, tuple[int, int]]:
    """(used, held) by id of campaigns of one community; kept holds count as held."""
    uses = stores.coupon_counters.uses(coupons)
    # Without a limit no counter stands between people; their slots are counted.
    unlimited = [coupon["_id"] for coupon in coupons if coupon["limit"] is None]
    return uses | stores.redemptions.uses(community_id, unlimited) if unlimited else uses
