"""By what people are found in a community that they applied at or belong to."""

from collections.abc import Iterable, Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from chassis.aggregates import AggregateStore, Page, position, read_position
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import document_of
from services.membership.domain.identity.name_keys import NameKeys, folded, keys_of, same_names
from services.membership.domain.identity.people import Person, display_name
from services.membership.store.identity.people import WITH_PERSON

MOST_LOOKED_AT = 2000  # people, for one page


class NameStore:
    """Keys of names, one document for each person in each community.

    Written in the unit of work that makes or changes what they say, which writes the person, too:
    so a change of name and what mentions the person wait for one another.
    """

    collection_schema = Collection(
        "name_keys",
        kept="beginnings of names and of their pinyin, until the person is erased",
        validator=document_of(NameKeys),
        indexes=[
            # One key is one place in it, after which people stand in order: a page needs no sort.
            Index([("community_id", 1), ("keys", 1), ("person_id", 1)], name="found"),
            Index([("person_id", 1)], name="by_person", across_communities=True),
        ],
    )

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self.collection = database[self.collection_schema.name]

    def put(self, tx: Transaction | None, community_id: str, people: Iterable[Person]) -> None:
        """These people are found in a community from now on."""
        changes = []
        for person in people:
            there = {"community_id": community_id, "person_id": person["_id"]}
            wanted = {"_id": f"{community_id}:{person['_id']}", "community_id": community_id}
            kept = {"$set": {**there, "keys": _keys(person)}}
            changes.append(UpdateOne(wanted, kept, upsert=True))
        if changes:
            session = None if tx is None else tx.session
            self.collection.bulk_write(changes, ordered=False, session=session)

    def wrong(self, people: Sequence[Person]) -> list[tuple[str, str]]:
        """The communities, each with the person, in which some of these people applied or belong
        and are not found by their present name."""
        by_id = {person["_id"]: person for person in people}
        theirs = {"person_id": {"$in": list(by_id)}}
        there = {
            (row["community_id"], row["person_id"])
            for name in ("applications", "memberships")
            for row in self._database[name].find(theirs, {"community_id": 1, "person_id": 1})
        }
        kept = {
            (row["community_id"], row["person_id"]): row["keys"]
            for row in self.collection.find(theirs)
        }
        return [pair for pair in sorted(there) if kept.get(pair) != _keys(by_id[pair[1]])]

    def rename(self, tx: Transaction, person: Person) -> None:
        """The person is found by the present name, wherever they are."""
        keys = {"$set": {"keys": _keys(person)}}
        self.collection.update_many({"person_id": person["_id"]}, keys, session=tx.session)

    def forget(self, tx: Transaction, person_id: str) -> None:
        """Nobody is found by what an erased person was called."""
        self.collection.delete_many({"person_id": person_id}, session=tx.session)

    def found(self, after: str, limit: int) -> list[str]:
        """Who is found anywhere, some after a person, once for each community."""
        wanted, shown = {"person_id": {"$gt": after}}, {"_id": 0, "person_id": 1}
        rows = self.collection.find(wanted, shown).sort("person_id", 1).limit(limit)
        return [row["person_id"] for row in rows]

    def called_same(
        self, community_id: str, names: Sequence[str], limit: int, *, tx: Transaction | None = None
    ) -> dict[str, list[str]]:
        """Who applied or belongs there by each of these (`name_keys.same_names`); `limit` in all,
        so that a name that many have costs no more."""
        wanted = {"community_id": community_id, "keys": {"$in": list(names)}}
        session, shown = None if tx is None else tx.session, {"_id": 0, "person_id": 1, "keys": 1}
        found: dict[str, list[str]] = {}
        for row in self.collection.find(wanted, shown, session=session).limit(limit):
            for name in set(names) & {*row["keys"]}:
                found.setdefault(name, []).append(row["person_id"])
        return found

    def page_of(
        self,
        store: AggregateStore[Any],
        community_id: str,
        search: str,
        wanted: Document,
        *,
        after: str | None,
        limit: int,
        joined: Sequence[Document] = (),
    ) -> Page[Any]:
        """What `store` has of the people of a community whom a search finds, if it is `wanted`,
        with whose it is and what else is `joined`; in the order of people, then of ids. After
        MOST_LOOKED_AT people it ends and says where to go on, even with nothing: many may be found
        who have nothing `wanted`."""
        since: Document = {}
        beyond: list[Document] = []
        if after is not None:
            person_id, id = read_position(after)
            since = {"$gte": person_id}
            ways = [{"person_id": {"$gt": person_id}}, {"_id": {"$gt": id}}]
            beyond = [{"$match": {"$or": ways}}]
        found, until = self._found(community_id, search, since)
        stages: list[Document] = [
            *_with_rows(store, found, {"community_id": community_id, **wanted}),
            {"$unwind": "$rows"},
            {"$replaceRoot": {"newRoot": "$rows"}},
            *beyond,
            {"$limit": limit + 1},
            WITH_PERSON,
            *joined,
        ]
        with self.collection.aggregate(stages) as rows:
            page = store.cut(rows, limit, "person_id")
        if page.next is None and until is not None:
            return Page(page.items, position({"person_id": until, "_id": ""}, "person_id"))
        return page

    def people_of(
        self,
        store: AggregateStore[Any],
        community_id: str,
        search: str,
        wanted: Document,
        limit: int,
    ) -> tuple[list[str], bool]:
        """Whom of a community a search finds, if `store` has of them what is `wanted`, and whether
        these are all: no more than `limit`, nor than MOST_LOOKED_AT people looked at."""
        found, until = self._found(community_id, search, {})
        stages = [
            *_with_rows(store, found, {"community_id": community_id, **wanted}),
            {"$match": {"rows": {"$ne": []}}},
            {"$limit": limit + 1},
            {"$project": {"person_id": 1}},
        ]
        people = [row["person_id"] for row in self.collection.aggregate(stages)]
        return people[:limit], until is None and len(people) <= limit

    def _found(
        self, community_id: str, search: str, since: Document
    ) -> tuple[Document, str | None]:
        """What gives whom a search finds since somebody, no more than may be looked at; and the
        first of those who are left out."""
        found: Document = {"community_id": community_id, "keys": folded(search)}
        if since:
            found["person_id"] = since
        shown, order = {"_id": 0, "person_id": 1}, [("person_id", 1)]
        first = self.collection.find_one(found, shown, sort=order, skip=MOST_LOOKED_AT)
        if first is None:
            return found, None
        return {**found, "person_id": {**since, "$lt": first["person_id"]}}, first["person_id"]


def _with_rows(store: AggregateStore[Any], found: Document, wanted: Document) -> list[Document]:
    """The stages that give people in order, each with `rows`: what `store` has of them there, few
    documents that it finds by its index `by_person`."""
    rows = {
        "from": store.collection_schema.name,
        "localField": "person_id",
        "foreignField": "person_id",
        "pipeline": [{"$match": wanted}, {"$sort": {"_id": 1}}],
        "as": "rows",
    }
    return [{"$match": found}, {"$sort": {"person_id": 1}}, {"$lookup": rows}]


def _keys(person: Person) -> list[str]:
    name = display_name(person["name"], person["email"])
    return [*keys_of(name), *same_names(name)]
