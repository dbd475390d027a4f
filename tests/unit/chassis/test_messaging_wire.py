"""Events as AMQP messages, and messages on their way to the parking lot."""

import datetime as dt
import json

import amqp
import pytest

from chassis.amqp_link import connection_parameters
from chassis.event_wire import (
    ATTEMPTS_HEADER,
    again,
    attempts_of,
    event_message,
    parked,
    parked_from,
    parked_id,
    read_event,
)
from contracts.envelope import UnreadableEvent

EVENT = {
    "specversion": "1.0",
    "id": "evt_1",
    "source": "/coterie/membership",
    "type": "coterie.membership.membership_activated.v1",
    "subject": "mbr_1",
    "time": "2026-11-21T08:00:00.000Z",
    "datacontenttype": "application/json",
    "aggregateversion": 3,
    "sequence": "0000000002",
    "correlationid": "request-1",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "data": {"name": "王小明"},
}
AT = dt.datetime(2026, 11, 21, 8, 0, tzinfo=dt.UTC)


def test_attributes_are_copied_to_headers() -> None:
    """E-9, E-10: structured mode, exact content type, every context attribute as a header."""
    message = event_message(json.dumps(EVENT))
    assert json.loads(message.body) == EVENT
    assert message.properties["content_type"] == "application/cloudevents+json"
    assert message.properties["delivery_mode"] == 2
    assert message.properties["message_id"] == "evt_1"
    attributes = {name: value for name, value in EVENT.items() if name != "data"}
    copied = {
        name.removeprefix("cloudEvents_"): value
        for name, value in message.headers.items()
        if name.startswith("cloudEvents_")
    }
    expected = {n: str(v) for n, v in attributes.items() if n not in ("traceparent",)}
    del expected["datacontenttype"]  # in the binding it is the content type of binary mode
    assert copied == expected
    assert message.headers["traceparent"] == EVENT["traceparent"]


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "application/json",
        "application/cloudevents+json; charset=UTF-8",
        "application/cloudevents-batch+json",
    ],
)
def test_only_the_exact_content_type_is_read(content_type: str | None) -> None:
    """E-9, E-12: neither a parameter nor a batch."""
    message = amqp.Message(json.dumps(EVENT), content_type=content_type)
    with pytest.raises(UnreadableEvent, match="content type"):
        read_event(message)


def test_a_copy_keeps_bytes_properties_and_headers() -> None:
    message = amqp.Message(
        b"\xff\x00", content_type="x/y", message_id="7", expiration="5",
        application_headers={"a": 1},
    )  # fmt: skip
    copy = again(message, {ATTEMPTS_HEADER: 2})
    assert copy.body == b"\xff\x00"
    assert copy.properties["content_type"] == "x/y"
    assert copy.properties["message_id"] == "7"
    assert "expiration" not in copy.properties
    assert copy.headers == {"a": 1, ATTEMPTS_HEADER: 2}
    assert attempts_of(copy) == 2


@pytest.mark.parametrize("attempts", ["many", None, 1.5])
def test_an_odd_count_of_attempts_counts_as_none(attempts: object) -> None:
    message = amqp.Message(b"", application_headers={ATTEMPTS_HEADER: attempts})
    assert attempts_of(message) == 0


def test_a_parked_message_says_whence_why_and_when() -> None:
    message = parked(amqp.Message(b"x"), queue="s.on_x", reason="because", at=AT)
    assert parked_from(message) == ("s.on_x", "because")
    assert message.headers["coterie-parked-at"] == "2026-11-21T08:00:00+00:00"


def test_what_the_broker_parked_says_so() -> None:
    """M-7: at the delivery limit the broker itself moves the message; x-death tells."""
    death = [{"queue": "s.on_x", "reason": "delivery_limit", "count": 1}]
    message = amqp.Message(b"x", application_headers={"x-death": death})
    assert parked_from(message) == ("s.on_x", "by the broker: delivery_limit")


def test_parked_ids_tell_bodies_and_queues_apart() -> None:
    ids = {
        parked_id(parked(amqp.Message(body), queue=queue, reason="r", at=AT))
        for body in (b"", "", b"a", b"b")
        for queue in ("s.one", "s.two")
    }
    assert len(ids) == 6


def test_broker_addresses() -> None:
    found = connection_parameters("amqp://a%40b:p%2Fw@host:5673/v%2Fh")
    assert (found["host"], found["userid"], found["password"]) == ("host:5673", "a@b", "p/w")
    assert found["virtual_host"] == "v/h"
    assert connection_parameters("amqp://u:p@host")["virtual_host"] == "/"
    assert connection_parameters("amqps://u:p@host/x")["host"] == "host:5671"
    with pytest.raises(ValueError, match="broker's address"):
        connection_parameters("http://host")
