"""By what people are found in a community that they applied at or belong to."""

from collections.abc import Sequence
from typing import Any

from chassis.aggregates import A, Page, position, read_position
from chassis.collections import Index
from chassis.mongo import Document
from chassis.uow import Transaction
from services.membership.domain.identity.name_keys import folded
from services.membership.domain.identity.people import Person, found_by
from services.membership.store.identity.people import WITH_PERSON
from services.membership.store.terms.counts import CountedStore

MOST_LOOKED_AT = 2000  # documents, for one page

# One key is one place in it, after which people stand in order: a page needs no sort.
FOUND = Index(
    [("community_id", 1), ("name_keys", 1), ("person_id", 1), ("_id", 1)],
    name="found",
)
# A stage for what is listed and not saved again.
WITHOUT_KEYS: Document = {"$unset": "name_keys"}


class FindableStore(CountedStore[A]):
    """Documents of people in communities, each with `name_keys`: by what its person is found there.

    They are written with the document, in a unit of work that writes the person or another document
    of theirs with the same keys, and by a change of name: so the two wait for one another. They
    move no version, as nobody is shown them.
    """

    def rename(self, tx: Transaction, person: Person) -> None:
        """The person is found by the present name, wherever they are; who is erased by none."""
        self.collection.update_many(*as_found(person), session=tx.session)

    def wrongly_found(self, people: Sequence[Person]) -> set[str]:
        """Those of these people who are not found by their present name everywhere, or still are
        though they are erased."""
        keys = {person["_id"]: found_by(person) for person in people}
        shown = {"_id": 0, "person_id": 1, "name_keys": 1}
        rows = self.collection.find({"person_id": {"$in": list(keys)}}, shown)
        return {row["person_id"] for row in rows if row.get("name_keys") != keys[row["person_id"]]}

    def page_found(
        self,
        community_id: str,
        search: str,
        wanted: Document,
        *,
        after: str | None,
        limit: int,
        joined: Sequence[Document] = (),
    ) -> Page[Any]:
        """Those of the people of a community whom a search finds that are `wanted`, with whose
        each is and what else is `joined`; in the order of people, then of ids. After
        MOST_LOOKED_AT documents it ends and says where to go on, even with nothing: many may be
        found who have nothing `wanted`."""
        found, until = self._found(community_id, search, after)
        stages: list[Document] = [
            {"$match": {"$and": [*found, wanted]}},
            {"$sort": {"person_id": 1, "_id": 1}},
            {"$limit": limit + 1},
            WITHOUT_KEYS,
            WITH_PERSON,
            *joined,
        ]
        with self.collection.aggregate(stages, hint=FOUND.name) as rows:
            page = self.cut(rows, limit, "person_id")
        return page if page.next is not None else Page(page.items, until)

    def people_found(
        self, community_id: str, search: str, wanted: Document, limit: int
    ) -> tuple[list[str], bool]:
        """Whom of a community a search finds who have what is `wanted`, and whether these are all:
        no more than `limit`, nor than MOST_LOOKED_AT documents looked at."""
        found, until = self._found(community_id, search, None)
        stages: list[Document] = [
            {"$match": {"$and": [*found, wanted]}},
            {"$group": {"_id": "$person_id"}},
            {"$sort": {"_id": 1}},
            {"$limit": limit + 1},
        ]
        people = [row["_id"] for row in self.collection.aggregate(stages, hint=FOUND.name)]
        return people[:limit], until is None and len(people) <= limit

    def _found(
        self, community_id: str, search: str, after: str | None
    ) -> tuple[list[Document], str | None]:
        """The filters of what a search finds after a position, no more than may be looked at; and
        the position at which it goes on."""
        found: list[Document] = [{"community_id": community_id, "name_keys": folded(search)}]
        if after is not None:
            person_id, id = read_position(after)
            beyond = [{"person_id": {"$gt": person_id}}, {"_id": {"$gt": id}}]
            found += [{"person_id": {"$gte": person_id}}, {"$or": beyond}]
        rows = self.collection.find({"$and": found}, {"person_id": 1}, hint=FOUND.name)
        ordered = rows.sort([("person_id", 1), ("_id", 1)])
        ends = list(ordered.skip(MOST_LOOKED_AT - 1).limit(2))
        if len(ends) < 2:
            return found, None
        person_id, id = ends[0]["person_id"], ends[0]["_id"]
        within = [{"person_id": {"$lt": person_id}}, {"_id": {"$lte": id}}]
        found += [{"person_id": {"$lte": person_id}}, {"$or": within}]
        return found, position(ends[0], "person_id")


def as_found(person: Person) -> tuple[Document, Document]:
    """The filter and the update that make a person found by the present name."""
    keys = found_by(person)
    gone: Document = {"$unset": {"name_keys": ""}}
    change = gone if keys is None else {"$set": {"name_keys": keys}}
    return {"person_id": person["_id"]}, change
