"""Crash points: off unless armed, by name, by count, once per flag file."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chassis import crash

PROGRAM = """
import sys
from chassis import crash
crash.arm(sys.argv[1])
for number in range(5):
    print(number, flush=True)
    crash.point("relay.before_publish")
"""


def run(spec: str, repository: Path) -> tuple[int, list[str]]:
    child = subprocess.run(
        [sys.executable, "-c", PROGRAM, spec],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return child.returncode, child.stdout.split()


@pytest.mark.parametrize(
    ("spec", "reached"), [("relay.before_publish", 1), ("relay.before_publish@3", 3)]
)
def test_the_process_dies_at_its_point(repository: Path, spec: str, reached: int) -> None:
    """T-F1."""
    status, printed = run(spec, repository)
    assert (status, len(printed)) == (-signal.SIGKILL, reached)


@pytest.mark.parametrize("spec", ["", "relay.after_publish", "relay.before_publish@9"])
def test_other_points_do_nothing(repository: Path, spec: str) -> None:
    assert run(spec, repository) == (0, ["0", "1", "2", "3", "4"])


def test_once_per_flag_file(repository: Path, tmp_path: Path) -> None:
    """A restarted process with the same setting lives on."""
    spec = f"relay.before_publish@2:{tmp_path}/died"
    assert run(spec, repository) == (-signal.SIGKILL, ["0", "1"])
    assert run(spec, repository)[0] == 0


@pytest.mark.parametrize("spec", ["Relay", "a@0", "a@x", "a:relative", "a b"])
def test_a_malformed_point(spec: str) -> None:
    with pytest.raises(ValueError, match="crash point"):
        crash.arm(spec)
