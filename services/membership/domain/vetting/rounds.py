"""What a round of review comes to, by policy and rubric of its beginning (rules.md §1.1–1.5)."""

import datetime as dt
from collections.abc import Container, Sequence
from fractions import Fraction
from typing import Annotated, Literal, NotRequired, TypedDict

from contracts.aggregates import Open
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.membership import SCORES_INCOMPLETE
from contracts.states.membership import ShownReasons, Veto, Vouching
from contracts.types.membership import Criterion, Policy

Decision = Literal["approve", "reject"]
Outcome = Literal["approved", "rejected", "needs_owner", "in_review"]


class Verdict(TypedDict):
    """One reviewer's decision; a rejection has a reason. What is missing was given before there
    were rubrics."""

    reviewer_id: str
    verdict: Decision
    note: str
    at: dt.datetime
    scores: NotRequired[Annotated[dict[str, int], Open()]]
    veto: NotRequired[bool]
    reason: NotRequired[str]


class ReviewPolicy(TypedDict):
    """What of a policy a round goes by; `show_reasons`: missing in rounds of before."""

    reviewers_needed: int
    approvals_needed: int
    veto: Veto
    blind: bool
    least_score: int | None
    show_reasons: NotRequired[ShownReasons]
    vouching: NotRequired[Vouching]


class Round(TypedDict):
    """One round of review, from 1, with what it goes by to its end."""

    number: int
    policy: Annotated[ReviewPolicy, Open()]
    rubric: list[Annotated[Criterion, Open()]]


class FormerRound(TypedDict):
    """What was said of earlier answers."""

    number: int
    rubric: list[Annotated[Criterion, Open()]]
    verdicts: list[Verdict]


def check_policy(policy: Policy) -> None:
    """Raises DomainError(INVALID_INPUT) for settings of the review that do not go together."""
    problems = []
    needed, keys = policy["reviewers_needed"], [one["key"] for one in policy["rubric"]]
    if policy["approvals_needed"] > needed:
        most = {"minimum": 1, "maximum": needed}
        problems.append(FieldProblem("/policy/approvals_needed", "field.range", most))
    if policy["least_score"] is not None and not keys:
        one_at_least = {"minimum": 1, "maximum": 20}
        problems.append(FieldProblem("/policy/rubric", "field.items", one_at_least))
    problems += [
        FieldProblem(f"/policy/rubric/{place}/key", "field.repeated")
        for place, key in enumerate(keys)
        if key in keys[:place]
    ]
    if problems:
        raise DomainError(INVALID_INPUT, fields=problems)


def begin(number: int, policy: Policy) -> Round:
    """A round by the policy as it is now; a change of the policy meets the next one."""
    return {
        "number": number,
        "policy": {
            "reviewers_needed": policy["reviewers_needed"],
            "approvals_needed": policy["approvals_needed"],
            "veto": policy["veto"],
            "blind": policy["blind"],
            "least_score": policy["least_score"],
            "show_reasons": policy.get("show_reasons", "words"),  # older policies lack it
            "vouching": policy.get("vouching", "off"),
        },
        "rubric": policy["rubric"],
    }


def check_scores(rubric: Sequence[Criterion], scores: dict[str, int]) -> None:
    """Raises DomainError(SCORES_INCOMPLETE) unless each criterion has one, and nothing else."""
    wanted = {one["key"] for one in rubric}
    problems = [
        FieldProblem(f"/scores/{key}", "field.required" if key in wanted else "field.unknown")
        for key in sorted(wanted ^ scores.keys())
    ]
    if problems:
        raise DomainError(SCORES_INCOMPLETE, fields=problems)


def decide(
    policy: ReviewPolicy,
    rubric: Sequence[Criterion],
    verdicts: Sequence[Verdict],
    could_still_judge: int,
    *,
    vouched: bool = False,
) -> Outcome:
    """What the verdicts of a round come to, while so many could still give theirs (rules.md §1.3).
    `vouched`: whether members vouch for who applied, however many (rules.md §1.7).

    The first that applies; so nobody is rejected, and nothing hangs, because staff is missing.
    """
    approvals = sum(one["verdict"] == "approve" for one in verdicts)
    rejections = len(verdicts) - approvals
    needed, to_approve = policy["reviewers_needed"], policy["approvals_needed"]
    if vouched and policy.get("vouching") == "approval" and to_approve >= 2:
        needed, to_approve = needed - 1, to_approve - 1  # at least one approval is a reviewer's
    to_reject = needed - to_approve + 1
    if any(one.get("veto") for one in verdicts):
        return "rejected"
    if approvals >= to_approve:
        return "needs_owner" if _is_low(policy, rubric, verdicts) else "approved"
    if rejections >= to_reject:
        return "rejected"
    if max(approvals - to_approve, rejections - to_reject) + could_still_judge < 0:
        return "needs_owner"
    return "in_review"


def mean(rubric: Sequence[Criterion], verdicts: Sequence[Verdict]) -> Fraction | None:
    """The mean score of the verdicts, weighted by the rubric, exactly; None without a rubric."""
    weight = sum(one["weight"] for one in rubric) * len(verdicts)
    if not weight:
        return None
    total = sum(
        one["weight"] * verdict.get("scores", {})[one["key"]]
        for verdict in verdicts
        for one in rubric
    )
    return Fraction(total, weight)


def without(verdicts: Sequence[Verdict], of: Container[str]) -> list[Verdict]:
    """The verdicts of all others."""
    return [one for one in verdicts if one["reviewer_id"] not in of]


def _is_low(policy: ReviewPolicy, rubric: Sequence[Criterion], verdicts: Sequence[Verdict]) -> bool:
    least, found = policy["least_score"], mean(rubric, verdicts)
    return least is not None and found is not None and found < Fraction(least, 100)
