"""The broker's alarms as a publisher sees them: a real broker, out of memory."""

from collections.abc import Iterator

import amqp
import eventlet
import pytest

from chassis.amqp_link import BrokerUnavailable, Link
from chassis.amqp_publisher import ConfirmChannel
from chassis.context import Context
from chassis.rpc_client import RpcClient
from contracts import membership
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from deploy.local.nodes import Nodes
from tests.kit.nodes import memory_alarm
from tests.kit.probe import probe

QUEUE = "filled"


@pytest.fixture
def url(private_nodes: Nodes) -> str:
    return private_nodes.amqp_admin_url


@pytest.fixture
def publishing(url: str) -> Iterator[tuple[Link, list[ConfirmChannel]]]:
    """A link with a confirm channel for each connection that it has had."""
    channels: list[ConfirmChannel] = []

    def on_open(connection: amqp.Connection) -> None:
        connection.channel().queue_declare(QUEUE, durable=True, auto_delete=False)
        channels.append(ConfirmChannel(connection))

    link = Link(url, "test:publisher", on_open=on_open)
    link.start()
    assert link.wait_up(10)
    yield link, channels
    link.close()


def send(channel: ConfirmChannel) -> None:
    channel.send(amqp.Message(b"x", delivery_mode=2), exchange="", routing_key=QUEUE)


def test_a_blocked_link_refuses_at_once_and_is_kept(
    private_nodes: Nodes, publishing: tuple[Link, list[ConfirmChannel]]
) -> None:
    """M-26: what the broker cannot take is not written, however often it is tried."""
    link, channels = publishing
    assert not link.blocked
    assert link.problems == []
    with memory_alarm(private_nodes):
        # The broker tells only whom it stops: it takes this one and reads no further.
        send(channels[0])
        probe(lambda: link.blocked, 10, "the broker says so")
        assert link.problems == ["the broker is short of memory or disk: test:publisher"]
        for _ in range(100):
            with pytest.raises(BrokerUnavailable, match="short of memory"):
                send(channels[0])
            link.drop("as after a batch without any confirm")
        assert link.up
    probe(lambda: not link.blocked, 10, "and when it is over")
    channels[0].publish(amqp.Message(b"y"), exchange="", routing_key=QUEUE)  # tags are in step
    assert len(channels) == 1
    with amqp.Connection(**{**link._parameters, "heartbeat": 0}) as looking:
        assert looking.channel().queue_declare(QUEUE, passive=True).message_count == 2


def test_calls_fail_at_once_while_blocked(private_nodes: Nodes, url: str) -> None:
    """M-26: as unavailable, and not by their deadline."""
    request = {"community_id": "com_1", "person_id": "per_1"}
    client = RpcClient(url, "payments")
    client.start()
    assert client.link.wait_up(10)

    def call() -> DomainError:
        with pytest.raises(DomainError) as refused:
            client.call(membership.GET_STANDING, request, Context.for_system("payments"))
        return refused.value

    with amqp.Connection(**client.link._parameters) as admin:
        channel = admin.channel()
        channel.exchange_declare("rpc", "topic", durable=True, auto_delete=False)
        channel.queue_declare("rpc-nobody", durable=True, auto_delete=False)
        channel.queue_bind("rpc-nobody", "rpc", "#")
        with memory_alarm(private_nodes):
            first = eventlet.spawn(call)
            probe(lambda: client.link.blocked, 10, "blocked")
            refused = call()
            assert refused.error is SERVICE_UNAVAILABLE
            assert "short of memory" in str(refused.__cause__)
            assert "in time" in str(first.wait().__cause__)
    client.stop()
