"""Cross-origin reading by browsers: a list of origins, nobody else (H-23)."""

import re
from collections.abc import Iterable, Mapping

from contracts.errors import DomainError
from contracts.errors.gateway import ORIGIN_REFUSED

_REQUEST_HEADERS = (
    "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
    "Last-Event-ID, Traceparent, X-Request-Id"
)
_EXPOSED = (
    "Content-Disposition, Content-Language, Deprecation, ETag, Idempotency-Replayed, Link, "
    "Location, RateLimit, RateLimit-Policy, Retry-After, Sunset, WWW-Authenticate, X-Request-Id"
)
_PREFLIGHT_SECONDS = 600
ANY_PORT = ":*"  # ends what settings name when every port of a host is meant, in development
_PORT = re.compile(r":[0-9]{1,5}$")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
_IN_CLEAR = re.compile(r"http://(?!(localhost|127\.0\.0\.1)(:|$))")


def origin_problems(origins: str, *, production: bool) -> list[str]:
    """What is wrong with a list of origins that may call."""
    found = []
    for origin in origins.split():
        if not _ORIGIN.fullmatch(origin if production else origin.removesuffix(ANY_PORT)):
            found.append(f"{origin!r} is not scheme://host[:port]")
        elif production and _IN_CLEAR.match(origin):
            found.append(f"{origin!r} is to be https:// in production")
    return found


class CrossOrigin:
    """Answers for the origins that settings name; `http://localhost:*` is it with any port. Tokens
    ride in a header, never in cookies, so credentials are not allowed."""

    def __init__(self, origins: Iterable[str]):
        listed = frozenset(origins)
        self._of_any_port = {one for one in listed if one.endswith(ANY_PORT)}
        self._exact = listed - self._of_any_port

    def _allows(self, origin: str) -> bool:
        return origin in self._exact or (
            _PORT.search(origin) is not None and _PORT.sub(ANY_PORT, origin) in self._of_any_port
        )

    def headers(self, origin: str | None) -> list[tuple[str, str]]:
        """What every answer to an allowed origin says; nothing to others."""
        if origin is None or not self._allows(origin):
            return []
        return [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Expose-Headers", _EXPOSED),
        ]

    def preflight(
        self, environ: Mapping[str, str], allowed: tuple[str, ...]
    ) -> list[tuple[str, str]]:
        """What a preflight from an allowed origin is told. Raises DomainError(ORIGIN_REFUSED) for
        one from elsewhere; an OPTIONS that is no preflight is told nothing more."""
        origin = environ.get("HTTP_ORIGIN")
        if origin is None or not self._allows(origin):
            if origin is not None and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
                raise DomainError(ORIGIN_REFUSED)
            return []
        return [
            ("Access-Control-Allow-Methods", ", ".join(allowed)),
            ("Access-Control-Allow-Headers", _REQUEST_HEADERS),
            ("Access-Control-Max-Age", str(_PREFLIGHT_SECONDS)),
        ]
