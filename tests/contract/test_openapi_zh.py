"""The API description in Chinese: everything that is said in a language has its text, of objects,
fields and states too, and the rest is the same."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.generate.__main__ import VERSION
from gateway import openapi, openapi_zh
from gateway.openapi_zh_answers import ANSWERS
from gateway.openapi_zh_fields import FIELDS
from gateway.openapi_zh_meanings import MEANINGS
from gateway.openapi_zh_sentences import SENTENCES, WHO
from gateway.routes import ROUTES

NAMES = (
    r"API|CSV|`[^`]+`|application/problem\+json|ETag|POST|RFC|UTC|UUID|ASCII|JSON|"
    r"Server-Sent Events|zh-CN|\ben\b|\bid\b|null|429|3339|"
    r"HTTP|IANA|IBAN|ISO|If-Match|PDF|PNG|JPEG|WebP|UTF-8|rules\.md|true|false|⌊\(n "
)


@pytest.fixture(scope="module")
def english() -> dict[str, Any]:
    return openapi.build(VERSION)


@pytest.fixture(scope="module")
def chinese(english: dict[str, Any]) -> dict[str, Any]:
    return openapi_zh.in_chinese(english)


def _said(document: dict[str, Any]) -> Iterator[str]:
    """Every description of operations, parameters, answers, headers and ways to sign in."""
    things = [
        one
        for kind, named in document["components"].items()
        if kind != "schemas"
        for one in named.values()
    ]
    for methods in document["paths"].values():
        for operation in methods.values():
            yield operation["description"]
            things += [*operation["parameters"], *operation["responses"].values()]
    yield from (one["description"] for one in things if "description" in one)


def test_every_operation_and_group_has_its_title() -> None:
    """A new one gets a line in `gateway/openapi_zh.py`; one that is gone loses it."""
    assert openapi_zh.SUMMARIES.keys() == {route.operation_id for route in ROUTES}
    assert openapi_zh.TAGS.keys() == {route.tag for route in ROUTES}


def test_every_operation_has_its_sentence() -> None:
    """A new one gets a line in `gateway/openapi_zh_meanings.py`."""
    assert MEANINGS.keys() == {route.operation_id for route in ROUTES}


def test_no_word_of_another_language_is_in_them(chinese: dict[str, Any]) -> None:
    """A new or changed English sentence gets its Chinese one in `gateway/openapi_zh_sentences.py`,
    that of an answer in `gateway/openapi_zh_answers.py`."""
    texts = [
        *openapi_zh.SUMMARIES.values(),
        *(text for tag in openapi_zh.TAGS.values() for text in tag),
        openapi_zh.DESCRIPTION,
        *_said(chinese),
    ]
    for text in texts:
        assert not re.search("[A-Za-z]", re.sub(NAMES, "", text)), text


def _meant(schema: Any) -> Iterator[str]:
    """Each line that a schema says of itself, its parts and their values."""
    if isinstance(schema, list):
        for one in schema:
            yield from _meant(one)
    elif isinstance(schema, dict):
        for name, one in schema.items():
            if name == "description":
                yield from one.split("\n")
            elif name == "properties":
                yield from _meant(list(one.values()))
            elif name not in openapi_zh.VALUES:
                yield from _meant(one)


def _of_schemas(document: dict[str, Any]) -> list[str]:
    bodies = [
        operation.get("requestBody")
        for methods in document["paths"].values()
        for operation in methods.values()
    ]
    return list(_meant([*document["components"]["schemas"].values(), *bodies]))


def test_no_word_of_another_language_is_in_fields_and_states(chinese: dict[str, Any]) -> None:
    """A new or changed sentence gets its Chinese one in `gateway/openapi_zh_fields`."""
    said = _of_schemas(chinese)
    assert len(said) > 1500
    assert [text for text in said if re.search("[A-Za-z]", re.sub(NAMES, "", text))] == []


def test_no_sentence_is_left_over(english: dict[str, Any]) -> None:
    """Of operations, fields and states that are gone, or say something else now."""
    said = "\n".join(_said(english))
    assert [one for one in (*WHO, *SENTENCES, *ANSWERS) if one not in said] == []
    meant = {re.sub("^- `[^`]+`: ", "", line) for line in _of_schemas(english)}
    assert sorted(FIELDS.keys() - meant) == []


def test_no_title_stands_twice() -> None:
    assert len(set(openapi_zh.SUMMARIES.values())) == len(openapi_zh.SUMMARIES)


def _wordless(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {name: _wordless(one) for name, one in thing.items() if name != "description"}
    return [_wordless(one) for one in thing] if isinstance(thing, list) else thing


def test_it_is_the_same_api(english: dict[str, Any], chinese: dict[str, Any]) -> None:
    """But for titles and descriptions."""
    assert _wordless(chinese["components"]) == _wordless(english["components"])
    for path, methods in english["paths"].items():
        for method, operation in methods.items():
            translated = chinese["paths"][path][method]
            assert _wordless(translated) == _wordless(
                {**operation, "summary": translated["summary"]}
            )
            assert translated["summary"] != operation["summary"]
    assert [tag["name"] for tag in chinese["tags"]] == [tag["name"] for tag in english["tags"]]
