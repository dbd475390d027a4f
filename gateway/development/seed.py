"""What `make seed` made, as its file says: people to sign in as, and objects that exist.

The file is `{code, community, personas, objects, ids, operations}`: `ids` has an id for each
prefix, `operations` says for some operations as whom to send them (`as`), which other `ids` they
are for, and which fields of their `body` are another.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

MOST_BYTES = 1_000_000

_ID = re.compile(r"\b([a-z]{3})_[0-9A-HJKMNP-TV-Z]{26}\b")

Document = dict[str, Any]


class Seed:
    """The file, read again when it is another one; nothing while there is none, or no whole one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stamp: tuple[int, int] | None = None
        self._found: Document | None = None

    @property
    def found(self) -> Document | None:
        """What it says now; the same object as long as the file is the same."""
        try:
            facts = self._file.stat()
        except OSError:
            self._stamp = self._found = None
            return None
        stamp = (facts.st_mtime_ns, facts.st_ino)
        if stamp != self._stamp and facts.st_size <= MOST_BYTES:
            self._stamp, self._found = stamp, _read(self._file)
        return self._found


def _read(file: Path) -> Document | None:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def described(description: Document, seed: Document) -> Document:
    """The description of the API with ids, people and the code that exist, not symbolic ones."""
    told = _with_ids(description, seed["ids"])
    shared = description["components"]["parameters"]
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"].rpartition(".")[2]
            if need := seed["operations"].get(name):
                own = {**operation, "parameters": _inlined(operation["parameters"], shared)}
                own = _with_ids(own, {**seed["ids"], **need["ids"]})
                own["description"] = f"{own['description']}\n\nExample: as `{need['as']}`."
                if body := need.get("body"):
                    own["requestBody"]["content"]["application/json"]["example"] |= body
                told["paths"][path][method] = own
    return told


def _inlined(parameters: list[Document], shared: Document) -> list[Document]:
    """Those of the path stand in the operation itself, which has ids of its own."""
    found = ((one, shared.get(one.get("$ref", "").rpartition("/")[2], one)) for one in parameters)
    return [whole if whole["in"] == "path" else one for one, whole in found]


def _with_ids(part: Document, ids: dict[str, str]) -> Document:
    text = json.dumps(part, ensure_ascii=False)
    told: Document = json.loads(_ID.sub(lambda found: ids.get(found[1], found[0]), text))
    return told


@cache
def symbolic(path: Path) -> Document:
    """The description as it is committed."""
    found: Document = json.loads(path.read_bytes())
    return found
