"""Documents of meetups."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import cast

from pymongo.database import Database

from chassis.aggregates import AggregateStore, Page, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.state_counts import by_state, counts_by_state
from chassis.unchanging import Unchanging
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.states.events import MEETUP_STATES
from services.events.domain.meetups import UNDER_WAY, FixedMeetup, Meetup, MeetupHead, as_now
from services.events.domain.registrations import Registration
from services.events.store.registrations import RegistrationStore
from services.events.store.seats import WITH_COUNTER, CountedMeetup

StartRange = tuple[dt.datetime | None, dt.datetime | None]  # from then on, and before then

_TO_END = {"state": {"$in": list(UNDER_WAY)}}


def _with_registration_of(person_id: str) -> Document:
    """A person's live registration at each meetup."""
    of_meetup = [
        {"$eq": ["$community_id", "$$community"]},
        {"$eq": ["$meetup_id", "$$meetup"]},
    ]
    return {
        "$lookup": {
            "from": RegistrationStore.collection_schema.name,
            "let": {"community": "$community_id", "meetup": "$_id"},
            "pipeline": [
                {"$match": {"person_id": person_id, "live": True, "$expr": {"$and": of_meetup}}}
            ],
            "as": "registration",
        }
    }


class ShownMeetup(CountedMeetup):
    """A meetup that also has a person's live registration in it, as a list of one or none."""

    registration: list[Registration]


class MeetupStore(AggregateStore[Meetup]):
    noun = "meetup"
    collection_schema = Collection(
        "meetups",
        kept="for ever: what hosts wrote about them is public",
        validator=aggregate_of(Meetup),
        indexes=[
            Index([("community_id", 1), ("starts_at", 1), ("_id", 1)], name="by_start"),
            Index(
                [("community_id", 1), ("state", 1), ("starts_at", 1), ("_id", 1)], name="by_state"
            ),
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
            Index(
                [("telling", 1)],
                name="telling",
                partial={"telling": True},
                across_communities=True,
            ),
        ],
    )

    def __init__(self, database: Database[Document]) -> None:
        super().__init__(database)
        self._fixed: Unchanging[FixedMeetup] = Unchanging()

    def get(
        self,
        id: str,
        *,
        community_id: str | None = None,
        tx: Transaction | None = None,
        joined: Sequence[Document] = (),
    ) -> Meetup | None:
        found = super().get(id, community_id=community_id, tx=tx, joined=joined)
        return None if found is None else as_now(found)

    def fixed(self, id: str) -> FixedMeetup:
        """What never changes of a meetup, kept in the process; raises OBJECT_NOT_FOUND."""

        def load() -> FixedMeetup:
            found = self.collection.find_one({"_id": id}, list(FixedMeetup.__annotations__))
            if found is None:
                raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)
            return cast(FixedMeetup, found)

        return self._fixed.get(id, load)

    def require_shown(self, id: str, person_id: str) -> ShownMeetup:
        """The meetup with its counter and the person's registration; raises OBJECT_NOT_FOUND."""
        found = self.collection.aggregate(
            [{"$match": {"_id": id}}, WITH_COUNTER, _with_registration_of(person_id)]
        )
        for meetup in found:
            return cast(ShownMeetup, meetup)
        raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)

    def of_community(
        self,
        community_id: str,
        person_id: str,
        states: Iterable[str],
        starts: StartRange = (None, None),
        *,
        descending: bool = False,
        after: str | None,
        limit: int,
    ) -> Page[ShownMeetup]:
        """A page of the community's meetups in the order of their start, each with the person's
        registration."""
        listed = list(states)
        wanted: Document = {"state": listed[0] if len(listed) == 1 else {"$in": listed}}
        bounds = dict(zip(("$gte", "$lt"), starts, strict=True))
        if within := {way: at for way, at in bounds.items() if at is not None}:
            wanted["starts_at"] = within
        page = self.page(
            wanted,
            after=after,
            limit=limit,
            community_id=community_id,
            sort_field="starts_at",
            descending=descending,
            joined=[WITH_COUNTER, _with_registration_of(person_id)],
        )
        return cast(Page[ShownMeetup], page)

    def heads(self, ids: Iterable[str]) -> dict[str, MeetupHead]:
        """When and where some meetups are, by their ids."""
        found = self.collection.find({"_id": {"$in": list(ids)}}, list(MeetupHead.__annotations__))
        return {meetup["_id"]: cast(MeetupHead, meetup) for meetup in found}

    def coming(self, community_id: str, now: dt.datetime, limit: int) -> list[CountedMeetup]:
        """The community's meetups that are published and not over, by start."""
        wanted = {"community_id": community_id, **_TO_END, "ends_at": {"$gt": now}}
        found = self.collection.aggregate(
            [
                {"$match": wanted},
                {"$sort": {"starts_at": 1, "_id": 1}},
                {"$limit": limit},
                WITH_COUNTER,
            ]
        )
        return cast(list[CountedMeetup], list(found))

    def counts(self, community_id: str) -> dict[str, int]:
        """How many of a community's are in each state; counted along an index."""
        of = {"community_id": community_id}
        return counts_by_state(self.collection.aggregate(by_state(of)), MEETUP_STATES)

    def over(self, now: dt.datetime, limit: int) -> list[Meetup]:
        """Meetups that have ended and do not say so yet."""
        wanted = {**_TO_END, "ends_at": {"$lte": now}}
        return self.all_of(self.collection.find(wanted).sort("ends_at", 1).limit(limit))

    def soonest_over(self) -> dt.datetime | None:
        """When a meetup ends next."""
        return soonest(self.collection, "ends_at", _TO_END)

    def waitlisting(self) -> list[Meetup]:
        """Meetups whose applicants go to the waitlist."""
        return self.all_of(self.collection.find({"waitlisting": True}))

    def telling(self) -> list[Meetup]:
        """Meetups of whose change people are being told."""
        return self.all_of(self.collection.find({"telling": True}))

    def winding_up(self) -> list[Meetup]:
        """Meetups whose registrations are being ended."""
        return self.all_of(self.collection.find({"winding_up": True}))
