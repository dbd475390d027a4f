"""The route record: everything one HTTP operation is, and the table that finds it by address.

Parsing, checks and the OpenAPI description are read from the record, so they cannot disagree. A
route that leaves out who may call it, or names a field that its RPC does not have, cannot be made.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from marshmallow import Schema

from contracts.fields import PageRequest
from contracts.records import Rpc

JSON = "application/json"
CSV = "text/csv"
RAW = "*/*"
DEFAULT_BODY = 64 * 1024
LARGEST_BODY = 1024 * 1024
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_PARAMETER = re.compile(r"\{([a-z_]+)\}")


class Access(StrEnum):
    """Who may call: anybody, a signed-in person, or a payment provider that signs its body."""

    PUBLIC = "public"
    PERSON = "person"
    CALLBACK = "callback"


class Idempotency(StrEnum):
    """Whether the call needs an Idempotency-Key (H-10)."""

    REQUIRED = "required"
    NONE = "none"


@dataclass(frozen=True)
class Caching:
    """What the answer's Cache-Control says; `revalidate` answers 304 to a matching ETag."""

    header: str
    revalidate: bool = False

    NO_STORE: ClassVar["Caching"]
    REVALIDATE: ClassVar["Caching"]

    @staticmethod
    def PUBLIC(seconds: int) -> "Caching":  # written like its two neighbours
        return Caching(f"public, max-age={seconds}", revalidate=True)


Caching.NO_STORE = Caching("no-store")
Caching.REVALIDATE = Caching("private, no-cache", revalidate=True)


class RouteError(Exception):
    """A route record contradicts itself, its RPC, or another route."""


@dataclass(frozen=True)
class Route:
    """One operation. Fields of the RPC's request come from, in this order: `{names}` in the path,
    `query`, If-Match (`expected_version`), the page cursor (`after`), and the body has the rest.

    `object_rule` says in words what the owning service checks about the object at hand (H-33).
    `asks_first` takes the path's fields and refuses who may not, before a large body is read.
    `location` is the address of what was made; its `{names}` are fields of the answer or the path.
    """

    method: str
    path: str
    rpc: Rpc
    summary: str = field(kw_only=True)
    tag: str = field(kw_only=True)
    access: Access = field(kw_only=True)
    scopes: tuple[str, ...] = field(kw_only=True)
    object_rule: str = field(kw_only=True)
    idempotency: Idempotency = field(kw_only=True)
    caching: Caching = field(kw_only=True)
    query: tuple[str, ...] = field(kw_only=True, default=())
    status: int = field(kw_only=True, default=200)
    location: str | None = field(kw_only=True, default=None)
    if_match: bool = field(kw_only=True, default=False)
    body: str = field(kw_only=True, default=JSON)
    body_field: str | None = field(kw_only=True, default=None)
    max_body: int = field(kw_only=True, default=DEFAULT_BODY)
    asks_first: Rpc | None = field(kw_only=True, default=None)

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise RouteError(f"{self.method} {self.path}: {problem}")

    @property
    def operation_id(self) -> str:
        return self.rpc.routing_key

    @property
    def path_names(self) -> tuple[str, ...]:
        return tuple(_PARAMETER.findall(self.path))

    @property
    def paged(self) -> bool:
        return issubclass(self.rpc.request, PageRequest)

    @property
    def body_names(self) -> tuple[str, ...]:
        """The request fields that the body carries, in the order of the schema."""
        return tuple(name for name in _names(self.rpc.request) if name not in self._elsewhere)

    @property
    def has_body(self) -> bool:
        return self.method in ("POST", "PUT", "PATCH")

    @property
    def versioned(self) -> bool:
        """Whether the answer carries a `version`, which becomes its ETag (H-20)."""
        return "version" in _names(self.rpc.response)

    @property
    def _elsewhere(self) -> frozenset[str]:
        names = {*self.path_names, *self.query}
        if self.if_match:
            names.add("expected_version")
        if self.paged:
            names |= {"after", "limit"}
        return frozenset(names)

    def _problems(self) -> Iterable[str]:
        known = _names(self.rpc.request)
        if "gateway" not in self.rpc.callers:
            yield f"the gateway may not call {self.rpc.routing_key}"
        if self.method not in METHODS or not self.path.startswith("/v1/"):
            yield "unknown method, or a path outside /v1/"
        if not (self.summary and self.tag and self.object_rule):
            yield "summary, tag and object_rule need words"
        if (self.access is Access.PERSON) != bool(self.scopes):
            yield "a person's route needs scopes, any other has none"
        for name in (*self.path_names, *self.query):
            if name not in known:
                yield f"{self.rpc.routing_key} has no field {name}"
        if len({*self.path_names, *self.query}) != len(self.path_names) + len(self.query):
            yield "a field comes from two places"
        if self.if_match != ("expected_version" in known):
            yield "if_match and the field expected_version go together"
        if self.idempotency is Idempotency.REQUIRED and self.method != "POST":
            yield "only POST takes an Idempotency-Key"
        if self.caching.header.startswith("public") and self.access is not Access.PUBLIC:
            yield "only a public answer may be cached by others"
        if self.caching.revalidate and self.method != "GET":
            yield "only GET revalidates"
        if self.body == JSON and not self.has_body and self.body_names:
            yield f"{self.method} has no body for {', '.join(self.body_names)}"
        if self.body == CSV and self.body_names != (self.body_field,):
            yield "body_field has to name the one field that the body fills"
        if self.body == RAW and self.body_names != ("headers", "body_base64"):
            yield "a raw body fills the fields headers and body_base64"
        if (self.access is Access.CALLBACK) != (self.body == RAW):
            yield "callbacks, and nothing else, have a raw body"
        if self.asks_first is not None:
            if "gateway" not in self.asks_first.callers:
                yield f"the gateway may not call {self.asks_first.routing_key}"
            if set(_names(self.asks_first.request)) != set(self.path_names):
                yield "asks_first takes the fields of the path and no others"
        if not 0 < self.max_body <= LARGEST_BODY:
            yield f"max_body goes up to {LARGEST_BODY}"


@dataclass(frozen=True)
class Match:
    """The routes at one address, by method, and the values of its path parameters."""

    by_method: dict[str, Route]
    values: tuple[str, ...]

    @property
    def allowed(self) -> tuple[str, ...]:
        methods = [method for method in METHODS if method in self.by_method]
        if "GET" in methods:
            methods.append("HEAD")
        return (*methods, "OPTIONS")


class RouteTable:
    """Finds a route by its path segments; literal segments win over parameters."""

    def __init__(self, routes: Iterable[Route]):
        self.routes = tuple(routes)
        self._root = _Node()
        operations: set[str] = set()
        for route in self.routes:
            node = self._root
            for segment in route.path.split("/")[1:]:
                node = node.below(None if _PARAMETER.fullmatch(segment) else segment)
            if route.method in node.by_method or route.operation_id in operations:
                raise RouteError(f"{route.method} {route.path} is declared twice")
            node.by_method[route.method] = route
            operations.add(route.operation_id)

    def find(self, segments: list[str]) -> Match | None:
        node: _Node | None = self._root
        values: list[str] = []
        for segment in segments:
            literal = node.literals.get(segment) if node else None
            if literal is None:
                values.append(segment)
                node = node.parameter if node else None
            else:
                node = literal
        if node is None or not node.by_method:
            return None
        return Match(node.by_method, tuple(values))


class _Node:
    __slots__ = ("by_method", "literals", "parameter")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.by_method: dict[str, Route] = {}

    def below(self, segment: str | None) -> "_Node":
        if segment is not None:
            return self.literals.setdefault(segment, _Node())
        if self.parameter is None:
            self.parameter = _Node()
        return self.parameter


def _names(schema: type[Schema]) -> tuple[str, ...]:
    return tuple(schema._declared_fields)
