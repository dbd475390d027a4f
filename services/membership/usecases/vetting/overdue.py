"""Reminders of decisions that are overdue, to who reviews: one a day and community."""

from chassis.context import Context
from chassis.job_items import act_on_each
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts.lists import MOST_COUNTED
from contracts.membership import REVIEWS_OVERDUE
from contracts.types import membership as wire
from services.membership.domain.communities.communities import Community
from services.membership.domain.vetting.overdue import reminder_day
from services.membership.store import Stores

BATCH = 500  # communities in a pass


class OverdueUseCases:
    """The job `remind_reviewers`."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork) -> None:
        self._applications, self._communities = stores.applications, stores.communities
        self._uow = uow

    def remind(self, run: JobRun) -> None:
        """Goes from one community with overdue decisions to the next, and on from there in the
        next pass; whoever was reminded today is passed over."""
        after = run.cursor
        for _ in range(BATCH):
            if run.should_stop:
                break
            found = self._applications.next_overdue(run.now, after)
            if found is None:
                after = None
                break
            after = found["_id"]
            if reminder_day(run.now, found["zone"], found.get("reminded_on")) is not None:
                act_on_each(run, [found], lambda one: self._remind(one, run.ctx))
        if after != run.cursor:
            run.save_cursor(after)

    def _remind(self, community: Community, ctx: Context) -> None:
        def work(tx: Transaction) -> None:
            stored = self._communities.require(community["_id"], tx=tx)
            day = reminder_day(tx.now, stored["zone"], stored.get("reminded_on"))
            if day is None:
                return  # another process was quicker
            overdue = self._applications.count_overdue(stored["_id"], tx.now, MOST_COUNTED, tx=tx)
            if not overdue:
                return  # decided since it was looked at
            self._communities.note_reminded(tx, stored["_id"], day)
            facts: wire.ReviewsOverdue = {
                "community_id": stored["_id"],
                "overdue": overdue,
                "day": day,
            }
            tx.emit(REVIEWS_OVERDUE, stored, facts)

        self._uow.run(ctx, work)
