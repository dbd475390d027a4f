"""Seats: the chassis' holds, one counter for each open meetup.

A registration is counted, and an offer is live, only while its hold is kept: the hold is taken
before the unit of work that says so, and released after the one that ends it. A crash between
leaves a seat empty until `orphans` finds it; it never gives one seat to two people.
Holds run on real time here: what keeps a seat for hours is the registration or the offer.
"""

import dataclasses
import datetime as dt

from pymongo.database import Database

from chassis.clock import Clock, real_now
from chassis.collections import Index
from chassis.holds import Hold, Holds, holds_collection
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.validators import TEXT, optional

_SEATS = holds_collection("seats", community_id=TEXT, freed=optional(TEXT))
SEATS = dataclasses.replace(
    _SEATS,
    indexes=[
        *_SEATS.indexes,
        # `freed`: a seat may be free that was not offered yet. Each time it says something else.
        Index(
            [("freed", 1)],
            name="freed",
            partial={"freed": {"$type": "string"}},
            across_communities=True,
        ),
        Index([("holds.taken_at", 1)], name="taken", across_communities=True),
    ],
)

TAKING = dt.timedelta(seconds=30)
# Longer than any unit of work may last after its hold was kept.
ORPHANED_AFTER = dt.timedelta(seconds=60)


class SeatStore:
    """The seats of all open meetups."""

    def __init__(self, database: Database[Document]) -> None:
        self._counters = database[SEATS.name]
        self._holds = Holds(self._counters, Clock())

    def open(self, meetup: Document) -> None:
        """Makes the seats of a meetup; doing it again changes nothing."""
        self._holds.open(meetup["_id"], meetup["capacity"], community_id=meetup["community_id"])

    def close(self, meetup_id: str) -> None:
        """The meetup is over: there is nothing to take any more."""
        self._counters.delete_one({"_id": meetup_id})

    def take(self, meetup_id: str, registration_id: str) -> str | None:
        """The id of a kept hold of one seat; None when all seats are held."""
        hold_id = new_id("hld")
        expires_at = real_now() + TAKING
        taken = self._holds.take(
            meetup_id, hold_id, ref=registration_id, expires_at=expires_at
        ) and self._holds.keep(meetup_id, hold_id)
        return hold_id if taken else None

    def take_all(self, meetup_id: str, registration_ids: list[str]) -> dict[str, str] | None:
        """A kept hold of one seat for each registration, by its id; None when too few are free."""
        holds = {registration_id: new_id("hld") for registration_id in registration_ids}
        refs = {hold_id: registration_id for registration_id, hold_id in holds.items()}
        return holds if self._holds.take_kept(meetup_id, refs) else None

    def release(self, meetup_id: str, hold_id: str) -> None:
        """Frees a seat, so that it is offered; doing it again frees nothing."""
        self._holds.release(meetup_id, hold_id, freed=hold_id)

    def offer_free(self, meetup_id: str) -> None:
        """Somebody waits who did not before: what is free is to be offered."""
        self._counters.update_one({"_id": meetup_id}, {"$set": {"freed": new_id("hld")}})

    def freed(self) -> list[Document]:
        """The meetups that may have a free seat to offer, for `all_offered`."""
        return list(self._counters.find({"freed": {"$type": "string"}}, {"freed": 1}))

    def all_offered(self, freed: Document) -> None:
        """Nothing is left to offer, unless another seat became free since `freed` was read."""
        self._counters.update_one(
            {"_id": freed["_id"], "freed": freed["freed"]}, {"$unset": {"freed": ""}}
        )

    def free(self, meetup_id: str) -> int:
        """How many seats can be taken now; none where nothing is open."""
        return self.free_of(self._counters.find_one({"_id": meetup_id}))

    def free_of(self, counter: Document | None) -> int:
        """As `free`, of a counter that was read with its meetup."""
        return 0 if counter is None else self._holds.counted(counter).free

    def taken_between(self, after: dt.datetime | None, until: dt.datetime) -> set[str]:
        """The meetups with seats taken after `after` (None = ever) up to `until`, real time."""
        when = {"$lte": until} if after is None else {"$gt": after, "$lte": until}
        taken = {"holds": {"$elemMatch": {"taken_at": when}}}
        return {counter["_id"] for counter in self._counters.find(taken, {"_id": 1})}

    def aged(self, meetup_id: str) -> list[Hold]:
        """Holds old enough that whoever took them has finished or failed."""
        return self._holds.taken_before(meetup_id, real_now() - ORPHANED_AFTER)
