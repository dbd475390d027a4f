"""The broker and the database that all tests of a run share, started on first use.

Root: `.local/test`, or COTERIE_TEST_ROOT. Runs and xdist workers at the same time use the same
nodes: each run holds them, and they end by themselves soon after the last run.

Their data is in memory: nobody kills them, so no test sees whether it would be there afterwards.
Who tests that has `private_nodes`, on disk.
"""

import fcntl
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from deploy.local.control import REPOSITORY, Control, SupervisorError
from deploy.local.credentials import Credentials
from deploy.local.nodes import Nodes
from deploy.local.process import Process
from deploy.provision import Target, erase, load_topology, provision_broker
from tests.kit.probe import probe

HOLDER = "COTERIE_TEST_HOLDER"
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 4 * 1024**3  # far more than a whole run takes
_EMPTIED_AT_THE_END = "trap 'rm -rf \"$0\"; exit' TERM; while :; do sleep 3600 & wait $!; done"


def test_root() -> Path:
    """Where the shared test nodes live."""
    return Path(os.environ.get("COTERIE_TEST_ROOT") or REPOSITORY / ".local" / "test")


def shared_nodes(root: Path | None = None, holder: int | None = None) -> Nodes:
    """The running shared nodes, held until process `holder` ends.

    Default holder: the pytest run (for xdist workers, the process that controls them). At another
    `root` than the tests' their data is on disk.
    """
    in_memory = root is None
    root = root or test_root()
    root.mkdir(parents=True, exist_ok=True)
    pid = holder or int(os.environ.get(HOLDER, os.getpid()))
    control = Control(root)
    with (root / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        probe(lambda: _held(control, pid), 60, "a supervisor for the shared nodes")
        nodes = Nodes(root)
        if in_memory and not control.status():
            _keep_in_memory(nodes)
        nodes.start()
        let_admin_impersonate(nodes)
    return nodes


def _keep_in_memory(nodes: Nodes) -> None:
    """Their data from now on, which the last process of their supervisor takes along at its end.

    It stays on disk where memory is short.
    """
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < MEMORY_BYTES:
        return
    data = nodes.root / "data"
    if data.is_symlink():  # of a supervisor that was killed
        shutil.rmtree(data.resolve(), ignore_errors=True)
        data.unlink()
    shutil.rmtree(data, ignore_errors=True)
    kept = tempfile.mkdtemp(prefix="coterie-test-", dir=MEMORY)
    data.symlink_to(kept)
    argv = ["/bin/sh", "-c", _EMPTIED_AT_THE_END, kept]
    nodes.control.start(Process(name="memory", argv=argv, stop_order=10))


def let_admin_impersonate(nodes: Nodes) -> None:
    """Tests play services of which no process runs: their administrator may sign for any user."""
    name, password = nodes.admin_auth
    answer = requests.put(
        f"{nodes.management_url}/api/users/{name}",
        json={"password": password, "tags": "administrator,impersonator"},
        auth=nodes.admin_auth,
        timeout=10,
    )
    answer.raise_for_status()


def _held(control: Control, pid: int) -> bool:
    """False while the supervisor of the run before is just ending."""
    try:
        if not control.running:
            control.launch()
        control.hold(pid)
    except SupervisorError:
        return False
    return True


@dataclass(frozen=True)
class Vhost:
    """A vhost of its own with the whole topology, and its users."""

    target: Target
    nodes: Nodes
    credentials: Credentials

    @property
    def name(self) -> str:
        """The vhost's name."""
        return self.target.vhost

    @property
    def url(self) -> str:
        """AMQP address as administrator."""
        return self.nodes.amqp_url(*self.nodes.admin_auth, self.name)

    def url_for(self, user: str) -> str:
        """AMQP address as the broker user of a service or of the gateway."""
        password = self.credentials.read(f"broker_{user}")
        return self.nodes.amqp_url(self.target.broker_user(user), password, self.name)


def wait_registered(nodes: Nodes, vhost: str) -> None:
    """Wait until every quorum queue of a vhost is registered on disk; before a test kills the node.

    RabbitMQ 3.10 writes the registration of a new quorum queue up to a second late, later on a busy
    machine. A lone node that is killed before that starts the queue as an empty member which never
    elects itself: publishes to it are not confirmed again. Who kills a node of a cluster, or one
    that has been up for a while, does not meet this.
    """
    url = f"{nodes.management_url}/api/queues/{quote(vhost, safe='')}"
    answer = requests.get(url, params={"columns": "name,type"}, auth=nodes.admin_auth, timeout=10)
    answer.raise_for_status()
    prefix = "%2F" if vhost == "/" else vhost
    names = [f"{prefix}_{row['name']}" for row in answer.json() if row["type"] == "quorum"]
    assert names, f"no quorum queue in {vhost}"
    data = nodes.root / "data" / "rabbitmq" / "mnesia"
    registry = next(data.glob("*/quorum/*/names.dets"))

    def registered() -> bool:
        written = registry.read_bytes()
        missing = [name for name in names if name.encode() not in written]
        assert not missing, f"not on disk: {missing}"
        return True

    probe(registered, 20, "the quorum queues are registered on disk")


def rabbitmqctl(nodes: Nodes, *arguments: str, member: str = "") -> str:
    """What the broker's own command line says, at one of its nodes."""
    done = subprocess.run(
        ["/usr/lib/rabbitmq/bin/rabbitmqctl", "-n", f"coterie{member}@localhost", *arguments],
        env={
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(nodes.root / "data" / "rabbitmq" / "home"),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(nodes.ports["epmd"]),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        },
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    )
    return done.stdout


@contextmanager
def memory_alarm(nodes: Nodes) -> Iterator[None]:
    """The broker takes no messages from anybody meanwhile."""
    rabbitmqctl(nodes, "set_vm_memory_high_watermark", "0")
    try:
        yield
    finally:
        rabbitmqctl(nodes, "set_vm_memory_high_watermark", "absolute", "512MiB")


@contextmanager
def leaderless(nodes: Nodes, vhost: str, queue: str) -> Iterator[None]:
    """A quorum queue that answers nothing meanwhile, as one without a leader."""
    member = f"'{vhost}_{queue}'"
    rabbitmqctl(nodes, "eval", f"sys:suspend({member}).")
    try:
        yield
    finally:
        rabbitmqctl(nodes, "eval", f"sys:resume({member}).")


def unique(prefix: str) -> str:
    """A name that no other test uses."""
    return f"{prefix}{secrets.token_hex(4)}"


def new_target(nodes: Nodes, prefix: str = "t") -> Target:
    """An environment of a test's own, not yet made."""
    name = unique(prefix)
    return Target(
        management_url=nodes.management_url,
        management_auth=nodes.admin_auth,
        mongo_admin_url=nodes.mongo_admin_url,
        vhost=name,
        user_prefix=f"{name}-",
        database_prefix=f"{name}_",
    )


@contextmanager
def fresh_vhost(nodes: Nodes, topology: dict[str, Any] | None = None) -> Iterator[Vhost]:
    """A provisioned vhost that is deleted with its users afterwards."""
    target = new_target(nodes)
    topology = load_topology() if topology is None else topology
    passwords = {user: nodes.credentials.read(f"broker_{user}") for user in topology["users"]}
    provision_broker(target, topology, passwords)
    try:
        yield Vhost(target, nodes, nodes.credentials)
    finally:
        erase(target)
