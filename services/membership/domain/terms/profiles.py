"""What a community keeps of a member beside dates and number: from the form, changed later.

`segment`, `city` and `company` are known everywhere; a community's form may fill fields of its own.
"""

from collections.abc import Mapping
from typing import cast

from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.text import choices
from contracts.types.membership import Question
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.vetting.forms import (
    LABELS,
    Answers,
    Form,
    filling,
    questions_asked,
    questions_of,
)

KNOWN = (*LABELS, "company")
Profile = Mapping[str, str | None]  # by field; None = it is taken out


def answered(form: Form, answers: Answers) -> Profile:
    """What an applicant's answers fill; of two questions for one field the later."""
    return {
        field: answers[question["key"]]
        for field, question in filling(questions_asked(form, answers))
        if answers.get(question["key"])
    }


def check(form: Form, changes: Profile, *, by_owner: bool) -> None:
    """Raises DomainError(INVALID_INPUT) for fields that no question fills, and for what is none of
    the options of the question that does. `company` is anybody's to say; segment and city owners
    may set as they like."""
    by_field: dict[str, list[Question]] = {}
    for field, question in filling(questions_of(form)):
        by_field.setdefault(field, []).append(question)
    problems = []
    for field, value in changes.items():
        if value is None or field == "company" or (by_owner and field in LABELS):
            continue
        at = f"/{field}" if field in KNOWN else f"/details/{field}"
        questions = by_field.get(field)
        if questions is None:
            problems.append(FieldProblem(at, "field.unknown"))
            continue
        options = [option for question in questions for option in question["options"]]
        is_text = any(not question["options"] for question in questions)
        if not is_text and value not in options:
            problems.append(FieldProblem(at, "field.choice", {"choices": choices(options)}))
    if problems:
        raise DomainError(INVALID_INPUT, fields=problems)


def with_profile(membership: Membership, changes: Profile) -> Membership:
    """The membership with these fields; the others stay."""
    known = {field: value for field, value in changes.items() if field in KNOWN}
    own = {**membership.get("details", {}), **changes}
    details = {field: value for field, value in own.items() if field not in KNOWN and value}
    return cast(Membership, {**membership, **known, "details": details})
