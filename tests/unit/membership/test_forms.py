"""Forms: which questions are asked, and every way an answer can be wrong."""

from typing import Any

import pytest

from contracts.errors import DomainError
from contracts.membership import Section
from contracts.problems import load
from services.membership.domain.vetting.forms import (
    Form,
    answer_problems,
    check_form,
    check_reopened,
    questions_asked,
    without_private_answers,
)


def form(*questions: dict[str, Any]) -> Form:
    section: Any = load(Section(), {"title": "About you", "questions": list(questions)})
    return [section]


def question(key: str, kind: str = "short_text", **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "title": key, **more}


def problems(asked: Form, answers: dict[str, Any]) -> set[tuple[str, str]]:
    return {(p.pointer.removeprefix("/answers/"), p.code) for p in answer_problems(asked, answers)}


MEDICAL = form(
    question("profession", "single", options=["doctor", "nurse", "sales"], required=True),
    question(
        "department",
        required=True,
        asked_if={"question": "profession", "any_of": ["doctor", "nurse"]},
    ),
    question("ward", required=True, asked_if={"question": "department", "any_of": ["surgery"]}),
)


def test_questions_follow_earlier_answers() -> None:
    """product.md §2: conditional on an earlier answer, through several steps."""

    def asked(answers: dict[str, Any]) -> list[str]:
        return [question["key"] for question in questions_asked(MEDICAL, answers)]

    assert asked({}) == ["profession"]
    assert asked({"profession": "sales"}) == ["profession"]
    assert asked({"profession": "nurse"}) == ["profession", "department"]
    assert asked({"profession": "nurse", "department": "surgery"})[-1] == "ward"
    # The department is not asked of sales, so neither is what follows from it.
    assert asked({"profession": "sales", "department": "surgery"}) == ["profession"]


def test_missing_and_unasked_answers_are_named() -> None:
    """product.md §2: told exactly what is missing."""
    assert problems(MEDICAL, {}) == {("profession", "field.answer_missing")}
    assert problems(MEDICAL, {"profession": "doctor", "department": ""}) == {
        ("department", "field.answer_missing")
    }
    assert problems(MEDICAL, {"profession": "sales", "ward": "3"}) == {
        ("ward", "field.answer_unasked")
    }
    complete = {"profession": "doctor", "department": "surgery", "ward": "3"}
    assert problems(MEDICAL, complete) == set()


@pytest.mark.parametrize(
    ("asked", "answer", "code"),
    [
        (question("a", "single", options=["x"]), "y", "field.choice"),
        (question("a", "single", options=["x"]), ["x"], "field.type"),
        (question("a", "multi", options=["x", "y"]), ["z"], "field.choice"),
        (question("a", "multi", options=["x", "y"]), ["x", "x"], "field.repeated"),
        (question("a", "multi", options=["x", "y"], minimum=2), ["x"], "field.items"),
        (question("a", "multi", options=["x", "y"]), "x", "field.type"),
        (question("a", "number", maximum=60), 61, "field.range"),
        (question("a", "number", minimum=1), 0, "field.range"),
        (question("a", "number"), "12", "field.type"),
        (question("a", "link"), "javascript:alert(1)", "field.format"),
        (question("a", "link"), "https://", "field.format"),
        (question("a", minimum=3), "ab", "field.length"),
        (question("a", maximum=3), "abcd", "field.length"),
        (question("a"), "x" * 201, "field.length"),
        (question("a"), 7, "field.type"),
        (question("a", "long_text"), "x" * 5_001, "field.length"),
    ],
)
def test_wrong_answers(asked: dict[str, Any], answer: object, code: str) -> None:
    """Every kind of question says what is wrong with an answer of it."""
    assert problems(form(asked), {"a": answer}) == {("a", code)}


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (question("a", "single", options=["x"]), "x"),
        (question("a", "multi", options=["x", "y"]), ["y", "x"]),
        (question("a", "number", maximum=60), 60),
        (question("a", "number"), 0),
        (question("a", "number"), 7.5),
        (question("a", "link"), "https://example.com/a?b=c"),
        (question("a", "long_text", minimum=20), "二十个字的自我介绍在这里写下来一共有二十字"),
        (question("a"), ""),  # not required
    ],
)
def test_right_answers(asked: dict[str, Any], answer: object) -> None:
    assert problems(form(asked), {"a": answer}) == set()


def test_private_answers_can_be_left_out() -> None:
    """product.md §2: private answers are for reviewers."""
    asked = form(question("city"), question("license", private=True))
    answers = {"city": "上海", "license": "L1"}
    assert without_private_answers(asked, answers) == {"city": "上海"}


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ([question("a"), question("a")], "/form/0/questions/1/key"),
        ([question("a", "single")], "/form/0/questions/0/options"),
        ([question("a", options=["x"])], "/form/0/questions/0/options"),
        ([question("a", "single", options=["x", "x"])], "/form/0/questions/0/options"),
        (
            [question("b", asked_if={"question": "a", "any_of": ["x"]})],
            "/form/0/questions/0/asked_if/question",
        ),
        (
            [
                question("a", "single", options=["x"]),
                question("b", asked_if={"question": "a", "any_of": ["y"]}),
            ],
            "/form/0/questions/1/asked_if/any_of",
        ),
    ],
)
def test_forms_that_cannot_be_asked(asked: list[dict[str, Any]], pointer: str) -> None:
    """A form is refused with a pointer to the question that is wrong."""
    with pytest.raises(DomainError) as error:
        check_form(form(*asked))
    assert [problem.pointer for problem in error.value.fields] == [pointer]


def test_files_are_lists_of_so_many() -> None:
    """One file unless the question says more, five at most, three such questions a form."""
    asked = form(question("one", "file"), question("some", "file", minimum=2, maximum=3))
    assert problems(asked, {"one": ["upl_1"], "some": ["upl_2", "upl_3"]}) == set()
    assert problems(asked, {"one": "upl_1"}) == {("one", "field.type")}
    assert problems(asked, {"one": ["upl_1", "upl_2"], "some": ["upl_3"]}) == {
        ("one", "field.items"),
        ("some", "field.items"),
    }
    assert problems(asked, {"some": ["upl_1", "upl_1"]}) == {("some", "field.repeated")}
    check_form(form(*(question(f"q{n}", "file", maximum=5) for n in range(3))))
    for wrong, pointer, code in (
        ([question(f"q{n}", "file") for n in range(4)], "3/kind", "field.file_questions"),
        ([question("q", "file", maximum=6)], "0/maximum", "field.range"),
        ([question("q", "file", maximum=0)], "0/maximum", "field.range"),
        ([question("q", "file", options=["a"])], "0/options", "field.items"),
        ([question("q", "file", fills="company")], "0/kind", "field.choice"),
    ):
        with pytest.raises(DomainError) as refused:
            check_form(form(*wrong))
        found = [(one.pointer, one.code) for one in refused.value.fields]
        assert found == [(f"/form/0/questions/{pointer}", code)]


BEFORE = {"profession": "doctor", "department": "surgery", "ward": "3"}


@pytest.mark.parametrize(
    ("named", "after", "closed"),
    [
        (["ward"], BEFORE | {"ward": "4"}, set()),
        (
            ["ward"],
            BEFORE | {"profession": "nurse", "department": ""},
            {"profession", "department"},
        ),
        (["department"], {"profession": "doctor", "department": "radiology"}, set()),
        (["profession"], {"profession": "sales"}, set()),
        ([], {"profession": "sales"}, set()),
    ],
)
def test_only_reopened_questions_and_what_follows_from_them_are_answered_anew(
    named: list[str], after: dict[str, Any], closed: set[str]
) -> None:
    """rules.md §1.8: a request for more reopens the questions that it names."""
    if not closed:
        check_reopened(MEDICAL, named, BEFORE, after)
        return
    with pytest.raises(DomainError) as error:
        check_reopened(MEDICAL, named, BEFORE, after)
    assert {(p.pointer.removeprefix("/answers/"), p.code) for p in error.value.fields} == {
        (key, "field.answer_closed") for key in closed
    }


def test_nothing_given_is_nothing_in_every_form() -> None:
    check_reopened(MEDICAL, ["ward"], {"department": ""}, {"department": None})
