"""The generated half of both clients: the types and the operations of OpenAPI.

Read from the document that front ends read, so that a client knows what they are promised and
nothing else. An unknown form of schema fails here instead of becoming "anything".
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
_SCALARS = {
    "string": ("string", "str"),
    "integer": ("number", "int"),
    "number": ("number", "float"),
    "boolean": ("boolean", "bool"),
    "null": ("null", "None"),
}
_WORDS = {"description", "default", "example", "examples"}
_ANYTHING = ("unknown", "Any")
MARK = "Written by `make docs` from docs/reference/openapi.json."
_BOUNDS = {"pattern", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"}
# Types that are as ours are named, written for type checkers and editors; no package is imported.
_AS_TYPED_DICTS = (
    "--preset=standard-py311-20261027",
    "--input-file-type=openapi",
    "--strict-refs",
    "--output-model-type=typing.TypedDict",
    "--no-use-closed-typed-dict",
    "--no-collapse-root-models",
    "--use-typed-nullable-map-values",
    "--use-schema-description",
    "--use-single-line-docstring",
    "--use-inline-field-description",
    f'--custom-file-header="""What is sent and answered. {MARK}"""',
)


@dataclass(frozen=True)
class Operation:
    """What a client has to know of one operation."""

    name: str
    method: str
    path: str
    summary: str
    of_path: list[tuple[str, Json]]
    of_query: list[tuple[str, Json, bool]]  # with: is it required
    body: Json | None  # its schema; {} for octets and text
    body_required: bool
    body_type: str
    answer: Json | None  # its schema; {} for what is not JSON
    traits: frozenset[str]  # see the comment in `typescript.operations`


def operations(document: Json) -> list[Operation]:
    """Every operation that is called and answered; a stream and callbacks are not."""
    found = []
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                made = _operation(document, path, method, methods[method])
                if made is not None:
                    found.append(made)
    return found


def _operation(document: Json, path: str, method: str, told: Json) -> Operation | None:
    parameters = [_followed(document, one) for one in told.get("parameters", ())]
    headers = {one["name"] for one in parameters if one["in"] == "header"}
    query = [
        (one["name"], one["schema"], one.get("required", False))
        for one in parameters
        if one["in"] == "query"
    ]
    good = next(_followed(document, r) for s, r in told["responses"].items() if s[0] == "2")
    content = good.get("content", {})
    body = told.get("requestBody", {}).get("content", {})
    if "text/event-stream" in content or "*/*" in body:
        return None
    traits = {
        "key": "Idempotency-Key" in headers,
        "list": any(name == "cursor" for name, _, _ in query),
        "new": any(one["schema"].get("enum") == ["*"] for one in parameters),
        "seen": bool({"If-Match", "If-None-Match"} & headers) or "304" in told["responses"],
    }
    json_body = body.get("application/json")
    return Operation(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        of_path=[(one["name"], one["schema"]) for one in parameters if one["in"] == "path"],
        of_query=query,
        body=json_body["schema"] if json_body else {} if body else None,
        body_required=told.get("requestBody", {}).get("required", False),
        body_type=next(iter(body), ""),
        answer=content["application/json"]["schema"]
        if "application/json" in content
        else {}
        if content
        else None,
        traits=frozenset(name for name, is_so in traits.items() if is_so),
    )


def item_of(document: Json, one: Operation) -> str:
    """Of what a list has pages, as a type in Python; "" for what is no list."""
    if "list" not in one.traits or not one.answer:
        return ""
    page = _followed(document, one.answer)
    return typed(page["properties"]["items"]["items"], 1)


def _followed(document: Json, part: Json) -> Json:
    """What stands behind a reference into the document."""
    if "$ref" not in part:
        return part
    found = document
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


# ── types ───────────────────────────────────────────────────────────────────────────────────────


def typed(schema: Json, language: int) -> str:
    """The type of a value: `language` 0 is TypeScript, 1 is Python."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return _either((typed(one, language) for one in schema[choice]), language)
    if "enum" in schema or "const" in schema:
        words = [json.dumps(word) for word in schema.get("enum", [schema.get("const")])]
        if not language:
            return " | ".join(words)
        return f"Literal[{', '.join('None' if word == 'null' else word for word in words)}]"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not kinds:
        if unknown := set(schema) - _WORDS:
            raise ValueError(f"the clients know no schema with {sorted(unknown)}")
        return _ANYTHING[language]
    return _either((_of_kind(kind, schema, language) for kind in kinds), language)


def _either(types: Iterator[str], language: int) -> str:
    return " | ".join(dict.fromkeys(types))


def _of_kind(kind: str, schema: Json, language: int) -> str:
    if kind == "array":
        inner = typed(schema.get("items", {}), language)
        if language:
            return f"list[{inner}]"
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    if kind == "object":
        values = schema.get("additionalProperties")
        inner = typed(values, language) if isinstance(values, dict) else _ANYTHING[language]
        if language:
            return f"dict[str, {inner}]"
        if "propertyNames" in schema:
            return f"Partial<Record<{typed(schema['propertyNames'], 0)}, {inner}>>"
        return f"Record<string, {inner}>"
    return _SCALARS[kind][language]


def plain(text: str) -> str:
    return text.replace("*/", "* /").replace("\\", "\\\\")


# ── Python ──────────────────────────────────────────────────────────────────────────────────────


def python_types(document: Json) -> str:
    """The text of `clients/python/coterie_client/types.py`. Raises CalledProcessError."""
    schemas = {"schemas": _boundless(document["components"]["schemas"], is_of_names=True)}
    told = {**document, "paths": {}, "components": schemas}
    command = [sys.executable, "-m", "datamodel_code_generator", *_AS_TYPED_DICTS]
    return subprocess.run(
        command, input=json.dumps(told), check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _boundless(part: Any, *, is_of_names: bool = False) -> Any:
    """Without bounds, which no type holds: of bounded items each list would get an alias."""
    if isinstance(part, list):
        return [_boundless(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        name: _boundless(one, is_of_names=name == "properties" and not is_of_names)
        for name, one in part.items()
        if is_of_names or name not in _BOUNDS
    }


def python_operations(document: Json) -> str:
    """The text of `clients/python/coterie_client/operations.py`."""
    methods = "\n\n".join(
        _python_operation(one, item_of(document, one)) for one in operations(document)
    )
    return f'''"""A method for each operation. {MARK}"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from . import types as t
from .core import Core, Pages, in_path


class Coterie(Core):
    """Coterie's operations, as one person, one API key or nobody."""

{methods}
'''


def _python_operation(one: Operation, item: str) -> str:
    path = re.sub(r"\{(\w+)\}", r"{in_path(\1)}", one.path)
    sent = [f'"{one.method}"', f'f"{path}"' if one.of_path else f'"{path}"']
    own = [
        f"{name}: {'int' if schema.get('type') == 'integer' else 'str'}"
        for name, schema in one.of_path
    ]
    named = []
    if one.body is not None:
        kind = _prefixed(typed(one.body, 1)) if one.body else "bytes"
        own.append(f"body: {kind}" if one.body_required else f"body: {kind} | None = None")
        sent += ["body=body"] if one.body else ["body=body", f'content_type="{one.body_type}"']
    query = [entry for entry in one.of_query if not item or entry[0] not in ("cursor", "limit")]
    for name, schema, needed in query:
        kind = _prefixed(typed(schema, 1))
        named.append(f"{name}: {kind}" if needed else f"{name}: {kind} | None = None")
    if query and item:
        sent += [f"{name}={name}" for name, _, _ in query]
    elif query:
        pairs = ", ".join(f'"{name}": {name}' for name, _, _ in query)
        sent.append(f"query={{{pairs}}}")
    if "key" in one.traits:
        named.append("key: str | None = None")
        sent.append("key=key")
    elif one.method == "POST":
        sent.append('key=""')
    if "seen" in one.traits and not item:
        named.append("seen: Mapping[str, Any] | None = None")
        sent.append("seen=seen")
    if "new" in one.traits:
        sent.append("is_new=seen is None")
    answer = "bytes"
    if one.answer != {}:
        answer = "None" if one.answer is None else _prefixed(typed(one.answer, 1))
    does = f"cast({json.dumps(answer)}, self.request("
    if item:
        answer, does = f"Pages[{_prefixed(item)}, {answer}]", "self.pages("
        sent = sent[1:]
    signature = ["self", *own, *(["*", *named] if named else [])]
    doc = _docstring(f"{one.summary.rstrip('.')}: {one.method} {one.path}.", "        ")
    end = ")" * does.count("(")
    return (
        _listed(f"    def {one.name}(", signature, f") -> {answer}:")
        + f"\n{doc}\n"
        + _listed(f"        return {does}", sent, end)
    )


def _listed(head: str, parts: list[str], end: str) -> str:
    """In one line where that is short enough, else a line for each part."""
    line = f"{head}{', '.join(parts)}{end}"
    if len(line) <= 100:
        return line
    indent = " " * (len(head) - len(head.lstrip()))
    return "\n".join([head, *(f"{indent}    {part}," for part in parts), f"{indent}{end}"])


def _prefixed(kind: str) -> str:
    """The names of our types, as `operations.py` calls them."""
    return re.sub(
        r'(?<![\w"])[A-Z]\w*(?![\w"])', lambda m: m[0] if m[0] in _KEPT else f"t.{m[0]}", kind
    )


_KEPT = {"Any", "Literal", "None"}


def _docstring(text: str, indent: str) -> str:
    text = f'"""{plain(text)}"""'
    return textwrap.fill(text, 99, initial_indent=indent, subsequent_indent=indent)
