"""Leading on real processes: whoever cannot do the work lets another one do it."""

import pytest

from tests.kit.broker import Broker
from tests.kit.probe import probe
from tests.kit.toy.system import Toy
from tests.kit.wire import Wire


def change(gateway: Broker, thing_id: str) -> None:
    answer = gateway.call("events.change_thing", {"thing_id": thing_id, "behaviour": "ok"})
    assert "ok" in answer, answer


@pytest.mark.timeout(120)
def test_owner_cut_off_from_the_broker_alone_is_replaced(toy: Toy) -> None:
    """T-F11: one process loses its way to the broker, not to the database; another one takes over.

    What is committed meanwhile is published, and reacted to, without the first.
    """
    wire = Wire(("127.0.0.1", toy.nodes.ports["amqp"]))
    consumer = toy.running("notifications") or toy.start("notifications", "consumers")
    owner = toy.start("events", "jobs", amqp_url=wire.url(toy.amqp_url("events"))).wait_ready()
    probe(lambda: owner.metric("coterie_relay_owner") == 1, 15, "the first leads")
    standby = toy.start("events").wait_ready()
    consumer.wait_ready()
    with toy.broker("gateway") as gateway:
        change(gateway, "before")
        wire.cut()
        change(gateway, "cut-off")
        effect = {"thing_id": "cut-off"}
        probe(lambda: toy.notifications_db["effects"].find_one(effect), 30, "the reaction ran")
        assert standby.metric("coterie_relay_owner") == 1
        probe(lambda: owner.metric("coterie_relay_owner") == 0, 10, "the first knows")
    assert [standby.stop(), owner.stop(), consumer.stop()] == [0, 0, 0]
