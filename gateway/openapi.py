"""The OpenAPI 3.1 description of the gateway, made from the route records (H-1, H-2).

Nothing is described by hand that a record or schema says already. The result is deterministic;
`docs/reference/openapi.json` is this, committed, and served. Not imported at run time.
"""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, fields

from contracts import meanings
from contracts.fields import Choice, Document, Request
from contracts.meanings.words import WORDS
from contracts.records import Rpc
from gateway import examples, openapi_waiting
from gateway import openapi_errors as errors
from gateway import openapi_shared as shared
from gateway.openapi_inherited import say_what_is_added
from gateway.openapi_names import describe_variants, schema_names
from gateway.openapi_shared import header
from gateway.openapi_waiting import stream_content
from gateway.routes import ROUTES
from gateway.routing import BYTES, CSV, EVENT_STREAM, JSON, RAW, Route, RouteTable

_NOT_MODIFIED = {
    "description": "What If-None-Match names is still so.",
    "headers": {"ETag": header("ETag")},
}


def build(version: str) -> dict[str, Any]:
    """The whole description as a document ready for JSON, of this version of ours."""
    return _Description(RouteTable(ROUTES).routes, version).build()


class _Description:
    def __init__(self, routes: tuple[Route, ...], version: str):
        self._routes = routes
        self._names = schema_names(routes)
        self._says: dict[type[Schema], str] = {}  # of what is made here, as part of a request
        self._made_from: dict[type[Schema], type[Schema]] = {}
        self._answers: dict[str, Any] = {}  # examples, by name of the schema
        plugin = MarshmallowPlugin(schema_name_resolver=lambda schema: self._name(schema))
        self._spec = APISpec(
            "Coterie",
            version,
            "3.1.0",
            plugins=[plugin],
            info={"description": shared.DESCRIPTION, "license": {"name": "Apache-2.0"}},
            servers=[{"url": "/"}],
            tags=[
                {"name": tag, "description": shared.TAGS.get(tag, "")}
                for tag in dict.fromkeys(route.tag for route in routes)
            ],
        )
        assert plugin.converter is not None
        self._converter: OpenAPIConverter = plugin.converter
        self._converter.add_attribute_function(describe_variants)

    def build(self) -> dict[str, Any]:
        components = self._spec.components
        for name, scheme in shared.SECURITY.items():
            components.security_scheme(name, scheme)
        components.schema("Problem", shared.PROBLEM)
        components.schema("FieldProblem", shared.FIELD_PROBLEM)
        for name, parameter in {**shared.PARAMETERS, **openapi_waiting.PARAMETERS}.items():
            components.parameter(name, parameter["in"], parameter)
        for name, told in shared.HEADERS.items():
            components.header(name, told)
        for name, response in errors.common_responses(self._routes).items():
            components.response(name, response)
        components.response("NotModified", _NOT_MODIFIED)
        for route in self._routes:
            self._spec.path(
                path=route.path, operations={route.method.lower(): self._operation(route)}
            )
        described: dict[str, Any] = self._spec.to_dict()
        schemas = described["components"]["schemas"]
        for schema, name in self._names.items():
            if issubclass(schema, Document) and name in schemas:
                _open_below(schemas[name], schemas)
        for schema, name in self._names.items():
            if name in schemas:
                self._say(schema, schemas[name])
        say_what_is_added(schemas, self._names)
        for name, example in self._answers.items():
            schemas[name]["examples"] = [example]
        schemas |= self._lists()
        return described

    def _operation(self, route: Route) -> dict[str, Any]:
        operation: dict[str, Any] = {
            "operationId": route.operation_id,
            "summary": route.summary,
            "description": f"{route.rpc.meaning}\n\nFor: {route.rpc.who}{_otherwise(route)}."
            + (f" Counts as `{route.limited_as}`." if route.limited_as else ""),
            "tags": [route.tag],
            "security": _security(route),
            "parameters": self._parameters(route),
            "responses": {**self._success(route), **errors.failures(route)},
        }
        if own := errors.own_codes(route):
            operation["x-codes"] = own
        if route.deprecated is not None:
            operation["deprecated"] = True
        if route.sunset is not None:
            operation["x-sunset"] = route.sunset.isoformat()
        if route.body_names:
            operation["requestBody"] = self._body(route)
        return operation

    def _say(self, schema: type[Schema], described: dict[str, Any]) -> None:
        """Sentences to a schema and its fields; closed lists of words by name."""
        described["description"] = self._says.get(schema) or meanings.of_schema(schema)
        origin = self._made_from.get(schema, schema)
        for name, field in schema._declared_fields.items():
            at = described["properties"][name]
            _name_list(field, at)
            at["description"] = meanings.of_field(origin, name, field)

    def _lists(self) -> dict[str, Any]:
        """The closed lists that are named."""
        return {
            name: {"type": "string", "enum": list(words), "description": meanings.of_list(name)}
            for name, words in WORDS.items()
        }

    def _parameters(self, route: Route) -> list[Any]:
        declared = route.rpc.request().fields
        request = route.rpc.request
        listed: list[Any] = [
            self._shared(self._parameter(request, name, "path", declared[name]))
            for name in route.path_names
        ]
        listed += [self._parameter(request, name, "query", declared[name]) for name in route.query]
        if route.paged:
            limit = self._parameter(request, "limit", "query", declared["limit"])
            listed += ["Cursor", self._shared(limit)]
        if route.needs_key:
            listed.append("IdempotencyKey")
        if route.if_match:
            listed += ["IfMatchUnlessNew", "IfNew"] if route.may_make else ["IfMatch"]
        if route.waits:
            listed += ["SeenETag", "Wait"]
        if route.streams:
            listed.append("LastEventId")
        return [*listed, "AcceptLanguage", "RequestId"]  # names refer to components

    def _shared(self, parameter: dict[str, Any]) -> Any:
        """The name of a parameter that many operations have, which stands once."""
        known = self._spec.components.parameters
        name = parameter["name"]
        if name not in known:
            self._spec.components.parameter(name, parameter["in"], parameter)
        return name if known[name] == parameter else parameter

    def _parameter(
        self, request: type[Schema], name: str, place: str, field: fields.Field[Any]
    ) -> dict[str, Any]:
        schema = dict(self._converter.field2property(field))
        if "null" in (kinds := schema.get("type", ())):  # an address cannot say null
            schema["type"] = next(kind for kind in kinds if kind != "null")
            schema["enum"] = [word for word in schema.get("enum", ()) if word is not None]
        for said in ("default", "example"):
            if schema.get(said, "") is None:
                del schema[said]
        schema = {key: value for key, value in schema.items() if value != []}
        schema.pop("description", None)
        if isinstance(field, Choice) and (closed := meanings.list_of(field.words)):
            schema = {"$ref": f"#/components/schemas/{closed}"}
        described: dict[str, Any] = {"name": name, "in": place, "schema": schema}
        is_id = place == "path" and name.endswith("_id")
        thing = name.removesuffix("_id").replace("_", " ")
        said = f"The id of the {thing}." if is_id else meanings.of_field(request, name, field)
        described["description"] = said
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
            "example": examples.of_request(schema, names),
        }
        required = any(schema.fields[name].required for name in names)
        return {"required": required, "content": {JSON: content}}

    def _part(self, rpc: Rpc, names: tuple[str, ...]) -> Any:
        """The request schema, or, where the address takes some fields, the rest of it."""
        declared = rpc.request._declared_fields
        if set(names) == set(declared):
            self._says[rpc.request] = rpc.meaning
            return self._reference(rpc.request)
        part = {name: declared[name] for name in names}
        body = self._derived(f"{self._names[rpc.request]}Body", Request, part)
        self._says[body], self._made_from[body] = rpc.meaning, rpc.request
        return self._reference(body)

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
        headers = {}
        if route.versioned or route.caching.revalidate:
            headers["ETag"] = header("ETag")
        if route.location:
            headers["Location"] = header("Location")
        if route.needs_key:
            headers["Idempotency-Replayed"] = header("Replayed")
        if route.body == RAW:
            described = "What the provider wants to hear, in its own form."
            return {"200": {"description": described, "content": {"*/*": {"schema": {}}}}}
        if route.in_pieces:
            headers["Content-Disposition"] = header("Attachment")
        answer: dict[str, Any] = {"description": self._says_answer(route)}
        if headers:
            answer["headers"] = headers
        if route.in_pieces:
            answer["content"] = {media: {"schema": {}} for media in route.answers}
        elif route.streams:
            content = stream_content(route.rpc, self._reference(route.rpc.response))
            answer["content"] = {EVENT_STREAM: content}
        elif route.status != 204:
            answer["content"] = {JSON: self._answer(route)}
        described_answers = {str(route.status): answer}
        if route.caching.revalidate:
            described_answers["304"] = {"$ref": "#/components/responses/NotModified"}
        return described_answers

    def _answer(self, route: Route) -> dict[str, Any]:
        schema = route.rpc.response
        if not route.paged:
            self._answers[self._names[schema]] = examples.of_schema(schema())
            return {"schema": self._reference(schema)}
        listed = {**schema._declared_fields}
        items = listed["items"]
        assert isinstance(items, fields.List)
        assert isinstance(items.inner, fields.Nested)
        item = items.inner.schema
        self._answers[self._names[type(item)]] = examples.of_schema(item)
        del listed["next"]
        listed["next_cursor"] = fields.String(required=True, allow_none=True)
        page = self._derived(f"{self._names[schema]}Page", Document, listed)
        self._says[page] = _page_of(route)
        return {"schema": self._reference(page)}

    def _says_answer(self, route: Route) -> str:
        if route.status == 204:
            return "It is done; there is nothing to say."
        if route.in_pieces:
            return route.rpc.meaning
        if route.status == 202:
            return f"It is under way. {meanings.of_schema(route.rpc.response)}"
        return _page_of(route) if route.paged else meanings.of_schema(route.rpc.response)

    def _name(self, schema: Any) -> str:
        known = schema if isinstance(schema, type) else type(schema)
        return self._names[known]


def _name_list(field: fields.Field[Any], at: dict[str, Any]) -> None:
    """A closed list by its name, in the place of its words; of keys of a map, too. A list of one
    word is a constant."""
    if isinstance(field, fields.List):
        return _name_list(field.inner, at["items"])
    key = field.key_field if isinstance(field, fields.Dict) else None
    if isinstance(key, Choice) and (closed := meanings.list_of(key.words)):
        at["propertyNames"] = {"$ref": f"#/components/schemas/{closed}"}
    if isinstance(field, Choice) and (closed := meanings.list_of(field.words)):
        named = {"$ref": f"#/components/schemas/{closed}"}
        del at["type"], at["enum"]
        at |= {"anyOf": [named, {"type": "null"}]} if field.allow_none else named
    elif isinstance(field, Choice) and len(field.words) == 1:
        del at["enum"]
        at["const"] = field.words[0]
    return None


def _page_of(route: Route) -> str:
    return f"A page: {route.rpc.meaning[0].lower()}{route.rpc.meaning[1:]}"


def _otherwise(route: Route) -> str:
    """What else lets somebody in than who they are."""
    by_key = "; an API key that holds one of these roles" if route.rpc.who.takes_keys else ""
    return by_key + _by_link(route)


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
        by_key = [{"api_key": [str(route.scope)]}] if route.rpc.who.takes_keys else []
        return [{"bearer": [str(route.scope)]}, *by_key, *by_link]
    if by_link:
        return by_link
    return [{}, {"bearer": []}] if route.rpc.who.knowing else []


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
