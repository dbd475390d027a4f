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

from chassis.wording import documented
from contracts.errors import LOCALES, REGISTRY, STALE_VERSION, ErrorCode
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
_PROBLEM = """<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body>
<h1>{title}</h1>
<p>{facts}</p>
<p>{text}</p>
<p>{braces}{more}</p>
</body>
</html>
"""
_WORDS = {
    LOCALES[0]: {
        "facts": "错误码 <code>{code}</code>，类别 <code>{kind}</code>，"
        "HTTP 状态 {status}{unless}。",
        "unless": "；带 If-Match 的操作为 412",
        "braces": "花括号中的词是该问题的参数（<code>params</code>）。",
        "more": '\n<a href="/docs/">全部接口</a>',
    },
    LOCALES[1]: {
        "facts": "Code <code>{code}</code>, kind <code>{kind}</code>, HTTP status"
        " {status}{unless}.",
        "unless": ", or 412 where the operation takes If-Match",
        "braces": "Words in braces are parameters of the problem (<code>params</code>).",
        "more": '\n<a href="/docs/">All operations</a>',
    },
}


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

    def find(self, path: str, *, gzipped: bool, locale: str) -> Page | None:
        """The page at an address, if there is one, in the reader's language where it has both,
        compressed if that may be and is worth it."""
        if path not in self._addresses:
            return None
        plain, packed = _prepared(path, self._api, locale)
        return packed if gzipped and len(packed.body) < len(plain.body) else plain


@cache
def _prepared(path: str, api: bool, locale: str) -> tuple[Page, Page]:
    plain = _plain(path, api, locale)
    packed = gzip.compress(plain.body, mtime=0)
    return plain, dataclasses.replace(plain, body=packed, gzipped=True)


def _plain(path: str, api: bool, locale: str) -> Page:
    folder, _, name = path.rpartition("/")
    if folder == "/problems":
        problem = _problem(REGISTRY[name], locale, api)
        return Page("text/html; charset=utf-8", problem.encode(), 3600)
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


def _problem(error: ErrorCode, locale: str, api: bool) -> str:
    words = _WORDS[locale]
    facts = words["facts"].format(
        code=html.escape(error.code),
        kind=error.kind.value,
        status=status_of(error),
        unless=words["unless"] if error is STALE_VERSION else "",
    )
    return _PROBLEM.format(
        language=locale,
        title=html.escape(title_of(error, locale)),
        facts=facts,
        text=html.escape(documented(error.en if locale == LOCALES[1] else error.zh)),
        braces=words["braces"],
        more=words["more"] if api else "",
    )
