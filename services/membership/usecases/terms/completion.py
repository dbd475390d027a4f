"""What standings lack that processes of the version before stored, which go on during a release."""

from chassis.aggregates import Page
from chassis.job_items import act_on_each
from chassis.jobs import JobRun, night_of
from chassis.uow import Transaction, UnitOfWork
from services.membership.domain.terms import standings as domain
from services.membership.domain.terms.standings import Standing
from services.membership.store import Stores
from services.membership.usecases.terms.standings import store_standing

BATCH = 200


class CompletionUseCases:
    """The job `complete_standings`: when a process of this version leads for the first time, and
    then once a night, for what old ones stored until they were gone."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork) -> None:
        self._standings, self._memberships = stores.standings, stores.memberships
        self._uow = uow

    def complete(self, run: JobRun) -> None:
        night = night_of(run.now)
        if run.cursor == night:
            return
        after = None
        while not run.should_stop:
            page: Page[Standing] = self._standings.page({}, after=after, limit=BATCH)
            held = self._memberships.of_standings(page.items)
            lacking = [
                one for one in page.items if domain.completed(one, held[one["_id"]]) is not one
            ]
            act_on_each(run, lacking, lambda one: self._complete(one, run))
            after = page.next
            if after is None:
                run.save_cursor(night)
                return

    def _complete(self, standing: Standing, run: JobRun) -> None:
        def work(tx: Transaction) -> None:
            before = self._standings.require(standing["_id"], tx=tx)
            held = self._memberships.of_standings([before], tx=tx)
            after = domain.completed(before, held[before["_id"]])
            if after is not before:
                stored = store_standing(tx, self._standings, after)
                tx.audit("complete_standing", before, stored, kind="standing")

        self._uow.run(run.ctx, work)
