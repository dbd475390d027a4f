"""JSON Schemas (2020-12) of events and RPCs, from the marshmallow schemas the code itself uses."""

from __future__ import annotations

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields

from contracts import meanings
from contracts.envelope import schema_uri
from contracts.reading import as_read
from contracts.records import Event, Rpc

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(written: type[Schema], *, read: bool = False, at: str = "#") -> dict[str, Any]:
    """One self-contained JSON Schema; nested schemas stand under its `$defs`.

    `read`: as others read it; `at` is where it stands in its document.
    """
    schema = as_read(written) if read else written
    plugin = MarshmallowPlugin()
    spec = APISpec("schemas", "1", "3.1.0", plugins=[plugin])
    assert plugin.converter is not None
    plugin.converter.resolve_nested_schema(schema)
    components = spec.to_dict()["components"]["schemas"]
    _say(written, components)
    described: dict[str, Any] = _with_local_refs(components.pop(schema.__name__), at)
    described["description"] = _first_line(schema)
    if components:
        nested = sorted(components.items())
        described["$defs"] = {name: _with_local_refs(one, at) for name, one in nested}
    return described


def event_schema(event: Event) -> dict[str, Any]:
    """The schema of a whole CloudEvent of this type, published at its `dataschema` address."""
    data = schema_of(event.data, read=True)
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
            "response": schema_of(rpc.response, read=True, at="#/properties/response"),
        },
    }


def _say(schema: type[Schema], components: dict[str, Any]) -> None:
    """What each field means, as far as somebody wrote it down, at every depth."""
    for name, field in schema._declared_fields.items():
        if said := meanings.of_field(schema, name, field):
            described = components[schema.__name__.removesuffix("Schema")]  # as apispec calls it
            described["properties"][name]["description"] = said
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            _say(type(inner.schema), components)


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
