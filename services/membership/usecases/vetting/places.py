"""Where somebody stands in a community."""

import datetime as dt

from chassis.access import Caller, caller_with, require_self
from chassis.actions import possible
from chassis.clock import Clock
from chassis.context import Context
from chassis.rpc_client import RpcClient
from contracts import payments
from contracts.errors import DomainError, Kind
from contracts.fields import words_of
from contracts.membership import CREATE_APPLICATION, GET_MY_PLACE
from contracts.states.membership import LinkKind
from contracts.types import membership as wire
from services.membership.domain.communities import communities, links
from services.membership.domain.communities.communities import Community
from services.membership.domain.terms.memberships import Membership, awaiting_term
from services.membership.domain.vetting.places import Situation, verdict
from services.membership.domain.vetting.screening import Applicant, check_may_apply
from services.membership.store import Stores
from services.membership.store.communities.communities import Placed
from services.membership.usecases.actions import (
    APPLICATION_ACTIONS,
    MEMBERSHIP_ACTIONS,
    Held,
    Judged,
)
from services.membership.usecases.communities.heads import head_view
from services.membership.usecases.communities.visibility import Visibility
from services.membership.usecases.terms.views import purchase_id, shown_membership_view


class PlaceUseCases:
    def __init__(self, *, stores: Stores, clock: Clock, rpc: RpcClient) -> None:
        self._communities, self._forms = stores.communities, stores.forms
        self._visibility = Visibility(stores)
        self._clock, self._rpc = clock, rpc

    def get(self, request: wire.PlaceRef, ctx: Context) -> wire.Place:
        """One verdict, from one read; payments is asked only while something awaits payment."""
        person_id = require_self(ctx, GET_MY_PLACE.who)
        found = self._communities.place_of(request["community_id"], person_id)
        if found.application is None and found.membership is None:
            self._visibility.require(found.community, ctx)
        situation = situation_of(found, self._clock.now())
        held, application = situation.membership, situation.application
        where, community = verdict(situation), found.community
        due = due_of(held)
        to_pay = due["purchase_id"] if due is not None and where.next_step == "pay" else None
        order_id = None if to_pay is None else self._open_order(community["_id"], to_pay, ctx)
        is_paying = where.state == "approved" and order_id is not None
        actions = self.actions(community, situation, ctx)
        wanted = words_of(request["include"])
        return {
            "community_id": community["_id"],
            "state": "paying" if is_paying else where.state,
            "reason": where.reason,
            "next_step": where.next_step,
            "deadline": where.deadline,
            "page": page_of(community, situation),
            "application_id": None if application is None else application["_id"],
            "membership_id": None if held is None else held["_id"],
            "purchase_id": to_pay,
            "order_id": order_id,
            "actions": actions,
            "community": head_view(community) if "community" in wanted else None,
            "form": community["form"] if "form" in wanted else None,
            "membership": _card(situation, actions) if "membership" in wanted else None,
        }

    def _open_order(self, community_id: str, purchase_id: str, ctx: Context) -> str | None:
        try:
            asked = {"community_id": community_id, "purchase_id": purchase_id}
            found: dict[str, str | None] = self._rpc.call(payments.GET_OPEN_ORDER, asked, ctx)
        except DomainError as error:
            if error.kind is not Kind.UNAVAILABLE:
                raise
            return None  # where they stand is known all the same
        return found["order_id"]

    def actions(self, community: Community, situation: Situation, ctx: Context) -> list[str]:
        """What they may do about their own; what staff may do stands with each object."""
        person_id, now = ctx.require_person(), situation.now
        caller: Caller = caller_with(ctx, lambda: (frozenset(), lambda: False))
        application, held, policy = situation.application, situation.membership, situation.policy
        names = [CREATE_APPLICATION.name] if _may_apply(situation) else []
        if application is not None:
            version = application["form_version"]
            is_present = version == community["form_version"]
            form = (
                community["form"]
                if is_present
                else self._forms.require(community["_id"], version)["form"]
            )
            judged = Judged(application, lambda: form, policy, person_id)
            names += possible(APPLICATION_ACTIONS, judged, now, caller, about=person_id)
        if held is not None:
            mine = Held(held, lambda: policy)
            names += possible(MEMBERSHIP_ACTIONS, mine, now, caller, about=person_id)
        return names


def situation_of(found: Placed, now: dt.datetime) -> Situation:
    """What a reading of a place says."""
    return Situation(
        application=found.application,
        rejected=found.rejected,
        membership=found.membership,
        policy=found.community["policy"],
        zone=found.community["zone"],
        now=now,
    )


def due_of(membership: Membership | None) -> wire.PurchaseDue | None:
    """The purchase that a membership awaits."""
    awaiting = None if membership is None else awaiting_term(membership)
    if awaiting is None:
        return None
    return {"purchase_id": purchase_id(awaiting, awaiting["id"]), "pay_by": awaiting["pay_by"]}


def _card(situation: Situation, actions: list[str]) -> wire.ShownMembership | None:
    held, names = situation.membership, {action.rpc.name for action in MEMBERSHIP_ACTIONS}
    if held is None:
        return None
    theirs = [name for name in actions if name in names]
    return shown_membership_view(held, situation.today, situation.policy, theirs)


def _may_apply(situation: Situation) -> bool:
    if situation.application is not None and situation.application["live"]:
        return False
    held, rejected = situation.membership, situation.rejected
    applicant = Applicant(held, rejected, situation.policy, situation.zone, situation.now)
    try:
        check_may_apply(applicant)
    except DomainError:
        return False
    return True


def page_of(community: Community, situation: Situation) -> str | None:
    """The page of the membership where there is one to look at, else of the application."""
    known = communities.whole(community)["links"]
    kind: LinkKind
    if situation.membership is not None and situation.membership["joined_on"] is not None:
        kind, id = "membership", situation.membership["_id"]
    elif situation.application is not None:
        kind, id = "application", situation.application["_id"]
    else:
        return None
    return links.page_of(known, kind, id)
