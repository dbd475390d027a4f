"""A gateway and its neighbour as processes on the shared nodes, and a client's view of them."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
import requests

from chassis.topology import build
from deploy.local.credentials import Credentials
from deploy.local.nodes import Nodes
from gateway.service import SERVICE as GATEWAY
from tests.component.gateway_neighbour import SERVICE as NEIGHBOUR
from tests.kit.databases import migrated
from tests.kit.nodes import Vhost, fresh_vhost
from tests.kit.probe import probe

ROOT = Path(__file__).resolve().parents[2]
PERSON = "per_01JD6Q3F0M8V6Z4X2K9T7R5WYB"
SESSION = "ses_01JD6Q3F0M8V6Z4X2K9T7R5WYB"
ORIGIN = "https://app.example.com"
MAX_REQUESTS, MAX_WAITING = 20, 400


def free_port() -> int:
    with socket.socket() as probe_socket:
        probe_socket.bind(("127.0.0.1", 0))
        port: int = probe_socket.getsockname()[1]
        return port


@dataclass
class Process:
    """One process of ours; its output is kept for the assertion that fails."""

    definition: str
    environment: Mapping[str, str]
    log: Path
    health_port: int
    popen: subprocess.Popen[bytes] | None = None

    def start(self, *, ready: bool = True) -> None:
        with self.log.open("ab") as out:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "chassis.run", self.definition],
                env={**os.environ, **self.environment},
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        if ready:
            self.wait_ready()

    def wait_ready(self) -> None:
        url = f"http://127.0.0.1:{self.health_port}/health/ready"
        probe(
            lambda: requests.get(url, timeout=2).status_code == 200,
            20,
            f"{self.definition} is ready\n{self.log.read_text()[-3000:]}",
        )

    def send(self, number: int) -> None:
        assert self.popen is not None
        self.popen.send_signal(number)

    def wait(self, seconds: float) -> int:
        assert self.popen is not None
        return self.popen.wait(seconds)

    def stop(self) -> None:
        if self.popen is not None and self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait(5)


@dataclass
class World:
    """The running pair."""

    gateway: Process
    neighbour: Process
    database: Any
    port: int
    keys: Credentials
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def token(self, person: str = PERSON, scope: str = "user") -> str:
        now = int(time.time())
        claims = {
            "iss": "coterie",
            "aud": "coterie",
            "sub": person,
            "sid": SESSION,
            "scope": scope,
            "iat": now,
            "nbf": now,
            "exp": now + 300,
        }
        kid = json.loads(self.keys.token_public_keys().read_text())["keys"][0]["kid"]
        return jwt.encode(
            claims,
            self.keys.read("signing_key.pem"),
            algorithm="ES256",
            headers={"typ": "at+jwt", "kid": kid},
        )

    def ask(
        self, method: str, path: str, *, person: str = PERSON, **options: Any
    ) -> requests.Response:
        """A request of a signed-in person, with a new Idempotency-Key when it is a POST."""
        headers = {"Authorization": f"Bearer {self.token(person)}", "Accept-Language": "en"}
        if method == "POST":
            headers["Idempotency-Key"] = key()
        given = options.pop("headers", {})
        headers = {k: v for k, v in {**headers, **given}.items() if v is not None}
        options.setdefault("timeout", 20)
        options.setdefault("allow_redirects", False)
        return self.session.request(method, self.url + path, headers=headers, **options)

    def connect(self, timeout: float = 15.0) -> socket.socket:
        """A connection to the gateway on which a test says what it likes."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def raw(self, data: bytes) -> bytes:
        """What comes back, until the connection ends, for bytes sent as they are."""
        with self.connect() as connection:
            connection.sendall(data)
            return everything(connection)

    def applied(self) -> int:
        count: int = self.database["applied"].count_documents({})
        return count

    def logs(self) -> str:
        return self.gateway.log.read_text() + self.neighbour.log.read_text()


def everything(connection: socket.socket) -> bytes:
    """All that arrives until the peer closes."""
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    return received


def key() -> str:
    """A new Idempotency-Key in its quotes."""
    return f'"{secrets.token_hex(16)}"'


@contextmanager
def world(nodes: Nodes, folder: Path) -> Iterator[World]:
    """Both processes ready; ended and their data deleted afterwards."""
    with ExitStack() as stack:
        vhost = stack.enter_context(fresh_vhost(nodes, build([GATEWAY, NEIGHBOUR])))
        assert NEIGHBOUR.schema is not None
        database = stack.enter_context(migrated(nodes, NEIGHBOUR.schema))
        keys = Credentials(folder)
        port = free_port()
        made = World(
            _process(
                folder,
                vhost,
                "gateway",
                "gateway",
                {
                    "COTERIE_HTTP_PORT": str(port),
                    "COTERIE_TOKEN_PUBLIC_KEYS_FILE": str(keys.token_public_keys()),
                    "COTERIE_CURSOR_SECRET": "c" * 40,
                    "COTERIE_CORS_ORIGINS": ORIGIN,
                    "COTERIE_MAX_REQUESTS": str(MAX_REQUESTS),
                    "COTERIE_MAX_WAITING": str(MAX_WAITING),
                    "COTERIE_STOP_ACCEPTING_AFTER": "3",
                },
            ),
            _process(
                folder,
                vhost,
                "membership",
                "tests.component.gateway_neighbour:SERVICE",
                {
                    "COTERIE_MONGO_URL": nodes.mongo_admin_url,
                    "COTERIE_MONGO_DATABASE": database.name,
                },
            ),
            database,
            port,
            keys,
        )
        for process in (made.neighbour, made.gateway):
            stack.callback(process.stop)
            process.start(ready=False)
        stack.callback(made.session.close)
        made.neighbour.wait_ready()
        made.gateway.wait_ready()
        yield made


def _process(
    folder: Path, vhost: Vhost, user: str, definition: str, settings: dict[str, str]
) -> Process:
    health_port = free_port()
    environment = {
        "COTERIE_ENV": "test",
        "COTERIE_AMQP_URL": vhost.url_for(user),
        "COTERIE_HEALTH_PORT": str(health_port),
        "PYTHONUNBUFFERED": "1",
        **settings,
    }
    return Process(definition, environment, folder / f"{user}.log", health_port)
