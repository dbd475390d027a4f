"""Jobs: work that time brings, done by one leader of each service, in passes (M-22).

A nameko entrypoint. Each process of a service tries for the lease `jobs`; the one that has it runs
every job about once in `every` seconds of real time. A pass does all that is due at business time,
in bounded batches, and returns: no job sleeps until something is due. Passes are safe to run twice,
and reads never depend on one having run.
"""

import contextlib
import datetime as dt
import time
from typing import Any

import structlog
from eventlet import Timeout
from eventlet.event import Event
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR, Entrypoint, SharedExtension
from prometheus_client import Histogram
from pymongo.errors import PyMongoError

from chassis import mongo
from chassis.context import Context
from chassis.job_state import JobState, LostLeadership
from chassis.leases import Lease

log = structlog.get_logger()

LEASE_SECONDS = 3.0
LONGEST_REST_SECONDS = 1.0  # then the clock is looked at
CLOCK_MOVED_SECONDS = 1.0  # it shows more than this beyond the time that passed
AFTER_FAILURE_SECONDS = 2.0
NOTED_EVERY = dt.timedelta(seconds=5)  # of business time, so a moved clock is noted at once

SECONDS = Histogram(
    "coterie_job_pass_seconds",
    "Duration of one pass of a job",
    ["job", "outcome"],
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10, 60),
)


class JobRun:
    """One pass of a job, as the job sees it."""

    def __init__(
        self,
        job: str,
        now: dt.datetime,
        ctx: Context,
        state: JobState,
        leadership: "Leadership",
        token: int,
    ) -> None:
        self.job = job
        self.now = now
        self.ctx = ctx
        self._state = state
        self._leadership = leadership
        self._token = token

    @property
    def cursor(self) -> Any:
        """Where an earlier pass stopped: what it gave to `save_cursor`, None = at the start."""
        return self._state.cursor(self.job)

    def save_cursor(self, value: Any) -> None:
        """Notes how far this pass came (None = done); raises LostLeadership."""
        self._state.save_cursor(self.job, self._token, value)

    @property
    def should_stop(self) -> bool:
        """Asked between batches: the process is stopping, or another one leads now."""
        return self._leadership.token != self._token

    def finish(self) -> None:
        """Records the complete pass; a pass that was stopped half-way is not one."""
        if not self.should_stop:
            self._state.record_pass(self.job, self._token, self.now)


class Leadership(SharedExtension):
    """Holds the lease `jobs` for all jobs of a container while the process lives."""

    def setup(self) -> None:
        database = self.container.config["platform"].database
        self._lease = Lease(database, "jobs", seconds=LEASE_SECONDS)
        self._stopping = Event()
        self._done = Event()
        self._thread: Any = None

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._renew, identifier="jobs-lease")

    def stop(self) -> None:
        """Gives the lease back; nameko calls it after the last pass has returned."""
        self._done.send(None)
        self._thread.wait()
        with contextlib.suppress(PyMongoError):  # it runs out by itself
            self._lease.release()

    def ask_to_stop(self) -> None:
        """Passes stop at their next batch; the lease is kept until they have."""
        if not self._stopping.ready():
            self._stopping.send(None)

    @property
    def token(self) -> int | None:
        """The fencing token while this process leads and is not stopping, else None."""
        return self._lease.token if self._lease.held and not self._stopping.ready() else None

    def rest(self, seconds: float) -> bool:
        """Waits; True when the process began to stop meanwhile."""
        return _wait(self._stopping, seconds)

    def _renew(self) -> None:
        while not self._done.ready():
            try:
                with mongo.bounded(None, LEASE_SECONDS):
                    self._lease.acquire()
            except PyMongoError as error:
                log.warning("jobs_lease_unreachable", error=repr(error))
            _wait(self._done, LEASE_SECONDS / 3)


class Job(Entrypoint):
    """Fires its method with a JobRun, one pass at a time, while this process leads."""

    leadership = Leadership()

    def __init__(self, name: str, every: float = 1.0, **kwargs: Any) -> None:
        """`name` is unique within the service; `every` is in seconds of real time."""
        self.name = name
        self.every = every
        super().__init__(expected_exceptions=LostLeadership, **kwargs)

    def setup(self) -> None:
        self._platform = self.container.config["platform"]
        self._state = JobState(self._platform.database)
        self._noted: tuple[int, dt.datetime] | None = None  # token and time of the last noted pass
        self._thread: Any = None

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._loop, identifier=self.name)

    def stop(self) -> None:
        self.leadership.ask_to_stop()
        self._thread.wait()

    def _loop(self) -> None:
        pause = 0.0
        while not self._rest(pause):
            token = self.leadership.token
            began = time.monotonic()
            passed = token is None or self._pass(token)
            spent = time.monotonic() - began
            pause = max(self.every - spent, 0.01) if passed else AFTER_FAILURE_SECONDS

    def _rest(self, seconds: float) -> bool:
        """Waits, but not longer than until the clock is moved; True when the process stops."""
        began, told = time.monotonic(), self._platform.clock.now()
        while (left := began + seconds - time.monotonic()) > 0:
            if self.leadership.rest(min(left, LONGEST_REST_SECONDS)):
                return True
            moved = (self._platform.clock.now() - told).total_seconds()
            if moved - (time.monotonic() - began) > CLOCK_MOVED_SECONDS:
                return False
        return self.leadership.rest(0)

    def _pass(self, token: int) -> bool:
        """Runs one pass in a worker and waits for it; whether it ended well."""
        ctx = Context.for_system(self._platform.service)
        run = JobRun(
            self.name, self._platform.clock.now(), ctx, self._state, self.leadership, token
        )
        ended = Event()

        def result_of(worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            ended.send(exc_info)
            return result, exc_info

        began = time.monotonic()
        self.container.spawn_worker(
            self, (run,), {}, context_data=ctx.headers(), handle_result=result_of
        )
        exc_info = ended.wait()
        try:
            if exc_info is not None:
                raise exc_info[1]
            self._note(run, token)
            outcome = "passed"
        except LostLeadership:
            outcome = "lost_leadership"
        except Exception:
            outcome = "failed"
            log.exception("job_failed", job=self.name, request_id=ctx.request_id)
        SECONDS.labels(self.name, outcome).observe(time.monotonic() - began)
        return outcome != "failed"

    def _note(self, run: JobRun, token: int) -> None:
        """Records a complete pass, but not each: jobs without work would write all day."""
        noted = self._noted
        if noted is None or noted[0] != token or run.now - noted[1] >= NOTED_EVERY:
            run.finish()
            self._noted = (token, run.now)


job = Job.decorator


def declared_jobs(service_class: type) -> list[str]:
    """The names of the jobs that a nameko class runs."""
    return sorted(
        entrypoint.name
        for member in vars(service_class).values()
        for entrypoint in getattr(member, ENTRYPOINT_EXTENSIONS_ATTR, ())
        if isinstance(entrypoint, Job)
    )


def _wait(event: Any, seconds: float) -> bool:
    with Timeout(seconds, False):
        event.wait()
        return True
    return False
