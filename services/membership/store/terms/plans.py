"""The replica of the plans that payments describes."""

from collections.abc import Mapping
from typing import Any, cast

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.validators import document_of
from contracts.states.payments import PlanState
from contracts.types.payments import PlanFacts
from services.membership.domain.terms.plans import Plan

MOST_ON_SALE = 100


class PlanStore:
    collection_schema = Collection(
        "plans",
        kept="for ever: a copy of what payments keeps",
        per_community=True,
        validator=document_of(Plan),
        indexes=[Index([("community_id", 1), ("state", 1), ("_id", 1)], name="on_sale")],
    )

    def __init__(self, database: Database[Document]) -> None:
        self._plans = database[self.collection_schema.name]

    def knows(self, plan_id: str) -> bool:
        return self._plans.find_one({"_id": plan_id}, {"_id": 1}) is not None

    def on_sale(self, community_id: str) -> list[Plan]:
        """The plans on sale in a community, oldest first."""
        here = {"$match": {"community_id": community_id}}
        return cast(list[Plan], self._plans.aggregate([here, *plans_on_sale()]).to_list())

    def remember(self, facts: PlanFacts, version: int) -> None:
        """Takes over what payments says, unless something newer is stored."""
        plan: Plan = {
            "_id": facts["plan_id"],
            "community_id": facts["community_id"],
            "state": cast(PlanState, facts["state"]),
            "free": facts["free"],
            "period_months": facts["period_months"],
            "tier": facts["tier"],
            "name": facts["plan_name"],
            "version": version,
        }
        older = {"_id": plan["_id"], "version": {"$lt": version}}
        try:
            self._plans.replace_one(older, cast(Document, plan), upsert=True)
        except DuplicateKeyError:
            return  # the stored one is as new or newer


def joined_plans_on_sale() -> Document:
    """A stage that adds to a document of a community, as `_plans`, the plans on sale there."""
    return {
        "$lookup": {
            "from": PlanStore.collection_schema.name,
            "localField": "community_id",
            "foreignField": "community_id",
            "pipeline": plans_on_sale(),
            "as": "_plans",
        }
    }


def plans_on_sale() -> list[Document]:
    """The stages that leave of plans those on sale, oldest first."""
    return [{"$match": {"state": "on_sale"}}, {"$sort": {"_id": 1}}, {"$limit": MOST_ON_SALE}]


def take_joined_plans(found: Mapping[str, Any]) -> list[Plan]:
    """The plans on sale that came with a document, which has them no more."""
    plans: list[Plan] = cast(Document, found).pop("_plans")
    return plans


def joined_plan() -> Document:
    """A stage that adds to a document, as `_plan`, a list of the plan that it names."""
    return {
        "$lookup": {
            "from": PlanStore.collection_schema.name,
            "localField": "plan_id",
            "foreignField": "_id",
            "as": "_plan",
        }
    }


def take_joined_plan(found: Mapping[str, Any]) -> Plan | None:
    """The plan that came with a document, which has it no more."""
    plans: list[Plan] = cast(Document, found).pop("_plan")
    return next(iter(plans), None)
