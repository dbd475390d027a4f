"""The generated half of the TypeScript client.

Types come from OpenAPI Generator, with its Java 140 MB that only `make docs` needs: what it wrote
says by two digests from what it was written, and that nobody changed it since.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.generate.clients import MARK, Json, Operation, operations, plain, typed

_GENERATOR = "7.26.0"
_OPTIONS = {
    "withoutRuntimeChecks": "true",  # types, and no code that reads and writes them
    "stringEnums": "false",
    "modelPropertyNaming": "original",
    "enumPropertyNaming": "original",
}
_HEAD = re.compile(
    r"// What is sent and answered\. .*\n// From (?P<source>\w{64}), as (?P<written>\w{64})\.\n"
)


def types(document: Json, kept: str) -> str:
    """The text of `clients/typescript/src/types.ts`; `kept`, where that is it already.

    Raises CalledProcessError, FileNotFoundError: the generator fails, is not installed.
    """
    described = {
        "openapi": document["openapi"],
        "info": {**document["info"], "version": ""},
        "paths": {},
        "components": {"schemas": document["components"]["schemas"]},
    }
    source = _digest(json.dumps([_GENERATOR, _OPTIONS, described]))
    head = _HEAD.match(kept)
    if head and head["source"] == source and head["written"] == _digest(kept[head.end() :]):
        return kept
    text = _generated(described)
    return f"// What is sent and answered. {MARK}\n// From {source}, as {_digest(text)}.\n{text}"


def _generated(described: Json) -> str:
    options = ",".join(f"{name}={value}" for name, value in _OPTIONS.items())
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder, "openapi.json"), Path(folder, "made")
        source.write_text(json.dumps(described), "utf-8")
        subprocess.run(
            [
                *(Path(sys.executable).with_name("openapi-generator-cli"), "generate"),
                *("-g", "typescript-fetch", "-i", source, "-o", made, "--skip-validate-spec"),
                *("--global-property", "models,modelDocs=false,supportingFiles=index.ts"),
                *("--additional-properties", options),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return (made / "models/index.ts").read_text("utf-8")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def operations_module(document: Json) -> str:
    """The text of `clients/typescript/src/operations.ts`."""
    every = operations(document)
    signatures = "\n".join(_operation(one) for one in every)
    rows = {
        one.name: [one.method, one.path, " ".join(sorted(one.traits)), one.body_type]
        for one in every
    }
    calls = "\n".join(f"  {name}: {json.dumps(row)}," for name, row in rows.items())
    return f"""// {MARK}

import type * as t from "./types.js";

/** Of each operation: what stands in its path and query, its body, and its answer. */
export interface Operations {{
{signatures}
}}

type Row = readonly [method: string, path: string, traits: string, bodyType: string];
/** Traits: `key` takes an Idempotency-Key, `list` has pages, `seen` an ETag, `new` makes by PUT. */
export const OPERATIONS: {{ readonly [name in keyof Operations]: Row }} = {{
{calls}
}};
"""


def _operation(one: Operation) -> str:
    path = "; ".join(f"{name}: string | number" for name, _ in one.of_path)
    query = "; ".join(
        f"{name}{'' if needed else '?'}: {_typed(schema)}" for name, schema, needed in one.of_query
    )
    body = "undefined"
    if one.body is not None:
        body = _typed(one.body) if one.body else "string | Blob | Uint8Array"
        body += "" if one.body_required else " | undefined"
    answer = "undefined"
    if one.answer is not None:
        answer = _typed(one.answer) if one.answer else "Blob"
    return (
        f"  /** {plain(one.summary)}: `{one.method} {one.path}` */\n"
        f"  {one.name}: {{ path: {{ {path} }}; query: {{ {query} }}; body: {body}; "
        f"answer: {answer} }};"
    )


def _typed(schema: Json) -> str:
    """The type of a value, as `operations.ts` calls it."""
    return re.sub(r'(?<![\w"])[A-Z]\w*(?![\w"])', lambda m: _named(m[0]), typed(schema, 0))


def _named(kind: str) -> str:
    return kind if kind in _BUILT_IN else f"t.{kind}"


_BUILT_IN = {"Partial", "Record"}
