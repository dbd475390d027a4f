"""The job entrypoint in real nameko containers: one leader, whole passes, a stop with grace."""

import datetime as dt
from types import SimpleNamespace

import eventlet
import pytest
from nameko.containers import ServiceContainer

from chassis import jobs, mongo
from chassis.clock import FixedClock
from chassis.job_state import JobState
from chassis.jobs import declared_jobs, job
from tests.kit.nodes import unique

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)


class Jobs:
    """Two jobs that note what they see; `seen` and `gate` are set by each test."""

    name = "payments-jobs"
    seen: list
    gate = None

    @job("expire", every=0.05)
    def expire(self, run):
        self.seen.append(("expire", run.now))

    @job("sweep", every=0.05)
    def sweep(self, run):
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


@pytest.fixture
def database(nodes):
    with mongo.connect(nodes.mongo_admin_url, application="green") as client:
        opened = mongo.open_database(client, unique("t_"))
        yield opened
        client.drop_database(opened.name)


@pytest.fixture
def clock():
    return FixedClock(NOON)


@pytest.fixture
def start(database, clock):
    """`start(seen, gate)`: a running container of its own; all are killed in the end."""
    running = []

    def make(seen, gate=None):
        service = type(
            "Jobs", (Jobs,), {"seen": seen, "gate": staticmethod(gate) if gate else None}
        )
        platform = SimpleNamespace(database=database, clock=clock, service="payments")
        container = ServiceContainer(service, {"platform": platform})
        container.start()
        running.append(container)
        return container

    yield make
    for container in running:
        container.kill()


def kinds(seen):
    return {kind for kind, _ in seen}


def test_a_leader_passes_at_business_time(start, database, clock, probe):
    """Jobs see the clock of business; `make clock` waits for passes at the new time (§4a)."""
    seen = []
    start(seen)
    state = JobState(database)
    probe(lambda: state.last_passes(["expire"])["expire"] == NOON, message="a pass at noon")
    clock.advance(dt.timedelta(days=3))
    later = NOON + dt.timedelta(days=3)
    probe(lambda: state.last_passes(["expire"])["expire"] == later, message="a pass 3 days later")


def test_one_leader_among_three(start, probe):
    """M-22: three instances, one runs."""
    passes = [[], [], []]
    for seen in passes:
        start(seen)
    probe(lambda: any(passes), message="somebody leads")
    probe(lambda: max(map(len, passes)) > 50, message="many passes")
    assert sorted(bool(seen) for seen in passes) == [False, False, True]


def test_the_next_takes_over_after_a_stop(start, probe):
    """A leader that stops gives its lease back at once."""
    first, second = [], []
    leader = start(first)
    probe(lambda: first, message="the first leads")
    start(second)
    leader.stop()
    done = len(first)
    probe(lambda: second, deadline=jobs.LEASE_SECONDS, message="the second leads")
    assert len(first) == done


def test_a_stop_waits_for_the_batch_and_resumes_there(start, database, probe):
    """A pass stops between batches, keeps its cursor, and the next leader goes on from it."""
    reached, go_on = eventlet.event.Event(), eventlet.event.Event()

    def gate(number):
        if number == 3:
            reached.send(None)
            go_on.wait()

    first, second = [], []
    leader = start(first, gate)
    with eventlet.Timeout(20):
        reached.wait()
    stopping = eventlet.spawn(leader.stop)
    probe(lambda: leader.entrypoints and _is_stopping(leader), message="it is asked to stop")
    assert not stopping.dead
    go_on.send(None)
    with eventlet.Timeout(20):
        stopping.wait()
    assert [entry for entry in first if entry[0] != "expire"] == [
        *[("sweep", number) for number in range(4)],
        ("stopped", 4),
    ]
    assert JobState(database).last_passes(["sweep"]) == {"sweep": None}
    start(second)
    probe(lambda: ("sweep", 999) in second, deadline=20, message="the rest is swept")
    assert next(entry for entry in second if entry[0] == "sweep") == ("sweep", 4)


def _is_stopping(container):
    [leadership] = [e for e in container.extensions if isinstance(e, jobs.Leadership)]
    return leadership.token is None


def test_a_leader_that_was_overtaken_stops(start, database, probe):
    """M-19: a pass whose process lost the lease writes nothing more and is not recorded."""
    overtaken = []

    def gate(number):
        if number == 1 and not overtaken:
            database["leases"].update_one({"_id": "jobs"}, {"$set": {"owner": "x", "token": 99}})
            JobState(database).save_cursor("sweep", 99, 500)
            overtaken.append(number)

    seen = []
    start(seen, gate)
    probe(lambda: ("sweep", 999) in seen, deadline=20, message="it leads again, with token 100")
    assert [number for kind, number in seen if kind == "sweep"][:3] == [0, 1, 500]


def test_a_failing_job_fails_alone_and_tries_again(start, database, monkeypatch, probe):
    """M-11: a raised exception neither ends the process nor counts as a pass."""
    monkeypatch.setattr(jobs, "AFTER_FAILURE_SECONDS", 0.05)
    raised = []

    def gate(number):
        raised.append(number)
        raise ValueError("planted")

    seen = []
    start(seen, gate)
    probe(lambda: len(raised) >= 2, message="the job is tried again")
    probe(lambda: "expire" in kinds(seen), message="the other job runs")
    assert JobState(database).last_passes(["sweep"]) == {"sweep": None}


def test_jobs_are_declared_by_the_class():
    assert declared_jobs(Jobs) == ["expire", "sweep"]
