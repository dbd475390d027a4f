"""What was done to applications, memberships, communities and roles, for their staff."""

from collections.abc import Sequence

from chassis.access import Caller, refused
from chassis.aggregates import A, AggregateStore
from chassis.context import Context
from chassis.history import History
from chassis.mongo import Document
from contracts import membership as contract
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.records import Rpc
from contracts.types import membership as wire
from services.membership.domain.terms.standings import standing_id
from services.membership.domain.vetting.applications import handed_in
from services.membership.store import Stores
from services.membership.store.terms.memberships import joined_company, take_joined_company
from services.membership.usecases.access import Access
from services.membership.usecases.vetting.readers import Reader
from services.membership.usecases.vetting.rounds import SETTLE

# Of these who is blind does not read (rules.md §1.9).
UNSEEN = (
    contract.APPROVE_APPLICATION.name,
    contract.REJECT_APPLICATION.name,
    contract.DECLARE_CONFLICT.name,
    contract.DECIDE_APPLICATION.name,
    contract.ADD_NOTE.name,
    contract.REMOVE_NOTE.name,
    SETTLE,
)
# Fields that change with an edit or a vouch only where somebody had said something.
SAID = ("verdicts", "former_rounds", "conflicts", "owner_decision")


class HistoryUseCases:
    """The histories of all aggregates that staff work with.

    Nobody reads how they were judged themselves, whatever roles they hold.
    """

    def __init__(self, *, stores: Stores, access: Access, history: History) -> None:
        self._stores, self._applications = stores, stores.applications
        self._memberships = stores.memberships
        self._communities = stores.communities
        self._access = access
        self._history = history

    def of_application(self, request: wire.GetApplicationHistory, ctx: Context) -> wire.History:
        """A page of what was done to an application, once it was handed in."""
        id, rpc = request["application_id"], contract.GET_APPLICATION_HISTORY
        joined = [joined_company(ctx.actor.person_id or "")]
        application, caller = self._of_somebody_else(self._applications, id, rpc, ctx, joined)
        if not handed_in(application):
            raise DomainError(OBJECT_NOT_FOUND, noun=self._applications.noun)
        reader = Reader(self._stores, caller, take_joined_company(application))
        is_blind = reader.is_blind(application)
        return self._history.page(id, request, without=UNSEEN * is_blind, unnamed=SAID * is_blind)

    def of_membership(self, request: wire.GetMembershipHistory, ctx: Context) -> wire.History:
        """A page of what was done to a membership."""
        id, rpc = request["membership_id"], contract.GET_MEMBERSHIP_HISTORY
        self._of_somebody_else(self._memberships, id, rpc, ctx)
        return self._history.page(id, request)

    def of_community(self, request: wire.GetCommunityHistory, ctx: Context) -> wire.History:
        """A page of what was done to a community itself."""
        id = request["community_id"]
        self._communities.fixed(id)
        self._access.require(ctx, contract.GET_COMMUNITY_HISTORY.who, id)
        return self._history.page(id, request)

    def of_role(self, request: wire.GetRoleHistory, ctx: Context) -> wire.History:
        """A page of how a person came by their roles in a community, and lost them."""
        id = request["community_id"]
        self._communities.fixed(id)
        self._access.require(ctx, contract.GET_ROLE_HISTORY.who, id)
        return self._history.page(standing_id(id, request["person_id"]), request)

    def _of_somebody_else(
        self,
        store: AggregateStore[A],
        id: str,
        rpc: Rpc,
        ctx: Context,
        joined: Sequence[Document] = (),
    ) -> tuple[A, Caller]:
        found, caller = self._access.read(ctx, store, id, joined=joined)
        caller.require_may_see(rpc.who, store.noun)
        if found["person_id"] == ctx.actor.person_id:
            raise refused(rpc.who)
        return found, caller
