"""Documents of communities, the versions of their forms and policies, and their member numbers."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from pymongo import DESCENDING, ReturnDocument
from pymongo.database import Database

from chassis.aggregates import AggregateStore, Page
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.unchanging import Unchanging
from chassis.uow import Transaction
from chassis.validators import WHOLE, aggregate_of, document, document_of
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.membership import LAST_OWNER
from contracts.types.membership import Policy, Reason
from services.membership.domain.communities.communities import (
    Community,
    FixedCommunity,
    FormerPolicy,
    FormVersion,
)
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.plans import Plan
from services.membership.domain.vetting.applications import Application
from services.membership.domain.vetting.reviews import Reviewer
from services.membership.store.terms.plans import (
    PlanStore,
    plans_on_sale,
    take_joined_plans,
)
from services.membership.store.terms.standings import joined_reviewers, take_joined_reviewers
from services.membership.store.vetting.screening import (
    Applying,
    joined_applying,
    take_joined_applying,
)


class SlugTaken(Exception):
    """Another community has this name in addresses."""


class Placed(NamedTuple):
    """A community, and somebody's newest application, newest rejected one and live membership."""

    community: Community
    application: Application | None
    rejected: Application | None
    membership: Membership | None


class CommunityStore(AggregateStore[Community]):
    noun = "community"
    collection_schema = Collection(
        "communities",
        kept="for ever",
        validator=aggregate_of(Community),
        indexes=[
            Index([("slug", 1)], unique=True, name="one_community_per_slug", refusal=SlugTaken)
        ],
    )

    def __init__(self, database: Database[Document]) -> None:
        super().__init__(database)
        self._fixed: Unchanging[FixedCommunity] = Unchanging()

    def fixed(self, community_id: str) -> FixedCommunity:
        """What never changes of a community: slug, zone, locale and currency.

        Kept in the process, which hears of no change: whatever owners may change is read each time.
        Raises DomainError(OBJECT_NOT_FOUND).
        """

        def load() -> FixedCommunity:
            found = self.collection.find_one(
                {"_id": community_id}, list(FixedCommunity.__annotations__)
            )
            if found is None:
                raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
            return cast(FixedCommunity, found)

        return self._fixed.get(community_id, load)

    def require_for_applicant(
        self, community_id: str, person_id: str
    ) -> tuple[
        Community, Application | None, Membership | None, list[Plan], list[Reviewer], Applying
    ]:
        """The community, the person's newest rejected application there and live membership, the
        plans on sale, who reviews, and what screening begins with.

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
                {
                    "$lookup": {
                        "from": PlanStore.collection_schema.name,
                        "pipeline": [{"$match": {"community_id": community_id}}, *plans_on_sale()],
                        "as": "_plans",
                    }
                },
                joined_reviewers("$_id"),
                *joined_applying([person_id]),
            ]
        ).to_list(1)
        if not found:
            raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
        community = found[0]
        rejected, membership = community.pop("_rejected"), community.pop("_membership")
        plans, staff = take_joined_plans(community), take_joined_reviewers(community)
        applying, former = take_joined_applying(community), next(iter(membership), None)
        newest_rejected = next(iter(rejected), None)
        return cast(Community, community), newest_rejected, former, plans, staff, applying

    def place_of(self, community_id: str, person_id: str) -> Placed:
        """The community, and what decides where a person stands there, in one round trip.

        Raises DomainError(OBJECT_NOT_FOUND).
        """
        theirs = {"community_id": community_id, "person_id": person_id}
        newest = [{"$sort": {"_id": DESCENDING}}, {"$limit": 1}]
        lookups = {
            "_newest": ("applications", [{"$match": theirs}, *newest]),
            "_rejected": ("applications", [{"$match": {**theirs, "state": "rejected"}}, *newest]),
            "_membership": ("memberships", [{"$match": {**theirs, "live": True}}]),
        }
        found = self.collection.aggregate(
            [
                {"$match": {"_id": community_id}},
                *(
                    {"$lookup": {"from": source, "pipeline": stages, "as": name}}
                    for name, (source, stages) in lookups.items()
                ),
            ]
        ).to_list(1)
        if not found:
            raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
        community = found[0]
        application, rejected, membership = (
            next(iter(community.pop(name)), None) for name in lookups
        )
        return Placed(cast(Community, community), application, rejected, membership)

    def by_slug(self, slug: str) -> Community | None:
        """The community with this short name."""
        return cast(Community | None, self.collection.find_one({"slug": slug}))

    def of_ids(self, ids: Sequence[str]) -> list[Community]:
        """Those of these that there are, without form and policy."""
        shown = {"form": 0, "policy": 0}
        return self.all_of(self.collection.find({"_id": {"$in": list(ids)}}, shown))

    def listed(self, besides: Sequence[str], *, after: str | None, limit: int) -> Page[Community]:
        """The public communities and those with the ids `besides`, by id."""
        wanted: Document = {"visibility": {"$in": ["public", None]}}  # none was public before
        if besides:
            wanted = {"$or": [wanted, {"_id": {"$in": list(besides)}}]}
        return self.page(wanted, after=after, limit=limit)

    def all(self, *, after: str | None, limit: int) -> Page[Community]:
        """All communities, whoever may see them, by id."""
        return self.page({}, after=after, limit=limit)

    def ids(self) -> list[Document]:
        """All communities, by nothing but their ids."""
        return list(self.collection.find({}, {"_id": 1}).sort("_id", 1))

    def count_owner(self, tx: Transaction, community_id: str) -> None:
        """One owner more. The count makes two revocations at once meet on one document."""
        self.collection.update_one(
            {"_id": community_id}, {"$inc": {"owners": 1}}, session=tx.session
        )

    def note_reminded(self, tx: Transaction, community_id: str, day: str) -> None:
        """Reviewers are reminded on this day; of two processes at once one finds that done. What
        owners change is guarded by the version, which stays."""
        self.collection.update_one(
            {"_id": community_id}, {"$set": {"reminded_on": day}}, session=tx.session
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


class FormStore:
    """Every version of every form; an application keeps the one that it answered."""

    collection_schema = Collection(
        "forms",
        kept="for ever: applications answer them",
        per_community=True,
        append_only=True,
        validator=document_of(FormVersion),
        indexes=[
            Index([("community_id", 1), ("form_version", 1)], unique=True, name="one_per_version")
        ],
    )

    def __init__(self, database: Database[Document]) -> None:
        self._forms = database[self.collection_schema.name]
        self._kept: Unchanging[FormVersion] = Unchanging()

    def add(self, tx: Transaction, community: Community) -> None:
        """Keeps the community's present form as one of its versions."""
        version: FormVersion = {
            "_id": f"{community['_id']}:{community['form_version']}",
            "community_id": community["_id"],
            "form_version": community["form_version"],
            "form": community["form"],
            "created_at": tx.now,
        }
        self._forms.insert_one(cast(Document, version), session=tx.session)

    def require(self, community_id: str, form_version: int) -> FormVersion:
        """A version, kept in the process; raises DomainError(OBJECT_NOT_FOUND)."""
        wanted = {"community_id": community_id, "form_version": form_version}

        def load() -> FormVersion:
            found = self._forms.find_one(wanted)
            if found is None:
                raise DomainError(OBJECT_NOT_FOUND, noun="form")
            return cast(FormVersion, found)

        return self._kept.get(f"{community_id}:{form_version}", load)


class FormerPolicyStore:
    """Every policy that a community had before its present one."""

    noun = "policy"
    collection_schema = Collection(
        "former_policies",
        kept="for ever: what was decided by them is",
        per_community=True,
        append_only=True,
        validator=document_of(FormerPolicy),
        indexes=[
            Index([("community_id", 1), ("policy_version", 1)], unique=True, name="one_per_version")
        ],
    )

    def __init__(self, database: Database[Document]) -> None:
        self._policies = database[self.collection_schema.name]

    def add(self, tx: Transaction, community: Community) -> None:
        """Keeps the policy of a whole community, which gets another one now."""
        version: FormerPolicy = {
            "_id": f"{community['_id']}:{community['policy_version']}",
            "community_id": community["_id"],
            "policy_version": community["policy_version"],
            "policy": community["policy"],
            "until": tx.now,
        }
        self._policies.insert_one(cast(Document, version), session=tx.session)

    def require(self, community_id: str, policy_version: int) -> FormerPolicy:
        """A version before the present one; raises DomainError(OBJECT_NOT_FOUND)."""
        wanted = {"community_id": community_id, "policy_version": policy_version}
        found = self._policies.find_one(wanted)
        if found is None:
            raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
        return cast(FormerPolicy, found)


class MemberNumberStore:
    """The next member number of each community: gap-free, never reused.

    The one hot counter inside a transaction; taken last, so that it is held for a moment only.
    """

    collection_schema = Collection(
        "member_numbers",
        kept="for ever",
        validator=document(next=WHOLE),
    )

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

    def continue_after(self, tx: Transaction, community_id: str, number: int) -> int:
        """No number up to this one is given out any more: it is imported. The next number."""
        after = self._numbers.find_one_and_update(
            {"_id": community_id},
            {"$max": {"next": number + 1}},
            session=tx.session,
            return_document=ReturnDocument.AFTER,
        )
        assert after is not None  # started with the community
        return int(after["next"])

    def next_after(self, tx: Transaction, community_id: str, number: int) -> int:
        """What `continue_after` would answer."""
        found = self._numbers.find_one({"_id": community_id}, session=tx.session)
        assert found is not None
        return max(int(found["next"]), number + 1)


def joined_policy() -> list[Document]:
    """Stages that add to a document of a community the community's policy as it is now.

    `take_joined_policy` takes it out again.
    """
    return [
        {
            "$lookup": {
                "from": CommunityStore.collection_schema.name,
                "localField": "community_id",
                "foreignField": "_id",
                "pipeline": [{"$project": {"policy": 1}}],
                "as": "_policy",
            }
        }
    ]


def joined_reasons() -> Document:
    """A stage that adds to a document of a community the reasons that it keeps.

    `take_joined_reasons` takes them out again.
    """
    return {
        "$lookup": {
            "from": CommunityStore.collection_schema.name,
            "localField": "community_id",
            "foreignField": "_id",
            "pipeline": [{"$project": {"reasons": 1}}],
            "as": "_reasons",
        }
    }


def take_joined_reasons(found: Mapping[str, Any]) -> list[Reason]:
    """The reasons that came with a document, which has them no more; none if none were joined."""
    came: list[Community] = cast(Document, found).pop("_reasons", [])
    return [reason for community in came for reason in community.get("reasons", [])]


def take_joined_policy(found: Mapping[str, Any]) -> Policy:
    """The policy that came with a document, which has it no more."""
    (community,) = cast(Document, found).pop("_policy")
    return cast(Policy, community["policy"])
