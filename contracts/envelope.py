"""CloudEvents 1.0 in structured JSON: how a fact looks on the wire (E-1..E-9)."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError

from contracts.records import EVENTS, Event
from contracts.text import rfc3339
from contracts.writing import writer

CONTENT_TYPE = "application/cloudevents+json"
MAX_BYTES = 64 * 1024
_TEXTS = ("id", "source", "subject", "correlationid")  # never empty


class UnreadableEvent(ValueError):
    """The message is not a CloudEvent of a type and shape that we know."""


@dataclass(frozen=True)
class CloudEvent:
    """One event as its reader sees it; `data` was checked against the event's schema."""

    id: str
    source: str
    event: Event
    subject: str
    time: dt.datetime
    aggregateversion: int
    data: Any  # of the type of its schema in `contracts.types`
    sequence: int | None
    correlationid: str
    causationid: str | None
    traceparent: str | None


def encode(cloud_event: CloudEvent) -> str:
    """The JSON text of an event.

    Raises ValueError when its data is not what the event declares, when an attribute that readers
    need is empty, or when it exceeds 64 KiB (E-8).
    """
    data = _declared(cloud_event)
    attributes = {
        "specversion": "1.0",
        "id": cloud_event.id,
        "source": cloud_event.source,
        "type": cloud_event.event.type,
        "subject": cloud_event.subject,
        "time": rfc3339(cloud_event.time),
        "datacontenttype": "application/json",
        "dataschema": schema_uri(cloud_event.event),
        "aggregateversion": cloud_event.aggregateversion,
        "correlationid": cloud_event.correlationid,
        "causationid": cloud_event.causationid,
        "traceparent": cloud_event.traceparent,
        "sequence": None if cloud_event.sequence is None else f"{cloud_event.sequence:010d}",
        "data": data,
    }
    present = {name: value for name, value in attributes.items() if value is not None}
    text = json.dumps(present, ensure_ascii=False, separators=(",", ":"))
    if len(text.encode()) > MAX_BYTES:
        raise ValueError(
            f"event {cloud_event.event.type} {cloud_event.id} exceeds {MAX_BYTES} bytes"
        )
    return text


def decode(body: bytes | str) -> CloudEvent:
    """The event in a message body; raises UnreadableEvent with the reason."""
    try:
        wire = json.loads(body)
        event = EVENTS[wire["type"]]
        if wire["specversion"] != "1.0":
            raise UnreadableEvent(f"specversion {wire['specversion']!r}")
        if wire["source"] != source_of(event.service):
            raise UnreadableEvent(f"{event.type} from {wire['source']!r}")
        data = _loaded(event.reader, event, wire["data"])
        sequence = wire.get("sequence")
        return CloudEvent(
            **{name: _text(wire, name) for name in _TEXTS},
            event=event,
            time=dt.datetime.fromisoformat(wire["time"]),
            aggregateversion=int(wire["aggregateversion"]),
            data=data,
            sequence=None if sequence is None else int(sequence),
            causationid=wire.get("causationid"),
            traceparent=wire.get("traceparent"),
        )
    except UnreadableEvent:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise UnreadableEvent(f"{type(problem).__name__}: {problem}") from problem


def source_of(service: str) -> str:
    """The CloudEvents source of a service's events."""
    return f"/coterie/{service}"


def schema_uri(event: Event) -> str:
    """Where the event's JSON Schema is published."""
    return f"https://coterie.example/schemas/events/{event.type}.json"


def _declared(cloud_event: CloudEvent) -> dict[str, Any]:
    """The data as it travels; raises ValueError unless it is all that the event declares."""
    event = cloud_event.event
    data = writer(event.data)(cloud_event.data)
    try:
        for name in _TEXTS:
            _text(vars(cloud_event), name)
        _loaded(event.schema, event, data)
    except UnreadableEvent as problem:
        raise ValueError(f"event {event.type} of {cloud_event.subject}: {problem}") from None
    return data


def _loaded(schema: Schema, event: Event, data: Any) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        raise UnreadableEvent(f"data of {event.type}: {error.messages}") from None
    return loaded


def _text(wire: dict[str, Any], name: str) -> str:
    value = wire[name]
    if not isinstance(value, str) or not value:
        raise UnreadableEvent(f"{name} is not a text")
    return value
