"""Consumers on the real broker: every message ends handled, delayed or parked, and once."""

import json
import signal
import uuid
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.kit.broker import Broker
from tests.kit.existing import existing
from tests.kit.probe import probe
from tests.kit.toy.system import Toy, ToyProcess

TYPE = "coterie.events.thing_changed.v1"
CONTENT_TYPE = "application/cloudevents+json"
QUEUE = "notifications.on_thing_changed"
COPY_QUEUE = "notifications.on_thing_copied"
PARKING = "notifications.parking"


@pytest.fixture
def consumer(toy: Toy) -> ToyProcess:
    return toy.running("notifications") or toy.start("notifications", "consumers").wait_ready()


@pytest.fixture
def admin(toy: Toy) -> Iterator[Broker]:
    with toy.broker() as broker:
        yield broker
        while broker.get(PARKING) is not None:
            pass


def thing(behaviour: str = "ok", *, version: int = 1, thing_id: str = "") -> dict[str, Any]:
    subject = thing_id or f"thing-{uuid.uuid4().hex[:8]}"
    return {
        "specversion": "1.0",
        "id": f"evt_{uuid.uuid4().hex}",
        "source": "/coterie/events",
        "type": TYPE,
        "subject": subject,
        "time": "2026-11-21T08:00:00.000Z",
        "datacontenttype": "application/json",
        "aggregateversion": version,
        "correlationid": "request-1234",
        "data": {"thing_id": subject, "version": version, "behaviour": behaviour},
    }


def tell(broker: Broker, event: dict[str, Any]) -> dict[str, Any]:
    broker.publish(
        json.dumps(event),
        exchange="events.events",
        routing_key=TYPE,
        content_type=CONTENT_TYPE,
        message_id=event["id"],
    )
    return event


def effects(toy: Toy, event: dict[str, Any]) -> int:
    return toy.notifications_db["effects"].count_documents({"event_id": event["id"]})


def attempts(toy: Toy, event: dict[str, Any]) -> list[Any]:
    row = toy.notifications_db["attempts"].find_one({"_id": event["id"]})
    return row["at"] if row else []


def quiet(broker: Broker) -> bool:
    """No message waits or is being handled."""
    depths = {queue: broker.depth(queue) for queue in (QUEUE, COPY_QUEUE)}
    assert not any(depths.values()), depths
    return True


def test_every_delivery_three_times_and_reordered_has_one_effect(
    toy: Toy, consumer: ToyProcess, admin: Broker
) -> None:
    """M-15: reactions run once per event; a replica ends at the newest version."""
    events = [thing(version=version, thing_id="thrice") for version in range(1, 11)]
    for event in (*events[::-1], *events, *events[::2], *events[1::2]):
        tell(admin, event)
    probe(lambda: effects(toy, events[0]) and quiet(admin), 15, "all handled")
    probe(lambda: toy.notifications_db["effects"].count_documents({"thing_id": "thrice"}) == 10, 10)
    assert [effects(toy, event) for event in events] == [1] * 10
    copy = existing(toy.notifications_db["copies"].find_one({"_id": "thrice"}))
    assert copy["version"] == 10
    assert copy["applied"] == sorted(copy["applied"])


POISON = {
    "bad JSON": (b"{", CONTENT_TYPE),
    "invalid UTF-8": (b"\xff\xfe{}", CONTENT_TYPE),
    "empty": (b"", CONTENT_TYPE),
    "not an object": (b"[1, 2]", CONTENT_TYPE),
    "other content type": (json.dumps(thing()).encode(), "application/json"),
    "content type with a parameter": (
        json.dumps(thing()).encode(),
        f"{CONTENT_TYPE}; charset=UTF-8",
    ),
    "batch": (json.dumps([thing()]).encode(), "application/cloudevents-batch+json"),
    "pickle": (b"\x80\x04N.", "application/x-python-serialize"),
    "unknown type": (json.dumps({**thing(), "type": "coterie.events.x.v9"}).encode(), CONTENT_TYPE),
    "schema-invalid data": (
        json.dumps({**thing(), "data": {"version": "1"}}).encode(),
        CONTENT_TYPE,
    ),
    "no content type": (json.dumps(thing()).encode(), None),
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
def test_poison_is_parked_as_it_came_with_a_reason(
    toy: Toy, consumer: ToyProcess, admin: Broker, poison: tuple[bytes, str | None]
) -> None:
    """M-12, E-9, E-12: raw bytes and reason in the parking lot; the consumer lives."""
    body, content_type = poison
    properties = {"content_type": content_type} if content_type else {}
    admin.publish(body, routing_key=QUEUE, **properties)
    (parked,) = admin.drain(PARKING, 1)
    assert (parked.body or b"") == body
    assert parked.properties.get("content_type") == content_type
    assert parked.headers["coterie-parked-from"] == QUEUE
    assert parked.headers["coterie-parked-reason"].startswith("unreadable")
    after = tell(admin, thing())
    probe(lambda: effects(toy, after) == 1, 5, "the next event is handled")


def test_permanent_failure_is_parked_at_once(toy: Toy, consumer: ToyProcess, admin: Broker) -> None:
    """M-11: a rule that says no says so for ever."""
    event = tell(admin, thing("permanent"))
    (parked,) = admin.drain(PARKING, 1)
    assert json.loads(parked.body) == event
    assert "events.thing_refused" in parked.headers["coterie-parked-reason"]
    assert len(attempts(toy, event)) == 1


def test_conflict_is_tried_again_at_once(toy: Toy, consumer: ToyProcess, admin: Broker) -> None:
    event = tell(admin, thing("conflict:2"))
    probe(lambda: effects(toy, event) == 1, 5, "handled at the third try")
    first, *_, last = attempts(toy, event)
    assert (last - first).total_seconds() < 1.0


def test_what_is_away_for_long_is_waited_for_and_told(
    toy: Toy, consumer: ToyProcess, admin: Broker
) -> None:
    """T-32: after all delays it takes the last one again, and operators hear of it."""
    event = thing("transient:1")
    admin.publish(
        json.dumps(event),
        routing_key=QUEUE,
        content_type=CONTENT_TYPE,
        message_id=event["id"],
        application_headers={"coterie-attempts": 4, "cloudEvents_time": event["time"]},
    )
    (delayed,) = admin.drain("notifications.delay.10m", 1)
    assert json.loads(delayed.body) == event
    assert delayed.headers["coterie-attempts"] == 3
    assert admin.depth(PARKING) == 0
    assert consumer.metric("coterie_events_held_up_total") == 1
    assert consumer.lines("event_held_up")[-1]["event_time"] == event["time"]


def test_transient_failures_go_through_the_delays(
    toy: Toy, consumer: ToyProcess, admin: Broker
) -> None:
    """M-13: one second, then ten; other events pass meanwhile.

    Outages fail once an attempt, conflicts three times, because they are tried again at once.
    """
    failing = [tell(admin, thing(behaviour)) for behaviour in ("transient:2", "conflict:6")]
    probe(lambda: all(attempts(toy, event) for event in failing), 5, "first attempts")
    other = tell(admin, thing())
    probe(lambda: effects(toy, other) == 1, 5, "others are not held up")
    assert [effects(toy, event) for event in failing] == [0, 0]
    probe(lambda: all(effects(toy, event) == 1 for event in failing), 20, "after two delays")
    for event in failing:
        gaps = [(b - a).total_seconds() for a, b in pairwise(attempts(toy, event))]
        first, second = [gap for gap in gaps if gap > 0.5]
        assert first == pytest.approx(1, abs=0.5)
        assert second == pytest.approx(10, rel=0.2)


def test_defect_in_a_handler_is_delayed_not_lost(
    toy: Toy, consumer: ToyProcess, admin: Broker
) -> None:
    """M-11: an unforeseen exception never equals an ack."""
    event = tell(admin, thing("bug"))
    probe(lambda: len(attempts(toy, event)) >= 2, 10, "a second attempt")
    probe(lambda: admin.depth("notifications.delay.10s") >= 1, 5, "it waits for the third")


def test_crash_between_commit_and_ack_has_one_effect(toy: Toy, admin: Broker) -> None:
    """M-10: delivered again after the kill, recognised by the inbox."""
    for process in toy.processes:
        process.stop()
    flag = toy.directory / "before_ack"
    dying = toy.start("notifications", "consumers", crash_point=f"consumer.before_ack:{flag}")
    event = thing()
    admin.publish(json.dumps(event), routing_key=QUEUE, content_type=CONTENT_TYPE)
    assert dying.ended(20) == -signal.SIGKILL
    assert effects(toy, event) == 1
    toy.start("notifications", "consumers").wait_ready()
    probe(lambda: quiet(admin), 10, "delivered again and acknowledged")
    assert effects(toy, event) == 1


def test_unacknowledged_deliveries_stay_within_prefetch(
    toy: Toy, consumer: ToyProcess, admin: Broker
) -> None:
    """M-17: however much waits, at most ten of a queue are at work."""
    events = [tell(admin, thing("slow:700")) for _ in range(30)]
    probe(lambda: any(attempts(toy, event) for event in events), 5, "work has begun")
    assert sum(bool(attempts(toy, event)) for event in events) <= 10
    probe(lambda: all(effects(toy, event) == 1 for event in events), 20, "all are handled")
