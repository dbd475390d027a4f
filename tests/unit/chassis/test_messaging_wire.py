"""Events as AMQP messages, and messages on their way to the parking lot."""

import datetime as dt
import json
import ssl

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
    sender_of,
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
    copy = again(message, {ATTEMPTS_HEADER: 2}, own="payments")
    assert copy.body == b"\xff\x00"
    assert copy.properties["content_type"] == "x/y"
    assert copy.properties["message_id"] == "7"
    assert "expiration" not in copy.properties
    assert copy.headers == {"a": 1, ATTEMPTS_HEADER: 2, "coterie-sender": ""}
    assert attempts_of(copy) == 2


def signed(by: str | None, noted: str | None = None) -> amqp.Message:
    headers = {} if noted is None else {"coterie-sender": noted}
    return amqp.Message(b"x", user_id=by, application_headers=headers)


@pytest.mark.parametrize(
    ("message", "sender"),
    [
        (signed("events"), "events"),
        (signed(None), ""),
        (signed("payments", "events"), "events"),  # a copy of ours
        (signed("payments", ""), ""),
        (signed("events", "membership"), "events"),  # what others note is not believed
        (signed(None, "membership"), ""),
        (signed("payments"), "payments"),
    ],
)
def test_a_copy_of_ours_is_its_first_senders(message: amqp.Message, sender: str) -> None:
    """M-30: however often it goes round, it never becomes ours."""
    assert sender_of(message, "payments") == sender
    copy = message
    for _ in range(3):
        copy = again(copy, {}, own="payments")
        copy.properties["user_id"] = "payments"  # as it is published
        assert sender_of(copy, "payments") == sender


def test_a_copy_goes_where_we_send_it_and_nowhere_else() -> None:
    """M-30: the broker would lead a copy with CC, under our name, to other queues as well."""
    message = amqp.Message(
        b"x",
        reply_to="amq.rabbitmq.reply-to.x",
        user_id="events",
        application_headers={"CC": ["membership.on_order_paid"], "BCC": ["rpc-payments"]},
    )
    copy = again(message, {}, own="payments")
    assert copy.headers == {"coterie-sender": "events"}
    assert copy.properties.keys() == {"delivery_mode", "application_headers"}


@pytest.mark.parametrize("attempts", ["many", None, 1.5])
def test_an_odd_count_of_attempts_counts_as_none(attempts: object) -> None:
    message = amqp.Message(b"", application_headers={ATTEMPTS_HEADER: attempts})
    assert attempts_of(message) == 0


def test_a_parked_message_says_whence_why_and_when() -> None:
    message = parked(amqp.Message(b"x"), queue="s.on_x", reason="because", at=AT, own="s")
    assert parked_from(message) == ("s.on_x", "because")
    assert message.headers["coterie-parked-at"] == "2026-11-21T08:00:00+00:00"


def test_what_the_broker_parked_says_so() -> None:
    """M-7: at the delivery limit the broker itself moves the message; x-death tells."""
    death = [{"queue": "s.on_x", "reason": "delivery_limit", "count": 1}]
    message = amqp.Message(b"x", application_headers={"x-death": death})
    assert parked_from(message) == ("s.on_x", "by the broker: delivery_limit")


def test_parked_ids_tell_bodies_and_queues_apart() -> None:
    ids = {
        parked_id(parked(amqp.Message(body), queue=queue, reason="r", at=AT, own="s"))
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


def test_amqps_checks_whom_it_speaks_to() -> None:
    """M-31: py-amqp compares no name when it is only told to use TLS."""
    assert connection_parameters("amqp://u:p@host/x")["ssl"] is False
    trust = connection_parameters("amqps://u:p@host:5673/x")["ssl"]
    assert (trust["server_hostname"], trust["cert_reqs"]) == ("host", ssl.CERT_REQUIRED)
    assert trust["ca_certs"] is None  # those that the system trusts
    own = connection_parameters("amqps://u:p@host/x?cacertfile=/etc/coterie/ca.pem")
    assert (own["ssl"]["ca_certs"], own["virtual_host"]) == ("/etc/coterie/ca.pem", "x")
    for address in ("amqps://u:p@host/x?verify=verify_none", "amqp://u:p@host/x?cacertfile=y"):
        with pytest.raises(ValueError, match="unknown option"):
            connection_parameters(address)
