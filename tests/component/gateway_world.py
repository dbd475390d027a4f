"""A gateway and its neighbour as processes on the shared nodes, and a client's view of them."""

import json
import secrets
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests

from chassis.topology import build
from deploy.local.credentials import Credentials
from deploy.local.nodes import Nodes
from gateway.service import SERVICE as GATEWAY
from tests.component.gateway_neighbour import SERVICE as NEIGHBOUR
from tests.kit.databases import migrated
from tests.kit.existing import existing
from tests.kit.limits import WIDE
from tests.kit.nodes import Vhost, fresh_vhost
from tests.kit.processes import Process, free_port
from tests.kit.wire import Wire

ROOT = Path(__file__).resolve().parents[2]
PERSON = "per_01JD6Q3F0M8V6Z4X2K9T7R5WYB"
SESSION = "ses_01JD6Q3F0M8V6Z4X2K9T7R5WYB"
ORIGIN = "https://app.example.com"
MAX_REQUESTS, MAX_WAITING = 20, 400


@dataclass
class World:
    """The running pair."""

    gateway: Process
    other_gateway: Process  # not started
    other_wire: Wire  # between that one and the broker
    neighbour: Process
    database: Any
    port: int
    other_port: int
    keys: Credentials
    vhost: Vhost
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
        return self.gateway.log + self.neighbour.log


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
def world(nodes: Nodes, folder: Path, limits: Mapping[str, str] = WIDE) -> Iterator[World]:
    """Gateway and neighbour ready; all are ended and their data deleted afterwards."""
    with ExitStack() as stack:
        vhost = stack.enter_context(fresh_vhost(nodes, build([GATEWAY, NEIGHBOUR])))
        assert NEIGHBOUR.schema is not None
        database = stack.enter_context(migrated(nodes, NEIGHBOUR.schema))
        keys = Credentials(folder)
        ports = free_port(), free_port()
        settings = {
            "COTERIE_TOKEN_PUBLIC_KEYS_FILE": str(keys.token_public_keys()),
            "COTERIE_CURSOR_SECRET": "c" * 40,
            "COTERIE_CORS_ORIGINS": ORIGIN,
            "COTERIE_MAX_REQUESTS": str(MAX_REQUESTS),
            "COTERIE_MAX_WAITING": str(MAX_WAITING),
            "COTERIE_STOP_ACCEPTING_AFTER": "3",
            "COTERIE_TRUSTED_PROXIES": "1",
            **limits,
        }
        amqp_url = vhost.url_for("gateway")
        wire = Wire(("127.0.0.1", existing(urlsplit(amqp_url).port)))
        stack.callback(wire.cut)
        stack.callback(wire.mend)
        gateway, other = (
            _process(
                folder / f"{name}.log", url, "gateway", {**settings, "COTERIE_HTTP_PORT": str(port)}
            )
            for name, url, port in zip(
                ("gateway", "other_gateway"), (amqp_url, wire.url(amqp_url)), ports, strict=True
            )
        )
        made = World(
            gateway,
            other,
            wire,
            _process(
                folder / "membership.log",
                vhost.url_for("membership"),
                "tests.component.gateway_neighbour:SERVICE",
                {
                    "COTERIE_MONGO_URL": nodes.mongo_admin_url,
                    "COTERIE_MONGO_DATABASE": database.name,
                },
            ),
            database,
            *ports,
            keys,
            vhost,
        )
        stack.callback(other.kill)
        for process in (made.neighbour, made.gateway):
            stack.callback(process.kill)
            process.start(wait=False)
        stack.callback(made.session.close)
        made.neighbour.wait_ready()
        made.gateway.wait_ready()
        yield made


def _process(log: Path, amqp_url: str, definition: str, settings: dict[str, str]) -> Process:
    port = free_port()
    environment = {
        "COTERIE_ENV": "test",
        "COTERIE_AMQP_URL": amqp_url,
        "COTERIE_HEALTH_PORT": str(port),
        **settings,
    }
    return Process("chassis.run", definition, environment=environment, port=port, log_path=log)
