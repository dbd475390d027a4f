"""JSON Schemas (2020-12) of events and RPCs, from the marshmallow schemas the code itself uses."""

from __future__ import annotations

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from contracts.envelope import schema_uri
from contracts.reading import as_read
from contracts.records import Event, Rpc

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(schema: type[Schema], *, at: str = "#") -> dict[str, Any]:
    """One self-contained JSON Schema; nested schemas stand under its `$defs`.

    `at` is where it stands in its document.
    """
    plugin = MarshmallowPlugin()
    spec = APISpec("schemas", "1", "3.1.0", plugins=[plugin])
    assert plugin.converter is not None
    plugin.converter.resolve_nested_schema(schema)
    components = spec.to_dict()["components"]["schemas"]
    described: dict[str, Any] = _with_local_refs(components.pop(schema.__name__), at)
    described["description"] = _first_line(schema)
    if components:
        nested = sorted(components.items())
        described["$defs"] = {name: _with_local_refs(one, at) for name, one in nested}
    return described


def event_schema(event: Event) -> dict[str, Any]:
    """The schema of a whole CloudEvent of this type, published at its `dataschema` address."""
    data = schema_of(as_read(event.data))
    definitions = data.pop("$defs", {})
    text = {"type": "string", "minLength": 1}
    return {
        "$schema": DIALECT,
        "$id": schema_uri(event),
        "title": event.type,
        "description": event.meaning,
        "type": "object",
        "required": [
            "specversion",
            "id",
            "source",
            "type",
            "subject",
            "time",
            "data",
            "aggregateversion",
            "correlationid",
            "datacontenttype",
            "dataschema",
        ],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": text,
            "source": text,
            "type": {"const": event.type},
            "subject": {**text, "description": event.subject},
            "time": {**text, "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "dataschema": {**text, "format": "uri"},
            "aggregateversion": {"type": "integer", "minimum": 1},
            "sequence": {"type": "string", "pattern": "^[0-9]{10}$"},
            "correlationid": text,
            "causationid": text,
            "traceparent": text,
            "data": data,
        },
        **({"$defs": definitions} if definitions else {}),
    }


def rpc_schema(rpc: Rpc) -> dict[str, Any]:
    """Request and response of an RPC in one document."""
    return {
        "$schema": DIALECT,
        "title": rpc.routing_key,
        "description": rpc.meaning,
        "type": "object",
        "properties": {
            "request": schema_of(rpc.request, at="#/properties/request"),
            "response": schema_of(as_read(rpc.response), at="#/properties/response"),
        },
    }


def _with_local_refs(node: Any, at: str) -> Any:
    if isinstance(node, dict):
        return {
            key: value.replace("#/components/schemas/", f"{at}/$defs/")
            if key == "$ref"
            else _with_local_refs(value, at)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_with_local_refs(item, at) for item in node]
    return node


def _first_line(schema: type[Schema]) -> str:
    return (schema.__doc__ or schema.__name__).strip().splitlines()[0]
