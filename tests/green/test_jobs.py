"""The job entrypoint in real nameko containers: one leader, whole passes, a stop with grace."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import eventlet
import pytest
from nameko.containers import ServiceContainer
from pymongo.database import Database

from chassis import jobs, leadership, mongo
from chassis.changes import INSERT, Changes, Writes
from chassis.clock import FixedClock
from chassis.collections import Collection
from chassis.job_state import JobState
from chassis.jobs import Job, JobRun, Jobs, declared_jobs, jobs_role
from chassis.leadership import Leadership
from chassis.mongo import Document
from chassis.validators import document
from deploy.local.nodes import Nodes
from tests.kit.nodes import unique

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)


THINGS = Collection("things", validator=document())

Seen = list[tuple[str, Any]]  # what a job did, and when or with which number


@dataclass
class Busy:
    """Two jobs that note what they see."""

    seen: Seen
    gate: Callable[[int], None] | None = None

    def expire(self, run: JobRun) -> None:
        self.seen.append(("expire", run.now))
        run.again_within(0.05)

    def sweep(self, run: JobRun) -> None:
        start = run.cursor or 0
        for number in range(start, 1000):
            if run.should_stop:
                self.seen.append(("stopped", number))
                return
            run.save_cursor(number + 1)
            self.seen.append(("sweep", number))
            if self.gate:
                self.gate(number)
        run.save_cursor(None)
        run.again_within(0.05)


BUSY: Jobs[Busy] = {
    Job("expire", every=0.05): lambda app: app.expire,
    Job("sweep", every=0.05): lambda app: app.sweep,
}


@pytest.fixture
def database(nodes: Nodes) -> Iterator[Database[Document]]:
    with mongo.connect(nodes.mongo_admin_url, application="green") as client:
        opened = mongo.open_database(client, unique("t_"))
        yield opened
        client.drop_database(opened.name)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


class Process:
    """What a process has of it: a container with the jobs, and its part in leading."""

    def __init__(
        self,
        jobs: Jobs[Any],
        app: Any,
        database: Database[Document],
        clock: FixedClock,
        links: Sequence[Any] = (),
    ) -> None:
        self.leadership = Leadership(database, links)
        platform = SimpleNamespace(
            database=database,
            clock=clock,
            service="payments",
            leadership=self.leadership,
            changes=Changes(database, self.leadership),
        )
        self.container = ServiceContainer(
            jobs_role("payments", jobs), {"platform": platform, "app": app}
        )
        self.container.start()
        platform.changes.start()
        self.leadership.start()
        self.changes = platform.changes

    def stop(self) -> None:
        self.container.stop()
        self.end()

    def end(self) -> None:
        self.changes.stop()
        self.leadership.stop()


Start = Callable[..., Process]


@pytest.fixture
def start(database: Database[Document], clock: FixedClock) -> Iterator[Start]:
    """`start(app)`: a running process of its own; all are killed in the end."""
    running: list[Process] = []

    def make(app: Any, jobs: Jobs[Any] = BUSY, **arguments: Any) -> Process:
        process = Process(jobs, app, database, clock, **arguments)
        running.append(process)
        return process

    yield make
    for process in running:
        process.container.kill()
        process.end()


def kinds(seen: Seen) -> set[str]:
    return {kind for kind, _ in seen}


def test_a_leader_passes_at_business_time(
    start: Start, database: Database[Document], clock: FixedClock, probe: Callable[..., object]
) -> None:
    """architecture.md §4a: jobs see business time; `make clock` waits for passes at the new one."""
    seen: Seen = []
    start(Busy(seen))
    state = JobState(database)
    probe(lambda: state.last_passes(["expire"])["expire"] == NOON, message="a pass at noon")
    clock.advance(dt.timedelta(days=3))
    later = NOON + dt.timedelta(days=3)
    probe(lambda: state.last_passes(["expire"])["expire"] == later, message="a pass 3 days later")


def test_one_leader_among_three(start: Start, probe: Callable[..., object]) -> None:
    """M-22: three instances, one runs."""
    passes: list[Seen] = [[], [], []]
    for seen in passes:
        start(Busy(seen))
    probe(lambda: any(passes), message="somebody leads")
    probe(lambda: max(map(len, passes)) > 50, message="many passes")
    assert sorted(bool(seen) for seen in passes) == [False, False, True]


def test_the_next_takes_over_after_a_stop(start: Start, probe: Callable[..., object]) -> None:
    """A leader that stops gives its lease back at once."""
    first: Seen = []
    second: Seen = []
    leader = start(Busy(first))
    probe(lambda: first, message="the first leads")
    start(Busy(second))
    leader.stop()
    done = len(first)
    probe(lambda: second, deadline=leadership.LEASE_SECONDS, message="the second leads")
    assert len(first) == done


def test_a_stop_waits_for_the_batch_and_resumes_there(
    start: Start, database: Database[Document], probe: Callable[..., object]
) -> None:
    """A pass stops between batches, keeps its cursor, and the next leader goes on from it."""
    reached, go_on = eventlet.event.Event(), eventlet.event.Event()

    def gate(number: int) -> None:
        if number == 3:
            reached.send(None)
            go_on.wait()

    first: Seen = []
    second: Seen = []
    leader = start(Busy(first, gate))
    with eventlet.Timeout(20):
        reached.wait()
    stopping = eventlet.spawn(leader.stop)
    probe(lambda: _is_stopping(leader), message="it is asked to stop")
    assert not stopping.dead
    go_on.send(None)
    with eventlet.Timeout(20):
        stopping.wait()
    assert [entry for entry in first if entry[0] != "expire"] == [
        *[("sweep", number) for number in range(4)],
        ("stopped", 4),
    ]
    assert JobState(database).last_passes(["sweep"]) == {"sweep": None}
    start(Busy(second))
    probe(lambda: ("sweep", 999) in second, deadline=20, message="the rest is swept")
    assert next(entry for entry in second if entry[0] == "sweep") == ("sweep", 4)


def _is_stopping(process: Process) -> bool:
    return all(entrypoint.token is None for entrypoint in process.container.entrypoints)


def test_a_leader_that_was_overtaken_stops(
    start: Start, database: Database[Document], probe: Callable[..., object]
) -> None:
    """M-19: a pass whose process lost the lease writes nothing more and is not recorded."""
    overtaken: list[int] = []

    def gate(number: int) -> None:
        if number == 1 and not overtaken:
            database["leases"].update_one({"_id": "jobs"}, {"$set": {"owner": "x", "token": 99}})
            JobState(database).save_cursor("sweep", 99, 500)
            overtaken.append(number)

    seen: Seen = []
    start(Busy(seen, gate))
    probe(lambda: ("sweep", 999) in seen, deadline=20, message="it leads again, with token 100")
    assert [number for kind, number in seen if kind == "sweep"][:3] == [0, 1, 500]


def test_a_failing_job_fails_alone_and_tries_again(
    start: Start,
    database: Database[Document],
    monkeypatch: pytest.MonkeyPatch,
    probe: Callable[..., object],
) -> None:
    """M-11: a raised exception neither ends the process nor counts as a pass."""
    monkeypatch.setattr(jobs, "AFTER_FAILURE_SECONDS", 0.05)
    raised: list[int] = []

    def gate(number: int) -> None:
        raised.append(number)
        raise ValueError("planted")

    seen: Seen = []
    start(Busy(seen, gate))
    probe(lambda: len(raised) >= 2, message="the job is tried again")
    probe(lambda: "expire" in kinds(seen), message="the other job runs")
    assert JobState(database).last_passes(["sweep"]) == {"sweep": None}


def test_jobs_are_declared_by_the_class() -> None:
    assert declared_jobs(jobs_role("payments", BUSY)) == ["expire", "sweep"]


@dataclass
class Patient:
    """A job that says when something is due next, beside one that is busy all the time."""

    seen: Seen
    due: dt.datetime | None = None

    def act(self, run: JobRun) -> None:
        self.seen.append(("act", run.now))
        run.next_due(self.due)

    def tick(self, run: JobRun) -> None:
        self.seen.append(("tick", run.now))
        run.again_within(0.05)


PATIENT: Jobs[Patient] = {
    Job("act", every=0.05, wakes=[Writes(THINGS)]): lambda app: app.act,
    Job("tick", every=0.05): lambda app: app.tick,
}


def passes(seen: Seen, kind: str) -> list[dt.datetime]:
    return [now for what, now in seen if what == kind]


def test_a_job_sleeps_until_its_next_due_time(
    start: Start, clock: FixedClock, probe: Callable[..., object]
) -> None:
    """Nothing is due for an hour: a first pass, one more when the change stream is open, no other
    until the clock gets there."""
    seen: Seen = []
    later = NOON + dt.timedelta(hours=1)
    start(Patient(seen, due=later), PATIENT)
    probe(lambda: len(passes(seen, "tick")) > 40, message="time passes")
    assert len(passes(seen, "act")) == 2
    clock.advance(dt.timedelta(hours=1))
    probe(lambda: later in passes(seen, "act"), deadline=3, message="it followed the clock")


def test_a_change_wakes_the_jobs_that_wait_for_it(
    start: Start, database: Database[Document], probe: Callable[..., object]
) -> None:
    """A write to a collection that the job names, and to no other."""
    seen: Seen = []
    start(Patient(seen), PATIENT)
    probe(lambda: len(passes(seen, "act")) == 2, message="it passed, and the stream is open")
    database["others"].insert_one({"_id": 1})
    database["things"].insert_one({"_id": 1})
    probe(lambda: len(passes(seen, "act")) == 3, deadline=5, message="an insert woke it")
    database["things"].update_one({"_id": 1}, {"$set": {"changed": True}})
    probe(lambda: len(passes(seen, "act")) == 4, deadline=5, message="an update woke it")


def test_other_writes_wake_nobody(
    start: Start, database: Database[Document], probe: Callable[..., object]
) -> None:
    """Neither an insert without the part nor an update brings a pass."""
    seen: Seen = []
    told = Writes(THINGS, (INSERT,), having="told")
    start(Patient(seen), {Job("act", every=0.05, wakes=[told]): lambda app: app.act})
    probe(lambda: len(passes(seen, "act")) == 2, message="it passed, and the stream is open")
    things = database["things"]
    things.insert_one({"_id": 1})
    things.update_one({"_id": 1}, {"$set": {"told": True}})
    eventlet.sleep(0.5)
    assert len(passes(seen, "act")) == 2
    things.insert_one({"_id": 2, "told": False})
    probe(lambda: len(passes(seen, "act")) == 3, deadline=5, message="the insert with it woke it")


class OneLink:
    """A broker connection that is up or down as the test says."""

    name = "planted"

    def __init__(self) -> None:
        self.up = True


def test_a_leader_without_a_broker_yields_to_one_that_has_it(
    start: Start, monkeypatch: pytest.MonkeyPatch, probe: Callable[..., object]
) -> None:
    """Its lease is renewed all the while, so nothing but yielding lets another one in."""
    monkeypatch.setattr(leadership, "LEASE_SECONDS", 1.0)
    monkeypatch.setattr(leadership, "RENEWED_EVERY_SECONDS", 0.2)
    cut, whole = OneLink(), OneLink()
    first = start(Busy([]), links=[cut])
    probe(lambda: first.leadership.held, message="the first leads")
    second = start(Busy([]), links=[whole])
    cut.up = False
    probe(lambda: second.leadership.held, message="the second took over")
    probe(lambda: not first.leadership.held, message="the first knows")


def test_where_all_are_without_a_broker_one_goes_on_leading(
    start: Start, monkeypatch: pytest.MonkeyPatch, probe: Callable[..., object]
) -> None:
    """Deadlines pass while the broker is away for all; work that needs no broker is done."""
    monkeypatch.setattr(leadership, "LEASE_SECONDS", 0.4)
    monkeypatch.setattr(leadership, "RENEWED_EVERY_SECONDS", 0.1)
    gone = OneLink()
    gone.up = False
    seen: Seen = []
    both = [start(Busy(seen), links=[gone]), start(Busy(seen), links=[gone])]
    probe(lambda: len(passes(seen, "expire")) > 60, message="passes for many leases")
    assert sorted(one.leadership.held for one in both) == [False, True]


def test_a_process_whose_job_fails_again_and_again_lets_another_one_try(
    start: Start, monkeypatch: pytest.MonkeyPatch, probe: Callable[..., object]
) -> None:
    """A defect of one process, not of the work: the other one does it."""
    monkeypatch.setattr(jobs, "AFTER_FAILURE_SECONDS", 0.05)
    monkeypatch.setattr(leadership, "RENEWED_EVERY_SECONDS", 0.2)

    def gate(number: int) -> None:
        raise ValueError("planted")

    broken: Seen = []
    sound: Seen = []
    first = start(Busy(broken, gate))
    probe(lambda: first.leadership.held, message="the broken one leads")
    start(Busy(sound))
    probe(lambda: ("sweep", 999) in sound, deadline=20, message="the sound one does the work")
