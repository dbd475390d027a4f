"""Documents of people."""

from collections.abc import Sequence

from pymongo.errors import DuplicateKeyError

from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import TEXT, aggregate
from services.membership.store.batches import BatchStore


class EmailTaken(Exception):
    """Another person with this address was stored meanwhile."""


class People(BatchStore):
    noun = "person"
    collection_schema = Collection(
        "people",
        validator=aggregate(email=TEXT, name=TEXT, locale=TEXT),
        indexes=[Index([("email", 1)], unique=True, name="one_person_per_address")],
    )

    def insert(self, tx: Transaction, document: Document) -> Document:
        """Raises EmailTaken instead of a database error."""
        try:
            return super().insert(tx, document)
        except DuplicateKeyError as error:
            raise EmailTaken(document["email"]) from error

    def by_email(self, email: str, *, tx: Transaction | None = None) -> Document | None:
        return self.collection.find_one(
            {"email": email}, session=None if tx is None else tx.session
        )

    def by_emails(self, tx: Transaction, emails: Sequence[str]) -> dict[str, Document]:
        """The people behind these addresses, by address."""
        found = self.collection.find({"email": {"$in": list(emails)}}, session=tx.session)
        return {person["email"]: person for person in found}
