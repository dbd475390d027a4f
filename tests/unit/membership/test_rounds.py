"""Rounds of review against a small model: every policy, every sequence of up to five verdicts."""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import INVALID_INPUT, DomainError
from contracts.errors.membership import SCORES_INCOMPLETE
from contracts.membership import Policy
from contracts.problems import load
from services.membership.domain.vetting import rounds

Said = Literal["yes", "no", "veto"]
RUBRIC: Any = [
    {"key": "fit", "title": "Fit", "weight": 2},
    {"key": "depth", "title": "Depth", "weight": 1},
]


def policy_of(**settings: Any) -> Any:
    return load(Policy(), settings)


def verdicts_of(said: tuple[Said, ...], scores: dict[str, int] | None = None) -> Any:
    return [
        {
            "reviewer_id": f"per_{n}",
            "verdict": "approve" if one == "yes" else "reject",
            "veto": one == "veto",
            "scores": scores or {},
        }
        for n, one in enumerate(said)
    ]


def model(r: int, a: int, said: tuple[Said, ...], could: int, vouched: bool = False) -> str:
    """Twelve lines, written apart from the code (rules.md §1.3, §1.7)."""
    if "veto" in said:
        return "rejected"
    yes, no = said.count("yes"), said.count("no")
    if vouched and a >= 2:
        yes += 1
    if yes >= a:
        return "approved"
    if no >= r - a + 1:
        return "rejected"
    all_yes, all_no = yes + could >= a, no + could >= r - a + 1
    return "in_review" if all_yes or all_no else "needs_owner"


def sequences(veto: str) -> Iterator[tuple[Said, ...]]:
    words: list[Said] = ["yes", "no"] if veto == "none" else ["yes", "no", "veto"]
    for length in range(6):
        yield from itertools.product(words, repeat=length)


@pytest.mark.parametrize("veto", ["none", "owners", "any"])
def test_every_policy_and_sequence(veto: str) -> None:
    """rules.md §1.3: all (r, a, veto, conflicted) with up to five verdicts; once a round is over,
    no further verdict is looked at."""
    tried = 0
    for r in range(1, 6):
        for a in range(1, r + 1):
            policy = policy_of(reviewers_needed=r, approvals_needed=a, veto=veto)
            for staff, conflicted in itertools.product(range(7), range(3)):
                for said in sequences(veto):
                    could = max(0, staff - conflicted - len(said))
                    decided = rounds.decide(policy, [], verdicts_of(said), could)
                    assert decided == model(r, a, said, could), (r, a, said, could)
                    tried += 1
    assert tried > 15_000


@pytest.mark.parametrize("vouching", ["off", "flag", "approval", "first"])
def test_every_policy_and_sequence_of_who_is_vouched_for(vouching: str) -> None:
    """rules.md §1.7: a vouch stands for one approval, once, where two are needed, and only by a
    policy that says so; never alone, and it never rejects."""
    for r in range(1, 6):
        for a in range(1, r + 1):
            policy = policy_of(
                reviewers_needed=r, approvals_needed=a, veto="any", vouching=vouching
            )
            begun = rounds.begin(1, policy)["policy"]
            for said, could in itertools.product(sequences("any"), range(4)):
                given, counts = verdicts_of(said), vouching == "approval"
                decided = rounds.decide(begun, [], given, could, vouched=True)
                assert decided == model(r, a, said, could, counts), (r, a, said, could)
                without = rounds.decide(begun, [], given, could)
                assert without == model(r, a, said, could), (r, a, said, could)
                assert decided != "approved" or "yes" in said
                assert (decided == "rejected") <= (without == "rejected")


def test_nobody_is_rejected_and_nothing_hangs_for_want_of_staff() -> None:
    """rules.md §1.3: whatever was said without a no, missing staff never rejects; with nobody left
    there is always an outcome."""
    for r in range(1, 6):
        for a in range(1, r + 1):
            policy = policy_of(reviewers_needed=r, approvals_needed=a)
            for said in sequences("none"):
                outcome = rounds.decide(policy, [], verdicts_of(said), 0)
                assert outcome != "in_review"
                if "no" not in said:
                    assert outcome != "rejected"


@given(
    scores=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=5),
    least=st.integers(100, 500),
)
def test_a_low_mean_asks_an_owner(scores: list[tuple[int, int]], least: int) -> None:
    """rules.md §1.5: exact fractions, strictly below; equal is enough."""
    settings = {"reviewers_needed": 5, "approvals_needed": len(scores)}
    policy = policy_of(**settings, least_score=least, rubric=RUBRIC)
    verdicts: Any = [
        {**verdicts_of(("yes",), {"fit": fit, "depth": depth})[0], "reviewer_id": f"per_{n}"}
        for n, (fit, depth) in enumerate(scores)
    ]
    exact = sum((Fraction(2 * fit + depth, 3) for fit, depth in scores), Fraction()) / len(scores)
    assert rounds.mean(RUBRIC, verdicts) == exact
    low = exact < Fraction(least, 100)
    assert rounds.decide(policy, RUBRIC, verdicts, 0) == ("needs_owner" if low else "approved")


def test_a_mean_of_exactly_the_least_is_enough() -> None:
    """rules.md §1.5: 10/3 is not 3.33; 3.5 is 3.5."""
    policy = policy_of(least_score=350, rubric=RUBRIC[:1])
    enough = verdicts_of(("yes", "yes"), {"fit": 4})
    enough[0]["scores"] = {"fit": 3}
    assert rounds.decide(policy, RUBRIC[:1], enough, 0) == "approved"
    assert rounds.mean([], verdicts_of(("yes",))) is None


@pytest.mark.parametrize(
    ("scores", "wrong"),
    [
        ({}, {"/scores/depth": "field.required", "/scores/fit": "field.required"}),
        ({"fit": 3}, {"/scores/depth": "field.required"}),
        ({"fit": 3, "depth": 1, "looks": 5}, {"/scores/looks": "field.unknown"}),
    ],
)
def test_a_verdict_scores_the_whole_rubric(scores: dict[str, int], wrong: dict[str, str]) -> None:
    """rules.md §1.2: incomplete is refused, each criterion named."""
    with pytest.raises(DomainError) as error:
        rounds.check_scores(RUBRIC, scores)
    assert error.value.error is SCORES_INCOMPLETE
    assert {one.pointer: one.code for one in error.value.fields} == wrong
    rounds.check_scores(RUBRIC, {"fit": 1, "depth": 5})


@pytest.mark.parametrize(
    ("settings", "pointer"),
    [
        ({"reviewers_needed": 2, "approvals_needed": 3}, "/policy/approvals_needed"),
        ({"least_score": 300}, "/policy/rubric"),
        ({"rubric": [RUBRIC[0], {**RUBRIC[0], "title": "F"}]}, "/policy/rubric/1/key"),
    ],
)
def test_settings_that_do_not_go_together(settings: dict[str, Any], pointer: str) -> None:
    """rules.md §1.1, §1.5."""
    with pytest.raises(DomainError) as error:
        rounds.check_policy(policy_of(**settings))
    assert error.value.error is INVALID_INPUT
    assert [one.pointer for one in error.value.fields] == [pointer]
