"""What was meant by a name that does not exist: of a field, a parameter, or an address."""

import difflib
import functools
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from marshmallow import Schema, fields

from contracts.errors import DomainError, FieldProblem

LONGEST = 60  # characters of a name that is looked at
MOST_NAMES = 25  # of a schema that are told
MOST_HINTS = 10  # of one answer
MOST_PARTS = 8  # of an address that is looked at
CLOSE = 0.7
# What other APIs call what is asked for here.
_ELSEWHERE = {
    "page": "cursor",
    "offset": "cursor",
    "starting_after": "cursor",
    "per_page": "limit",
    "page_size": "limit",
    "q": "search",
    "query": "search",
    "order": "sort",
    "order_by": "sort",
    "status": "state",
}
_SELF = ("people", "persons", "person", "users", "user", "profile", "account")
_ID = re.compile(r"[a-z]{2,5}_[0-9A-Za-z]{1,26}")
_PLACE = re.compile(r"\{[a-z_]+\}")


def about_unknown(name: str, known: Iterable[str]) -> dict[str, Any]:
    """The parameters of `field.unknown`: which names there are, and which was meant."""
    names = sorted(known)
    told: dict[str, Any] = {"known": names} if len(names) <= MOST_NAMES else {}
    meant = _meant(name, names)
    return told if meant is None else {**told, "did_you_mean": meant}


def hinted(error: DomainError, schema: Schema, body: Collection[str]) -> DomainError:
    """The refusal of a document, with hints at what was meant by unknown names in it; `body` are
    the fields that may stand at its top."""
    left = MOST_HINTS

    def hint(wrong: FieldProblem) -> FieldProblem:
        nonlocal left
        if wrong.code != "field.unknown" or wrong.params or left == 0:
            return wrong
        left -= 1
        *above, name = wrong.pointer.split("/")[1:]
        known = _fields_at(schema, above) if above else body
        return FieldProblem(wrong.pointer, wrong.code, about_unknown(name, known) if known else {})

    return error.with_fields([hint(wrong) for wrong in error.fields])


def nearest(path: str, paths: tuple[str, ...]) -> str | None:
    """The address that was probably meant; `paths` have `{names}` where values stand."""
    if len(path) > 4 * LONGEST or path.count("/") > MOST_PARTS:
        return None
    parts = [part for part in path.split("/") if part]
    if len(parts) > 1 and parts[1] in _SELF:
        return "/v1/me"
    asked = "/".join("{}" if _ID.fullmatch(part) else part.lower() for part in parts)
    by_shape = _of_length(paths, len(parts))
    if asked in by_shape:
        return by_shape[asked]
    close = difflib.get_close_matches(asked, by_shape, 1, 0.8)
    return by_shape[close[0]] if close else None


@functools.cache
def _of_length(paths: tuple[str, ...], parts: int) -> dict[str, str]:
    """Those of so many parts, by what they look like without names."""
    return {
        _PLACE.sub("{}", known.strip("/")): known for known in paths if known.count("/") == parts
    }


def _meant(name: str, known: list[str]) -> str | None:
    if (elsewhere := _ELSEWHERE.get(name)) in known:
        return elsewhere
    asked = _plain(name[:LONGEST])
    by_plain = {_plain(one): one for one in known}
    if asked in by_plain:
        return by_plain[asked]
    close = difflib.get_close_matches(asked, by_plain, 1, CLOSE)
    if close:
        return by_plain[close[0]]
    ending = [one for plain, one in by_plain.items() if len(plain) > 2 and asked.endswith(plain)]
    return max(ending, key=len, default=None)


def _plain(name: str) -> str:
    """Without what camels and snakes differ in."""
    return name.lower().replace("_", "").replace("-", "")


def _fields_at(schema: Schema, steps: list[str]) -> Mapping[str, Any]:
    """The fields of what stands below a schema, by the steps of a pointer."""
    here: Any = schema
    for step in steps:
        if isinstance(here, Schema):
            here = here.fields.get(step)
        elif isinstance(here, fields.List):  # and the step is a number
            here = here.inner
        if isinstance(here, fields.Nested):
            here = here.schema
    return here.fields if isinstance(here, Schema) else {}
