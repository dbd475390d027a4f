"""Jobs: work that time brings, done by one leader of each service, in passes (M-22).

    JOBS: Jobs[PaymentsApp] = {Job("expire_quotes"): lambda app: app.quotes.expire_due}
    jobs_role("payments", JOBS)  # the nameko class, for the service's definition

In the process that leads (`chassis.leadership`) every job makes a pass, which does all that is due
at business time in bounded batches and says when something is due next (`JobRun.next_due`). Then it
sleeps: until that time, until something is written that it names (`wakes`), until the clock is
moved, and never longer than half a minute. So a job costs what there is to do, not what there is.
Passes are safe to run twice, and reads never depend on one having run.
"""

import datetime as dt
import functools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from eventlet import Timeout
from eventlet.event import Event
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR, Entrypoint, SharedExtension
from prometheus_client import Histogram

from chassis.app import role_class
from chassis.changes import Writes
from chassis.clock import Clock
from chassis.context import Context
from chassis.job_state import JobState, LostLeadership

log = structlog.get_logger()

LONGEST_REST_SECONDS = 30.0
CLOCK_LOOKED_AT_SECONDS = 1.0
CLOCK_MOVED_SECONDS = 1.0  # it shows more than this beyond the time that passed
AFTER_FAILURE_SECONDS = 2.0
FAILURES_IN_A_ROW = 5  # then this process lets others try
NOTED_EVERY = dt.timedelta(seconds=25)  # of business time, so a moved clock is noted at once
NIGHT_BEGINS = dt.timedelta(hours=19)  # UTC: three in the morning in Shanghai
_A_LITTLE = 0.002  # instants are cut to milliseconds: never wake just before one

SECONDS = Histogram(
    "coterie_job_pass_seconds",
    "Duration of one pass of a job",
    ["job", "outcome"],
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10, 60),
)


class JobRun:
    """One pass of a job, as the job sees it."""

    def __init__(self, job: "JobEntrypoint", now: dt.datetime, ctx: Context, token: int) -> None:
        self.job = job.name
        self.now = now
        self.ctx = ctx
        self.next_at = time.monotonic() + LONGEST_REST_SECONDS
        self._job = job
        self._token = token

    @property
    def cursor(self) -> Any:
        """Where an earlier pass stopped: what it gave to `save_cursor`, None = at the start."""
        return self._job.state.cursor(self.job)

    def save_cursor(self, value: Any) -> None:
        """Notes how far this pass came (None = done); raises LostLeadership."""
        self._job.state.save_cursor(self.job, self._token, value)

    @property
    def should_stop(self) -> bool:
        """Asked between batches: the process is stopping, or another one leads now."""
        return self._job.token != self._token

    def next_due(self, at: dt.datetime | None) -> None:
        """The next pass is at this business time; None = nothing is known to become due."""
        if at is None:
            self.again_within(LONGEST_REST_SECONDS)
        else:
            self.again_within((at - self._job.clock.now()).total_seconds() + _A_LITTLE)

    def again_within(self, seconds: float) -> None:
        """The next pass is after so many seconds of real time at the latest."""
        self.next_at = time.monotonic() + min(seconds, LONGEST_REST_SECONDS)

    def finish(self) -> None:
        """Records the complete pass; a pass that was stopped half-way is not one."""
        if not self.should_stop:
            self._job.state.record_pass(self.job, self._token, self.now)


@dataclass(frozen=True, eq=False)
class Job:
    """A job of a service, by its name.

    `wakes`: these writes may make something due earlier than a pass could know, or within half a
    minute. `every`: seconds of real time between two passes at the least; only a clock that is
    moved brings one earlier.
    """

    name: str
    every: float = field(default=1.0, kw_only=True)
    wakes: Sequence[Writes] = field(default=(), kw_only=True)


Handler = Callable[[JobRun], None]

A = TypeVar("A")  # what the service's `build(platform)` returns
Jobs = Mapping[Job, Callable[[A], Handler]]


class ClockWatch(SharedExtension):
    """Looks at the business clock for all jobs of a container, and urges them when it was moved."""

    def setup(self) -> None:
        self._clock: Clock = self.container.config["platform"].clock
        self._jobs: list[JobEntrypoint] = []
        self._stopping = Event()

    def add(self, job: "JobEntrypoint") -> None:
        """From now on for this job, too."""
        self._jobs.append(job)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._look, identifier="clock-watch")

    def stop(self) -> None:
        self._stopping.send(None)

    def _look(self) -> None:
        began, seen = time.monotonic(), self._clock.now()
        while not _wait(self._stopping, CLOCK_LOOKED_AT_SECONDS):
            moved = (self._clock.now() - seen).total_seconds()
            if moved - (time.monotonic() - began) > CLOCK_MOVED_SECONDS:
                for one in self._jobs:
                    one.urge()
            began, seen = time.monotonic(), self._clock.now()


class JobEntrypoint(Entrypoint):
    """Fires with a JobRun, one pass at a time, while this process leads."""

    clock_watch = ClockWatch()

    def __init__(self, job: Job) -> None:
        self.name = job.name
        self.every = job.every
        self.wakes = job.wakes
        super().__init__(expected_exceptions=LostLeadership)

    def setup(self) -> None:
        self._platform = self.container.config["platform"]
        self.clock: Clock = self._platform.clock
        self.state = JobState(self._platform.database)
        self._noted: tuple[int, dt.datetime] | None = None  # token and time of the last noted pass
        self._failures = 0  # in a row
        self._changed = self._urged = self._stopping = False
        self._woken = Event()
        self._thread: Any = None
        self._platform.leadership.on_change(self.urge)
        for writes in self.wakes:
            self._platform.changes.wake(self.wake, writes)

    def start(self) -> None:
        self.clock_watch.add(self)
        self._thread = self.container.spawn_managed_thread(self._loop, identifier=self.name)

    def stop(self) -> None:
        """Returns when the pass at hand has stopped at its next batch."""
        self._stopping = True
        self.urge()
        self._thread.wait()

    @property
    def token(self) -> int | None:
        """The fencing token while this process leads and the job is not stopping, else None."""
        return None if self._stopping else self._platform.leadership.token

    def wake(self) -> None:
        """Something may be due now: the next pass is as soon as `every` allows."""
        self._changed = True
        self._signal()

    def urge(self) -> None:
        """Nothing is as it was: look at once."""
        self._urged = True
        self._signal()

    def _signal(self) -> None:
        if not self._woken.ready():
            self._woken.send(None)

    def _loop(self) -> None:
        while not self._stopping:
            # What changes from here on is for the pass after this one.
            self._changed = self._urged = False
            began = time.monotonic()
            token = self.token
            if token is None:
                next_at = began + LONGEST_REST_SECONDS
            else:
                next_at = self._pass(token)
            self._rest(began + self.every, next_at)

    def _rest(self, earliest: float, latest: float) -> None:
        """Until `latest`; until `earliest` when woken, not at all when urged."""
        while not self._urged:
            until = earliest if self._changed else max(earliest, latest)
            if (left := until - time.monotonic()) <= 0:
                return
            self._woken = Event()
            _wait(self._woken, left)

    def _pass(self, token: int) -> float:
        """Runs one pass in a worker and waits for it; when the next one is (monotonic)."""
        ctx = Context.for_system(self._platform.service)
        run = JobRun(self, self.clock.now(), ctx, token)
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
        return self._next_at(run, outcome)

    def _next_at(self, run: JobRun, outcome: str) -> float:
        if outcome != "failed":
            self._failures = 0
            return run.next_at
        self._failures += 1
        if self._failures == FAILURES_IN_A_ROW:
            self._failures = 0
            self._platform.leadership.resign(f"the job {self.name} fails")
        return time.monotonic() + AFTER_FAILURE_SECONDS

    def _note(self, run: JobRun, token: int) -> None:
        """Records a complete pass, but not each: jobs without work would write all day."""
        noted = self._noted
        if noted is None or noted[0] != token or run.now - noted[1] >= NOTED_EVERY:
            run.finish()
            self._noted = (token, run.now)


def jobs_role(service: str, jobs: Jobs[A]) -> type:
    """The nameko class that runs these jobs; raises ValueError for two of one name."""
    return role_class(
        service,
        "jobs",
        [
            (job.name, JobEntrypoint(job), functools.partial(_pass, handler_of))
            for job, handler_of in jobs.items()
        ],
    )


def _pass(handler_of: Callable[[A], Handler], app: A, run: JobRun) -> None:
    handler_of(app)(run)


def night_of(now: dt.datetime) -> str:
    """Which night it is: a job that works once in each compares it with what it noted."""
    return (now - NIGHT_BEGINS).date().isoformat()


def declared_jobs(service_class: type) -> list[str]:
    """The names of the jobs that a nameko class runs."""
    return sorted(
        entrypoint.name
        for member in vars(service_class).values()
        for entrypoint in getattr(member, ENTRYPOINT_EXTENSIONS_ATTR, ())
        if isinstance(entrypoint, JobEntrypoint)
    )


def _wait(event: Any, seconds: float) -> bool:
    with Timeout(seconds, False):
        event.wait()
        return True
    return False
