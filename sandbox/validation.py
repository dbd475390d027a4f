"""Reads JSON bodies field by field and says exactly what is wrong with them."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from sandbox.web import ApiError

IDENTIFIER = re.compile(r"[A-Za-z0-9_.:*|\-]{1,64}")
CURRENCY = re.compile(r"[A-Z]{3}")
SHA256_HEX = re.compile(r"[0-9a-f]{64}")
MAX_AMOUNT = 10**12


class Fields:
    """One JSON object. Each method reads one field or raises ApiError 422 `invalid_field`; fields
    that nobody asked for are refused by `finish`, so that a misspelt one is not silently lost."""

    def __init__(self, document: object) -> None:
        if not isinstance(document, dict):
            raise ApiError(422, "invalid_body", "the body must be a JSON object")
        self._left = dict(document)

    def __contains__(self, name: str) -> bool:
        return name in self._left

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        """A string that matches the whole pattern."""
        value = self._left.pop(name, None)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise invalid(name, f"must be a string that matches {pattern.pattern}")
        return value

    def text(self, name: str, *, max_length: int, default: str | None = None) -> str:
        """A non-empty string of at most `max_length` characters."""
        value = self._left.pop(name, default)
        if value is default and value is not None:
            return value
        if not isinstance(value, str) or not 0 < len(value) <= max_length:
            raise invalid(name, f"must be a string of 1 to {max_length} characters")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise invalid(name, "holds half of a surrogate pair")
        return value

    def integer(self, name: str, low: int, high: int, *, default: int | None = None) -> int:
        """An integer from low to high, both included; true and false are not integers."""
        value = self._left.pop(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise invalid(name, f"must be an integer from {low} to {high}")
        return value

    def flag(self, name: str) -> bool:
        """true or false; absent is false."""
        value = self._left.pop(name, False)
        if not isinstance(value, bool):
            raise invalid(name, "must be true or false")
        return value

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """One of the given words."""
        value = self._left.pop(name, None)
        if not isinstance(value, str) or value not in allowed:
            raise invalid(name, f"must be one of {', '.join(allowed)}")
        return value

    def raw(self, name: str) -> object:
        """The value as it came, or None; the caller checks it."""
        return self._left.pop(name, None)

    def url(self, name: str) -> str:
        """An absolute http or https address without user information, at most 1024 characters."""
        value = self._left.pop(name, None)
        if not isinstance(value, str) or len(value) > 1024 or not _is_callback_url(value):
            raise invalid(name, "must be an absolute http or https URL without user information")
        return value

    def moment_ms(self, name: str) -> int | None:
        """An RFC 3339 instant with a zone as milliseconds since the epoch; None when absent."""
        value = self._left.pop(name, None)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise invalid(name, "must be an RFC 3339 date and time with a zone")
        return int(moment.timestamp() * 1000)

    def finish(self) -> None:
        """Refuse what was not read."""
        if self._left:
            names = ", ".join(sorted(self._left))
            raise ApiError(422, "unknown_field", f"unknown field: {names}")


def invalid(name: str, problem: str) -> ApiError:
    """The error for one field."""
    return ApiError(422, "invalid_field", f"{name} {problem}")


def _is_callback_url(text: str) -> bool:
    if not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and parts.username is None
        and port != 0
    )
