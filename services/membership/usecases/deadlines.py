"""What time brings: reminders, lapses, grace and expiry; leased jobs in bounded batches.

A pass works until nothing is due. Each thing is told once, because telling it and noting that it
was told are one unit of work.
"""

from collections.abc import Callable

import structlog

from chassis.context import Context
from chassis.job_items import each_due
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts.membership import (
    APPLICATION_LAPSED,
    ENTERED_GRACE,
    EXPIRED,
    PAYMENT_REMINDER_DUE,
    TERM_ENDING,
)
from services.membership.domain import applications as application_rules
from services.membership.domain import memberships as membership_rules
from services.membership.domain.memberships import Membership, Step
from services.membership.domain.terms import day_in
from services.membership.store.applications import Applications
from services.membership.store.memberships import Memberships
from services.membership.usecases.unpaid import UnpaidMemberships
from services.membership.usecases.views import application_facts, membership_facts

log = structlog.get_logger()

BATCH = 100


class DeadlineUseCases:
    """The jobs `advance_applications` and `advance_memberships`."""

    def __init__(
        self,
        *,
        applications: Applications,
        memberships: Memberships,
        unpaid: UnpaidMemberships,
        uow: UnitOfWork,
    ) -> None:
        self._applications = applications
        self._memberships = memberships
        self._unpaid = unpaid
        self._uow = uow

    def advance_applications(self, run: JobRun) -> None:
        """Reminds approved applicants of their payment, and lapses what was not paid in time."""
        each_due(
            run,
            lambda most: self._applications.due(run.now, most),
            lambda application: self._advance_application(application["_id"], run.ctx),
            soonest=self._applications.soonest_due,
        )

    def advance_memberships(self, run: JobRun) -> None:
        """Reminds of ending terms, and tells of grace and expiry.

        Once one of a batch makes it fail, the pass goes on with one membership at a time.
        """
        try:
            while (due := self._memberships.soonest_due()) is not None and due <= run.now:
                if run.should_stop:
                    return
                self._advance(run.ctx, lambda tx: self._memberships.due(tx.now, BATCH, tx=tx))
            run.next_due(due)
        except Exception as problem:
            log.warning("membership_batch_failed", error=repr(problem))
            each_due(
                run,
                lambda most: self._memberships.due(run.now, most),
                lambda due: self._advance(
                    run.ctx, lambda tx: [self._memberships.require(due["_id"], tx=tx)]
                ),
                soonest=self._memberships.soonest_due,
            )

    def _advance_application(self, application_id: str, ctx: Context) -> None:
        def work(tx: Transaction) -> None:
            before = self._applications.require(application_id, tx=tx)
            step = application_rules.step_due(before, tx.now)
            if step == "lapse":
                after = self._applications.save(tx, application_rules.lapse(before))
                self._unpaid.cancel(tx, after, "application_lapsed")
                tx.emit(APPLICATION_LAPSED, after, application_facts(after))
            elif step == "remind":
                after = self._applications.save(tx, application_rules.remind(before, tx.now))
                pay_by = {"pay_by": after["pay_by"]}
                tx.emit(PAYMENT_REMINDER_DUE, after, application_facts(after) | pay_by)
            else:
                return  # paid or withdrawn since it was listed
            tx.audit(f"{step}_application", before, after)

        self._uow.run(ctx, work)

    def _advance(self, ctx: Context, read: Callable[[Transaction], list[Membership]]) -> None:
        """One step of the memberships that `read` gives, in one unit of work."""

        def work(tx: Transaction) -> None:
            due = read(tx)
            steps = [
                membership_rules.advance(before, day_in(before["zone"], tx.now)) for before in due
            ]
            changed = [(before, after) for before, (after, _) in zip(due, steps, strict=True)]
            saved = self._memberships.save_many(tx, changed)
            for before, after, (_, step) in zip(due, saved, steps, strict=True):
                if step is not None:
                    self._tell_step(tx, after, step)
                    tx.audit(f"{step.kind}_membership", before, after)

        self._uow.run(ctx, work)

    def _tell_step(self, tx: Transaction, membership: Membership, step: Step) -> None:
        facts = membership_facts(membership)
        if step.kind == "remind":
            tx.emit(TERM_ENDING, membership, facts | {"days_left": step.days_left})
            return
        public = ENTERED_GRACE if step.kind == "enter_grace" else EXPIRED
        tx.emit(public, membership, facts, sequence=membership["sequence"])
