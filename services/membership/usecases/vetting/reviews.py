"""Reviews: what reviewers and owners do with applications (product.md §2)."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, cast

from chassis.access import Caller
from chassis.actions import possible, possible_with_rows
from chassis.aggregates import Page, check_version
from chassis.clock import Clock
from chassis.context import Context
from chassis.list_orders import list_order
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import (
    INVALID_INPUT,
    NOT_PERMITTED,
    OBJECT_NOT_FOUND,
    DomainError,
    FieldProblem,
)
from contracts.errors.membership import REVIEWER_CONFLICTED
from contracts.fields import words_of
from contracts.lists import MOST_COUNTED
from contracts.membership import (
    APPLICATION_INFO_REQUESTED,
    APPROVE_APPLICATION,
    CHANGE_APPLICATION,
    CLAIM_APPLICATION,
    DECIDE_APPLICATION,
    DECLARE_CONFLICT,
    GET_APPLICATION,
    LIST_APPLICATIONS,
    REJECT_APPLICATION,
    REQUEST_INFO,
)
from contracts.records import Rpc
from contracts.types import membership as wire
from contracts.types.membership import Policy
from services.membership.domain.identity.people import Person
from services.membership.domain.vetting import applications
from services.membership.domain.vetting import reviews as domain
from services.membership.domain.vetting.applications import Application, OwnerDecision, Rejection
from services.membership.domain.vetting.forms import check_in_form
from services.membership.domain.vetting.reasons import is_kept, words_for
from services.membership.domain.vetting.reviews import Reviewer
from services.membership.domain.vetting.rounds import Verdict
from services.membership.store import Stores
from services.membership.store.communities.communities import (
    joined_policy,
    joined_reasons,
    take_joined_policy,
    take_joined_reasons,
)
from services.membership.store.identity.people import WITH_PERSON, Named
from services.membership.store.terms.memberships import joined_company, take_joined_company
from services.membership.store.terms.plans import joined_plan, take_joined_plan
from services.membership.store.terms.standings import joined_reviewers, take_joined_reviewers
from services.membership.store.vetting.applications import WITH_STAFF, handed_in
from services.membership.store.vetting.waiting_applications import NamedApplication
from services.membership.usecases.access import Access
from services.membership.usecases.actions import APPLICATION_ACTIONS, Judged
from services.membership.usecases.identity.people import name_of
from services.membership.usecases.vetting.answer_files import AnswerFiles
from services.membership.usecases.vetting.decisions import (
    JOINED_LEADS_TO,
    Decisions,
    emit_decided,
    take_joined_leads_to,
)
from services.membership.usecases.vetting.readers import Reader
from services.membership.usecases.vetting.views import staff_in

Step = Callable[[Transaction, Application, Policy], Application]
# With who reviews there.
Judging = Callable[[Transaction, Application, Policy, list[Reviewer]], Application]


class Seen(NamedTuple):
    """As which version of which community somebody saw what they decide on with others."""

    community_id: str
    version: int


class ReviewUseCases:
    """Every step loads in its own transaction: of two simultaneous reviewers the second sees the
    first one's state and gets a conflict that names it."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        decisions: Decisions,
    ) -> None:
        self._stores = stores
        self._applications = stores.applications
        self._communities = stores.communities
        self._uow = uow
        self._clock = clock
        self._access = access
        self._decisions = decisions
        self._files = AnswerFiles(stores=stores)

    def get(self, request: wire.GetApplication, ctx: Context) -> wire.ShownApplication:
        """An application, for its applicant and reviewers; operators see no private answer."""
        wanted = words_of(request["include"])
        joined = _joined(ctx)
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
        policy, company = take_joined_policy(application), take_joined_company(application)
        self._require_may_see(application, caller)
        about, now = application["person_id"], self._clock.now()
        reader = Reader(self._stores, caller, company)
        judged = judged_by(reader, application, policy)
        actions = possible(APPLICATION_ACTIONS, judged, now, caller, about=about)
        view = reader.view(application)
        shown = staff_in(view)
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

    def get_file(self, request: wire.GetApplicationFile, ctx: Context) -> wire.Piece:
        """A piece of a file among the answers that the caller sees."""
        application, caller = self._access.read(
            ctx, self._applications, request["application_id"], joined=_joined(ctx)
        )
        take_joined_policy(application)
        company = take_joined_company(application)
        self._require_may_see(application, caller)
        reader = Reader(self._stores, caller, company)
        return self._files.piece(application, reader, request["upload_id"], request["after"])

    def list_of_community(self, request: wire.ListApplications, ctx: Context) -> wire.Applications:
        """The applications that were handed in at a community, found by name or in some order."""
        community_id, states = request["community_id"], words_of(request["state"])
        joined = [joined_company(ctx.actor.person_id or "", "$_id")]
        community = self._communities.require(community_id, joined=joined)
        policy, company = community["policy"], take_joined_company(community)
        caller = self._access.require(ctx, LIST_APPLICATIONS.who, community_id)
        after, limit, source = request["after"], request["limit"], request["source"]
        page: Page[NamedApplication]
        total: int | None = None
        if (search := request["search"]) is not None:
            wanted = handed_in(states)
            page = self._applications.page_found(
                community_id, search, wanted, after=after, limit=limit
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
        reader = Reader(self._stores, caller, company)

        def view(application: NamedApplication) -> wire.ListedApplication:
            judged = judged_by(reader, application, policy)
            return {
                **reader.view(application),
                "display_name": name_of(application["person"][0]),
                "actions": actions(judged, application["person_id"]),
            }

        return {**page.answer(view), "total": total}

    def claim(self, request: wire.ApplicationRef, ctx: Context) -> wire.Application:
        """Takes an application up, so that the others see who is on it."""
        return self.step(
            CLAIM_APPLICATION,
            request["application_id"],
            ctx,
            lambda tx, application, policy: self._applications.save(
                tx, domain.claim(application, ctx.require_person(), tx.now, policy)
            ),
        )

    def approve(
        self, request: wire.Approve, ctx: Context, seen: Seen | None = None
    ) -> wire.Application:
        """Says yes; with the last yes needed the membership awaits its payment."""
        return self._judge(
            APPROVE_APPLICATION,
            request["application_id"],
            ctx,
            {"verdict": "approve", "note": request["note"], "scores": request["scores"]},
            request["round"],
            seen,
        )

    def reject(
        self, request: wire.Reject, ctx: Context, seen: Seen | None = None
    ) -> wire.Application:
        """Says no, with a reason code and words for the applicant, or those of the reason."""
        return self._judge(
            REJECT_APPLICATION,
            request["application_id"],
            ctx,
            {
                "verdict": "reject",
                "note": request["message"],
                "scores": request["scores"],
                "veto": request["veto"],
                "reason": request["reason"],
            },
            request["round"],
            seen,
        )

    def decide(self, request: wire.DecideApplication, ctx: Context) -> wire.Application:
        """Decides, as an owner, what the reviewers cannot."""
        reason = request["reason"] if request["verdict"] == "reject" else None

        def step(
            tx: Transaction, before: Application, policy: Policy, staff: list[Reviewer]
        ) -> Application:
            decided: OwnerDecision = {
                "owner_id": ctx.require_person(),
                "verdict": request["verdict"],
                "note": request["note"],
                "conflicted": False,
                "at": tx.now,
            }
            rejection: Rejection = {
                "reason": request["reason"],
                "message": words_for(reason, request["message"], take_joined_reasons(before)),
                "at": tx.now,
            }
            panel = self._decisions.panel(before, staff)
            seen_round = request["round"]
            after = domain.decide_as_owner(
                before, decided, rejection, panel, tx.now, policy, seen_round
            )
            return self._decisions.save(tx, before, after, policy)

        joined = _joined_reasons(reason)
        return self._judging(DECIDE_APPLICATION, request["application_id"], ctx, step, joined)

    def declare_conflict(self, request: wire.ApplicationRef, ctx: Context) -> wire.Application:
        """Notes that the caller is too near to judge it; what they said of it goes."""

        def step(
            tx: Transaction, before: Application, policy: Policy, staff: list[Reviewer]
        ) -> Application:
            declared = domain.declare_conflict(before, ctx.require_person())
            panel = self._decisions.panel(declared, staff)
            return self._decisions.settle(tx, before, declared, policy, panel)

        return self._judging(DECLARE_CONFLICT, request["application_id"], ctx, step)

    def _judge(
        self,
        rpc: Rpc,
        application_id: str,
        ctx: Context,
        said: dict[str, Any],
        seen_round: int | None,
        seen: Seen | None,
    ) -> wire.Application:
        reason, is_approval = said.get("reason"), said["verdict"] == "approve"
        joined = JOINED_LEADS_TO if is_approval else _joined_reasons(reason)

        def step(
            tx: Transaction, before: Application, policy: Policy, staff: list[Reviewer]
        ) -> Application:
            if seen is not None:
                domain.require_unscored(before)
            leads_to = take_joined_leads_to(before) if is_approval else None
            note = words_for(reason, said["note"], take_joined_reasons(before))
            given = {"reviewer_id": ctx.require_person(), **said, "note": note, "at": tx.now}
            panel = self._decisions.panel(before, staff)
            judged = domain.judge(before, cast(Verdict, given), panel, policy, seen_round)
            return self._decisions.settle(tx, before, judged, policy, panel, leads_to)

        return self._judging(rpc, application_id, ctx, step, joined, seen)

    def request_info(
        self, request: wire.AskForInfo, ctx: Context, seen: Seen | None = None
    ) -> wire.Application:
        """Asks the applicant for more, in the reviewer's words or those of a reason."""
        reason, questions = request["reason"], request["questions"]

        def step(tx: Transaction, before: Application, policy: Policy) -> Application:
            person_id, seen_round = ctx.require_person(), request["round"]
            words = words_for(reason, request["message"], take_joined_reasons(before))
            if not words:  # a reason of every community's has none for this
                missing = FieldProblem("/message", "field.required")
                raise DomainError(INVALID_INPUT, fields=[missing])
            asked = domain.request_info(before, person_id, words, questions, tx.now, seen_round)
            if questions:
                check_in_form(self._decisions.form_of(before), questions)
            saved = self._applications.save(tx, asked)
            emit_decided(tx, APPLICATION_INFO_REQUESTED, saved, "info_requested")
            return saved

        joined = _joined_reasons(reason)
        return self.step(REQUEST_INFO, request["application_id"], ctx, step, joined, seen)

    def words(self, request: wire.DecisionWordsRef, ctx: Context) -> wire.DecisionWords:
        """What was written to the applicant at that instant, for who writes to them."""
        application = self._applications.require(request["application_id"])
        return {"words": applications.words_of(application, request["at"])}

    def _judging(
        self,
        rpc: Rpc,
        application_id: str,
        ctx: Context,
        take: Judging,
        joined: Sequence[Document] = (),
        seen: Seen | None = None,
    ) -> wire.Application:
        """Takes a step for which it matters who reviews there: they come with the application."""

        def step(tx: Transaction, before: Application, policy: Policy) -> Application:
            return take(tx, before, policy, take_joined_reviewers(before))

        return self.step(rpc, application_id, ctx, step, [joined_reviewers(), *joined], seen)

    def step(
        self,
        rpc: Rpc,
        application_id: str,
        ctx: Context,
        take: Step,
        joined: Sequence[Document] = (),
        seen: Seen | None = None,
    ) -> wire.Application:
        """Takes a step that saves, and answers as who took it may see it then."""
        stages = [*_joined(ctx), *joined]

        def work(tx: Transaction) -> wire.Application:
            before, caller = self._access.read(
                ctx, self._applications, application_id, joined=stages, tx=tx
            )
            policy, company = take_joined_policy(before), take_joined_company(before)
            self._require_may_see(before, caller)
            is_own = before["person_id"] == ctx.actor.person_id
            caller.require(rpc.who, REVIEWER_CONFLICTED if is_own else NOT_PERMITTED)
            if seen is not None:
                self._require_as_seen(before, seen)
            after = take(tx, before, policy)
            tx.audit(rpc.name, before, after)
            return Reader(self._stores, caller, company).view(after)

        return self._uow.run(ctx, work)

    def _require_as_seen(self, application: Application, seen: Seen) -> None:
        if application["community_id"] != seen.community_id:
            raise DomainError(OBJECT_NOT_FOUND, noun=self._applications.noun)
        check_version(application, seen.version)

    def _require_may_see(self, application: Application, caller: Caller) -> None:
        """What was never handed in is for its applicant alone."""
        noun, person_id = self._applications.noun, application["person_id"]
        caller.require_may_see(GET_APPLICATION.who, noun, about=person_id)
        if not applications.handed_in(application):
            caller.require_may_see(CHANGE_APPLICATION.who, noun, about=person_id)


def _joined_reasons(code: str | None) -> list[Document]:
    return [joined_reasons()] if is_kept(code) else []


def _joined(ctx: Context) -> list[Document]:
    return [*joined_policy(), joined_company(ctx.actor.person_id or "")]


def judged_by(reader: Reader, application: Application, policy: Policy) -> Judged:
    """An application as `actions` ask about it."""
    form, conflicted = partial(reader.form_of, application), reader.is_conflicted(application)
    return Judged(application, form, policy, reader.person_id, conflicted, reader.owns)
