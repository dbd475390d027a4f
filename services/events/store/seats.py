"""Seats: one counter for each open meetup, of how many are taken.

A seat is taken and freed in the unit of work that says whose it is or was, so the counter is right
whatever dies when: `taken` is always the number of registrations with a seat (`has_seat`). Who is
slower of two meets the other's write, and is judged anew by what that left.
"""

from pymongo.database import Database

from chassis.collections import Collection, Index
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import TEXT, WHOLE, document, optional
from services.events.domain.meetups import Meetup


class SeatStore:
    """The seats of all open meetups."""

    collection_schema = Collection(
        "seats",
        kept="with the meetup: a number",
        validator=document(community_id=TEXT, capacity=WHOLE, taken=WHOLE, freed=optional(TEXT)),
        indexes=[
            # A seat may be free that was not offered yet; `freed` is another text each time.
            Index(
                [("freed", 1)],
                name="freed",
                partial={"freed": {"$type": "string"}},
                across_communities=True,
            ),
        ],
    )

    def __init__(self, database: Database[Document]) -> None:
        self._counters = database[self.collection_schema.name]

    def open(self, meetup: Meetup, *, tx: Transaction) -> None:
        """Makes the seats of a meetup, as many as it has now."""
        self._counters.update_one(
            {"_id": meetup["_id"]},
            {
                "$set": {"community_id": meetup["community_id"], "capacity": meetup["capacity"]},
                "$setOnInsert": {"taken": 0},
            },
            upsert=True,
            session=tx.session,
        )

    def change(self, meetup: Meetup, *, tx: Transaction) -> None:
        """The meetup has other seats or times: what is free is to be offered.

        Whoever takes a seat at the same time meets this write, and is judged anew.
        """
        self._counters.update_one(
            {"_id": meetup["_id"]},
            {"$set": {"capacity": meetup["capacity"], "freed": new_id("frd")}},
            session=tx.session,
        )

    def close(self, meetup_id: str) -> None:
        """The meetup is over: there is nothing to take any more."""
        self._counters.delete_one({"_id": meetup_id})

    def take(self, meetup_id: str, seats: int, *, tx: Transaction) -> bool:
        """Takes so many seats; False = not that many are free, and nothing changed."""
        enough = {"$expr": {"$lte": [{"$add": ["$taken", seats]}, "$capacity"]}}
        taken = self._counters.update_one(
            {"_id": meetup_id, **enough}, {"$inc": {"taken": seats}}, session=tx.session
        )
        return taken.matched_count == 1

    def release(self, meetup_id: str, *, tx: Transaction) -> None:
        """Frees a seat, so that it is offered."""
        self._counters.update_one(
            {"_id": meetup_id},
            {"$inc": {"taken": -1}, "$set": {"freed": new_id("frd")}},
            session=tx.session,
        )

    def offer_free(self, meetup_id: str) -> None:
        """Somebody waits who did not before: what is free is to be offered."""
        self._counters.update_one({"_id": meetup_id}, {"$set": {"freed": new_id("frd")}})

    def freed(self) -> list[Document]:
        """The meetups that may have a free seat to offer, for `all_offered`."""
        return list(self._counters.find({"freed": {"$type": "string"}}, {"freed": 1}))

    def all_offered(self, freed: Document) -> None:
        """Nothing is left to offer, unless another seat became free since `freed` was read."""
        self._counters.update_one(
            {"_id": freed["_id"], "freed": freed["freed"]}, {"$unset": {"freed": ""}}
        )

    def taken(self, meetup_id: str, *, tx: Transaction) -> int:
        """How many seats are taken or on offer; none where nothing is open."""
        counter = self._counters.find_one({"_id": meetup_id}, session=tx.session)
        return 0 if counter is None else int(counter["taken"])

    def free(self, meetup_id: str) -> int:
        """How many seats can be taken now; none where nothing is open."""
        counter = self._counters.find_one({"_id": meetup_id})
        return 0 if counter is None else int(counter["capacity"] - counter["taken"])


class CountedMeetup(Meetup):
    """A meetup with the counter of its seats, as a list of one or none."""

    counter: list[Document]


# Reads it with its meetup.
WITH_COUNTER: Document = {
    "$lookup": {
        "from": SeatStore.collection_schema.name,
        "localField": "_id",
        "foreignField": "_id",
        "as": "counter",
    }
}
