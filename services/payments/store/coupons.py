"""Coupon campaigns, the counters of their uses, and each person's use."""

import datetime as dt
from typing import Any

from pymongo.errors import DuplicateKeyError

from chassis.aggregates import AggregateStore
from chassis.clock import Clock
from chassis.collections import Collection, Index
from chassis.holds import Holds, holds_collection
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import (
    FLAG,
    INSTANT,
    TEXT,
    WHOLE,
    aggregate,
    document,
    list_of,
    nullable,
    one_of,
    shape,
)
from contracts.errors import DomainError
from contracts.errors.payments import COUPON_CODE_TAKEN

# The counter of a campaign without a limit only counts.
UNLIMITED = 10**12


class Coupons(AggregateStore):
    noun = "coupon"
    collection_schema = Collection(
        "coupons",
        per_community=True,
        validator=aggregate(
            community_id=TEXT,
            name=TEXT,
            code=TEXT,
            currency=TEXT,
            benefit=shape(
                kind=one_of("amount_off", "percent_off", "set_price", "extra_days"), value=WHOLE
            ),
            audience=one_of("newcomer", "renewal", "any"),
            lapsed_days=WHOLE,
            plan_ids=list_of(TEXT),
            limit=nullable(WHOLE),
            per_person=WHOLE,
            minimum=WHOLE,
            valid_from=nullable(INSTANT),
            valid_until=nullable(INSTANT),
            refund_returns_use=FLAG,
        ),
        indexes=[
            Index([("community_id", 1), ("code", 1)], unique=True, name="one_campaign_of_a_code"),
            Index([("community_id", 1), ("_id", 1)], name="of_community"),
        ],
    )

    def add(self, tx: Transaction, coupon: Document) -> Document:
        """Stores a new campaign; raises DomainError(COUPON_CODE_TAKEN)."""
        try:
            return self.insert(tx, coupon)
        except DuplicateKeyError:
            raise DomainError(COUPON_CODE_TAKEN, coupon_code=coupon["code"]) from None

    def codes_by_id(self, community_id: str) -> dict[str, str]:
        """The codes of the newest 500 campaigns, by campaign id, newest first."""
        mine = {"community_id": community_id}
        found = self.collection.find(mine, projection={"code": 1}).sort("_id", -1).limit(500)
        return {coupon["_id"]: coupon["code"] for coupon in found}

    def by_codes(self, community_id: str, codes: list[str]) -> dict[str, Document]:
        """The campaigns of these codes, by code; unknown ones are left out."""
        found = self.collection.find({"community_id": community_id, "code": {"$in": codes}})
        return {coupon["code"]: coupon for coupon in found}


class CouponCounters:
    """The uses of each campaign: one counter, held uses included (architecture §4)."""

    collection_schema = holds_collection("coupon_counters", community_id=TEXT)

    def __init__(self, database: Any, clock: Clock) -> None:
        self._collection = database[self.collection_schema.name]
        self.holds = Holds(self._collection, clock)

    def open(self, coupon: Document) -> None:
        limit = UNLIMITED if coupon["limit"] is None else coupon["limit"]
        self.holds.open(coupon["_id"], limit, community_id=coupon["community_id"])

    def uses(self, coupon_ids: list[str]) -> dict[str, tuple[int, int]]:
        """(used, held) by coupon id; kept holds count as held."""
        return {
            coupon_id: (counts.used, counts.held + counts.kept)
            for coupon_id, counts in self.holds.counts_of(coupon_ids).items()
        }


class Redemptions:
    """One person's use of a coupon: a slot of the person, held, kept, used, then counted.

    The unique index on slots is the limit per person. A slot follows its quote as a hold does.
    """

    collection_schema = Collection(
        "redemptions",
        per_community=True,
        validator=document(
            community_id=TEXT,
            coupon_id=TEXT,
            person_id=TEXT,
            slot=WHOLE,
            ref=TEXT,
            state=one_of("held", "kept", "used", "counted", "returned"),
            live=FLAG,
            expires_at=nullable(INSTANT),
            taken_at=INSTANT,
        ),
        indexes=[
            Index(
                [("community_id", 1), ("coupon_id", 1), ("person_id", 1), ("slot", 1)],
                unique=True,
                partial={"live": True},
                name="slots_of_person",
            ),
            Index(
                [("state", 1), ("taken_at", 1)],
                partial={"state": {"$in": ["held", "kept", "used"]}},
                name="unsettled",
                across_communities=True,
            ),
        ],
    )

    def __init__(self, database: Any, clock: Clock) -> None:
        self._collection = database[self.collection_schema.name]
        self._clock = clock

    def take(
        self, coupon: Document, person_id: str, *, ref: str, expires_at: dt.datetime
    ) -> str | None:
        """Holds a slot of the person until `expires_at`; its id, or None when all are taken."""
        now = self._clock.now()
        held = {"ref": ref, "state": "held", "expires_at": expires_at, "taken_at": now}
        for slot in range(coupon["per_person"]):
            place = {
                "community_id": coupon["community_id"],
                "coupon_id": coupon["_id"],
                "person_id": person_id,
                "slot": slot,
                "live": True,
            }
            slot_id = new_id("red")
            try:
                self._collection.insert_one({"_id": slot_id, **place, **held})
            except DuplicateKeyError:
                # Whoever let a slot expire, or asks again for the same quote, gives or gets it.
                free = {"$or": [{"state": "held", "expires_at": {"$lte": now}}, {"ref": ref}]}
                again = self._collection.find_one_and_update({**place, **free}, {"$set": held})
                if again is None:
                    continue
                slot_id = str(again["_id"])
            return slot_id
        return None

    def held(self, coupon: Document, person_id: str) -> list[Document]:
        """The person's slots of a coupon that are held and neither kept nor used."""
        mine = {
            "community_id": coupon["community_id"],
            "coupon_id": coupon["_id"],
            "person_id": person_id,
            "live": True,
            "state": "held",
        }
        return list(self._collection.find(mine))

    def take_over(self, slot: Document, *, ref: str, expires_at: dt.datetime) -> bool:
        """Moves a held slot to another quote of its person; False = it moved on meanwhile."""
        still = {**self._mine(slot["community_id"], slot["_id"], slot["ref"]), "state": "held"}
        held = {"ref": ref, "expires_at": expires_at, "taken_at": self._clock.now()}
        return self._collection.update_one(still, {"$set": held}).matched_count == 1

    def keep(self, community_id: str, slot_id: str, ref: str) -> bool:
        """Takes the expiry off; False = the slot went to another quote."""
        found = self._collection.update_one(
            self._mine(community_id, slot_id, ref)
            | {"$or": [{"expires_at": None}, {"expires_at": {"$gt": self._clock.now()}}]},
            [
                {
                    "$set": {
                        "state": {"$cond": [{"$eq": ["$state", "held"]}, "kept", "$state"]},
                        "expires_at": None,
                    }
                }
            ],
        )
        return found.matched_count == 1

    def use(self, community_id: str, slot_id: str, ref: str) -> bool:
        """Marks the slot as bought; True again for a used one; False = it is gone."""
        found = self._collection.update_one(
            self._mine(community_id, slot_id, ref) | {"state": {"$in": ["kept", "used"]}},
            {"$set": {"state": "used"}},
        )
        return found.matched_count == 1

    def settle(self, community_id: str, slot_id: str, ref: str) -> None:
        """The order of a used slot is paid: the slot is spent."""
        self._collection.update_one(
            self._mine(community_id, slot_id, ref) | {"state": "used"},
            {"$set": {"state": "counted"}},
        )

    def release(self, community_id: str, slot_id: str, ref: str) -> None:
        """Frees a held or kept slot; a used one stays."""
        self._collection.delete_one(
            self._mine(community_id, slot_id, ref) | {"state": {"$in": ["held", "kept"]}}
        )

    def undo(self, community_id: str, slot_id: str, ref: str) -> None:
        """Frees an unsettled slot whatever its state: what it was for came to nothing for good."""
        self._collection.delete_one(
            self._mine(community_id, slot_id, ref) | {"state": {"$in": ["held", "kept", "used"]}}
        )

    def give_back(self, community_id: str, slot_id: str, *, tx: Transaction) -> bool:
        """Frees a counted slot in the unit of work of its refund; False = not counted yet."""
        found = self._collection.update_one(
            {"community_id": community_id, "_id": slot_id, "state": "counted"},
            {"$set": {"state": "returned", "live": False}},
            session=tx.session,
        )
        return found.matched_count == 1

    def unsettled(self, *, taken_before: dt.datetime) -> list[Document]:
        """Held, kept and used slots taken before an instant, for the sweeper."""
        waiting = {"state": {"$in": ["held", "kept", "used"]}, "taken_at": {"$lt": taken_before}}
        return list(self._collection.find(waiting))

    @staticmethod
    def _mine(community_id: str, slot_id: str, ref: str) -> Document:
        return {"community_id": community_id, "_id": slot_id, "ref": ref, "live": True}
