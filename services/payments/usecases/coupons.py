"""Coupon campaigns: created and watched by staff."""

from typing import Any

from chassis.context import Context
from chassis.holds import shares
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.rpc_client import RpcClient
from chassis.uow import Transaction, UnitOfWork
from contracts import membership
from services.payments.domain.coupons import normal_code
from services.payments.store import Stores
from services.payments.usecases.access import OWNERS, TREASURERS, Access
from services.payments.usecases.views import View, page_view, shown


class Coupons:
    def __init__(self, stores: Stores, uow: UnitOfWork, rpc: RpcClient, access: Access) -> None:
        self._stores, self._uow, self._rpc, self._access = stores, uow, rpc, access

    def create(self, request: dict[str, Any], ctx: Context) -> View:
        """A campaign with one shared code; raises DomainError(COUPON_CODE_TAKEN)."""
        self._access.require_role(ctx, request["community_id"], OWNERS)
        for plan_id in request["plan_ids"]:
            self._stores.plans.require(plan_id, community_id=request["community_id"])
        community = self._rpc.call(
            membership.GET_COMMUNITY,
            {"community_id": request["community_id"]},
            ctx.as_system("payments"),
        )
        coupon = {
            "_id": new_id("cpn"),
            **request,
            "code": normal_code(request["code"]),
            "currency": community["currency"],
            "counters": 0 if request["limit"] is None else len(shares(request["limit"])),
        }
        # Its counters first: without campaign they count nothing, the reverse cannot be used.
        self._stores.coupon_counters.open(coupon)

        def work(tx: Transaction) -> View:
            stored = self._stores.coupons.add(tx, coupon)
            tx.audit("create_coupon", None, stored)
            return {**shown(stored), "used": 0, "held": 0}

        return self._uow.run(ctx, work)

    def list_of_community(self, request: dict[str, Any], ctx: Context) -> View:
        """The campaigns of a community with their uses, oldest first."""
        self._access.require_role(ctx, request["community_id"], TREASURERS)
        found, following = self._stores.coupons.page(
            {},
            community_id=request["community_id"],
            after=request["after"],
            limit=request["limit"],
        )
        uses = uses_of(self._stores, request["community_id"], found)
        return page_view(
            (
                {**shown(coupon), "used": uses[coupon["_id"]][0], "held": uses[coupon["_id"]][1]}
                for coupon in found
            ),
            following,
        )


def uses_of(
    stores: Stores, community_id: str, coupons: list[Document]
) -> dict[str, tuple[int, int]]:
    """(used, held) by id of campaigns of one community; kept holds count as held."""
    uses = stores.coupon_counters.uses(coupons)
    # Without a limit no counter stands between people; their slots are counted.
    unlimited = [coupon["_id"] for coupon in coupons if coupon["limit"] is None]
    return uses | stores.redemptions.uses(community_id, unlimited) if unlimited else uses
