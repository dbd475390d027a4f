"""What stands at which address: the viewer of operations, pages of the guide, their Markdown, and
`/llms.txt`, which lists them. `/docs/…` is in the reader's language, `/docs/en/…` in that one."""

import json
from functools import cache
from pathlib import Path

import jinja2

from contracts.errors import LOCALES
from gateway.manual import guide, viewer

DESCRIPTIONS = {"zh-CN": "/openapi.zh-CN.json", "en": "/openapi.json"}

_HERE = Path(__file__).parent
_SCRIPT = "text/javascript; charset=utf-8"
_FILES = {
    "/docs/manual.css": ("text/css; charset=utf-8", _HERE / "manual.css"),
    "/docs/api.js": (_SCRIPT, _HERE / "api.js"),
}
_VIEWERS = {f"/docs/{locale}/{viewer.FILE.name}": locale for locale in LOCALES}
WORDS: dict[str, dict[str, str]] = json.loads((_HERE / "words.json").read_text("utf-8"))
_HTML = "text/html; charset=utf-8"
_MARKDOWN = "text/markdown; charset=utf-8"
_LLMS = """# Coterie

> Back end for paid, vetted communities: people apply, are approved, pay, are members, and meet.
> An HTTP API under /v1/. Errors are problem+json with a stable `code`. A POST that creates or moves
> something needs an Idempotency-Key; PATCH and PUT need the ETag that was read, as If-Match.

## API
- [OpenAPI](/openapi.json): every operation with examples, errors and who may call it
- [OpenAPI in Chinese](/openapi.zh-CN.json): the same; what fields mean is in English
- [An error](/problems/en/request.input_invalid): each code has such a page, `/problems/en/` or
  `/problems/zh-CN/` and the code
- [Words](/words.json): what people read for states, roles and actions, in both languages
"""


def _of_pages() -> dict[str, str]:
    """Address to name and language ("" is the reader's), as one text: `en start`."""
    prefixes = {"": "/docs/", **{locale: f"/docs/{locale}/" for locale in LOCALES}}
    found = {}
    for locale, prefix in prefixes.items():
        found[prefix] = f"{locale} "
        for name in guide.PARTS:
            found[f"{prefix}guide/{name}"] = f"{locale} {name}"
            found[f"{prefix}guide/{name}.md"] = f"{locale} {name}.md"
    return found


_PAGES = _of_pages()
ADDRESSES = frozenset({*_FILES, *_VIEWERS, *_PAGES, "/llms.txt"})


def content(path: str, locale: str, *, development: bool) -> tuple[str, bytes, int]:
    """Media type, bytes and for how many seconds they are good, of one of `ADDRESSES`."""
    if path in _FILES:
        media_type, file = _FILES[path]
        return media_type, file.read_bytes(), 60
    if path in _VIEWERS:
        return _SCRIPT, viewer.script(chinese=_VIEWERS[path] == LOCALES[0]), 86_400
    if path == "/llms.txt":
        return "text/plain; charset=utf-8", _llms().encode(), 60
    language, _, name = _PAGES[path].partition(" ")
    language = language or locale
    if name.endswith(".md"):
        return _MARKDOWN, guide.markdown(name.removesuffix(".md"), language).encode(), 60
    common = {
        "language": language,
        "other": next(one for one in LOCALES if one != language),
        "words": WORDS[language],
    }
    if not name:
        shown = _template("api.html").render(
            common, description=DESCRIPTIONS[language], development=development
        )
    else:
        shown = _template("guide.html").render(
            common,
            name=name,
            titles={page: part.titles[language] for page, part in guide.PARTS.items()},
            contents=guide.contents(name, language),
            text=guide.as_html(name, language),
        )
    return _HTML, shown.encode(), 60


def _llms() -> str:
    lists = [
        f"\n## {heading}\n"
        + "".join(
            f"- [{part.titles[locale]}](/docs/{locale}/guide/{name}.md)\n"
            for name, part in guide.PARTS.items()
        )
        for locale, heading in (("en", "Guide"), ("zh-CN", "指南"))
    ]
    return "".join([_LLMS, *lists])


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template(name)
