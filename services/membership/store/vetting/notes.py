"""Documents of notes on applications."""

from typing import cast

from chassis.aggregates import AggregateStore, Page
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from services.membership.domain.vetting.applications import Application
from services.membership.domain.vetting.notes import Note
from services.membership.store.identity.people import Named

_WITH_AUTHOR: Document = {
    "$lookup": {
        "from": "people",
        "localField": "author_id",
        "foreignField": "_id",
        "as": "author",
        "pipeline": [{"$project": {"_id": 0, "name": 1, "email": 1}}],
    }
}


class SignedNote(Note):
    """A note with its author, as a list of one."""

    author: list[Named]


class NoteStore(AggregateStore[Note]):
    noun = "note"
    collection_schema = Collection(
        "application_notes",
        kept="until its author takes it back, at most as long as the words of its application",
        per_community=True,
        validator=aggregate_of(Note),
        indexes=[
            Index([("community_id", 1), ("application_id", 1), ("_id", 1)], name="listed"),
            Index(
                [("community_id", 1), ("application_id", 1), ("author_id", 1), ("_id", 1)],
                name="of_author",
            ),
        ],
    )

    def of_application(
        self, application: Application, author_id: str | None, *, after: str | None, limit: int
    ) -> Page[SignedNote]:
        """The notes of everybody, or of one author, oldest first."""
        wanted = {"application_id": application["_id"]}
        if author_id is not None:
            wanted["author_id"] = author_id
        page = self.page(
            wanted,
            after=after,
            limit=limit,
            community_id=application["community_id"],
            joined=[_WITH_AUTHOR],
        )
        return cast(Page[SignedNote], page)

    def count_of(self, tx: Transaction, application: Application, author_id: str) -> int:
        """How many one author has on it."""
        wanted = {
            "community_id": application["community_id"],
            "application_id": application["_id"],
            "author_id": author_id,
        }
        return self.collection.count_documents(wanted, session=tx.session)

    def remove(self, tx: Transaction, note: Note) -> None:
        wanted = {"community_id": note["community_id"], "_id": note["_id"]}
        self.collection.delete_one(wanted, session=tx.session)

    def forget(self, tx: Transaction, application: Application) -> None:
        """All that was noted on an application whose words go."""
        wanted = {
            "community_id": application["community_id"],
            "application_id": application["_id"],
        }
        self.collection.delete_many(wanted, session=tx.session)
