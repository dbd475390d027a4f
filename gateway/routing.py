"""The route record: everything one HTTP operation is, and the table that finds it by address.

Parsing, checks and the OpenAPI description are read from the record, so they cannot disagree. A
route without the scope that it needs, or with a field that its RPC does not have, cannot be made.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import format_datetime
from functools import cached_property
from typing import ClassVar
from urllib.parse import quote, unquote

from marshmallow import Schema
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule

from contracts.access import Scope
from contracts.fields import PageRequest, Piece
from contracts.records import OwnAnswer, Rpc
from gateway.limits import BY_SOURCE, OperationClass

JSON = "application/json"
CSV = "text/csv"
BYTES = "application/octet-stream"
EVENT_STREAM = "text/event-stream"
RAW = "*/*"
DEFAULT_BODY = 64 * 1024
LARGEST_BODY = 1024 * 1024
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_PARAMETER = re.compile(r"\{([a-z_]+)\}")


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

    Who may call is said by the RPC (`rpc.who`, H-33); `scope` is what a token has to be good for.
    `body=RAW` hands on the bytes that a payment provider signed, a callback. `body=CSV` and `BYTES`
    fill the one field `body_field`.
    `answers` are the types of an answer that is no JSON; it is fetched and sent piece by piece.
    `keyless` is for the few POSTs that take no Idempotency-Key, as they cannot store their answer.
    `asks_first` takes the path's fields and refuses who may not, before a large body is read.
    `limit` names the class in which requests count (`limited_as`), where its method does not say.
    `may_make`: in the place of If-Match it takes `If-None-Match: *`, and makes what is not there.
    `waits`: with `?wait=` it is answered when there is something else than If-None-Match names.
    Where the gateway answers by itself (`OwnAnswer`) the answer is a stream of events.
    `location` is the address of what was made; its `{names}` are fields of the answer or the path.
    `deprecated`: since when there is something better; `sunset`: from when on it may be gone.
    `name` is the operation's, where RPCs of two services are called alike (`operation_id`).
    """

    method: str
    path: str
    rpc: Rpc
    summary: str = field(kw_only=True)
    tag: str = field(kw_only=True)
    name: str = field(kw_only=True, default="")
    scope: Scope | None = field(kw_only=True, default=None)
    keyless: bool = field(kw_only=True, default=False)
    caching: Caching = field(kw_only=True, default=Caching.NO_STORE)
    query: tuple[str, ...] = field(kw_only=True, default=())
    status: int = field(kw_only=True, default=200)
    location: str | None = field(kw_only=True, default=None)
    if_match: bool = field(kw_only=True, default=False)
    may_make: bool = field(kw_only=True, default=False)
    body: str = field(kw_only=True, default=JSON)
    body_field: str | None = field(kw_only=True, default=None)
    max_body: int = field(kw_only=True, default=DEFAULT_BODY)
    answers: tuple[str, ...] = field(kw_only=True, default=(JSON,))
    asks_first: Rpc | None = field(kw_only=True, default=None)
    limit: OperationClass | None = field(kw_only=True, default=None)
    deprecated: dt.date | None = field(kw_only=True, default=None)
    sunset: dt.date | None = field(kw_only=True, default=None)
    waits: bool = field(kw_only=True, default=False)

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise RouteError(f"{self.method} {self.path}: {problem}")

    @property
    def operation_id(self) -> str:
        """What clients call it: the RPC's name, by which `actions` of answers name it, too."""
        return self.name or self.rpc.name

    @property
    def path_names(self) -> tuple[str, ...]:
        return tuple(_PARAMETER.findall(self.path))

    @property
    def paged(self) -> bool:
        return issubclass(self.rpc.request, PageRequest)

    @property
    def in_pieces(self) -> bool:
        """Whether the answer is no JSON, and comes piece by piece."""
        return issubclass(self.rpc.response, Piece)

    @property
    def streams(self) -> bool:
        """Whether the answer is a stream of events, which the gateway gives by itself."""
        return isinstance(self.rpc, OwnAnswer)

    @property
    def body_names(self) -> tuple[str, ...]:
        """The request fields that the body carries, in the order of the schema."""
        return tuple(name for name in _names(self.rpc.request) if name not in self._elsewhere)

    @property
    def has_body(self) -> bool:
        return self.method in ("POST", "PUT", "PATCH")

    @property
    def needs_key(self) -> bool:
        """Whether the call needs an Idempotency-Key (H-10)."""
        return self.method == "POST" and not self.keyless

    @property
    def limited_as(self) -> OperationClass | None:
        """In which class a caller's requests are counted; None for callbacks.

        A provider speaks for all who pay by it, and not before its signature was checked does
        anybody know that it is the provider: all callbacks together have a share of the room.
        """
        if self.body == RAW:
            return None
        if self.limit is not None:
            return self.limit
        if self.body == CSV:
            return OperationClass.UPLOAD
        return OperationClass.READ if self.method == "GET" else OperationClass.WRITE

    @property
    def versioned(self) -> bool:
        """Whether the answer carries a `version`, which becomes its ETag (H-20)."""
        return "version" in _names(self.rpc.response)

    @cached_property
    def deprecation_headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that say that it will go (RFC 9745, RFC 8594)."""
        if self.deprecated is None:
            return ()
        told = [("Deprecation", f"@{int(_midnight(self.deprecated).timestamp())}")]
        if self.sunset is not None:
            told.append(("Sunset", format_datetime(_midnight(self.sunset), usegmt=True)))
        return tuple(told)

    @property
    def _elsewhere(self) -> frozenset[str]:
        names = {*self.path_names, *self.query}
        if self.if_match:
            names.add("expected_version")
        if self.paged:
            names |= {"after", "limit"}
        if self.in_pieces:
            names.add("after")
        return frozenset(names)

    def _problems(self) -> Iterable[str]:
        known = _names(self.rpc.request)
        if "gateway" not in self.rpc.callers:
            yield f"the gateway may not call {self.rpc.routing_key}"
        if self.method not in METHODS or not self.path.startswith("/v1/"):
            yield "unknown method, or a path outside /v1/"
        if not (self.summary and self.tag):
            yield "summary and tag need words"
        if self.rpc.who.signed_in != (self.scope is not None):
            yield "a route of people who sign in needs a scope, any other has none"
        for name in (*self.path_names, *self.query):
            if name not in known:
                yield f"{self.rpc.routing_key} has no field {name}"
        if len({*self.path_names, *self.query}) != len(self.path_names) + len(self.query):
            yield "a field comes from two places"
        if self.if_match != ("expected_version" in known):
            yield "if_match and the field expected_version go together"
        if self.rpc.by_link and self.method != "POST":
            yield "a link is followed by POST: what fetches pages by itself does nothing by it"
        if self.may_make and not self.if_match:
            yield "what may be made by it is changed with If-Match"
        if self.keyless and self.method != "POST":
            yield "only POST takes an Idempotency-Key, or says that it does not"
        is_same_for_all = not self.rpc.who.signed_in and not self.rpc.who.knowing
        if self.caching.header.startswith("public") and not is_same_for_all:
            yield "only a public answer may be cached by others"
        if self.caching.revalidate and self.method != "GET":
            yield "only GET revalidates"
        if self.body == JSON and not self.has_body and self.body_names:
            yield f"{self.method} has no body for {', '.join(self.body_names)}"
        if self.streams != (self.answers == (EVENT_STREAM,)):
            yield "what the gateway answers by itself is a stream of events, and nothing else is"
        if not self.streams and self.in_pieces != (self.answers != (JSON,)):
            yield "what comes in pieces says of which types it is"
        if self.waits and not (self.caching.revalidate and len(self.path_names) == 1):
            yield "only one thing that revalidates can be waited for"
        if self.in_pieces and (self.method != "GET" or self.caching.revalidate):
            yield "only GET answers in pieces, which have no ETag"
        if self.body in (CSV, BYTES) and self.body_names != (self.body_field,):
            yield "body_field has to name the one field that the body fills"
        if self.body == RAW and self.body_names != ("headers", "body_base64"):
            yield "a raw body fills the fields headers and body_base64"
        if self.asks_first is not None:
            if "gateway" not in self.asks_first.callers:
                yield f"the gateway may not call {self.asks_first.routing_key}"
            if set(_names(self.asks_first.request)) != set(self.path_names):
                yield "asks_first takes the fields of the path and no others"
        if self.body == RAW and self.limit is not None:
            yield "callbacks are not limited"
        if self.limit in BY_SOURCE and self.rpc.who.signed_in:
            yield "who signs in is not signed in: they are counted by their address"
        if self.sunset is not None and (self.deprecated is None or self.sunset < self.deprecated):
            yield "what goes is deprecated before"
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
    """Finds a route by its path; literal segments win over parameters."""

    def __init__(self, routes: Iterable[Route]):
        self.routes = tuple(routes)
        self._by_shape: dict[str, dict[str, Route]] = {}
        operations: set[str] = set()
        for route in self.routes:
            shape = "/".join(
                f"<p{place}>" if _PARAMETER.fullmatch(part) else part
                for place, part in enumerate(route.path.split("/"))
            )
            by_method = self._by_shape.setdefault(shape, {})
            if route.method in by_method or route.operation_id in operations:
                raise RouteError(f"{route.method} {route.path} is declared twice")
            by_method[route.method] = route
            operations.add(route.operation_id)
        self.paths = tuple(dict.fromkeys(route.path for route in self.routes))
        rules = [Rule(shape, endpoint=shape) for shape in self._by_shape]
        self._map = Map(rules, merge_slashes=False).bind("")

    def find(self, path: str) -> Match | None:
        """What is at a path as it was sent. Values are decoded: `%2F` belongs to one."""
        if not path.startswith("/v1/"):  # as all do; Werkzeug overlooks a second slash before it
            return None
        try:
            if "%" in path:
                parts = [unquote(part, errors="strict") for part in path.split("/")]
                path = "/".join(quote(part, safe="") for part in parts)
            shape, values = self._map.match(path)
        except (UnicodeDecodeError, NotFound):
            return None
        return Match(self._by_shape[shape], tuple(map(unquote, values.values())))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _names(schema: type[Schema]) -> tuple[str, ...]:
    return tuple(schema._declared_fields)
