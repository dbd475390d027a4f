"""The OpenAPI 3.1 description of the gateway, made from the route records (H-1, H-2).

Nothing is described by hand that a record or schema says already. The result is deterministic;
`docs/reference/openapi.json` is this, committed, and served. Not imported at run time.
"""

import json
from collections import defaultdict
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, fields

from contracts import errors as shared
from contracts.errors import LOCALES, MOST_FIELDS, DomainError, ErrorCode, FieldProblem
from contracts.fields import Document, Request
from contracts.records import Rpc
from gateway import examples, problems
from gateway.openapi_names import describe_variants, schema_names
from gateway.route_errors import errors_of
from gateway.routes import ROUTES
from gateway.routing import BYTES, CSV, JSON, RAW, Route, RouteTable

PROBLEM_BASE = "https://coterie.example/problems"

_DESCRIPTION = """Paid, vetted communities: apply, be approved, pay, be a member.

Every error is `application/problem+json`; switch on its `code`, never on its `detail`, which is in
the language of `Accept-Language` (zh-CN or en). POST that creates or moves something needs an
`Idempotency-Key`; a repetition with the same key gives the same answer, marked
`Idempotency-Replayed: true`. Changes need `If-Match` with the ETag that was read. Lists are paged
by an opaque `cursor`. Money is an integer of minor units with its currency. How often one caller
may ask is said by `RateLimit-Policy` and `RateLimit`; beyond it the answer is 429 with
`Retry-After`."""

_PARAMETERS: dict[str, dict[str, Any]] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "A string in double quotes, 1 to 255 printable ASCII characters, new for "
        "each new request and the same for its repetitions.",
        "schema": {"type": "string", "pattern": '^"[ !#-\\[\\]-~]{1,255}"$'},
        "example": '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of what was read.",
        "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,14}(\\.[0-9a-f]+)?"$'},
        "example": '"3"',
    },
    "IfMatchUnlessNew": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag of what was read; where nothing is there yet, `If-None-Match`.",
        "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,14}(\\.[0-9a-f]+)?"$'},
        "example": '"3"',
    },
    "IfNew": {
        "name": "If-None-Match",
        "in": "header",
        "description": "`*`: only where nothing is there yet. `If-Match` goes before it.",
        "schema": {"type": "string", "enum": ["*"]},
    },
    "Cursor": {
        "name": "cursor",
        "in": "query",
        "description": "`next_cursor` of the page before; opaque, for one person, list and filter.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{22,1024}$"},
    },
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "description": "zh-CN (default) or en.",
        "schema": {"type": "string"},
        "example": "zh-CN",
    },
    "RequestId": {
        "name": "X-Request-Id",
        "in": "header",
        "description": "Your id for the request, 8 to 64 letters, digits, `_` or `-`; where it has"
        " another form, we make one.",
        "schema": {"type": "string"},
        "example": "checkout-0001",
    },
}

_HEADERS: dict[str, dict[str, Any]] = {
    "RequestId": {"description": "The id of the request.", "schema": {"type": "string"}},
    "ETag": {"description": "For If-Match and If-None-Match.", "schema": {"type": "string"}},
    "Location": {"description": "The address of what was made.", "schema": {"type": "string"}},
    "Attachment": {
        "description": "`attachment` with a name: to be saved, not shown.",
        "schema": {"type": "string"},
    },
    "Replayed": {
        "description": "`true` when this is the stored answer to an earlier request.",
        "schema": {"type": "string", "const": "true"},
    },
    "RateLimitPolicy": {
        "description": "The limit on requests of this class: `q` at once, refilled within `w`"
        " seconds.",
        "schema": {"type": "string", "pattern": '^"[a-z_]+";q=[0-9]+;w=[0-9]+$'},
    },
    "RateLimit": {
        "description": "What its caller has left of it: `r` requests, and one more in `t` seconds.",
        "schema": {"type": "string", "pattern": '^"[a-z_]+";r=[0-9]+;t=[0-9]+$'},
    },
    "RetryAfter": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
    "Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}},
}

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "detail", "instance", "code", "params"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string", "description": "Constant for each type."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "For people, in their language."},
        "instance": {"type": "string", "description": "urn:coterie:request:<request id>"},
        "code": {"type": "string", "description": "For programs; stable."},
        "params": {"type": "object", "additionalProperties": {}},
        "errors": {
            "type": "array",
            "maxItems": MOST_FIELDS,
            "items": {"$ref": "#/components/schemas/FieldProblem"},
        },
        "errors_left_out": {
            "type": "integer",
            "minimum": 1,
            "description": "How many wrong fields are not in `errors`.",
        },
    },
}
_FIELD_PROBLEM = {
    "type": "object",
    "description": "One wrong field: a JSON pointer into the body, or a parameter of the address.",
    "required": ["code", "detail"],
    "properties": {
        "pointer": {"type": "string"},
        "parameter": {"type": "string"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
}


def build(version: str) -> dict[str, Any]:
    """The whole description as a document ready for JSON, of this version of ours."""
    return _Description(RouteTable(ROUTES).routes, version).build()


class _Description:
    def __init__(self, routes: tuple[Route, ...], version: str):
        self._routes = routes
        self._names = schema_names(routes)
        plugin = MarshmallowPlugin(schema_name_resolver=lambda schema: self._name(schema))
        self._spec = APISpec(
            "Coterie",
            version,
            "3.1.0",
            plugins=[plugin],
            info={"description": _DESCRIPTION, "license": {"name": "Apache-2.0"}},
            servers=[{"url": "/"}],
            tags=[{"name": tag} for tag in dict.fromkeys(route.tag for route in routes)],
        )
        assert plugin.converter is not None
        self._converter: OpenAPIConverter = plugin.converter
        self._converter.add_attribute_function(describe_variants)

    def build(self) -> dict[str, Any]:
        components = self._spec.components
        components.security_scheme(
            "bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        )
        components.security_scheme(
            "link",
            {
                "type": "http",
                "scheme": "link",
                "description": "`Authorization: Link …` with the token of a signed link, which does"
                " one thing to one object without a session.",
            },
        )
        components.schema("Problem", _PROBLEM)
        components.schema("FieldProblem", _FIELD_PROBLEM)
        for name, parameter in _PARAMETERS.items():
            components.parameter(name, parameter["in"], parameter)
        for name, header in _HEADERS.items():
            components.header(name, header)
        for route in self._routes:
            self._spec.path(
                path=route.path, operations={route.method.lower(): self._operation(route)}
            )
        described: dict[str, Any] = self._spec.to_dict()
        schemas = described["components"]["schemas"]
        for schema, name in self._names.items():
            if issubclass(schema, Document) and name in schemas:
                _open_below(schemas[name], schemas)
        return described

    def _operation(self, route: Route) -> dict[str, Any]:
        operation: dict[str, Any] = {
            "operationId": route.operation_id,
            "summary": route.summary,
            "description": f"{route.rpc.meaning}\n\nFor: {route.rpc.who}{_by_link(route)}."
            + (f" Counts as `{route.limited_as}`." if route.limited_as else ""),
            "tags": [route.tag],
            "security": _security(route),
            "parameters": self._parameters(route),
            "responses": {**self._success(route), **self._failures(route)},
        }
        if route.body_names:
            operation["requestBody"] = self._body(route)
        return operation

    def _parameters(self, route: Route) -> list[Any]:
        declared = route.rpc.request().fields
        listed: list[Any] = [
            self._parameter(name, "path", declared[name]) for name in route.path_names
        ]
        listed += [self._parameter(name, "query", declared[name]) for name in route.query]
        if route.paged:
            listed += ["Cursor", self._parameter("limit", "query", declared["limit"])]
        if route.needs_key:
            listed.append("IdempotencyKey")
        if route.if_match:
            listed += ["IfMatchUnlessNew", "IfNew"] if route.may_make else ["IfMatch"]
        return [*listed, "AcceptLanguage", "RequestId"]  # names refer to components

    def _parameter(self, name: str, place: str, field: fields.Field[Any]) -> dict[str, Any]:
        schema = dict(self._converter.field2property(field))
        if "null" in (kinds := schema.get("type", ())):  # an address cannot say null
            schema["type"] = next(kind for kind in kinds if kind != "null")
            schema["enum"] = [word for word in schema.get("enum", ()) if word is not None]
        for said in ("default", "example"):
            if schema.get(said, "") is None:
                del schema[said]
        schema = {key: value for key, value in schema.items() if value != []}
        described: dict[str, Any] = {"name": name, "in": place, "schema": schema}
        if place == "path":
            described["required"] = True
            described["example"] = examples.of_field(name, field)
        return described

    def _body(self, route: Route) -> dict[str, Any]:
        if route.body == RAW:
            content: dict[str, Any] = {"schema": {}}
            return {"required": True, "content": {"*/*": content}}
        schema = route.rpc.request()
        if route.body == BYTES:
            return {"required": True, "content": {BYTES: {"schema": {}}}}
        if route.body == CSV:
            assert route.body_field is not None
            field = schema.fields[route.body_field]
            described = field.metadata["description"]
            content = {
                "schema": {"type": "string", "minLength": 1, "description": described},
                "example": examples.of_field(route.body_field, field),
            }
            return {"required": True, "content": {CSV: content}}
        names = route.body_names
        content = {
            "schema": self._part(route.rpc, names),
            "example": examples.of_schema(schema, names),
        }
        required = any(schema.fields[name].required for name in names)
        return {"required": required, "content": {JSON: content}}

    def _part(self, rpc: Rpc, names: tuple[str, ...]) -> Any:
        """The request schema, or, where the address takes some fields, the rest of it."""
        declared = rpc.request._declared_fields
        if set(names) == set(declared):
            return self._reference(rpc.request)
        part = {name: declared[name] for name in names}
        name = f"{self._names[rpc.request]}Body"
        return self._reference(self._derived(name, Request, part))

    def _derived(self, name: str, base: type[Schema], part: dict[str, Any]) -> type[Schema]:
        for known, known_name in self._names.items():
            if known_name == name:
                if known._declared_fields.keys() != part.keys():
                    raise ValueError(f"two different schemas would be called {name}")
                return known
        derived = base.from_dict(part, name=name)
        self._names[derived] = name
        return derived

    def _reference(self, schema: type[Schema]) -> dict[str, Any]:
        """A `$ref` to the schema, described once under its name."""
        name = self._names[schema]
        if name not in self._spec.components.schemas:
            self._converter.resolve_nested_schema(schema)
        return {"$ref": f"#/components/schemas/{name}"}

    def _success(self, route: Route) -> dict[str, Any]:
        headers = {"X-Request-Id": _header("RequestId"), **_limit_headers(route)}
        if route.versioned or route.caching.revalidate:
            headers["ETag"] = _header("ETag")
        if route.location:
            headers["Location"] = _header("Location")
        if route.needs_key:
            headers["Idempotency-Replayed"] = _header("Replayed")
        if route.body == RAW:
            described = "What the provider wants to hear, in its own form."
            return {"200": {"description": described, "content": {"*/*": {"schema": {}}}}}
        answer: dict[str, Any] = {"description": route.summary, "headers": headers}
        if route.in_pieces:
            headers["Content-Disposition"] = _header("Attachment")
            answer["content"] = {media: {"schema": {}} for media in route.answers}
        elif route.status != 204:
            answer["content"] = {JSON: self._answer(route)}
        described_answers = {str(route.status): answer}
        if route.caching.revalidate:
            described_answers["304"] = {
                "description": "What If-None-Match names is still so.",
                "headers": headers,
            }
        return described_answers

    def _answer(self, route: Route) -> dict[str, Any]:
        schema = route.rpc.response
        if not route.paged:
            return {"schema": self._reference(schema), "example": examples.of_schema(schema())}
        listed = {
            "items": schema._declared_fields["items"],
            "next_cursor": fields.String(required=True, allow_none=True),
        }
        page = self._derived(f"{self._names[schema]}Page", Document, listed)
        return {"schema": self._reference(page), "example": examples.of_schema(page())}

    def _failures(self, route: Route) -> dict[str, Any]:
        by_status: dict[int, list[ErrorCode]] = defaultdict(list)
        for error in errors_of(route):
            status = problems.status_of(error)
            if error is shared.STALE_VERSION and route.if_match:
                status = 412
            if error not in by_status[status]:
                by_status[status].append(error)
                self._add_example(error, status)
        return {
            str(status): _failure(route, status, by_status[status]) for status in sorted(by_status)
        }

    def _add_example(self, error: ErrorCode, status: int) -> None:
        if error.code not in self._spec.components.examples:
            self._spec.components.example(error.code, {"value": _problem(error, status)})

    def _name(self, schema: Any) -> str:
        known = schema if isinstance(schema, type) else type(schema)
        return self._names[known]


def _by_link(route: Route) -> str:
    """Whom a signed link lets in besides."""
    if not route.scope or not route.rpc.by_link:
        return ""
    purposes = " or ".join(one.purpose for one in route.rpc.by_link)
    return f"; whoever has their signed link to {purposes}"


def _security(route: Route) -> list[dict[str, list[str]]]:
    """What is to be shown; an empty object says that nothing has to be."""
    by_link: list[dict[str, list[str]]] = [{"link": []}] if route.rpc.by_link else []
    if route.scope:
        return [{"bearer": [str(route.scope)]}, *by_link]
    if by_link:
        return by_link
    return [{}, {"bearer": []}] if route.rpc.who.knowing else []


def _limit_headers(route: Route) -> dict[str, Any]:
    """Every answer has them; they are described where clients look at them."""
    if route.limited_as is None:
        return {}
    return {"RateLimit-Policy": _header("RateLimitPolicy"), "RateLimit": _header("RateLimit")}


def _failure(route: Route, status: int, errors: list[ErrorCode]) -> dict[str, Any]:
    headers = {"X-Request-Id": _header("RequestId")}
    if status == 429:
        headers |= _limit_headers(route)
    if status in (429, 503):
        headers["Retry-After"] = _header("RetryAfter")
    if status == 401:
        headers["WWW-Authenticate"] = _header("Authenticate")
    return {
        "description": ", ".join(f"`{error.code}`" for error in errors),
        "headers": headers,
        "content": {
            problems.CONTENT_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {
                    error.code: {"$ref": f"#/components/examples/{error.code}"} for error in errors
                },
            }
        },
    }


def _problem(error: ErrorCode, status: int) -> Any:
    wrong = (FieldProblem("/name", "field.required"),) if error is shared.INVALID_INPUT else ()
    rendered = problems.render(
        DomainError(error, fields=wrong),
        status,
        locale=LOCALES[1],
        request_id="checkout-0001",
        base_url=PROBLEM_BASE,
    )
    return json.loads(rendered)


def _open_below(described: Any, schemas: dict[str, Any]) -> None:
    """Answers may have more fields in a later version, in what requests are made of, too."""
    if isinstance(described, list):
        for one in described:
            _open_below(one, schemas)
    elif isinstance(described, dict):
        if nested := schemas.get(str(described.get("$ref")).rpartition("/")[2]):
            nested.pop("additionalProperties", None)
            _open_below(nested, schemas)
        _open_below(list(described.values()), schemas)


def _header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}
