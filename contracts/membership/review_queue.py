"""Who waits for a decision, as a reviewer's screen lists them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validates_schema

from contracts.access import REVIEWING_ROLES, holders
from contracts.fields import (
    Boolean,
    Choice,
    Day,
    Document,
    Id,
    Instant,
    PageRequest,
    SeveralOf,
    Whole,
    actions,
    page_of,
)
from contracts.lists import FOUND_BY_NAME, refuse, search_for, sorted_by
from contracts.membership.community_heads import CommunityHead
from contracts.records import Event, Rpc
from contracts.states.membership import APPLICATION_STATES


class ListReviewQueue(PageRequest):
    community_id = Id("com", required=True)
    state = SeveralOf(
        "submitted",
        "in_review",
        "needs_info",
        load_default="submitted,in_review",
        metadata={"description": "which states; `needs_info` waits for the applicant"},
    )
    search = search_for(FOUND_BY_NAME)
    overdue = Boolean(
        load_default=False,
        metadata={
            "description": "true: only those whose `decide_by` has passed, longest overdue first"
        },
    )
    sort = sorted_by("decide_by", usual="longest waiting first")

    @validates_schema
    def _has_an_index(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data.get("search") is not None:
            refuse("search", [name for name in ("overdue", "sort") if data.get(name)])


class Claim(Document):
    """Who is on it, and until when others leave it to them."""

    person_id = Id("per", required=True)
    display_name = fields.String(required=True, allow_none=True)
    until = Instant(required=True)


class QueuedApplication(Document):
    """An application without its answers, which stand where it is read; `claim` while it holds."""

    id = Id("app", required=True)
    person_id = Id("per", required=True)
    display_name = fields.String(required=True, allow_none=True)
    state = Choice(*APPLICATION_STATES, required=True)
    submitted_at = Instant(required=True)
    claim = fields.Nested(Claim, required=True, allow_none=True)
    verdicts = Whole(
        required=True,
        allow_none=True,
        metadata={"description": "how many gave theirs in this round; null to who is blind"},
    )
    needs_owner = Boolean(load_default=False)
    vouches = Whole(load_default=0)
    decide_by = Instant(load_default=None, allow_none=True)
    version = Whole(required=True)
    actions = actions()


class ReviewsOverdue(Document):
    """How many wait past the time to decide, and on which day of the community that was so."""

    community_id = Id("com", required=True)
    overdue = Whole(required=True)
    day = Day(required=True)


REVIEWS_OVERDUE = Event(
    "membership",
    "reviews_overdue",
    "Decisions of a community are overdue: who reviews there is reminded, once a day.",
    ReviewsOverdue,
    subject="community id",
)
LIST_REVIEW_QUEUE = Rpc(
    "membership",
    "list_review_queue",
    "Who waits for a decision of a community, longest first, by name; before them those whom"
    " members vouch for, where the policy sorts them first.",
    ListReviewQueue,
    page_of(
        QueuedApplication,
        "ReviewQueue",
        community=fields.Nested(
            CommunityHead, required=True, metadata={"description": "whose queue it is"}
        ),
        waiting=Whole(
            required=True, metadata={"description": "how many are in these states, found or not"}
        ),
    ),
    who=holders(REVIEWING_ROLES),
)
