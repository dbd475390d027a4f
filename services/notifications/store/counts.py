"""Counts of what was delivered, kept, so that reading them takes the same time at any age.

Whatever is not settled, and whatever was settled a moment ago, is marked `uncounted` and counted
when it is asked for; the job `count_deliveries` adds the rest to the kept counts and takes the mark
away, in one transaction. So the two, read at one point in time, are exact (ADR 0051).
"""

from collections import Counter, defaultdict

from pymongo import UpdateOne
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from chassis.collections import Collection
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import OPEN, document
from contracts.states.notifications import DELIVERY_STATES, Channel, DeliveryState
from contracts.types.notifications import DeliveryCount
from services.notifications.domain.deliveries import DELIVERY
from services.notifications.store.messages import UNCOUNTED, MessageStore

FOLDED = 400  # and their communities: a transaction has fewer than 1,000 documents (D-5)
TO_COUNT = {**UNCOUNTED, "state": {"$in": sorted(DELIVERY.final)}}

Kind = tuple[str, Channel, DeliveryState]  # of type, over channel, in state


class DeliveryCountStore:
    """A document for each community: `{_id: com_…, by: {type: {channel: {state: 7}}}}`."""

    collection_schema = Collection(
        "delivery_counts", kept="for ever: numbers", validator=document(by=OPEN)
    )

    def __init__(self, database: Database[Document]) -> None:
        self._counts = database[self.collection_schema.name]
        self._messages = database[MessageStore.collection_schema.name]
        self._at_once = self._messages.with_options(read_concern=ReadConcern("snapshot"))

    def read(self, community_id: str) -> list[DeliveryCount]:
        """How many there are of each kind, by type, channel and state."""
        counted: Counter[Kind] = Counter()
        for row in self._at_once.aggregate(counting(community_id), hint="uncounted"):
            if "by" in row:
                counted.update(_flat(row["by"]))
            else:
                one = row["_id"]
                counted[one["type"], one["channel"], one["state"]] += row["count"]
        return [
            {"type": type, "channel": channel, "state": state, "count": count}
            for (type, channel, state), count in sorted(counted.items())
        ]

    def is_foldable(self) -> bool:
        """Whether something was settled that is not in the kept counts."""
        return self._messages.find_one(TO_COUNT, {"_id": 1}, hint="uncounted") is not None

    def fold(self, tx: Transaction) -> None:
        """Adds up to 400 of those that were settled to the kept counts."""
        names = ("community_id", "type", "channel", "state")
        found = list(
            self._messages.find(
                TO_COUNT, dict.fromkeys(names, 1), hint="uncounted", session=tx.session
            ).limit(FOLDED)
        )
        added: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for one in found:
            added[one["community_id"]][f"by.{one['type']}.{one['channel']}.{one['state']}"] += 1
        if added:
            self._counts.bulk_write(
                [UpdateOne({"_id": id}, {"$inc": by}, upsert=True) for id, by in added.items()],
                session=tx.session,
            )
        ids = [one["_id"] for one in found]
        self._messages.update_many(
            {"_id": {"$in": ids}}, {"$unset": {"uncounted": ""}}, session=tx.session
        )


def counting(community_id: str) -> list[Document]:
    """Stages that give the kept counts of a community, and how many are not in them."""
    theirs = {**UNCOUNTED, "state": {"$in": list(DELIVERY_STATES)}, "community_id": community_id}
    kind = {name: f"${name}" for name in ("type", "channel", "state")}
    kept = {"coll": DeliveryCountStore.collection_schema.name, "pipeline": [_is(community_id)]}
    return [
        {"$match": theirs},
        {"$group": {"_id": kind, "count": {"$sum": 1}}},
        {"$unionWith": kept},
    ]


def _is(id: str) -> Document:
    return {"$match": {"_id": id}}


def _flat(by: dict[str, dict[Channel, dict[DeliveryState, int]]]) -> dict[Kind, int]:
    return {
        (type, channel, state): n
        for type, channels in by.items()
        for channel, states in channels.items()
        for state, n in states.items()
    }
