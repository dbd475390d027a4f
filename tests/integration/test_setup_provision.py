"""Provisioning against the real broker and database."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import amqp.exceptions
import pymongo
import pytest
import requests
from kombu import Connection, Exchange, Producer
from pymongo.errors import OperationFailure

from chassis.mongo import Document
from contracts.records import SERVICES
from deploy.integrators import queue_of
from deploy.local.control import REPOSITORY
from deploy.local.nodes import Nodes
from deploy.provision import (
    Passwords,
    ProvisionError,
    Target,
    erase,
    load_topology,
    provision,
)
from tests.kit.broker import Broker

TOPOLOGY: dict[str, Any] = {
    "exchanges": [
        {"name": "rpc", "type": "topic", "durable": True, "auto_delete": False, "arguments": {}}
    ],
    "queues": [
        {
            "name": "rpc-payments",
            "durable": True,
            "auto_delete": False,
            "arguments": {"x-queue-type": "classic"},
        }
    ],
    "bindings": [
        {
            "source": "rpc",
            "destination": "rpc-payments",
            "destination_type": "queue",
            "routing_key": "payments.*",
            "arguments": {},
        }
    ],
    "policies": [
        {
            "name": "rpc",
            "pattern": "^rpc-",
            "apply-to": "queues",
            "priority": 0,
            "definition": {"max-length": 1000},
        }
    ],
    "users": {
        "gateway": {
            "configure": "^$",
            "write": "^rpc$",
            "read": "^$",
            "topics": [{"exchange": "rpc", "write": "^payments\\.pay$", "read": "^$"}],
        }
    },
}
PASSWORDS = Passwords(
    broker={"gateway": "gateway password"},
    mongo={name: f"{name} password" for name in SERVICES},
    mongo_owner={name: f"{name} owner's" for name in SERVICES},
)


ACTIVATED, PUBLISHED = "coterie.membership.activated.v1", "coterie.events.meetup_published.v1"


def exported(target: Target) -> dict[str, Any]:
    """What the broker holds of this environment."""
    api = f"{target.management_url}/api"
    everything = requests.get(f"{api}/definitions", auth=target.management_auth, timeout=20).json()
    users = [user for user in everything["users"] if user["name"].startswith(target.user_prefix)]
    mine = {
        kind: [row for row in everything[kind] if row.get("vhost") == target.vhost]
        for kind in ("permissions", "topic_permissions", "exchanges", "queues", "bindings")
    }
    return {"users": users, **mine}


def test_the_second_run_changes_nothing(
    target: Target, mongo: pymongo.MongoClient[Document]
) -> None:
    provision(target, TOPOLOGY, PASSWORDS)
    broker = exported(target)
    assert [queue["name"] for queue in broker["queues"]] == ["rpc-payments"]
    users = {
        name: mongo[target.database(name)].command("usersInfo", 1, showCredentials=True)["users"]
        for name in SERVICES
    }
    provision(target, TOPOLOGY, PASSWORDS)
    assert exported(target) == broker
    assert users == {
        name: mongo[target.database(name)].command("usersInfo", 1, showCredentials=True)["users"]
        for name in SERVICES
    }


def test_a_new_password_and_new_rights_replace_the_old_ones(target: Target, nodes: Nodes) -> None:
    provision(target, TOPOLOGY, PASSWORDS)
    new = Passwords(
        broker={"gateway": "another"},
        mongo={**PASSWORDS.mongo, "payments": "another"},
        mongo_owner=PASSWORDS.mongo_owner,
    )
    provision(target, TOPOLOGY, new)
    with Connection(
        nodes.amqp_url(target.broker_user("gateway"), "another", target.vhost)
    ) as connection:
        connection.connect()
    database = target.database("payments")
    with pymongo.MongoClient[Document](nodes.mongo_url("payments", "another", database)) as client:
        assert client[database].list_collection_names() == []


def test_a_broker_user_may_do_only_what_the_topology_says(target: Target, nodes: Nodes) -> None:
    """One broker user per service with minimal rights and topic rights (architecture.md §5)."""
    provision(target, TOPOLOGY, PASSWORDS)
    url = nodes.amqp_url(target.broker_user("gateway"), "gateway password", target.vhost)

    def publish(routing_key: str) -> None:
        with Connection(url, transport_options={"confirm_publish": True}) as connection:
            exchange = Exchange("rpc", "topic", durable=True, no_declare=True)
            Producer(connection.channel(), exchange).publish({}, routing_key=routing_key)

    publish("payments.pay")
    with pytest.raises(amqp.exceptions.AccessRefused):
        publish("payments.refund")
    with Connection(url) as connection, pytest.raises(amqp.exceptions.AccessRefused):
        connection.default_channel.queue_declare("own-queue")
    elsewhere = nodes.amqp_url(target.broker_user("gateway"), "gateway password", "/")
    with Connection(elsewhere) as connection, pytest.raises(amqp.exceptions.NotAllowed):
        connection.connect()


def test_a_service_reads_no_foreign_database(target: Target, nodes: Nodes) -> None:
    """One database and one database user per service (architecture.md §1)."""
    provision(target, TOPOLOGY, PASSWORDS)
    owner = nodes.mongo_url(
        "payments_owner", PASSWORDS.mongo_owner["payments"], target.database("payments")
    )
    with pymongo.MongoClient[Document](owner) as client:
        client[target.database("payments")].orders.insert_one({"_id": 1})
        with pytest.raises(OperationFailure):
            client[target.database("membership")].members.find_one()
    narrow = nodes.mongo_url("payments", PASSWORDS.mongo["payments"], target.database("payments"))
    with pymongo.MongoClient[Document](narrow) as client, pytest.raises(OperationFailure):
        client[target.database("payments")].orders.find_one()


def test_an_exchange_binding_that_is_no_longer_wanted_goes(target: Target) -> None:
    """An environment of an earlier version: events reach the outside exchange by publish only."""
    exchange = {"type": "topic", "durable": True, "auto_delete": False, "arguments": {}}
    binding = {
        "source": "events.events",
        "destination": "integrators.events",
        "destination_type": "exchange",
        "routing_key": PUBLISHED,
        "arguments": {},
    }
    exchanges = [
        {"name": name, **exchange} for name in ("rpc", "events.events", "integrators.events")
    ]
    earlier = {**TOPOLOGY, "exchanges": exchanges}
    earlier["bindings"] = [*TOPOLOGY["bindings"], binding]
    provision(target, earlier, PASSWORDS)
    assert len(exported(target)["bindings"]) == 2
    provision(target, {**earlier, "bindings": TOPOLOGY["bindings"]}, PASSWORDS)
    (left,) = exported(target)["bindings"]
    assert left["destination"] == "rpc-payments"


def test_a_queue_with_other_arguments_is_reported_and_kept(target: Target, nodes: Nodes) -> None:
    provision(target, TOPOLOGY, PASSWORDS)
    admin = nodes.amqp_url(*nodes.admin_auth, target.vhost)
    with Connection(admin) as connection:
        Producer(connection.channel()).publish({}, routing_key="rpc-payments")
    changed = {**TOPOLOGY["queues"][0], "arguments": {"x-queue-type": "quorum"}}
    with pytest.raises(ProvisionError, match=r"rpc-payments has arguments .*classic.*quorum"):
        provision(target, {**TOPOLOGY, "queues": [changed]}, PASSWORDS)
    with Connection(admin) as connection:
        assert connection.default_channel.queue_declare("rpc-payments", passive=True)[1] == 1


def test_erasing_leaves_nothing(target: Target, mongo: pymongo.MongoClient[Document]) -> None:
    provision(target, TOPOLOGY, PASSWORDS)
    mongo[target.database("events")].meetups.insert_one({"_id": 1})
    erase(target)
    assert not any(exported(target).values())
    left = [name for name in mongo.list_database_names() if name.startswith(target.vhost)]
    assert left == []
    assert mongo.admin.system.users.count_documents({"db": target.database("events")}) == 0
    erase(target)  # nothing there is no error


def test_a_refused_login_is_an_error(target: Target, nodes: Nodes) -> None:
    stranger = Target(
        management_url=nodes.management_url,
        management_auth=("admin", "wrong"),
        mongo_admin_url=nodes.mongo_admin_url,
        vhost=target.vhost,
    )
    with pytest.raises(ProvisionError, match=r"not_authorised|Login failed"):
        provision(stranger, TOPOLOGY, PASSWORDS)


@pytest.fixture
def container(target: Target, nodes: Nodes, tmp_path: Path) -> dict[str, str]:
    """The environment of the one-shot container that provisions."""
    topology_users = load_topology()["users"]
    secrets = {
        "rabbitmq_admin": nodes.admin_auth[1],
        "mongo_admin_url": nodes.mongo_admin_url,
        **{f"broker_{user}": f"secret of {user}" for user in topology_users},
        **{f"mongo_{name}": PASSWORDS.mongo[name] for name in SERVICES},
        **{f"mongo_{name}_owner": PASSWORDS.mongo_owner[name] for name in SERVICES},
    }
    for name, value in secrets.items():
        (tmp_path / name).write_text(value + "\n")
    return {
        "PATH": os.environ["PATH"],
        "COTERIE_MANAGEMENT_URL": nodes.management_url,
        "COTERIE_MONGO_ADMIN_URL_FILE": str(tmp_path / "mongo_admin_url"),
        "COTERIE_VHOST": target.vhost,
        "COTERIE_DATABASE_PREFIX": target.database_prefix,
        "COTERIE_PROVISION_SECRETS": str(tmp_path),
    }


def run_as_container(
    environment: dict[str, str], module: str = "deploy.provision", *arguments: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
    )


def test_a_container_provisions_from_files_with_secrets(
    container: dict[str, str], target: Target, nodes: Nodes, mongo: pymongo.MongoClient[Document]
) -> None:
    done = run_as_container(container)
    assert (done.returncode, done.stderr) == (0, "")
    users = mongo[target.database("events")].command("usersInfo")["users"]
    assert {user["user"] for user in users} == {"events", "events_owner"}
    with Connection(nodes.amqp_url("events", "secret of events", target.vhost)) as connection:
        connection.connect()


def test_a_container_makes_an_integrators_account(
    container: dict[str, str], target: Target, nodes: Nodes
) -> None:
    """Its password is shown once; another run changes the events and keeps it."""
    assert run_as_container(container).returncode == 0

    def integrators(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run_as_container(container, "deploy.integrators", *arguments)

    made = integrators(f"{target.vhost}-x")
    assert made.returncode == 0, made.stderr
    user, password = made.stdout.split()[1].rstrip(","), made.stdout.split()[-1]
    queue = queue_of(f"{target.vhost}-x")
    assert queue in made.stdout
    url = nodes.amqp_url(user, password, target.vhost)
    with Broker(url) as reader:
        assert reader.depth(queue) == 0
    again = integrators(f"{target.vhost}-x", "--events", ACTIVATED)
    assert "stays as it was" in again.stdout
    with Broker(url) as reader:
        assert reader.depth(queue) == 0
    wrong = integrators(f"{target.vhost}-x", "--events", "coterie.nothing.v1")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (1, 1)
    removed = integrators(f"{target.vhost}-x", "--remove")
    assert (removed.returncode, "removed" in removed.stdout) == (0, True)
    removed_before = integrators(f"{target.vhost}-x", "--remove")
    assert (removed_before.returncode, "no integrator" in removed_before.stderr) == (1, True)


def test_a_container_that_cannot_provision_says_why_without_secrets(
    container: dict[str, str], nodes: Nodes
) -> None:
    secrets = Path(container["COTERIE_PROVISION_SECRETS"])
    (secrets / "mongo_admin_url").write_text(nodes.mongo_url("admin", "hidden", "admin"))
    wrong_database_login = run_as_container(container)
    (secrets / "rabbitmq_admin").write_text("hidden")
    wrong_broker_login = run_as_container(container)
    assert "Authentication failed" in wrong_database_login.stderr
    assert "RabbitMQ refused the definitions" in wrong_broker_login.stderr
    for done in (wrong_database_login, wrong_broker_login):
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
        assert "hidden" not in done.stderr


def test_a_missing_secret_is_named(container: dict[str, str]) -> None:
    (Path(container["COTERIE_PROVISION_SECRETS"]) / "mongo_events").unlink()
    done = run_as_container(container)
    assert done.returncode == 1
    assert "mongo_events" in done.stderr
    assert "Traceback" not in done.stderr
