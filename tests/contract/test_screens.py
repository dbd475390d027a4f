"""The example's screens ask only for what there is, and say what they ask for."""

import json
import re
from pathlib import Path

import pytest

from contracts.states import events, membership, payments

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples/screens"
SCREENS = ("my_communities", "review_queue", "member_page", "meetup_board", "owner_start")
MODULES = sorted(FOLDER.glob("*.js"))
WORDS: dict[str, dict[str, str]] = json.loads((FOLDER / "words.json").read_text("utf-8"))
CALL = re.compile(r'"((?:GET|POST|PUT|PATCH|DELETE) [^"]*)"')
DECLARED = re.compile(r"export const calls = \[(.*?)\];", re.DOTALL)
STATES = {
    "place": membership.PLACE_STATES,
    "step": membership.NEXT_STEPS,
    "application": membership.APPLICATION_STATES,
    "membership": membership.MEMBERSHIP_STATES,
    "term": membership.TERM_KINDS,
    "meetup": events.MEETUP_STATES,
    "registration": events.REGISTRATION_STATES,
    "order": payments.ORDER_STATES,
}


def _operations() -> dict[str, str]:
    """Method and path of each operation of the gateway, and the name that `actions` have."""
    document = json.loads((ROOT / "docs/reference/openapi.json").read_text("utf-8"))
    return {
        f"{method.upper()} {path}": operation["operationId"]
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict)
    }


def _split(name: str) -> tuple[list[str], str]:
    """The declared calls of a screen, and its text without that list."""
    text = (FOLDER / f"{name}.js").read_text("utf-8")
    (declared,) = DECLARED.findall(text)
    return CALL.findall(declared), DECLARED.sub("", text)


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_declares_what_it_sends(name: str) -> None:
    """Each call is one of the gateway's; what is declared is sent, and nothing else is."""
    declared, rest = _split(name)
    assert rest.startswith("// ")
    assert "// Needs:" in rest
    assert len(set(declared)) == len(declared)
    assert set(declared) <= set(_operations())
    assert set(CALL.findall(rest)) == set(declared)
    assert rest.count("/v1/") == len(CALL.findall(rest))


def test_the_client_sends_only_what_is_there() -> None:
    """Signing in is the client's, by names of operations; no module besides the screens has
    addresses."""
    text = (FOLDER / "client.js").read_text("utf-8")
    assert set(re.findall(r'coterie\.call\("(\w+)"', text)) <= set(_operations().values())
    for module in MODULES:
        if module.stem not in SCREENS:
            assert "/v1/" not in module.read_text("utf-8"), module.name


def test_buttons_have_the_names_of_operations() -> None:
    """`actions` name operations: a button of another name would never be shown."""
    names = set(_operations().values())
    buttons = {key.removeprefix("do.") for key in WORDS["en"] if key.startswith("do.")}
    assert buttons <= names


def test_both_languages_say_the_same_in_their_own_words() -> None:
    """Not a word of the other language stands in a text, and every text has both."""
    chinese, english = dict(WORDS["zh-CN"]), dict(WORDS["en"])
    assert list(chinese) == list(english)
    del chinese["other_language"], english["other_language"]
    for key, text in chinese.items():
        assert not re.search("[A-Za-z]", re.sub(r"\{\w+\}", "", text)), key
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key
    for key, text in english.items():
        assert not re.search("[\u3000-\u9fff\uff00-\uffef]", text), key


def test_there_is_a_word_for_everything() -> None:
    """Texts that a module names, and states that the system has."""
    source = "".join(module.read_text("utf-8") for module in MODULES)
    named = set(re.findall(r'\bt\("([\w.]+)"', source))
    states = {f"{kind}.{state}" for kind, all_of_them in STATES.items() for state in all_of_them}
    assert named | states <= set(WORDS["en"])


def test_what_people_wrote_is_never_markup() -> None:
    """Only text is put on a page, and the page has no script or style of its own."""
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|DOMParser"
        r"|localStorage|sessionStorage|document\.cookie"
    )
    for module in MODULES:
        assert not forbidden.search(module.read_text("utf-8")), module.name
    page = (FOLDER / "index.html").read_text("utf-8")
    assert re.findall(r"<script[^>]*>[^<]*", page) == ['<script type="module" src="/app.js">']
    assert not re.search(r"<style|\bstyle=|\bon\w+=", page)
