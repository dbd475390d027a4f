"""Leases: one owner at a time among processes, with a fencing token (M-19, M-22).

Only the server's clock counts ($$NOW), so the clocks of hosts do not matter. A token is given out
once: whoever takes over has a higher one, and writes that name their token refuse the old owner.
"""

import contextlib
import datetime as dt
import os
import secrets
import socket
import time

from pymongo import ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.collections import Collection
from chassis.mongo import Document
from chassis.validators import FLAG, INSTANT, TEXT, WHOLE, document, nullable, optional

LEASES = Collection(
    "leases",
    kept="while it is held",
    # yields: its owner has it only as long as nobody better wants it.
    validator=document(owner=nullable(TEXT), until=INSTANT, token=WHOLE, yields=optional(FLAG)),
)


class Lease:
    """One process's claim to a named lease; call `acquire` again within a third of `seconds`."""

    def __init__(self, database: Database[Document], name: str, *, seconds: float = 3.0) -> None:
        self.name = name
        self.seconds = seconds
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.token: int | None = None
        self._rows = database["leases"]
        self._declared = False
        self._held_until = 0.0

    @property
    def held(self) -> bool:
        """Whether it is ours now; counted from before the last call, so never too long."""
        return self.token is not None and time.monotonic() < self._held_until

    def acquire(self, *, yields: bool = False) -> int | None:
        """Takes or renews it; the fencing token, or None while another process holds it.

        `yields`: have it only while nobody else wants it. Whoever does not yield takes it away at
        once, so until the next renewal both hold it; what the token guards does not mind.
        """
        asked_at = time.monotonic()
        if not self._declared:
            self._declare()
        free: list[Document] = [
            {"$eq": ["$owner", self.owner]},
            {"$lt": ["$until", "$$NOW"]},
        ]
        if not yields:
            free.append({"$eq": ["$yields", True]})
        row = self._rows.find_one_and_update(
            {"_id": self.name, "$expr": {"$or": free}},
            [
                {
                    "$set": {
                        "token": {
                            "$cond": [
                                {"$eq": ["$owner", self.owner]},
                                "$token",
                                {"$add": ["$token", 1]},
                            ]
                        },
                        "owner": self.owner,
                        "until": {"$add": ["$$NOW", int(self.seconds * 1000)]},
                        "yields": yields,
                    }
                }
            ],
            return_document=ReturnDocument.AFTER,
        )
        self.token = row["token"] if row else None
        self._held_until = asked_at + self.seconds
        return self.token

    def release(self) -> None:
        """Gives it back at once, so that the next owner need not wait for it to run out."""
        if self.token is not None:
            self._rows.update_one(
                {"_id": self.name, "owner": self.owner},
                [{"$set": {"owner": None, "until": "$$NOW"}}],
            )
        self.token = None

    def _declare(self) -> None:
        # Before the update: $expr is refused in an upsert.
        epoch = dt.datetime.fromtimestamp(0, dt.UTC)
        with contextlib.suppress(DuplicateKeyError):  # another process in the same moment
            self._rows.update_one(
                {"_id": self.name},
                {"$setOnInsert": {"owner": None, "until": epoch, "token": 0}},
                upsert=True,
            )
        self._declared = True
