"""Talking to the supervisor of one root through its unix socket.

Requests are `{"do": …}` with: status | define process | start name | stop name | restart name |
signal name signal | hold-down name | hold pid | release pid | shutdown |
shutdown-unless-held.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.local.process import Process, rotate

START_SECONDS = 10.0
# A stop may take its 20 s per group of the stop order; five groups at most.
ANSWER_SECONDS = 120.0
REPOSITORY = Path(__file__).resolve().parents[2]


class SupervisorError(Exception):
    """The supervisor refused a request, or does not answer."""


class Control:
    """A client of one supervisor. Every call raises SupervisorError when it is refused."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    @property
    def running(self) -> bool:
        """Whether a supervisor answers on this root."""
        try:
            self._ask("status")
        except SupervisorError:
            return False
        return True

    def launch(self) -> None:
        """Start a supervisor on this root, detached, and wait until it answers."""
        logs = self.root / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        log = logs / "supervisor.log"
        rotate(log)
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "deploy.local.supervisor", "--root", str(self.root)],
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + START_SECONDS
        while not self.running:
            if process.poll() is not None:
                last = log.read_text(errors="replace").strip().splitlines()[-1:]
                raise SupervisorError(f"the supervisor did not start: {' '.join(last)} ({log})")
            if time.monotonic() > end:
                process.kill()
                raise SupervisorError(f"the supervisor did not answer in {START_SECONDS:g} s")
            time.sleep(0.05)
        # It is meant to outlive this process: nobody waits for it here.
        process.returncode = 0

    def status(self) -> dict[str, dict[str, Any]]:
        """State, pid, restarts, up_seconds, last_exit per process name."""
        return self._ask("status")["processes"]

    def pid(self, name: str) -> int | None:
        """The process id of `name`, or None while it is down."""
        return self.status()[name]["pid"]

    def supervisor_pid(self) -> int:
        """The process id of the supervisor itself."""
        return self._ask("status")["pid"]

    def define(self, process: Process) -> None:
        """Put a row into the table or replace it; it counts from the next start."""
        self._ask("define", process=process.as_document())

    def start(self, *processes: Process) -> None:
        """Define rows and start those that are not running."""
        for process in processes:
            self.define(process)
        for process in processes:
            self.start_again(process.name)

    def start_again(self, name: str) -> None:
        """Start a known process that is down, and end a hold-down."""
        self._ask("start", name=name)

    def stop(self, name: str) -> None:
        """SIGTERM, SIGKILL after the row's stop_seconds; returns when it has ended."""
        self._ask("stop", name=name)

    def restart(self, name: str) -> None:
        """Stop as `stop` does, then start."""
        self._ask("restart", name=name)

    def signal(self, name: str, signal_name: str) -> None:
        """Send one signal, e.g. SIGKILL or SIGSTOP, to the process itself."""
        self._ask("signal", name=name, signal=signal_name)

    def hold_down(self, name: str) -> None:
        """Do not restart `name` when it ends, until `start_again`."""
        self._ask("hold-down", name=name)

    def hold(self, pid: int | None = None) -> None:
        """Keep the supervisor while process `pid` (default: this one) lives.

        A supervisor that was ever held ends by itself soon after its last holder.
        """
        self._ask("hold", pid=pid or os.getpid())

    def release(self, pid: int | None = None) -> None:
        """End a hold early."""
        self._ask("release", pid=pid or os.getpid())

    def shutdown(self) -> None:
        """Stop every process in order, then the supervisor; returns when all have ended."""
        pid = self.supervisor_pid()
        self._ask("shutdown")
        end = time.monotonic() + 5
        while _exists(pid) and time.monotonic() < end:
            time.sleep(0.02)

    def shutdown_unless_held(self) -> None:
        """Shut down, unless another process holds the supervisor."""
        self._ask("shutdown-unless-held")

    def _ask(self, do: str, **fields: Any) -> dict[str, Any]:
        try:
            with _socket_address(self.root) as address, socket.socket(socket.AF_UNIX) as client:
                client.settimeout(ANSWER_SECONDS)
                client.connect(address)
                client.sendall(json.dumps({"do": do, **fields}).encode() + b"\n")
                with client.makefile("rb") as stream:
                    line = stream.readline()
        except OSError as error:
            raise SupervisorError(f"no supervisor answers on {self.root}: {error}") from None
        if not line:
            raise SupervisorError(f"the supervisor on {self.root} closed without an answer")
        answer = json.loads(line)
        if not answer["ok"]:
            raise SupervisorError(answer["error"])
        return answer


def bind_socket(root: Path) -> socket.socket:
    """The supervisor's listening socket under `root`; the caller holds the root's lock."""
    (root / "run").mkdir(parents=True, exist_ok=True)
    (root / "run" / "supervisor.sock").unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    with _socket_address(root) as address:
        listener.bind(address)
    os.chmod(root / "run" / "supervisor.sock", 0o600)
    listener.listen(16)
    return listener


@contextlib.contextmanager
def _socket_address(root: Path) -> Iterator[str]:
    """The socket by a short name: a unix socket's path may not exceed 107 bytes."""
    directory = os.open(root / "run", os.O_PATH)
    try:
        yield f"/proc/self/fd/{directory}/supervisor.sock"
    finally:
        os.close(directory)


def _exists(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
