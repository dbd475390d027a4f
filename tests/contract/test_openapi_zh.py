"""The API description in Chinese has every title, and says the same otherwise."""

import re
from typing import Any

import pytest

from deploy.generate.__main__ import VERSION
from gateway import openapi, openapi_zh
from gateway.routes import ROUTES

NAMES = r"API|CSV|`[^`]+`|application/problem\+json|ETag|POST|RFC|UTC|JSON|zh-CN|en|429|3339"


@pytest.fixture(scope="module")
def english() -> dict[str, Any]:
    return openapi.build(VERSION)


@pytest.fixture(scope="module")
def chinese(english: dict[str, Any]) -> dict[str, Any]:
    return openapi_zh.in_chinese(english)


def test_every_operation_and_group_has_its_title() -> None:
    """A new one gets a line in `gateway/openapi_zh.py`; one that is gone loses it."""
    assert openapi_zh.SUMMARIES.keys() == {route.operation_id for route in ROUTES}
    assert openapi_zh.TAGS.keys() == {route.tag for route in ROUTES}


def test_no_word_of_another_language_is_in_them() -> None:
    texts = [
        *openapi_zh.SUMMARIES.values(),
        *(text for tag in openapi_zh.TAGS.values() for text in tag),
        openapi_zh.DESCRIPTION,
    ]
    for text in texts:
        assert not re.search("[A-Za-z]", re.sub(NAMES, "", text)), text


def test_no_title_stands_twice() -> None:
    assert len(set(openapi_zh.SUMMARIES.values())) == len(openapi_zh.SUMMARIES)


def test_it_is_the_same_api(english: dict[str, Any], chinese: dict[str, Any]) -> None:
    """But for titles: schemas, parameters, answers and codes are untouched."""
    assert chinese["components"] == english["components"]
    for path, methods in english["paths"].items():
        for method, operation in methods.items():
            translated = chinese["paths"][path][method]
            assert translated == {**operation, "summary": translated["summary"]}
            assert translated["summary"] != operation["summary"]
    assert [tag["name"] for tag in chinese["tags"]] == [tag["name"] for tag in english["tags"]]
