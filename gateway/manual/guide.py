"""The guides for front ends as pages by what one is at: docs/guides/front-end.md and sign-in.md,
and their twins in Chinese, cut at their second headings and drawn as HTML.

Twins have the same sections in the same order; anchors are those of the English one in both.
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
_ENDS = dict(zip(LOCALES, (".zh-CN.md", ".md"), strict=True))  # of files' names


@dataclass(frozen=True)
class Part:
    """One page: its titles, the anchors of its sections, the machines drawn at its end, and the
    guide that it is of."""

    titles: dict[str, str]
    anchors: tuple[str, ...]
    machines: tuple[str, ...] = ()
    guide: str = "front-end"


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
            "reviewing",
            "screening-applications",
            "vouching-for-applicants",
            "inviting-people",
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
    "sign-in": Part(
        {"zh-CN": "其他登录方式", "en": "Other ways to sign in"},
        ("for-front-ends", "for-operators", "in-development"),
        guide="sign-in",
    ),
}
GUIDES = tuple(dict.fromkeys(part.guide for part in PARTS.values()))
_STATES = {"zh-CN": "状态图", "en": "States"}
_KEY = {
    "zh-CN": "绿色为起始状态，灰色为终止状态；橙色箭头表示退回之前的状态。",
    "en": "Green is where it begins, grey where it ends; orange arrows lead back.",
}
_SERVED = {"../reference/openapi.json": "/openapi.json"}  # what guides link to, besides each other
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def slug(heading: str) -> str:
    """The anchor that a heading has where Markdown is shown."""
    return re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")


@cache
def sections(guide: str, locale: str) -> dict[str, tuple[str, str]]:
    """By anchor: heading and text, in the order of the file; the text before them by "" ."""
    head, *rest = _cut(guide, locale)
    anchors = [slug(text.partition("\n")[0]) for text in _cut(guide, LOCALES[1])[1:]]
    found = {"": (head.partition("\n")[0].removeprefix("# "), head.partition("\n")[2].strip())}
    for anchor, text in zip(anchors, rest, strict=True):
        heading, _, body = text.partition("\n")
        found[anchor] = heading, body.strip()
    return found


def _cut(guide: str, locale: str) -> list[str]:
    return (_GUIDES / f"{guide}{_ENDS[locale]}").read_text("utf-8").split("\n## ")


def markdown(name: str, locale: str) -> str:
    """A page in Markdown, with addresses at which a gateway serves."""
    part = PARTS[name]
    found = sections(part.guide, locale)
    opening = [found[""][1]] if name == _pages_of(part.guide)[0] else []
    texts = [f"## {found[anchor][0]}\n{found[anchor][1]}" for anchor in part.anchors]
    drawn = [f"### {one.name}\n{one.source}" for one in _machines(part)]
    if drawn:
        texts += [f"## {_STATES[locale]}", *drawn]
    text = "\n\n".join([f"# {part.titles[locale]}", *opening, *texts]) + "\n"
    return _LINK.sub(lambda link: _linked(link[1], link[2], part.guide, locale), text)


def _pages_of(guide: str) -> list[str]:
    return [name for name, part in PARTS.items() if part.guide == guide]


def _machines(part: Part) -> list[Machine]:
    return [machines()[name] for name in part.machines]


def _linked(words: str, target: str, own: str, locale: str) -> str:
    """A link in the guide `own`, where it leads at a gateway; its words alone where that is a file
    of the repository that the gateway does not serve."""
    file, _, heading = target.partition("#")
    there = {f"{guide}{end}": (guide, locale) for guide in GUIDES for locale, end in _ENDS.items()}
    guide, language = there.get(file, ("", "")) if file else (own, locale)
    if guide:
        page, anchor = _pages_of(guide)[0], ""
        if heading:
            of_heading = {slug(one[0]): at for at, one in sections(guide, language).items()}
            anchor = of_heading[heading]
            page = next(name for name in _pages_of(guide) if anchor in PARTS[name].anchors)
        return f"[{words}](/docs/{language}/guide/{page}{'#' * bool(anchor)}{anchor})"
    address = _SERVED.get(target, target if target.startswith("https:") else "")
    return f"[{words}]({address})" if address else words


def contents(name: str, locale: str) -> list[tuple[str, str]]:
    """Anchors and headings of a page."""
    part = PARTS[name]
    found = [(anchor, sections(part.guide, locale)[anchor][0]) for anchor in part.anchors]
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
