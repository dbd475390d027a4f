"""One AsyncAPI 3.0 document per service: what it publishes, what its handlers receive (E-30)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contracts.envelope import CONTENT_TYPE
from contracts.records import EVENTS, Audience, Event
from deploy.generate.schemas import event_schema

SAMPLES = Path("contracts/samples")
BINDING = "0.3.0"


def document(
    service: str, subscriptions: dict[str, tuple[Event, ...]], version: str
) -> dict[str, Any]:
    """The document of `service`; `subscriptions` maps each of its queues to its events."""
    published = [event for event in EVENTS.values() if event.service == service]
    received = sorted(
        {event.type: event for events in subscriptions.values() for event in events}.items()
    )
    events = {event.type: event for event in published} | dict(received)
    operations = {f"publish_{event.name}": _operation("send", event) for event in published} | {
        f"receive_{event.service}_{event.name}": _operation("receive", event)
        | {"summary": "Read from " + ", ".join(_queues(subscriptions, event))}
        for _, event in received
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Coterie {service} events",
            "version": version,
            "description": (
                "CloudEvents 1.0 in structured JSON over AMQP 0-9-1. Delivery is at least once and"
                " not in order: keep the event `id` to recognise repeats, and let the higher"
                " `aggregateversion` of a `subject` win."
            ),
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {name: _channel(event) for name, event in sorted(events.items())},
        "operations": dict(sorted(operations.items())),
        "components": {
            "messages": {name: _message(event) for name, event in sorted(events.items())}
        },
    }


def dangling_references(node: Any, root: Any = None) -> list[str]:
    """Every `$ref` in a document that points nowhere."""
    root = node if root is None else root
    if isinstance(node, list):
        return [ref for item in node for ref in dangling_references(item, root)]
    if not isinstance(node, dict):
        return []
    missing = [ref for child in node.values() for ref in dangling_references(child, root)]
    reference = node.get("$ref")
    if isinstance(reference, str) and not _resolves(reference, root):
        missing.append(reference)
    return missing


def _resolves(reference: str, root: Any) -> bool:
    if not reference.startswith("#/"):
        return False
    place = root
    for step in reference[2:].split("/"):
        step = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(place, dict) or step not in place:
            return False
        place = place[step]
    return True


def _queues(subscriptions: dict[str, tuple[Event, ...]], event: Event) -> list[str]:
    return sorted(name for name, events in subscriptions.items() if event in events)


def _operation(action: str, event: Event) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{event.type}"},
        "summary": event.meaning,
        "bindings": {"amqp": {"deliveryMode": 2, "bindingVersion": BINDING}},
    }


def _channel(event: Event) -> dict[str, Any]:
    public = event.audience is Audience.INTEGRATORS
    readers = "; integrators get them in their own queue" if public else ""
    if event.scope:
        readers += f", with the scope `{event.scope}` alone"
    return {
        "address": event.type,
        "description": f"Audience: {event.audience}{readers}. Since {event.since}.",
        "messages": {event.name: {"$ref": f"#/components/messages/{event.type}"}},
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {
                    "name": event.exchange,
                    "type": "topic",
                    "durable": True,
                    "autoDelete": False,
                    "vhost": "coterie",
                },
                "bindingVersion": BINDING,
            }
        },
    }


def _message(event: Event) -> dict[str, Any]:
    schema = event_schema(event)
    definitions = schema.pop("$defs", {})
    sample = json.loads((SAMPLES / f"{event.type}.json").read_text())
    return {
        "name": event.type,
        "summary": event.meaning,
        "contentType": CONTENT_TYPE,
        "payload": _inlined(schema, definitions),
        "examples": [{"payload": sample}],
    }


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    """The schema with its definitions in place: a reference inside a message means the document."""
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref", "")
    if reference.startswith("#/$defs/"):
        return _inlined(definitions[reference.removeprefix("#/$defs/")], definitions)
    return {key: _inlined(value, definitions) for key, value in node.items()}
