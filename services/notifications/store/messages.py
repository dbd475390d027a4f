"""Documents of messages; their facts are put into words when they are read or sent."""

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from typing import cast

from pymongo import UpdateOne

from chassis.aggregates import AggregateStore, Page
from chassis.collections import Collection, Index
from chassis.mongo import Document, insert_missing
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from services.notifications.domain.deliveries import DELIVERY, Changes, Message, claimed
from services.notifications.domain.rules import IN_APP

PENDING = {"state": "pending"}
FAILED = {"state": "failed"}
MESSAGES_KEPT = dt.timedelta(days=400)  # of real time
INBOX = {"channel": IN_APP}
UNREAD = {**INBOX, "read_at": None}
UNCOUNTED = {"uncounted": True}


class MessageStore(AggregateStore[Message]):
    noun = "notification"
    # A person's inbox spans communities, so its key is the person.
    collection_schema = Collection(
        "messages",
        kept="a code a day, another mail 90 days (real time), the inbox 400 days; or until the"
        " person is erased; facts, no words or addresses",
        validator=aggregate_of(Message),
        indexes=[
            # Exactly one per cause: event + rule + person + channel (product.md §5).
            Index(
                [("cause_id", 1), ("type", 1), ("recipient_id", 1), ("channel", 1)],
                name="one_per_cause",
                unique=True,
            ),
            Index([("recipient_id", 1), ("channel", 1), ("_id", 1)], name="of_recipient"),
            Index([("recipient_id", 1), ("_id", 1)], name="unread", partial=UNREAD),
            Index([("created_at", 1)], name="old", expire_after=MESSAGES_KEPT),
            Index(
                [("priority", 1), ("due_at", 1), ("_id", 1)],
                name="due_by_priority",
                partial=PENDING,
            ),
            Index([("state", 1), ("_id", 1)], name="dead_letters", partial=FAILED),
            # With `uncounted` in it, the filter's own field, counting reads the index alone.
            Index(
                [(name, 1) for name in ("state", "community_id", "type", "channel", "uncounted")],
                name="uncounted",
                partial=UNCOUNTED,
            ),
            Index(
                [("garbage_at", 1)],
                name="garbage",
                partial={"garbage_at": {"$exists": True}},
                expire_after=dt.timedelta(0),
            ),
        ],
    )

    def add(self, messages: Sequence[Message], now: dt.datetime) -> None:
        """Stores those that are not there yet: one cause makes one message over each channel.

        Each is whole by itself: this needs no transaction, and a repetition adds what is missing.
        """
        fresh = {"version": 1, "created_at": now, "updated_at": now}
        insert_missing(self.collection, [{**one, **fresh} for one in messages])

    def inbox(
        self, person_id: str, *, unread: bool = False, after: str | None, limit: int
    ) -> Page[Message]:
        """A page of the person's messages in the app, or of those not read yet, newest first."""
        mine = {**(UNREAD if unread else INBOX), "recipient_id": person_id}
        return self.page(mine, after=after, limit=limit, descending=True)

    def count_unread(self, person_id: str, most: int) -> int:
        """How many the person has not read yet, counted up to `most`."""
        return self.collection.count_documents({**UNREAD, "recipient_id": person_id}, limit=most)

    def forget(self, person_id: str) -> None:
        """Nothing is kept for the person, and nothing of it is sent any more."""
        self.collection.delete_many({"recipient_id": person_id})

    def mark_read(self, tx: Transaction, id: str, person_id: str) -> Message | None:
        """The unread message of the person as it is read now; None when there is none."""
        unread = {**UNREAD, "_id": id, "recipient_id": person_id}
        found = self.collection.find_one_and_update(
            unread, _read(tx), return_document=True, session=tx.session
        )
        return cast(Message | None, found)

    def mark_read_through(
        self, tx: Transaction, person_id: str, through: str
    ) -> tuple[list[Document], int]:
        """What the trail notes of the person's unread messages up to this one, as they are read
        now; and how many are left unread."""
        mine = {**UNREAD, "recipient_id": person_id}
        noted = {"version": 1, "community_id": 1}
        unread = list(self.collection.find(mine, noted, session=tx.session))
        seen = [message for message in unread if message["_id"] <= through]
        if seen:
            older = {**mine, "_id": {"$lte": through}}
            self.collection.update_many(older, _read(tx), session=tx.session)
        read = [{**one, "version": one["version"] + 1, "read_at": tx.now} for one in seen]
        return read, len(unread) - len(seen)

    def pending(
        self, priorities: Sequence[int], channels: Iterable[str], limit: int
    ) -> list[Message]:
        """What is to be delivered over these channels now or later: of each priority up to `limit`,
        longest due first, the urgent ones before.

        One look at each priority, so that what is due later hides nothing that is due now.
        """
        found = self.all_of(self.collection.aggregate(waiting(priorities, channels, limit)))
        return sorted(found, key=lambda one: (one["priority"], one["due_at"], one["_id"]))

    def claim(self, due: list[Message], now: dt.datetime) -> list[Message]:
        """Begins an attempt at each, as it is then; without those that another process has."""
        claim = secrets.token_hex(8)
        mine: list[Message] = []
        updates = []
        for delivery in due:
            changes = {**claimed(delivery, now), "claim": claim, "updated_at": now}
            changed = {**delivery, **changes, "version": delivery["version"] + 1}
            mine.append(cast(Message, changed))
            unchanged = {"_id": delivery["_id"], "version": delivery["version"]}
            updates.append(UpdateOne(unchanged, {"$set": changes, "$inc": {"version": 1}}))
        if self.collection.bulk_write(updates, ordered=False).matched_count == len(due):
            return mine
        ids = [delivery["_id"] for delivery in due]
        rows = self.collection.find({"_id": {"$in": ids}, "claim": claim}, {"_id": 1})
        got = {row["_id"] for row in rows}
        return [delivery for delivery in mine if delivery["_id"] in got]

    def change(self, delivery: Message, changes: Changes, now: dt.datetime) -> bool:
        """Changes what was claimed; False when another process changed it first."""
        if "state" in changes:
            DELIVERY.require_move(delivery, changes["state"])
        done = self.collection.update_one(
            {"_id": delivery["_id"], "version": delivery["version"]},
            {"$set": {**changes, "updated_at": now}, "$inc": {"version": 1}},
        )
        return done.matched_count == 1

    def failed(self, *, after: str | None, limit: int) -> Page[Message]:
        """A page of those that were given up, oldest first."""
        return self.page(dict(FAILED), after=after, limit=limit)


def _read(tx: Transaction) -> Document:
    return {"$set": {"read_at": tx.now, "updated_at": tx.now}, "$inc": {"version": 1}}


def waiting(priorities: Sequence[int], channels: Iterable[str], limit: int) -> list[Document]:
    """The stages that read what `MessageStore.pending` gives, in no order of priorities."""
    over = {"channel": {"$in": list(channels)}}
    first, *others = (
        _waiting({**PENDING, "priority": priority, **over}, limit) for priority in priorities
    )
    name = MessageStore.collection_schema.name
    return [*first, *({"$unionWith": {"coll": name, "pipeline": stages}} for stages in others)]


def _waiting(wanted: Document, limit: int) -> list[Document]:
    return [{"$match": wanted}, {"$sort": {"due_at": 1, "_id": 1}}, {"$limit": limit}]
