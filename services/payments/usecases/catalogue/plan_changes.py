"""Plans as their owners change them: words, terms that nobody was told yet, and states."""

from chassis.access import Access
from chassis.aggregates import check_version, is_made
from chassis.context import Context
from chassis.job_items import act_on_due
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.access import Who
from contracts.states.payments import PlanState
from contracts.types import payments as wire
from services.payments.domain.catalogue import plans
from services.payments.domain.catalogue.plans import PLAN, Plan
from services.payments.store import Stores
from services.payments.usecases.catalogue.plans import check_price, describe
from services.payments.usecases.views import changed_plan_view, plan_view

_ABOUT_THE_CHANGE = {"plan_id", "simulate", "expected_version"}


class PlanChangeUseCases:
    def __init__(self, *, stores: Stores, uow: UnitOfWork, sure_access: Access) -> None:
        self._stores, self._uow, self._sure_access = stores, uow, sure_access

    def change(self, request: wire.ChangePlan, ctx: Context) -> wire.ChangedPlan:
        """Other words, or other terms while nobody was told them; `simulate` stores nothing.

        Raises DomainError(PLAN_WRONG_STATE, PLAN_SOLD, STALE_VERSION).
        """
        plan = self._require_owned(request["plan_id"], contract.CHANGE_PLAN.who, ctx)
        seen = request["expected_version"]
        asked = {name: to for name, to in request.items() if name not in _ABOUT_THE_CHANGE}
        if "base_price" in request:
            check_price(request["base_price"], plan["base_price"]["currency"])
        if "base_price" in request or "ladder" in request:
            plans.check_cap(
                request.get("base_price", plan["base_price"]), request.get("ladder", plan["ladder"])
            )
        if request["simulate"]:
            check_version(plan, seen)
            return changed_plan_view(plans.change(plan, asked), self._unaffected(plan))

        def work(tx: Transaction) -> wire.ChangedPlan:
            before = self._stores.plans.require(plan["_id"], tx=tx)
            if is_made(before, seen, asked):
                return changed_plan_view(before, None)
            check_version(before, seen)
            after = self._stores.plans.save(tx, plans.change(before, asked))
            tx.audit("change_plan", before, after)
            describe(tx, after)
            return changed_plan_view(after, None)

        return self._uow.run(ctx, work)

    def put_on_sale(self, request: wire.PlanRef, ctx: Context) -> wire.Plan:
        """Sells a draft, or a paused plan again."""
        return self._move(request, contract.PUT_PLAN_ON_SALE.who, "on_sale", ctx)

    def pause(self, request: wire.PlanRef, ctx: Context) -> wire.Plan:
        """Nothing new is sold of it for a while."""
        return self._move(request, contract.PAUSE_PLAN.who, "paused", ctx)

    def close(self, request: wire.PlanRef, ctx: Context) -> wire.Plan:
        """Nothing new is sold of it any more."""
        return self._move(request, contract.CLOSE_PLAN.who, "closed", ctx)

    def describe_of_before(self, run: JobRun) -> None:
        """The job: tells neighbours of plans that earlier versions made, once each, and gives them
        the state that they had."""

        def describe_one(plan: Plan) -> None:
            def work(tx: Transaction) -> None:
                before = self._stores.plans.require(plan["_id"], tx=tx)
                after = self._stores.plans.save(tx, before)
                tx.audit("describe_plan", None, after)
                describe(tx, after)

            self._uow.run(run.ctx, work)

        act_on_due(run, self._stores.plans.of_before, describe_one)

    def _move(self, request: wire.PlanRef, who: Who, to: PlanState, ctx: Context) -> wire.Plan:
        plan_id = self._require_owned(request["plan_id"], who, ctx)["_id"]

        def work(tx: Transaction) -> wire.Plan:
            before = self._stores.plans.require(plan_id, tx=tx)
            after = self._stores.plans.save(tx, PLAN.move(before, to))
            tx.audit(f"plan_{to}", before, after)
            describe(tx, after)
            return plan_view(after)

        return self._uow.run(ctx, work)

    def _require_owned(self, plan_id: str, who: Who, ctx: Context) -> Plan:
        """The plan; a draft is hidden from others than its owners."""
        plan = self._stores.plans.require(plan_id)
        caller = self._sure_access.caller(ctx, plan["community_id"])
        if plan["state"] == "draft":
            caller.require_may_see(who, self._stores.plans.noun)
        caller.require(who)
        return plan

    def _unaffected(self, plan: Plan) -> wire.Unaffected:
        community_id, of_it = plan["community_id"], {"plan_id": plan["_id"]}
        return {
            "purchases": self._stores.purchases.count_open(community_id, plan["_id"]),
            "quotes": self._stores.quotes.count_live(community_id, of_it),
            "orders": self._stores.orders.count_open(community_id, of_it),
        }
