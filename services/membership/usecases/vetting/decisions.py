"""What the verdicts on an application come to, and what follows from it (rules.md §1.3, §1.4)."""

from collections.abc import Sequence
from typing import NamedTuple

from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import Transaction
from contracts.membership import (
    ACTIVATED,
    APPLICATION_APPROVED,
    APPLICATION_REJECTED,
)
from contracts.records import Event
from contracts.types import membership as wire
from contracts.types.membership import Policy
from services.membership.domain.terms import memberships
from services.membership.domain.terms.beginnings import await_first_payment
from services.membership.domain.terms.memberships import Membership, awaiting_term
from services.membership.domain.terms.paid_terms import begin_free
from services.membership.domain.terms.plans import Plan
from services.membership.domain.terms.profiles import answered, with_profile
from services.membership.domain.terms.standings import Standing, nothing_yet, with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.domain.vetting import applications, reviews
from services.membership.domain.vetting.applications import Application
from services.membership.domain.vetting.forms import Form
from services.membership.domain.vetting.reviews import Panel, Reviewer
from services.membership.domain.vetting.screening import Applicant, check_may_apply
from services.membership.store import Stores
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
from services.membership.usecases.terms.access_changes import save_and_tell_access
from services.membership.usecases.terms.standings import store_standing
from services.membership.usecases.terms.views import membership_facts
from services.membership.usecases.vetting.views import application_facts


class LeadsTo(NamedTuple):
    """What an approval goes on with: what the person has there, the plan that was named, and those
    on sale."""

    former: Membership | None
    standing: Standing | None
    plan: Plan | None
    on_sale: list[Plan]


class Decisions:
    """Used inside the units of work after which a round may be over."""

    def __init__(self, *, stores: Stores) -> None:
        self._applications = stores.applications
        self._communities = stores.communities
        self._forms = stores.forms
        self._memberships = stores.memberships
        self._standings = stores.standings

    def form_of(self, application: Application) -> Form:
        """The form as it stood in the version that it answers."""
        of = application["community_id"], application["form_version"]
        return self._forms.require(*of)["form"]

    def _company_of(self, application: Application) -> str | None:
        """The applicant's company, as they answered."""
        return answered(self.form_of(application), application["answers"]).get("company")

    def panel(self, application: Application, staff: Sequence[Reviewer]) -> Panel:
        """Who could judge it; `staff` reviews there, with roles and companies as they are now."""
        has_companies = any(one.company for one in staff)
        company = self._company_of(application) if has_companies else None
        return reviews.panel_for(application, company, staff)

    def settle(
        self,
        tx: Transaction,
        before: Application,
        judged: Application,
        policy: Policy,
        panel: Panel,
        leads_to: LeadsTo | None = None,
    ) -> Application:
        """Saves what became of `before`, and what its round comes to; as it is then stored."""
        after = reviews.settle(judged, panel, tx.now, policy)
        return self.save(tx, before, after, policy, leads_to)

    def save(
        self,
        tx: Transaction,
        before: Application,
        after: Application,
        policy: Policy,
        leads_to: LeadsTo | None = None,
        *,
        approved: Event = APPLICATION_APPROVED,
    ) -> Application:
        """Saves it with what follows from a decision, and tells of that; `approved` is what tells
        of an approval. `leads_to` as it came with the application; it is read where it is None and
        needed."""
        if after["state"] == before["state"] or after["state"] not in ("approved", "rejected"):
            return self._applications.save_review(tx, before, after)
        if after["state"] == "approved":
            after = self._with_membership(tx, after, policy, leads_to)
        saved = self._applications.save(tx, after)
        if saved["state"] == "approved":
            facts = {
                **application_facts(saved),
                "membership_id": saved["membership_id"],
                "term_id": saved["term_id"],
                "plan_id": saved.get("plan_id"),
                "pay_by": saved["pay_by"],
                "opening": saved["openings"],
            }
            tx.emit(approved, saved, facts)
        elif (rejection := applications.shown_rejection(saved)) is not None:
            emit_decided(tx, APPLICATION_REJECTED, saved, rejection["reason"])
        return saved

    def _with_membership(
        self, tx: Transaction, approved: Application, policy: Policy, leads_to: LeadsTo | None
    ) -> Application:
        if leads_to is None:
            found = self._applications.require(approved["_id"], tx=tx, joined=JOINED_LEADS_TO)
            leads_to = take_joined_leads_to(found)
        former, standing, plan, on_sale = leads_to
        if plan is None and approved.get("plan_id") is None and len(on_sale) == 1:
            (plan,) = on_sale  # handed in while there was none, or before plans were named
            approved = {**approved, "plan_id": plan["_id"]}
        membership = self._open_membership(tx, approved, policy, plan, former, standing)
        term_id = membership["terms"][0]["id"]
        opened: Application = {
            **approved,
            "membership_id": membership["_id"],
            "term_id": term_id,
            "openings": approved.get("openings", 0) + 1,
        }
        return opened if awaiting_term(membership) else applications.join_for_free(opened)

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
        opened["name_keys"] = application.get("name_keys", [])
        if plan is not None and plan["free"]:
            term_id, today = opened["terms"][0]["id"], day_in(zone, tx.now)
            begun = begin_free(opened, term_id, plan, today, policy)
            profile = answered(self.form_of(application), application["answers"])
            opened = with_profile({**begun, "sequence": 1}, profile)
        stored = self._memberships.insert(tx, opened)
        before = standing or nothing_yet(community_id, person_id, zone)
        store_standing(tx, self._standings, with_membership(before, stored))
        tx.audit("open_membership", None, stored)
        if stored["state"] == "active":
            facts: wire.ActivatedFacts = {**membership_facts(None, stored), "after_lapse": False}
            tx.emit(ACTIVATED, stored, facts, sequence=stored["sequence"])
        return stored


# Stages that add to an application what its approval goes on with.
JOINED_LEADS_TO: list[Document] = [
    joined_live_membership(),
    *joined_standing_of_its_person(),
    joined_plan(),
    joined_plans_on_sale(),
]


def take_joined_leads_to(found: Application) -> LeadsTo:
    """What came with an application by JOINED_LEADS_TO, which has it no more."""
    theirs = take_joined_of_its_person(found)
    return LeadsTo(*theirs, take_joined_plan(found), take_joined_plans(found))


def emit_decided(tx: Transaction, event: Event, application: Application, reason: str) -> None:
    """Tells of what a reviewer or owner decided, with the reason's code."""
    facts: wire.ApplicationDecided = {
        **application_facts(application),
        "reason": reason,
        "at": tx.now,
    }
    tx.emit(event, application, facts)
