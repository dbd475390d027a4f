"""What a campaign is made of fits together; the campaign itself is run by hand."""

import subprocess
import sys

import pytest

from deploy.local.control import REPOSITORY
from deploy.local.environment import PROCESSES
from tests.campaign.bugs import BUGS
from tests.campaign.checks import CHECKS
from tests.campaign.faults import faults_of
from tests.campaign.network import EDGES
from tests.kit.wire import Trouble


def test_every_kind_of_process_is_killed_stopped_and_paused() -> None:
    """T-F3, R-6: a new process is in the campaign by itself."""
    for verb in ("kill", "stop", "pause"):
        for cluster in (False, True):
            assert {f"{verb} {name}" for name in PROCESSES} <= set(faults_of(cluster))


def test_every_connection_meets_every_trouble() -> None:
    """T-F11, R-2."""
    assert {f"{trouble}: {edge}" for trouble in Trouble for edge in EDGES} <= set(faults_of(False))


def test_every_planted_bug_has_its_check() -> None:
    """T-40: what is planted is expected by name, so that another finding does not count for it."""
    assert len(BUGS) >= 6
    assert {bug.found_by for bug in BUGS.values()} <= {check.__name__ for check in CHECKS}


@pytest.mark.parametrize("name", BUGS)
def test_what_a_bug_changes_is_there(name: str) -> None:
    """T-40: planting works on the code as it is; in a process of its own, as it stays changed."""
    code = f"from tests.campaign.bugs import BUGS; BUGS[{name!r}].plant()"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
