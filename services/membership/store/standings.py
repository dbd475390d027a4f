"""Documents of standings, one for each person in each community (and in `system`: operators).

The collection `standings` is the chassis' replica, which this service does not use.
"""

from collections.abc import Sequence
from typing import Any

from pymongo.errors import DuplicateKeyError

from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import DAY, FLAG, TEXT, aggregate, list_of, nullable, optional
from contracts.errors import DomainError
from contracts.errors.membership import OPERATOR_EXISTS
from contracts.membership import SYSTEM
from services.membership.domain.standings import standing_id
from services.membership.store.batches import BatchStore

_PERSON = {"from": "people", "localField": "person_id", "foreignField": "_id", "as": "name"}
_NAMED: list[Document] = [{"$lookup": _PERSON}, {"$set": {"name": {"$first": "$name.name"}}}]


class Standings(BatchStore):
    noun = "standing"
    collection_schema = Collection(
        "community_standings",
        validator=aggregate(
            community_id=TEXT,
            person_id=TEXT,
            roles=list_of(TEXT),
            membership_id=nullable(TEXT),
            state=nullable(TEXT),
            zone=TEXT,
            joined_on=nullable(DAY),
            term_ends_on=nullable(DAY),
            grace_ends_on=nullable(DAY),
            level=nullable(TEXT),
            segment=nullable(TEXT),
            first_operator=optional(FLAG),
        ),
        indexes=[
            Index(
                [("community_id", 1), ("_id", 1)],
                # Whoever holds a role has a first one.
                partial={"roles.0": {"$exists": True}},
                name="role_holders",
            ),
            Index(
                [("community_id", 1), ("first_operator", 1)],
                unique=True,
                partial={"first_operator": True},
                name="one_first_operator",
            ),
        ],
    )

    def insert_first_operator(self, tx: Transaction, standing: Document) -> Document:
        """Raises DomainError(OPERATOR_EXISTS) when another one was first."""
        try:
            return self.insert(tx, {**standing, "first_operator": True})
        except DuplicateKeyError as error:
            raise DomainError(OPERATOR_EXISTS) from error

    def by_ids(self, ids: Sequence[str], *, tx: Transaction | None = None) -> dict[str, Document]:
        """The standings with these ids, by id; what is not there is left out."""
        session = None if tx is None else tx.session
        found = self.collection.find({"_id": {"$in": list(ids)}}, session=session)
        return {standing["_id"]: standing for standing in found}

    def role_holders(
        self, community_id: str, *, after: str | None, limit: int
    ) -> tuple[list[Document], str | None]:
        """Everybody with a role in a community, by id, each with their `name`."""
        held = {"community_id": community_id, "roles.0": {"$exists": True}}
        return self.page(held, after=after, limit=limit, joined=_NAMED)

    def named(self, tx: Transaction, id: str) -> tuple[Document | None, str]:
        """A standing, and the name of its person."""
        standing = self.get(id, tx=tx, joined=_NAMED)
        return standing, "" if standing is None else standing.pop("name")


def joined_standings(person_id: str) -> list[Document]:
    """Stages that add to a document of a community a person's standings there and in `system`.

    `take_joined` takes them out again.
    """
    there = {"$concat": ["$community_id", f":{person_id}"]}
    return _joined([there, standing_id(SYSTEM, person_id)], "_standings")


def take_joined(found: Document) -> list[Document]:
    """The standings that came with a document, which has them no more."""
    standings: list[Document] = found.pop("_standings")
    return standings


def joined_standing_of_its_person() -> list[Document]:
    """Stages that add, as `_standing`, a list of the standing of the document's own person."""
    return _joined([{"$concat": ["$community_id", ":", "$person_id"]}], "_standing")


def _joined(ids: list[Any], name: str) -> list[Document]:
    standings = Standings.collection_schema.name
    lookup = {"from": standings, "localField": name, "foreignField": "_id", "as": name}
    return [{"$set": {name: ids}}, {"$lookup": lookup}]
