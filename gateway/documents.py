"""From an HTTP request to the RPC's request document, and from the RPC's answer to an HTTP body.

One `Operation` per route, compiled once at start: nothing is looked up in schemas per request.
"""

import base64
import codecs
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from marshmallow import fields

from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.gateway import REQUEST_MALFORMED, TEXT_MALFORMED
from contracts.problems import load
from contracts.words.shapes import EXPECTED
from gateway import json_input
from gateway.cursors import Cursors
from gateway.hints import MOST_HINTS, about_unknown, hinted
from gateway.problems import PARAMETER
from gateway.routing import BYTES, CSV, JSON, RAW, Route
from gateway.waiting import LONGEST_WAIT

MAX_QUERY_FIELDS = 50
# Headers of the connection, not of the message: providers sign none of them.
_HOP_HEADERS = frozenset({"HTTP_CONNECTION", "HTTP_HOST", "HTTP_KEEP_ALIVE", "HTTP_AUTHORIZATION"})


@dataclass(frozen=True)
class RawRequest:
    """What a route reads from a request, before any meaning is given to it."""

    values: tuple[str, ...]  # path parameters, percent-decoded
    query: str
    body: bytes
    expected_version: int | None
    headers: Mapping[str, str]  # WSGI names
    caller: str | None = None  # who asks, in a word


@dataclass(frozen=True)
class CheckedRequest:
    """One request: the document as it came, checked, and the list that its cursors belong to."""

    document: dict[str, Any]
    checked: dict[str, Any]
    scope: str
    wait: int = 0  # seconds for which it may wait for something new


class Operation:
    """A route made ready: its schema instance, its query readers, its names."""

    def __init__(self, route: Route, cursors: Cursors):
        self.route = route
        self.rpc = route.rpc
        self.path_names = route.path_names
        self.body_names = frozenset(route.body_names)
        self._parameters = frozenset({*route.path_names, *route.query})
        if route.paged:
            self._parameters |= {"limit"}
        self._schema = route.rpc.request()
        self._fixed = getattr(self._schema, "fixed", frozenset[str]())
        declared = self._schema.fields
        self._path = [(name, _reader(declared[name]).read) for name in route.path_names]
        self._query = {name: _reader(declared[name]) for name in route.query}
        if route.paged:
            self._query["limit"] = _reader(declared["limit"])
            self._query["cursor"] = _reader(fields.String())
        if route.waits:
            self._query["wait"] = _reader(fields.Integer())
        self._first = route.asks_first.request() if route.asks_first else None
        self._cursors = cursors
        self._read_body: Callable[[RawRequest], dict[str, Any]] = {
            JSON: self._json,
            CSV: self._text,
            BYTES: self._bytes,
            RAW: self._raw,
        }[route.body]

    def request(self, incoming: RawRequest) -> CheckedRequest:
        """The checked request.

        Raises DomainError: INVALID_INPUT with a pointer or parameter for each wrong field, or the
        gateway's code when the body or query cannot be read at all.
        """
        document = self._body(incoming) if self.route.has_body else {}
        query = self._read_query(incoming.query)
        document.update(self._read_path(incoming.values))
        cursor, wait = query.pop("cursor", None), query.pop("wait", None)
        if wait is not None and wait not in range(1, LONGEST_WAIT + 1):
            bounds = {"minimum": 1, "maximum": LONGEST_WAIT}
            raise _wrong([FieldProblem(f"{PARAMETER}wait", "field.range", bounds)])
        document.update(query)
        if incoming.expected_version is not None:
            document["expected_version"] = incoming.expected_version
        scope = ""
        if self.route.paged:
            query.pop("limit", None)
            listed = [self.route.rpc.routing_key, incoming.caller, incoming.values, query]
            scope = _canonical(listed)
            if cursor is not None:
                document["after"] = self._cursors.open(cursor, scope)
        try:
            checked = load(self._schema, document)
        except DomainError as error:
            raise self.placed(hinted(error, self._schema, self.body_names)) from None
        return CheckedRequest(document, checked, scope, wait or 0)

    def _body(self, incoming: RawRequest) -> dict[str, Any]:
        try:
            return self._read_body(incoming)
        except DomainError as error:
            if not error.fields:
                raise
            raise hinted(error, self._schema, self.body_names) from None

    def first_question(self, values: tuple[str, ...]) -> dict[str, Any]:
        """The checked request of `asks_first`; raises DomainError(INVALID_INPUT)."""
        assert self._first is not None
        try:
            return load(self._first, self._read_path(values))
        except DomainError as error:
            raise self.placed(error) from None

    def placed(self, error: DomainError) -> DomainError:
        """The error with the fields that stand in the address marked so (`?limit`)."""
        if not error.fields:
            return error
        return error.with_fields(self._placed(wrong) for wrong in error.fields)

    def _placed(self, wrong: FieldProblem) -> FieldProblem:
        name = wrong.pointer[1:].partition("/")[0]
        if name not in self._parameters:
            return wrong
        return FieldProblem(PARAMETER + name, wrong.code, _in_an_address(wrong.params))

    def answer(self, document: dict[str, Any], scope: str) -> bytes:
        """The JSON body of the RPC's answer; the position of the next page becomes a cursor."""
        if self.route.paged:
            position, beside = document["next"], {**document}
            del beside["next"]
            sealed = None if position is None else self._cursors.seal(position, scope)
            document = {**beside, "next_cursor": sealed}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    def etag(self, document: Mapping[str, Any], body: bytes) -> str | None:
        """A strong ETag: the version (what If-Match compares); where an answer may be revalidated
        a digest follows it, since fields that depend on the time change without a version.
        """
        version = str(document["version"]) if self.route.versioned else ""
        if not self.route.caching.revalidate:
            return f'"{version}"' if version else None
        digest = hashlib.sha256(body).hexdigest()[:16]
        return f'"{version}.{digest}"' if version else f'"{digest}"'

    def location(self, document: Mapping[str, Any], values: tuple[str, ...]) -> str | None:
        """The address of what the call made."""
        if self.route.location is None:
            return None
        named = dict(zip(self.path_names, values, strict=True))
        return self.route.location.format_map({**named, **document})

    def fingerprint(self, asked: CheckedRequest) -> str:
        """SHA-256 of body, path and query, whatever the order of their keys (H-11)."""
        text = _canonical([self.route.path, asked.document])
        return hashlib.sha256(text.encode()).hexdigest()

    def _json(self, incoming: RawRequest) -> dict[str, Any]:
        if not incoming.body:
            return {}
        value = json_input.parse(incoming.body)
        if not isinstance(value, dict):
            raise _wrong([FieldProblem("", "field.type", {"expected": "object"})])
        if not value.keys() <= self.body_names:
            # Fields of the address are as unknown in the body as invented ones (O-3).
            raise _wrong(
                FieldProblem(
                    "/" + json_input.escape(name),
                    "field.fixed" if name in self._fixed else "field.unknown",
                )
                for name in value
                if name not in self.body_names
            )
        return value

    def _text(self, incoming: RawRequest) -> dict[str, Any]:
        assert self.route.body_field is not None
        try:
            incoming.body.decode()
        except UnicodeDecodeError:
            raise DomainError(TEXT_MALFORMED) from None
        text = incoming.body.removeprefix(codecs.BOM_UTF8)
        return {self.route.body_field: base64.b64encode(text).decode()}

    def _bytes(self, incoming: RawRequest) -> dict[str, Any]:
        assert self.route.body_field is not None
        return {self.route.body_field: base64.b64encode(incoming.body).decode()}

    def _raw(self, incoming: RawRequest) -> dict[str, Any]:
        return {
            "headers": {
                name.removeprefix("HTTP_").replace("_", "-").lower(): value
                for name, value in incoming.headers.items()
                if (name.startswith("HTTP_") or name == "CONTENT_TYPE")
                and name not in _HOP_HEADERS
                and isinstance(value, str)
            },
            "body_base64": base64.b64encode(incoming.body).decode(),
        }

    def _read_path(self, values: tuple[str, ...]) -> dict[str, Any]:
        return {name: read(text) for (name, read), text in zip(self._path, values, strict=True)}

    def _read_query(self, query: str) -> dict[str, Any]:
        if not query:
            return {}
        try:
            pairs = parse_qsl(
                query,
                keep_blank_values=True,
                strict_parsing=True,
                errors="strict",
                max_num_fields=MAX_QUERY_FIELDS,
            )
        except ValueError:
            raise DomainError(REQUEST_MALFORMED, reason="query") from None
        read: dict[str, Any] = {}
        wrong: list[FieldProblem] = []
        for name, text in pairs:
            reader = self._query.get(name)
            if reader is None:
                told = about_unknown(name, self._query) if len(wrong) < MOST_HINTS else {}
                wrong.append(FieldProblem(PARAMETER + name, "field.unknown", told))
            elif reader.many:
                read.setdefault(name, []).append(reader.read(text))
            elif name in read:
                wrong.append(FieldProblem(PARAMETER + name, "field.once"))
            else:
                read[name] = reader.read(text)
        if wrong:
            raise _wrong(wrong)
        return read


def data_of(piece: Mapping[str, Any]) -> bytes:
    """The bytes of a piece of an answer."""
    return base64.b64decode(piece["data"])


@dataclass(frozen=True)
class _Reader:
    many: bool
    read: Callable[[str], Any]


def _reader(field: fields.Field[Any]) -> _Reader:
    """How the text of a query parameter becomes the value that the field expects."""
    if isinstance(field, fields.List):
        return _Reader(True, _reader(field.inner).read)
    if isinstance(field, fields.Integer):
        return _Reader(False, _whole)
    if isinstance(field, fields.Boolean):
        return _Reader(False, lambda text: {"true": True, "false": False}.get(text, text))
    return _Reader(False, str)


def _whole(text: str) -> int | str:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else text


def _in_an_address(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of quotes, which are JSON's, nothing is said about a parameter."""
    expected = f"{params.get('expected')}_parameter"
    return {**params, "expected": expected} if expected in EXPECTED else params


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _wrong(problems: Iterable[FieldProblem]) -> DomainError:
    return DomainError(INVALID_INPUT, fields=problems)
