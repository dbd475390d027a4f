"""Events on RabbitMQ: names, headers, and what a parked message carries.

The CloudEvents AMQP binding is written for AMQP 1.0; on 0-9-1 we keep to its spirit: structured
mode, content type exactly `application/cloudevents+json`, attributes copied to headers as
`cloudEvents_<name>` (E-9, E-10). Batches are not taken (E-12).
"""

import datetime as dt
import hashlib
import json
from typing import Any

import amqp

from chassis.retries import DELAYS
from contracts.envelope import CONTENT_TYPE, CloudEvent, UnreadableEvent, decode

PERSISTENT = 2
UNROUTED = "unrouted"
INTEGRATORS_EXCHANGE = "integrators.events"

SENDER_HEADER = "coterie-sender"
ATTEMPTS_HEADER = "coterie-attempts"
ERROR_HEADER = "coterie-last-error"
REASON_HEADER = "coterie-parked-reason"
QUEUE_HEADER = "coterie-parked-from"
PARKED_AT_HEADER = "coterie-parked-at"

_CONTEXT_ATTRIBUTES = (
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "dataschema",
    "aggregateversion",
    "sequence",
    "correlationid",
    "causationid",
)


def events_exchange(service: str) -> str:
    """Where a service tells its events."""
    return f"{service}.events"


def integrators_exchange(scope: str) -> str:
    """Where integrators' queues get what needs this scope, "" for none.

    One for each scope: a queue that is bound to all types of one exchange gets no others' events.
    """
    return f"integrators.{scope}" if scope else INTEGRATORS_EXCHANGE


def consumer_queue(service: str, handler: str) -> str:
    """The queue of one handler."""
    return f"{service}.{handler}"


def delay_name(service: str, step: str) -> str:
    """Exchange and queue that give a message back after `step`."""
    return f"{service}.delay.{step}"


def delay_names(service: str) -> list[str]:
    """All delay exchanges (and queues) of a service."""
    return [delay_name(service, step) for step, _ in DELAYS]


def parking_name(service: str) -> str:
    """Exchange and queue of the messages that an operator must look at."""
    return f"{service}.parking"


def event_message(body: str) -> amqp.Message:
    """The message of a committed event."""
    wire = json.loads(body)
    headers = {
        f"cloudEvents_{name}": str(wire[name]) for name in _CONTEXT_ATTRIBUTES if name in wire
    }
    if "traceparent" in wire:
        headers["traceparent"] = wire["traceparent"]
    return amqp.Message(
        body.encode(),
        content_type=CONTENT_TYPE,
        delivery_mode=PERSISTENT,
        message_id=wire["id"],
        type=wire["type"],
        application_headers=headers,
    )


def read_event(message: amqp.Message) -> CloudEvent:
    """The event in a delivery; raises UnreadableEvent with the reason."""
    content_type = message.properties.get("content_type")
    if content_type != CONTENT_TYPE:
        raise UnreadableEvent(f"content type {content_type!r}")
    return decode(message.body)


def attempts_of(message: amqp.Message) -> int:
    """How many attempts at this message have failed before."""
    attempts = (message.headers or {}).get(ATTEMPTS_HEADER, 0)
    return attempts if isinstance(attempts, int) else 0


def sender_of(message: amqp.Message, own: str) -> str:
    """The broker's user whose message it is; empty when nobody signed it.

    A copy is signed by who made it: one of ours (`own` is our user) notes the sender of its
    original. What others noted is not believed.
    """
    signed = str(message.properties.get("user_id") or "")
    noted = (message.headers or {}).get(SENDER_HEADER)
    return signed if noted is None or signed != own else str(noted)


def again(message: amqp.Message, extra: dict[str, Any], *, own: str) -> amqp.Message:
    """The same message, byte for byte, with more headers; for a delay or the parking lot.

    It is published under our name (`own`), so it notes its sender, and nothing in it that the
    broker acts on goes along: CC would lead our copy to any queue.
    """
    properties = {
        name: value
        for name, value in message.properties.items()
        if name not in ("application_headers", "expiration", "reply_to", "user_id")
    }
    properties["delivery_mode"] = PERSISTENT
    kept = {
        name: value for name, value in (message.headers or {}).items() if name not in ("CC", "BCC")
    }
    headers = {**kept, **extra, SENDER_HEADER: sender_of(message, own)}
    return amqp.Message(message.body, application_headers=headers, **properties)


def parked(
    message: amqp.Message, *, queue: str, reason: str, at: dt.datetime, own: str
) -> amqp.Message:
    """The message as it goes to the parking lot."""
    return again(
        message,
        {
            QUEUE_HEADER: queue,
            REASON_HEADER: reason[:500],
            PARKED_AT_HEADER: at.isoformat(timespec="seconds"),
        },
        own=own,
    )


def parked_from(message: amqp.Message) -> tuple[str, str]:
    """Queue and reason of a parked message; the broker's own note when it moved it there."""
    headers = message.headers or {}
    if QUEUE_HEADER in headers:
        return str(headers[QUEUE_HEADER]), str(headers.get(REASON_HEADER, ""))
    death = (headers.get("x-death") or [{}])[0]
    return str(death.get("queue", "")), f"by the broker: {death.get('reason', 'unknown')}"


def raw_body(message: amqp.Message) -> bytes:
    """The body as it came; py-amqp gives an empty one as a text."""
    body = message.body
    return body.encode() if isinstance(body, str) else bytes(body)


def parked_id(message: amqp.Message) -> str:
    """A short name for a parked message: the same bytes from the same queue have the same one."""
    queue, _ = parked_from(message)
    return hashlib.sha256(queue.encode() + b"\0" + raw_body(message)).hexdigest()[:12]
