"""Applications: what the applicant does."""

from typing import Any

from chassis.aggregates import check_version
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.membership import ALREADY_MEMBER, APPLICATION_LIVE
from contracts.membership import APPLICATION_SUBMITTED
from services.membership.domain import applications as domain
from services.membership.domain.applications import Application
from services.membership.domain.forms import Form, check_asked
from services.membership.domain.memberships import Membership, blocks_application, state_on
from services.membership.domain.terms import day_in
from services.membership.store.applications import Applications, LiveApplicationExists
from services.membership.store.communities import Communities, Forms
from services.membership.usecases.unpaid import UnpaidMemberships
from services.membership.usecases.views import application_facts, application_view


class ApplicationUseCases:
    """One person's own applications."""

    def __init__(
        self,
        *,
        applications: Applications,
        communities: Communities,
        forms: Forms,
        unpaid: UnpaidMemberships,
        uow: UnitOfWork,
    ) -> None:
        self._applications = applications
        self._communities = communities
        self._forms = forms
        self._unpaid = unpaid
        self._uow = uow

    def create(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Starts an application, and hands it in at once when the request says so."""
        person_id = ctx.person()
        community, rejected, held = self._communities.require_for_applicant(
            request["community_id"], person_id
        )

        def work(tx: Transaction) -> dict[str, Any]:
            today = day_in(community["zone"], tx.now)
            if held is not None and blocks_application(held, today, community["policy"]):
                raise already_member(held, today)
            domain.check_may_apply_again(rejected, tx.now, community["policy"])
            application = domain.draft(
                id=new_id("app"),
                community_id=community["_id"],
                person_id=person_id,
                form_version=community["form_version"],
                answers=request["answers"],
            )
            if request["submit"]:
                application = domain.submit(application, community["form"], tx.now)
            else:
                check_asked(community["form"], request["answers"])
            stored = self._applications.insert(tx, application)
            self._tell_submitted(tx, stored)
            tx.audit("create_application", None, stored)
            return application_view(stored, staff=False)

        try:
            return self._uow.run(ctx, work)
        except LiveApplicationExists:
            raise self._live_already(community["_id"], person_id) from None

    def change(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Replaces the answers of an application that is the applicant's to edit."""

        def work(tx: Transaction) -> dict[str, Any]:
            before = self._own(tx, request["application_id"], ctx)
            check_version(before, request["expected_version"])
            changed = domain.change_answers(before, self._form_of(before), request["answers"])
            after = self._applications.save(tx, changed)
            tx.audit("change_application", before, after)
            return application_view(after, staff=False)

        return self._uow.run(ctx, work)

    def submit(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Hands it in; complete by the form version that it answers."""

        def work(tx: Transaction) -> dict[str, Any]:
            before = self._own(tx, request["application_id"], ctx)
            after = self._applications.save(
                tx, domain.submit(before, self._form_of(before), tx.now)
            )
            self._tell_submitted(tx, after)
            tx.audit("submit_application", before, after)
            return application_view(after, staff=False)

        return self._uow.run(ctx, work)

    def withdraw(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Takes it back; what was to be paid for is not for sale any more."""

        def work(tx: Transaction) -> dict[str, Any]:
            before = self._own(tx, request["application_id"], ctx)
            after = self._applications.save(tx, domain.withdraw(before))
            if before["state"] == "approved":
                self._unpaid.cancel(tx, after, "application_withdrawn")
            tx.audit("withdraw_application", before, after)
            return application_view(after, staff=False)

        return self._uow.run(ctx, work)

    def page_mine(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """The caller's applications, newest first."""
        found, following = self._applications.of_person(
            ctx.person(), after=request["after"], limit=request["limit"]
        )
        return {"items": [application_view(one, staff=False) for one in found], "next": following}

    def _own(self, tx: Transaction, application_id: str, ctx: Context) -> Application:
        application = self._applications.require(application_id, tx=tx)
        if application["person_id"] != ctx.person():
            raise DomainError(OBJECT_NOT_FOUND, noun=self._applications.noun)
        return application

    def _form_of(self, application: Application) -> Form:
        """The form as it stood in the version that the application answers; it never changes."""
        form: Form = self._forms.require(application["community_id"], application["form_version"])[
            "form"
        ]
        return form

    def _live_already(self, community_id: str, person_id: str) -> DomainError:
        live = self._applications.live_of(community_id, person_id)
        if live is None:  # it ended just now: the next attempt goes through
            return DomainError(APPLICATION_LIVE, application_id="", state="")
        return DomainError(APPLICATION_LIVE, application_id=live["_id"], state=live["state"])

    def _tell_submitted(self, tx: Transaction, application: Application) -> None:
        if application["state"] in domain.REVIEWABLE:
            tx.emit(APPLICATION_SUBMITTED, application, application_facts(application))


def already_member(held: Membership, today: str) -> DomainError:
    """The refusal that names the membership a person has."""
    return DomainError(ALREADY_MEMBER, membership_id=held["_id"], state=state_on(held, today))
