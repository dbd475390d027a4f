"""Documents of communities, the versions of their forms, and their member numbers."""

from pymongo import DESCENDING, ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.aggregates import AggregateStore
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.unchanging import Unchanging
from chassis.uow import Transaction
from chassis.validators import INSTANT, OPEN, TEXT, WHOLE, aggregate, document, list_of
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.membership import COMMUNITY_SLUG_TAKEN, LAST_OWNER

_CHANGING = ("form", "form_version", "owners", "version", "updated_at")


class Communities(AggregateStore):
    noun = "community"
    collection_schema = Collection(
        "communities",
        validator=aggregate(
            slug=TEXT,
            name=TEXT,
            description=TEXT,
            zone=TEXT,
            locale=TEXT,
            currency=TEXT,
            form=list_of(OPEN),
            form_version=WHOLE,
            policy=OPEN,
            owners=WHOLE,
        ),
        indexes=[Index([("slug", 1)], unique=True, name="one_community_per_slug")],
    )

    def insert(self, tx: Transaction, document: Document) -> Document:
        """Raises DomainError(COMMUNITY_SLUG_TAKEN) instead of a database error."""
        try:
            return super().insert(tx, document)
        except DuplicateKeyError as error:
            raise DomainError(COMMUNITY_SLUG_TAKEN, slug=document["slug"]) from error

    def __init__(self, database: Database[Document]) -> None:
        super().__init__(database)
        self._fixed: Unchanging[Document] = Unchanging()

    def fixed(self, community_id: str) -> Document:
        """What never changes of a community: zone, locale, currency, policy and its names.

        That is all but the form, which has versions, and the count of owners. Kept in the process.
        Raises DomainError(OBJECT_NOT_FOUND).
        """

        def load() -> Document:
            found = self.collection.find_one({"_id": community_id}, dict.fromkeys(_CHANGING, 0))
            if found is None:
                raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
            return found

        return self._fixed.get(community_id, load)

    def require_for_applicant(
        self, community_id: str, person_id: str
    ) -> tuple[Document, Document | None, Document | None]:
        """The community, the person's newest rejected application there, and live membership.

        What applying depends on, in one round trip. Raises DomainError(OBJECT_NOT_FOUND).
        """
        theirs = {"community_id": community_id, "person_id": person_id}
        found = self.collection.aggregate(
            [
                {"$match": {"_id": community_id}},
                {
                    "$lookup": {
                        "from": "applications",
                        "pipeline": [
                            {"$match": {**theirs, "state": "rejected"}},
                            {"$sort": {"_id": DESCENDING}},
                            {"$limit": 1},
                        ],
                        "as": "_rejected",
                    }
                },
                {
                    "$lookup": {
                        "from": "memberships",
                        "pipeline": [{"$match": {**theirs, "live": True}}],
                        "as": "_membership",
                    }
                },
            ]
        ).to_list(1)
        if not found:
            raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
        community = found[0]
        rejected, membership = community.pop("_rejected"), community.pop("_membership")
        return community, next(iter(rejected), None), next(iter(membership), None)

    def ids(self) -> list[Document]:
        """All communities, by nothing but their ids."""
        return list(self.collection.find({}, {"_id": 1}).sort("_id", 1))

    def count_owner(self, tx: Transaction, community_id: str) -> None:
        """One owner more. The count makes two revocations at once meet on one document."""
        self.collection.update_one(
            {"_id": community_id}, {"$inc": {"owners": 1}}, session=tx.session
        )

    def discount_owner(self, tx: Transaction, community_id: str) -> None:
        """One owner less; raises DomainError(LAST_OWNER) when none would be left."""
        counted = self.collection.update_one(
            {"_id": community_id, "owners": {"$gt": 1}},
            {"$inc": {"owners": -1}},
            session=tx.session,
        )
        if counted.matched_count == 0:
            raise DomainError(LAST_OWNER)


class Forms:
    """Every version of every form; an application keeps the one that it answered."""

    collection_schema = Collection(
        "forms",
        per_community=True,
        append_only=True,
        validator=document(
            community_id=TEXT, form_version=WHOLE, form=list_of(OPEN), created_at=INSTANT
        ),
        indexes=[
            Index([("community_id", 1), ("form_version", 1)], unique=True, name="one_per_version")
        ],
    )

    def __init__(self, database: Database[Document]) -> None:
        self._forms = database[self.collection_schema.name]
        self._kept: Unchanging[Document] = Unchanging()

    def add(self, tx: Transaction, community: Document) -> None:
        """Keeps the community's present form as one of its versions."""
        self._forms.insert_one(
            {
                "_id": f"{community['_id']}:{community['form_version']}",
                "community_id": community["_id"],
                "form_version": community["form_version"],
                "form": community["form"],
                "created_at": tx.now,
            },
            session=tx.session,
        )

    def require(self, community_id: str, form_version: int) -> Document:
        """A version, kept in the process; raises DomainError(OBJECT_NOT_FOUND)."""
        wanted = {"community_id": community_id, "form_version": form_version}

        def load() -> Document:
            found = self._forms.find_one(wanted)
            if found is None:
                raise DomainError(OBJECT_NOT_FOUND, noun="form")
            return found

        return self._kept.get(f"{community_id}:{form_version}", load)


class MemberNumbers:
    """The next member number of each community: gap-free, never reused.

    The one hot counter inside a transaction; taken last, so that it is held for a moment only.
    """

    collection_schema = Collection("member_numbers", validator=document(next=WHOLE))

    def __init__(self, database: Database[Document]) -> None:
        self._numbers = database[self.collection_schema.name]

    def start(self, tx: Transaction, community_id: str, first: int) -> None:
        self._numbers.insert_one({"_id": community_id, "next": first}, session=tx.session)

    def take(self, tx: Transaction, community_id: str) -> int:
        before = self._numbers.find_one_and_update(
            {"_id": community_id},
            {"$inc": {"next": 1}},
            session=tx.session,
            return_document=ReturnDocument.BEFORE,
        )
        assert before is not None  # started with the community
        return int(before["next"])

    def continue_after(self, tx: Transaction, community_id: str, number: int) -> None:
        """No number up to this one is given out any more: it was imported."""
        self._numbers.update_one(
            {"_id": community_id}, {"$max": {"next": number + 1}}, session=tx.session
        )
