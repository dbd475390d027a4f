"""One whole Coterie on this machine: nodes, provisioning, migration, processes, readiness.

Used by `make up` and `make demo` on `.local`, and by tests with shared nodes and an environment of
their own in them.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import requests

from contracts.records import SERVICES
from deploy.integrators import provision_integrator, remove_integrator, require_choice, user_of
from deploy.local import clock
from deploy.local import ports as port_table
from deploy.local.control import REPOSITORY, Control
from deploy.local.credentials import Credentials
from deploy.local.environment import (
    PROCESSES,
    SEED_FILE,
    Place,
    kind_of,
    migration_environment,
    ports_of,
    row,
)
from deploy.local.nodes import Nodes
from deploy.local.process import Process
from deploy.provision import Passwords, Target, erase, load_topology, provision

READY_SECONDS = 60.0
# Exit statuses by which a process says that its settings or its schema are wrong: waiting is vain.
_REFUSALS = (2, 3)


class SystemNotReady(Exception):
    """A part of the system did not come up; names the part, what was seen and its log."""


class System:
    """A system under `root`.

    `nodes`: shared running nodes, or None for own ones under the same root.
    `user_prefix`: put before the broker users' names, so that environments can share a broker.
    `settings`: extra environment variables by process name; `"*"` is for every process.
    """

    def __init__(
        self,
        root: Path,
        *,
        nodes: Nodes | None = None,
        vhost: str = "coterie",
        db_prefix: str = "coterie_",
        user_prefix: str = "",
        env: str = "development",
        settings: Mapping[str, Mapping[str, str]] | None = None,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.root = root.resolve()
        self.control = Control(self.root)
        self.credentials = Credentials(self.root)
        #: Holds the business clock's offset in seconds (architecture.md §4a).
        self.clock_file = self.root / "clock"
        self.nodes = nodes or Nodes(self.root)
        self._own_nodes = nodes is None
        self._vhost, self._db_prefix, self._user_prefix = vhost, db_prefix, user_prefix
        self._env = env
        self._settings = settings or {}
        self._tell = tell

    # --- life ------------------------------------------------------------------------------

    def up(self, processes: Sequence[str] = PROCESSES, *, fresh: bool = False) -> None:
        """Bring everything up and wait until it is ready; what already runs is left alone.

        `payments-2` in `processes` is a second process of `payments`, and so on.
        `fresh` erases this environment's data first. Raises SystemNotReady, NodesNotReady,
        ProvisionError, SupervisorError.
        """
        self.prepare(processes, fresh=fresh)
        self.start(processes)

    def prepare(self, processes: Sequence[str] = PROCESSES, *, fresh: bool = False) -> None:
        """Nodes, ports, vhost, databases, users and schema for these processes, not yet started."""
        if fresh:
            self._tell("erasing the data of the last run")
            self.erase()
        if not self.control.running:
            self.control.launch()
        if not any(name in self.control.status() for name in PROCESSES):
            # Well-known ports are for the one system that a person looks at.
            wanted = ports_of(processes)
            wanted = wanted if self._env == "development" else dict.fromkeys(wanted)
            _, messages = port_table.assign(self.root, wanted)
            for message in messages:
                self._tell(message)
        if self._own_nodes:
            self._tell("starting RabbitMQ and MongoDB")
            for message in self.nodes.start():
                self._tell(message)
        self._tell("provisioning and migrating")
        provision(self.target, load_topology(), self._passwords())
        self._migrate([name for name in SERVICES if name in processes])

    def start(self, processes: Iterable[str]) -> None:
        """Start the named processes and wait until each says it is ready."""
        names = list(processes)
        self._tell("starting " + ", ".join(names))
        self.control.start(*(self._row(name) for name in names))
        self.wait_ready(names)

    def configure(self, process: str, settings: Mapping[str, str]) -> None:
        """Give one process other extra settings from its next start on, and restart it."""
        self._settings = {**self._settings, process: settings}
        self.control.define(self._row(process))
        self.control.restart(process)

    def restart(self, name: str) -> None:
        """Restart a process and wait until it is ready; one of a kind that is not there is started.

        Raises SystemNotReady for what is neither a service nor a gateway.
        """
        if kind_of(name) not in (*SERVICES, "gateway"):
            raise SystemNotReady(f"{name!r} is no service, nor the gateway")
        if name in self.control.status():
            self.control.restart(name)
            self.wait_ready([name])
            return
        missing = ports_of([name]).keys() - port_table.load(self.root).keys()
        port_table.assign(self.root, dict.fromkeys(missing))
        self.start([name])

    def wait_ready(self, processes: Iterable[str], seconds: float = READY_SECONDS) -> None:
        """Wait for 200 from every process' /health/ready."""
        end = time.monotonic() + seconds
        restarts = {name: row["restarts"] for name, row in self.control.status().items()}
        for name in processes:
            last = "nothing"
            while True:
                try:
                    answer = self._ready_answer(name)
                    if answer.status_code == 200:
                        break
                    last = f"HTTP {answer.status_code}: {answer.text[:300]}"
                except requests.RequestException as error:
                    last = type(error).__name__
                now = self.control.status()[name]
                # Twice: the first may have been started with settings that are mended by now.
                refused = now["last_exit"] in _REFUSALS and now["restarts"] >= restarts[name] + 2
                if refused or time.monotonic() > end:
                    raise SystemNotReady(
                        f"{name} is not ready; last seen: {last}\n{self.tail(name, 12)}"
                    )
                time.sleep(0.1)

    def stop(self) -> None:
        """Stop every process of this root in order, and its supervisor. Data stays."""
        if self.control.running:
            self.control.shutdown()

    def erase(self) -> None:
        """Delete this environment's data in broker, database, sandbox, and its clock.

        Own nodes are stopped and lose their files: RabbitMQ 3.10 may refuse a quorum queue that is
        declared again right after it was deleted.
        """
        self._stop_processes()
        if self._own_nodes:
            self.stop()
            shutil.rmtree(self.root / "data", ignore_errors=True)
        else:
            erase(self.target)
            shutil.rmtree(self.root / "data" / "sandbox", ignore_errors=True)
        for file in (self.clock_file, self.root / SEED_FILE):
            file.unlink(missing_ok=True)

    def _stop_processes(self) -> None:
        if self.control.running:
            for name in self.control.status():
                if kind_of(name) in PROCESSES:
                    self.control.stop(name)

    def move_clock(self, moment: datetime) -> int:
        """Set business time forward to `moment` and wait until every job made a pass at it.

        Returns the number of jobs. Raises ClockError.
        """
        shown = clock.move_to(self.clock_file, moment)
        running = self.control.status() if self.control.running else {}
        health = {
            name: self.health_url(name)
            for name, facts in running.items()
            if kind_of(name) in (*SERVICES, "gateway") and facts["state"] == "running"
        }
        return clock.wait_for_jobs(health, shown, tell=self._tell)

    def operate(self, service: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run `python -m chassis.operate <service> …` with the service's environment."""
        return subprocess.run(
            [sys.executable, "-m", "chassis.operate", service, *arguments],
            cwd=REPOSITORY,
            env=self.environment(service),
        )

    def archive(self, service: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run `python -m chassis.archive <service> …` with the owner's access."""
        return subprocess.run(
            [sys.executable, "-m", "chassis.archive", service, *arguments],
            cwd=REPOSITORY,
            env=migration_environment(self.place, service),
        )

    # --- facts -----------------------------------------------------------------------------

    @property
    def place(self) -> Place:
        """Files, ports and environment of this system, as settings are made from them."""
        return Place(
            root=self.root,
            ports=port_table.load(self.root),
            nodes=self.nodes,
            target=self.target,
            credentials=self.credentials,
            clock_file=self.clock_file,
            env=self._env,
        )

    @property
    def target(self) -> Target:
        """This system's environment in broker and database, with administrator access."""
        return Target(
            management_url=self.nodes.management_url,
            management_auth=self.nodes.admin_auth,
            mongo_admin_url=self.nodes.mongo_admin_url,
            vhost=self._vhost,
            user_prefix=self._user_prefix,
            database_prefix=self._db_prefix,
        )

    def addresses(self) -> dict[str, str]:
        """What a person opens in a browser."""
        return {
            "gateway": self.url("http"),
            "API pages": self.url("http") + "/docs",
            "mail inbox": self.url("sandbox-mail"),
            "payment sandbox": self.url("sandbox-provider"),
        }

    def is_running(self) -> bool:
        """Whether every process runs."""
        states = self.control.status() if self.control.running else {}
        return all(states.get(name, {}).get("state") == "running" for name in PROCESSES)

    def is_ready(self, process: str) -> bool:
        """Whether a process answers 200 to /health/ready now."""
        try:
            return self._ready_answer(process).status_code == 200
        except requests.RequestException:
            return False

    def url(self, name: str = "http") -> str:
        """Base address of the gateway ("http"), "sandbox-provider" or "sandbox-mail"."""
        return self.place.url(name)

    def health_url(self, process: str) -> str:
        """Base address of a process' health server."""
        return self.place.health_url(process)

    def environment(self, process: str) -> dict[str, str]:
        """The full environment of a process, e.g. to run its command line with it."""
        return dict(self._row(process).env)

    def amqp_url(self, user: str) -> str:
        """AMQP address of this system's vhost as a service, or as "admin"."""
        if user == "admin":
            return self.nodes.amqp_url(*self.nodes.admin_auth, self._vhost)
        password = self.credentials.read(f"broker_{user}")
        return self.nodes.amqp_url(self.target.broker_user(user), password, self._vhost)

    def integrator_url(
        self, name: str, events: Sequence[str] = (), scopes: Sequence[str] = ()
    ) -> str:
        """The AMQP address of an integrator's own account, which is made if it is missing.

        `events` and `scopes` as `provision_integrator` takes them.
        """
        topology = load_topology()
        require_choice(topology, name, events, scopes)  # before a password is made
        password = self.credentials.secret_of_integrator(name)
        provision_integrator(self.target, topology, name, password, events, scopes)
        user = self.target.broker_user(user_of(name))
        return self.nodes.amqp_url(user, password, self._vhost)

    def remove_integrator(self, name: str) -> None:
        """End an integrator's account, with its queue. Raises ProvisionError if there is none."""
        remove_integrator(self.target, name)
        self.credentials.forget_integrator(name)

    def tail(self, process: str, lines: int = 30) -> str:
        """The last lines of a process' log."""
        log = self.root / "logs" / f"{process}.log"
        if not log.exists():
            return f"({log} does not exist)"
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])

    # --- parts -----------------------------------------------------------------------------

    def _row(self, name: str) -> Process:
        overrides = {**self._settings.get("*", {}), **self._settings.get(name, {})}
        return row(self.place, name, overrides)

    def _ready_answer(self, process: str) -> requests.Response:
        return requests.get(f"{self.health_url(process)}/health/ready", timeout=2)

    def _passwords(self) -> Passwords:
        read = self.credentials.read
        return Passwords(
            broker={name: read(f"broker_{name}") for name in (*SERVICES, "gateway")},
            mongo={name: read(f"mongo_{name}") for name in SERVICES},
            mongo_owner={name: read(f"mongo_{name}_owner") for name in SERVICES},
        )

    def _migrate(self, services: Iterable[str]) -> None:
        """Migrate these services at once; each writes to its own log."""
        running = {}
        for service in services:
            log = self.root / "logs" / f"migrate-{service}.log"
            with log.open("wb") as output:
                running[service] = subprocess.Popen(
                    [sys.executable, "-m", "chassis.migrate", service],
                    cwd=REPOSITORY,
                    env=migration_environment(self.place, service),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
        failed = [service for service, process in running.items() if process.wait() != 0]
        if failed:
            logs = "\n".join(f"{name}:\n{self.tail(f'migrate-{name}')}" for name in failed)
            raise SystemNotReady(f"migration failed\n{logs}")
