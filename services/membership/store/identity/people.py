"""Documents of people."""

from collections.abc import Sequence
from typing import TypedDict, cast

from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from services.membership.domain.identity.people import Person, require_not_erased
from services.membership.store.batches import BatchStore

# A stage that adds to a document how its person is called and reached: a list of one.
WITH_PERSON: Document = {
    "$lookup": {
        "from": "people",
        "localField": "person_id",
        "foreignField": "_id",
        "as": "person",
        "pipeline": [{"$project": {"_id": 0, "name": 1, "email": 1}}],
    }
}


class Named(TypedDict):
    """How a person is called and reached."""

    name: str
    email: str


class EmailTaken(Exception):
    """Another person with this address was stored meanwhile."""


class PersonStore(BatchStore[Person]):
    noun = "person"
    collection_schema = Collection(
        "people",
        kept="until the person is erased; then the id alone",
        validator=aggregate_of(Person),
        indexes=[
            Index([("email", 1)], unique=True, name="one_person_per_address", refusal=EmailTaken)
        ],
    )

    def require_known(self, id: str, *, tx: Transaction | None = None) -> Person:
        """As `require`, for who is not erased."""
        person = self.require(id, tx=tx)
        require_not_erased(person)
        return person

    def mention(self, tx: Transaction, ids: Sequence[str]) -> None:
        """Something about these people is put elsewhere in this unit of work, which an erasure of
        one of them waits for or goes before; then raises DomainError(OBJECT_NOT_FOUND)."""
        known = {"_id": {"$in": list(ids)}, "erased_at": {"$exists": False}}
        counted = self.collection.update_many(
            known, {"$inc": {"mentions": 1}}, session=tx.session
        ).matched_count
        if counted < len(ids):
            raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)

    def mentioned(self, tx: Transaction, id: str) -> Person:
        """As `mention`, of one; who that is."""
        known = {"_id": id, "erased_at": {"$exists": False}}
        found = self.collection.find_one_and_update(
            known, {"$inc": {"mentions": 1}}, session=tx.session
        )
        if found is None:
            raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
        return cast(Person, found)

    def everybody(self, after: str, limit: int) -> list[Person]:
        """Everybody, also who is erased, some after a person."""
        found = self.collection.find({"_id": {"$gt": after}})
        return self.all_of(found.sort("_id", 1).limit(limit))

    def by_email(self, email: str, *, tx: Transaction | None = None) -> Person | None:
        session = None if tx is None else tx.session
        return cast(Person | None, self.collection.find_one({"email": email}, session=session))

    def by_emails(self, tx: Transaction, emails: Sequence[str]) -> dict[str, Person]:
        """The people behind these addresses, by address."""
        wanted = {"email": {"$in": list(emails)}}
        found = self.all_of(self.collection.find(wanted, session=tx.session))
        return {person["email"]: person for person in found}
