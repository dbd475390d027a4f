"""The version before this one, as processes of their own from its own files.

It is the last commit that was released; its files come out of the repository's history. Old and new
share one place: the same root, supervisor, broker and databases. Each starts its processes by its
own table, `deploy.local.environment`, so what one version does not know is never set for it.
"""

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.local.control import REPOSITORY
from deploy.local.system import System

COMMIT = "54c3c0b"  # move it to each release as it is made

_PROGRAM = """
import json, sys
from pathlib import Path
from deploy.local.nodes import Nodes
from deploy.local.system import System

asked = json.load(sys.stdin)
nodes = Nodes(Path(asked["nodes"]))
system = System(Path(asked["root"]), nodes=nodes, env="test", **asked["names"])
if asked["prepare"]:
    system.prepare(asked["prepare"])
if asked["operate"]:
    sys.exit(system.operate(*asked["operate"]).returncode)
system.start(asked["start"])
"""


class VersionBefore:
    """Its files under `folder`, and its processes in the place of a system of today."""

    def __init__(self, folder: Path, system: System) -> None:
        self.folder, self._system = folder, system
        folder.mkdir()
        with tarfile.open(fileobj=io.BytesIO(_archive())) as files:
            files.extractall(folder, filter="data")

    def start(self, processes: Sequence[str], *, prepare: Sequence[str] = ()) -> None:
        """Starts them and waits until they are ready; `prepare` provisions and migrates before,
        with ports for all of these."""
        self._run(prepare=[*prepare], start=[*processes], operate=[])

    def operate(self, service: str, *arguments: str) -> str:
        """An operator's command of that version; what it printed."""
        return self._run(prepare=[], start=[], operate=[service, *arguments])

    def _run(self, **what: list[str]) -> str:
        system = self._system
        asked = {
            "nodes": str(system.nodes.root),
            "root": str(system.root),
            "names": {
                "vhost": system.target.vhost,
                "db_prefix": system.target.database_prefix,
                "user_prefix": system.target.user_prefix,
            },
            **what,
        }
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            cwd=self.folder,
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def _archive() -> bytes:
    """Its files; skips the test where the history is not there."""
    done = subprocess.run(["git", "archive", COMMIT], cwd=REPOSITORY, capture_output=True)
    if done.returncode:
        pytest.skip(f"the version before ({COMMIT}) is not in this copy's history (`git fetch`)")
    return done.stdout
