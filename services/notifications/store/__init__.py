"""The notifications database."""

from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from chassis.migrations import into_commits, standard_words
from chassis.mongo import Document
from chassis.schema import DatabaseSchema
from services.notifications.store.counts import DeliveryCountStore
from services.notifications.store.messages import MessageStore
from services.notifications.store.migrations import into_lanes, into_messages, without_words
from services.notifications.store.request_log import RequestLogStore


@dataclass(frozen=True)
class Stores:
    """Every store of the service, opened once per process."""

    messages: MessageStore
    counts: DeliveryCountStore
    requests: RequestLogStore


_STORES: dict[str, Any] = Stores.__annotations__

SCHEMA = DatabaseSchema(
    service="notifications",
    collections=[store.collection_schema for store in _STORES.values()],
    migrations=[
        into_commits(1),
        into_messages(2),
        standard_words(3),
        into_lanes(4),
        without_words(5),
    ],
)


def open_stores(database: Database[Document]) -> Stores:
    """The stores on a migrated database."""
    return Stores(**{name: store(database) for name, store in _STORES.items()})
