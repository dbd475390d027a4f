"""Reviews: what reviewers and owners do with applications (product.md §2)."""

from collections.abc import Callable, Sequence
from typing import cast

from chassis.access import Caller
from chassis.actions import possible, possible_with_rows
from chassis.aggregates import Page
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.list_orders import list_order
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import LOCALES, NOT_PERMITTED
from contracts.errors.membership import REVIEWER_CONFLICTED
from contracts.fields import words_of
from contracts.lists import MOST_COUNTED
from contracts.membership import (
    ACTIVATED,
    APPLICATION_APPROVED,
    APPLICATION_INFO_REQUESTED,
    APPLICATION_REJECTED,
    APPROVE_APPLICATION,
    CHANGE_APPLICATION,
    CLAIM_APPLICATION,
    GET_APPLICATION,
    LIST_APPLICATIONS,
    REJECT_APPLICATION,
    REQUEST_INFO,
)
from contracts.records import Event, Rpc
from contracts.types import membership as wire
from contracts.types.membership import Policy
from services.membership.domain.identity.people import Person
from services.membership.domain.terms import memberships
from services.membership.domain.terms.beginnings import await_first_payment
from services.membership.domain.terms.memberships import Membership, awaiting_term
from services.membership.domain.terms.paid_terms import begin_free
from services.membership.domain.terms.plans import Plan
from services.membership.domain.terms.profiles import Profile, answered, with_profile
from services.membership.domain.terms.standings import Standing, nothing_yet, with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.domain.vetting import applications as domain
from services.membership.domain.vetting.applications import Application
from services.membership.domain.vetting.forms import Form, check_in_form, without_private_answers
from services.membership.domain.vetting.screening import Applicant, check_may_apply
from services.membership.store import Stores
from services.membership.store.communities.communities import joined_policy, take_joined_policy
from services.membership.store.identity.people import WITH_PERSON, Named
from services.membership.store.terms.memberships import joined_live_membership
from services.membership.store.terms.plans import (
    joined_plan,
    joined_plans_on_sale,
    take_joined_plan,
    take_joined_plans,
)
from services.membership.store.terms.standings import (
    joined_standing_of_its_person,
    take_joined_of_its_person,
)
from services.membership.store.vetting.applications import WITH_STAFF, NamedApplication, handed_in
from services.membership.usecases.access import Access
from services.membership.usecases.actions import APPLICATION_ACTIONS, Judged
from services.membership.usecases.identity.people import name_of
from services.membership.usecases.terms.access_changes import save_and_tell_access
from services.membership.usecases.terms.standings import store_standing
from services.membership.usecases.terms.views import membership_facts
from services.membership.usecases.vetting.views import (
    application_facts,
    application_view,
    own_application_view,
)

Emit = Callable[[Transaction, Application], None]


class ReviewUseCases:
    """Every step loads in its own transaction: of two simultaneous reviewers the second sees the
    first one's state and gets a conflict that names it."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, clock: Clock, access: Access) -> None:
        self._applications = stores.applications
        self._communities = stores.communities
        self._forms = stores.forms
        self._memberships = stores.memberships
        self._names = stores.names
        self._standings = stores.standings
        self._uow = uow
        self._clock = clock
        self._access = access

    def get(self, request: wire.GetApplication, ctx: Context) -> wire.ShownApplication:
        """An application, for its applicant and reviewers; operators see no private answer."""
        wanted = words_of(request["include"])
        joined = joined_policy()
        if "person" in wanted:
            joined += [WITH_PERSON, *WITH_STAFF]
        if "plan" in wanted:
            joined.append(joined_plan())
        application, caller = self._access.read(
            ctx, self._applications, request["application_id"], joined=joined
        )
        person: list[Named] = cast(Document, application).pop("person", [])
        staff: list[Person] = cast(Document, application).pop("staff", [])
        plan = take_joined_plan(application) if "plan" in wanted else None
        policy = take_joined_policy(application)
        self._require_may_see(application, caller)
        about, now = application["person_id"], self._clock.now()
        judged = self._judged(application, policy, ctx)
        actions = possible(APPLICATION_ACTIONS, judged, now, caller, about=about)
        view = self._view_for(application, caller)
        shown = {view["claimed_by"], *(verdict["reviewer_id"] for verdict in view["verdicts"])}
        return {
            **view,
            "form": judged.form() if "form" in wanted else None,
            "plan_name": plan and plan.get("name"),
            "display_name": name_of(person[0]) if person else None,
            "staff": [
                {"person_id": one["_id"], "display_name": name}
                for one in staff
                if one["_id"] in shown and (name := name_of(one)) is not None
            ],
            "actions": actions,
        }

    def list_of_community(self, request: wire.ListApplications, ctx: Context) -> wire.Applications:
        """The applications that were handed in at a community, found by name or in some order."""
        community_id, states = request["community_id"], words_of(request["state"])
        policy = self._communities.require(community_id)["policy"]
        caller = self._access.require(ctx, LIST_APPLICATIONS.who, community_id)
        after, limit, source = request["after"], request["limit"], request["source"]
        page: Page[NamedApplication]
        total: int | None = None
        if (search := request["search"]) is not None:
            wanted = handed_in(states)
            page = self._names.page_of(
                self._applications, community_id, search, wanted, after=after, limit=limit
            )
        else:
            order = list_order(request["sort"], request["updated_after"], {})
            page = self._applications.of_community(
                community_id, states, order, source=source, after=after, limit=limit
            )
            if request["count"]:
                total = self._applications.count_listed(
                    community_id, states, order, MOST_COUNTED, source=source
                )
        actions = possible_with_rows(APPLICATION_ACTIONS, self._clock.now(), caller)

        def view(application: NamedApplication) -> wire.ListedApplication:
            judged = self._judged(application, policy, ctx)
            return {
                **self._view_for(application, caller),
                "display_name": name_of(application["person"][0]),
                "actions": actions(judged, application["person_id"]),
            }

        return {**page.answer(view), "total": total}

    def _judged(self, application: Application, policy: Policy, ctx: Context) -> Judged:
        return Judged(
            application, lambda: self._form_of(application), policy, ctx.actor.person_id or ""
        )

    def _form_of(self, application: Application) -> Form:
        of = application["community_id"], application["form_version"]
        return self._forms.require(*of)["form"]

    def claim(self, request: wire.ApplicationRef, ctx: Context) -> wire.Application:
        """Takes an application up, so that the others see who is on it."""
        return self._step(
            CLAIM_APPLICATION,
            request["application_id"],
            ctx,
            lambda tx, application, policy: domain.claim(
                application, ctx.require_person(), tx.now, policy
            ),
        )

    def approve(self, request: wire.Approve, ctx: Context) -> wire.Application:
        """Says yes; with the last yes needed the membership awaits its payment."""

        def decide(tx: Transaction, before: Application, policy: Policy) -> Application:
            theirs = take_joined_of_its_person(before)
            plan, on_sale = take_joined_plan(before), take_joined_plans(before)
            if plan is None and before.get("plan_id") is None and len(on_sale) == 1:
                (plan,) = on_sale  # handed in while there was none, or before plans were named
                before = {**before, "plan_id": plan["_id"]}
            judged = domain.approve(before, ctx.require_person(), request["note"], tx.now, policy)
            if judged["state"] != "approved":
                return judged
            membership = self._open_membership(tx, judged, policy, plan, *theirs)
            term_id = membership["terms"][0]["id"]
            opened: Application = {
                **judged,
                "membership_id": membership["_id"],
                "term_id": term_id,
            }
            return opened if awaiting_term(membership) else domain.join_for_free(opened)

        def emit(tx: Transaction, approved: Application) -> None:
            if approved["state"] == "approved":
                facts = {
                    **application_facts(approved),
                    "membership_id": approved["membership_id"],
                    "term_id": approved["term_id"],
                    "plan_id": approved.get("plan_id"),
                    "pay_by": approved["pay_by"],
                }
                tx.emit(APPLICATION_APPROVED, approved, facts)

        joined = [
            joined_live_membership(),
            *joined_standing_of_its_person(),
            joined_plan(),
            joined_plans_on_sale(),
        ]
        return self._step(
            APPROVE_APPLICATION, request["application_id"], ctx, decide, emit, joined=joined
        )

    def reject(self, request: wire.Reject, ctx: Context) -> wire.Application:
        """Says no, with a reason code and words for the applicant."""
        reason, message = request["reason"], request["message"]
        return self._step(
            REJECT_APPLICATION,
            request["application_id"],
            ctx,
            lambda tx, before, policy: domain.reject(
                before, ctx.require_person(), reason, message, tx.now
            ),
            lambda tx, rejected: _emit_decided(tx, APPLICATION_REJECTED, rejected, reason),
        )

    def request_info(self, request: wire.AskForInfo, ctx: Context) -> wire.Application:
        """Asks the applicant for more."""
        message, questions = request["message"], request["questions"]

        def ask(tx: Transaction, before: Application, policy: Policy) -> Application:
            asked = domain.request_info(before, ctx.require_person(), message, questions, tx.now)
            if questions:
                check_in_form(self._form_of(before), questions)
            return asked

        return self._step(
            REQUEST_INFO,
            request["application_id"],
            ctx,
            ask,
            lambda tx, asked: _emit_decided(
                tx, APPLICATION_INFO_REQUESTED, asked, "info_requested"
            ),
        )

    def words(self, request: wire.DecisionWordsRef, ctx: Context) -> wire.DecisionWords:
        """What was written to the applicant at that instant, for who writes to them."""
        application = self._applications.require(request["application_id"])
        return {"words": domain.words_of(application, request["at"])}

    def _step(
        self,
        rpc: Rpc,
        application_id: str,
        ctx: Context,
        decide: Callable[[Transaction, Application, Policy], Application],
        emit: Emit = lambda tx, application: None,
        joined: Sequence[Document] = (),
    ) -> wire.Application:

        def work(tx: Transaction) -> wire.Application:
            before, caller = self._access.read(
                ctx, self._applications, application_id, joined=[*joined_policy(), *joined], tx=tx
            )
            policy = take_joined_policy(before)
            self._require_may_see(before, caller)
            is_own = before["person_id"] == ctx.actor.person_id
            caller.require(rpc.who, REVIEWER_CONFLICTED if is_own else NOT_PERMITTED)
            after = self._applications.save(tx, decide(tx, before, policy))
            emit(tx, after)
            tx.audit(rpc.name, before, after)
            return application_view(after, ctx.locale)

        return self._uow.run(ctx, work)

    def _require_may_see(self, application: Application, caller: Caller) -> None:
        """What was never handed in is for its applicant alone."""
        noun, person_id = self._applications.noun, application["person_id"]
        caller.require_may_see(GET_APPLICATION.who, noun, about=person_id)
        if not domain.handed_in(application):
            caller.require_may_see(CHANGE_APPLICATION.who, noun, about=person_id)

    def _open_membership(
        self,
        tx: Transaction,
        application: Application,
        policy: Policy,
        plan: Plan | None,
        former: Membership | None,
        standing: Standing | None,
    ) -> Membership:
        """The membership to be paid, or begun when the plan is free; `former` and `standing` are
        what the person has there."""
        community_id, person_id = application["community_id"], application["person_id"]
        zone = self._communities.fixed(community_id)["zone"]
        # A membership may have come in since they applied: by import, say.
        check_may_apply(Applicant(former, None, policy, zone, tx.now))
        if former is not None:
            retired = memberships.retire(former, day_in(zone, tx.now))
            save_and_tell_access(tx, self._memberships, former, retired)
        opened = await_first_payment(
            id=new_id("mbr"),
            community_id=community_id,
            person_id=person_id,
            zone=zone,
            term_id=new_id("trm"),
            number=None if former is None else former["number"],
            application_id=application["_id"],
            plan_id=application.get("plan_id"),
            pay_by=application["pay_by"],
        )
        if plan is not None and plan["free"]:
            term_id, today = opened["terms"][0]["id"], day_in(zone, tx.now)
            begun = begin_free(opened, term_id, plan, today, policy)
            opened = with_profile({**begun, "sequence": 1}, self._answered(application))
        stored = self._memberships.insert(tx, opened)
        before = standing or nothing_yet(community_id, person_id, zone)
        store_standing(tx, self._standings, with_membership(before, stored))
        tx.audit("open_membership", None, stored)
        if stored["state"] == "active":
            facts: wire.ActivatedFacts = {**membership_facts(None, stored), "after_lapse": False}
            tx.emit(ACTIVATED, stored, facts, sequence=stored["sequence"])
        return stored

    def _answered(self, application: Application) -> Profile:
        return answered(self._form_of(application), application["answers"])

    def _view_for(self, application: Application, caller: Caller) -> wire.Application:
        """Own applications as any applicant sees them: what the others note is not for them."""
        if application["person_id"] == caller.ctx.actor.person_id:
            return own_application_view(application)
        if caller.may(APPROVE_APPLICATION.who):
            return application_view(application, caller.ctx.locale)
        return self._view_without_private(application, caller)

    def _view_without_private(self, application: Application, caller: Caller) -> wire.Application:
        answers = without_private_answers(self._form_of(application), application["answers"])
        seen: Application = {**application, "answers": answers}
        # A key may be the applicant's, who runs the community: it would tell how they were judged.
        is_key = caller.ctx.actor.key is not None
        shown = own_application_view(seen) if is_key else application_view(seen, LOCALES[0])
        return {**shown, "screening": None}  # its flags speak of private answers, too


def _emit_decided(tx: Transaction, event: Event, application: Application, reason: str) -> None:
    facts: wire.ApplicationDecided = {
        **application_facts(application),
        "reason": reason,
        "at": tx.now,
    }
    tx.emit(event, application, facts)
