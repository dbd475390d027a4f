"""The guide as a gateway serves it: two languages that say the same, links that lead somewhere."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from contracts.errors import LOCALES
from gateway.manual import guide, served, states, viewer
from gateway.pages import CHINESE, Pages

ZH, EN = LOCALES
SECTIONS = [(name, anchor) for name in guide.GUIDES for anchor in guide.sections(name, EN)]
PAGES = [(name, locale) for name in guide.PARTS for locale in LOCALES]


def _shape(text: str) -> Counter[str]:
    """How many lines are rows of tables, points, numbered steps, ends of blocks."""
    starts = re.findall(r"^(\||- |\d+\. |```)", text, re.MULTILINE)
    return Counter("1" if start[0].isdigit() else start for start in starts)


def _names(text: str) -> set[str]:
    """What stands as code within sentences: addresses, fields, codes, which no language changes."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return set(re.findall(r"`([^`\n]+)`", prose))


@pytest.mark.parametrize(("name", "anchor"), SECTIONS)
def test_both_languages_say_the_same(name: str, anchor: str) -> None:
    """Whoever changes one changes the other: rows, points, steps, blocks, and names in code."""
    english, chinese = (guide.sections(name, locale)[anchor][1] for locale in (EN, ZH))
    assert _shape(english) == _shape(chinese)
    assert _names(english) == _names(chinese)
    assert len(english.split("\n\n")) == len(chinese.split("\n\n")), "paragraphs"


def test_every_section_is_on_one_page() -> None:
    shown = [(part.guide, anchor) for part in guide.PARTS.values() for anchor in part.anchors]
    assert sorted(shown) == sorted((name, anchor) for name, anchor in SECTIONS if anchor)


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.anchors.add(str(found["id"]))
        self.links += [str(found[name]) for name in ("href", "src") if found.get(name)]


def _read(path: str) -> _Reader:
    page = Pages(api=True).find(path, gzipped=False, locale=EN)
    assert page is not None, path
    return _Reader(page.body.decode())


@pytest.mark.parametrize(("name", "locale"), PAGES)
def test_links_of_a_page_lead_to_what_is_served(name: str, locale: str) -> None:
    """Offline: nothing of another host; anchors are there."""
    at = f"/docs/{locale}/guide/{name}"
    for link in _read(at).links:
        if link == "data:,":
            continue
        path, _, anchor = link.partition("#")
        there = _read(path or at)
        assert not anchor or anchor in there.anchors, link


@pytest.mark.parametrize(("name", "locale"), PAGES)
def test_a_page_has_its_twin_in_markdown(name: str, locale: str) -> None:
    page = Pages(api=True).find(f"/docs/{locale}/guide/{name}.md", gzipped=False, locale=EN)
    assert page is not None
    assert page.media_type.startswith("text/markdown")
    text = page.body.decode()
    assert text.startswith(f"# {guide.PARTS[name].titles[locale]}\n")
    assert text.count("\n## ") == len(guide.contents(name, locale))
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert [link for link in links if not link.startswith(("/", "https:"))] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_guides_lead_to_each_other_in_the_same_language(locale: str) -> None:
    assert f"/docs/{locale}/guide/sign-in" in _read(f"/docs/{locale}/guide/start").links
    assert f"/docs/{locale}/guide/start#sign-in" in _read(f"/docs/{locale}/guide/sign-in").links


def test_llms_txt_lists_all_pages() -> None:
    page = Pages(api=True).find("/llms.txt", gzipped=False, locale=EN)
    assert page is not None
    for name, locale in PAGES:
        assert f"(/docs/{locale}/guide/{name}.md)" in page.body.decode()


def test_without_a_language_a_page_is_in_the_readers() -> None:
    pages = Pages(api=True)
    for path in ("/docs/", "/docs/guide/start", "/docs/guide/start.md"):
        for locale in LOCALES:
            there = path.replace("/docs/", f"/docs/{locale}/")
            assert pages.find(path, gzipped=False, locale=locale) == pages.find(
                there, gzipped=False, locale=EN
            )


@pytest.mark.parametrize("path", ["/docs/en/", "/docs/zh-CN/"])
def test_people_of_the_seed_are_offered_in_development_alone(path: str) -> None:
    for development in (True, False):
        page = Pages(api=True, development=development).find(path, gzipped=False, locale=EN)
        assert page is not None
        assert (b"/dev/people.json" in page.body) is development


@pytest.mark.parametrize("name", [one for part in guide.PARTS.values() for one in part.machines])
def test_a_machine_is_drawn_whole(name: str) -> None:
    machine = states.machines()[name]
    svg = states.drawing(machine, chinese=True)
    assert svg.count("<rect") == len(machine.names) > 1
    assert svg.count('marker-end="url(#a)"') == len(machine.steps) > 1
    for _, chinese in machine.names.values():
        assert chinese in svg


def test_what_is_served_stays_small() -> None:
    """First view of the API pages: 600 KB at most, compressed."""
    sent = 0
    for path in ("/docs/zh-CN/", CHINESE, "/docs/zh-CN/rapidoc-min.js", *served._FILES):
        page = Pages(api=True).find(path, gzipped=True, locale=ZH)
        assert page is not None
        sent += len(page.body)
    assert sent < 350_000


def test_the_viewer_speaks_chinese_to_readers_of_it() -> None:
    """None of the words that it shows of its own is left; a piece that is gone is an error."""
    text = viewer.script(chinese=True).decode()
    english = viewer.script(chinese=False).decode()
    for word in ("PATH PARAMETERS", ">TRY<", ">SCHEMA<", "> RESPONSE HEADERS<", "SEARCH\n"):
        assert word in english
        assert word not in text
    assert "HTTP Bearer" not in english
