"""The ledger and sales, for who looks after a community's money."""

from chassis.access import Access
from chassis.context import Context
from contracts import payments as contract
from contracts.types import payments as wire
from services.payments.domain.books import totals
from services.payments.store import Stores
from services.payments.usecases.coupons.coupons import uses_of


class LedgerUseCases:
    """What a community's books say."""

    def __init__(self, *, stores: Stores, access: Access) -> None:
        self._stores, self._access = stores, access

    def balances(self, request: wire.CommunityRef, ctx: Context) -> wire.LedgerSummary:
        """Balances per account, debit positive; their sum is zero, always."""
        community_id = request["community_id"]
        self._access.require(ctx, contract.GET_LEDGER.who, community_id)
        found = self._stores.totals.read(community_id)
        balances = totals.balances(found)
        return {
            "community_id": community_id,
            "balances": [
                {
                    "account": row["account"],
                    "balance": {"amount": row["balance"], "currency": row["currency"]},
                }
                for row in balances
            ],
            "sum": sum(row["balance"] for row in balances),
            "entries": found[totals.ENTRIES],
        }

    def sales(self, request: wire.CommunityRef, ctx: Context) -> wire.SalesSummary:
        """Orders per state, paid ones per price, uses of the newest 500 coupons by code; exact."""
        community_id = request["community_id"]
        self._access.require(ctx, contract.GET_SALES.who, community_id)
        coupons = self._stores.coupons.newest(community_id, limit=500)
        uses = uses_of(self._stores, community_id, coupons)
        found = self._stores.totals.read(community_id)
        return {
            "community_id": community_id,
            "orders_by_state": totals.orders_by_state(found),
            "paid_by_price": totals.paid_by_price(found),
            "coupon_uses": {coupon["code"]: uses[coupon["_id"]][0] for coupon in coupons},
        }
