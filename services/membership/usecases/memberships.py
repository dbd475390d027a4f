"""Memberships: reading them, counting them, and starting a renewal."""

from typing import Any

from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.membership import APPLICATION_STATES, MEMBERSHIP_STATES, RENEWAL_STARTED
from services.membership.domain import memberships as domain
from services.membership.domain.communities import Community
from services.membership.domain.memberships import Membership
from services.membership.domain.terms import day_in
from services.membership.store.communities import Communities
from services.membership.store.counts import Counts
from services.membership.store.memberships import Memberships
from services.membership.usecases.access import STAFF, Access, require_sight
from services.membership.usecases.views import membership_view


class MembershipUseCases:
    """States are those of today, computed from dates, whether or not a sweep has run."""

    def __init__(
        self,
        *,
        memberships: Memberships,
        communities: Communities,
        counts: Counts,
        access: Access,
        clock: Clock,
        uow: UnitOfWork,
    ) -> None:
        self._memberships = memberships
        self._communities = communities
        self._counts = counts
        self._access = access
        self._clock = clock
        self._uow = uow

    def get(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """A membership, for its person and the community's staff."""
        membership, held = self._access.read(ctx, self._memberships, request["membership_id"])
        require_sight(ctx, held, membership["person_id"], STAFF, self._memberships.noun)
        return self._view(membership)

    def page_mine(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """The caller's memberships, newest first."""
        found, following = self._memberships.of_person(
            ctx.person(), after=request["after"], limit=request["limit"]
        )
        return {"items": [self._view(one) for one in found], "next": following}

    def page(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """The memberships of a community by id, for its staff."""
        community = self._staffed(request["community_id"], ctx)
        found, following = self._memberships.of_community(
            community["_id"],
            request["state"],
            self._today(community),
            after=request["after"],
            limit=request["limit"],
        )
        return {"items": [self._view(one) for one in found], "next": following}

    def count(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """How many people of a community are in each state."""
        community = self._staffed(request["community_id"], ctx)
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

    def start_renewal(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Puts the next term up for payment; the same one until it is paid."""

        def work(tx: Transaction) -> dict[str, Any]:
            before = self._own(tx, request["membership_id"], ctx)
            policy = self._communities.fixed(before["community_id"])["policy"]
            today = day_in(before["zone"], tx.now)
            if domain.renewal_is_open(before, today, policy):
                return membership_view(before, today)
            after = self._memberships.save(
                tx, domain.start_renewal(before, new_id("trm"), today, policy)
            )
            term = domain.awaiting_term(after)
            assert term is not None
            data = {
                "membership_id": after["_id"],
                "community_id": after["community_id"],
                "person_id": after["person_id"],
                "term_id": term["id"],
                "pay_by": term["pay_by"],
            }
            tx.emit(RENEWAL_STARTED, after, data)
            tx.audit("start_renewal", before, after)
            return membership_view(after, today)

        return self._uow.run(ctx, work)

    def _own(self, tx: Transaction, membership_id: str, ctx: Context) -> Membership:
        membership = self._memberships.require(membership_id, tx=tx)
        if membership["person_id"] != ctx.person():
            raise DomainError(OBJECT_NOT_FOUND, noun=self._memberships.noun)
        return membership

    def _staffed(self, community_id: str, ctx: Context) -> Community:
        community = self._communities.fixed(community_id)
        self._access.require_role(ctx, community_id, STAFF)
        return community

    def _today(self, community: Community) -> str:
        return self._clock.today(community["zone"]).isoformat()

    def _view(self, membership: Membership) -> dict[str, Any]:
        return membership_view(membership, day_in(membership["zone"], self._clock.now()))
