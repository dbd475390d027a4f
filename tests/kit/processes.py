"""Programs of ours as processes of their own: services, the gateway, the sandbox."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import requests

from deploy.local.control import REPOSITORY
from tests.kit.probe import probe

# Whoever asks for no names need not load what asks for them without blocking: a fifth of the CPU
# that a process takes to start. The system that journeys share has it, as real ones do.
ASKS_NO_NAMES = {"EVENTLET_NO_GREENDNS": "yes"}
ASKS_FOR_NAMES = {"EVENTLET_NO_GREENDNS": "no"}


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


class Process:
    """`python -m` with these arguments; may be started again when it has ended.

    It is ready when `/health/ready` at this port says so. Everything it writes goes to a log.
    """

    def __init__(
        self, *arguments: str, environment: Mapping[str, str], port: int, log_path: Path
    ) -> None:
        self.environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            **ASKS_NO_NAMES,
            **environment,
        }
        self.url = f"http://127.0.0.1:{port}"
        self.log_path = log_path
        self._command = [sys.executable, "-m", *arguments]
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self, *more: str, wait: bool = True, **settings: str) -> None:
        """Starts it with more arguments and settings, and waits until it is ready."""
        with self.log_path.open("ab") as log:
            self._popen = subprocess.Popen(
                [*self._command, *more],
                cwd=REPOSITORY,
                env=self.environment | settings,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if wait:
            self.wait_ready()

    def wait_ready(self, seconds: float = 20) -> Self:
        """Itself, once it is ready; raises RuntimeError when it ends instead."""
        probe(self.is_ready, seconds, f"{self.log_path.stem} is ready")
        return self

    def is_ready(self) -> bool:
        """Whether it says so; raises RuntimeError when it has ended, AssertionError when not."""
        if not self.is_running:
            raise RuntimeError(f"{self.log_path.stem} ended:\n{self.log[-3000:]}")
        answer = requests.get(f"{self.url}/health/ready", timeout=5)
        assert answer.status_code == 200, f"{answer.text}\n{self.log[-3000:]}"
        return True

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended since."""
        return self._popen is not None and self._popen.poll() is None

    @property
    def has_ended(self) -> bool:
        """Whether it was started and has ended, by whatever cause."""
        return self._popen is not None and self._popen.poll() is not None

    @property
    def pid(self) -> int:
        return self._started.pid

    @property
    def log(self) -> str:
        """All that it wrote, over all its starts."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def send(self, number: int) -> None:
        """Sends a signal to this process alone."""
        self._started.send_signal(number)

    def ended(self, seconds: float = 15) -> int:
        """Waits until it ends by itself; its exit status."""
        return self._started.wait(seconds)

    def stop(self, number: int = signal.SIGTERM, seconds: float = 25) -> int:
        """Ends it by a signal, by SIGKILL when that takes longer; its exit status."""
        if self._popen is None:
            return 0
        self.send(number)
        try:
            return self.ended(seconds)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            return self.ended()

    def kill(self) -> None:
        """SIGKILL; also ends a process that is stopped."""
        self.stop(signal.SIGKILL)

    def run_to_end(self, **settings: str) -> subprocess.CompletedProcess[str]:
        """Starts one that is expected to end by itself: its status and what it wrote."""
        return subprocess.run(
            self._command,
            cwd=REPOSITORY,
            env=self.environment | settings,
            capture_output=True,
            text=True,
            timeout=30,
        )

    @property
    def _started(self) -> subprocess.Popen[bytes]:
        assert self._popen is not None
        return self._popen
