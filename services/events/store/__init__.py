"""The events database: collections, indexes and validators, one module for each aggregate."""

from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from chassis.migrations import into_commits, standard_words
from chassis.mongo import Document
from chassis.schema import DatabaseSchema
from services.events.store.meetups import MeetupStore
from services.events.store.migrations import count_taken_seats, look_at_freed_seats
from services.events.store.offers import OfferStore
from services.events.store.registrations import RegistrationStore
from services.events.store.seats import SeatStore


@dataclass(frozen=True)
class Stores:
    """Every store of the service, opened once per process."""

    meetups: MeetupStore
    registrations: RegistrationStore
    offers: OfferStore
    seats: SeatStore


_STORES: dict[str, Any] = Stores.__annotations__

SCHEMA = DatabaseSchema(
    service="events",
    collections=[store.collection_schema for store in _STORES.values()],
    migrations=[
        into_commits(1),
        look_at_freed_seats(2),
        standard_words(3),
        count_taken_seats(4),
    ],
)


def open_stores(database: Database[Document]) -> Stores:
    """The stores on a migrated database."""
    return Stores(**{name: store(database) for name, store in _STORES.items()})
