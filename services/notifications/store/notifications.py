"""Notifications: messages to people, kept as facts, put into words when read or sent."""

from chassis.aggregates import AggregateStore
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import (
    FLAG,
    INSTANT,
    OPEN,
    TEXT,
    aggregate,
    nullable,
    one_of,
)

# A person's inbox spans communities, so its key is the person.
NOTIFICATIONS = Collection(
    "notifications",
    validator=aggregate(
        person_id=nullable(TEXT),
        community_id=nullable(TEXT),
        type=TEXT,
        category=one_of("transactional", "reminder", "social", "campaign"),
        facts=OPEN,
        link=TEXT,
        in_app=FLAG,
        read_at=nullable(INSTANT),
        cause_id=TEXT,
        request_id=TEXT,
    ),
    indexes=[Index([("person_id", 1), ("_id", 1)], name="inbox", partial={"in_app": True})],
)


class NotificationStore(AggregateStore):
    collection_schema = NOTIFICATIONS
    noun = "notification"

    def inbox(
        self, person_id: str, *, after: str | None, limit: int
    ) -> tuple[list[Document], str | None]:
        """A page of the person's in-app messages, newest first."""
        return self.page(
            {"person_id": person_id, "in_app": True}, after=after, limit=limit, descending=True
        )

    def mark_read(self, tx: Transaction, id: str, person_id: str) -> Document | None:
        """The unread message of the person as it is read now; None when there is none."""
        unread = {"_id": id, "person_id": person_id, "in_app": True, "read_at": None}
        read = {"$set": {"read_at": tx.now, "updated_at": tx.now}, "$inc": {"version": 1}}
        return self.collection.find_one_and_update(
            unread, read, return_document=True, session=tx.session
        )
