"""Why somebody can or cannot join: what `create_application` asks, asked without applying."""

from collections.abc import Sequence

from chassis.access import require_self
from chassis.clock import Clock
from chassis.context import Context
from chassis.wording import error_text
from contracts.errors import DomainError
from contracts.errors.membership import (
    APPLICATION_LIVE,
    JOINING_NOT_POSSIBLE,
)
from contracts.membership import GET_MY_JOINING
from contracts.types import membership as wire
from services.membership.domain.communities.communities import Community
from services.membership.domain.terms.plans import Plan, chosen
from services.membership.domain.vetting.applications import EDITABLE, Application, shown_rejection
from services.membership.domain.vetting.places import Situation, verdict
from services.membership.domain.vetting.screening import Applicant, check_may_apply
from services.membership.store import Stores
from services.membership.usecases.communities.visibility import Visibility
from services.membership.usecases.terms.plans import PlanUseCases
from services.membership.usecases.vetting.places import situation_of
from services.membership.usecases.vetting.screening import Screener


class JoiningUseCases:
    """The rules are those of the command, in its order; nothing is stored."""

    def __init__(
        self, *, stores: Stores, clock: Clock, plans: PlanUseCases, screener: Screener
    ) -> None:
        self._communities, self._sold = stores.communities, stores.plans
        self._screenings = stores.screenings
        self._visibility = Visibility(stores)
        self._clock, self._plans, self._screener = clock, plans, screener

    def get(self, request: wire.JoiningRef, ctx: Context) -> wire.Joining:
        """The first refusal that an application would get, as the person may hear it."""
        person_id = require_self(ctx, GET_MY_JOINING.who)
        found = self._communities.place_of(request["community_id"], person_id)
        if found.application is None and found.membership is None:
            self._visibility.require(found.community, ctx)
        self._plans.make_known(request["plan_id"], ctx)
        plans = self._sold.on_sale(request["community_id"])
        situation = situation_of(found, self._clock.now())
        community_id, named = request["community_id"], request["plan_id"]
        refusal = self._refusal(community_id, person_id, situation, plans, named)
        is_kept_out = refusal is not None and refusal.error is JOINING_NOT_POSSIBLE
        where = verdict(situation)
        application, held, rejected = (
            situation.application,
            situation.membership,
            situation.rejected,
        )
        return {
            "community_id": community_id,
            "possible": refusal is None,
            "code": None if refusal is None else refusal.code,
            "words": None if refusal is None else error_text(refusal, ctx.locale),
            "next_step": None if is_kept_out else where.next_step,
            "deadline": None if is_kept_out else where.deadline,
            "application_id": None if application is None else application["_id"],
            "membership_id": None if held is None else held["_id"],
            "plan_ids": [plan["_id"] for plan in plans],
            "notes": _notes(found.community, application, plans),
            "rejection": None if rejected is None else shown_rejection(rejected),
        }

    def _refusal(
        self,
        community_id: str,
        person_id: str,
        situation: Situation,
        plans: Sequence[Plan],
        named: str | None,
    ) -> DomainError | None:
        """What `create_application` raises for somebody whose answers are complete."""
        applicant = Applicant(
            situation.membership,
            situation.rejected,
            situation.policy,
            situation.zone,
            situation.now,
        )
        try:
            applying = self._screenings.applying(community_id, [person_id])
            self._screener.require_possible(community_id, person_id, applying)
            check_may_apply(applicant)
            chosen(plans, named)
        except DomainError as refusal:
            return refusal
        newest = situation.application
        if newest is None or not newest["live"]:
            return None
        return DomainError(APPLICATION_LIVE, application_id=newest["_id"], state=newest["state"])


def _notes(community: Community, newest: Application | None, plans: Sequence[Plan]) -> list[str]:
    """What keeps nobody from applying, but is good to know: who is approved while no plan is on
    sale waits for one; a draft answers the version of the form with which it began."""
    notes: list[str] = []
    if not plans:
        notes.append("no_plan_on_sale")
    if (
        newest is not None
        and newest["state"] in EDITABLE
        and newest["form_version"] != community["form_version"]
    ):
        notes.append("form_changed")
    return notes
