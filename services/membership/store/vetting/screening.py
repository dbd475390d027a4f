"""Screening rules in all their versions, the block list, and what rules ask about."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from pymongo import DESCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.aggregates import AggregateStore, Page
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import aggregate_of, document_of
from contracts.errors import STALE_VERSION, DomainError
from services.membership.domain.identity.people import Person
from services.membership.domain.vetting.blocks import Block
from services.membership.domain.vetting.screening_rules import ScreeningVersion

MOST_MATCHES = 100  # entries of a block list that are looked at for one question


class Known(NamedTuple):
    """Somebody, and the keys of all ways by which they sign in."""

    person: Person
    identity_keys: list[str]


class Applying(NamedTuple):
    """People by id, the rules of the community, and whether it blocks anybody."""

    people: dict[str, Known]
    screening: ScreeningVersion | None
    blocks: bool


class ScreeningStore:
    """Every version of the rules of every community."""

    collection_schema = Collection(
        "screenings",
        kept="for ever: applications were judged by them; who changed them, by id",
        per_community=True,
        append_only=True,
        validator=document_of(ScreeningVersion),
        indexes=[
            Index(
                [("community_id", 1), ("screening_version", 1)], unique=True, name="one_per_version"
            )
        ],
    )

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._screenings = database[self.collection_schema.name]

    def newest(
        self, community_id: str, *, tx: Transaction | None = None
    ) -> ScreeningVersion | None:
        """The rules as they stand; None before the first."""
        session = None if tx is None else tx.session
        order = [("screening_version", DESCENDING)]
        wanted = {"community_id": community_id}
        found = self._screenings.find_one(wanted, sort=order, session=session)
        return cast(ScreeningVersion | None, found)

    def add(self, tx: Transaction, version: ScreeningVersion) -> None:
        """The next version; raises DomainError(STALE_VERSION) when it is there already."""
        try:
            self._screenings.insert_one(cast(Document, version), session=tx.session)
        except DuplicateKeyError:
            current = version["screening_version"]
            raise DomainError(STALE_VERSION, current_version=current) from None

    def applying(
        self, community_id: str, person_ids: Sequence[str], *, tx: Transaction | None = None
    ) -> Applying:
        """What it depends on whether these people may apply, in one round trip."""
        (found,) = self._database["communities"].aggregate(
            [
                {"$match": {"_id": community_id}},
                {"$project": {"_id": 1}},
                *joined_applying(person_ids),
            ],
            session=None if tx is None else tx.session,
        )
        return take_joined_applying(found)

    def called_same(
        self, community_id: str, names: Sequence[str], limit: int, *, tx: Transaction | None = None
    ) -> dict[str, list[str]]:
        """Who applied or belongs there by each of these (`name_keys.same_names`); `limit` of each,
        so that a name that many have costs no more."""
        which = {"$setIntersection": ["$name_keys", list(names)]}
        stages: list[Document] = [
            {"$match": {"community_id": community_id, "name_keys": {"$in": list(names)}}},
            {"$limit": limit},
            {"$project": {"_id": 0, "person_id": 1, "names": which}},
        ]
        rows = [
            {"$lookup": {"from": name, "pipeline": stages, "as": name}}
            for name in ("applications", "memberships")
        ]
        # A transaction has no $unionWith.
        (here,) = self._database["communities"].aggregate(
            [{"$match": {"_id": community_id}}, {"$project": {"_id": 1}}, *rows],
            session=None if tx is None else tx.session,
        )
        found: dict[str, list[str]] = {}
        for row in here["applications"] + here["memberships"]:
            for name in row["names"]:
                found.setdefault(name, []).append(row["person_id"])
        return found


class BlockStore(AggregateStore[Block]):
    noun = "block"
    collection_schema = Collection(
        "blocks",
        kept="until an owner takes it off, as digests; its reason until whom it stops is erased",
        per_community=True,
        validator=aggregate_of(Block),
        indexes=[
            Index([("community_id", 1), ("keys", 1)], name="matching"),
            Index([("community_id", 1), ("_id", 1)], name="listed"),
            Index([("keys", 1)], name="by_key", across_communities=True),
        ],
    )

    def matching(
        self, community_id: str, keys: Iterable[str], *, tx: Transaction | None = None
    ) -> dict[str, list[str]]:
        """The entries that have one of these keys, by key."""
        wanted = {"community_id": community_id, "keys": {"$in": (asked := list(keys))}}
        session, shown = None if tx is None else tx.session, {"keys": 1}
        found: dict[str, list[str]] = {}
        for row in self.collection.find(wanted, shown, session=session).limit(MOST_MATCHES):
            for key in set(asked) & {*row["keys"]}:
                found.setdefault(key, []).append(row["_id"])
        return found

    def others_ban(self, tx: Transaction, block: Block) -> bool:
        """Whether another entry stands for the suspension of the same membership."""
        others = {
            "community_id": block["community_id"],
            "keys": {"$in": block["keys"]},
            "membership_id": block["membership_id"],
            "_id": {"$ne": block["_id"]},
        }
        return self.collection.find_one(others, {"_id": 1}, session=tx.session) is not None

    def of_community(self, community_id: str, *, after: str | None, limit: int) -> Page[Block]:
        """A page of the list, newest first."""
        return self.page({}, after=after, limit=limit, community_id=community_id, descending=True)

    def remove(self, tx: Transaction, community_id: str, id: str) -> None:
        wanted = {"community_id": community_id, "_id": id}
        self.collection.delete_one(wanted, session=tx.session)

    def forget(self, tx: Transaction, keys: Sequence[str]) -> list[str]:
        """Nothing says why somebody is stopped who is erased; that they are stays. Their entries,
        in all communities."""
        theirs = {"keys": {"$in": list(keys)}}
        found = [row["_id"] for row in self.collection.find(theirs, {"_id": 1}, session=tx.session)]
        if found:
            emptied = {"$set": {"reason": ""}}
            self.collection.update_many({"_id": {"$in": found}}, emptied, session=tx.session)
        return found


def joined_applying(person_ids: Sequence[str] | None = None) -> list[Document]:
    """Stages that add to a community what it depends on whether these people may apply there; to
    an application, without them, what it depends on for its own person.

    `take_joined_applying` takes it out again.
    """
    here = {"localField": "_id", "foreignField": "community_id"}
    whose: Document = {}
    only: list[Document] = [{"$match": {"_id": {"$in": list(person_ids or ())}}}]
    if person_ids is None:
        here["localField"] = "community_id"
        whose, only = {"localField": "person_id", "foreignField": "_id"}, []
    ways = {
        "from": "identities",
        "localField": "_id",
        "foreignField": "person_id",
        "pipeline": [{"$project": {"_id": 0, "keys": 1}}],
        "as": "_ways",
    }
    newest = [{"$sort": {"screening_version": DESCENDING}}, {"$limit": 1}]
    any_block = [{"$limit": 1}, {"$project": {"_id": 1}}]
    return [
        {
            "$lookup": {
                "from": "people",
                **whose,
                "pipeline": [*only, {"$lookup": ways}],
                "as": "_people",
            }
        },
        {"$lookup": {"from": "screenings", **here, "pipeline": newest, "as": "_rules"}},
        {"$lookup": {"from": "blocks", **here, "pipeline": any_block, "as": "_blocks"}},
    ]


def take_joined_applying(found: Mapping[str, Any]) -> Applying:
    """What came with a document, which has it no more."""
    row = cast(Document, found)
    people: dict[str, Known] = {}
    for person in row.pop("_people"):
        keys = [key for way in person.pop("_ways") for key in way["keys"]]
        people[person["_id"]] = Known(cast(Person, person), keys)
    screening: ScreeningVersion | None = next(iter(row.pop("_rules")), None)
    return Applying(people, screening, bool(row.pop("_blocks")))
