"""The toy in an environment of its own: vhost, users, databases, processes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymongo
import requests

from contracts.records import SERVICES
from deploy.local.control import REPOSITORY
from deploy.local.nodes import Nodes
from deploy.provision import Passwords, Target, erase, provision
from tests.kit.broker import Broker
from tests.kit.nodes import new_target
from tests.kit.processes import Process, free_port


class ToyProcess(Process):
    """One running process of the toy."""

    def metric(self, name: str) -> float:
        """The sum of a metric over its labels; 0 when it has not been counted yet."""
        text = requests.get(f"{self.url}/metrics", timeout=2).text
        lines = [line for line in text.splitlines() if line.startswith(name)]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def lines(self, event: str) -> list[dict[str, Any]]:
        """What it logged under this event."""
        found = []
        for line in self.log.splitlines():
            if line.startswith("{") and json.loads(line).get("event") == event:
                found.append(json.loads(line))
        return found


class Toy:
    """The environment and its processes."""

    def __init__(self, nodes: Nodes, target: Target, directory: Path) -> None:
        self.nodes, self.target, self.directory = nodes, target, directory
        self.processes: list[ToyProcess] = []
        self.client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(
            nodes.mongo_admin_url, timeoutMS=20_000
        )
        self.events_db = self.client[target.database("events")]
        self.notifications_db = self.client[target.database("notifications")]

    def amqp_url(self, user: str) -> str:
        """The broker's address for one of the toy's users."""
        password = self.nodes.credentials.read(f"broker_{user}")
        return self.nodes.amqp_url(self.target.broker_user(user), password, self.target.vhost)

    def broker(self, user: str = "") -> Broker:
        """A connection as one of the users, or as administrator, who signs as `events`."""
        if user:
            return Broker(self.amqp_url(user))
        return Broker(
            self.nodes.amqp_url(*self.nodes.admin_auth, self.target.vhost),
            user_id=self.target.broker_user("events"),
        )

    def environment(self, service: str, **settings: str) -> dict[str, str]:
        """The environment variables of one process."""
        password = self.nodes.credentials.read(f"mongo_{service}")
        database = self.target.database(service)
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "COTERIE_ENV": "test",
            "COTERIE_AMQP_URL": self.amqp_url(service),
            "COTERIE_MONGO_URL": self.nodes.mongo_url(service, password, database),
            "COTERIE_MONGO_DATABASE": database,
            "COTERIE_HEALTH_PORT": str(free_port()),
            **{f"COTERIE_{name.upper()}": value for name, value in settings.items()},
        }

    def start(self, service: str, roles: str = "", **settings: str) -> ToyProcess:
        """Starts `events` or `notifications`; does not wait for it."""
        environment = self.environment(service, **settings)
        process = ToyProcess(
            "chassis.run",
            f"tests.kit.toy.services:{service.upper()}",
            *(["--roles", roles] if roles else []),
            environment=environment,
            port=int(environment["COTERIE_HEALTH_PORT"]),
            log_path=self.directory / f"{service}-{len(self.processes)}.log",
        )
        process.start(wait=False)
        self.processes.append(process)
        return process

    def running(self, service: str) -> ToyProcess | None:
        """A process of that service which is alive, if there is one."""
        for process in self.processes:
            if process.log_path.stem.startswith(service) and process.is_running:
                return process
        return None

    def operate(self, service: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs an operator's command."""
        definition = f"tests.kit.toy.services:{service.upper()}"
        return subprocess.run(
            [sys.executable, "-m", "chassis.operate", definition, *arguments],
            env=self.environment(service),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def prepare(self, *arguments: str) -> str:
        """Runs `tests.kit.toy.prepare`."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.kit.toy.prepare", *arguments],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def provision(self) -> None:
        """Makes vhost, users and databases."""
        read = self.nodes.credentials.read
        passwords = Passwords(
            broker={user: read(f"broker_{user}") for user in (*SERVICES, "gateway")},
            mongo={service: read(f"mongo_{service}") for service in SERVICES},
            mongo_owner={service: read(f"mongo_{service}_owner") for service in SERVICES},
        )
        provision(self.target, json.loads(self.prepare("topology")), passwords)
        places: list[str] = []
        for service in ("events", "notifications"):
            database = self.target.database(service)
            password = passwords.mongo_owner[service]
            places += [self.nodes.mongo_url(f"{service}_owner", password, database), database]
        self.prepare("migrate", *places)

    def stop(self) -> None:
        """Ends all processes, gently if they can."""
        for process in self.processes:
            process.send(signal.SIGCONT)
            process.send(signal.SIGTERM)
        for process in self.processes:
            try:
                process.ended(20)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def toy_on(nodes: Nodes, directory: Path) -> Iterator[Toy]:
    """A fresh environment for the toy, erased afterwards."""
    target = new_target(nodes, "toy")
    toy = Toy(nodes, target, directory)
    try:
        toy.provision()
        yield toy
    finally:
        toy.stop()
        toy.client.close()
        erase(target)
