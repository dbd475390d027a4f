"""A private RabbitMQ node and a private mongod (one-member replica set) on loopback ports.

Data, logs, cookies and the port mapper are all under one root, so nothing is shared with a node
the machine may already run. They run as rows of the root's supervisor.
"""

import os
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pymongo
import requests
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local import ports as port_table
from deploy.local.control import Control, SupervisorError
from deploy.local.credentials import Credentials
from deploy.local.process import Process

RABBITMQ_SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
EPMD = Path("/usr/lib/erlang/bin/epmd")
REPLICA_SET = "coterie"
ADMIN = "admin"
READY_SECONDS = 60.0
WANTED_PORTS = {
    "amqp": None,
    "rabbitmq-management": None,
    "rabbitmq-distribution": None,
    "epmd": None,
    "mongod": None,
}

RABBITMQ_CONF = """\
loopback_users = none
listeners.tcp.1 = 127.0.0.1:{amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
default_user = {admin}
default_pass = {password}
max_message_size = 1048576
connection_max = 1000
channel_max = 128
vm_memory_high_watermark.absolute = 512MiB
disk_free_limit.absolute = 200MB
collect_statistics_interval = 5000
log.file.level = warning
log.console = true
log.console.level = warning
log.console.use_colors = off
"""


class NodesNotReady(Exception):
    """Broker or database did not become usable in time; says what was seen last."""


class Nodes:
    """The broker and the database under `root`, and how to reach them as administrator."""

    wanted_ports: Mapping[str, int | None] = WANTED_PORTS

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.control = Control(self.root)
        self.credentials = Credentials(self.root)
        self.ports = port_table.load(self.root)

    @property
    def running(self) -> bool:
        """Whether both processes are up under a supervisor; ready or not."""
        try:
            status = self.control.status()
        except SupervisorError:
            return False
        return all(
            status.get(name, {}).get("state") == "running" for name in ("rabbitmq", "mongod")
        )

    def start(self) -> list[str]:
        """Start both under this root's supervisor, which must run, and wait until usable.

        Returns messages about ports that had to change. Raises NodesNotReady.
        """
        messages: list[str] = []
        if not self.running:
            self.ports, messages = port_table.assign(self.root, self.wanted_ports)
            self.control.start(*self.processes())
        self.wait_ready()
        return messages

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait until the broker takes definitions and the database takes majority writes."""
        self.ports = port_table.load(self.root)
        end = time.monotonic() + seconds
        self._wait_for_mongod(end)
        self._wait_for_rabbitmq(end)

    @property
    def management_url(self) -> str:
        """Base address of RabbitMQ's HTTP API, without credentials."""
        return f"http://127.0.0.1:{self.ports['rabbitmq-management']}"

    @property
    def admin_auth(self) -> tuple[str, str]:
        """The broker administrator's name and password."""
        return ADMIN, self.credentials.read("rabbitmq_admin")

    def amqp_url(self, user: str, password: str, vhost: str) -> str:
        """AMQP address for one user and vhost."""
        place = f"127.0.0.1:{self.ports['amqp']}/{quote(vhost, safe='')}"
        return f"amqp://{quote(user, safe='')}:{quote(password, safe='')}@{place}"

    def mongo_url(self, user: str, password: str, database: str) -> str:
        """MongoDB address for one user; `database` holds the user and is the default one."""
        place = f"127.0.0.1:{self.ports['mongod']}/{database}"
        credentials = f"{quote(user, safe='')}:{quote(password, safe='')}"
        return (
            f"mongodb://{credentials}@{place}?replicaSet={REPLICA_SET}"
            f"&authSource={database}&w=majority&tz_aware=true"
        )

    @property
    def mongo_admin_url(self) -> str:
        """MongoDB address as root."""
        return self.mongo_url(ADMIN, self.credentials.read("mongod_admin"), "admin")

    @property
    def amqp_admin_url(self) -> str:
        """AMQP address of the default vhost as administrator."""
        return self.amqp_url(*self.admin_auth, "/")

    # --- processes -------------------------------------------------------------------------

    def processes(self) -> list[Process]:
        """The supervisor's rows for port mapper, broker and database; writes their files."""
        return [self.epmd(), self.rabbitmq(), self.mongod()]

    def _erlang_environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", "/usr/local/bin:/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "HOME": str(self.root / "data" / "rabbitmq" / "home"),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.ports["epmd"]),
        }

    def epmd(self) -> Process:
        # In the foreground as a row of its own; a broker that finds none starts a daemon that
        # stays behind.
        return Process(
            name="epmd",
            argv=[str(EPMD), "-port", str(self.ports["epmd"]), "-address", "127.0.0.1"],
            env=self._erlang_environment(),
            stop_order=9,
        )

    def rabbitmq(self, member: str = "", more_conf: str = "") -> Process:
        """`member`: "-2" and so on for further ones of a cluster."""
        data = self.root / "data" / f"rabbitmq{member}"
        home = Path(self._erlang_environment()["HOME"])
        for folder in (data / "mnesia", data / "log", home):
            folder.mkdir(parents=True, exist_ok=True)
        cookie = home / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text(self.credentials.read("rabbitmq_cookie"))
            cookie.chmod(0o400)
        (data / "enabled_plugins").write_text("[rabbitmq_management].\n")
        conf = data / "rabbitmq.conf"
        conf.touch(mode=0o600)
        conf.write_text(
            RABBITMQ_CONF.format(
                amqp=self.ports[f"amqp{member}"],
                management=self.ports[f"rabbitmq-management{member}"],
                admin=ADMIN,
                password=self.credentials.read("rabbitmq_admin"),
            )
            + more_conf
        )
        loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
        environment = self._erlang_environment() | {
            "RABBITMQ_NODENAME": f"coterie{member}@localhost",
            "RABBITMQ_NODE_PORT": str(self.ports[f"amqp{member}"]),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(self.ports[f"rabbitmq-distribution{member}"]),
            "RABBITMQ_MNESIA_BASE": str(data / "mnesia"),
            "RABBITMQ_LOG_BASE": str(data / "log"),
            "RABBITMQ_PID_FILE": str(data / "rabbitmq.pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(data / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(conf),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            # Two schedulers and no busy waiting: the machine is shared with everything else.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{loopback} +S 2:2 +sbwt none +sbwtdcpu none"
            " +sbwtdio none",
            # Makes the start script replace itself by the Erlang machine, so that the supervised
            # process is the broker and not a shell in front of it.
            "RUNNING_UNDER_SYSTEMD": "true",
        }
        return Process(
            name=f"rabbitmq{member}",
            argv=[str(RABBITMQ_SERVER)],
            env=environment,
            cwd=str(data),
            stop_order=8,
        )

    def mongod(self, member: str = "") -> Process:
        """`member` as of `rabbitmq`."""
        data = self.root / "data" / f"mongod{member}"
        data.mkdir(parents=True, exist_ok=True)
        argv = [
            str(mongod_binary()),
            *("--dbpath", str(data), "--port", str(self.ports[f"mongod{member}"])),
            *("--bind_ip", "127.0.0.1", "--nounixsocket", "--quiet", "--slowms", "1000"),
            *("--replSet", REPLICA_SET, "--oplogSize", "512"),
            "--noscripting",
            *("--auth", "--keyFile", str(self.credentials.path("mongod_keyfile"))),
            *("--wiredTigerCacheSizeGB", "0.25"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            # A killed process leaves its transaction and its locks open; the default keeps them
            # 60 s.
            *("--setParameter", "transactionLifetimeLimitSeconds=3"),
            # What is dropped keeps its files open for so long; in the default of five minutes tests
            # make more databases than one process may have files.
            *("--setParameter", "minSnapshotHistoryWindowInSeconds=5"),
            # A lone member has nobody to hand over to: without this each stop takes 15 s.
            *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),
        ]
        environment = {"LANG": "C.UTF-8", "HOME": str(data)}
        name = f"mongod{member}"
        return Process(name=name, argv=argv, env=environment, cwd=str(data), stop_order=8)

    # --- first start and readiness -----------------------------------------------------------

    def _wait_for_mongod(self, end: float) -> None:
        last = "nothing"
        while time.monotonic() < end:
            try:
                self.make_primary()
                return
            except PyMongoError as error:
                last = str(error).split(", full error")[0]
                time.sleep(0.05)
        raise NodesNotReady(f"mongod is not usable; last seen: {last} ({self._log('mongod')})")

    def make_primary(self) -> None:
        """Bring the one-member replica set and its root user into being; safe to repeat."""
        address = f"127.0.0.1:{self.ports['mongod']}"
        password = self.credentials.read("mongod_admin")
        with _direct(address, username=ADMIN, password=password) as client:
            try:
                if client.admin.command("hello").get("isWritablePrimary"):
                    client.admin.command("ping")
                    client.admin.command("usersInfo", ADMIN)
                    return
                _adopt_address(client, address)
                self._expect_primary(client)
                return
            except OperationFailure as error:
                if error.code != 18:  # AuthenticationFailed: no root user yet
                    raise
        with _direct(address) as client:
            try:
                member = {"_id": 0, "host": address}
                client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
            except OperationFailure as error:
                if error.code != 23:  # AlreadyInitialized
                    raise
            self._expect_primary(client)
            client.admin.command("createUser", ADMIN, pwd=password, roles=["root"])

    @staticmethod
    def _expect_primary(client: pymongo.MongoClient[Any]) -> None:
        if not client.admin.command("hello").get("isWritablePrimary"):
            raise PyMongoError("the replica set has no primary yet")

    def _wait_for_rabbitmq(self, end: float) -> None:
        last = "nothing"
        while time.monotonic() < end:
            try:
                answer = requests.get(
                    f"{self.management_url}/api/vhosts", auth=self.admin_auth, timeout=5
                )
                if answer.status_code == 200:
                    return
                last = f"HTTP {answer.status_code}: {answer.text[:200]}"
            except requests.RequestException as error:
                last = f"{type(error).__name__}: {error}"
            time.sleep(0.1)
        raise NodesNotReady(f"RabbitMQ is not usable; last seen: {last} ({self._log('rabbitmq')})")

    def _log(self, name: str) -> Path:
        return self.root / "logs" / f"{name}.log"


def mongod_binary() -> Path:
    """The mongod that the development lock brings along. Raises FileNotFoundError without it."""
    spec = find_spec("fiftyone")
    for place in spec.submodule_search_locations or [] if spec else []:
        binary = Path(place) / "db" / "bin" / "mongod"
        if binary.exists():
            if not os.access(binary, os.X_OK):
                binary.chmod(0o755)
            return binary
    raise FileNotFoundError("the development lock's mongod is not installed; run `make setup`")


def _direct(address: str, **credentials: Any) -> pymongo.MongoClient[dict[str, Any]]:
    return pymongo.MongoClient(
        f"mongodb://{address}/?directConnection=true",
        serverSelectionTimeoutMS=1000,
        timeoutMS=5000,
        **credentials,
    )


def _adopt_address(client: pymongo.MongoClient[Any], address: str) -> None:
    """Point the replica set at the member's port when that had to change since the last start."""
    config = client.admin.command("replSetGetConfig")["config"]
    if config["members"][0]["host"] != address:
        config["members"][0]["host"] = address
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)
