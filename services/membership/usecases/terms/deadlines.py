"""What time brings to memberships: reminders, grace and expiry, in bounded batches.

A pass works until nothing is due. Each thing is announced once, because announcing it and noting
that are one unit of work.
"""

from collections.abc import Callable

import structlog

from chassis.context import Context
from chassis.job_items import act_on_due
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts.membership import (
    ACCESS_GAINED,
    CANCELLED,
    ENTERED_GRACE,
    EXPIRED,
    RESUMED,
    SUSPENSION_ENDED,
    TERM_ENDING,
)
from contracts.records import Event
from contracts.types.membership import TermEnding
from services.membership.domain.terms import memberships as domain
from services.membership.domain.terms.memberships import KEPT_OUT, Membership, Step
from services.membership.domain.terms.standings import with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.store import Stores
from services.membership.usecases.terms.standings import change_standing
from services.membership.usecases.terms.term_dates import tell_dates
from services.membership.usecases.terms.views import membership_facts

log = structlog.get_logger()

BATCH = 100
# What is told in public of a state that time turned to.
TOLD_OF: dict[str, Event] = {
    "active": ACCESS_GAINED,
    "grace": ENTERED_GRACE,
    "expired": EXPIRED,
    "cancelled": CANCELLED,
}


class MembershipDeadlineUseCases:
    """The job `advance_memberships`."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork) -> None:
        self._memberships = stores.memberships
        self._standings = stores.standings
        self._uow = uow

    def advance(self, run: JobRun) -> None:
        """Reminds of ending terms, and announces grace and expiry.

        Once one of a batch makes it fail, the pass goes on with one membership at a time.
        """
        try:
            while (due := self._memberships.soonest_due()) is not None and due <= run.now:
                if run.should_stop:
                    return
                self._advance(run.ctx, lambda tx: self._memberships.due(tx.now, BATCH, tx=tx))
            run.next_due(due)
        except Exception as problem:
            log.warning("membership_batch_failed", error=problem)
            act_on_due(
                run,
                lambda most: self._memberships.due(run.now, most),
                lambda due: self._advance(
                    run.ctx, lambda tx: [self._memberships.require(due["_id"], tx=tx)]
                ),
                soonest=self._memberships.soonest_due,
            )

    def _advance(self, ctx: Context, read: Callable[[Transaction], list[Membership]]) -> None:
        """One step of the memberships that `read` gives, in one unit of work."""

        def work(tx: Transaction) -> None:
            due = read(tx)
            steps = [domain.advance(before, day_in(before["zone"], tx.now)) for before in due]
            changed = [(before, after) for before, (after, _) in zip(due, steps, strict=True)]
            saved = self._memberships.save_many(tx, changed)
            for before, after, (_, step) in zip(due, saved, steps, strict=True):
                if step is not None:
                    self._emit_step(tx, before, after, step)
                    if step.kind in ("end_cancelled", "end_suspension", "end_pause"):
                        self._change_standing(tx, after)
                    tell_dates(tx, before, after)
                    tx.audit(f"{step.kind}_membership", before, after)

        self._uow.run(ctx, work)

    def _emit_step(
        self, tx: Transaction, before: Membership, membership: Membership, step: Step
    ) -> None:
        facts = membership_facts(before, membership)
        if step.kind == "remind":
            ending: TermEnding = {**facts, "days_left": step.days_left}
            tx.emit(TERM_ENDING, membership, ending)
            return
        if step.kind == "end_suspension":
            tx.emit(SUSPENSION_ENDED, membership, facts)
            facts = membership_facts(before, membership, "suspension_over")
        elif step.kind == "end_pause":
            tx.emit(RESUMED, membership, facts)
            facts = membership_facts(before, membership, "pause_over")
        elif step.kind == "end_cancelled":
            facts = membership_facts(before, membership, "by_choice")
        if membership["state"] in KEPT_OUT:
            return
        tx.emit(TOLD_OF[membership["state"]], membership, facts, sequence=membership["sequence"])

    def _change_standing(self, tx: Transaction, membership: Membership) -> None:
        """Neighbours compute the other steps from dates; these say what the dates do not."""
        change_standing(
            tx,
            self._standings,
            membership["community_id"],
            membership["person_id"],
            membership["zone"],
            lambda standing: with_membership(standing, membership),
        )
