"""Owners invite people by signed links (ADR 0091)."""

import datetime as dt
from typing import cast

from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import DomainError
from contracts.errors.membership import INVITATION_UNKNOWN
from contracts.membership import CREATE_INVITATION, LIST_INVITATIONS, REVOKE_INVITATION
from contracts.types import membership as wire
from contracts.types.membership import Policy
from services.membership.adapters.signed_codes import SignedCodes
from services.membership.domain.terms.plans import chosen
from services.membership.domain.vetting import invitations as domain
from services.membership.domain.vetting.applications import Application
from services.membership.domain.vetting.invitations import Invitation
from services.membership.store import Stores
from services.membership.store.identity.people import Named
from services.membership.store.terms.plans import joined_plan, take_joined_plan
from services.membership.store.vetting.invitations import JOINED_SHOWN
from services.membership.usecases.access import Access
from services.membership.usecases.identity.people import name_of
from services.membership.usecases.terms.plans import PlanUseCases

MOST_COUNTED = 20_000  # applications, for one page of invitations
_NOTHING_YET = {"begun": 0, "submitted": 0, "approved": 0, "joined": 0, "given_back": 0}


class Invitations:
    """Used where people apply."""

    def __init__(self, *, stores: Stores, codes: SignedCodes) -> None:
        self._invitations, self._codes = stores.invitations, codes

    def take_use(self, tx: Transaction, community_id: str, code: str) -> Invitation:
        """The invitation that a code names, of which a use is taken.

        Raises DomainError(INVITATION_UNKNOWN, INVITATION_REVOKED, INVITATION_EXPIRED,
        INVITATION_USED_UP).
        """
        id = self._codes.id_of(code)
        taken = self._invitations.take_use(tx, community_id, id, tx.now)
        if taken is not None:
            return taken
        found = self._invitations.get(id, tx=tx)
        if found is not None and found["community_id"] == community_id:
            domain.require_usable(found, tx.now)
        raise DomainError(INVITATION_UNKNOWN)

    def approves(self, tx: Transaction, application: Application, policy: Policy) -> bool:
        """Whether one that is about to be handed in is approved by its invitation, which nobody
        revoked meanwhile."""
        if not domain.asks_to_skip(application, policy):
            return False
        found = self._invitations.get(application["invitation"]["invitation_id"], tx=tx)
        return found is not None and found["revoked_at"] is None


class InvitationUseCases:
    """What owners do with invitations, and who holds one."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        plans: PlanUseCases,
        codes: SignedCodes,
    ) -> None:
        self._invitations, self._communities = stores.invitations, stores.communities
        self._applications, self._sold = stores.applications, stores.plans
        self._uow, self._clock, self._access = uow, clock, access
        self._plans, self._codes = plans, codes

    def create(self, request: wire.CreateInvitation, ctx: Context) -> wire.Invitation:
        """Makes an invitation, whose code is for a link of the community's own site."""
        community_id, plan_id = request["community_id"], request["plan_id"]
        self._communities.fixed(community_id)
        self._access.require(ctx, CREATE_INVITATION.who, community_id)
        self._plans.make_known(plan_id, ctx)
        if plan_id is not None:
            chosen(self._sold.on_sale(community_id), plan_id)

        def work(tx: Transaction) -> wire.Invitation:
            if request["skips_review"]:
                domain.require_may_skip(self._communities.require(community_id, tx=tx)["policy"])
            made = self._invitations.insert(
                tx,
                {
                    "_id": new_id("inv"),
                    "community_id": community_id,
                    "inviter_id": ctx.require_person(),
                    "label": request["label"],
                    "plan_id": plan_id,
                    "uses": request["uses"],
                    "used": 0,
                    "skips_review": request["skips_review"],
                    "expires_at": tx.now + dt.timedelta(days=request["expires_in_days"]),
                    "revoked_at": None,
                },
            )
            _audit(tx, "create_invitation", made)
            return self._view(made, _NOTHING_YET)

        return self._uow.run(ctx, work)

    def list_of_community(self, request: wire.ListInvitations, ctx: Context) -> wire.Invitations:
        """The invitations of a community with what became of them, newest first."""
        community_id = self._communities.fixed(request["community_id"])["_id"]
        self._access.require(ctx, LIST_INVITATIONS.who, community_id)
        page = self._invitations.of_community(
            community_id, after=request["after"], limit=request["limit"]
        )
        ids = [one["_id"] for one in page.items]
        became = self._applications.outcomes_of_invitations(community_id, ids, MOST_COUNTED)
        return page.answer(lambda one: self._view(one, became.get(one["_id"], _NOTHING_YET)))

    def revoke(self, request: wire.InvitationRef, ctx: Context) -> wire.Empty:
        """Ends a link; who began by it goes on. One that was revoked stays so."""
        community_id = self._communities.fixed(request["community_id"])["_id"]
        self._access.require(ctx, REVOKE_INVITATION.who, community_id)

        def work(tx: Transaction) -> wire.Empty:
            before = self._invitations.require(
                request["invitation_id"], community_id=community_id, tx=tx
            )
            after = domain.revoke(before, tx.now)
            if after is not before:
                _audit(tx, "revoke_invitation", self._invitations.save(tx, after))
            return {}

        return self._uow.run(ctx, work)

    def read(self, request: wire.ReadInvitation, ctx: Context) -> wire.ShownInvitation:
        """What an invitation is for, to who holds it; of a hidden community, too."""
        id = self._codes.id_of(request["code"])
        found = self._invitations.get(id, joined=[*JOINED_SHOWN, joined_plan()])
        if found is None:
            raise DomainError(INVITATION_UNKNOWN)
        domain.require_usable(found, self._clock.now())
        plan = take_joined_plan(found)
        (community,) = cast(Document, found)["community"]
        inviter: list[Named] = cast(Document, found)["inviter"]
        return {
            "community_id": found["community_id"],
            "community_name": community["name"],
            "description": community["description"],
            "invited_by": name_of(inviter[0]) if inviter else None,
            "plan_id": found["plan_id"],
            "plan_name": plan and plan.get("name"),
            "expires_at": found["expires_at"],
        }

    def _view(self, invitation: Invitation, became: dict[str, int]) -> wire.Invitation:
        return {
            "id": invitation["_id"],
            "community_id": invitation["community_id"],
            "inviter_id": invitation["inviter_id"],
            "label": invitation["label"],
            "code": self._codes.of(invitation["_id"]),
            "plan_id": invitation["plan_id"],
            "uses": invitation["uses"],
            "used": invitation["used"],
            "skips_review": invitation["skips_review"],
            "begun": became["begun"],
            "submitted": became["submitted"],
            "approved": became["approved"],
            "joined": became["joined"],
            "given_back": became["given_back"],
            "expires_at": invitation["expires_at"],
            "revoked_at": invitation["revoked_at"],
            "created_at": invitation["created_at"],
        }


def _audit(tx: Transaction, action: str, invitation: Invitation) -> None:
    """Read in the community's own trail."""
    community_id = invitation["community_id"]
    after: Document = {
        "_id": community_id,
        "community_id": community_id,
        "version": invitation["version"],
    }
    tx.audit(action, None, after, invitation_id=invitation["_id"])
