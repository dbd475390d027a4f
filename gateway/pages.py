"""Pages for people: the API's description, Swagger UI without any foreign host, problem pages.

Every page is prepared once, as it is and compressed, has an ETag, and is told to browsers with a
policy that lets it load nothing from elsewhere.
"""

import dataclasses
import gzip
import hashlib
import html
import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from openapi_ui_bundles import swagger_ui

from contracts.errors import REGISTRY, STALE_VERSION, ErrorCode
from gateway import openapi_zh
from gateway.problems import status_of, title_of

CHINESE = f"/openapi.{openapi_zh.LOCALE}.json"
DESCRIPTION = Path(__file__).parents[1] / "docs" / "reference" / "openapi.json"

# Swagger UI sets style attributes from script and shows small images as data.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
OF_THE_API = "default-src 'none'; frame-ancestors 'none'"
# With every answer. Scripts of allowed origins read by CORS, to which the resource policy does not
# apply; it keeps other sites from embedding.
FOR_BROWSERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
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
_MORE = '\n<a href="/docs/">All operations</a>'
_PROBLEM = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
<p>Code <code>{code}</code>, kind <code>{kind}</code>, HTTP status {status}{unless}.</p>
<p lang="en">{en}</p>
<p lang="zh-CN">{zh}</p>
<p>Words in braces are parameters of the problem (<code>params</code>).{more}</p>
</body>
</html>
"""


@dataclass(frozen=True)
class Page:
    """A prepared answer."""

    media_type: str
    body: bytes
    max_age: int
    gzipped: bool = False

    @cached_property
    def etag(self) -> str:
        """Of these bytes: a strong tag is another one when they are compressed."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'

    @property
    def headers(self) -> list[tuple[str, str]]:
        headers = [
            ("Content-Type", self.media_type),
            ("Cache-Control", f"public, max-age={self.max_age}"),
            ("ETag", self.etag),
        ]
        return [*headers, ("Content-Encoding", "gzip")] if self.gzipped else headers


class Pages:
    """The pages of one gateway: those about problems and, with `api`, those that describe it."""

    def __init__(self, *, api: bool):
        self._api = api
        self.redirects = {"/": "/docs/", "/docs": "/docs/"} if api else {}
        self._addresses = {f"/problems/{code}" for code in REGISTRY}
        if api:
            self._addresses |= {"/openapi.json", CHINESE, "/docs/", "/docs/start.js"}
            self._addresses |= {f"/docs/{name}" for name in _BUNDLE}

    def find(self, path: str, *, gzipped: bool) -> Page | None:
        """The page at an address, if there is one, compressed if that may be and is worth it."""
        if path not in self._addresses:
            return None
        plain, packed = _prepared(path, self._api)
        return packed if gzipped and len(packed.body) < len(plain.body) else plain


@cache
def _prepared(path: str, api: bool) -> tuple[Page, Page]:
    plain = _plain(path, api)
    packed = gzip.compress(plain.body, mtime=0)
    return plain, dataclasses.replace(plain, body=packed, gzipped=True)


def _plain(path: str, api: bool) -> Page:
    folder, _, name = path.rpartition("/")
    if folder == "/problems":
        return Page("text/html; charset=utf-8", _problem(REGISTRY[name], api).encode(), 3600)
    if path in ("/openapi.json", CHINESE):
        described = json.loads(DESCRIPTION.read_text("utf-8"))  # which is written to be read
        if path == CHINESE:
            described = openapi_zh.in_chinese(described)
        small = json.dumps(described, ensure_ascii=False, separators=(",", ":"))
        return Page("application/json", small.encode(), 60)
    if path == "/docs/":
        return Page("text/html; charset=utf-8", _DOCS.encode(), 60)
    if path == "/docs/start.js":
        return Page(_MEDIA_TYPES[".js"], _START.encode(), 60)
    content = (swagger_ui.static_path / name).read_bytes()
    return Page(_MEDIA_TYPES[Path(name).suffix], content, 86_400)


def _problem(error: ErrorCode, api: bool) -> str:
    stale = ", or 412 where the operation takes If-Match" if error is STALE_VERSION else ""
    return _PROBLEM.format(
        title=html.escape(title_of(error)),
        code=html.escape(error.code),
        kind=error.kind.value,
        status=status_of(error),
        unless=stale,
        en=html.escape(error.en),
        zh=html.escape(error.zh),
        more=_MORE if api else "",
    )
