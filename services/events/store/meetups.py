"""Documents of meetups."""

import datetime as dt
from collections.abc import Iterable

from pymongo.database import Database

from chassis.aggregates import AggregateStore, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.unchanging import Unchanging
from chassis.validators import FLAG, INSTANT, TEXT, WHOLE, aggregate, nullable, one_of
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from services.events.domain.meetups import MOVES, STATES
from services.events.store.registrations import REGISTRATIONS
from services.events.store.seats import SEATS

_TO_END = {"state": {"$in": list(MOVES["end"].sources)}}

MEETUPS = Collection(
    "meetups",
    validator=aggregate(
        community_id=TEXT,
        title=TEXT,
        description=TEXT,
        starts_at=INSTANT,
        ends_at=INSTANT,
        zone=TEXT,
        city=TEXT,
        address=TEXT,
        capacity=WHOLE,
        hold_hours=WHOLE,
        state=one_of(*STATES),
        created_by=TEXT,
        cancel_reason=nullable(TEXT),
        # Work that jobs have with it: applicants to put on the waitlist, registrations to end.
        waitlisting=FLAG,
        winding_up=FLAG,
    ),
    indexes=[
        Index([("community_id", 1), ("starts_at", 1), ("_id", 1)], name="by_start"),
        Index([("community_id", 1), ("state", 1), ("starts_at", 1), ("_id", 1)], name="by_state"),
        Index([("ends_at", 1)], name="to_end", partial=_TO_END, across_communities=True),
        Index(
            [("waitlisting", 1)],
            name="waitlisting",
            partial={"waitlisting": True},
            across_communities=True,
        ),
        Index(
            [("winding_up", 1)],
            name="winding_up",
            partial={"winding_up": True},
            across_communities=True,
        ),
    ],
)


# What a meetup is created with stays; only its state changes.
FIXED = ("community_id", "title", "starts_at", "ends_at", "zone", "capacity")
_WITH_COUNTER = {
    "$lookup": {"from": SEATS.name, "localField": "_id", "foreignField": "_id", "as": "counter"}
}


class MeetupStore(AggregateStore):
    collection_schema = MEETUPS
    noun = "meetup"

    def __init__(self, database: Database[Document]) -> None:
        super().__init__(database)
        self._fixed: Unchanging[Document] = Unchanging()

    def fixed(self, id: str) -> Document:
        """What never changes of a meetup, kept in the process; raises OBJECT_NOT_FOUND."""

        def load() -> Document:
            found = self.collection.find_one({"_id": id}, FIXED)
            if found is None:
                raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
            return found

        return self._fixed.get(id, load)

    def require_shown(self, id: str, person_id: str) -> Document:
        """The meetup with the `counter` of its seats and the person's live registration in it.

        Either is a list of one or none. Raises OBJECT_NOT_FOUND.
        """
        found = self.collection.aggregate(
            [
                {"$match": {"_id": id}},
                _WITH_COUNTER,
                {
                    "$lookup": {
                        "from": REGISTRATIONS.name,
                        "localField": "community_id",
                        "foreignField": "community_id",
                        "pipeline": [
                            {"$match": {"meetup_id": id, "person_id": person_id, "live": True}}
                        ],
                        "as": "registration",
                    }
                },
            ]
        )
        for meetup in found:
            return meetup
        raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)

    def of_community(
        self, community_id: str, states: Iterable[str], *, after: str | None, limit: int
    ) -> tuple[list[Document], str | None]:
        """A page of the community's meetups in the order of their start, each with `counter`."""
        listed = list(states)
        wanted = {"state": listed[0] if len(listed) == 1 else {"$in": listed}}
        return self.page(
            wanted,
            after=after,
            limit=limit,
            community_id=community_id,
            sort_field="starts_at",
            joined=[_WITH_COUNTER],
        )

    def over(self, now: dt.datetime, limit: int) -> list[Document]:
        """Meetups that have ended and do not say so yet."""
        wanted = {**_TO_END, "ends_at": {"$lte": now}}
        return list(self.collection.find(wanted).sort("ends_at", 1).limit(limit))

    def soonest_over(self) -> dt.datetime | None:
        """When a meetup ends next."""
        return soonest(self.collection, "ends_at", _TO_END)

    def waitlisting(self) -> list[Document]:
        """Meetups whose applicants go to the waitlist."""
        return list(self.collection.find({"waitlisting": True}))

    def winding_up(self) -> list[Document]:
        """Meetups whose registrations are being ended."""
        return list(self.collection.find({"winding_up": True}))
