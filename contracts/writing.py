"""How requests, answers and events are written: by one function per schema, made once from it.

It writes what marshmallow's `dump` does, and asks once instead of each time how: most fields are
written as they stand. A field that the value lacks is left out.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, fields

Writer = Callable[[Mapping[str, Any]], dict[str, Any]]
_Convert = Callable[[Any], Any]

# Fields of these kinds already hold what JSON has; marshmallow only makes sure of it once more.
_AS_THEY_STAND = frozenset(
    kind._serialize for kind in (fields.Field, fields.String, fields.Integer, fields.Boolean)
)


@functools.cache
def writer(schema: type[Schema]) -> Writer:
    """What makes the JSON document that `schema` declares from a value with Python objects."""
    parts = [
        (name, field.attribute or name, _convert(field))
        for name, field in schema._declared_fields.items()
    ]

    def write(value: Mapping[str, Any]) -> dict[str, Any]:
        document = {}
        for name, attribute, convert in parts:
            if attribute in value:
                own = value[attribute]
                document[name] = own if convert is None or own is None else convert(own)
        return document

    return write


def _convert(field: Any) -> _Convert | None:
    """What turns a value that is not None into JSON; None when it is JSON."""
    if isinstance(field, fields.Nested):
        nested: Any = field.nested
        return writer(nested)
    if isinstance(field, fields.List):
        entry = _convert(field.inner)
        return None if entry is None else lambda entries: [entry(one) for one in entries]
    if isinstance(field, fields.Dict) and field.value_field is None and field.key_field is None:
        return None
    if type(field)._serialize in _AS_THEY_STAND:
        return None
    return lambda value: field._serialize(value, None, None)
