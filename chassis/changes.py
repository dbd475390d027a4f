"""One change stream over a service's database: it wakes what would otherwise have to poll.

Only the process that leads has one, and it passes on nothing but "something was written": whoever
is woken reads for itself, and looks now and then without being woken. So a stream that breaks is
simply opened anew, and many changes at once are one waking. Of things that people wait for it tells
which they are and their versions (`chassis.news`).

What this process commits itself it knows without the stream, and at once. That lets the stream
pause: the server wakes the reader of each waiting stream for every write to any of its databases,
which costs more than the write.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import eventlet
import structlog
from pymongo.database import Database
from pymongo.errors import PyMongoError

from chassis.collections import Collection
from chassis.commits import COMMITS
from chassis.leadership import Leadership
from chassis.mongo import Document

log = structlog.get_logger()

# How long the server waits for a change before it answers that there was none; less than a call may
# last (`mongo.CALL_SECONDS`).
AWAIT_MILLISECONDS = 4000
AFTER_FAILURE_SECONDS = 1.0
# After an answer the stream pauses; what comes meanwhile is gathered into the next one.
PAUSE_SECONDS = 0.05
_ONE_ANSWER_SECONDS = 0.002  # what an answer holds is passed on within this time
# The first change wakes at once, those that come so soon after it wake once more.
GATHER_SECONDS = 0.01
MOST_OWN = 10_000  # commits remembered until the stream shows them

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


@dataclass(frozen=True)
class WatchedCollection:
    """Things that people wait for: those of a collection whose ids begin so, and the field that
    names whose each is, if it is anybody's."""

    collection: Collection
    prefix: str
    person: str


class ChangeListener(Protocol):
    """Who is told of them; neither call waits."""

    def changed(self, id: str, version: int, person_id: str | None) -> None: ...

    def missed(self) -> None: ...


class _Waking:
    """Whom to wake after which writes, not for each write by itself."""

    def __init__(self, writes: Writes, listener: Callable[[], None]) -> None:
        self.writes = writes
        self._listener = listener
        self._last = 0.0
        self._is_due = False

    def by(self, commit: Document) -> bool:
        """Whether somebody waits for this commit."""
        having = self.writes.having
        return self.writes.collection is COMMITS and (having is None or having in commit)

    def wake(self) -> None:
        if not self._is_due:
            self._is_due = True
            wait = self._last + GATHER_SECONDS - time.monotonic()
            eventlet.spawn_after(max(0.0, wait), self._call)

    def _call(self) -> None:
        self._is_due = False
        self._last = time.monotonic()
        self._listener()


class Changes:
    """What was written that somebody waits for."""

    def __init__(self, database: Database[Document], leadership: Leadership) -> None:
        self._database = database
        self._leadership = leadership
        self._wakings: list[_Waking] = []
        self._listener: ChangeListener | None = None
        self._watched: dict[str, WatchedCollection] = {}
        self._own: set[Any] = set()
        self._running = False
        self._led: Any = None

    def wake(self, listener: Callable[[], None], writes: Writes) -> None:
        """Calls `listener`, which must not wait, after such writes; before `start`."""
        self._wakings.append(_Waking(writes, listener))

    def announce(self, listener: ChangeListener, watched: Sequence[WatchedCollection]) -> None:
        """Tells the versions of these things as they are inserted and replaced, and when some may
        have been missed; before `start`."""
        self._listener = listener
        self._watched = {one.collection.name: one for one in watched}

    def committed(self, commit: Document) -> None:
        """A commit of this process's own, just made; does not wait."""
        if self._led is None:
            return
        for waking in self._wakings:
            if waking.by(commit):
                self._own.add(commit["_id"])
                waking.wake()
        if len(self._own) > MOST_OWN:  # the stream had shown some before they were told here
            self._own.clear()

    def start(self) -> None:
        """Begins to listen whenever this process leads; nothing to wait for, nothing to do."""
        if self._wakings:
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
                    log.warning("changes_not_watched", error=error)
                    eventlet.sleep(AFTER_FAILURE_SECONDS)
                except Exception:  # a defect of ours, perhaps a listener's: listen on
                    log.exception("changes_failed")
                    eventlet.sleep(AFTER_FAILURE_SECONDS)
        finally:
            self._led = None

    def _follow(self) -> None:
        with self._database.watch(self._pipeline(), max_await_time_ms=AWAIT_MILLISECONDS) as stream:
            # What was written before the stream was there woke nobody.
            self._own.clear()
            for waking in self._wakings:
                waking.wake()
            if self._listener is not None:
                self._listener.missed()
            answered_at = 0.0
            while stream.alive and self._running and self._leadership.held:
                if (change := stream.try_next()) is None:
                    continue
                self._pass_on(change)
                if time.monotonic() - answered_at > _ONE_ANSWER_SECONDS:
                    eventlet.sleep(PAUSE_SECONDS)
                    answered_at = time.monotonic()

    def _pass_on(self, change: Document) -> None:
        if (written := change["documentKey"]["_id"]) in self._own:
            self._own.remove(written)
            return
        for number, waking in enumerate(self._wakings):
            if change[_mark(number)]:
                waking.wake()
        told, document = self._watched.get(change["ns"]["coll"]), change.get("fullDocument") or {}
        if self._listener is None or told is None or "version" not in document:
            return  # an update, which shows no document
        if str(written).startswith(f"{told.prefix}_"):
            self._listener.changed(written, document["version"], document.get(told.person))

    def _pipeline(self) -> list[Document]:
        """Of each change only what was written and for whom it is."""
        told = [Writes(one.collection, (INSERT, REPLACE)) for one in self._watched.values()]
        wanted = [*(waking.writes for waking in self._wakings), *told]
        shown = {"version", *(one.person for one in self._watched.values())}
        marks = {_mark(number): _is(one.writes) for number, one in enumerate(self._wakings)}
        return [
            {"$match": {"$or": [writes.filter for writes in wanted]}},
            {
                "$project": {
                    "ns.coll": 1,
                    "documentKey._id": 1,
                    **{f"fullDocument.{name}": 1 for name in sorted(shown)},
                    **marks,
                }
            },
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
