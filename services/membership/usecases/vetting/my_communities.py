"""Where somebody belongs, applied or works, for the first screen of a front end."""

from collections.abc import Collection

from chassis.access import require_self
from chassis.clock import Clock
from chassis.context import Context
from chassis.mongo import Document
from contracts.access import REVIEWING_ROLES
from contracts.membership import LIST_MY_COMMUNITIES
from contracts.types import membership as wire
from services.membership.domain.terms import cards, memberships
from services.membership.domain.vetting.places import Situation, verdict
from services.membership.store import Stores
from services.membership.store.communities.belonging import Belonging, belonging, communities_of
from services.membership.usecases.communities.heads import head_view
from services.membership.usecases.terms.views import renewal_view
from services.membership.usecases.vetting.places import (
    PlaceUseCases,
    due_of,
    page_of,
    situation_of,
)

WAITING = ("submitted", "in_review")  # for staff; `needs_info` waits for the applicant


class MyCommunityUseCases:
    """A list of places, each as `PlaceUseCases` judges it."""

    def __init__(self, *, stores: Stores, clock: Clock, places: PlaceUseCases) -> None:
        self._standings, self._counts = stores.standings, stores.counts
        self._clock, self._places = clock, places

    def list_mine(self, request: wire.PageRequest, ctx: Context) -> wire.MyCommunities:
        """Where the caller belongs, applied or works, oldest community first."""
        person_id = require_self(ctx, LIST_MY_COMMUNITIES.who)
        page = communities_of(
            self._standings, person_id, after=request["after"], limit=request["limit"]
        )
        rows = {row["_id"]: belonging(row) for row in page.items}
        reviewing = [id for id, row in rows.items() if REVIEWING_ROLES & {*_roles(row)}]
        waiting = self._counts.applications_in(reviewing, WAITING) if reviewing else {}

        def view(row: Document) -> wire.MyCommunity:
            known = rows[row["_id"]]
            work: wire.WaitingWork | None = None
            if row["_id"] in reviewing:
                work = {"applications": waiting.get(row["_id"], 0)}
            return self._view(known, work, ctx)

        return page.answer(view)

    def _view(
        self, row: Belonging, waiting: wire.WaitingWork | None, ctx: Context
    ) -> wire.MyCommunity:
        community = row.placed.community
        situation = situation_of(row.placed, self._clock.now())
        where = verdict(situation)
        return {
            "community": head_view(community),
            "roles": sorted(_roles(row)),
            "state": where.state,
            "reason": where.reason,
            "next_step": where.next_step,
            "deadline": where.deadline,
            "page": page_of(community, situation),
            "membership": _membership(situation),
            "application": _application(situation),
            "due": due_of(situation.membership) if where.next_step == "pay" else None,
            "waiting": waiting,
            "actions": self._places.actions(community, situation, ctx),
        }


def _roles(row: Belonging) -> Collection[str]:
    return [] if row.standing is None else row.standing["roles"]


def _membership(situation: Situation) -> wire.CardMembership | None:
    held, today = situation.membership, situation.today
    if held is None:
        return None
    return {
        "id": held["_id"],
        "number": held["number"],
        "state": memberships.state_on(held, today),
        "valid_until": cards.end_dates_now(held)[0],
        "renewal": renewal_view(held, today, situation.policy),
    }


def _application(situation: Situation) -> wire.NewestApplication | None:
    newest = situation.application
    return None if newest is None else {"id": newest["_id"], "state": newest["state"]}
