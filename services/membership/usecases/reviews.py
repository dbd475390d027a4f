"""Reviews: what reviewers and owners do with applications (product.md §2)."""

from collections.abc import Callable, Sequence
from typing import Any

from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError
from contracts.membership import (
    APPLICATION_APPROVED,
    APPLICATION_INFO_REQUESTED,
    APPLICATION_REJECTED,
)
from services.membership.domain import applications as domain
from services.membership.domain import memberships
from services.membership.domain.applications import Application
from services.membership.domain.communities import Community
from services.membership.domain.forms import without_private_answers
from services.membership.domain.memberships import Membership
from services.membership.domain.standings import Standing, nothing_yet, with_membership
from services.membership.domain.terms import day_in
from services.membership.store.applications import Applications
from services.membership.store.communities import Communities, Forms
from services.membership.store.memberships import Memberships, joined_live_membership
from services.membership.store.standings import Standings, joined_standing_of_its_person
from services.membership.usecases.access import REVIEWERS, Access, require_sight
from services.membership.usecases.applications import already_member
from services.membership.usecases.standings import store_standing
from services.membership.usecases.views import application_facts, application_view

Tell = Callable[[Transaction, Application], None]


class ReviewUseCases:
    """Every step loads in its own transaction: of two reviewers at once one meets the state that
    the other one made, and is told it."""

    def __init__(
        self,
        *,
        applications: Applications,
        communities: Communities,
        forms: Forms,
        memberships: Memberships,
        standings: Standings,
        access: Access,
        uow: UnitOfWork,
    ) -> None:
        self._applications = applications
        self._communities = communities
        self._forms = forms
        self._memberships = memberships
        self._standings = standings
        self._access = access
        self._uow = uow

    def get(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """An application, for its applicant and reviewers; operators see no private answer."""
        application, roles = self._access.read(ctx, self._applications, request["application_id"])
        self._require_sight(application, roles, ctx)
        if not roles.isdisjoint(REVIEWERS):
            return application_view(application, staff=True)
        if application["person_id"] == ctx.actor.person_id:
            return application_view(application, staff=False)
        return application_view(self._without_private(application), staff=True)

    def page(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """The applications that were handed in at a community, oldest first."""
        community_id = request["community_id"]
        self._communities.fixed(community_id)
        roles = self._access.require_role(ctx, community_id, REVIEWERS)
        found, following = self._applications.of_community(
            community_id, request["state"], after=request["after"], limit=request["limit"]
        )
        if roles.isdisjoint(REVIEWERS):
            found = [self._without_private(application) for application in found]
        return {"items": [application_view(one, staff=True) for one in found], "next": following}

    def claim(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Takes an application up, so that the others see who is on it."""
        return self._step(
            request,
            ctx,
            "claim_application",
            lambda tx, application, community: domain.claim(
                application, ctx.person(), tx.now, community["policy"]
            ),
        )

    def approve(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Says yes; with the last yes needed the membership awaits its payment."""

        def decide(tx: Transaction, before: Application, community: Community) -> Application:
            policy = community["policy"]
            theirs = (_first(before.pop("_membership")), _first(before.pop("_standing")))
            judged = domain.approve(before, ctx.person(), request["note"], tx.now, policy)
            if judged["state"] != "approved":
                return judged
            membership = self._open_membership(tx, judged, community, *theirs)
            term_id = membership["terms"][0]["id"]
            return {**judged, "membership_id": membership["_id"], "term_id": term_id}

        def tell(tx: Transaction, approved: Application) -> None:
            if approved["state"] == "approved":
                facts = {name: approved[name] for name in ("membership_id", "term_id", "pay_by")}
                tx.emit(APPLICATION_APPROVED, approved, application_facts(approved) | facts)

        joined = [joined_live_membership(), *joined_standing_of_its_person()]
        return self._step(request, ctx, "approve_application", decide, tell, joined=joined)

    def reject(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Says no, with a reason code and words for the applicant."""
        reason, message = request["reason"], request["message"]
        return self._step(
            request,
            ctx,
            "reject_application",
            lambda tx, before, community: domain.reject(
                before, ctx.person(), reason, message, tx.now
            ),
            lambda tx, rejected: _tell_words(tx, APPLICATION_REJECTED, rejected, reason, message),
        )

    def request_info(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Asks the applicant for more."""
        message, questions = request["message"], request["questions"]
        return self._step(
            request,
            ctx,
            "request_info",
            lambda tx, before, community: domain.request_info(
                before, ctx.person(), message, questions, tx.now
            ),
            lambda tx, asked: _tell_words(
                tx, APPLICATION_INFO_REQUESTED, asked, "info_requested", message
            ),
        )

    def _step(
        self,
        request: dict[str, Any],
        ctx: Context,
        action: str,
        decide: Callable[[Transaction, Application, Community], Application],
        tell: Tell = lambda tx, application: None,
        joined: Sequence[Document] = (),
    ) -> dict[str, Any]:

        def work(tx: Transaction) -> dict[str, Any]:
            before, roles = self._access.read(
                ctx, self._applications, request["application_id"], joined=joined, tx=tx
            )
            self._require_sight(before, roles, ctx)
            if roles.isdisjoint(REVIEWERS):  # operators run the system, they do not judge people
                raise DomainError(NOT_PERMITTED)
            community = self._communities.fixed(before["community_id"])
            after = self._applications.save(tx, decide(tx, before, community))
            tell(tx, after)
            tx.audit(action, before, after)
            return application_view(after, staff=True)

        return self._uow.run(ctx, work)

    def _require_sight(self, application: Application, roles: frozenset[str], ctx: Context) -> None:
        """What was never handed in is for its applicant alone."""
        noun = self._applications.noun
        require_sight(ctx, roles, application["person_id"], REVIEWERS, noun)
        if not domain.handed_in(application) and application["person_id"] != ctx.actor.person_id:
            raise DomainError(OBJECT_NOT_FOUND, noun=noun)

    def _open_membership(
        self,
        tx: Transaction,
        application: Application,
        community: Community,
        former: Membership | None,
        standing: Standing | None,
    ) -> Membership:
        """The membership to be paid; `former` and `standing` are what the person has there."""
        community_id, person_id = community["_id"], application["person_id"]
        if former is not None:
            today = day_in(community["zone"], tx.now)
            if memberships.blocks_application(former, today, community["policy"]):
                raise already_member(former, today)
            self._memberships.save(tx, memberships.retire(former))
        opened = memberships.await_first_payment(
            id=new_id("mbr"),
            community_id=community_id,
            person_id=person_id,
            zone=community["zone"],
            term_id=new_id("trm"),
            application_id=application["_id"],
            pay_by=application["pay_by"],
        )
        stored = self._memberships.insert(tx, opened)
        before = standing or nothing_yet(community_id, person_id, community["zone"])
        store_standing(tx, self._standings, with_membership(before, stored))
        tx.audit("open_membership", None, stored)
        return stored

    def _without_private(self, application: Application) -> Application:
        form = self._forms.require(application["community_id"], application["form_version"])
        return {
            **application,
            "answers": without_private_answers(form["form"], application["answers"]),
        }


def _first(found: list[Document]) -> Document | None:
    return found[0] if found else None


def _tell_words(
    tx: Transaction, event: Any, application: Application, reason: str, message: str
) -> None:
    words = {"reason": reason, "message": message}
    tx.emit(event, application, application_facts(application) | words)
