"""The declared topology on a real broker: rights, routes, dead letters, alarms."""

import json
from collections.abc import Callable
from functools import partial

import amqp
import requests

from deploy.integrators import provision_integrator, queue_of
from tests.integration.test_consumers import CONTENT_TYPE, PARKING, QUEUE, TYPE, tell, thing
from tests.kit.broker import Broker
from tests.kit.existing import existing
from tests.kit.probe import probe
from tests.kit.toy.system import Toy


def present(toy: Toy, kind: str) -> dict[str, dict[str, object]]:
    answer = requests.get(
        f"{toy.target.management_url}/api/{kind}/{toy.target.vhost}",
        auth=toy.target.management_auth,
        timeout=10,
    )
    return {row["name"]: row for row in answer.json()}


def test_queues_are_what_the_code_asks_for(toy: Toy) -> None:
    """M-5, M-6, M-8: type is the only argument; limits and dead letters are policy."""
    wanted = json.loads(toy.prepare("topology"))
    queues = present(toy, "queues")
    assert set(queues) == {queue["name"] for queue in wanted["queues"]}
    assert all(queue["durable"] for queue in queues.values())
    for queue in wanted["queues"]:
        assert queues[queue["name"]]["type"] == queue["arguments"]["x-queue-type"]
        assert queue["arguments"].keys() == {"x-queue-type"}

    def policies_in_force() -> dict[str, object]:
        return {name: queue["policy"] for name, queue in present(toy, "queues").items()}

    policies = probe(policies_in_force, 15, "the broker tells each queue's policy")
    assert policies[QUEUE] == "notifications-events"
    assert policies[PARKING] == "parking"
    assert policies["notifications.delay.10s"] == "delay-10s"
    assert policies["rpc-events"] == "rpc"
    assert all(policies.values())


def refused(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except amqp.AccessRefused:
        return True
    return False


def test_users_may_do_what_their_code_does_and_nothing_else(toy: Toy) -> None:
    """M-23: no declaring, no foreign queue, no foreign event, no foreign key."""
    forbidden: dict[str, list[Callable[[Broker], object]]] = {
        "events": [
            lambda b: b.channel.queue_declare("events.mine"),
            lambda b: b.channel.exchange_declare("mine", "topic"),
            lambda b: b.channel.basic_get(QUEUE),
            lambda b: b.channel.queue_bind("events.parking", "notifications.events", "#"),
            lambda b: b.publish(b"", exchange="notifications.events", routing_key=TYPE),
            lambda b: b.publish(b"", exchange="events.events", routing_key="coterie.payments.x.v1"),
            lambda b: b.publish(b"", exchange="rpc", routing_key="notifications.ask_for_echo"),
        ],
        "gateway": [
            lambda b: b.publish(b"", routing_key=QUEUE),
            lambda b: b.publish(b"", exchange="events.events", routing_key=TYPE),
            lambda b: b.channel.basic_get("rpc-events"),
        ],
    }
    for user, attempts in forbidden.items():
        for number, attempt in enumerate(attempts):
            with toy.broker(user) as broker:
                assert refused(partial(attempt, broker)), f"{user}, attempt {number}"
    with toy.broker("events") as broker:
        broker.publish(b"{}", exchange="events.events", routing_key=TYPE)
    with toy.broker() as admin:
        for queue in (QUEUE, "notifications.on_thing_copied"):
            assert admin.drain(queue, 1)


def test_a_message_that_kills_its_consumer_is_parked_by_the_broker(toy: Toy) -> None:
    """M-6, M-7: after the delivery limit it goes to the parking lot, and the reason with it."""
    with toy.broker() as admin:
        admin.publish(b"deadly", routing_key=QUEUE, content_type=CONTENT_TYPE)
        deliveries = 0

        def rejected_to_the_end() -> bool:
            nonlocal deliveries
            while (message := admin.channel.basic_get(QUEUE)) is not None:
                deliveries += 1
                admin.channel.basic_reject(message.delivery_tag, requeue=True)
            return admin.depth(PARKING) == 1

        probe(rejected_to_the_end, 20, "parked")
        parked = existing(admin.get(PARKING))
    assert deliveries == 21
    assert parked.body == b"deadly"
    assert parked.headers["x-death"][0]["reason"] == "delivery_limit"
    assert parked.headers["x-death"][0]["queue"] == QUEUE


def test_nothing_is_dropped_while_the_parking_lot_is_cut_off(toy: Toy) -> None:
    """M-7: a dead letter that the lot cannot take goes aside with the unroutable ones."""
    with toy.broker() as admin:
        admin.channel.queue_unbind(PARKING, PARKING, "")
        try:
            admin.publish(b"homeless", routing_key=QUEUE)
            for _ in range(21):
                message = probe(lambda: admin.channel.basic_get(QUEUE), 10, "delivered again")
                admin.channel.basic_reject(message.delivery_tag, requeue=True)
            (aside,) = admin.drain("unrouted", 1)
        finally:
            admin.channel.queue_bind(PARKING, PARKING, "")
    assert aside.body == b"homeless"


def test_public_events_go_to_integrators_by_a_publish_of_their_own(toy: Toy) -> None:
    """What the service tells its neighbours waits for no queue outside; internal events stay in."""
    with toy.broker() as admin, toy.broker("events") as events:
        tap = admin.channel.queue_declare(exclusive=True).queue
        admin.channel.queue_bind(tap, "integrators.events", "#")
        told = tell(admin, thing())
        admin.drain(QUEUE, 1)
        admin.drain("notifications.on_thing_copied", 1)
        assert admin.get(tap) is None
        events.publish(json.dumps(told), exchange="integrators.events", routing_key=TYPE)
        (seen,) = admin.drain(tap, 1)
        assert json.loads(seen.body)["id"] == told["id"]
    for key in ("coterie.events.thing_sighed.v1", "coterie.membership.activated.v1"):
        with toy.broker("events") as events:
            assert refused(
                partial(events.publish, b"{}", exchange="integrators.events", routing_key=key)
            ), key


def test_an_integrators_queue_is_bounded(toy: Toy) -> None:
    """In messages, bytes and time; when it is full it loses its oldest and refuses nothing."""
    provision_integrator(toy.target, json.loads(toy.prepare("topology")), "acme", "secret")
    queue = queue_of("acme")
    in_force = probe(
        lambda: present(toy, "queues")[queue].get("effective_policy_definition"), 15, "a policy"
    )
    assert in_force == {
        "max-length": 100_000,
        "max-length-bytes": 128 * 1024 * 1024,
        "overflow": "drop-head",
        "expires": 14 * 24 * 3600 * 1000,
    }
    assert present(toy, "queues")[queue]["type"] == "quorum"
    with toy.broker() as admin:
        admin.channel.queue_delete(queue)
