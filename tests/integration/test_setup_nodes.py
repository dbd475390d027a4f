"""The private broker and database as every other test gets them."""

import socket
from contextlib import ExitStack
from functools import partial

import pymongo
import pytest
from kombu import Connection, Producer, Queue
from pymongo.database import Database
from pymongo.errors import OperationFailure

from chassis.mongo import Document
from deploy.local.nodes import Nodes
from tests.kit.nodes import Vhost, wait_registered
from tests.kit.probe import probe


def test_a_test_database_takes_transactions(
    mongo: pymongo.MongoClient[Document], database: Database[Document]
) -> None:
    """mongod runs as a replica set, so units of work are possible (architecture.md §4)."""
    with mongo.start_session() as session, session.start_transaction():
        database.things.insert_one({"_id": 1}, session=session)
    assert database.things.find_one({"_id": 1}) == {"_id": 1}


def test_the_database_runs_no_script(database: Database[Document]) -> None:
    """D-16: what is no operator of ours would not be executed either."""
    database.things.insert_one({"_id": 1})
    function = {"body": "function() { return true }", "args": [], "lang": "js"}
    for query in ({"$where": "true"}, {"$expr": {"$function": function}}):
        with pytest.raises(OperationFailure, match=r"(?i)script"):
            database.things.find_one(query)


def test_one_connection_has_only_so_many_channels(vhost: Vhost) -> None:
    """O-4: nobody takes the broker's memory with channels."""
    with Connection(vhost.url_for("gateway")) as connection:
        connection.connect()
        assert connection.connection.channel_max == 128


def test_a_service_user_can_log_in_to_its_vhost(vhost: Vhost) -> None:
    """Each service has a broker user of its own, per vhost (architecture.md §5)."""
    for user in ("membership", "gateway"):
        with Connection(vhost.url_for(user), connect_timeout=5) as connection:
            assert connection.ensure_connection(max_retries=1).connected


def test_killed_nodes_come_back_with_their_data(private_nodes: Nodes) -> None:
    """What was acknowledged survives kill -9 of broker and database (D-1, I-7)."""
    with pymongo.MongoClient[Document](private_nodes.mongo_admin_url) as client:
        client.kept.things.insert_one({"_id": 1})
    confirmed = {"confirm_publish": True}
    with Connection(private_nodes.amqp_admin_url, transport_options=confirmed) as connection:
        queue = Queue("kept", durable=True, queue_arguments={"x-queue-type": "quorum"})
        queue(connection.default_channel).declare()
        Producer(connection.default_channel).publish({}, routing_key="kept", delivery_mode=2)
    wait_registered(private_nodes, "/")
    before = {name: private_nodes.control.pid(name) for name in ("rabbitmq", "mongod")}
    for name in before:
        private_nodes.control.signal(name, "SIGKILL")

    def is_back(name: str) -> bool:
        return private_nodes.control.pid(name) not in (None, before[name])

    for name in before:
        probe(partial(is_back, name), 30, name)
    private_nodes.wait_ready()
    with pymongo.MongoClient[Document](private_nodes.mongo_admin_url) as client:
        assert client.kept.things.find_one() == {"_id": 1}

    def message() -> object:
        with Connection(private_nodes.amqp_admin_url) as connection:
            return connection.default_channel.basic_get("kept", no_ack=True)

    probe(message, 30, "the message is still there")


def _refusing_server(port: int) -> socket.socket:
    """Sits on the port; whoever connects is refused (bound, but not listening)."""
    server = socket.socket()
    server.bind(("127.0.0.1", port))
    return server


def test_a_port_taken_meanwhile_is_replaced_with_its_data_kept(private_nodes: Nodes) -> None:
    """Ports in use: a clear message, and running again mends it (architecture.md §9)."""
    with pymongo.MongoClient[Document](private_nodes.mongo_admin_url) as client:
        client.moved.things.insert_one({"_id": 1})
    for name in ("rabbitmq", "mongod", "epmd"):
        private_nodes.control.stop(name)
    taken = dict(private_nodes.ports)
    with ExitStack() as foreign:
        for name in ("mongod", "amqp"):
            foreign.enter_context(_refusing_server(taken[name]))
        messages = private_nodes.start()
    assert len(messages) == 2
    assert private_nodes.ports["mongod"] != taken["mongod"]
    with pymongo.MongoClient[Document](private_nodes.mongo_admin_url) as client:
        assert client.moved.things.find_one() == {"_id": 1}
    with Connection(private_nodes.amqp_admin_url) as connection:
        connection.connect()
