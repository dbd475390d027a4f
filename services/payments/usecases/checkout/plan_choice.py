"""Which plan a purchase pays for: named with it, changed by its payer, or the only one on sale."""

from chassis.access import require_own
from chassis.aggregates import check_version, is_made
from chassis.clock import Clock
from chassis.context import Context
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.errors import DomainError
from contracts.errors.payments import (
    NO_PLAN,
    PLAN_NOT_ON_SALE,
    PLAN_TO_BE_NAMED,
)
from contracts.types import payments as wire
from services.payments.domain.catalogue.plans import Plan, is_free, is_on_sale
from services.payments.domain.checkout import purchases
from services.payments.domain.checkout.purchases import Purchase
from services.payments.store import Stores
from services.payments.usecases.catalogue.promises import Promises
from services.payments.usecases.views import purchase_view


class PlanChoice:
    def __init__(
        self, *, stores: Stores, uow: UnitOfWork, clock: Clock, promises: Promises
    ) -> None:
        self._stores, self._uow, self._clock = stores, uow, clock
        self._promises = promises

    def choose(self, request: wire.ChoosePurchasePlan, ctx: Context) -> wire.Purchase:
        """The payer names another plan, until an order is open.

        A quote for the former plan buys nothing any more.
        """
        purchase = self._stores.purchases.require(request["purchase_id"])
        require_own(ctx, contract.CHOOSE_PURCHASE_PLAN.who, purchase["payer_id"], "purchase")
        purchases.require_of_a_plan(purchase)
        chosen = {"plan_id": request["plan_id"]}
        if is_made(purchase, request["expected_version"], chosen):
            return purchase_view(purchase)
        plan = self._stores.plans.get(request["plan_id"], community_id=purchase["community_id"])
        if plan is None or is_free(plan) or not is_on_sale(plan):
            raise DomainError(PLAN_NOT_ON_SALE, plan_id=request["plan_id"])
        self._promises.make_for(plan, purchase)

        def work(tx: Transaction) -> wire.Purchase:
            before = self._stores.purchases.require(purchase["_id"], tx=tx)
            check_version(before, request["expected_version"])
            purchases.require_payable(before, tx.now)
            purchases.require_without_order(before)
            return purchase_view(self._save(tx, before, plan))

        return self._uow.run(ctx, work)

    def with_plan(self, purchase: Purchase, ctx: Context) -> Purchase:
        """The purchase; one that names no plan gets the only one on sale.

        Raises DomainError(NO_PLAN) while there is none, PLAN_TO_BE_NAMED while there are several.
        """
        if purchase["plan_id"] is not None or purchases.has_lines(purchase):
            return purchase
        plan = self.only_one(purchase["community_id"])
        if plan is None:
            raise DomainError(NO_PLAN)
        self._promises.make_for(plan, purchase)

        def work(tx: Transaction) -> Purchase:
            before = self._stores.purchases.require(purchase["_id"], tx=tx)
            if before["plan_id"] is not None:  # chosen in the same moment
                return before
            return self._save(tx, before, plan)

        return self._uow.run(ctx.without_key_or_message(), work)

    def only_one(self, community_id: str) -> Plan | None:
        """The plan that whoever names none pays for; None without, PLAN_TO_BE_NAMED of several."""
        paid = [plan for plan in self._stores.plans.on_sale(community_id) if not is_free(plan)]
        if len(paid) > 1:
            raise DomainError(
                PLAN_TO_BE_NAMED,
                plan_ids=[plan["_id"] for plan in paid],
                plan_names=[plan["name"] for plan in paid],
            )
        return next(iter(paid), None)

    def _save(self, tx: Transaction, before: Purchase, plan: Plan) -> Purchase:
        after = self._stores.purchases.save(tx, {**before, "plan_id": plan["_id"]})
        tx.audit("choose_plan", before, after, plan=plan["_id"])
        return after
