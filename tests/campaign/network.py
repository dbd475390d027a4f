"""Every connection of a running system by way of a wire that can be in trouble (R-2)."""

import random
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from contracts.records import SERVICES
from deploy.local.environment import environment_of, kind_of
from deploy.local.system import System
from tests.kit.cluster import MEMBERS, Cluster
from tests.kit.wire import RESETS, Trouble, Wire

LOOPBACK = "127.0.0.1"
FRONT = "client-gateway"
#: Members of a replica set tell clients their own addresses: with three of them these have no wire.
TO_MONGOD = tuple(f"{service}-mongod" for service in SERVICES)
EDGES = (
    *(f"{kind}-rabbitmq" for kind in (*SERVICES, "gateway")),
    *TO_MONGOD,
    "payments-provider",
    "notifications-sink",
    FRONT,
)


class Network:
    """The wires of these processes, by edge, and the settings with which they use them."""

    def __init__(self, system: System, processes: Iterable[str]) -> None:
        self._system, place = system, system.place
        self._wires: dict[str, list[Wire]] = defaultdict(list)
        gateways = [name for name in processes if kind_of(name) == "gateway"]
        doors = [int(environment_of(place, name)["COTERIE_HTTP_PORT"]) for name in gateways]
        self.front = self._wire(FRONT, *doors)
        self._settings = {
            name: self._settings_of(name)
            for name in processes
            if kind_of(name) in (*SERVICES, "gateway")
        }

    @property
    def front_url(self) -> str:
        """The gateways, as by a load balancer."""
        return f"http://{LOOPBACK}:{self.front.port}"

    def settings(self, process: str) -> dict[str, str]:
        """What the process is told instead of the addresses themselves."""
        return self._settings.get(process, {})

    def trouble(self, edge: str, trouble: Trouble, seconds: float, rng: random.Random) -> None:
        """One connection of this edge or all, for so long; resets come one after the other."""
        wires = self._wires[edge]
        chosen = wires if rng.random() < 0.5 else [rng.choice(wires)]
        end = time.monotonic() + seconds
        try:
            while (left := end - time.monotonic()) > 0:
                for wire in chosen:
                    wire.suffer(trouble)
                time.sleep(min(left, rng.uniform(0.2, 2)) if trouble in RESETS else left)
        finally:
            for wire in chosen:
                wire.mend()

    def _wire(self, edge: str, *ports: int) -> Wire:
        wire = Wire(*((LOOPBACK, port) for port in ports))
        self._wires[edge].append(wire)
        return wire

    def _settings_of(self, process: str) -> dict[str, str]:
        place, nodes, kind = self._system.place, self._system.nodes, kind_of(process)
        environment = environment_of(place, process)
        many = isinstance(nodes, Cluster)
        members = MEMBERS if many else MEMBERS[:1]
        brokers = [nodes.ports[f"amqp{member}"] for member in members]
        wire = self._wire(f"{kind}-rabbitmq", *brokers)
        address = Path(environment["COTERIE_AMQP_URL_FILE"]).read_text()
        settings = {"COTERIE_AMQP_URL_FILE": self._stored(process, "amqp", wire.url(address))}
        if kind in SERVICES and not many:
            wire = self._wire(f"{kind}-mongod", nodes.ports["mongod"])
            address = wire.mongo_url(Path(environment["COTERIE_MONGO_URL_FILE"]).read_text())
            settings["COTERIE_MONGO_URL_FILE"] = self._stored(process, "mongo", address)
        if kind == "payments":
            name = "COTERIE_SANDBOX_PROVIDER_URL"
            wire = self._wire("payments-provider", place.ports["sandbox-provider"])
            settings |= {
                name: wire.url(environment[name]),
                "COTERIE_CALLBACK_BASE_URL": self.front_url,
            }
        if kind == "notifications":
            name = "COTERIE_SMTP_URL"
            wire = self._wire("notifications-sink", place.ports["sandbox-smtp"])
            settings[name] = wire.url(environment[name])
        return settings

    def _stored(self, process: str, what: str, address: str) -> str:
        return str(self._system.credentials.store(f"{process}_wired_{what}_url", address))
