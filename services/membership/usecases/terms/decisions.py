"""Memberships that members cancel, and that owners suspend or end (rules.md §2.5, §2.7)."""

from collections.abc import Callable

from chassis.access import refused, require_own
from chassis.context import Context
from chassis.uow import Transaction, UnitOfWork
from contracts.membership import (
    CANCEL_MEMBERSHIP,
    CANCELLATION_CHOSEN,
    CANCELLED,
    END_MEMBERSHIP,
    KEEP_MEMBERSHIP,
    LIFT_SUSPENSION,
    SUSPEND_MEMBERSHIP,
    SUSPENDED,
    SUSPENSION_ENDED,
)
from contracts.records import Rpc
from contracts.states.membership import ChangeCause
from contracts.types import membership as wire
from services.membership.domain.terms import cancellations, suspensions
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.standings import with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.store import Stores
from services.membership.usecases.access import Access
from services.membership.usecases.terms.access_changes import save_and_tell_access
from services.membership.usecases.terms.standings import change_standing
from services.membership.usecases.terms.views import membership_facts, membership_view
from services.membership.usecases.terms.withdrawals import withdraw_purchases

Step = Callable[[Membership, str], Membership]
Save = Callable[[Transaction, Membership, Membership], Membership]


class DecisionUseCases:
    """Each is one unit of work: the membership, its standing, and all that is told."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, access: Access) -> None:
        self._memberships = stores.memberships
        self._standings = stores.standings
        self._uow, self._access = uow, access

    def cancel(self, request: wire.MembershipRef, ctx: Context) -> wire.Membership:
        """The member wants no more than what is paid for."""

        def save(tx: Transaction, before: Membership, cancelled: Membership) -> Membership:
            if cancelled["state"] == "cancelled":
                return self._save_over(tx, before, cancelled, "by_choice")
            after = self._memberships.save(tx, cancelled)
            tx.emit(CANCELLATION_CHOSEN, after, membership_facts(before, after))
            return after

        step = cancellations.cancel_at_end
        return self._change(CANCEL_MEMBERSHIP, request["membership_id"], step, save, ctx)

    def keep(self, request: wire.MembershipRef, ctx: Context) -> wire.Membership:
        """The member takes that back."""

        def save(tx: Transaction, before: Membership, kept: Membership) -> Membership:
            return self._memberships.save(tx, kept)

        step = cancellations.keep
        return self._change(KEEP_MEMBERSHIP, request["membership_id"], step, save, ctx)

    def suspend(self, request: wire.SuspendMembership, ctx: Context) -> wire.Membership:
        """An owner keeps the member out; for good, and nothing is for sale to them any more."""
        until = request["until"]

        def step(before: Membership, today: str) -> Membership:
            return suspensions.suspend(before, until, request["reason"], today)

        def save(tx: Transaction, before: Membership, suspended: Membership) -> Membership:
            after = save_and_tell_access(tx, self._memberships, before, suspended, "suspended")
            facts: wire.SuspendedFacts = {**membership_facts(before, after), "until": until}
            tx.emit(SUSPENDED, after, facts)
            withdraw_purchases(tx, before, after, "suspended")
            return after

        return self._change(SUSPEND_MEMBERSHIP, request["membership_id"], step, save, ctx)

    def lift(self, request: wire.MembershipRef, ctx: Context) -> wire.Membership:
        """An owner lets the member in again."""

        def save(tx: Transaction, before: Membership, lifted: Membership) -> Membership:
            after = save_and_tell_access(tx, self._memberships, before, lifted, "suspension_over")
            tx.emit(SUSPENSION_ENDED, after, membership_facts(before, after))
            return after

        step = suspensions.lift
        return self._change(LIFT_SUSPENSION, request["membership_id"], step, save, ctx)

    def end(self, request: wire.EndMembership, ctx: Context) -> wire.Membership:
        """The community ends it today."""

        def step(before: Membership, today: str) -> Membership:
            return cancellations.end(before, request["reason"], today)

        def save(tx: Transaction, before: Membership, ended: Membership) -> Membership:
            after = self._save_over(tx, before, ended, "by_staff")
            withdraw_purchases(tx, before, after, "membership_cancelled")
            return after

        return self._change(END_MEMBERSHIP, request["membership_id"], step, save, ctx)

    def _change(
        self, rpc: Rpc, membership_id: str, step: Step, save: Save, ctx: Context
    ) -> wire.Membership:
        def work(tx: Transaction) -> wire.Membership:
            before = self._require(tx, rpc, membership_id, ctx)
            today = day_in(before["zone"], tx.now)
            after = save(tx, before, step(before, today))
            change_standing(
                tx,
                self._standings,
                after["community_id"],
                after["person_id"],
                after["zone"],
                lambda standing: with_membership(standing, after),
            )
            tx.audit(rpc.name, before, after)
            return membership_view(after, today)

        return self._uow.run(ctx, work)

    def _require(self, tx: Transaction, rpc: Rpc, membership_id: str, ctx: Context) -> Membership:
        """The membership; what owners decide they never decide of their own."""
        noun = self._memberships.noun
        if not rpc.who.roles:
            own = self._memberships.require(membership_id, tx=tx)
            require_own(ctx, rpc.who, own["person_id"], noun)
            return own
        found, caller = self._access.read(ctx, self._memberships, membership_id, tx=tx)
        caller.require_may_see(rpc.who, noun)
        if found["person_id"] == ctx.actor.person_id:
            raise refused(rpc.who)
        return found

    def _save_over(
        self, tx: Transaction, before: Membership, ended: Membership, cause: ChangeCause
    ) -> Membership:
        after = self._memberships.save(tx, {**ended, "sequence": before["sequence"] + 1})
        facts = membership_facts(before, after, cause)
        tx.emit(CANCELLED, after, facts, sequence=after["sequence"])
        return after
