"""Terms that a community gives to its members (rules.md §2.1)."""

from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.membership import GIVE_TERM, PLAN_CHANGED, RENEWED
from contracts.types import membership as wire
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.paid_terms import changes_plan, give
from services.membership.domain.terms.plans import chosen
from services.membership.domain.terms.standings import with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.store import Stores
from services.membership.store.communities.communities import joined_policy, take_joined_policy
from services.membership.store.terms.plans import joined_plans_on_sale, take_joined_plans
from services.membership.usecases.access import Access
from services.membership.usecases.terms.plans import PlanUseCases
from services.membership.usecases.terms.standings import change_standing
from services.membership.usecases.terms.term_dates import tell_dates
from services.membership.usecases.terms.views import membership_facts, membership_view
from services.membership.usecases.terms.withdrawals import extend_purchases


class GivenTermUseCases:
    """Owners give them, to themselves, too."""

    def __init__(
        self, *, stores: Stores, uow: UnitOfWork, access: Access, plans: PlanUseCases
    ) -> None:
        self._memberships = stores.memberships
        self._standings = stores.standings
        self._uow, self._access, self._plans = uow, access, plans

    def give(self, request: wire.GiveTerm, ctx: Context) -> wire.Membership:
        """The membership with a further term, which begins as a renewal would."""
        self._plans.make_known(request["plan_id"], ctx)
        joined = [*joined_policy(), joined_plans_on_sale()]

        def work(tx: Transaction) -> wire.Membership:
            before, caller = self._access.read(
                ctx, self._memberships, request["membership_id"], joined=joined, tx=tx
            )
            caller.require_may_see(GIVE_TERM.who, self._memberships.noun)
            policy, on_sale = take_joined_policy(before), take_joined_plans(before)
            plan = chosen(on_sale, request["plan_id"])
            assert plan is not None  # it is named
            today = day_in(before["zone"], tx.now)
            given = give(before, new_id("trm"), plan, request["reason"], today, policy)
            numbered: Membership = {**given, "sequence": before["sequence"] + 1}
            after = self._memberships.save(tx, numbered)
            change_standing(
                tx,
                self._standings,
                after["community_id"],
                after["person_id"],
                after["zone"],
                lambda standing: with_membership(standing, after),
            )
            public = PLAN_CHANGED if changes_plan(before, plan["_id"]) else RENEWED
            tx.emit(public, after, membership_facts(before, after), sequence=after["sequence"])
            tell_dates(tx, before, after)
            extend_purchases(tx, before, after)
            tx.audit(GIVE_TERM.name, before, after, plan=plan["_id"])
            return membership_view(after, today)

        return self._uow.run(ctx, work)
