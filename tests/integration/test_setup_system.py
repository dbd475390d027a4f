"""Systems as `make up` and the other tests start them, here with the sandbox processes alone."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from deploy.local import __main__ as commands
from deploy.local import clock
from deploy.local.nodes import Nodes
from deploy.local.system import System, SystemNotReady
from tests.kit.nodes import unique
from tests.kit.probe import probe

SANDBOX = ("sandbox-provider", "sandbox-mail")
REFUSED = {"sandbox-mail": {"SANDBOX_MAIL_PORT": "no port"}}


@pytest.fixture(scope="module")
def running(system: Callable[..., System]) -> System:
    return system(*SANDBOX)


@pytest.fixture
def told() -> list[str]:
    """What the system said to the person who started it."""
    return []


@pytest.fixture
def unstarted(nodes: Nodes, told: list[str], tmp_path: Path) -> Iterator[System]:
    name = unique("t")
    made = System(
        tmp_path,
        nodes=nodes,
        vhost=name,
        db_prefix=f"{name}_",
        user_prefix=f"{name}-",
        env="test",
        tell=told.append,
    )
    made.control.launch()
    made.control.hold()
    yield made
    made.stop()
    made.erase()


def test_every_started_process_is_ready(running: System) -> None:
    assert all(running.is_ready(name) for name in SANDBOX)
    for name in ("sandbox-mail", "sandbox-provider"):
        assert requests.get(running.url(name), timeout=5).status_code < 500


def test_starting_again_leaves_what_runs_alone(running: System) -> None:
    before = running.control.status()
    running.up(SANDBOX)
    after = running.control.status()
    assert {name: after[name]["pid"] for name in SANDBOX} == {
        name: before[name]["pid"] for name in SANDBOX
    }


def test_a_killed_process_is_ready_again(running: System) -> None:
    pid = running.control.pid("sandbox-mail")
    running.control.signal("sandbox-mail", "SIGKILL")
    probe(lambda: running.control.pid("sandbox-mail") not in (None, pid), 10, "it is back")
    running.wait_ready(["sandbox-mail"])


def test_a_paused_process_is_not_ready_until_it_goes_on(running: System) -> None:
    running.control.signal("sandbox-mail", "SIGSTOP")
    assert not running.is_ready("sandbox-mail")
    running.control.signal("sandbox-mail", "SIGCONT")
    running.wait_ready(["sandbox-mail"])


def test_settings_of_one_process_can_be_changed(running: System) -> None:
    running.configure("sandbox-mail", {"EXTRA": "1"})
    running.wait_ready(["sandbox-mail"])
    environment = Path(f"/proc/{running.control.pid('sandbox-mail')}/environ").read_bytes()
    assert b"EXTRA=1" in environment.split(b"\0")


def test_the_clock_moves_for_every_process(running: System) -> None:
    """architecture.md §4a; the sandbox has no jobs, so there is nobody to wait for."""
    moment = clock.now(running.clock_file) + timedelta(days=3)
    assert running.move_clock(moment) == 0
    assert clock.now(running.clock_file) >= moment


def test_a_stopped_system_starts_again_with_its_ports_and_data(unstarted: System) -> None:
    unstarted.up(SANDBOX)
    url = unstarted.url("sandbox-mail")
    keys = requests.get(f"{unstarted.url('sandbox-provider')}/v1/certificates", timeout=5).json()
    pids = [unstarted.control.pid(name) for name in SANDBOX]
    unstarted.stop()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    unstarted.up(SANDBOX)
    assert unstarted.url("sandbox-mail") == url
    again = requests.get(f"{unstarted.url('sandbox-provider')}/v1/certificates", timeout=5).json()
    assert again == keys
    unstarted.prepare(SANDBOX, fresh=True)
    unstarted.start(SANDBOX)
    fresh = requests.get(f"{unstarted.url('sandbox-provider')}/v1/certificates", timeout=5).json()
    assert fresh != keys


def test_a_system_whose_supervisor_was_killed_starts_again(unstarted: System) -> None:
    unstarted.up(SANDBOX)
    os.kill(unstarted.control.supervisor_pid(), signal.SIGKILL)
    probe(lambda: not unstarted.control.running, 5, "the supervisor is gone")
    probe(lambda: not unstarted.is_ready("sandbox-mail"), 5, "so are its processes")
    unstarted.up(SANDBOX)
    assert unstarted.is_ready("sandbox-mail")


def test_a_taken_port_is_told_and_replaced(unstarted: System, told: list[str]) -> None:
    unstarted.up(SANDBOX)
    taken = unstarted.place.ports["sandbox-mail"]
    unstarted.stop()
    with socket.create_server(("127.0.0.1", taken)):
        unstarted.up(SANDBOX)
    assert any(f"port {taken} for sandbox-mail is taken" in message for message in told)
    assert unstarted.is_ready("sandbox-mail")


def test_wrong_settings_are_reported_at_once(nodes: Nodes, unstarted: System) -> None:
    broken = System(
        unstarted.root,
        nodes=nodes,
        vhost=unstarted.target.vhost,
        db_prefix=unstarted.target.database_prefix,
        user_prefix=unstarted.target.user_prefix,
        env="test",
        settings=REFUSED,
    )
    with pytest.raises(SystemNotReady, match=r"(?s)sandbox-mail is not ready.*SANDBOX_MAIL_PORT"):
        broken.up(["sandbox-mail"])


def test_one_process_is_restarted_and_a_second_one_started(unstarted: System) -> None:
    unstarted.up(["notifications"])
    first = unstarted.control.pid("notifications")
    unstarted.restart("notifications")
    assert unstarted.is_ready("notifications")
    assert unstarted.control.pid("notifications") != first
    unstarted.restart("notifications-2")
    assert unstarted.is_ready("notifications-2")
    assert unstarted.health_url("notifications-2") != unstarted.health_url("notifications")
    with pytest.raises(SystemNotReady, match="'nobody' is no service"):
        unstarted.restart("nobody")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["status"], "nothing is running; `make up` starts it"),
        (["operate", "membership", "list-operators"], "nothing is running; `make up` starts it"),
        (["archive", "membership"], "nothing is running; `make up` starts it"),
        (["integrator", "acme"], "nothing is running; `make up` starts it"),
        (["restart", "payments"], "nothing is running; `make up` starts it"),
        (
            ["up", "--cors", "app.example.com"],
            "CORS: 'app.example.com' is not scheme://host[:port]",
        ),
    ],
)
def test_a_command_that_cannot_be_done_touches_nothing(
    arguments: list[str],
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(commands, "ROOT", tmp_path / "local")
    monkeypatch.setattr(sys, "argv", ["deploy.local", *arguments])
    assert commands.main() == 1
    assert capsys.readouterr() == ("", f"{expected}\n")
    assert not (tmp_path / "local").exists()


def test_the_commands_say_what_is_wrong_without_a_traceback(repository: Path) -> None:
    for arguments, expected in (
        (["logs", "--name", "nobody"], "there is no log of 'nobody'"),
        (["logs", "--id", "nonsense-that-nobody-logged"], "nothing found"),
        (["clock", "--by", "soon"], "is not a span"),
        (["clock", "--by=-1d"], "only moves forward"),
        (["clock", "--to", "2000-01-01T00:00"], "only moves forward"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "deploy.local", *arguments],
            cwd=repository,
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert done.returncode == 1, arguments
        assert expected in done.stderr
        assert "Traceback" not in done.stderr
        assert "Warning" not in done.stderr, "it starts without what services need"
