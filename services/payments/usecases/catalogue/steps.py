"""Steps of ladders that closed, told to who reads public events."""

from functools import partial

from chassis.job_items import act_on_due
from chassis.jobs import JobRun
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.types import payments as wire
from services.payments.domain.catalogue.ladder import ladder_of
from services.payments.store import Stores


class StepUseCases:
    def __init__(self, *, stores: Stores, uow: UnitOfWork) -> None:
        self._plans, self._steps, self._uow = stores.plans, stores.ladder_steps, uow

    def tell(self, run: JobRun) -> None:
        """The job: each rise of a public price is told once."""

        def tell(counter: Document) -> None:
            self._uow.run(run.ctx, partial(self._tell, plan_id=counter["plan_id"]))

        act_on_due(run, self._steps.untold, tell)

    def _tell(self, tx: Transaction, plan_id: str) -> None:
        closed = self._steps.take_untold(tx, plan_id)
        plan = self._plans.terms(plan_id)
        ladder = ladder_of(plan)
        assert ladder is not None  # it has steps
        reached = self._steps.lowest_unclosed_at(plan_id, tx.now)
        passed = [step for step in closed if step < reached]
        price = ladder.price_at(reached)
        if not passed or price == ladder.price_at(min(passed)):
            return  # told with another one, a lower one has places again, or the cap was reached
        facts: wire.LadderStepReached = {
            "plan_id": plan["_id"],
            "community_id": plan["community_id"],
            "step": reached,
            "price": price.as_dict(),
        }
        tx.emit(contract.LADDER_STEP_REACHED, {"_id": plan["_id"], "version": reached}, facts)
