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
            self._uow.run(run.ctx, partial(self._tell, counter=counter))

        act_on_due(run, self._steps.untold, tell)

    def _tell(self, tx: Transaction, counter: Document) -> None:
        plan = self._plans.terms(counter["plan_id"])
        ladder = ladder_of(plan)
        assert ladder is not None  # it has steps
        reached = self._steps.lowest_unclosed_at(plan["_id"], tx.now)
        is_last = self._steps.note_told(tx, counter, reached)
        if reached <= counter["step"] or not is_last:
            return  # a lower one has places again, or another one that closed tells of it
        price = ladder.price_at(reached)
        if price == ladder.price_at(reached - 1):
            return  # the cap
        facts: wire.LadderStepReached = {
            "plan_id": plan["_id"],
            "community_id": plan["community_id"],
            "step": reached,
            "price": price.as_dict(),
        }
        tx.emit(contract.LADDER_STEP_REACHED, {"_id": plan["_id"], "version": reached}, facts)
