"""The notifications database."""

from dataclasses import dataclass

from pymongo.database import Database

from chassis.migrations import into_commits, standard_words
from chassis.mongo import Document
from chassis.schema import DatabaseSchema
from services.notifications.store.counts import DeliveryCountStore
from services.notifications.store.messages import MessageStore
from services.notifications.store.migrations import into_lanes, into_messages, without_words

SCHEMA = DatabaseSchema(
    service="notifications",
    collections=[MessageStore.collection_schema, DeliveryCountStore.collection_schema],
    migrations=[
        into_commits(1),
        into_messages(2),
        standard_words(3),
        into_lanes(4),
        without_words(5),
    ],
)


@dataclass(frozen=True)
class Stores:
    """Every store of the service, opened once per process."""

    messages: MessageStore
    counts: DeliveryCountStore


def open_stores(database: Database[Document]) -> Stores:
    """The stores on a migrated database."""
    return Stores(messages=MessageStore(database), counts=DeliveryCountStore(database))
