"""The communities where a person belongs, applied or works: one reading of several collections."""

from typing import Any, NamedTuple, cast

from pymongo import DESCENDING

from chassis.aggregates import Page, read_position
from chassis.mongo import Document
from contracts.membership import SYSTEM
from services.membership.domain.terms.standings import Standing
from services.membership.store.communities.communities import Placed
from services.membership.store.terms.standings import StandingStore


class Belonging(NamedTuple):
    """A community with what a person has there, and their standing, if it knows them."""

    placed: Placed
    standing: Standing | None


def communities_of(
    standings: StandingStore, person_id: str, *, after: str | None, limit: int
) -> Page[Document]:
    """A page of a person's communities, oldest first; `belonging` gives what each row says.

    Both lists that make it up are read along an index by person and community, and no further than
    the page goes.
    """
    beyond = "" if after is None else read_position(after)[1]
    more: list[Document] = [{"$sort": {"_id": 1}}, {"$limit": limit + 1}]
    known = {
        "person_id": person_id,
        "_id": {"$gt": f"{beyond};" if beyond else ""},  # ";" follows ":"
        "community_id": {"$ne": SYSTEM},
        "$or": [{"roles.0": {"$exists": True}}, {"membership_id": {"$ne": None}}],
    }
    applied = [
        {"$match": {"person_id": person_id, "community_id": {"$gt": beyond}}},
        {"$sort": {"person_id": 1, "community_id": 1, "_id": 1}},
        {"$group": {"_id": "$community_id"}},
        *more,
    ]
    found = standings.collection.aggregate(
        [
            {"$match": known},
            *more,
            {"$project": {"_id": "$community_id"}},
            {"$unionWith": {"coll": "applications", "pipeline": applied}},
            {"$group": {"_id": "$_id"}},
            *more,
            *_joined(person_id),
        ]
    )
    return cast(Page[Document], standings.cut(found, limit))


def belonging(row: Document) -> Belonging:
    """What a row of such a page says."""
    first: dict[str, Any] = {name: next(iter(row[name]), None) for name in _JOINED}
    return Belonging(
        Placed(first["community"], first["newest"], first["rejected"], first["membership"]),
        first["standing"],
    )


_JOINED = ("community", "newest", "rejected", "membership", "standing")


def _joined(person_id: str) -> list[Document]:
    """Stages that add to a community's id what belongs to it, each as a list of one or none."""
    theirs = {"person_id": person_id}
    last: list[Document] = [{"$sort": {"_id": DESCENDING}}, {"$limit": 1}]
    return [
        _lookup("communities", "_id", "community", []),
        {"$match": {"community": {"$ne": []}}},
        _lookup("applications", "community_id", "newest", [{"$match": theirs}, *last]),
        _lookup(
            "applications",
            "community_id",
            "rejected",
            [{"$match": {**theirs, "state": "rejected"}}, *last],
        ),
        _lookup(
            "memberships", "community_id", "membership", [{"$match": {**theirs, "live": True}}]
        ),
        _lookup("community_standings", "community_id", "standing", [{"$match": theirs}]),
    ]


def _lookup(source: str, field: str, name: str, pipeline: list[Document]) -> Document:
    joined: dict[str, Any] = {"from": source, "localField": "_id", "foreignField": field}
    return {"$lookup": {**joined, "pipeline": pipeline, "as": name}}
