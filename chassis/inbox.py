"""The inbox: which event deliveries had their effect, noted in the effect's transaction (M-15)."""

import datetime as dt
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.clock import real_now
from chassis.collections import Collection, Index
from chassis.context import Message
from chassis.validators import INSTANT, document

# Longer than the longest redelivery or replay (35 days of events are kept to be replayed).
KEPT = dt.timedelta(days=40)

INBOX = Collection(
    "inbox",
    validator=document(handled_at=INSTANT),
    indexes=[Index([("handled_at", 1)], name="garbage", expire_after=KEPT)],
)


class AlreadyHandled(Exception):
    """This consumer did this event's work before: acknowledge, do nothing."""


def record(database: Database[dict[str, Any]], session: ClientSession, message: Message) -> None:
    """Notes the delivery in the open transaction; raises AlreadyHandled for a repeated one."""
    # The id is the unique (consumer, source, event id): no second index to keep.
    row = {
        "_id": f"{message.consumer} {message.source} {message.event_id}",
        "handled_at": real_now(),
    }
    try:
        database["inbox"].insert_one(row, session=session)
    except DuplicateKeyError:
        raise AlreadyHandled(row["_id"]) from None
