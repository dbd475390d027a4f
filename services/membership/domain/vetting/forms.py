"""Application forms: which questions are asked, and what is wrong with the answers (product.md §2).

A form is a list of sections, a section a list of questions. A question with `asked_if` is asked
only when an earlier question that was asked itself has one of the named answers.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.text import choices
from contracts.types.membership import Question, Section

Form = list[Section]
Answers = dict[str, Any]

CHOICES = ("single", "multi")
# Labels are told to neighbours, so they are the owner's words: each has kinds of question that fit
# it, and any other field of a profile has.
LABELS = ("segment", "city")
LABELLING, FILLING = ("single",), ("single", "short_text")
SHORT_TEXT, LONG_TEXT = 200, 5_000
FILE_QUESTIONS, FILES = 3, 5  # of a form, and of one answer
_LINK = re.compile(r"https?://[^\s/$.?#][^\s]*")


def check_form(form: Form) -> None:
    """Raises DomainError(INVALID_INPUT) naming every question that cannot be asked."""
    problems = list(_form_problems(form))
    if problems:
        raise DomainError(INVALID_INPUT, fields=problems)


def questions_asked(form: Form, answers: Answers) -> list[Question]:
    """The questions that apply to somebody with these answers, in order."""
    asked: dict[str, Question] = {}
    for question in questions_of(form):
        condition = question["asked_if"]
        if condition is None or (
            condition["question"] in asked
            and _has_any(answers.get(condition["question"]), condition["any_of"])
        ):
            asked[question["key"]] = question
    return list(asked.values())


def answer_problems(form: Form, answers: Answers) -> list[FieldProblem]:
    """Everything that is missing or wrong, each with a pointer such as /answers/city."""
    asked = {question["key"]: question for question in questions_asked(form, answers)}
    problems = []
    for key, question in asked.items():
        answer = _given(answers, key)
        if answer is None:
            if question["required"]:
                problems.append(_about(key, "field.answer_missing", question=question["title"]))
        elif found := _fault(question, answer):
            code, params = found
            problems.append(_about(key, code, **params, question=question["title"]))
    problems += [_about(key, "field.answer_unasked") for key in answers if key not in asked]
    return problems


def check_asked(form: Form, answers: Answers) -> None:
    """Raises DomainError(INVALID_INPUT) for answers to questions that the form does not have.

    Unlike `answer_problems` for what is unfinished: whether a question applies is not settled yet.
    """
    known = {question["key"] for question in questions_of(form)}
    problems = [_about(key, "field.answer_unasked") for key in answers if key not in known]
    if problems:
        raise DomainError(INVALID_INPUT, fields=problems)


def check_in_form(form: Form, keys: Sequence[str]) -> None:
    """Raises DomainError(INVALID_INPUT) for those of a request for more that no question has."""
    known = [question["key"] for question in questions_of(form)]
    problems = [
        FieldProblem(f"/questions/{place}", "field.question_unknown", {"choices": choices(known)})
        for place, key in enumerate(keys)
        if key not in known
    ]
    if problems:
        raise DomainError(INVALID_INPUT, fields=problems)


def reopened(form: Form, named: Sequence[str]) -> set[str]:
    """The questions that a request for more opens: those that it names, and those that their
    answers decide about; all where it names none."""
    opened = {question["key"] for question in questions_of(form)} if not named else set(named)
    for question in questions_of(form):
        condition = question["asked_if"]
        if condition is not None and condition["question"] in opened:
            opened.add(question["key"])
    return opened


def check_reopened(form: Form, named: Sequence[str], before: Answers, after: Answers) -> None:
    """Raises DomainError(INVALID_INPUT) for other answers to questions that are not reopened."""
    opened = reopened(form, named)
    problems = [
        _about(question["key"], "field.answer_closed", question=question["title"])
        for question in questions_of(form)
        if question["key"] not in opened
        and _given(before, question["key"]) != _given(after, question["key"])
    ]
    if problems:
        raise DomainError(INVALID_INPUT, fields=problems)


def without_private_answers(form: Form, answers: Answers) -> Answers:
    """The answers that somebody who does not review may see."""
    private = {question["key"] for question in questions_of(form) if question["private"]}
    return {key: answer for key, answer in answers.items() if key not in private}


def files_named(form: Form, answers: Answers) -> list[tuple[str, str]]:
    """The keys of questions, each with an upload that its answer names."""
    keys = [question["key"] for question in questions_of(form) if question["kind"] == "file"]
    given = [(key, answers[key]) for key in keys if isinstance(answers.get(key), list)]
    return [(key, id) for key, answer in given for id in answer]


def filling(questions: Iterable[Question]) -> Iterator[tuple[str, Question]]:
    """Those whose answers become part of the member's profile, each with the field it fills."""
    for question in questions:
        field = question.get("fills")
        if field:
            yield field, question


def questions_of(form: Form) -> Iterator[Question]:
    for section in form:
        yield from section["questions"]


def _form_problems(form: Form) -> Iterator[FieldProblem]:
    earlier: dict[str, Question] = {}
    of_files = 0
    for s, section in enumerate(form):
        for q, question in enumerate(section["questions"]):
            at = f"/form/{s}/questions/{q}"
            if question["key"] in earlier:
                yield FieldProblem(f"{at}/key", "field.repeated")
            if (question["kind"] in CHOICES) != bool(question["options"]):
                yield FieldProblem(f"{at}/options", "field.items", {"minimum": 1, "maximum": 50})
            if len(set(question["options"])) != len(question["options"]):
                yield FieldProblem(f"{at}/options", "field.repeated")
            if question["kind"] == "file":
                of_files += 1
                if of_files > FILE_QUESTIONS:
                    most = {"maximum": FILE_QUESTIONS}
                    yield FieldProblem(f"{at}/kind", "field.file_questions", most)
                if not 1 <= _most_files(question) <= FILES:
                    most = {"minimum": 1, "maximum": FILES}
                    yield FieldProblem(f"{at}/maximum", "field.range", most)
            filled = question.get("fills")
            fitting = LABELLING if filled in LABELS else FILLING
            if filled and question["kind"] not in fitting:
                yield FieldProblem(f"{at}/kind", "field.choice", {"choices": choices(fitting)})
            elif filled and question["private"]:  # others see what it fills
                yield FieldProblem(f"{at}/private", "field.choice", {"choices": ["false"]})
            condition = question["asked_if"]
            if condition is not None:
                asked = earlier.get(condition["question"])
                if asked is None:
                    known = {"choices": choices(earlier)}
                    yield FieldProblem(f"{at}/asked_if/question", "field.question_later", known)
                elif asked["options"] and not set(condition["any_of"]) <= set(asked["options"]):
                    known = {"choices": choices(asked["options"])}
                    yield FieldProblem(f"{at}/asked_if/any_of", "field.choice", known)
            earlier[question["key"]] = question


def _most_files(question: Question) -> int:
    return 1 if question["maximum"] is None else question["maximum"]


def _given(answers: Answers, key: str) -> Any:
    """What was answered; None for nothing, in whatever form that was sent."""
    answer = answers.get(key)
    return None if answer in (None, "", []) else answer


def _has_any(answer: Any, wanted: Sequence[str]) -> bool:
    given = answer if isinstance(answer, list) else [answer]
    return any(option in wanted for option in given)


def _fault(question: Question, answer: Any) -> tuple[str, dict[str, Any]] | None:
    """What is wrong with one given answer: a field code and its parameters."""
    kind, minimum, maximum = question["kind"], question["minimum"], question["maximum"]
    if kind == "number":
        if not isinstance(answer, int | float):
            return "field.type", {"expected": "number"}
        highest = 2**53 if maximum is None else maximum
        return _outside("field.range", answer, minimum, highest)
    if kind == "file":
        if not isinstance(answer, list):
            return "field.type", {"expected": "list"}
        if len(set(answer)) != len(answer):
            return "field.repeated", {}
        return _outside("field.items", len(answer), minimum, _most_files(question))
    if kind == "multi":
        if not isinstance(answer, list):
            return "field.type", {"expected": "list"}
        if not set(answer) <= set(question["options"]):
            return "field.choice", {"choices": choices(question["options"])}
        if len(set(answer)) != len(answer):
            return "field.repeated", {}
        highest = len(question["options"]) if maximum is None else maximum
        return _outside("field.items", len(answer), minimum, highest)
    if not isinstance(answer, str):
        return "field.type", {"expected": "text"}
    if kind == "single":
        if answer not in question["options"]:
            return "field.choice", {"choices": choices(question["options"])}
        return None
    if kind == "link" and not _LINK.fullmatch(answer):
        return "field.format", {"expected": "link"}
    highest = (LONG_TEXT if kind == "long_text" else SHORT_TEXT) if maximum is None else maximum
    return _outside("field.length", len(answer), minimum, highest)


def _outside(
    code: str, measure: float, minimum: int, maximum: int
) -> tuple[str, dict[str, Any]] | None:
    return (
        None if minimum <= measure <= maximum else (code, {"minimum": minimum, "maximum": maximum})
    )


def _about(key: str, code: str, **params: Any) -> FieldProblem:
    return FieldProblem(f"/answers/{key}", code, params)
