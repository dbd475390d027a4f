"""Rounds of review that wait for staff: what roles and companies make of them (rules.md §1.3)."""

from chassis.context import Context
from chassis.job_items import act_on_each
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts.types.membership import Policy
from services.membership.domain.vetting import reviews
from services.membership.domain.vetting.applications import IN_QUEUE, Application
from services.membership.domain.vetting.reviews import Reviewer
from services.membership.store import Stores
from services.membership.store.communities.communities import joined_policy, take_joined_policy
from services.membership.usecases.vetting.decisions import Decisions

BATCH = 200
SETTLE = "settle_application"


class RoundUseCases:
    """The job `settle_applications`."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, decisions: Decisions) -> None:
        self._applications = stores.applications
        self._communities = stores.communities
        self._standings = stores.standings
        self._uow = uow
        self._decisions = decisions

    def settle(self, run: JobRun) -> None:
        """Asks an owner where those who could still judge are gone, and nobody where they came;
        community by community, since who judges is the same for all that wait there."""
        for row in self._communities.ids():
            policy = self._communities.require(row["_id"])["policy"]
            staff = self._standings.reviewers(row["_id"])
            after: str | None = None
            while not run.should_stop:
                page = self._applications.queue(row["_id"], IN_QUEUE, after=after, limit=BATCH)
                due = [one for one in page.items if self._is_due(one, staff, policy, run)]
                act_on_each(run, due, lambda one: self._settle(one["_id"], run.ctx))
                after = page.next
                if after is None:
                    break

    def _is_due(
        self, application: Application, staff: list[Reviewer], policy: Policy, run: JobRun
    ) -> bool:
        company = self._decisions.company_of(application)
        panel = reviews.panel_for(application, company, staff)
        return reviews.settle(application, panel, run.now, policy) != application

    def _settle(self, application_id: str, ctx: Context) -> None:
        def work(tx: Transaction) -> None:
            before = self._applications.require(application_id, tx=tx, joined=joined_policy())
            policy = take_joined_policy(before)
            panel = self._decisions.panel(before, tx)
            after = self._decisions.settle(tx, before, before, policy, panel)
            if after is not before:
                tx.audit(SETTLE, before, after)

        self._uow.run(ctx, work)
