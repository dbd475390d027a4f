"""Rounds of review that wait for staff: what roles and companies make of them (rules.md §1.3)."""

from collections.abc import Sequence

from chassis.context import Context
from chassis.job_items import act_on_each
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from services.membership.domain.vetting import reviews
from services.membership.domain.vetting.applications import Application
from services.membership.store import Stores
from services.membership.store.communities.communities import joined_policy, take_joined_policy
from services.membership.store.terms.standings import joined_reviewers, take_joined_reviewers
from services.membership.usecases.vetting.decisions import Decisions

BATCH = 500  # of what waits, in a pass
SETTLE = "settle_application"


class RoundUseCases:
    """The job `settle_applications`."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, decisions: Decisions) -> None:
        self._applications = stores.applications
        self._standings = stores.standings
        self._uow = uow
        self._decisions = decisions

    def settle(self, run: JobRun) -> None:
        """Asks an owner where those who could still judge are gone, and nobody where they came;
        a batch of what waits each time, so that a pass costs the same however many wait."""
        page = self._applications.waiting(joined_policy(), after=run.cursor, limit=BATCH)
        if page.items:
            self._settle_those_due(page.items, run)
        if page.next != run.cursor:
            run.save_cursor(page.next)

    def _settle_those_due(self, waiting: Sequence[Application], run: JobRun) -> None:
        staff = self._standings.reviewers({one["community_id"] for one in waiting})

        def is_due(one: Application) -> bool:
            policy = take_joined_policy(one)
            panel = self._decisions.panel(one, staff[one["community_id"]])
            return reviews.settle(one, panel, run.now, policy) != one

        due = [one for one in waiting if is_due(one)]
        act_on_each(run, due, lambda one: self._settle(one["_id"], run.ctx))

    def _settle(self, application_id: str, ctx: Context) -> None:
        joined = [*joined_policy(), joined_reviewers()]

        def work(tx: Transaction) -> None:
            before = self._applications.require(application_id, tx=tx, joined=joined)
            policy, staff = take_joined_policy(before), take_joined_reviewers(before)
            panel = self._decisions.panel(before, staff)
            after = self._decisions.settle(tx, before, before, policy, panel)
            if after is not before:
                tx.audit(SETTLE, before, after)

        self._uow.run(ctx, work)
