"""The process' own HTTP address: liveness, readiness, jobs, metrics (H-27).

/health/live     200 while the process runs; asks nobody
/health/ready    200 when connections are up, the database answers, the outbox moves, queues are
                 consumed; else 503 and why
/health/jobs     when each job last passed, in business time
/metrics         Prometheus

Answers come from what a background greenlet saw at most a second ago, so nothing here waits.
"""

import datetime as dt
import json
import math
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import eventlet
import eventlet.wsgi
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from pymongo.errors import PyMongoError

from chassis import mongo
from chassis.commits import AT_ONCE, COMMITS, OWN, pending
from chassis.context import Deadline
from chassis.job_state import JobState
from chassis.platform import Platform
from contracts.fields import rfc3339

log = structlog.get_logger()

CHECK_EVERY_SECONDS = 0.5
CHECK_WITHIN_SECONDS = 1.0
OLDEST = Gauge(
    "coterie_outbox_oldest_seconds", "Age of the oldest commit whose events were not tried yet"
)
OUTBOX_AGE_SECONDS = 120.0  # longer than a broker's restart; then somebody should look


class Health:
    """Looks after the state that probes ask for, and serves it."""

    def __init__(self, platform: Platform[Any], *, has_database: bool, jobs: Sequence[str]) -> None:
        self._platform = platform
        self._has_database = has_database
        self._job_names = jobs
        self._jobs: dict[str, Any] = {}
        self._problems = ["starting"]
        self._started = False
        self._stopping = False
        self._waiting_since: dict[str, float] = {}

    def start(self) -> None:
        """Binds the address (OSError when it is taken) and begins to check."""
        settings = self._platform.settings
        # Without SO_REUSEPORT, or a forgotten process would silently share the port.
        listener = eventlet.listen((settings.health_host, settings.health_port), reuse_port=False)
        eventlet.spawn(self._serve, listener)
        eventlet.spawn(self._check_for_ever)

    def started(self) -> None:
        """The process has all its parts; until now it was live but not ready."""
        self._started = True

    def stopping(self) -> None:
        """Not ready any more: no new work is sent to a process that is about to end."""
        self._stopping = True

    def _serve(self, listener: socket.socket) -> None:
        eventlet.wsgi.server(listener, self._answer, log_output=False, socket_timeout=10)

    def _answer(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        status, content_type, body = self._page(environ["PATH_INFO"])
        start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
        return [body]

    def _page(self, path: str) -> tuple[str, str, bytes]:
        if path == "/metrics":
            return "200 OK", CONTENT_TYPE_LATEST, generate_latest()
        if path == "/health/live":
            return _json("200 OK", {"status": "live"})
        if path == "/health/jobs":
            return _json("200 OK", {"jobs": self._jobs})
        if path == "/health/ready":
            problems = ["stopping"] if self._stopping else self._problems
            if problems:
                return _json("503 Service Unavailable", {"status": "not ready", "why": problems})
            return _json("200 OK", {"status": "ready"})
        return _json("404 Not Found", {"status": "no such page"})

    def _check_for_ever(self) -> None:
        while True:
            problems = [] if self._started else ["starting"]
            problems += [problem for link in self._platform.links for problem in link.problems]
            problems += [problem for ask in self._platform.readiness for problem in ask()]
            if self._has_database:
                try:
                    problems += self._check_database()
                except PyMongoError as error:
                    OLDEST.set(math.nan)  # unknown
                    problems.append(f"no database: {type(error).__name__}")
            if problems != self._problems:
                log.info("readiness", problems=problems)
            self._problems = problems
            eventlet.sleep(CHECK_EVERY_SECONDS)

    def _check_database(self) -> list[str]:
        """What is wrong with what the database holds; raises PyMongoError when it is away."""
        database = self._platform.database
        with mongo.bounded(Deadline(CHECK_WITHIN_SECONDS), CHECK_WITHIN_SECONDS):
            # What is held back for its own queue's sake is no reason to take a process out.
            fresh = {**pending(OWN), f"{OWN}.due_at": AT_ONCE}
            oldest = database[COMMITS.name].find_one(fresh, {"at": 1}, sort=[("_id", 1)])
            passes = JobState(database).last_passes(self._job_names) if self._job_names else {}
        self._jobs = {name: {"last_pass_at": at and rfc3339(at)} for name, at in passes.items()}
        # In every process: the owner of the relay may be the one that stands still.
        age = self._platform.clock.now() - oldest["at"] if oldest else dt.timedelta()
        OLDEST.set(max(age.total_seconds(), 0))
        # Seen by us and counted in real time: the row's own time is business time.
        first = oldest["_id"] if oldest else None
        since = self._waiting_since.get(first, time.monotonic()) if first else 0.0
        self._waiting_since = {first: since} if first else {}
        if first and time.monotonic() - since > OUTBOX_AGE_SECONDS:
            return [f"outbox stands still at {first}"]
        return []


def _json(status: str, document: Any) -> tuple[str, str, bytes]:
    return status, "application/json", json.dumps(document).encode()
