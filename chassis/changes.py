"""One change stream over a service's database: it wakes what would otherwise have to poll.

Only the process that leads has one, and it passes on nothing but "something was written": whoever
is woken reads for itself, and looks now and then without being woken. So a stream that breaks is
simply opened anew, and many changes at once are one waking.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import eventlet
import structlog
from pymongo.database import Database
from pymongo.errors import PyMongoError

from chassis.collections import Collection
from chassis.leadership import Leadership
from chassis.mongo import Document

log = structlog.get_logger()

# How long the server waits for a change before it answers that there was none; less than a call may
# last (`mongo.CALL_SECONDS`).
AWAIT_MILLISECONDS = 4000
AFTER_FAILURE_SECONDS = 1.0
# The first change wakes at once; those that come meanwhile are gathered into one answer.
GATHER_SECONDS = 0.01
_ONE_ANSWER_SECONDS = 0.002  # what an answer holds is passed on within this time

INSERT, UPDATE, REPLACE = "insert", "update", "replace"


@dataclass(frozen=True)
class Writes:
    """Which writes to a collection somebody waits for.

    `having` names a part that the written document must have; an update shows no document, so it
    is for inserts and replacements.
    """

    collection: Collection
    operations: tuple[str, ...] = (INSERT, UPDATE, REPLACE)
    having: str | None = None

    @property
    def filter(self) -> Document:
        """These writes among the changes of the database."""
        wanted = {"operationType": {"$in": list(self.operations)}, "ns.coll": self.collection.name}
        if self.having is not None:
            wanted[f"fullDocument.{self.having}"] = {"$exists": True}
        return wanted


class Changes:
    """What was written that somebody waits for."""

    def __init__(self, database: Database[Document], leadership: Leadership) -> None:
        self._database = database
        self._leadership = leadership
        self._wakes: list[tuple[Writes, Callable[[], None]]] = []
        self._running = False
        self._led: Any = None

    def wake(self, listener: Callable[[], None], writes: Writes) -> None:
        """Calls `listener`, which must not wait, after such writes; before `start`."""
        self._wakes.append((writes, listener))

    def start(self) -> None:
        """Begins to listen whenever this process leads; nothing to wait for, nothing to do."""
        if self._wakes:
            self._running = True
            self._leadership.on_change(self._look)
            self._look()

    def stop(self) -> None:
        """Ends the stream at its next answer."""
        self._running = False

    def _look(self) -> None:
        if self._leadership.held and self._led is None:
            self._led = eventlet.spawn(self._listen)

    def _listen(self) -> None:
        try:
            while self._running and self._leadership.held:
                try:
                    self._follow()
                except PyMongoError as error:
                    log.warning("changes_not_watched", error=str(error)[:300])
                    eventlet.sleep(AFTER_FAILURE_SECONDS)
                except Exception:  # a defect of ours, perhaps a listener's: listen on
                    log.exception("changes_failed")
                    eventlet.sleep(AFTER_FAILURE_SECONDS)
        finally:
            self._led = None

    def _follow(self) -> None:
        with self._database.watch(self._pipeline(), max_await_time_ms=AWAIT_MILLISECONDS) as stream:
            # What was written before the stream was there woke nobody.
            for _, listener in self._wakes:
                listener()
            gathered_at = 0.0
            while stream.alive and self._running and self._leadership.held:
                if (change := stream.try_next()) is None:
                    continue
                for number, (_, listener) in enumerate(self._wakes):
                    if change[_mark(number)]:
                        listener()
                if time.monotonic() - gathered_at > _ONE_ANSWER_SECONDS:
                    eventlet.sleep(GATHER_SECONDS)
                    gathered_at = time.monotonic()

    def _pipeline(self) -> list[Document]:
        """Of each change only for whom it is."""
        marks = {_mark(number): _is(writes) for number, (writes, _) in enumerate(self._wakes)}
        return [
            {"$match": {"$or": [writes.filter for writes, _ in self._wakes]}},
            {"$project": marks},
        ]


def _mark(number: int) -> str:
    return f"for_{number}"


def _is(writes: Writes) -> Document:
    """As `Writes.filter`, which the server can use in its log, but a projection cannot hold."""
    conditions: list[Document] = [
        {"$in": ["$operationType", list(writes.operations)]},
        {"$eq": ["$ns.coll", writes.collection.name]},
    ]
    if writes.having is not None:
        conditions.append({"$ne": [{"$type": f"$fullDocument.{writes.having}"}, "missing"]})
    return {"$and": conditions}
