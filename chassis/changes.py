"""One change stream over a service's database: it wakes what would otherwise have to poll.

Only the process that leads has one, and it passes on nothing but "something in this collection
changed": whoever is woken reads for itself, and looks now and then without being woken. So a stream
that breaks is simply opened anew, and many changes at once are one waking.
"""

from collections import defaultdict
from collections.abc import Callable
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

_WRITES = ("insert", "update", "replace")


class Changes:
    """What was written to the collections that somebody waits for."""

    def __init__(self, database: Database[Document], leadership: Leadership) -> None:
        self._database = database
        self._leadership = leadership
        self._wakes: defaultdict[tuple[str, str], list[Callable[[], None]]] = defaultdict(list)
        self._running = False
        self._led: Any = None

    def wake(
        self, listener: Callable[[], None], collection: Collection, *, inserts_only: bool = False
    ) -> None:
        """Calls `listener`, which must not wait, after writes to a collection; before `start`."""
        for operation in _WRITES[:1] if inserts_only else _WRITES:
            self._wakes[collection.name, operation].append(listener)

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
            for listener in {one for listeners in self._wakes.values() for one in listeners}:
                listener()
            while stream.alive and self._running and self._leadership.held:
                if (change := stream.try_next()) is not None:
                    for listener in self._wakes[change["ns"]["coll"], change["operationType"]]:
                        listener()

    def _pipeline(self) -> list[Document]:
        waited_for: defaultdict[str, list[str]] = defaultdict(list)
        for collection, operation in self._wakes:
            waited_for[operation].append(collection)
        wanted = [
            {"operationType": operation, "ns.coll": {"$in": sorted(collections)}}
            for operation, collections in sorted(waited_for.items())
        ]
        return [{"$match": {"$or": wanted}}, {"$project": {"ns": 1, "operationType": 1}}]
