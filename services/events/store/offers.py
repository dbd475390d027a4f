"""Documents of offers."""

import datetime as dt
from typing import cast

from chassis.aggregates import AggregateStore, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from services.events.domain.meetups import Meetup
from services.events.domain.offers import Offer
from services.events.domain.registrations import Registration

Parts = tuple[Offer, Registration, Meetup]  # an offer, its registration, their meetup


class OfferStore(AggregateStore[Offer]):
    noun = "offer"
    collection_schema = Collection(
        "offers",
        kept="for ever, by ids",
        validator=aggregate_of(Offer),
        indexes=[
            Index(
                [("community_id", 1), ("registration_id", 1)],
                name="one_live_offer",
                unique=True,
                partial={"state": "live"},
            ),
            Index(
                [("expires_at", 1)],
                name="to_expire",
                partial={"state": "live"},
                across_communities=True,
            ),
        ],
    )

    def require_with(self, id: str, *, tx: Transaction | None = None) -> Parts:
        """The offer, its registration and their meetup; raises OBJECT_NOT_FOUND."""
        stages: list[Document] = [{"$match": {"_id": id}}]
        for name, collection in (("registration", "registrations"), ("meetup", "meetups")):
            joined = {"from": collection, "localField": f"{name}_id", "foreignField": "_id"}
            stages += [{"$lookup": {**joined, "as": name}}, {"$unwind": f"${name}"}]
        session = None if tx is None else tx.session
        for found in self.collection.aggregate(stages, session=session):
            registration, meetup = found.pop("registration"), found.pop("meetup")
            return cast(Offer, found), registration, meetup
        raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)

    def live_of(self, meetup: Meetup, *, tx: Transaction) -> list[Offer]:
        """The live offers of a meetup."""
        wanted = {"community_id": meetup["community_id"], "state": "live"}
        found = self.collection.find({**wanted, "meetup_id": meetup["_id"]}, session=tx.session)
        return self.all_of(found)

    def expired(self, now: dt.datetime, limit: int) -> list[Offer]:
        """Live offers whose time is over, longest over first."""
        wanted = {"state": "live", "expires_at": {"$lte": now}}
        return self.all_of(self.collection.find(wanted).sort("expires_at", 1).limit(limit))

    def soonest_expiry(self) -> dt.datetime | None:
        """When the time of a live offer is over next."""
        return soonest(self.collection, "expires_at", {"state": "live"})
