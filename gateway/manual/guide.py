"""The guide for front ends as pages by what one is at: docs/guides/front-end.md, and its twin in
Chinese, cut at their second headings and drawn as HTML.

Both have the same sections in the same order; anchors are those of the English one in both.
"""

import html
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

from contracts.errors import LOCALES
from gateway.manual.states import Machine, drawing, machines

_GUIDES = Path(__file__).parents[2] / "docs" / "guides"
FILES = dict(zip(LOCALES, (_GUIDES / "front-end.zh-CN.md", _GUIDES / "front-end.md"), strict=True))


@dataclass(frozen=True)
class Part:
    """One page: its titles, the anchors of its sections, and the machines drawn at its end."""

    titles: dict[str, str]
    anchors: tuple[str, ...]
    machines: tuple[str, ...] = ()


PARTS = {
    "start": Part({"zh-CN": "开始", "en": "Start"}, ("start", "sign-in", "browsers", "values")),
    "errors": Part(
        {"zh-CN": "错误与重试", "en": "Errors"},
        ("errors", "idempotency-key", "changing-something", "limits"),
    ),
    "screens": Part(
        {"zh-CN": "按页面查接口", "en": "By screen"},
        (
            "screens",
            "where-somebody-stands",
            "what-somebody-may-do-now",
            "lists",
            "meetups-that-change",
            "communities-and-their-links",
            "personal-data",
        ),
        ("membership.application", "membership.membership", "events.meetup", "events.registration"),
    ),
    "waiting": Part({"zh-CN": "等待变化", "en": "Waiting"}, ("waiting-for-something",)),
    "paying": Part(
        {"zh-CN": "支付", "en": "Paying"},
        (
            "the-way-to-a-membership",
            "coupons",
            "paying-and-coming-back",
            "the-account-that-a-community-is-paid-through",
            "a-seat-that-costs-something",
            "asking-for-a-refund",
            "transfers",
        ),
        ("payments.purchase", "payments.order", "payments.payment", "payments.refund_request"),
    ),
    "clients": Part({"zh-CN": "客户端", "en": "Clients"}, ("api-keys", "files", "links-of-mails")),
}
_STATES = {"zh-CN": "状态图", "en": "States"}
_KEY = {
    "zh-CN": "绿色为起始状态，灰色为终止状态；橙色箭头表示退回之前的状态。",
    "en": "Green is where it begins, grey where it ends; orange arrows lead back.",
}
# What the guide links to and a gateway serves too.
_SERVED = {
    "../reference/openapi.json": "/openapi.json",
    FILES[LOCALES[0]].name: f"/docs/{LOCALES[0]}/guide/start",
    FILES[LOCALES[1]].name: f"/docs/{LOCALES[1]}/guide/start",
}
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def slug(heading: str) -> str:
    """The anchor that a heading has where Markdown is shown."""
    return re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")


@cache
def sections(locale: str) -> dict[str, tuple[str, str]]:
    """By anchor: heading and text, in the order of the file; the text before them by "" ."""
    head, *rest = _cut(locale)
    anchors = [slug(text.partition("\n")[0]) for text in _cut(LOCALES[1])[1:]]
    found = {"": (head.partition("\n")[0].removeprefix("# "), head.partition("\n")[2].strip())}
    for anchor, text in zip(anchors, rest, strict=True):
        heading, _, body = text.partition("\n")
        found[anchor] = heading, body.strip()
    return found


def _cut(locale: str) -> list[str]:
    return FILES[locale].read_text("utf-8").split("\n## ")


def markdown(name: str, locale: str) -> str:
    """A page in Markdown, with addresses at which a gateway serves."""
    part = PARTS[name]
    found = sections(locale)
    opening = [found[""][1]] if name == next(iter(PARTS)) else []
    texts = [f"## {found[anchor][0]}\n{found[anchor][1]}" for anchor in part.anchors]
    drawn = [f"### {one.name}\n{one.source}" for one in _machines(part)]
    if drawn:
        texts += [f"## {_STATES[locale]}", *drawn]
    text = "\n\n".join([f"# {part.titles[locale]}", *opening, *texts]) + "\n"
    return _LINK.sub(lambda link: _linked(link[1], link[2], locale), text)


def _machines(part: Part) -> list[Machine]:
    return [machines()[name] for name in part.machines]


def _linked(words: str, target: str, locale: str) -> str:
    """A link, where it leads at a gateway; its words alone where that is a file of the repository
    that the gateway does not serve."""
    if target.startswith("#"):
        own = {slug(heading): anchor for anchor, (heading, _) in sections(locale).items()}
        anchor = own[target[1:]]
        page = next(name for name, part in PARTS.items() if anchor in part.anchors)
        return f"[{words}](/docs/{locale}/guide/{page}#{anchor})"
    address = _SERVED.get(target, target if target.startswith("https:") else "")
    return f"[{words}]({address})" if address else words


def contents(name: str, locale: str) -> list[tuple[str, str]]:
    """Anchors and headings of a page."""
    part = PARTS[name]
    found = [(anchor, sections(locale)[anchor][0]) for anchor in part.anchors]
    return [*found, ("states", _STATES[locale])] if part.machines else found


def as_html(name: str, locale: str) -> str:
    """A page's text as HTML."""
    text = markdown(name, locale).partition(f"\n## {_STATES[locale]}\n")[0]
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    anchors = iter(PARTS[name].anchors)
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2":
            token.attrSet("id", next(anchors))
    drawn = [
        f"<h3><code>{one.name}</code></h3>"
        f"<figure>{drawing(one, chinese=locale == LOCALES[0])}</figure>"
        for one in _machines(PARTS[name])
    ]
    if drawn:
        key = html.escape(_KEY[locale])
        drawn.insert(0, f'<h2 id="states">{_STATES[locale]}</h2><p class="quiet">{key}</p>')
    shown: str = reader.renderer.render(tokens, reader.options, {})
    return shown + "".join(drawn)
