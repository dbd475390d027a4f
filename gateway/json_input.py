"""JSON as we take it: strict, so that every reader of a body sees the same document.

Refused as malformed (400): broken JSON, text that is not UTF-8, duplicate keys, NaN and Infinity,
half surrogates, more than 20 levels. Refused as wrong input (422): keys that start with `$` or hold
`.` or NUL, which a database could read as operators or paths (D-16).
"""

import json
import math
from collections.abc import Iterator
from typing import Any

from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.gateway import JSON_MALFORMED

MAX_DEPTH = 20


class _Refused(ValueError):
    pass


def parse(body: bytes) -> Any:
    """The value in `body`; raises DomainError JSON_MALFORMED or INVALID_INPUT with pointers."""
    try:
        text = body.decode("utf-8")
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_finite
        )
    except UnicodeDecodeError:
        raise DomainError(JSON_MALFORMED, reason="not_utf8") from None
    except RecursionError:
        raise _too_deep() from None
    except _Refused as problem:
        raise DomainError(JSON_MALFORMED, reason=str(problem)) from None
    except json.JSONDecodeError as problem:
        raise DomainError(
            JSON_MALFORMED,
            reason=_reason(problem.msg),
            line=problem.lineno,
            column=problem.colno,
        ) from None
    except ValueError:  # an integer of thousands of digits
        raise DomainError(JSON_MALFORMED, reason="json_number_large") from None
    # The walk below costs more than the parsing, so bodies that cannot fail it skip it.
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise _too_deep()
    if b"\\u" in body:
        _refuse_half_surrogates(value)
    if b"$" in body or b"." in body or b"\\u" in body:
        wrong = [FieldProblem(pointer, "field.unknown") for pointer in _operator_keys(value, "")]
        if wrong:
            raise DomainError(INVALID_INPUT, fields=wrong)
    return value


# How Python's parser begins to say what it expected; later versions say more.
_REASONS = {
    "Expecting property name": "json_property_name",
    "Expecting value": "json_value",
    "Expecting ':'": "json_colon",
    "Expecting ','": "json_comma",
    "Illegal trailing comma": "json_trailing_comma",
    "Unterminated string": "json_text_open",
    "Invalid control character": "json_control_character",
    "Invalid \\": "json_escape",
    "Extra data": "json_more",
}


def _reason(said: str) -> str:
    return next(
        (word for begins, word in _REASONS.items() if said.startswith(begins)), "json_value"
    )


def escape(name: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Refused("json_key_twice")
    return value


def _constant(name: str) -> float:
    raise _Refused("json_constant")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _Refused("json_number_large")
    return number


def _too_deep() -> DomainError:
    return DomainError(JSON_MALFORMED, reason="json_deep")


def _depth(value: Any) -> int:
    level, deepest = [value], 0
    while level := [v for v in level if isinstance(v, dict | list)]:
        deepest += 1
        level = [below for v in level for below in (v.values() if isinstance(v, dict) else v)]
    return deepest


def _refuse_half_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise DomainError(JSON_MALFORMED, reason="json_half_surrogate") from None


def _operator_keys(value: Any, pointer: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, below in value.items():
            here = f"{pointer}/{escape(key)}"
            if key.startswith("$") or "." in key or "\0" in key:
                yield here
            else:
                yield from _operator_keys(below, here)
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _operator_keys(below, f"{pointer}/{number}")
