"""What an API key may do with what it reads: what its roles may, which services say in `actions`,
as far as its scopes go, which services do not know.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Protocol

from marshmallow import Schema, fields

from chassis.context import Context
from contracts.access import Scope
from contracts.records import Rpc

Document = dict[str, Any]


class Rpcs(Protocol):
    """The RPC client."""

    def call_marked(
        self, record: Rpc, request: Document, ctx: Context
    ) -> tuple[Document, bool]: ...


class KeyActions:
    """The RPC client, whose answers to keys promise only what they are good for."""

    def __init__(self, rpc: Rpcs, scopes: Mapping[str, Scope | None]) -> None:
        """`scopes`: what each operation needs."""
        self._rpc, self._scopes = rpc, scopes

    def call_marked(self, record: Rpc, request: Document, ctx: Context) -> tuple[Document, bool]:
        """The answer, and whether it is a stored one."""
        document, replayed = self._rpc.call_marked(record, request, ctx)
        if ctx.actor.key is not None:
            for place in _places(record.response):
                _cut(document, place, self._scopes, ctx.actor.scopes)
        return document, replayed


@cache
def _places(schema: type[Schema]) -> tuple[tuple[str, ...], ...]:
    """The names under which the answer has `actions`, from the outside in."""
    return tuple(_found(schema()))


def _found(schema: Schema) -> Iterator[tuple[str, ...]]:
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if name == "actions":
            yield (name,)
        elif isinstance(inner, fields.Nested):
            for place in _found(inner.schema):
                yield (name, *place)


def _cut(
    found: Any, place: tuple[str, ...], needed: Mapping[str, Scope | None], scopes: tuple[str, ...]
) -> None:
    name, *rest = place
    for one in found if isinstance(found, list) else [found]:
        if one is None:
            continue
        if rest:
            _cut(one.get(name), tuple(rest), needed, scopes)
        else:
            one[name] = [action for action in one.get(name, ()) if needed.get(action) in scopes]
