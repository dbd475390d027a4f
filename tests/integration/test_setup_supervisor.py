"""The supervisor with real processes: what dies comes back, what must end ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.control import Control, SupervisorError
from deploy.local.process import LOG_LIMIT_BYTES, Process
from tests.kit.probe import probe

SLEEP = "import time; print('up', flush=True); time.sleep(600)"
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    " print('up', flush=True); time.sleep(600)"
)


def program(name: str, code: str, **fields: object) -> Process:
    return Process(name=name, argv=[sys.executable, "-c", code], **fields)  # type: ignore[arg-type]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Control]:
    # A name longer than a unix socket's path may be.
    made = Control(tmp_path / ("deep" * 20) / ("er" * 20))
    made.launch()
    made.hold()
    yield made
    if made.running:
        made.shutdown()


def running_pid(control: Control, name: str, other_than: int | None = None) -> int:
    def pid() -> int | None:
        found = control.pid(name)
        return None if found == other_than else found

    return probe(pid, 10, f"{name} runs") or 0


def wait_for_output(control: Control, name: str, text: str = "up") -> None:
    log = control.root / "logs" / f"{name}.log"
    probe(lambda: text in log.read_text(), 10, f"{name} printed {text!r}")


def test_what_is_killed_comes_back(control: Control) -> None:
    control.start(program("one", SLEEP))
    first = running_pid(control, "one")
    os.kill(first, signal.SIGKILL)
    second = running_pid(control, "one", other_than=first)
    assert second != first
    status = control.status()["one"]
    assert (status["restarts"], status["last_exit"]) == (1, -signal.SIGKILL)


def test_what_keeps_dying_is_restarted_ever_more_slowly(control: Control) -> None:
    control.start(program("broken", "raise SystemExit(3)"))
    probe(lambda: control.status()["broken"]["restarts"] >= 3, 10, "three restarts")
    status = control.status()["broken"]
    assert status["last_exit"] == 3
    # After n restarts the waits so far add up to 0.2 · (2^n - 1) seconds: never a hot loop.
    log = (control.root / "logs" / "supervisor.log").read_text()
    assert log.count("broken started") <= 5


def test_a_program_that_does_not_exist_does_not_stop_the_others(control: Control) -> None:
    control.start(Process(name="missing", argv=["/no/such/program"]), program("one", SLEEP))
    running_pid(control, "one")
    assert control.status()["missing"]["state"] == "waiting"
    control.stop("missing")
    assert control.status()["missing"]["state"] == "stopped"


def test_a_held_down_process_stays_down_until_it_is_started_again(control: Control) -> None:
    control.start(program("one", SLEEP))
    first = running_pid(control, "one")
    control.hold_down("one")
    control.signal("one", "SIGKILL")
    probe(lambda: control.status()["one"]["state"] == "stopped", 5, "it is down")
    control.start_again("one")
    assert running_pid(control, "one", other_than=first)


def test_what_ignores_sigterm_is_killed_when_its_time_is_over(control: Control) -> None:
    control.start(program("deaf", DEAF, stop_seconds=0.3))
    wait_for_output(control, "deaf")
    control.stop("deaf")
    assert control.status()["deaf"]["last_exit"] == -signal.SIGKILL


def test_a_paused_process_can_be_stopped(control: Control) -> None:
    control.start(program("one", SLEEP))
    wait_for_output(control, "one")
    control.signal("one", "SIGSTOP")
    control.stop("one")
    assert control.status()["one"]["last_exit"] == -signal.SIGTERM


def test_grandchildren_end_with_their_process(control: Control) -> None:
    code = (
        "import subprocess, sys, time;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print('child', child.pid, flush=True); time.sleep(600)"
    )
    control.start(program("parent", code))
    wait_for_output(control, "parent", "child ")
    child = int((control.root / "logs" / "parent.log").read_text().split()[1])
    control.hold_down("parent")
    control.signal("parent", "SIGKILL")
    probe(lambda: not alive(child), 5, "the grandchild ended")


def test_shutdown_follows_the_order(control: Control) -> None:
    """Gateway first, then services, sandbox, broker and database (architecture.md §5)."""
    control.start(*(program(f"p{order}", SLEEP, stop_order=order) for order in (2, 0, 1)))
    for order in (0, 1, 2):
        wait_for_output(control, f"p{order}")
    control.shutdown()
    log = (control.root / "logs" / "supervisor.log").read_text()
    ends = [line.split()[1] for line in log.splitlines() if " ended with " in line]
    assert ends == ["p0", "p1", "p2"]
    assert not control.running


def test_nothing_outlives_a_killed_supervisor(control: Control) -> None:
    control.start(program("one", SLEEP), program("deaf", DEAF))
    wait_for_output(control, "one")
    wait_for_output(control, "deaf")
    pids = [running_pid(control, "one"), running_pid(control, "deaf")]
    os.kill(control.supervisor_pid(), signal.SIGKILL)
    probe(lambda: not any(alive(pid) for pid in pids), 5, "both children ended")
    control.launch()
    assert control.status() == {}


def test_a_second_supervisor_on_the_same_root_is_refused(control: Control) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "deploy.local.supervisor", "--root", str(control.root)],
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert second.returncode == 2
    assert "another supervisor already runs" in second.stderr
    assert control.running


def test_a_held_supervisor_can_only_be_ended_by_its_last_holder(control: Control) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        control.hold(other.pid)
        control.release()
        control.shutdown_unless_held()
        assert control.running
        other.communicate(b"\n")

    def ended() -> bool:
        control.shutdown_unless_held()
        return not control.running

    probe(ended, 10, "it ended")


def test_requests_it_cannot_meet_are_refused_with_a_reason(control: Control) -> None:
    with pytest.raises(SupervisorError, match="no process 'nobody'"):
        control.stop("nobody")
    control.start(program("one", SLEEP))
    control.stop("one")
    with pytest.raises(SupervisorError, match="not running"):
        control.signal("one", "SIGKILL")
    control.start_again("one")
    with pytest.raises(SupervisorError, match="bad request"):
        control.signal("one", "SIGNONSENSE")


def test_a_large_log_is_put_aside_at_start(control: Control) -> None:
    log = control.root / "logs" / "one.log"
    with log.open("wb") as stream:
        stream.truncate(LOG_LIMIT_BYTES + 1)
    control.start(program("one", SLEEP))
    wait_for_output(control, "one")
    assert log.stat().st_size < 1000
    assert (control.root / "logs" / "one.log.1").stat().st_size == LOG_LIMIT_BYTES + 1
