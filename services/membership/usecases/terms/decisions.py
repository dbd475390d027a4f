"""Memberships that members cancel or pause, and that owners suspend or end (rules.md §2.5, §2.7,
§2.8)."""

from collections.abc import Callable, Sequence

from chassis.access import refused, require_own
from chassis.context import Context
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.membership import (
    CANCEL_MEMBERSHIP,
    CANCELLATION_CHOSEN,
    CANCELLED,
    END_MEMBERSHIP,
    KEEP_MEMBERSHIP,
    LIFT_SUSPENSION,
    PAUSE_MEMBERSHIP,
    PAUSED,
    RESUME_MEMBERSHIP,
    RESUMED,
    SUSPEND_MEMBERSHIP,
)
from contracts.records import Rpc
from contracts.states.membership import ChangeCause
from contracts.types import membership as wire
from services.membership.domain.terms import cancellations, pauses, suspensions
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.standings import with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.store import Stores
from services.membership.store.communities.communities import joined_policy, take_joined_policy
from services.membership.usecases.access import Access
from services.membership.usecases.terms.access_changes import save_and_tell_access
from services.membership.usecases.terms.standings import change_standing
from services.membership.usecases.terms.suspensions import save_lifted, save_suspended
from services.membership.usecases.terms.term_dates import tell_dates
from services.membership.usecases.terms.views import membership_facts, membership_view
from services.membership.usecases.terms.withdrawals import extend_purchases, withdraw_purchases

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

    def pause(self, request: wire.MembershipRef, ctx: Context) -> wire.Membership:
        """The member, or an owner for them, puts the term aside."""

        def step(before: Membership, today: str) -> Membership:
            return pauses.pause(before, take_joined_policy(before), today)

        def save(tx: Transaction, before: Membership, paused: Membership) -> Membership:
            after = save_and_tell_access(tx, self._memberships, before, paused, "paused")
            through = after["pause"]["through"]
            facts: wire.PausedFacts = {**membership_facts(before, after), "through": through}
            tx.emit(PAUSED, after, facts)
            extend_purchases(tx, before, after)
            return after

        joined = joined_policy()
        return self._change(PAUSE_MEMBERSHIP, request["membership_id"], step, save, ctx, joined)

    def resume(self, request: wire.MembershipRef, ctx: Context) -> wire.Membership:
        """The pause is over before its days are used up."""

        def save(tx: Transaction, before: Membership, resumed: Membership) -> Membership:
            after = save_and_tell_access(tx, self._memberships, before, resumed, "pause_over")
            tx.emit(RESUMED, after, membership_facts(before, after))
            return after

        step = pauses.resume
        return self._change(RESUME_MEMBERSHIP, request["membership_id"], step, save, ctx)

    def suspend(self, request: wire.SuspendMembership, ctx: Context) -> wire.Membership:
        """An owner keeps the member out; for good, and nothing is for sale to them any more."""
        until = request["until"]

        def step(before: Membership, today: str) -> Membership:
            return suspensions.suspend(before, until, request["reason"], today)

        def save(tx: Transaction, before: Membership, suspended: Membership) -> Membership:
            return save_suspended(tx, self._memberships, before, suspended)

        return self._change(SUSPEND_MEMBERSHIP, request["membership_id"], step, save, ctx)

    def lift(self, request: wire.MembershipRef, ctx: Context) -> wire.Membership:
        """An owner lets the member in again."""

        def save(tx: Transaction, before: Membership, lifted: Membership) -> Membership:
            return save_lifted(tx, self._memberships, before, lifted)

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
        self,
        rpc: Rpc,
        membership_id: str,
        step: Step,
        save: Save,
        ctx: Context,
        joined: Sequence[Document] = (),
    ) -> wire.Membership:
        def work(tx: Transaction) -> wire.Membership:
            before = self._require(tx, rpc, membership_id, ctx, joined)
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
            tell_dates(tx, before, after)
            tx.audit(rpc.name, before, after)
            return membership_view(after, today)

        return self._uow.run(ctx, work)

    def _require(
        self,
        tx: Transaction,
        rpc: Rpc,
        membership_id: str,
        ctx: Context,
        joined: Sequence[Document],
    ) -> Membership:
        """The membership; what only owners decide they never decide of their own."""
        noun = self._memberships.noun
        if not rpc.who.roles:
            own = self._memberships.require(membership_id, tx=tx)
            require_own(ctx, rpc.who, own["person_id"], noun)
            return own
        found, caller = self._access.read(
            ctx, self._memberships, membership_id, joined=joined, tx=tx
        )
        about = found["person_id"] if rpc.who.person else None
        caller.require_may_see(rpc.who, noun, about=about)
        if about is None and found["person_id"] == ctx.actor.person_id:
            raise refused(rpc.who)
        return found

    def _save_over(
        self, tx: Transaction, before: Membership, ended: Membership, cause: ChangeCause
    ) -> Membership:
        after = self._memberships.save(tx, {**ended, "sequence": before["sequence"] + 1})
        facts = membership_facts(before, after, cause)
        tx.emit(CANCELLED, after, facts, sequence=after["sequence"])
        return after
