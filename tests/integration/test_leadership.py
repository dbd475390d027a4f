"""Leading on real processes: whoever cannot do the work lets another one do it."""

from collections.abc import Callable

import pytest

from tests.kit.broker import Broker
from tests.kit.probe import probe
from tests.kit.toy.system import Toy
from tests.kit.wire import Trouble, Wire


def change(gateway: Broker, thing_id: str) -> None:
    answer = gateway.call("events.change_thing", {"thing_id": thing_id, "behaviour": "ok"})
    assert "ok" in answer, answer


def black_hole(wire: Wire) -> None:
    wire.suffer(Trouble.SILENT)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("lose", [Wire.cut, black_hole])
def test_owner_cut_off_from_the_broker_alone_is_replaced(
    toy: Toy, lose: Callable[[Wire], None]
) -> None:
    """T-F11: one process loses its way to the broker, not to the database; another one takes over.

    What is committed meanwhile is published, and reacted to, without the first.
    """
    lost = lose.__name__
    wire = Wire(("127.0.0.1", toy.nodes.ports["amqp"]))
    consumer = toy.running("notifications") or toy.start("notifications", "consumers")
    owner = toy.start("events", "jobs", amqp_url=wire.url(toy.amqp_url("events"))).wait_ready()
    probe(lambda: owner.metric("coterie_relay_owner") == 1, 15, "the first leads")
    standby = toy.start("events").wait_ready()
    consumer.wait_ready()
    with toy.broker("gateway") as gateway:
        change(gateway, f"before-{lost}")
        lose(wire)
        change(gateway, lost)
        effect = {"thing_id": lost}
        probe(lambda: toy.notifications_db["effects"].find_one(effect), 30, "the reaction ran")
        assert standby.metric("coterie_relay_owner") == 1
        probe(lambda: owner.metric("coterie_relay_owner") == 0, 10, "the first knows")
        assert toy.notifications_db["effects"].count_documents(effect) == 1
    assert [standby.stop(), owner.stop(), consumer.stop()] == [0, 0, 0]
