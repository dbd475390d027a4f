"""Who waits for a decision, for the screen of reviewers."""

from chassis.actions import possible_with_rows
from chassis.aggregates import Page
from chassis.clock import Clock
from chassis.context import Context
from contracts.fields import words_of
from contracts.membership import LIST_REVIEW_QUEUE
from contracts.types import membership as wire
from services.membership.domain.vetting.vouching import counts_as
from services.membership.store import Stores
from services.membership.store.terms.memberships import joined_company, take_joined_company
from services.membership.store.vetting.waiting_applications import (
    WITH_CLAIMER,
    QueuedApplication,
    in_queue,
)
from services.membership.usecases.access import Access
from services.membership.usecases.actions import APPLICATION_ACTIONS
from services.membership.usecases.communities.heads import head_view
from services.membership.usecases.identity.people import name_of
from services.membership.usecases.vetting.readers import Reader
from services.membership.usecases.vetting.reviews import judged_by


class ReviewQueueUseCases:
    """One reading for the list, without answers; what is opened is read by itself."""

    def __init__(self, *, stores: Stores, clock: Clock, access: Access) -> None:
        self._stores, self._applications = stores, stores.applications
        self._communities, self._counts = stores.communities, stores.counts
        self._clock, self._access = clock, access

    def list_waiting(self, request: wire.ListReviewQueue, ctx: Context) -> wire.ReviewQueue:
        """Who waits in these states, longest first, or found by name; and how many wait."""
        joined = [joined_company(ctx.actor.person_id or "", "$_id")]
        community = self._communities.require(request["community_id"], joined=joined)
        company = take_joined_company(community)
        caller = self._access.require(ctx, LIST_REVIEW_QUEUE.who, community["_id"])
        states = words_of(request["state"])
        after, limit = request["after"], request["limit"]
        page: Page[QueuedApplication]
        if request["overdue"] or request["sort"] is not None:
            page = self._applications.due_queue(
                community["_id"],
                states,
                before=self._clock.now() if request["overdue"] else None,
                but=caller.ctx.actor.person_id,
                descending=request["sort"] == "-decide_by",
                after=after,
                limit=limit,
            )
        elif (search := request["search"]) is None:
            vouched_first = counts_as(community["policy"]) == "first"
            queue = self._applications.vouched_queue if vouched_first else self._applications.queue
            page = queue(community["_id"], states, after=after, limit=limit)
        else:
            wanted = in_queue(community["_id"], states)
            page = self._applications.page_found(
                community["_id"],
                search,
                wanted,
                after=after,
                limit=limit,
                joined=[WITH_CLAIMER],
            )
        waiting = self._counts.applications_in([community["_id"]], states)
        actions = possible_with_rows(APPLICATION_ACTIONS, self._clock.now(), caller)
        reader = Reader(self._stores, caller, company)

        def view(one: QueuedApplication) -> wire.QueuedApplication:
            judged = judged_by(reader, one, community["policy"])
            submitted_at = one["submitted_at"]
            assert submitted_at is not None  # it waits
            is_own = one["person_id"] == reader.person_id
            return {
                "id": one["_id"],
                "person_id": one["person_id"],
                "display_name": name_of(one["person"][0]),
                "state": one["state"],
                "submitted_at": submitted_at,
                "claim": self._claim(one),
                "verdicts": None if reader.is_blind(one) else len(one["verdicts"]),
                "needs_owner": one.get("needs_owner", False),
                "vouches": len(one.get("vouches", [])),
                "decide_by": None if is_own else one.get("decide_by"),
                "version": one["version"],
                "actions": actions(judged, one["person_id"]),
            }

        return {
            **page.answer(view),
            "community": head_view(community),
            "waiting": waiting.get(community["_id"], 0),
        }

    def _claim(self, one: QueuedApplication) -> wire.Claim | None:
        by, until = one["claimed_by"], one["claimed_until"]
        if by is None or until is None or until <= self._clock.now():
            return None
        named = one["claimer"]
        return {
            "person_id": by,
            "display_name": name_of(named[0]) if named else None,
            "until": until,
        }
