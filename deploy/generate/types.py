"""TypedDicts of requests, answers and facts, from the marshmallow schemas of a service's records.

marshmallow tells mypy nothing; these do. A request is as it is after loading (defaults are in), an
answer and the data of an event are as they are before they are written. Words of closed lists are
`Literal` where we load them and `str` where others read them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields, missing

from contracts.fields import Bytes, Choice, MoneySchema, Percent
from contracts.records import EVENTS, RPCS
from contracts.variants import Variants

_HEAD = '''"""Requests, answers and facts of {service}, as types; written by `make docs`."""

import datetime as dt
from typing import Any, Literal, NotRequired, TypedDict

from contracts.aggregates import MoneyFields
'''
# The first that a field is an instance of; any other takes what it likes.
_PLAIN: tuple[tuple[type[fields.Field[Any]], str], ...] = (
    (fields.Boolean, "bool"),
    (fields.Integer, "int"),
    (Percent, "int"),
    (fields.DateTime, "dt.datetime"),
    (Bytes, "bytes"),
    (fields.String, "str"),
)


def types_module(service: str) -> str:
    """The text of `contracts/types/<service>.py`."""
    rpcs = [rpc for rpc in RPCS.values() if rpc.service == service]
    loaded = _closure(rpc.request for rpc in rpcs)
    written = _closure(
        [rpc.response for rpc in rpcs]
        + [event.data for event in EVENTS.values() if event.service == service]
    )
    classes: dict[str, tuple[type[Schema], str]] = {}
    for schema in [*loaded, *written]:
        text = _class(schema, is_loaded=schema in loaded)
        known = classes.setdefault(schema.__name__, (schema, text))
        if known[1] != text:
            raise ValueError(f"{service}: two schemas of the name {schema.__name__}")
    return "\n\n".join([_HEAD.format(service=service), *(text for _, text in classes.values())])


def _closure(schemas: Any) -> list[type[Schema]]:
    """The schemas and all that are nested in them, innermost first, each once."""
    found: dict[type[Schema], None] = {}

    def visit(schema: type[Schema]) -> None:
        for field in schema._declared_fields.values():
            for nested in _nested(field):
                visit(nested)
        if schema is not MoneySchema:
            found.setdefault(schema)

    for schema in schemas:
        visit(schema)
    return list(found)


def _nested(field: Any) -> Iterator[type[Schema]]:
    if isinstance(field, fields.Nested):
        yield type(field.schema)
    elif isinstance(field, fields.List):
        yield from _nested(field.inner)
    elif isinstance(field, fields.Dict) and field.value_field is not None:
        yield from _nested(field.value_field)
    elif isinstance(field, Variants):
        yield from field.documents.values()


def _class(schema: type[Schema], *, is_loaded: bool) -> str:
    lines = []
    for name, field in schema._declared_fields.items():
        annotation = _type(field, is_loaded)
        # What an older writer leaves out is written all the same by today's.
        always = field.required or field.load_default is not missing
        if not always:
            annotation = f"NotRequired[{annotation}]"
        lines.append(f"    {field.attribute or name}: {annotation}\n")
    return f"class {schema.__name__}(TypedDict):\n" + ("".join(lines) or "    pass\n")


def _type(field: Any, is_loaded: bool) -> str:
    return _bare(field, is_loaded) + (" | None" if field.allow_none else "")


def _bare(field: Any, is_loaded: bool) -> str:
    if isinstance(field, fields.Nested):
        schema = type(field.schema)
        name = "MoneyFields" if schema is MoneySchema else schema.__name__
        return f"list[{name}]" if field.many else name
    if isinstance(field, Variants):
        return " | ".join(one.__name__ for one in field.documents.values())
    if isinstance(field, fields.List):
        return f"list[{_type(field.inner, is_loaded)}]"
    if isinstance(field, fields.Dict):
        value = "Any" if field.value_field is None else _type(field.value_field, is_loaded)
        return f"dict[str, {value}]"
    if isinstance(field, Choice) and is_loaded:
        return "Literal[" + ", ".join(f'"{word}"' for word in field.words) + "]"
    return next((name for kind, name in _PLAIN if isinstance(field, kind)), "Any")
