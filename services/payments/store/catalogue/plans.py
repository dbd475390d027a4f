"""Plans, the places of their ladders, and prices promised to applicants."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Self, cast

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from chassis.aggregates import AggregateStore, Page
from chassis.clock import Clock
from chassis.collections import Collection, Index
from chassis.holds import Holds, holds_collection, shares, tally
from chassis.mongo import Document
from chassis.unchanging import Unchanging
from chassis.uow import Transaction
from chassis.validators import FLAG, INSTANT, TEXT, WHOLE, aggregate_of, document_of, optional
from contracts.aggregates import MoneyFields
from services.payments.domain.catalogue.plans import Plan, Promise, as_now

MOST_ON_SALE = 100


class PlanStore(AggregateStore[Plan]):
    """Plans; what one lacks that an earlier version stored is filled in as it is read."""

    noun = "plan"
    collection_schema = Collection(
        "plans",
        kept="for ever",
        validator=aggregate_of(Plan),
        indexes=[
            Index([("community_id", 1), ("_id", 1)], name="of_community"),
            Index([("state", 1), ("_id", 1)], name="by_state", across_communities=True),
        ],
    )

    def __init__(self, database: Any) -> None:
        super().__init__(database)
        self._sold: Unchanging[Plan | None] = Unchanging()

    def get(
        self,
        id: str,
        *,
        community_id: str | None = None,
        tx: Transaction | None = None,
        joined: Sequence[Document] = (),
    ) -> Plan | None:
        found = super().get(id, community_id=community_id, tx=tx, joined=joined)
        return None if found is None else as_now(found)

    def all_of(self, found: Iterable[Document]) -> list[Plan]:
        return [as_now(plan) for plan in found]

    def cut(self, found: Iterable[Document], limit: int, sort_field: str = "_id") -> Page[Plan]:
        return super().cut(map(dict, map(as_now, found)), limit, sort_field)

    def terms(self, plan_id: str) -> Plan:
        """The plan of a quote or an order, for what stays from then on: price, ladder, period and
        price lock. It is read once; its name, state and the like may be of then.

        Raises DomainError(OBJECT_NOT_FOUND).
        """

        def load() -> Plan | None:
            plan = self.get(plan_id)
            return plan if plan is not None and plan["sold"] else None

        # One that is not sold was quoted by an earlier version, which does not say so.
        return self._sold.get(plan_id, load) or self.require(plan_id)

    def sell(self, plan: Plan) -> Plan:
        """The plan, whose terms stay from now on: before anybody is told a price of it.

        One guarded update the first time: who changes the terms meanwhile is seen here, or refused.
        """
        while not plan["sold"]:
            seen = {"community_id": plan["community_id"], "version": plan["version"]}
            sold = self.collection.find_one_and_update(
                {"_id": plan["_id"], **seen},
                {"$set": {"sold": True}, "$inc": {"version": 1}},
                return_document=ReturnDocument.AFTER,
            )
            plan = self.require(plan["_id"]) if sold is None else as_now(sold)
        return plan

    def on_sale(self, community_id: str) -> list[Plan]:
        """The plans that can be bought now, oldest first; null is of an earlier version."""
        wanted = {"community_id": community_id, "state": {"$in": ["on_sale", None]}}
        return self.all_of(self.collection.find(wanted).sort("_id", 1).limit(MOST_ON_SALE))

    def on_sale_with_steps(
        self, community_id: str, steps: "LadderStepStore"
    ) -> list[tuple[Plan, "StepsSeen"]]:
        """The same, each with how the steps of its ladder stand, in one round trip."""
        wanted = {"community_id": community_id, "state": {"$in": ["on_sale", None]}}
        found = self.collection.aggregate(
            [
                {"$match": wanted},
                {"$sort": {"_id": 1}},
                {"$limit": MOST_ON_SALE},
                *steps.joined(),
            ]
        )
        return [(as_now(row), steps.take_joined(row)) for row in found]

    def names_of(self, plan_ids: Iterable[str]) -> dict[str, str]:
        """What these plans are called, by id."""
        wanted = {"_id": {"$in": sorted(plan_ids)}}
        return {plan["_id"]: plan["name"] for plan in self.collection.find(wanted, {"name": 1})}

    def of_before(self, limit: int) -> list[Plan]:
        """Plans of an earlier version, which had no states."""
        return self.all_of(self.collection.find({"state": None}).sort("_id", 1).limit(limit))

    def locked_at_application(self, community_id: str) -> list[Plan]:
        """The plans on sale whose price is promised to whoever applies."""
        on_sale = self.on_sale(community_id)
        return [plan for plan in on_sale if plan["price_lock"] == "at_application"]


class LadderStepStore:
    """The places of each step that anybody asked for; steps follow without a gap.

    A step has one counter, a large one several (`part` 1, 2, … beside the first).
    """

    _holds = holds_collection(
        "ladder_steps",
        plan_id=TEXT,
        step=WHOLE,
        part=optional(WHOLE),
        closed=FLAG,
        closed_at=optional(INSTANT),  # missing in what was closed before it was kept: long ago
        closed_untold=optional(FLAG),
    )
    collection_schema = dataclasses.replace(
        _holds,
        indexes=[
            *_holds.indexes,
            Index(
                [("plan_id", 1), ("closed", 1), ("step", 1)],
                name="unclosed_of_plan",
                across_communities=True,
            ),
            Index(
                [("plan_id", 1), ("closed_at", 1)],
                partial={"closed_at": {"$exists": True}},
                name="closed_of_plan",
                across_communities=True,
            ),
            Index(
                [("plan_id", 1), ("_id", 1)],
                partial={"closed_untold": True},
                name="untold",
                across_communities=True,
            ),
            Index(
                [("plan_id", 1), ("step", -1)],
                name="highest_of_plan",
                across_communities=True,
            ),
        ],
    )

    def __init__(self, database: Any, clock: Clock) -> None:
        self._collection = database[self.collection_schema.name]
        self._clock = clock
        # A counter whose places are all paid is closed for ever (the ratchet).
        self.holds = Holds(self._collection, clock, spent="closed")

    @staticmethod
    def counter_id(plan_id: str, step: int, part: int = 0) -> str:
        return f"{plan_id}:{step}:{part}" if part else f"{plan_id}:{step}"

    def open(self, plan_id: str, step: int, every: int) -> None:
        """Makes a step known; one that exists stays as it is."""
        parts = list(enumerate(shares(every)))
        # The first counter last: it makes the step known, and what a crash kept from being made
        # is made by whoever asks for the step after it.
        for part, limit in reversed(parts):
            numbered = {"part": part} if part else {}
            self.holds.open(
                self.counter_id(plan_id, step, part),
                limit,
                plan_id=plan_id,
                step=step,
                closed=False,
                **numbered,
            )

    def take_lowest(
        self, plan_id: str, hold_id: str, *, ref: str, expires_at: dt.datetime | None
    ) -> Document | None:
        """Takes a place of the lowest unclosed step that has one; its counter without holds."""
        unclosed = {"plan_id": plan_id, "closed": False}
        return self.holds.take_first(unclosed, hold_id, ref=ref, expires_at=expires_at, by="step")

    def seen(self, plan_id: str) -> "StepsSeen":
        """How the steps of a plan stand now."""
        return StepsSeen.of(self._collection.aggregate(self.pipeline(plan_id)))

    def pipeline(self, plan_id: str) -> list[Document]:
        """The stages that read what `StepsSeen.of` takes."""
        return [
            {"$match": {"plan_id": plan_id, "closed": False}},
            *self._as_seen(),
            {"$unionWith": self._highest(plan_id)},
        ]

    def joined(self) -> list[Document]:
        """Stages that add the same to a plan; `take_joined` takes it out again."""
        of_plan = {
            "from": self.collection_schema.name,
            "localField": "_id",
            "foreignField": "plan_id",
        }
        unclosed = [{"$match": {"closed": False}}, *self._as_seen()]
        return [
            {"$lookup": {**of_plan, "pipeline": unclosed, "as": "_unclosed"}},
            {"$lookup": {**of_plan, "pipeline": _HIGHEST, "as": "_highest"}},
        ]

    @staticmethod
    def take_joined(plan: Document) -> "StepsSeen":
        """How the steps stand that came with a plan, which has them no more."""
        return StepsSeen.of([*plan.pop("_unclosed"), *plan.pop("_highest")])

    def _as_seen(self) -> list[Document]:
        now = self._clock.now()
        held_until = {
            "$map": {
                "input": "$holds",
                "as": "hold",
                "in": {"$cond": [{"$gt": ["$$hold.expires_at", now]}, "$$hold.expires_at", None]},
            }
        }
        return [
            {"$sort": {"step": 1}},
            {
                "$project": {
                    "step": 1,
                    "limit": 1,
                    "used": 1,
                    "returns_at": {"$min": held_until},
                    **tally(now),
                }
            },
        ]

    def untold(self, limit: int) -> list[Document]:
        """Counters that closed and of which nobody told."""
        return list(self._collection.find({"closed_untold": True}).sort("plan_id", 1).limit(limit))

    def take_untold(self, tx: Transaction, plan_id: str) -> list[int]:
        """The steps of a plan of whose closing nobody told; from now on they are told of."""
        untold = {"plan_id": plan_id, "closed_untold": True}
        found = self._collection.find(untold, {"step": 1}, session=tx.session)
        steps = [int(counter["step"]) for counter in found]
        self._collection.update_many(untold, {"$unset": {"closed_untold": ""}}, session=tx.session)
        return steps

    def lowest_unclosed_at(self, plan_id: str, instant: dt.datetime) -> int:
        """The lowest step that was not closed at a moment, whoever held its places then."""
        unclosed: list[Document] = [{"closed": False}, {"closed_at": {"$gt": instant}}]
        found = self._collection.aggregate(
            [
                {"$match": {"$or": [{"plan_id": plan_id, **state} for state in unclosed]}},
                {"$sort": {"step": 1}},
                {"$limit": 1},
                {"$project": {"_id": 0, "step": 1}},
                {"$unionWith": self._highest(plan_id)},
            ]
        ).to_list()
        known: Document = {name: step for row in found for name, step in row.items()}
        return int(known["step"] if "step" in known else known.get("highest", -1) + 1)

    def _highest(self, plan_id: str) -> Document:
        """The stage that adds the highest step that anybody asked for."""
        pipeline = [{"$match": {"plan_id": plan_id}}, *_HIGHEST]
        return {"coll": self.collection_schema.name, "pipeline": pipeline}


# Of one plan's counters: the first one makes a step known.
_HIGHEST: list[Document] = [
    {"$match": {"part": None}},
    {"$sort": {"step": -1}},
    {"$limit": 1},
    {"$project": {"_id": 0, "highest": "$step"}},
]


@dataclasses.dataclass(frozen=True)
class StepsSeen:
    """The unclosed counters of a plan, lowest step first, by number of places; `highest` is the
    highest step that anybody asked for, None when nobody asked yet."""

    unclosed: list[Document]
    highest: int | None

    @classmethod
    def of(cls, rows: Iterable[Document]) -> Self:
        """From what the stages of `LadderStepStore.pipeline` read."""
        found = list(rows)
        highest = [row["highest"] for row in found if "highest" in row]
        return cls([row for row in found if "step" in row], highest[0] if highest else None)


class PromiseStore:
    """Prices promised to applicants; made once, never changed (`product.md` §2)."""

    collection_schema = Collection(
        "promises",
        kept="for ever, by ids: prices that are promised",
        per_community=True,
        append_only=True,
        validator=document_of(Promise),
        indexes=[
            Index(
                [("community_id", 1), ("application_id", 1), ("plan_id", 1)],
                unique=True,
                name="one_promise",
            )
        ],
    )

    def __init__(self, database: Any) -> None:
        self._collection = database[self.collection_schema.name]

    def find(self, community_id: str, application_id: str, plan_id: str) -> Promise | None:
        found = self._collection.find_one(
            {"community_id": community_id, "application_id": application_id, "plan_id": plan_id}
        )
        return cast(Promise | None, found)

    def make(
        self,
        plan: Plan,
        application_id: str,
        *,
        price: MoneyFields,
        step: int | None,
        now: dt.datetime,
    ) -> None:
        """Promises a price; the first promise stays."""
        promise: Promise = {
            "_id": f"{application_id}:{plan['_id']}",
            "community_id": plan["community_id"],
            "application_id": application_id,
            "plan_id": plan["_id"],
            "price": price,
            "step": step,
            "promised_at": now,
        }
        try:
            self._collection.insert_one(cast(Document, promise))
        except DuplicateKeyError:
            return
