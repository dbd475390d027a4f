"""Pages for people: the API's description, the manual without any foreign host, problem pages; and
for screens the words that people read for states.

Every page is prepared once, as it is and compressed, has an ETag, and is told to browsers with a
policy that lets it load nothing from elsewhere.
"""

import dataclasses
import gzip
import hashlib
import html
import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from chassis.wording import documented
from contracts.errors import LOCALES, REGISTRY, STALE_VERSION, ErrorCode
from contracts.words.labels import LABELS
from contracts.words.titles import title_of
from gateway import openapi_zh
from gateway.manual import served
from gateway.problems import status_of

WORDS = "/words.json"
CHINESE = f"/openapi.{openapi_zh.LOCALE}.json"
DESCRIPTION = Path(__file__).parents[1] / "docs" / "reference" / "openapi.json"

# The viewer sets style attributes from script and shows small images as data.
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
_CODE = re.compile("`([^`]+)`")
_PROBLEM = """<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>body {{ max-width: 42em; margin: 24px auto 48px; padding: 0 16px; color: #1c2430;
font: 16px/1.65 system-ui, "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif; }}
nav {{ display: flex; gap: 14px; font-size: 14px; }} a {{ color: #0f766e; }}
h1 {{ font-size: 28px; line-height: 1.3; }} .says {{ font-size: 18px; }}
code {{ overflow-wrap: anywhere; }}</style></head>
<body>
<nav>{links}</nav>
<main>
<h1>{title}</h1>
<p class="says">{text}</p>
<p>{facts}</p>
{braces}</main>
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
    """The pages of one gateway: problems and words and, with `api`, those that describe it."""

    def __init__(self, *, api: bool, development: bool = False):
        self._api, self._development = api, development
        self.redirects = {"/": "/docs/", "/docs": "/docs/"} if api else {}
        folders = ("/problems", *(f"/problems/{locale}" for locale in LOCALES))
        self._addresses = {WORDS, *(f"{folder}/{code}" for folder in folders for code in REGISTRY)}
        if api:
            self._addresses |= {"/openapi.json", CHINESE, *served.ADDRESSES}

    def find(self, path: str, *, gzipped: bool, locale: str) -> Page | None:
        """The page at an address, if there is one, in the reader's language where it has both,
        compressed if that may be and is worth it."""
        if path not in self._addresses:
            return None
        plain, packed = _prepared(path, locale, self._api, self._development)
        return packed if gzipped and len(packed.body) < len(plain.body) else plain


@cache
def _prepared(path: str, locale: str, api: bool, development: bool) -> tuple[Page, Page]:
    plain = _plain(path, locale, api, development)
    packed = gzip.compress(plain.body, mtime=0)
    return plain, dataclasses.replace(plain, body=packed, gzipped=True)


def _plain(path: str, locale: str, api: bool, development: bool) -> Page:
    folder, _, name = path.rpartition("/")
    if folder.startswith("/problems"):
        asked = folder.removeprefix("/problems").removeprefix("/")
        problem = _problem(REGISTRY[name], asked or locale, api)
        return Page("text/html; charset=utf-8", problem.encode(), 3600)
    if path == WORDS:
        return Page("application/json", _small(_words()), 3600)
    if path in ("/openapi.json", CHINESE):
        described = json.loads(DESCRIPTION.read_text("utf-8"))  # which is written to be read
        if path == CHINESE:
            described = openapi_zh.in_chinese(described)
        return Page("application/json", _small(described), 60)
    media_type, body, seconds = served.content(path, locale, development=development)
    return Page(media_type, body, seconds)


def _small(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _words() -> dict[str, dict[str, dict[str, str]]]:
    """What people read for each word of a closed list, in both languages."""
    chinese, english = LOCALES
    return {
        name: {word: {chinese: zh, english: en} for word, (en, zh) in table.items()}
        for name, table in LABELS.items()
    }


def _problem(error: ErrorCode, locale: str, api: bool) -> str:
    words = served.WORDS[locale]
    facts = words["problem_facts"].format(
        code=html.escape(error.code),
        kind=error.kind.value,
        status=status_of(error),
        unless=words["problem_unless"] if error is STALE_VERSION else "",
    )
    text = documented(error.en if locale == LOCALES[1] else error.zh)
    braces = f"<p>{words['problem_braces']}</p>\n" if "{" in text else ""
    other = next(one for one in LOCALES if one != locale)
    there = f"/problems/{other}/{error.code}"
    links = [f'<a href="{there}" hreflang="{other}">{words["other_language"]}</a>']
    if api:
        guide = f"/docs/{locale}/guide/errors#errors"
        links.insert(0, f'<a href="{guide}">{words["problem_more"]}</a>')
    return _PROBLEM.format(
        language=locale,
        title=html.escape(title_of(error, locale)),
        facts=facts,
        text=_CODE.sub(r"<code>\1</code>", html.escape(text)),
        braces=braces,
        links="\n".join(links),
    )
