"""The process' own HTTP address: liveness, readiness, jobs, metrics (H-27).

/health/live     200 while the process runs; asks nobody
/health/ready    200 when connections are up, the database answers, the outbox moves, queues are
                 consumed; else 503 and why
/health/jobs     when each job last passed, in business time; read when it is asked for
/metrics         Prometheus

All but the jobs comes from what a background greenlet saw moments ago, so nothing here waits: the
broker is looked at all the time, which costs nothing; the database every few seconds, or as soon as
its driver has lost it.
"""

import datetime as dt
import errno
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
from chassis.settings import SettingsError
from contracts.text import rfc3339

log = structlog.get_logger()

CHECK_EVERY_SECONDS = 5.0
CHECK_AGAIN_SECONDS = 1.0  # while something is wrong
CHECK_WITHIN_SECONDS = 1.0
OLDEST = Gauge(
    "coterie_outbox_oldest_seconds", "Age of the oldest commit whose events were not tried yet"
)
OUTBOX_AGE_SECONDS = 120.0  # longer than a broker's restart; then somebody should look


def listen(setting: str, host: str, port: int, backlog: int = 50) -> socket.socket:
    """Binds an address that a setting names. Raises SettingsError when it cannot be had."""
    try:
        # Without SO_REUSEPORT, or a forgotten process would silently share the port.
        bound: socket.socket = eventlet.listen((host, port), backlog=backlog, reuse_port=False)
    except OSError as problem:
        why = "is taken" if problem.errno == errno.EADDRINUSE else f"on {host}: {problem.strerror}"
        raise SettingsError([f"{setting}: {port} {why}"]) from None
    return bound


class Health:
    """Looks after the state that probes ask for, and serves it."""

    def __init__(self, platform: Platform[Any], *, has_database: bool, jobs: Sequence[str]) -> None:
        self._platform = platform
        self._has_database = has_database
        self._job_names = jobs
        self._database_problems: list[str] = []
        self._started = False
        self._stopping = False
        self._waiting_since: dict[str, float] = {}

    def start(self) -> None:
        """Binds the address (SettingsError when it cannot be had) and begins to check."""
        settings = self._platform.settings
        listener = listen("COTERIE_HEALTH_PORT", settings.health_host, settings.health_port)
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
            return self._jobs_page()
        if path == "/health/ready":
            if problems := ["stopping"] if self._stopping else self._problems():
                return _json("503 Service Unavailable", {"status": "not ready", "why": problems})
            return _json("200 OK", {"status": "ready"})
        return _json("404 Not Found", {"status": "no such page"})

    def _jobs_page(self) -> tuple[str, str, bytes]:
        try:
            with mongo.bounded(None, CHECK_WITHIN_SECONDS):
                passes = self._last_passes()
        except PyMongoError as error:
            problem = {"status": "no database", "why": type(error).__name__}
            return _json("503 Service Unavailable", problem)
        jobs = {name: {"last_pass_at": at and rfc3339(at)} for name, at in passes.items()}
        return _json("200 OK", {"jobs": jobs})

    def _last_passes(self) -> dict[str, dt.datetime | None]:
        if not self._job_names:
            return {}
        return JobState(self._platform.database).last_passes(self._job_names)

    def _check_for_ever(self) -> None:
        shown = None
        while True:
            if self._has_database:
                self._look_at_database()
            problems = self._problems()
            if problems != shown:
                log.info("readiness", problems=problems)
            shown = problems
            eventlet.sleep(CHECK_AGAIN_SECONDS if problems else CHECK_EVERY_SECONDS)

    def _problems(self) -> list[str]:
        """Why no work should be sent here; what the database holds as it was seen last."""
        problems = [] if self._started else ["starting"]
        problems += [problem for link in self._platform.links for problem in link.problems]
        problems += [problem for ask in self._platform.readiness for problem in ask()]
        if self._has_database and not self._database_problems and not self._reaches_database():
            return [*problems, "no database"]
        return problems + self._database_problems

    def _reaches_database(self) -> bool:
        """What the driver knows, without a command."""
        return self._platform.database.client.topology_description.has_writable_server()

    def _look_at_database(self) -> None:
        try:
            self._database_problems = self._check_database()
        except PyMongoError as error:
            OLDEST.set(math.nan)  # unknown
            self._database_problems = [f"no database: {type(error).__name__}"]

    def _check_database(self) -> list[str]:
        """What is wrong with what the database holds; raises PyMongoError when it is away."""
        with mongo.bounded(Deadline(CHECK_WITHIN_SECONDS), CHECK_WITHIN_SECONDS):
            # What is held back for its own queue's sake is no reason to take a process out.
            fresh = {**pending(OWN), f"{OWN}.due_at": AT_ONCE}
            commits = self._platform.database[COMMITS.name]
            oldest = commits.find_one(fresh, {"at": 1}, sort=[("_id", 1)])
        # In every process: the one that leads may be the one that stands still.
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
