"""A service's part in the export of a person: what its own lists show them, one after the other.

So an export never shows more than the person may see, and a list that is shown is exported the same
day. A position is the kind at hand and the position in its list.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog
from marshmallow import Schema

from chassis.access import Access
from chassis.context import Actor, Context
from contracts.errors import INVALID_INPUT, DomainError
from contracts.membership import SYSTEM
from contracts.records import Rpc
from contracts.writing import writer

log = structlog.get_logger()

Page = Mapping[str, Any]  # items and next
Request = Mapping[str, Any]  # after and limit


@dataclass(frozen=True)
class Part:
    """One kind of what is kept of a person: its record, and the list of the person who asks."""

    record: type[Schema]
    list_mine: Callable[[Any, Context], Page]


class PersonExport:
    """The export of one service; `parts` in the order in which they are given, by kind."""

    def __init__(self, *, access: Access, parts: Mapping[str, Part], export_person: Rpc) -> None:
        self._access = access
        self._parts = parts
        self._kinds = list(parts)
        self._export_person = export_person

    def mine(self, request: Request, ctx: Context) -> dict[str, Any]:
        """A page of what there is of the signed-in person."""
        return self._page(ctx.require_person(), request, ctx)

    def of_person(self, request: Request, ctx: Context) -> dict[str, Any]:
        """The same of somebody, for an operator; that it was read is in the log."""
        self._access.require(ctx, self._export_person.who, SYSTEM)
        person_id = request["person_id"]
        log.info("person_exported", person=person_id, by=ctx.actor.id, request_id=ctx.request_id)
        return self._page(person_id, request, ctx)

    def _page(self, person_id: str, request: Request, ctx: Context) -> dict[str, Any]:
        kind, after = self._position(request["after"])
        themselves = replace(ctx, actor=Actor("person", person_id), checked=set())
        while True:
            part = self._parts[kind]
            asked = {"after": after, "limit": request["limit"]}
            page = part.list_mine(asked, themselves)
            write = writer(part.record)
            items = [{"kind": kind, "data": write(item)} for item in page["items"]]
            if page["next"] is not None:
                return {"items": items, "next": f"{kind}:{page['next']}"}
            later = self._kinds[self._kinds.index(kind) + 1 :]
            if items or not later:
                return {"items": items, "next": f"{later[0]}:" if later else None}
            kind, after = later[0], None

    def _position(self, after: str | None) -> tuple[str, str | None]:
        if after is None:
            return self._kinds[0], None
        kind, _, position = after.partition(":")
        if kind not in self._parts:
            raise DomainError(INVALID_INPUT)
        return kind, position or None
