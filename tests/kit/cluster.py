"""Three members of MongoDB and three nodes of RabbitMQ on loopback; any one may be lost (D-2)."""

from collections import Counter
from functools import cached_property
from typing import Any

import pymongo
import requests
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local import ports as port_table
from deploy.local.nodes import ADMIN, REPLICA_SET, WANTED_PORTS, Nodes
from tests.kit.nodes import rabbitmqctl
from tests.kit.probe import probe
from tests.kit.wire import Wire

MEMBERS = ("", "-2", "-3")
_ALREADY_INITIALIZED = 23
#: Which side goes on when the network parts the nodes: the one with two of them.
_CONF = """\
cluster_formation.peer_discovery_backend = classic_config
cluster_formation.classic_config.nodes.1 = coterie@localhost
cluster_partition_handling = pause_minority
"""


class Cluster(Nodes):
    """As `Nodes`; whoever connects to the broker gets to a node that takes connections."""

    wanted_ports = WANTED_PORTS | {
        f"{name}{member}": None
        for name in ("amqp", "rabbitmq-management", "rabbitmq-distribution", "mongod")
        for member in MEMBERS
    }

    def start(self) -> list[str]:
        if self.running:
            return super().start()
        self.ports, messages = port_table.assign(self.root, self.wanted_ports)
        mongods = [self.mongod(member) for member in MEMBERS]
        first, *others = [self.rabbitmq(member, _CONF) for member in MEMBERS]
        self.control.start(self.epmd(), *mongods, first)
        self.wait_ready()
        self.control.start(*others)
        probe(self.brokers_are_whole, 120, "three nodes of RabbitMQ")
        return messages

    # ── RabbitMQ ────────────────────────────────────────────────────────────────────────────────

    def amqp_url(self, user: str, password: str, vhost: str) -> str:
        return self._any_broker.url(super().amqp_url(user, password, vhost))

    @property
    def management_url(self) -> str:
        return self._any_management.url(super().management_url)

    @cached_property
    def _any_broker(self) -> Wire:
        return self._any("amqp")

    @cached_property
    def _any_management(self) -> Wire:
        return self._any("rabbitmq-management")

    def _any(self, name: str) -> Wire:
        return Wire(*(("127.0.0.1", self.ports[f"{name}{member}"]) for member in MEMBERS))

    def brokers_are_whole(self) -> bool:
        """Whether three nodes run and see each other."""
        rows = self._management("nodes", "name,running,partitions")
        seen = [(row["name"], row.get("running"), row.get("partitions")) for row in rows]
        assert [one[1:] for one in seen] == [(True, [])] * len(MEMBERS), seen
        return True

    def broker_leader(self) -> str:
        """The row of the node that leads the most queues."""
        rows = self._management("queues", "leader")
        (leader, _), *_ = Counter(row["leader"] for row in rows if "leader" in row).most_common()
        return "rabbitmq" + leader.removeprefix("coterie").removesuffix("@localhost")

    def part_broker(self, name: str, *, part: bool) -> None:
        """A node and the two others see each other no more, by cookies that do not fit; or again.

        What a network would do; nobody's connections to the broker are touched.
        """
        member = name.removeprefix("rabbitmq")
        cookie = "apart" if part else self.credentials.read("rabbitmq_cookie")
        steps = []
        # In one step: parted from one of two alone, nodes take all three for parted.
        for other in MEMBERS:
            if other != member:
                node = f"'coterie{other}@localhost'"
                steps.append(f"erlang:set_cookie({node}, '{cookie}')")
                if part:
                    steps.append(f"erlang:disconnect_node({node})")
        # Not waited for: who loses the others stops before it answers.
        rabbitmqctl(self, "eval", f"spawn(fun() -> {', '.join(steps)} end).", member=member)

    def _management(self, what: str, columns: str) -> list[dict[str, Any]]:
        url = f"{self.management_url}/api/{what}"
        asked = {"columns": columns}
        answer = requests.get(url, params=asked, auth=self.admin_auth, timeout=10)
        answer.raise_for_status()
        rows: list[dict[str, Any]] = answer.json()
        return rows

    # ── MongoDB ─────────────────────────────────────────────────────────────────────────────────

    def mongo_url(self, user: str, password: str, database: str) -> str:
        alone = f"127.0.0.1:{self.ports['mongod']}"
        everybody = ",".join(self._mongod_addresses)
        return super().mongo_url(user, password, database).replace(alone, everybody, 1)

    def make_primary(self) -> None:
        try:
            self.mongod_primary()
        except PyMongoError:
            self._initiate()

    def mongod_primary(self) -> str:
        """The row of the member that takes writes."""
        with self._client() as client:
            client.admin.command("usersInfo", ADMIN)
            address = client.primary
        assert address is not None
        return f"mongod{MEMBERS[self._mongod_addresses.index('{}:{}'.format(*address))]}"

    def mongods_are_whole(self) -> bool:
        """Whether one member leads and two follow it."""
        with self._client() as client:
            rows = client.admin.command("replSetGetStatus")["members"]
        states = sorted(row["stateStr"] for row in rows)
        assert states == ["PRIMARY", "SECONDARY", "SECONDARY"], states
        return True

    def step_down(self) -> None:
        """The primary hands over, and does not stand again for ten seconds."""
        with self._client() as client:
            client.admin.command("replSetStepDown", 10, secondaryCatchUpPeriodSecs=5)

    @property
    def _mongod_addresses(self) -> list[str]:
        return [f"127.0.0.1:{self.ports[f'mongod{member}']}" for member in MEMBERS]

    def _client(self) -> "pymongo.MongoClient[dict[str, Any]]":
        return pymongo.MongoClient(
            self.mongo_admin_url, serverSelectionTimeoutMS=2000, timeoutMS=10_000
        )

    def _initiate(self) -> None:
        """The set is made by its first member; the root user by whoever is elected."""
        members = [{"_id": n, "host": host} for n, host in enumerate(self._mongod_addresses)]
        for address in self._mongod_addresses:
            with pymongo.MongoClient[dict[str, Any]](
                f"mongodb://{address}/?directConnection=true", serverSelectionTimeoutMS=1000
            ) as client:
                try:
                    config = {"_id": REPLICA_SET, "members": members}
                    client.admin.command("replSetInitiate", config)
                except OperationFailure as error:
                    if error.code not in (_ALREADY_INITIALIZED, 13):
                        raise
                if client.admin.command("hello").get("isWritablePrimary"):
                    password = self.credentials.read("mongod_admin")
                    client.admin.command("createUser", ADMIN, pwd=password, roles=["root"])
                    return
        raise PyMongoError("the replica set has no primary yet")
