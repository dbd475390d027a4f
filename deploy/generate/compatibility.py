"""Whether the HTTP API still keeps what its last release promised: `python -m
deploy.generate.compatibility` names what breaks, `--freeze` makes a release of what there is.

A release is a copy of OpenAPI without its words (`docs/reference/openapi-v1.json`). Answers may get
more, requests may leave out more; whatever else changes breaks somebody (ADR 0067).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
RELEASE = ROOT / "docs/reference/openapi-v1.json"
PRESENT = ROOT / "docs/reference/openapi.json"
WORDS = frozenset({"description", "summary", "example", "examples", "tags", "x-codes", "title"})
# Below `properties` and the like these are names of fields.
NAMED = frozenset({"properties", "schemas", "responses", "parameters", "headers", "content"})
# Of a request: what it may at least, what it may at most.
LOWER, UPPER = ("minimum", "minLength", "minItems"), ("maximum", "maxLength", "maxItems")


def without_words(node: Any, *, names: bool = False) -> Any:
    """What a release promises: everything but texts for people."""
    if isinstance(node, dict):
        return {
            key: without_words(value, names=not names and key in NAMED)
            for key, value in node.items()
            if names or key not in WORDS
        }
    return [without_words(one) for one in node] if isinstance(node, list) else node


def breaks(before: dict[str, Any], after: dict[str, Any], today: dt.date) -> list[str]:
    """What a client of `before` cannot rely on any more. An operation may go after its sunset."""
    found: list[str] = []
    before, after = _spread(before), _spread(after)
    for path, methods in before["paths"].items():
        for method, operation in methods.items():
            at = f"{method.upper()} {path}"
            now = after["paths"].get(path, {}).get(method)
            if now is not None:
                found += _Operation(before, after, at).compare(operation, now)
            elif operation.get("x-sunset", "9999") > today.isoformat():
                found.append(f"{at}: the operation is gone")
    return found


def _spread(document: dict[str, Any]) -> dict[str, Any]:
    """With all fields in schemas that say what they add to another (`allOf`)."""
    components = document.get("components", {})
    schemas = components.get("schemas", {})
    spread = {name: _whole(schema, schemas) for name, schema in schemas.items()}
    return {**document, "components": {**components, "schemas": spread}}


def _whole(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    for part in schema.get("allOf", ()):
        above = _whole(schemas[part["$ref"].rpartition("/")[2]], schemas)
        fields = {**above.get("properties", {}), **schema.get("properties", {})}
        required = [*above.get("required", ()), *schema.get("required", ())]
        schema = {**schema, "properties": fields, "required": required}
    return schema


class _Side(NamedTuple):
    """A schema with the document that its references lead into."""

    document: dict[str, Any]
    schema: dict[str, Any]

    def at(self, schema: dict[str, Any]) -> _Side:
        """Another part of the same document, with its reference followed."""
        if "$ref" not in schema:
            return _Side(self.document, schema)
        found: Any = self.document
        for part in schema["$ref"].split("/")[1:]:
            found = found[part]
        return _Side(self.document, found)

    def types(self) -> set[str]:
        """Of which types a value may be; all of them where nothing is said."""
        if options := _options(self.schema):
            return set().union(*(self.at(one).types() for one in options))
        said = self.schema.get("type", ["any"])
        return {said} if isinstance(said, str) else set(said)

    def beside_null(self) -> _Side:
        """The one option that is not null, where there is just one."""
        others = [one for one in self.schema.get("anyOf", ()) if one != {"type": "null"}]
        return self.at(others[0]) if len(others) == 1 else self


class _Operation:
    """One operation, then and now."""

    def __init__(self, before: dict[str, Any], after: dict[str, Any], name: str):
        self._before, self._after = _Side(before, {}), _Side(after, {})
        self._name = name
        self._seen: set[tuple[int, int, bool]] = set()

    def compare(self, was: dict[str, Any], is_now: dict[str, Any]) -> Iterator[str]:
        if was["operationId"] != is_now["operationId"]:
            yield f"{self._name}: it is called {is_now['operationId']}, was {was['operationId']}"
        yield from self._parameters(was, is_now)
        yield from self._body(was.get("requestBody", {}), is_now.get("requestBody", {}))
        for status, answer in was["responses"].items():
            at = f"{self._name} {status}"
            if status not in is_now["responses"]:
                yield f"{at}: the status is gone"
                continue
            then = self._before.at(answer).schema.get("content", {})
            now = self._after.at(is_now["responses"][status]).schema.get("content", {})
            yield from self._contents(at, then, now, asked=False)

    def _parameters(self, was: dict[str, Any], is_now: dict[str, Any]) -> Iterator[str]:
        then, now = (
            {f"{one.schema['in']} {one.schema['name']}": one.schema for one in map(side.at, listed)}
            for side, listed in (
                (self._before, was["parameters"]),
                (self._after, is_now["parameters"]),
            )
        )
        for key, one in now.items():
            at = f"{self._name} {key}"
            if one.get("required") and not then.get(key, {}).get("required"):
                yield f"{at}: it has to be given now"
            if key in then:
                yield from self._schemas(at, then[key]["schema"], one["schema"], asked=True)
        yield from (f"{self._name} {key}: it is gone" for key in then if key not in now)

    def _body(self, was: dict[str, Any], is_now: dict[str, Any]) -> Iterator[str]:
        at = f"{self._name} body"
        if is_now.get("required") and not was.get("required"):
            yield f"{at}: it has to be given now"
        yield from self._contents(at, was.get("content", {}), is_now.get("content", {}), asked=True)

    def _contents(
        self, at: str, was: dict[str, Any], is_now: dict[str, Any], *, asked: bool
    ) -> Iterator[str]:
        for media, one in was.items():
            if media not in is_now:
                yield f"{at}: {media} is gone"
            else:
                yield from self._schemas(at, one["schema"], is_now[media]["schema"], asked=asked)

    def _schemas(
        self, at: str, was: dict[str, Any], is_now: dict[str, Any], *, asked: bool
    ) -> Iterator[str]:
        """`asked`: it is sent by clients, who may not be asked for more; else they read it."""
        then, now = self._before.at(was), self._after.at(is_now)
        wider, narrower = (now, then) if asked else (then, now)
        if not _covers(wider.types(), narrower.types()):
            yield f"{at}: it is {_listed(now.types())}, was {_listed(then.types())}"
            return
        before, after = then.beside_null().schema, now.beside_null().schema
        if (known := (id(before), id(after), asked)) in self._seen:
            return  # said already, or a schema that holds itself
        self._seen.add(known)
        if asked:
            yield from _narrowed(at, before, after)
        yield from self._fields(at, before, after, asked=asked)
        for part in ("items", "additionalProperties"):
            if isinstance(before.get(part), dict) and isinstance(after.get(part), dict):
                yield from self._schemas(f"{at}[]", before[part], after[part], asked=asked)
        for option in (one for one in _options(before) if "$ref" in one):
            if option in _options(after):
                yield from self._schemas(at, option, option, asked=asked)
            elif asked:
                yield f"{at}: it may not be {option['$ref'].rpartition('/')[2]} any more"

    def _fields(
        self, at: str, was: dict[str, Any], is_now: dict[str, Any], *, asked: bool
    ) -> Iterator[str]:
        then, now = was.get("properties", {}), is_now.get("properties", {})
        needed, needed_now = set(was.get("required", ())), set(is_now.get("required", ()))
        for name, field in then.items():
            if name not in now:
                yield f"{at}/{name}: the field is gone"
            else:
                yield from self._schemas(f"{at}/{name}", field, now[name], asked=asked)
        changed = needed_now - needed if asked else (needed - needed_now) & now.keys()
        says = "has to be given" if asked else "may be missing"
        yield from (f"{at}/{name}: it {says} now" for name in sorted(changed))


def _options(schema: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = schema.get("anyOf", schema.get("oneOf", []))
    return found


def _covers(wider: set[str], narrower: set[str]) -> bool:
    if "any" in wider:
        return True
    return narrower <= wider | ({"integer"} if "number" in wider else set())


def _narrowed(at: str, was: dict[str, Any], is_now: dict[str, Any]) -> Iterator[str]:
    """What a request may not say any more. Answers may have new words: readers take any."""
    if "enum" in is_now:
        gone = [one for one in was.get("enum", ["anything"]) if one not in is_now["enum"]]
        if gone:
            yield f"{at}: it may not be {_listed(gone)} any more"
    for bound in (*LOWER, *UPPER):
        then, now = was.get(bound), is_now.get(bound)
        if now is not None and now != then and _is_tighter(bound, then, now):
            yield f"{at}: {bound} is {now}, was {'open' if then is None else then}"
    form, words = is_now.get("pattern", was.get("pattern")), was.get("enum", ())
    # A closed list may open to a form that each of its words has.
    kept = words and all(re.search(form or "", one) for one in words if one is not None)
    if form != was.get("pattern") and not kept:
        yield f"{at}: it has another form"


def _is_tighter(bound: str, then: int | None, now: int) -> bool:
    if bound in LOWER:
        return now > (then or 0)
    return then is None or now < then


def _listed(words: Any) -> str:
    return ", ".join(sorted(map(str, words)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.generate.compatibility")
    parser.add_argument("--freeze", action="store_true", help="what there is becomes the release")
    present = json.loads(PRESENT.read_text("utf-8"))
    if parser.parse_args().freeze:
        frozen = json.dumps(without_words(present), ensure_ascii=False, indent=1)
        RELEASE.write_text(frozen + "\n", "utf-8")
        return 0
    found = breaks(json.loads(RELEASE.read_text("utf-8")), present, dt.datetime.now(dt.UTC).date())
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
