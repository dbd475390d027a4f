"""The collection of applications: how long they are kept, and by what they are found."""

from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.validators import aggregate_of
from services.membership.domain.vetting.applications import IN_QUEUE, Application
from services.membership.store.identity.names import FOUND

HANDED_IN: Document = {"submitted_at": {"$type": "date"}}
SOURCED: Document = {**HANDED_IN, "source": {"$type": "string"}}
KEYED: Document = {"answer_keys": {"$exists": True}}
VOUCHED: Document = {"vouches": {"$exists": True}}
INVITED: Document = {"invitation.invitation_id": {"$exists": True}}
WAITING: Document = {"state": {"$in": list(IN_QUEUE)}}
TIMED: Document = {**WAITING, "decide_by": {"$type": "date"}}


class LiveApplicationExists(Exception):
    """The person has another live application in the community."""


APPLICATIONS = Collection(
    "applications",
    kept=(
        "a draft untouched for 30 days ends; 180 days after one ended unpaid, or with the "
        "person, its answers and words go; what its person is found by with the person"
    ),
    validator=aggregate_of(Application),
    indexes=[
        Index(
            [("community_id", 1), ("person_id", 1)],
            unique=True,
            partial={"live": True},
            name="one_live_application",
            refusal=LiveApplicationExists,
        ),
        Index([("community_id", 1), ("_id", 1)], partial=HANDED_IN, name="handed_in"),
        Index([("community_id", 1), ("state", 1), ("_id", 1)], name="by_state"),
        FOUND,
        Index(
            # Of the few that wait; states are picked within the index.
            [("community_id", 1), ("submitted_at", 1), ("_id", 1), ("state", 1)],
            partial=WAITING,
            name="queue",
        ),
        Index(
            [("submitted_at", 1), ("_id", 1)],
            partial=WAITING,
            name="waiting",
            across_communities=True,
        ),
        # In other orders states are picked within the index.
        Index(
            [("community_id", 1), ("submitted_at", 1), ("_id", 1), ("state", 1)],
            partial=HANDED_IN,
            name="in_order_of_submission",
        ),
        Index(
            [("community_id", 1), ("updated_at", 1), ("_id", 1), ("state", 1)],
            partial=HANDED_IN,
            name="in_order_of_change",
        ),
        Index(
            [("community_id", 1), ("person_id", 1), ("_id", 1)],
            partial={"state": "rejected"},
            name="rejected_of_person",
        ),
        Index([("person_id", 1), ("_id", 1)], name="by_person", across_communities=True),
        Index(
            [("person_id", 1), ("community_id", 1), ("_id", 1)],
            name="by_person_in_community",
            across_communities=True,
        ),
        Index(
            [("community_id", 1), ("source", 1), ("_id", 1)],
            partial=SOURCED,
            name="by_source",
        ),
        Index(
            [("community_id", 1), ("answer_keys", 1)],
            partial=KEYED,
            name="same_answers",
        ),
        Index(
            # Before the others in queues that begin with whom members vouch for.
            [("community_id", 1), ("submitted_at", 1), ("_id", 1), ("state", 1)],
            partial={**WAITING, **VOUCHED},
            name="vouched_queue",
        ),
        Index(
            [("community_id", 1), ("decide_by", 1), ("_id", 1), ("state", 1)],
            partial=TIMED,
            name="due_queue",
        ),
        Index(
            [("vouches.voucher_id", 1), ("_id", 1)],
            partial=VOUCHED,
            name="by_voucher",
            across_communities=True,
        ),
        Index(
            [("community_id", 1), ("vouches.voucher_id", 1), ("_id", 1)],
            partial=VOUCHED,
            name="by_voucher_in_community",
        ),
        Index(
            # With all that is counted of them, so that no answers are read for it.
            [
                ("community_id", 1),
                ("invitation.invitation_id", 1),
                ("state", 1),
                ("submitted_at", 1),
                ("openings", 1),
                ("invitation.holds_use", 1),
            ],
            partial=INVITED,
            name="by_invitation",
        ),
        Index(
            [("due_at", 1), ("_id", 1)],
            partial={"due_at": {"$type": "date"}},
            name="due",
            across_communities=True,
        ),
    ],
)
