"""Applications: what the applicant does."""

from collections.abc import Sequence

from chassis.access import require_own
from chassis.aggregates import check_version, is_made
from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.access import Who
from contracts.errors import DomainError
from contracts.errors.membership import APPLICATION_LIVE
from contracts.membership import (
    APPLICATION_REJECTED,
    APPLICATION_SUBMITTED,
    CHANGE_APPLICATION,
    CHOOSE_APPLICATION_PLAN,
    SUBMIT_APPLICATION,
    WITHDRAW_APPLICATION,
)
from contracts.types import membership as wire
from contracts.types.membership import Policy
from services.membership.domain.identity.people import found_by
from services.membership.domain.terms.plans import Plan, chosen
from services.membership.domain.vetting import applications as domain
from services.membership.domain.vetting import invitations, reviews
from services.membership.domain.vetting.applications import Application
from services.membership.domain.vetting.forms import Form, check_asked
from services.membership.domain.vetting.reviews import Reviewer
from services.membership.domain.vetting.screening import Applicant, check_may_apply
from services.membership.domain.vetting.undoing import edit
from services.membership.store import Stores
from services.membership.store.communities.communities import joined_policy, take_joined_policy
from services.membership.store.terms.plans import joined_plans_on_sale, take_joined_plans
from services.membership.store.terms.standings import joined_reviewers, take_joined_reviewers
from services.membership.store.vetting.application_collection import LiveApplicationExists
from services.membership.store.vetting.screening import (
    Applying,
    joined_applying,
    take_joined_applying,
)
from services.membership.usecases.terms.plans import PlanUseCases
from services.membership.usecases.terms.withdrawals import Withdrawals
from services.membership.usecases.vetting.answer_files import AnswerFiles
from services.membership.usecases.vetting.decisions import Decisions
from services.membership.usecases.vetting.invitations import Invitations
from services.membership.usecases.vetting.screening import Screener
from services.membership.usecases.vetting.undoing import Paused, Undoing
from services.membership.usecases.vetting.views import application_facts, own_application_view


class ApplicationUseCases:
    """One person's own applications."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        plans: PlanUseCases,
        withdrawals: Withdrawals,
        decisions: Decisions,
        screener: Screener,
        undoing: Undoing,
        invitations: Invitations,
    ) -> None:
        self._applications = stores.applications
        self._communities = stores.communities
        self._forms = stores.forms
        self._people = stores.people
        self._plans = plans
        self._screener = screener
        self._uow = uow
        self._withdrawals = withdrawals
        self._decisions = decisions
        self._files = AnswerFiles(stores=stores)
        self._undoing = undoing
        self._invitations = invitations

    def create(self, request: wire.CreateApplication, ctx: Context) -> wire.Application:
        """Starts an application, and hands it in at once when the request says so."""
        person_id = ctx.require_person()
        self._plans.make_known(request["plan_id"], ctx)
        community, rejected, held, plans, staff, applying = self._communities.require_for_applicant(
            request["community_id"], person_id
        )
        self._screener.require_possible(community["_id"], person_id, applying)

        def work(tx: Transaction) -> wire.Application:
            applicant = Applicant(held, rejected, community["policy"], community["zone"], tx.now)
            check_may_apply(applicant)
            named, source, invitation = request["plan_id"], request["source"], None
            if (code := request["invitation"]) is not None:
                invitation = self._invitations.take_use(tx, community["_id"], code)
                source = "invitation"
                on_sale = {one["_id"] for one in plans}
                if named is None and invitation["plan_id"] in on_sale:
                    named = invitation["plan_id"]
            # Who keeps a draft may name it later.
            plan = chosen(plans, named) if request["submit"] or named else None
            application = domain.draft(
                id=new_id("app"),
                community_id=community["_id"],
                person_id=person_id,
                plan_id=None if plan is None else plan["_id"],
                form_version=community["form_version"],
                answers=request["answers"],
                now=tx.now,
                source=source,
            )
            if invitation is not None:
                application["invitation"] = invitations.invited_by(invitation)
            skips = request["submit"] and self._invitations.approves(
                tx, application, community["policy"]
            )
            if request["submit"]:
                application = self._submitted(
                    tx,
                    application,
                    community["form"],
                    community["policy"],
                    applying,
                    None if skips else staff,
                )
            else:
                check_asked(community["form"], request["answers"])
            person = self._people.mentioned(tx, person_id)
            application["name_keys"] = found_by(person) or []
            self._screener.require_unbanned(tx, community["_id"], person, applying)
            stored = self._applications.insert(tx, application)
            self._emit_submitted(tx, stored)
            tx.audit("create_application", None, stored)
            if skips:
                stored = self._approved(tx, stored, community["policy"])
            return own_application_view(stored)

        try:
            return self._uow.run(ctx, work)
        except LiveApplicationExists:
            raise self._live_already(community["_id"], person_id) from None

    def change(self, request: wire.ChangeApplication, ctx: Context) -> wire.Application:
        """Replaces the answers of an application that is the applicant's to edit."""
        stages = [*joined_policy(), joined_reviewers(), *joined_applying()]
        id = request["application_id"]

        def attempt(paused: Paused) -> wire.Application:
            def work(tx: Transaction) -> wire.Application:
                before = self._require_own(tx, id, CHANGE_APPLICATION.who, ctx, stages)
                policy, staff = take_joined_policy(before), take_joined_reviewers(before)
                applying, answers = take_joined_applying(before), request["answers"]
                if is_made(before, request["expected_version"], {"answers": answers}):
                    return own_application_view(before)
                check_version(before, request["expected_version"])
                form = self._form_of(before)
                if before["state"] in domain.EDITABLE:
                    changed = domain.change_answers(before, form, answers, tx.now)
                    after = self._applications.save(tx, changed)
                else:
                    edited = edit(before, form, answers, policy, tx.now)
                    if edited is before:
                        return own_application_view(before)
                    self._undoing.require_paused(before, paused)
                    after = self._judge_anew(tx, before, edited, form, policy, applying, staff)
                tx.audit("change_application", before, after)
                return own_application_view(after)

            return self._uow.run(ctx, work)

        return self._undoing.around(ctx, attempt)

    def _judge_anew(
        self,
        tx: Transaction,
        before: Application,
        edited: Application,
        form: Form,
        policy: Policy,
        applying: Applying,
        staff: Sequence[Reviewer],
    ) -> Application:
        """Saves one whose answers were edited after it was handed in, with what rules say of it."""
        community_id, person_id = before["community_id"], before["person_id"]
        self._screener.require_possible(community_id, person_id, applying, tx=tx)
        judged = self._screened(tx, edited, form, policy, applying, staff)
        after = self._decisions.save(tx, before, judged, policy)
        if before["state"] == "approved":
            self._undoing.tell(tx, before, after, "applicant")
        return after

    def choose_plan(self, request: wire.ChooseApplicationPlan, ctx: Context) -> wire.Application:
        """Names another plan, until the application is decided."""
        plan_id = request["plan_id"]
        self._plans.make_known(plan_id, ctx)

        def work(tx: Transaction) -> wire.Application:
            before, plans = self._require_with_plans(
                tx, request["application_id"], CHOOSE_APPLICATION_PLAN.who, ctx
            )
            if is_made(before, request["expected_version"], {"plan_id": plan_id}):
                return own_application_view(before)
            check_version(before, request["expected_version"])
            changed = domain.choose_plan(before, plan_id)
            chosen(plans, plan_id)
            after = self._applications.save(tx, changed)
            tx.audit("choose_plan", before, after, plan=plan_id)
            return own_application_view(after)

        return self._uow.run(ctx, work)

    def submit(self, request: wire.ApplicationRef, ctx: Context) -> wire.Application:
        """Hands it in; complete by the form version that it answers."""
        stages = [*joined_policy(), joined_reviewers(), *joined_applying()]

        def work(tx: Transaction) -> wire.Application:
            before, plans = self._require_with_plans(
                tx, request["application_id"], SUBMIT_APPLICATION.who, ctx, stages
            )
            policy, staff = take_joined_policy(before), take_joined_reviewers(before)
            applying = take_joined_applying(before)
            self._screener.require_possible(
                before["community_id"], before["person_id"], applying, tx=tx
            )
            form = self._form_of(before)
            skips = self._invitations.approves(tx, before, policy)
            submitted = self._submitted(
                tx, before, form, policy, applying, None if skips else staff
            )
            if not domain.handed_in(before):
                plan = chosen(plans, before.get("plan_id"))
                submitted["plan_id"] = None if plan is None else plan["_id"]
            after = self._applications.save(tx, submitted)
            self._emit_submitted(tx, after)
            tx.audit("submit_application", before, after)
            if skips:
                after = self._approved(tx, after, policy)
            return own_application_view(after)

        return self._uow.run(ctx, work)

    def withdraw(self, request: wire.ApplicationRef, ctx: Context) -> wire.Application:
        """Takes it back; what was to be paid for is not for sale any more."""

        def work(tx: Transaction) -> wire.Application:
            before = self._require_own(tx, request["application_id"], WITHDRAW_APPLICATION.who, ctx)
            after = self._applications.save(tx, domain.withdraw(before, tx.now))
            if before["state"] == "approved":
                self._withdrawals.cancel(tx, after, "application_withdrawn")
            tx.audit("withdraw_application", before, after)
            return own_application_view(after)

        return self._uow.run(ctx, work)

    def list_mine(self, request: wire.PageRequest, ctx: Context) -> wire.MyApplications:
        """The caller's applications, newest first."""
        page = self._applications.of_person(
            ctx.require_person(), after=request["after"], limit=request["limit"]
        )
        return page.answer(own_application_view)

    def _submitted(
        self,
        tx: Transaction,
        application: Application,
        form: Form,
        policy: Policy,
        applying: Applying,
        staff: Sequence[Reviewer] | None,
    ) -> Application:
        """Handed in and screened."""
        submitted = domain.submit(application, form, tx.now, policy)
        return self._screened(tx, submitted, form, policy, applying, staff)

    def _screened(
        self,
        tx: Transaction,
        submitted: Application,
        form: Form,
        policy: Policy,
        applying: Applying,
        staff: Sequence[Reviewer] | None,
    ) -> Application:
        """With the files that its answers name, and what the rules say; an owner is asked at once
        where nobody could judge it. `staff`: None where nobody is to."""
        submitted = self._files.claimed(tx, submitted, form)
        screened = self._screener.screened(tx, submitted, form, applying)
        if staff is None:
            return screened
        panel = self._decisions.panel(screened, staff)
        return reviews.settle(screened, panel, tx.now, policy)

    def _approved(self, tx: Transaction, submitted: Application, policy: Policy) -> Application:
        """Approved by its invitation, unless a rule rejected it (rules.md §1.11)."""
        if submitted["state"] != "submitted":
            return submitted
        approved = invitations.approve(submitted, tx.now, policy)
        after = self._decisions.save(tx, submitted, approved, policy)
        tx.audit("approve_by_invitation", submitted, after)
        return after

    def _require_with_plans(
        self,
        tx: Transaction,
        application_id: str,
        who: Who,
        ctx: Context,
        joined: Sequence[Document] = (),
    ) -> tuple[Application, list[Plan]]:
        """The caller's application, and the plans on sale in its community."""
        stages = [joined_plans_on_sale(), *joined]
        application = self._require_own(tx, application_id, who, ctx, stages)
        return application, take_joined_plans(application)

    def _require_own(
        self,
        tx: Transaction,
        application_id: str,
        who: Who,
        ctx: Context,
        joined: Sequence[Document] = (),
    ) -> Application:
        application = self._applications.require(application_id, tx=tx, joined=joined)
        require_own(ctx, who, application["person_id"], self._applications.noun)
        return application

    def _form_of(self, application: Application) -> Form:
        """The form as it stood in the version that the application answers; it never changes."""
        return self._forms.require(application["community_id"], application["form_version"])["form"]

    def _live_already(self, community_id: str, person_id: str) -> DomainError:
        live = self._applications.live_of(community_id, person_id)
        if live is None:  # it ended just now: the next attempt goes through
            return DomainError(APPLICATION_LIVE, application_id="", state="")
        return DomainError(APPLICATION_LIVE, application_id=live["_id"], state=live["state"])

    def _emit_submitted(self, tx: Transaction, application: Application) -> None:
        if application["state"] in domain.REVIEWABLE:
            tx.emit(APPLICATION_SUBMITTED, application, application_facts(application))
        elif (rejection := domain.shown_rejection(application)) is not None:  # by a screening rule
            facts: wire.ApplicationDecided = {
                **application_facts(application),
                "reason": rejection["reason"],
                "at": rejection["at"],
            }
            tx.emit(APPLICATION_REJECTED, application, facts)
