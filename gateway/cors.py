"""Cross-origin reading by browsers: an exact list of origins, nobody else (H-23)."""

from collections.abc import Iterable, Mapping

_REQUEST_HEADERS = (
    "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
    "Last-Event-ID, Traceparent, X-Request-Id"
)
_EXPOSED = (
    "Content-Language, Deprecation, ETag, Idempotency-Replayed, Link, Location, RateLimit, "
    "RateLimit-Policy, Retry-After, Sunset, WWW-Authenticate, X-Request-Id"
)
_PREFLIGHT_SECONDS = 600


class CrossOrigin:
    """Answers for the origins that settings name. Tokens ride in a header, never in cookies, so
    credentials are not allowed."""

    def __init__(self, origins: Iterable[str]):
        self._origins = frozenset(origins)

    def headers(self, origin: str | None) -> list[tuple[str, str]]:
        """What every answer to an allowed origin says; nothing to others."""
        if origin is None or origin not in self._origins:
            return []
        return [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Expose-Headers", _EXPOSED),
        ]

    def preflight(
        self, environ: Mapping[str, str], allowed: tuple[str, ...]
    ) -> list[tuple[str, str]]:
        """What a preflight from an allowed origin is told."""
        if environ.get("HTTP_ORIGIN") not in self._origins:
            return []
        return [
            ("Access-Control-Allow-Methods", ", ".join(allowed)),
            ("Access-Control-Allow-Headers", _REQUEST_HEADERS),
            ("Access-Control-Max-Age", str(_PREFLIGHT_SECONDS)),
        ]
