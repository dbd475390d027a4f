"""An answer that says what is wrong is never much larger than what was sent."""

import json
from typing import Any

import pytest

from contracts.errors import INVALID_INPUT, MOST_FIELDS, DomainError, FieldProblem
from contracts.problems import load
from contracts.text import choices
from gateway.cursors import Cursors
from gateway.documents import Operation, RawRequest
from gateway.problems import render
from gateway.routes import ROUTES
from services.membership.domain.vetting.forms import answer_problems, check_form

COMMUNITY = "com_01JD6Q3F0M8V6Z4X2K9T7R5WYB"
MOST_BYTES = 15_000


def refused(rpc: str, body: object, *values: str) -> DomainError:
    (route,) = [route for route in ROUTES if route.rpc.name == rpc]
    operation = Operation(route, Cursors(b"k" * 32))
    sent = json.dumps(body).encode()
    assert len(sent) <= route.max_body
    with pytest.raises(DomainError) as told:
        operation.request(RawRequest(values, "", sent, 1 if route.if_match else None, {}))
    return told.value


def answer(error: DomainError) -> Any:
    """What is answered, after the way between two services."""
    travelled = DomainError.from_dict(json.loads(json.dumps(error.as_dict())))
    body = render(travelled, 422, locale="en", request_id="r", base_url="https://example.com")
    assert len(body) < MOST_BYTES
    return json.loads(body)


def question(key: str, **more: Any) -> Any:
    asked = {"key": key, "title": "?", "kind": "short_text", "required": False, "private": False}
    return {**asked, "options": [], "minimum": 0, "maximum": None, "asked_if": None, **more}


@pytest.mark.parametrize("prefix", ["f", "$"])
def test_thousands_of_unknown_fields(prefix: str) -> None:
    said = answer(refused("start_sign_in", {f"{prefix}{n}": 0 for n in range(5_000)}))
    assert len(said["errors"]) == MOST_FIELDS
    assert said["errors_left_out"] == 5_000 - MOST_FIELDS


def test_hundreds_of_wrong_fields_below() -> None:
    many = [{"title": "t", "questions": [{"x": 0}] * 50}] * 10
    said = answer(refused("change_form", {"form": many}, COMMUNITY))
    assert len(said["errors"]) == MOST_FIELDS
    assert said["errors_left_out"] > 500


def test_hundreds_of_wrong_ids() -> None:
    body = {"registration_ids": ["no"] * 300}
    said = answer(refused("select_registrations", body, "mtg_01JD6Q3F0M8V6Z4X2K9T7R5WYB"))
    assert len(said["errors"]) == MOST_FIELDS


def test_a_form_whose_questions_cannot_be_asked() -> None:
    asked = [question("q") for _ in range(500)]
    with pytest.raises(DomainError) as told:
        check_form([{"title": "t", "questions": asked}])
    said = answer(told.value)
    assert (len(said["errors"]), said["errors_left_out"]) == (50, 449)


def test_answers_that_none_of_many_long_options_is() -> None:
    options = ["long" * 50 + str(n) for n in range(50)]
    form: Any = [
        {"title": "t", "questions": [question(f"q{n}", kind="single", options=options)]}
        for n in range(100)
    ]
    problems = answer_problems(form, {f"q{n}": "none" for n in range(100)})
    told = DomainError(INVALID_INPUT, fields=problems)
    assert len(json.dumps(told.as_dict())) < 60_000
    assert all(len(str(wrong.params["choices"])) < 1_000 for wrong in problems)


def test_few_are_all_named() -> None:
    error = refused("start_sign_in", {"one": 1, "two": 2})
    said = answer(error)
    assert [wrong["pointer"] for wrong in said["errors"]] == ["/one", "/two"]
    assert "errors_left_out" not in said


def test_what_was_left_out_is_still_counted_after_it_was_said_otherwise() -> None:
    error = DomainError(INVALID_INPUT, fields=[FieldProblem("/a", "field.required")] * 70)
    error.replayed = True
    again = error.with_fields(error.fields)
    assert (len(again.fields), again.fields_left_out, again.replayed) == (50, 20, True)


def test_a_service_names_no_more() -> None:
    from contracts.membership import START_SIGN_IN

    with pytest.raises(DomainError) as told:
        load(START_SIGN_IN.request(), {f"f{n}": 0 for n in range(500)})
    assert len(told.value.fields) == MOST_FIELDS
    assert told.value.fields_left_out >= 450


def test_choices_are_few_and_short() -> None:
    assert choices(["a", "b"]) == ["a", "b"]
    assert choices(str(n) for n in range(30))[-2:] == ["19", "…"]
    assert [len(one) for one in choices(["x" * 1_000])] == [41]
