"""What one compromised service can do with its rights at the broker: nothing in others' names."""

import json
from collections.abc import Iterator
from typing import Any

import amqp
import pytest

from tests.integration.test_consumers import (
    CONTENT_TYPE,
    PARKING,
    QUEUE,
    effects,
    tell,
    thing,
)
from tests.kit.broker import Broker
from tests.kit.probe import probe
from tests.kit.toy.system import Toy, ToyProcess

NOTIFICATIONS = json.dumps({"kind": "system", "service": "notifications"})


@pytest.fixture
def events(toy: Toy) -> ToyProcess:
    return toy.running("events") or toy.start("events").wait_ready()


@pytest.fixture
def consumer(toy: Toy) -> ToyProcess:
    return toy.running("notifications") or toy.start("notifications", "consumers").wait_ready()


@pytest.fixture
def admin(toy: Toy) -> Iterator[Broker]:
    with toy.broker() as broker:
        yield broker
        while broker.get(PARKING) is not None:
            pass


def runs(toy: Toy, text: str) -> int:
    return toy.events_db["runs"].count_documents({"text": text})


def refused(events: ToyProcess, reason: str) -> float:
    return events.metric(f'coterie_rpc_calls_refused_total{{reason="{reason}"}}')


def idle(toy: Toy, queue: str) -> bool:
    with toy.broker() as admin:
        return admin.depth(queue) == 0


# ── calls ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("exchange", ["", "notifications.delay.1s"], ids=["default", "delay"])
def test_a_call_that_did_not_come_through_the_rpc_exchange_is_not_executed(
    toy: Toy, events: ToyProcess, exchange: str
) -> None:
    """M-29: CC leads a copy to any queue, past the rights for keys of the RPC exchange."""
    text = f"past the rights by {exchange or 'the default exchange'}"
    before = refused(events, "exchange")
    with toy.broker("notifications") as attacker:
        attacker.publish(
            json.dumps({"text": text}),
            exchange=exchange,
            routing_key="events.echo",
            reply_to="amq.rabbitmq.reply-to.x",
            application_headers={"CC": ["rpc-events"], "coterie-actor": NOTIFICATIONS},
        )
        probe(lambda: refused(events, "exchange") > before, 5, "it is refused and counted")
    assert runs(toy, text) == 0
    probe(lambda: idle(toy, "rpc-events"), 5, "it is acknowledged")
    assert events.lines("rpc_refused")[-1]["method"] == "events.echo"


@pytest.mark.parametrize("user", ["gateway", "membership", "acme", None])
def test_a_call_is_executed_for_the_callers_of_its_record_only(
    toy: Toy, events: ToyProcess, admin: Broker, user: str | None
) -> None:
    """M-29: whatever the broker let through; here the administrator sends it."""
    text = f"sent by {user}"
    before = refused(events, "caller")
    admin.send_call(
        "events.internal_echo",
        {"text": text},
        user_id=user and toy.target.broker_user(user),
        headers={"coterie-actor": NOTIFICATIONS},
    )
    probe(lambda: refused(events, "caller") > before, 5, "it is refused and counted")
    probe(lambda: idle(toy, "rpc-events"), 5, "it is acknowledged")
    assert runs(toy, text) == 0


def test_an_internal_call_is_executed_for_its_caller(toy: Toy, events: ToyProcess) -> None:
    with toy.broker("notifications") as caller:
        asked = {"text": "internal"}
        headers = {"coterie-actor": NOTIFICATIONS}
        assert caller.call("events.internal_echo", asked, headers=headers)["ok"]


FORGED: list[tuple[str, dict[str, Any]]] = [
    ("gateway", {"kind": "operator"}),
    ("gateway", {"kind": "operator", "service": "events"}),
    ("gateway", {"kind": "system", "service": "notifications"}),
    ("gateway", {"kind": "system", "service": "gateway"}),
    ("notifications", {"kind": "operator"}),
    ("notifications", {"kind": "system", "service": "membership"}),
    ("notifications", {"kind": "person", "person_id": "per_1"}),
    ("notifications", {"kind": "anonymous"}),
]


@pytest.mark.parametrize(("user", "actor"), FORGED)
def test_nobody_becomes_whom_they_do_not_speak_for(
    toy: Toy, events: ToyProcess, user: str, actor: dict[str, Any]
) -> None:
    """M-29: an operator least of all; that authority never comes over the wire."""
    text = f"{user} as {actor}"
    before = refused(events, "headers") + refused(events, "actor")
    with toy.broker(user) as caller:
        headers = {"coterie-actor": json.dumps(actor)}
        answer = caller.call("events.echo", {"text": text}, headers=headers)
    assert answer["error"]["kind"] == "invalid_input"
    assert runs(toy, text) == 0
    assert refused(events, "headers") + refused(events, "actor") == before + 1


def test_an_answer_goes_to_a_caller_and_to_no_queue(
    toy: Toy, events: ToyProcess, admin: Broker
) -> None:
    """M-29: the caller, who may not write there, would have the callee do it."""
    before = refused(events, "no reply address")
    with toy.broker("gateway") as gateway:
        gateway.send_call("events.echo", {"text": "for a queue"}, reply_to=PARKING)
        probe(lambda: refused(events, "no reply address") > before, 5, "it is refused")
    assert runs(toy, "for a queue") == 0
    assert admin.depth(PARKING) == 0


def test_a_callee_cannot_guess_the_number_of_another_call(toy: Toy) -> None:
    """M-29: whoever was asked once knows where its caller's answers come in."""
    for process in toy.processes:
        process.stop()
    caller = toy.start("notifications", "rpc").wait_ready()
    with toy.broker("gateway") as gateway, toy.broker() as callee:
        for text in ("one", "two"):
            gateway.send_call("notifications.ask_for_echo", {"text": text})
        calls = callee.drain("rpc-events", 2)
    assert caller.stop() == 0
    one, two = (str(call.properties["correlation_id"]) for call in calls)
    assert len(one) == len(two) == 16  # 96 random bits
    assert one != two
    assert not (one + two).isdigit()


def test_nobody_signs_for_another(toy: Toy) -> None:
    """M-29, M-30: what all of this rests on is the broker's own check."""
    with toy.broker("events") as broker, pytest.raises(amqp.PreconditionFailed):
        broker.publish(b"{}", routing_key=QUEUE, user_id=toy.target.broker_user("notifications"))


# ── events ──────────────────────────────────────────────────────────────────────────────────────


def foreign(consumer: ToyProcess) -> float:
    return consumer.metric("coterie_events_foreign_total")


def forge(broker: Broker, event: dict[str, Any], user: str | None, **headers: Any) -> None:
    broker.publish(
        json.dumps(event),
        routing_key=QUEUE,
        content_type=CONTENT_TYPE,
        user_id=user,
        application_headers=headers,
    )


@pytest.mark.parametrize("user", ["gateway", "membership", "notifications", None])
def test_an_event_is_believed_from_its_service_only(
    toy: Toy, consumer: ToyProcess, admin: Broker, user: str | None
) -> None:
    """M-30: parked unread, counted, and no reading of the lot makes it ours."""
    signed = user and toy.target.broker_user(user)
    event, before = thing(), foreign(consumer)
    noted = {} if user == "notifications" else {"coterie-sender": toy.target.broker_user("events")}
    forge(admin, event, signed, **noted)
    probe(lambda: admin.depth(PARKING) == 1, 10, "parked")
    assert foreign(consumer) == before + 1
    listed = toy.operate("notifications", "parking", "list").stdout
    assert f"foreign: sent by {signed or 'nobody'}, not by events" in listed
    assert toy.operate("notifications", "parking", "replay", "--all").returncode == 0
    probe(lambda: foreign(consumer) == before + 2, 10, "refused again")
    probe(lambda: admin.depth(PARKING) == 1, 10, "and parked again")
    assert effects(toy, event) == 0
    assert toy.notifications_db["copies"].find_one({"_id": event["subject"]}) is None


def test_forged_events_hold_up_nothing(toy: Toy, consumer: ToyProcess, admin: Broker) -> None:
    """Twenty failures in a row would pause the queue: they would tell of a bad release."""
    for _ in range(30):
        forge(admin, thing(), None)
    event = tell(admin, thing())
    probe(lambda: effects(toy, event) == 1, 10, "the next event is handled")
    probe(lambda: admin.depth(PARKING) == 30, 10, "all are kept")
    assert consumer.metric(f'coterie_consumer_paused{{queue="{QUEUE}"}}') == 0


def test_what_was_forged_into_the_lot_is_given_to_no_foreign_queue(
    toy: Toy, consumer: ToyProcess, admin: Broker
) -> None:
    """M-30: replaying it would sign it with our name, for the queue that it names."""
    admin.publish(
        json.dumps(thing()),
        routing_key=PARKING,
        content_type=CONTENT_TYPE,
        application_headers={"coterie-parked-from": "events.on_anything"},
    )
    done = toy.operate("notifications", "parking", "replay", "--all")
    assert done.stdout == "0 replayed\n"
    assert "events.on_anything is no queue of ours" in done.stderr
    assert admin.depth(PARKING) == 1


def test_an_event_that_failed_for_a_while_is_still_its_services(
    toy: Toy, consumer: ToyProcess, admin: Broker
) -> None:
    """M-13, M-30: by way of a delay queue it comes under our own name."""
    before = foreign(consumer)
    event = tell(admin, thing("transient:1"))
    probe(lambda: effects(toy, event) == 1, 10, "handled at the second attempt")
    assert foreign(consumer) == before


def test_an_event_of_another_services_source_is_not_read(
    toy: Toy, consumer: ToyProcess, admin: Broker
) -> None:
    """E-2: source and id name a fact; nobody can use up the names of another's facts."""
    tell(admin, {**thing(), "source": "/coterie/membership"})
    parked = admin.drain(PARKING, 2)
    assert all("unreadable" in str(one.headers["coterie-parked-reason"]) for one in parked)
