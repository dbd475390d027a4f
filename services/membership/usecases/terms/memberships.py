"""Memberships: reading them, counting them, and starting a renewal."""

from chassis.access import require_own
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.membership import (
    GET_MEMBERSHIP,
    GET_MEMBERSHIP_COUNTS,
    LIST_MEMBERSHIPS,
    RENEWAL_STARTED,
    START_RENEWAL,
)
from contracts.states.membership import APPLICATION_STATES, MEMBERSHIP_STATES
from contracts.types import membership as wire
from services.membership.domain.communities.communities import FixedCommunity
from services.membership.domain.terms import memberships as domain
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.store import Stores
from services.membership.store.terms.memberships import NamedMembership
from services.membership.usecases.access import Access
from services.membership.usecases.identity.people import name_of
from services.membership.usecases.terms.views import membership_view


class MembershipUseCases:
    """States are those of today, computed from dates, whether or not a sweep has run."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, clock: Clock, access: Access) -> None:
        self._memberships = stores.memberships
        self._communities = stores.communities
        self._counts = stores.counts
        self._uow = uow
        self._clock = clock
        self._access = access

    def get(self, request: wire.MembershipRef, ctx: Context) -> wire.Membership:
        """A membership, for its person and the community's staff."""
        membership, caller = self._access.read(ctx, self._memberships, request["membership_id"])
        who, noun = GET_MEMBERSHIP.who, self._memberships.noun
        caller.require_may_see(who, noun, about=membership["person_id"])
        return self._view(membership)

    def list_mine(self, request: wire.PageRequest, ctx: Context) -> wire.MyMemberships:
        """The caller's memberships, newest first."""
        page = self._memberships.of_person(
            ctx.require_person(), after=request["after"], limit=request["limit"]
        )
        return page.answer(self._view)

    def list_of_community(self, request: wire.ListMemberships, ctx: Context) -> wire.Memberships:
        """The memberships of a community by id, for its staff."""
        community = self._communities.fixed(request["community_id"])
        self._access.require(ctx, LIST_MEMBERSHIPS.who, community["_id"])
        page = self._memberships.of_community(
            community["_id"],
            request["state"],
            self._today(community),
            after=request["after"],
            limit=request["limit"],
        )
        return page.answer(self._listed_view)

    def count(self, request: wire.CommunityRef, ctx: Context) -> wire.MembershipCounts:
        """How many people of a community are in each state."""
        community = self._communities.fixed(request["community_id"])
        self._access.require(ctx, GET_MEMBERSHIP_COUNTS.who, community["_id"])
        today = self._today(community)
        counts, next_number = self._counts.read(community["_id"], today)
        memberships, applications = counts.memberships, counts.applications
        return {
            "community_id": community["_id"],
            "counted_on": today,
            "memberships": {state: memberships.get(state, 0) for state in MEMBERSHIP_STATES},
            "applications": {state: applications.get(state, 0) for state in APPLICATION_STATES},
            "next_number": next_number,
        }

    def start_renewal(self, request: wire.MembershipRef, ctx: Context) -> wire.Membership:
        """Puts the next term up for payment; the same one until it is paid."""

        def work(tx: Transaction) -> wire.Membership:
            before = self._require_own(tx, request["membership_id"], ctx)
            policy = self._communities.fixed(before["community_id"])["policy"]
            today = day_in(before["zone"], tx.now)
            if domain.renewal_is_open(before, today, policy):
                return membership_view(before, today)
            after = self._memberships.save(
                tx, domain.start_renewal(before, new_id("trm"), today, policy)
            )
            term = domain.awaiting_term(after)
            assert term is not None
            assert term["pay_by"] is not None
            facts: wire.RenewalFacts = {
                "membership_id": after["_id"],
                "community_id": after["community_id"],
                "person_id": after["person_id"],
                "term_id": term["id"],
                "pay_by": term["pay_by"],
            }
            tx.emit(RENEWAL_STARTED, after, facts)
            tx.audit("start_renewal", before, after)
            return membership_view(after, today)

        return self._uow.run(ctx, work)

    def _require_own(self, tx: Transaction, membership_id: str, ctx: Context) -> Membership:
        membership = self._memberships.require(membership_id, tx=tx)
        require_own(ctx, START_RENEWAL.who, membership["person_id"], self._memberships.noun)
        return membership

    def _today(self, community: FixedCommunity) -> str:
        return self._clock.today(community["zone"]).isoformat()

    def _listed_view(self, membership: NamedMembership) -> wire.ListedMembership:
        name = name_of(membership["person"][0]) if domain.came_here(membership) else None
        return {**self._view(membership), "display_name": name}

    def _view(self, membership: Membership) -> wire.Membership:
        return membership_view(membership, day_in(membership["zone"], self._clock.now()))
