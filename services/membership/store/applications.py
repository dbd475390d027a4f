"""Documents of applications."""

import datetime as dt

from pymongo.errors import DuplicateKeyError

from chassis.aggregates import soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import (
    FLAG,
    INSTANT,
    OPEN,
    TEXT,
    WHOLE,
    aggregate,
    list_of,
    nullable,
    one_of,
    optional,
    shape,
)
from contracts.membership import APPLICATION_STATES
from services.membership.domain.counts import application_counts_as
from services.membership.store.counts import CountedStore

HANDED_IN: Document = {"submitted_at": {"$type": "date"}}


class LiveApplicationExists(Exception):
    """The person has another live application in the community."""


class Applications(CountedStore):
    noun = "application"
    decisive = ("state",)
    collection_schema = Collection(
        "applications",
        validator=aggregate(
            community_id=TEXT,
            person_id=TEXT,
            state=one_of(*APPLICATION_STATES),
            live=FLAG,
            form_version=WHOLE,
            answers=OPEN,
            submitted_at=nullable(INSTANT),
            info_request=nullable(shape(message=TEXT, questions=list_of(TEXT), at=INSTANT)),
            verdicts=list_of(
                shape(reviewer_id=TEXT, verdict=one_of("approve", "reject"), note=TEXT, at=INSTANT)
            ),
            rejection=nullable(shape(reason=TEXT, message=TEXT, at=INSTANT)),
            claimed_by=nullable(TEXT),
            claimed_until=nullable(INSTANT),
            approved_at=nullable(INSTANT),
            pay_by=nullable(INSTANT),
            reminded_hours=list_of(WHOLE),
            due_at=nullable(INSTANT),
            membership_id=nullable(TEXT),
            term_id=nullable(TEXT),
            purchase_id=optional(nullable(TEXT)),
        ),
        indexes=[
            Index(
                [("community_id", 1), ("person_id", 1)],
                unique=True,
                partial={"live": True},
                name="one_live_application",
            ),
            Index([("community_id", 1), ("_id", 1)], partial=HANDED_IN, name="handed_in"),
            Index([("community_id", 1), ("state", 1), ("_id", 1)], name="by_state"),
            Index(
                [("community_id", 1), ("person_id", 1), ("_id", 1)],
                partial={"state": "rejected"},
                name="rejected_of_person",
            ),
            Index([("person_id", 1), ("_id", 1)], name="by_person", across_communities=True),
            Index(
                [("due_at", 1), ("_id", 1)],
                partial={"due_at": {"$type": "date"}},
                name="due",
                across_communities=True,
            ),
        ],
    )

    def insert(self, tx: Transaction, document: Document) -> Document:
        """Raises LiveApplicationExists instead of a database error."""
        try:
            return super().insert(tx, document)
        except DuplicateKeyError as error:
            raise LiveApplicationExists(document["person_id"]) from error

    def counts_as(self, document: Document) -> str:
        return application_counts_as(document)

    def live_of(self, community_id: str, person_id: str) -> Document | None:
        """The person's live application in a community, if any."""
        wanted = {"community_id": community_id, "person_id": person_id, "live": True}
        return self.collection.find_one(wanted)

    def applied_again(self, tx: Transaction, application: Document) -> bool:
        """Whether the person has a newer application in the community, whatever became of it."""
        newer = {
            "community_id": application["community_id"],
            "person_id": application["person_id"],
            "_id": {"$gt": application["_id"]},
        }
        return self.collection.find_one(newer, {"_id": 1}, session=tx.session) is not None

    def of_community(
        self, community_id: str, state: str | None, *, after: str | None, limit: int
    ) -> tuple[list[Document], str | None]:
        """The applications that were handed in at a community, oldest first."""
        in_state = {"state": state} if state else {}
        wanted = {"community_id": community_id, **in_state, **HANDED_IN}
        return self.page(wanted, after=after, limit=limit)

    def of_person(
        self, person_id: str, *, after: str | None, limit: int
    ) -> tuple[list[Document], str | None]:
        """A person's applications, newest first."""
        return self.page({"person_id": person_id}, after=after, limit=limit, descending=True)

    def due(self, now: dt.datetime, limit: int) -> list[Document]:
        """Approved applications that time asks something of, longest due first."""
        wanted = {"due_at": {"$lte": now, "$type": "date"}}  # the index's own filter named (D-9)
        return list(self.collection.find(wanted).sort([("due_at", 1), ("_id", 1)]).limit(limit))

    def soonest_due(self) -> dt.datetime | None:
        """When time asks something of one next."""
        return soonest(self.collection, "due_at", {"due_at": {"$type": "date"}})
