"""Provider accounts, the ledger and sales, for who looks after a community's money."""

from typing import Any

from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import DomainError
from contracts.errors.payments import PROVIDER_ACCOUNT_IN_USE
from services.payments.store import Stores
from services.payments.usecases.access import TREASURERS, Access
from services.payments.usecases.coupons import uses_of
from services.payments.usecases.views import View, shown


class Accounting:
    def __init__(self, stores: Stores, uow: UnitOfWork, access: Access) -> None:
        self._stores, self._uow, self._access = stores, uow, access

    def set_provider_account(self, request: dict[str, Any], ctx: Context) -> View:
        """Names the community's account with a provider; the secret is a name, never a value.

        The merchant stays once something was paid with it, since attempts and refunds are asked
        with its secret; that one may be replaced. Raises DomainError(PROVIDER_ACCOUNT_TAKEN,
        PROVIDER_ACCOUNT_IN_USE).
        """
        self._access.require_role(ctx, request["community_id"], TREASURERS)

        def work(tx: Transaction) -> View:
            before = self._stores.accounts.of_community(
                request["community_id"], request["provider"], tx=tx
            )
            known: Document = before or {"_id": new_id("acc"), "used": False}
            if known["used"] and known["merchant_id"] != request["merchant_id"]:
                raise DomainError(PROVIDER_ACCOUNT_IN_USE, merchant_id=known["merchant_id"])
            account = self._stores.accounts.put(tx, {**known, **request})
            tx.audit("set_provider_account", before, account)
            return shown(account)

        return self._uow.run(ctx, work)

    def ledger(self, request: dict[str, Any], ctx: Context) -> View:
        """Balances per account, debit positive; their sum is zero, always."""
        community_id = request["community_id"]
        self._access.require_role(ctx, community_id, TREASURERS)
        balances = self._stores.ledger.balances(community_id)
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
            "entries": self._stores.ledger.count(community_id),
        }

    def sales(self, request: dict[str, Any], ctx: Context) -> View:
        """Orders per state, paid ones per price, uses of the newest 500 coupons by code; exact."""
        community_id = request["community_id"]
        self._access.require_role(ctx, community_id, TREASURERS)
        coupons = self._stores.coupons.newest(community_id, limit=500)
        uses = uses_of(self._stores, community_id, coupons)
        return {
            "community_id": community_id,
            "orders_by_state": self._stores.orders.count_by_state(community_id),
            "paid_by_price": self._stores.orders.paid_by_price(community_id),
            "coupon_uses": {c["code"]: uses[c["_id"]][0] for c in coupons},
        }

    def incidents(self) -> list[Document]:
        """What providers said that does not fit our books, newest first, for operators."""
        return self._stores.incidents.newest(limit=100)
