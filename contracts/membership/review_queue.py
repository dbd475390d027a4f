"""Who waits for a decision, as a reviewer's screen lists them."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import REVIEWING_ROLES, holders
from contracts.fields import (
    Boolean,
    Choice,
    Document,
    Id,
    Instant,
    PageRequest,
    SeveralOf,
    Whole,
    actions,
    page_of,
)
from contracts.lists import FOUND_BY_NAME, search_for
from contracts.membership.community_heads import CommunityHead
from contracts.records import Rpc
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
    version = Whole(required=True)
    actions = actions()


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
