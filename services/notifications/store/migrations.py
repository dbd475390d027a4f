"""Numbered migrations of notifications' own documents."""

from pymongo.database import Database

from chassis.clock import real_now
from chassis.mongo import Document, insert_missing
from chassis.schema import Migration, Progress
from services.notifications.domain.deliveries import CODE_KEPT, DELIVERY, MAIL_KEPT
from services.notifications.domain.rules import CODE, IN_APP, RULES
from services.notifications.store.counts import DeliveryCountStore
from services.notifications.store.messages import FAILED, PENDING, MessageStore

BATCH = 500
_OF_THE_MESSAGE = ("category", "facts", "link", "request_id", "created_at")


def into_messages(number: int) -> Migration:
    """A notification and its deliveries become a message for each channel; services are stopped."""
    return Migration(number, "notifications and deliveries become messages", _apply, breaking=True)


def _apply(database: Database[Document], progress: Progress) -> None:
    after = progress.noted.get("deliveries", "")
    while batch := list(
        database["deliveries"].find({"_id": {"$gt": after}}, sort=[("_id", 1)], limit=BATCH)
    ):
        ids = [delivery["notification_id"] for delivery in batch]
        told = {one["_id"]: one for one in database["notifications"].find({"_id": {"$in": ids}})}
        messages = [_message(delivery, told[delivery["notification_id"]]) for delivery in batch]
        insert_missing(database[MessageStore.collection_schema.name], messages)
        after = batch[-1]["_id"]
        progress.save(deliveries=after)
    database.drop_collection("deliveries")
    database.drop_collection("notifications")


def into_lanes(number: int) -> Migration:
    """What waits gets its priority, counts are kept, what was settled its end; services are
    stopped."""
    meaning = "messages have a priority and an end, their counts are kept"
    return Migration(number, meaning, _into_lanes, breaking=True)


def _into_lanes(database: Database[Document], progress: Progress) -> None:
    messages = database[MessageStore.collection_schema.name]
    unsettled = {"$or": [PENDING, FAILED]}
    for priority in {rule.priority for rule in RULES}:
        types = [rule.type for rule in RULES if rule.priority == priority]
        messages.update_many(
            {**unsettled, "type": {"$in": types}}, {"$set": {"priority": priority}}
        )
    codes = {"type": {"$in": [rule.type for rule in RULES if rule.priority == CODE]}}
    settled = {"settled_at": {"$ne": None}}
    messages.update_many({**codes, **settled}, {"$set": {"garbage_at": real_now() + CODE_KEPT}})
    ended = {"state": {"$in": sorted(DELIVERY.final)}}
    mails = {**ended, "channel": {"$ne": IN_APP}, "garbage_at": {"$exists": False}}
    messages.update_many(mails, {"$set": {"garbage_at": real_now() + MAIL_KEPT}})
    _keep_counts(database, ended)
    of_a_community = {"community_id": {"$ne": None}}
    messages.update_many({**unsettled, **of_a_community}, {"$set": {"uncounted": True}})
    for index in ("due", "summary"):
        if index in messages.index_information():
            messages.drop_index(index)


def _keep_counts(database: Database[Document], ended: Document) -> None:
    kind = {name: f"${name}" for name in ("community_id", "type", "channel", "state")}
    counted = database[MessageStore.collection_schema.name].aggregate(
        [
            {"$match": {**ended, "community_id": {"$ne": None}}},
            {"$group": {"_id": kind, "count": {"$sum": 1}}},
        ]
    )
    counts = database[DeliveryCountStore.collection_schema.name]
    for row in counted:
        one = row["_id"]
        path = f"by.{one['type']}.{one['channel']}.{one['state']}"
        counts.update_one({"_id": one["community_id"]}, {"$set": {path: row["count"]}}, upsert=True)


def without_words(number: int) -> Migration:
    """What people wrote leaves the facts of messages: it is asked for when they are worded."""
    return Migration(number, "messages hold no words of people", _forget_words)


def _forget_words(database: Database[Document], progress: Progress) -> None:
    messages, after = database[MessageStore.collection_schema.name], progress.noted.get("id", "")
    if "inbox" in messages.index_information():
        messages.drop_index("inbox")  # `of_recipient` does what it did
    while batch := list(
        messages.find({"_id": {"$gt": after}}, {"_id": 1}, sort=[("_id", 1)], limit=BATCH)
    ):
        some: Document = {"_id": {"$gt": after, "$lte": batch[-1]["_id"]}}
        after = batch[-1]["_id"]
        messages.update_many(some, {"$unset": {"facts.message": ""}})
        refunds = {**some, "type": "order_refunded", "facts.refund_id": {"$exists": False}}
        messages.update_many(refunds, {"$set": {"facts.reason": None}})
        progress.save(id=after)


def _message(delivery: Document, notification: Document) -> Document:
    """The one in the app keeps the notification's id, which its reader's links have."""
    kept = {name: value for name, value in delivery.items() if name != "notification_id"}
    message = {**kept, **{name: notification[name] for name in _OF_THE_MESSAGE}, "read_at": None}
    if delivery["channel"] != "in_app":
        return message
    names = ("_id", "version", "updated_at", "read_at")
    return {**message, **{name: notification[name] for name in names}}
