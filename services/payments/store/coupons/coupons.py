"""Coupon campaigns, the counters of their uses, and each person's use."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, cast

from pymongo.errors import DuplicateKeyError

from chassis.aggregates import AggregateStore, Page
from chassis.clock import Clock
from chassis.collections import Collection, Index
from chassis.holds import Holds, holds_collection, shares
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.state_counts import counts_by_state
from chassis.uow import Transaction
from chassis.validators import TEXT, aggregate_of, document_of
from contracts.states.payments import COUPON_STATES, CouponState
from services.payments.domain.coupons.coupons import Coupon, Redemption, as_now


class CouponCodeTaken(Exception):
    """Another campaign of the community has this code."""


def in_state(state: CouponState | None) -> Document:
    """The filter of a state; campaigns of an earlier version have none, and are active."""
    if state is None:
        return {}
    return {"state": {"$in": ["active", None]}} if state == "active" else {"state": state}


class CouponStore(AggregateStore[Coupon]):
    """Campaigns; what one lacks that an earlier version stored is filled in as it is read."""

    noun = "coupon"
    collection_schema = Collection(
        "coupons",
        kept="for ever",
        validator=aggregate_of(Coupon),
        indexes=[
            Index(
                [("community_id", 1), ("code", 1)],
                unique=True,
                name="one_campaign_of_a_code",
                refusal=CouponCodeTaken,
            ),
            Index([("community_id", 1), ("_id", 1)], name="of_community"),
            Index([("community_id", 1), ("state", 1), ("_id", 1)], name="of_community_in_state"),
        ],
    )

    def counts(self, community_id: str) -> dict[str, int]:
        """How many of a community's are in each state; counted along an index."""
        counted = {"$group": {"_id": {"$ifNull": ["$state", "active"]}, "count": {"$sum": 1}}}
        found = self.collection.aggregate([{"$match": {"community_id": community_id}}, counted])
        return counts_by_state(found, COUPON_STATES)

    def get(
        self,
        id: str,
        *,
        community_id: str | None = None,
        tx: Transaction | None = None,
        joined: Sequence[Document] = (),
    ) -> Coupon | None:
        found = super().get(id, community_id=community_id, tx=tx, joined=joined)
        return None if found is None else as_now(found)

    def cut(self, found: Iterable[Document], limit: int, sort_field: str = "_id") -> Page[Coupon]:
        return super().cut(map(dict, map(as_now, found)), limit, sort_field)

    def newest(self, community_id: str, limit: int) -> list[Coupon]:
        """The newest campaigns, newest first: what tells their uses by code."""
        mine = {"community_id": community_id}
        fields = {"code": 1, "limit": 1, "counters": 1}
        return self.all_of(self.collection.find(mine, fields).sort("_id", -1).limit(limit))


class CouponCounterStore:
    """The uses of each campaign that has a limit, held ones included (architecture.md §4)."""

    collection_schema = holds_collection("coupon_counters", community_id=TEXT)

    def __init__(self, database: Any, clock: Clock) -> None:
        self._collection = database[self.collection_schema.name]
        self.holds = Holds(self._collection, clock)

    @staticmethod
    def counter_ids(coupon: Coupon) -> list[str]:
        """The counters among which a campaign's limit is shared; none without a limit."""
        if coupon["limit"] is None:
            return []
        others = range(1, coupon.get("counters", 1))
        return [coupon["_id"], *(f"{coupon['_id']}:{number}" for number in others)]

    def open(self, coupon: Coupon) -> None:
        """Makes the counters of a new campaign."""
        if coupon["limit"] is None:
            return
        for counter_id, limit in zip(
            self.counter_ids(coupon), shares(coupon["limit"]), strict=True
        ):
            self.holds.open(counter_id, limit, community_id=coupon["community_id"])

    def resize(self, coupon: Coupon, *, tx: Transaction) -> None:
        """Makes the counters those of its new limit; raises TooManyTaken when that is too low."""
        assert coupon["limit"] is not None
        self.holds.resize(
            self.counter_ids(coupon),
            coupon["limit"],
            tx=tx,
            community_id=coupon["community_id"],
        )

    def uses(self, coupons: Sequence[Coupon]) -> dict[str, tuple[int, int]]:
        """(used, held) by coupon id of those with a limit; kept holds count as held."""
        counters = {coupon["_id"]: self.counter_ids(coupon) for coupon in coupons}
        counts = self.holds.counts_of([id for ids in counters.values() for id in ids])
        return {
            coupon_id: (
                sum(counts[id].used for id in ids),
                sum(counts[id].held + counts[id].kept for id in ids),
            )
            for coupon_id, ids in counters.items()
            if ids
        }


class RedemptionStore:
    """Slots of people; their unique index is the limit per person. They follow quotes as holds."""

    collection_schema = Collection(
        "redemptions",
        kept="for ever, by ids: uses counted",
        per_community=True,
        validator=document_of(Redemption),
        indexes=[
            Index(
                [("community_id", 1), ("coupon_id", 1), ("person_id", 1), ("slot", 1)],
                unique=True,
                partial={"live": True},
                name="slots_of_person",
            ),
            Index(
                [("community_id", 1), ("coupon_id", 1), ("state", 1), ("expires_at", 1)],
                partial={"live": True},
                name="uses_of_coupon",
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
        self, coupon: Coupon, person_id: str, *, ref: str, expires_at: dt.datetime | None
    ) -> str | None:
        """Holds a slot of the person until `expires_at`, or keeps it at once (None); its id, or
        None when all are taken."""
        now = self._clock.now()
        held = _held(ref, expires_at, now)
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

    def is_spent(self, coupon: Coupon, person_id: str) -> bool:
        """Whether the person bought with the coupon as often as they may."""
        mine = {
            "community_id": coupon["community_id"],
            "coupon_id": coupon["_id"],
            "person_id": person_id,
            "live": True,
            "state": {"$in": ["used", "counted"]},
        }
        most = coupon["per_person"]
        return self._collection.count_documents(mine, limit=most) >= most

    def unsettled_of(self, coupon: Coupon, person_id: str) -> list[Redemption]:
        """The person's slots of a coupon that are held or kept."""
        mine = {
            "community_id": coupon["community_id"],
            "coupon_id": coupon["_id"],
            "person_id": person_id,
            "live": True,
            "state": {"$in": ["held", "kept"]},
        }
        return cast(list[Redemption], list(self._collection.find(mine)))

    def take_over(self, slot: Redemption, *, ref: str, expires_at: dt.datetime | None) -> bool:
        """Moves a slot to another reference of its person; False = it moved on meanwhile."""
        mine = self._mine(slot["community_id"], slot["_id"], slot["ref"])
        still = {**mine, "state": slot["state"]}
        held = _held(ref, expires_at, self._clock.now())
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

    def let_go(self, community_id: str, slot_id: str, ref: str) -> bool:
        """Frees a slot that is held and not kept; False = there is none, and nothing changed."""
        held = self._mine(community_id, slot_id, ref) | {"state": "held"}
        return self._collection.delete_one(held).deleted_count == 1

    def release(self, community_id: str, slot_id: str, ref: str) -> None:
        """Frees a held or kept slot; a used one stays."""
        self._collection.delete_one(
            self._mine(community_id, slot_id, ref) | {"state": {"$in": ["held", "kept"]}}
        )

    def discard(self, community_id: str, slot_id: str, ref: str) -> None:
        """Frees an unsettled slot whatever its state: what it was for came to nothing for good."""
        self._collection.delete_one(
            self._mine(community_id, slot_id, ref) | {"state": {"$in": ["held", "kept", "used"]}}
        )

    def return_settled(self, community_id: str, slot_id: str, *, tx: Transaction) -> bool:
        """Frees a counted slot in the unit of work of its refund; False = not counted yet."""
        found = self._collection.update_one(
            {"community_id": community_id, "_id": slot_id, "state": "counted"},
            {"$set": {"state": "returned", "live": False}},
            session=tx.session,
        )
        return found.matched_count == 1

    def uses(self, community_id: str, coupon_ids: list[str]) -> dict[str, tuple[int, int]]:
        """(used, held) by coupon id, counted; kept slots count as held."""
        given = {"$in": ["$state", ["used", "counted"]]}
        now = self._clock.now()
        lasts = {"$or": [{"$eq": ["$expires_at", None]}, {"$gt": ["$expires_at", now]}]}
        held = {"$and": [{"$in": ["$state", ["held", "kept"]]}, lasts]}
        groups = self._collection.aggregate(
            [
                {
                    "$match": {
                        "community_id": community_id,
                        "coupon_id": {"$in": coupon_ids},
                        "live": True,
                    }
                },
                {
                    "$group": {
                        "_id": "$coupon_id",
                        "used": {"$sum": {"$cond": [given, 1, 0]}},
                        "held": {"$sum": {"$cond": [held, 1, 0]}},
                    }
                },
            ]
        )
        counted = {group["_id"]: (group["used"], group["held"]) for group in groups}
        return {coupon_id: counted.get(coupon_id, (0, 0)) for coupon_id in coupon_ids}

    def unsettled(self, *, taken_before: dt.datetime) -> list[Redemption]:
        """Held, kept and used slots taken before an instant, for the sweeper."""
        waiting = {"state": {"$in": ["held", "kept", "used"]}, "taken_at": {"$lt": taken_before}}
        return cast(list[Redemption], list(self._collection.find(waiting)))

    @staticmethod
    def _mine(community_id: str, slot_id: str, ref: str) -> Document:
        return {"community_id": community_id, "_id": slot_id, "ref": ref, "live": True}


def _held(ref: str, expires_at: dt.datetime | None, now: dt.datetime) -> Document:
    state = "kept" if expires_at is None else "held"
    return {"ref": ref, "state": state, "expires_at": expires_at, "taken_at": now}
