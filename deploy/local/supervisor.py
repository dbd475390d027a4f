"""The local supervisor: keeps a table of processes running and answers a control socket.

One thread, one `select` loop, no polling: it wakes for a child's end, a control request, the end
of a holder, or the next deadline. Standard library only, to stay small.
`python -m deploy.local.supervisor --root .local` runs in the foreground until SIGTERM or the
`shutdown` request. The protocol is one JSON line in, one JSON line out (see `control.py`).
"""

import argparse
import contextlib
import fcntl
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.control import bind_socket
from deploy.local.process import Process, spawn

FIRST_BACKOFF = 0.2
LONGEST_BACKOFF = 5.0
STEADY_AFTER = 10.0
LINGER_SECONDS = 60.0


class RequestRefused(Exception):
    """A control request that cannot be met; its text goes back to the caller."""


@dataclass
class Child:
    """A table row at run time. Times are monotonic seconds.

    `state`: running, stopping (SIGTERM sent), waiting (to be restarted), stopped.
    """

    process: Process
    popen: subprocess.Popen[bytes] | None = None
    state: str = "stopped"
    held_down: bool = False
    restarts: int = 0
    backoff: float = FIRST_BACKOFF
    started_at: float = 0.0
    start_at: float | None = None
    kill_at: float | None = None
    last_exit: int | None = None

    @property
    def alive(self) -> bool:
        return self.popen is not None


class Supervisor:
    """The table, its deadlines and its control socket, all under one root directory."""

    def __init__(self, root: Path) -> None:
        self._logs = root / "logs"
        self._logs.mkdir(parents=True, exist_ok=True)
        self._children: dict[str, Child] = {}
        self._waiting: list[tuple[socket.socket, Callable[[], bool]]] = []
        self._holders: dict[int, int] = {}
        self._unheld_since: float | None = None
        self._ending = False
        self._selector = selectors.DefaultSelector()
        self._listener = bind_socket(root)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._watch_signals()

    def run(self) -> None:
        """Serve until a shutdown was asked for and every child has ended."""
        while not (self._ending and not self._any_alive()):
            for key, _ in self._selector.select(self._seconds_to_next_deadline()):
                key.data(key.fileobj)
            self._collect_ended()
            self._meet_deadlines()
            if self._ending:
                self._stop_next_group()
            self._answer_waiting()
        for connection, _ in self._waiting:
            _reply(connection, {"ok": True})
        self._listener.close()

    # --- waking up -------------------------------------------------------------------------

    def _watch_signals(self) -> None:
        read_end, write_end = os.pipe()
        os.set_blocking(read_end, False)
        os.set_blocking(write_end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._begin_shutdown())
        self._selector.register(read_end, selectors.EVENT_READ, lambda fd: os.read(fd, 4096))

    def _seconds_to_next_deadline(self) -> float | None:
        moments = [
            moment
            for child in self._children.values()
            for moment in (child.start_at, child.kill_at)
            if moment is not None
        ]
        if self._unheld_since is not None and not self._ending:
            moments.append(self._unheld_since + LINGER_SECONDS)
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _meet_deadlines(self) -> None:
        now = time.monotonic()
        for child in self._children.values():
            if child.kill_at is not None and now >= child.kill_at:
                child.kill_at = None
                _log(f"{child.process.name} did not stop in {child.process.stop_seconds:g} s: KILL")
                self._signal_group(child, signal.SIGKILL)
            if child.start_at is not None and now >= child.start_at:
                self._start(child)
        if self._unheld_since is not None and now >= self._unheld_since + LINGER_SECONDS:
            _log("no holder is left")
            self._begin_shutdown()

    # --- children --------------------------------------------------------------------------

    def _start(self, child: Child) -> None:
        child.start_at = None
        name = child.process.name
        try:
            child.popen = spawn(child.process, self._logs / f"{name}.log")
        except (OSError, subprocess.SubprocessError) as error:
            _log(f"{name} cannot be started: {error}")
            self._schedule_restart(child)
            return
        child.state = "running"
        child.started_at = time.monotonic()
        _log(f"{name} started, pid {child.popen.pid}")

    def _schedule_restart(self, child: Child) -> None:
        child.state = "waiting"
        child.start_at = time.monotonic() + child.backoff
        child.backoff = min(child.backoff * 2, LONGEST_BACKOFF)

    def _collect_ended(self) -> None:
        for child in self._children.values():
            if child.popen is None or not _has_ended(child.popen.pid):
                continue
            # Before the leader is reaped its group id cannot be taken by anybody else.
            self._signal_group(child, signal.SIGKILL)
            child.last_exit = child.popen.wait()
            child.popen = None
            child.kill_at = None
            _log(f"{child.process.name} ended with {child.last_exit} while {child.state}")
            if child.state == "stopping" or child.held_down or self._ending:
                child.state = "stopped"
                continue
            if time.monotonic() - child.started_at >= STEADY_AFTER:
                child.backoff = FIRST_BACKOFF
            child.restarts += 1
            self._schedule_restart(child)

    def _stop(self, child: Child) -> None:
        child.start_at = None
        if child.popen is None:
            child.state = "stopped"
        elif child.state != "stopping":
            child.state = "stopping"
            child.kill_at = time.monotonic() + child.process.stop_seconds
            os.kill(child.popen.pid, signal.SIGTERM)
            os.kill(child.popen.pid, signal.SIGCONT)  # a paused process must see its SIGTERM

    def _signal_group(self, child: Child, number: int) -> None:
        if child.popen is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.popen.pid, number)

    def _any_alive(self) -> bool:
        return any(child.alive for child in self._children.values())

    def _begin_shutdown(self) -> None:
        if not self._ending:
            _log("stopping everything")
            self._ending = True
            for child in self._children.values():
                child.start_at = None

    def _stop_next_group(self) -> None:
        alive = [child for child in self._children.values() if child.alive]
        if alive:
            first = min(child.process.stop_order for child in alive)
            for child in alive:
                if child.process.stop_order == first:
                    self._stop(child)

    # --- control ---------------------------------------------------------------------------

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        connection.settimeout(2.0)
        try:
            with connection.makefile("rb") as stream:
                request = json.loads(stream.readline())
            answer = self._answer(request, connection)
        except RequestRefused as refusal:
            answer = {"ok": False, "error": str(refusal)}
        except (OSError, ValueError, KeyError, TypeError) as error:
            answer = {"ok": False, "error": f"bad request: {error!r}"}
        if answer is not None:
            _reply(connection, answer)

    def _answer(self, request: dict[str, Any], connection: socket.socket) -> dict[str, Any] | None:
        """Do what is asked. None = the answer comes later, when a stop has finished."""
        if self._ending and request["do"] not in ("status", "shutdown", "shutdown-unless-held"):
            raise RequestRefused("the supervisor is stopping")
        match request["do"]:
            case "status":
                return {"ok": True, "pid": os.getpid(), "processes": self._status()}
            case "define":
                self._define(Process(**request["process"]))
            case "start":
                child = self._child(request["name"])
                if child.state == "stopping":
                    raise RequestRefused(f"{request['name']} is still stopping")
                child.held_down = False
                if not child.alive:
                    self._start(child)
            case "hold-down":
                self._child(request["name"]).held_down = True
            case "signal":
                child = self._child(request["name"])
                if child.popen is None:
                    raise RequestRefused(f"{request['name']} is not running")
                os.kill(child.popen.pid, signal.Signals[request["signal"]])
            case "stop":
                self._stop_then(self._child(request["name"]), connection, start=False)
                return None
            case "restart":
                self._stop_then(self._child(request["name"]), connection, start=True)
                return None
            case "hold":
                self._hold(int(request["pid"]))
            case "release":
                self._release(int(request["pid"]))
            case "shutdown-unless-held" if self._holders:
                return {"ok": True}
            case "shutdown" | "shutdown-unless-held":
                self._begin_shutdown()
                self._waiting.append((connection, lambda: False))
                return None
            case unknown:
                raise RequestRefused(f"unknown request {unknown!r}")
        return {"ok": True}

    def _define(self, process: Process) -> None:
        child = self._children.get(process.name)
        if child is None:
            self._children[process.name] = child = Child(process)
        child.process = process

    def _child(self, name: str) -> Child:
        if name not in self._children:
            raise RequestRefused(f"no process {name!r}; there are {sorted(self._children)}")
        return self._children[name]

    def _stop_then(self, child: Child, connection: socket.socket, *, start: bool) -> None:
        self._stop(child)

        def finished() -> bool:
            if child.alive:
                return False
            if start and not self._ending:
                child.held_down = False
                child.backoff = FIRST_BACKOFF
                self._start(child)
            return True

        self._waiting.append((connection, finished))

    def _answer_waiting(self) -> None:
        still = []
        for connection, finished in self._waiting:
            if finished():
                _reply(connection, {"ok": True})
            else:
                still.append((connection, finished))
        self._waiting = still

    def _status(self) -> dict[str, Any]:
        now = time.monotonic()
        return {
            name: {
                "state": child.state,
                "pid": child.popen.pid if child.popen else None,
                "restarts": child.restarts,
                "up_seconds": round(now - child.started_at, 1) if child.popen else 0.0,
                "last_exit": child.last_exit,
                "held_down": child.held_down,
            }
            for name, child in self._children.items()
        }

    # --- holders: test runs that share these processes ---------------------------------------

    def _hold(self, pid: int) -> None:
        if pid in self._holders:
            return
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            raise RequestRefused(f"there is no process {pid}") from None
        self._holders[pid] = descriptor
        self._unheld_since = None
        self._selector.register(descriptor, selectors.EVENT_READ, lambda _: self._release(pid))

    def _release(self, pid: int) -> None:
        descriptor = self._holders.pop(pid, None)
        if descriptor is not None:
            self._selector.unregister(descriptor)
            os.close(descriptor)
        if not self._holders:
            self._unheld_since = time.monotonic()


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _reply(connection: socket.socket, answer: dict[str, Any]) -> None:
    try:
        connection.sendall(json.dumps(answer).encode() + b"\n")
    except OSError as error:
        _log(f"an answer could not be sent: {error}")
    finally:
        connection.close()


def _log(text: str) -> None:
    print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), text, flush=True)


def main() -> int:
    """Run the supervisor of one root; 2 when another one already serves it."""
    parser = argparse.ArgumentParser(prog="deploy.local.supervisor")
    parser.add_argument("--root", type=Path, required=True)
    root = parser.parse_args().root.resolve()
    (root / "run").mkdir(parents=True, exist_ok=True)
    with (root / "run" / "supervisor.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"another supervisor already runs on {root}", file=sys.stderr)
            return 2
        Supervisor(root).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
