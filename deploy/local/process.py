"""One supervised process: what to run, and how to start it so that it cannot outlive us."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

LOG_LIMIT_BYTES = 20 * 1024 * 1024
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Process:
    """A row of the supervisor's table.

    `stop_order`: lower stops earlier; equal numbers stop together.
    `stop_seconds`: time between SIGTERM and SIGKILL.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: str = "/"
    stop_order: int = 1
    stop_seconds: float = 20.0

    def as_document(self) -> dict[str, Any]:
        """The row as JSON-ready values, for the control socket."""
        return asdict(self)


def spawn(process: Process, log: Path) -> subprocess.Popen[bytes]:
    """Start `process` in its own process group with its output appended to `log`.

    The kernel kills the child when the calling process ends, however it ends. Raises OSError or
    subprocess.SubprocessError when the program cannot be started.
    """
    rotate(log)
    parent = os.getpid()

    def die_with_parent() -> None:
        if _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0 or os.getppid() != parent:
            os._exit(127)

    with log.open("ab") as output:
        return subprocess.Popen(
            list(process.argv),
            env=dict(process.env),
            cwd=process.cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
            preexec_fn=die_with_parent,  # safe: the supervisor has one thread
        )


def rotate(log: Path) -> None:
    """Move a log above 20 MB aside to `<name>.log.1`, replacing the one before."""
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_name(log.name + ".1"))
