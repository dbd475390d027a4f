"""Pages for people: the API's description, Swagger UI without any foreign host, problem pages.

Every page is prepared once, has an ETag, and is told to browsers with a policy that lets it load
nothing from elsewhere.
"""

import hashlib
import html
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from openapi_ui_bundles import swagger_ui

from contracts.errors import REGISTRY, STALE_VERSION, ErrorCode
from gateway.problems import status_of, title_of

DESCRIPTION = Path(__file__).parents[1] / "docs" / "reference" / "openapi.json"

# Swagger UI sets style attributes from script and shows small images as data.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
}
_BUNDLE = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-16x16.png", "favicon-32x32.png")

_DOCS = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Coterie API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png" sizes="32x32">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START = """window.onload = function () {
  SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    validatorUrl: null,
    tryItOutEnabled: true,
    persistAuthorization: false,
  });
};
"""
_PROBLEM = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
<p>Code <code>{code}</code>, kind <code>{kind}</code>, HTTP status {status}{unless}.</p>
<p lang="en">{en}</p>
<p lang="zh-CN">{zh}</p>
<p>Words in braces are parameters of the problem (<code>params</code>).
<a href="/docs/">All operations</a></p>
</body>
</html>
"""


@dataclass(frozen=True)
class Page:
    """A prepared answer."""

    media_type: str
    body: bytes
    etag: str
    max_age: int

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [
            ("Content-Type", self.media_type),
            ("Cache-Control", f"public, max-age={self.max_age}"),
            ("Content-Security-Policy", _POLICY),
            ("ETag", self.etag),
        ]


REDIRECTS = {"/": "/docs/", "/docs": "/docs/"}


def find(path: str) -> Page | None:
    """The page at an address, if there is one."""
    return _prepared(path) if path in _addresses() else None


@cache
def _addresses() -> frozenset[str]:
    return frozenset(
        {
            "/openapi.json",
            "/docs/",
            "/docs/start.js",
            *(f"/docs/{name}" for name in _BUNDLE),
            *(f"/problems/{code}" for code in REGISTRY),
        }
    )


@cache
def _prepared(path: str) -> Page:
    folder, _, name = path.rpartition("/")
    if folder == "/problems":
        return _page("text/html; charset=utf-8", _problem(REGISTRY[name]).encode(), 3600)
    if path == "/openapi.json":
        return _page("application/json", DESCRIPTION.read_bytes(), 60)
    if path == "/docs/":
        return _page("text/html; charset=utf-8", _DOCS.encode(), 60)
    if path == "/docs/start.js":
        return _page(_MEDIA_TYPES[".js"], _START.encode(), 60)
    content = (swagger_ui.static_path / name).read_bytes()
    return _page(_MEDIA_TYPES[Path(name).suffix], content, 86_400)


def _problem(error: ErrorCode) -> str:
    stale = ", or 412 where the operation takes If-Match" if error is STALE_VERSION else ""
    return _PROBLEM.format(
        title=html.escape(title_of(error)),
        code=html.escape(error.code),
        kind=error.kind.value,
        status=status_of(error),
        unless=stale,
        en=html.escape(error.en),
        zh=html.escape(error.zh),
    )


def _page(media_type: str, body: bytes, max_age: int) -> Page:
    return Page(media_type, body, f'"{hashlib.sha256(body).hexdigest()[:16]}"', max_age)
