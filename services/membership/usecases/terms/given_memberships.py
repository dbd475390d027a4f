"""Memberships that a community gives to who has none (rules.md §2.1)."""

from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import DomainError
from contracts.errors.membership import (
    APPLICATION_WRONG_STATE,
    JOINING_NOT_POSSIBLE,
    ON_BLOCK_LIST,
)
from contracts.membership import ACTIVATED, GIVE_MEMBERSHIP
from contracts.types import membership as wire
from services.membership.domain.communities.communities import Community
from services.membership.domain.identity.people import Person, found_by
from services.membership.domain.terms import memberships
from services.membership.domain.terms.beginnings import await_first_payment
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.paid_terms import begin_given
from services.membership.domain.terms.plans import Plan, chosen
from services.membership.domain.terms.standings import with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.store import Stores
from services.membership.usecases.access import Access
from services.membership.usecases.identity.people import PersonUseCases
from services.membership.usecases.terms.access_changes import save_and_tell_access
from services.membership.usecases.terms.plans import PlanUseCases
from services.membership.usecases.terms.standings import change_standing
from services.membership.usecases.terms.views import membership_facts, membership_view
from services.membership.usecases.vetting.screening import Screener


class GivenMembershipUseCases:
    """Owners give them by address, to themselves, too; nobody is vetted."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        access: Access,
        people: PersonUseCases,
        plans: PlanUseCases,
        screener: Screener,
    ) -> None:
        self._applications, self._communities = stores.applications, stores.communities
        self._memberships, self._standings = stores.memberships, stores.standings
        self._person_store, self._sold = stores.people, stores.plans
        self._screenings = stores.screenings
        self._uow, self._access, self._people = uow, access, people
        self._plans, self._screener = plans, screener

    def give(self, request: wire.GiveMembership, ctx: Context) -> wire.Membership:
        """A membership of the person behind an address, whose comped term begins today."""
        community = self._communities.require(request["community_id"])
        self._access.require(ctx, GIVE_MEMBERSHIP.who, community["_id"])
        self._plans.make_known(request["plan_id"], ctx)
        plan = chosen(self._sold.on_sale(community["_id"]), request["plan_id"])
        assert plan is not None  # it is named
        email, reason = request["email"], request["reason"]

        def work(tx: Transaction, person: Person) -> wire.Membership:
            # Whoever else puts this person somewhere, or bans them, does so before or after.
            person = self._person_store.mentioned(tx, person["_id"])
            former = self._former(tx, community, person["_id"])
            return self._give(tx, community, person, former, plan, reason)

        known = self._people.by_address(email)
        return self._people.unit_with(known, email, community["locale"], ctx, work)

    def _former(self, tx: Transaction, community: Community, person_id: str) -> Membership | None:
        """What the person had there and cannot renew any more.

        Raises what keeps them from being given a membership: one that they have, a live
        application, or the block list.
        """
        today = day_in(community["zone"], tx.now)
        held = self._memberships.live_of_people(tx, community["_id"], [person_id]).get(person_id)
        if held is not None and (
            memberships.is_suspended(held, today)
            or memberships.blocks_application(held, today, community["policy"])
        ):
            raise memberships.wrong_state(held, today)
        live = self._applications.live_of(community["_id"], person_id, tx=tx)
        if live is not None:
            raise DomainError(APPLICATION_WRONG_STATE, current_state=live["state"])
        applying = self._screenings.applying(community["_id"], [person_id], tx=tx)
        try:
            self._screener.require_possible(community["_id"], person_id, applying, tx=tx)
        except DomainError as refusal:
            if refusal.error is not JOINING_NOT_POSSIBLE:
                raise
            raise DomainError(ON_BLOCK_LIST) from None
        return held

    def _give(
        self,
        tx: Transaction,
        community: Community,
        person: Person,
        former: Membership | None,
        plan: Plan,
        reason: str,
    ) -> wire.Membership:
        today, zone = day_in(community["zone"], tx.now), community["zone"]
        if former is not None:
            retired = memberships.retire(former, today)
            save_and_tell_access(tx, self._memberships, former, retired)
        opened = await_first_payment(
            id=new_id("mbr"),
            community_id=community["_id"],
            person_id=person["_id"],
            zone=zone,
            term_id=(term_id := new_id("trm")),
            number=None if former is None else former["number"],
            application_id=None,
            plan_id=plan["_id"],
            pay_by=None,
        )
        given = begin_given(opened, term_id, plan, reason, today, community["policy"])
        named: Membership = {**given, "sequence": 1, "name_keys": found_by(person) or []}
        stored = self._memberships.insert(tx, named)
        change_standing(
            tx,
            self._standings,
            community["_id"],
            person["_id"],
            zone,
            lambda standing: with_membership(standing, stored),
        )
        facts: wire.ActivatedFacts = {**membership_facts(None, stored), "after_lapse": False}
        tx.emit(ACTIVATED, stored, facts, sequence=stored["sequence"])
        tx.audit(GIVE_MEMBERSHIP.name, None, stored, plan=plan["_id"])
        return membership_view(stored, today)
