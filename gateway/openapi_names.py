"""What the schemas of requests and answers are called in OpenAPI."""

from collections import defaultdict
from typing import Any

from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, fields

from contracts.variants import Variants
from gateway.routing import Route


def schema_names(routes: tuple[Route, ...]) -> dict[type[Schema], str]:
    """One name for each schema class; classes of one name take their service's in front."""
    found: dict[type[Schema], str] = {}
    for route in routes:
        for schema in (route.rpc.request, route.rpc.response):
            _collect(schema, route.rpc.service, found)
    same: dict[str, list[type[Schema]]] = defaultdict(list)
    for schema in found:
        same[_name(schema)].append(schema)
    return {
        schema: _name(schema)
        if len(same[_name(schema)]) == 1
        else f"{service.capitalize()}{_name(schema)}"
        for schema, service in found.items()
    }


def describe_variants(converter: OpenAPIConverter, field: Any, **kwargs: Any) -> dict[str, Any]:
    """A field of several documents: one of them, told apart by the word in its key."""
    if not isinstance(field, Variants):
        return {}
    refs = {word: converter.resolve_nested_schema(one) for word, one in field.documents.items()}
    mapping = {word: ref["$ref"] for word, ref in refs.items()}
    told_apart = {"propertyName": field.key, "mapping": mapping}
    return {"oneOf": [*refs.values()], "discriminator": told_apart}


def _name(schema: type[Schema]) -> str:
    return schema.__name__.removesuffix("Schema")


def _collect(schema: type[Schema], service: str, found: dict[type[Schema], str]) -> None:
    if schema in found:
        return
    found[schema] = service
    for field in schema().fields.values():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            _collect(type(inner.schema), service, found)
        elif isinstance(inner, Variants):
            for one in inner.documents.values():
                _collect(one, service, found)
