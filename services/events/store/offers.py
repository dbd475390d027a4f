"""Documents of offers."""

import datetime as dt
from collections.abc import Iterable

from chassis.aggregates import AggregateStore, soonest
from chassis.collections import Collection, Index
from chassis.mongo import Document
from chassis.uow import Transaction
from chassis.validators import INSTANT, TEXT, aggregate, one_of
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from services.events.domain.offers import STATES

OFFERS = Collection(
    "offers",
    validator=aggregate(
        community_id=TEXT,
        meetup_id=TEXT,
        registration_id=TEXT,
        person_id=TEXT,
        hold_id=TEXT,
        state=one_of(*STATES),
        expires_at=INSTANT,
    ),
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
        Index(
            [("registration_id", 1)],
            name="of_registration",
            partial={"state": "live"},
            across_communities=True,
        ),
    ],
)


class OfferStore(AggregateStore):
    collection_schema = OFFERS
    noun = "offer"

    def require_with(
        self, id: str, *, tx: Transaction | None = None
    ) -> tuple[Document, Document, Document]:
        """The offer, its registration and their meetup; raises OBJECT_NOT_FOUND."""
        stages: list[Document] = [{"$match": {"_id": id}}]
        for name, collection in (("registration", "registrations"), ("meetup", "meetups")):
            joined = {"from": collection, "localField": f"{name}_id", "foreignField": "_id"}
            stages += [{"$lookup": {**joined, "as": name}}, {"$unwind": f"${name}"}]
        session = None if tx is None else tx.session
        for found in self.collection.aggregate(stages, session=session):
            return found, found.pop("registration"), found.pop("meetup")
        raise DomainError(OBJECT_NOT_FOUND, noun=self.noun)

    def expired(self, now: dt.datetime, limit: int) -> list[Document]:
        """Live offers whose time is over, longest over first."""
        wanted = {"state": "live", "expires_at": {"$lte": now}}
        return list(self.collection.find(wanted).sort("expires_at", 1).limit(limit))

    def soonest_expiry(self) -> dt.datetime | None:
        """When the time of a live offer is over next."""
        return soonest(self.collection, "expires_at", {"state": "live"})

    def holds_in_use(self, registration_ids: Iterable[str]) -> set[str]:
        """The seats that live offers keep for these registrations."""
        wanted = {"state": "live", "registration_id": {"$in": list(registration_ids)}}
        return {row["hold_id"] for row in self.collection.find(wanted, {"hold_id": 1})}
