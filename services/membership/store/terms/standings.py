"""Documents of standings, one for each person in each community (and in `system`: operators).

The collection `standings` is the chassis' replica, which this service does not use.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from chassis.aggregates import Page
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from contracts.access import OPERATOR, REVIEWING_ROLES
from contracts.membership import SYSTEM
from services.membership.domain.communities.communities import Community
from services.membership.domain.terms.memberships import WITH_ACCESS, Membership
from services.membership.domain.terms.standings import Standing, standing_id
from services.membership.domain.vetting.reviews import Reviewer
from services.membership.store.batches import BatchStore
from services.membership.store.identity.people import WITH_PERSON, Named

# Whoever was approved here, or renews, came themselves; an import says nothing of the kind.
_CAME = {
    "from": "memberships",
    "localField": "membership_id",
    "foreignField": "_id",
    "as": "_came",
    "pipeline": [{"$match": {"terms.kind": {"$in": ["paid", "free"]}}}, {"$project": {"_id": 1}}],
}
_CAME_HERE = {"came_here": {"$ne": ["$_came", []]}}
_NAMED: list[Document] = [
    WITH_PERSON,
    {"$lookup": _CAME},
    {"$set": {"person": {"$mergeObjects": [{"$first": "$person"}, _CAME_HERE]}}},
    {"$unset": "_came"},
]


_REVIEWS: Document = {
    "roles.0": {"$exists": True},  # the index's own filter named (D-9)
    "roles": {"$in": sorted(REVIEWING_ROLES)},
}
_COMPANY = {
    "from": "memberships",
    "localField": "membership_id",
    "foreignField": "_id",
    "as": "_company",
    "pipeline": [{"$project": {"company": 1}}],
}
_WITH_COMPANY: list[Document] = [
    {"$lookup": _COMPANY},
    {
        "$project": {
            "community_id": 1,
            "person_id": 1,
            "roles": 1,
            "company": {"$first": "$_company.company"},
        }
    },
]


class OperatorExists(Exception):
    """An operator carries the mark already."""


class NamedHere(Named):
    """Somebody, and whether they came to the community themselves."""

    came_here: bool


class NamedStanding(Standing):
    """A standing with its person."""

    person: NamedHere


class StandingStore(BatchStore[Standing]):
    noun = "standing"
    collection_schema = Collection(
        "community_standings",
        kept="for ever, by ids; roles and labels until the person is erased",
        validator=aggregate_of(Standing),
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
                refusal=OperatorExists,
            ),
            Index([("person_id", 1), ("_id", 1)], name="by_person"),
            Index(
                # In the order of the list; who belongs to an audience is picked within the index.
                [
                    ("community_id", 1),
                    ("_id", 1),
                    ("grace_ends_on", 1),
                    ("segment", 1),
                    ("city", 1),
                    ("plan_tier", 1),
                ],
                partial={"state": {"$in": list(WITH_ACCESS)}},
                name="audience",
            ),
            *(
                Index(
                    [("community_id", 1), (label, 1), ("grace_ends_on", 1)],
                    partial={"state": {"$in": list(WITH_ACCESS)}},
                    name=f"members_by_{label}",
                )
                for label in ("segment", "city")
            ),
        ],
    )

    def by_ids(self, ids: Sequence[str], *, tx: Transaction | None = None) -> dict[str, Standing]:
        """The standings with these ids, by id; what is not there is left out."""
        session = None if tx is None else tx.session
        found = self.all_of(self.collection.find({"_id": {"$in": list(ids)}}, session=session))
        return {standing["_id"]: standing for standing in found}

    def count_labelled(
        self,
        community_id: str,
        label: str,
        value: str,
        today: str,
        limit: int,
        *,
        tx: Transaction | None = None,
    ) -> int:
        """How many members on a day have this segment or city, counted up to `limit`."""
        members = {
            "community_id": community_id,
            "state": {"$in": list(WITH_ACCESS)},
            label: value,
            "grace_ends_on": {"$gte": today},
        }
        session = None if tx is None else tx.session
        return self.collection.count_documents(members, limit=limit, session=session)

    def of_person(self, person_id: str, *, after: str | None, limit: int) -> Page[Standing]:
        """What a person is, in all communities, by id."""
        return self.page({"person_id": person_id}, after=after, limit=limit)

    def roles_of(self, person_id: str, limit: int) -> list[tuple[Standing, Community]]:
        """Where a person holds roles, oldest community first."""
        held = {"person_id": person_id, "community_id": {"$ne": SYSTEM}}
        there = {"from": "communities", "localField": "community_id", "foreignField": "_id"}
        found = self.collection.aggregate(
            [
                {"$match": {**held, "roles.0": {"$exists": True}}},
                {"$sort": {"_id": 1}},
                {"$limit": limit},
                {"$lookup": {**there, "as": "community"}},
                {"$unwind": "$community"},
            ]
        )
        return [(cast(Standing, row), row["community"]) for row in found]

    def run_by(self, person_id: str) -> list[Standing]:
        """Where a person is an owner, or an operator."""
        wanted = {"person_id": person_id, "roles": {"$in": ["owner", OPERATOR]}}
        return self.all_of(self.collection.find(wanted))

    def members(
        self,
        community_id: str,
        today: str,
        wanted: Mapping[str, str],
        *,
        after: str | None,
        limit: int,
    ) -> Page[Standing]:
        """The members of a community on a day, those with these labels, by id."""
        on_a_term = {"state": {"$in": list(WITH_ACCESS)}, "grace_ends_on": {"$gte": today}}
        filter = {"community_id": community_id, **on_a_term, **wanted}
        return self.page(filter, after=after, limit=limit)

    def others_with(self, standing: Standing, role: str, *, tx: Transaction | None = None) -> bool:
        """Whether somebody else holds the role there."""
        others = {
            "community_id": standing["community_id"],
            "roles.0": {"$exists": True},  # the index's own filter named (D-9)
            "roles": role,
            "_id": {"$ne": standing["_id"]},
        }
        session = None if tx is None else tx.session
        return self.collection.find_one(others, {"_id": 1}, session=session) is not None

    def role_holders(
        self, community_id: str, *, after: str | None, limit: int
    ) -> Page[NamedStanding]:
        """Everybody with a role in a community, by id."""
        held = {"community_id": community_id, "roles.0": {"$exists": True}}
        page = self.page(held, after=after, limit=limit, joined=_NAMED)
        return cast(Page[NamedStanding], page)

    def reviewers(self, community_ids: Iterable[str]) -> dict[str, list[Reviewer]]:
        """Everybody who reviews in these communities, by community."""
        panels: dict[str, list[Reviewer]] = {one: [] for one in community_ids}
        wanted = {"community_id": {"$in": list(panels)}, **_REVIEWS}
        for row in self.collection.aggregate([{"$match": wanted}, *_WITH_COMPANY]):
            panels[row["community_id"]].append(_reviewer(row))
        return panels

    def holders(self, community_id: str, roles: Sequence[str], most: int) -> list[str]:
        """Who holds one of these roles in a community, `most` at most."""
        held = {"roles.0": {"$exists": True}, "roles": {"$in": list(roles)}}
        found = self.collection.find({"community_id": community_id, **held}, {"person_id": 1})
        return [row["person_id"] for row in found.sort("_id", 1).limit(most)]

    def other_operator(self, tx: Transaction, person_id: str) -> Standing | None:
        """An operator other than this one."""
        others = {"_id": {"$ne": standing_id(SYSTEM, person_id)}, "roles": OPERATOR}
        held = {"community_id": SYSTEM, "roles.0": {"$exists": True}, **others}
        return cast(Standing | None, self.collection.find_one(held, session=tx.session))

    def named(self, tx: Transaction, id: str) -> tuple[Standing | None, NamedHere]:
        """A standing, and its person."""
        standing = self.get(id, tx=tx, joined=_NAMED)
        if standing is None:
            return None, {"name": "", "email": "", "came_here": False}
        return standing, cast(Document, standing).pop("person")


def joined_standings(person_id: str) -> list[Document]:
    """Stages that add to a document of a community a person's standings there and in `system`.

    `take_joined` takes them out again.
    """
    there = {"$concat": ["$community_id", f":{person_id}"]}
    return _joined([there, standing_id(SYSTEM, person_id)], "_standings")


def take_joined(found: Mapping[str, Any]) -> list[Standing]:
    """The standings that came with a document, which has them no more."""
    standings: list[Standing] = cast(Document, found).pop("_standings")
    return standings


def joined_standing_of_its_person() -> list[Document]:
    """Stages that add, as `_standing`, a list of the standing of the document's own person."""
    return _joined([{"$concat": ["$community_id", ":", "$person_id"]}], "_standing")


def take_joined_of_its_person(
    found: Mapping[str, Any],
) -> tuple[Membership | None, Standing | None]:
    """The live membership and the standing that came with a document of a person in a community,
    which has them no more."""
    document = cast(Document, found)
    membership, standing = document.pop("_membership"), document.pop("_standing")
    return next(iter(membership), None), next(iter(standing), None)


def joined_reviewers(community_id: str = "$community_id") -> Document:
    """A stage that adds to a document of a community everybody who reviews there.

    `take_joined_reviewers` takes them out again.
    """
    is_there = {"$eq": ["$community_id", "$$community_id"]}
    return {
        "$lookup": {
            "from": StandingStore.collection_schema.name,
            "let": {"community_id": community_id},
            "pipeline": [{"$match": {**_REVIEWS, "$expr": is_there}}, *_WITH_COMPANY],
            "as": "_reviewers",
        }
    }


def take_joined_reviewers(found: Mapping[str, Any]) -> list[Reviewer]:
    """Who reviews, as it came with a document, which has it no more."""
    return [_reviewer(row) for row in cast(Document, found).pop("_reviewers")]


def _reviewer(row: Document) -> Reviewer:
    return Reviewer(row["person_id"], "owner" in row["roles"], row.get("company"))


def _joined(ids: list[Any], name: str) -> list[Document]:
    standings = StandingStore.collection_schema.name
    lookup = {"from": standings, "localField": name, "foreignField": "_id", "as": name}
    return [{"$set": {name: ids}}, {"$lookup": lookup}]
