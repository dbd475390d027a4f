"""What time brings to applications: reminders of the payment and lapses, and the end of what is
kept of those that came to nothing."""

from chassis.context import Context
from chassis.job_items import act_on_due
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts.membership import APPLICATION_LAPSED, PAYMENT_REMINDER_DUE
from services.membership.domain.vetting import applications as domain
from services.membership.store import Stores
from services.membership.usecases.terms.withdrawals import Withdrawals
from services.membership.usecases.vetting.answer_files import AnswerFiles
from services.membership.usecases.vetting.views import application_facts


class ApplicationDeadlineUseCases:
    """The job `advance_applications`."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, withdrawals: Withdrawals) -> None:
        self._applications = stores.applications
        self._notes = stores.notes
        self._uow = uow
        self._withdrawals = withdrawals
        self._files = AnswerFiles(stores=stores)

    def advance(self, run: JobRun) -> None:
        """Reminds approved applicants of their payment, lapses what was not paid in time, ends
        drafts that lie, and forgets what was written in those that ended long ago."""
        act_on_due(
            run,
            lambda most: self._applications.due(run.now, most),
            lambda application: self._advance(application["_id"], run.ctx),
            soonest=self._applications.soonest_due,
        )

    def _advance(self, application_id: str, ctx: Context) -> None:
        def work(tx: Transaction) -> None:
            before = self._applications.require(application_id, tx=tx)
            step = domain.step_due(before, tx.now)
            if step == "lapse":
                after = self._applications.save(tx, domain.lapse(before, tx.now))
                self._withdrawals.cancel(tx, after, "application_lapsed", lapsed=True)
                tx.emit(APPLICATION_LAPSED, after, application_facts(after))
            elif step == "remind":
                after = self._applications.save(tx, domain.remind(before, tx.now))
                facts = {**application_facts(after), "pay_by": after["pay_by"]}
                tx.emit(PAYMENT_REMINDER_DUE, after, facts)
            elif step == "expire":
                after = self._applications.save(tx, domain.expire(before, tx.now))
            elif step == "forget":
                self._files.free(tx, before)
                after = self._applications.save(tx, domain.forget(before))
                self._notes.forget(tx, after)
            else:
                return  # paid or withdrawn since it was listed
            tx.audit(f"{step}_application", before, after)

        self._uow.run(ctx, work)
