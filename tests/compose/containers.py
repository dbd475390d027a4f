"""One installation of the compose file under a project name of its own, with its own secrets."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FILES = ("docker-compose.yml", "deploy/compose/clock.yml")
LOGS = ROOT / ".local" / "compose-test"
READY_SECONDS = 240.0


class NotReady(Exception):
    """Containers did not become healthy in time; the text names them and shows their last lines."""


class Containers:
    """Runs compose and the engine's own commands. Raises subprocess.CalledProcessError.

    `ports`: on the host, of "gateway", "provider" and "mail".
    """

    def __init__(self, project: str, folder: Path) -> None:
        self.project = project
        self.ports = dict(zip(("gateway", "provider", "mail"), _free_ports(3), strict=True))
        self.secrets, self.clock = folder / "secrets", folder / "clock"
        for directory in (self.secrets, self.clock):
            directory.mkdir()
        self.clock.chmod(0o755)
        self._environment = os.environ | {
            "COMPOSE_PROJECT_NAME": project,
            "COMPOSE_FILE": os.pathsep.join(FILES),
            "COMPOSE_PROFILES": "sandbox",
            "COTERIE_SANDBOX_PROVIDER_URL": "http://sandbox-provider:8090",
            "COTERIE_SECRETS": str(self.secrets),
            "COTERIE_CLOCK": str(self.clock),
            "COTERIE_PORT": str(self.ports["gateway"]),
            "SANDBOX_PROVIDER_PORT": str(self.ports["provider"]),
            "SANDBOX_MAIL_PORT": str(self.ports["mail"]),
        }

    def compose(self, *arguments: str) -> str:
        """The output of `docker compose …`, or of `docker-compose …` where that is installed."""
        return self._run(*compose_command(), *arguments).stdout

    def engine(self, *arguments: str) -> str:
        """The output of `docker …`."""
        return self._run("docker", *arguments).stdout

    def url(self, name: str) -> str:
        """Base address on the host of "gateway", "provider" or "mail"."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def names(self, service: str | None = None) -> list[str]:
        """The containers of one service or of all, also those that have ended."""
        filters = [f"label=com.docker.compose.project={self.project}"]
        if service is not None:
            filters.append(f"label=com.docker.compose.service={service}")
        options = [option for text in filters for option in ("--filter", text)]
        return sorted(self.engine("ps", "-a", "--format", "{{.Names}}", *options).split())

    def states(self) -> dict[str, dict[str, Any]]:
        """The engine's `State` of every container by name."""
        found = json.loads(self.engine("inspect", *self.names()))
        return {one["Name"].removeprefix("/"): one["State"] for one in found}

    def wait_healthy(self, seconds: float = READY_SECONDS) -> None:
        """Until each container is healthy; one-shots have to have ended well. Raises NotReady."""
        end = time.monotonic() + seconds
        while waiting := {name: text for name, text in self._conditions() if text}:
            if time.monotonic() > end:
                logs = [f"{name} ({text}):\n{self.tail(name)}" for name, text in waiting.items()]
                raise NotReady("\n".join(logs))
            time.sleep(0.5)

    def _conditions(self) -> Iterator[tuple[str, str]]:
        """What keeps each container from being as it should; "" for nothing."""
        for name, state in self.states().items():
            if "Health" in state:
                healthy = state["Running"] and state["Health"]["Status"] == "healthy"
                yield name, "" if healthy else f"{state['Status']}, {state['Health']['Status']}"
            else:
                ended = state["Status"] == "exited" and state["ExitCode"] == 0
                yield name, "" if ended else f"{state['Status']}, exit status {state['ExitCode']}"

    def tail(self, name: str, lines: int = 25) -> str:
        """The last lines that a container wrote."""
        done = self._run("docker", "logs", "--tail", str(lines), name)
        return done.stdout + done.stderr

    def save_logs(self, folder: Path) -> None:
        """Write what every container has written into a file of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in self.names():
            (folder / f"{name}.log").write_text(self.tail(name, 100_000))

    def memory(self) -> dict[str, str]:
        """Memory in use by container, as `docker stats` tells it: without the page cache."""
        running = [name for name, state in self.states().items() if state["Running"]]
        rows = self.engine(
            "stats", "--no-stream", "--format", "{{.Name}}\t{{.MemUsage}}", *running
        ).splitlines()
        return {name: usage.split(" / ")[0] for name, usage in (row.split("\t") for row in rows)}

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
            done.check_returncode()
        return done


@contextmanager
def installation(project: str, folder: Path) -> Iterator[Containers]:
    """An installation that leaves no container, network or volume behind, whatever happens.

    After a failure the logs are in `LOGS`.
    """
    containers = Containers(project, folder)
    try:
        yield containers
    except BaseException:
        containers.save_logs(LOGS)
        raise
    finally:
        containers.compose("down", "--volumes", "--remove-orphans", "--timeout", "5")


def compose_command() -> tuple[str, ...]:
    """`docker compose` where the engine has it, otherwise `docker-compose`."""
    plugin = ("docker", "compose")
    known = subprocess.run((*plugin, "version"), capture_output=True, check=False)
    if known.returncode == 0 or shutil.which("docker-compose") is None:
        return plugin
    return ("docker-compose",)


def _free_ports(count: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports
