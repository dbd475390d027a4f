"""What rules say of facts: each kind, at its bounds, and where nothing can be known."""

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.wording import rule_text
from contracts.membership.screening import FIELDS_OF_KIND
from contracts.states.membership import SCREENING_KINDS, ScreeningKind
from contracts.words.screening import FOUND
from services.membership.domain.identity.name_keys import same_names
from services.membership.domain.vetting.screening_keys import (
    answer_digests,
    answer_key,
    email_digest,
    name_digests,
    phone_digest,
)
from services.membership.domain.vetting.screening_rules import (
    KINDS,
    Facts,
    Share,
    introduction_score,
    rejecting,
    score_of,
    screen,
)


def question(key: str, kind: str = "short_text", **more: Any) -> Any:
    options = ["a", "b"] if kind in ("single", "multi") else []
    plain = {"required": False, "private": False, "asked_if": None, "fills": None}
    bounds = {"minimum": 0, "maximum": None, "options": options}
    return {"key": key, "kind": kind, "title": key.upper(), **plain, **bounds, **more}


FORM: Any = [
    {
        "title": "",
        "questions": [
            question("one", "single"),
            question("many", "multi"),
            question("text", "long_text", introduction=True),
            question("more", "long_text", introduction=True),
            question("number", "number"),
            question("key"),
            question("unasked", asked_if={"question": "one", "any_of": ["b"]}, introduction=True),
        ],
    }
]
NOTHING = Facts(FORM, {})


def found(rule: dict[str, Any], facts: Facts) -> bool:
    whole: Any = {"weight": 1, "effect": "flag", "reason": None, **rule}
    return [flag["rule"] for flag in screen([whole], facts)] == [1]


@pytest.mark.parametrize(
    ("rule", "answers", "expected"),
    [
        ({"kind": "answer_in_list", "question": "one", "any_of": ["b"]}, {"one": "b"}, True),
        ({"kind": "answer_in_list", "question": "one", "any_of": ["b"]}, {"one": "a"}, False),
        ({"kind": "answer_in_list", "question": "many", "any_of": ["b"]}, {"many": ["a"]}, False),
        ({"kind": "answer_in_list", "question": "key", "any_of": ["ab"]}, {"key": " ＡB "}, True),
        ({"kind": "answer_in_list", "question": "key", "any_of": ["none"]}, {}, False),
        ({"kind": "answer_in_list", "question": "gone", "any_of": ["x"]}, {"gone": "x"}, False),
        ({"kind": "answer_in_list", "question": "unasked", "any_of": ["x"]},
         {"one": "a", "unasked": "x"}, False),
        ({"kind": "number_within", "question": "number", "minimum": 1, "maximum": 3},
         {"number": 3}, True),
        ({"kind": "number_within", "question": "number", "minimum": 1, "maximum": 3},
         {"number": 3.5}, False),
        ({"kind": "number_within", "question": "number", "minimum": -1, "maximum": 3}, {}, False),
        ({"kind": "text_at_least", "question": "text", "characters": 3}, {"text": "abc"}, True),
        ({"kind": "text_at_least", "question": "text", "characters": 3}, {"text": "  ab "}, False),
        ({"kind": "introduction_below", "score": 50}, {"text": "x"}, False),
        ({"kind": "introduction_below", "score": 51}, {"text": "x"}, True),
        ({"kind": "introduction_below", "score": 50}, {"one": "b", "text": "x"}, True),
    ],
)  # fmt: skip
def test_answers(rule: dict[str, Any], answers: dict[str, Any], expected: bool) -> None:
    assert found(rule, Facts(FORM, answers)) is expected


def test_an_introduction_that_nobody_marked_is_unknown() -> None:
    """rules.md §1.12: unknown says nothing, however high the bound is."""
    form: Any = [{"title": "", "questions": [question("key")]}]
    assert introduction_score(form, {}) is None
    assert not found({"kind": "introduction_below", "score": 100}, Facts(form, {}))
    assert introduction_score(FORM, {"text": "x", "more": "y"}) == 100


@pytest.mark.parametrize(
    ("same", "members", "expected"),
    [(5, 10, False), (6, 10, True), (0, 0, False), (1, 1, True), (None, 10**6, False)],
)
def test_a_share_is_strictly_over(same: int | None, members: int, expected: bool) -> None:
    rule = {"kind": "share_over", "label": "city", "percent": 50}
    assert found(rule, replace(NOTHING, shares={"city": Share(same, members)})) is expected
    assert not found(rule, NOTHING)


def test_others_are_named_a_few_of_them() -> None:
    many = [f"app_{number}" for number in range(9)]
    facts = replace(
        NOTHING,
        duplicates={"key": many},
        namesakes=["per_1"],
        blocked_answers={"key": ["blk_1"]},
        blocked_names=["blk_2"],
    )
    rules: Any = [
        {"kind": "duplicate_key", "weight": 3, "effect": "flag", "reason": None, "question": "key"},
        {"kind": "similar_name", "weight": -1, "effect": "reject", "reason": "full"},
        {"kind": "blocked_key", "weight": 5, "effect": "reject", "reason": "other",
         "question": "key"},
    ]  # fmt: skip
    flags = screen(rules, facts)
    assert [(flag["rule"], flag["about"]) for flag in flags] == [
        (0, ["blk_2"]),
        (1, many[:5]),
        (2, ["per_1"]),
        (3, ["blk_1"]),
    ]
    assert (score_of(flags), rejecting(rules, flags)) == (7, "full")
    assert rejecting(rules, flags[:2]) is None


def test_every_kind_is_there_once() -> None:
    assert set(KINDS) == set(FIELDS_OF_KIND) == set(FOUND) == set(get_args(ScreeningKind))


@pytest.mark.parametrize("kind", SCREENING_KINDS)
def test_every_kind_has_its_sentence(kind: ScreeningKind) -> None:
    params = {"minimum": 1, "maximum": 2, "characters": 3, "score": 4, "percent": 5}
    params |= {"label": "city", "question": "？"}  # type: ignore[dict-item]
    english, chinese = (rule_text(kind, locale, params) for locale in ("en", "zh-CN"))
    assert english.isascii() or "“？”" in english
    assert "{" not in english + chinese
    assert not any(letter.isascii() and letter.isalpha() for letter in chinese)


def test_an_answer_is_recognised_however_it_is_written() -> None:
    assert answer_key("key", "ab-12 3") == answer_key("key", "ＡＢ１２３")
    assert answer_key("key", "ab") != answer_key("other", "ab")
    assert answer_digests("138 0013-8000") == [phone_digest("+8613800138000")]
    assert answer_digests("+86 138 0013 8000") == [phone_digest("+8613800138000")]
    assert answer_digests("Li.Wei@Example.com") == [email_digest("li.wei@example.com")]
    assert answer_digests("neither") == []


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("李小龙", "李晓龙", True),
        ("李小龙", "LI Xiao-long", True),
        ("李小龙", "李小", False),
        ("Ann Lee", "Anne Lee", False),
        ("Ann", "ＡＮＮ", True),
        ("单", "Shan", True),
    ],
)
def test_names_that_are_the_same(name: str, other: str, same: bool) -> None:
    assert bool({*same_names(name)} & {*same_names(other)}) is same
    assert bool({*name_digests(name)} & {*name_digests(other)}) is same


def test_who_has_no_name_has_none_like_it() -> None:
    assert same_names("") == same_names(None) == []


ANSWERS = st.dictionaries(
    st.sampled_from(["one", "many", "text", "number", "key", "unasked", "x"]),
    st.one_of(st.text(max_size=20), st.integers(), st.lists(st.text(max_size=3), max_size=3)),
)


@given(answers=ANSWERS)
def test_no_answer_breaks_a_rule(answers: dict[str, Any]) -> None:
    """Whatever is stored: each rule is so, or it is not, and twice the same."""
    rules: Any = [
        {"kind": "answer_in_list", "question": "one", "any_of": ["a"]},
        {"kind": "number_within", "question": "number", "minimum": 0, "maximum": 9},
        {"kind": "text_at_least", "question": "text", "characters": 2},
        {"kind": "introduction_below", "score": 50},
    ]
    whole = [{"weight": 1, "effect": "flag", "reason": None, **rule} for rule in rules]
    facts = Facts(FORM, answers)
    assert screen(whole, facts) == screen(whole, facts)  # type: ignore[arg-type]
