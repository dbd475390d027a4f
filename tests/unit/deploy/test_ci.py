"""What a CI machine runs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def ci(tmp_path: Path, repository: Path, make: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "clone" / ".ci").mkdir(parents=True)
    shutil.copy(repository / ".ci" / "run", tmp_path / "clone" / ".ci" / "run")
    fake = tmp_path / "bin" / "make"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\necho called $1 CI=$CI\n{make}\n")
    fake.chmod(0o755)
    return subprocess.run(
        [tmp_path / "clone" / ".ci" / "run"],
        env={"PATH": f"{fake.parent}:{os.environ['PATH']}"},
        input="",
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_checks_and_tests_both_run(tmp_path: Path, repository: Path) -> None:
    done = ci(tmp_path, repository, "exit 0")
    assert done.stdout == "called lint CI=true\ncalled test CI=true\n"
    assert done.returncode == 0


@pytest.mark.parametrize("failing", ["lint", "test"])
def test_a_failure_of_either_fails_the_run(tmp_path: Path, repository: Path, failing: str) -> None:
    done = ci(tmp_path, repository, f'test "$1" != {failing}')
    assert "called test" in done.stdout
    assert done.returncode == 1


def test_every_level_of_tests_runs_even_after_a_failure(repository: Path) -> None:
    done = subprocess.run(
        ["make", "-s", "test", "PYTHON=true", "PYTEST=false", "LOCAL=true"],
        cwd=repository,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=30,
    )
    levels = [line for line in done.stdout.splitlines() if line.startswith("== ")]
    assert len(levels) == 3
    assert done.returncode != 0
