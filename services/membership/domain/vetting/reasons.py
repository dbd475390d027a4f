"""Reasons that reviewers choose from: those of every community, and those that owners keep."""

from collections.abc import Sequence

from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.membership import REASON_UNKNOWN
from contracts.states.membership import REJECTION_REASONS
from contracts.types.membership import Reason


def check_reasons(reasons: Sequence[Reason]) -> None:
    """Raises DomainError(INVALID_INPUT) for a code that stands there twice, or everywhere."""
    codes = [one["code"] for one in reasons]
    problems = [
        FieldProblem(f"/reasons/{place}/code", "field.repeated")
        for place, code in enumerate(codes)
        if code in REJECTION_REASONS or code in codes[:place]
    ]
    if problems:
        raise DomainError(INVALID_INPUT, fields=problems)


def is_kept(code: str | None) -> bool:
    """Whether a code can only be one of the community's own."""
    return code is not None and code not in REJECTION_REASONS


def words_for(code: str | None, message: str, reasons: Sequence[Reason]) -> str:
    """What the applicant is told: the reviewer's words, or else those of the reason, as they are
    now. Raises DomainError(REASON_UNKNOWN) for a code that is not among the community's."""
    if not is_kept(code):
        return message
    for one in reasons:
        if one["code"] == code:
            return message or one["text"]
    raise DomainError(REASON_UNKNOWN, reason_code=code)
