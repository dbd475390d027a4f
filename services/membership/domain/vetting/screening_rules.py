"""What screening rules say of an application: pure functions over what was found out before.

A rule is so, or it is not, or cannot be known, which says nothing. There are no expressions: each
kind is a function and a line in `KINDS`.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple, TypedDict

from contracts.aggregates import Integer, Open
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.states.membership import (
    RejectionReason,
    ScreeningEffect,
    ScreeningKind,
)
from contracts.text import choices
from contracts.types.membership import ScreeningRule
from services.membership.domain.vetting.forms import (
    CHOICES,
    Answers,
    Form,
    questions_asked,
    questions_of,
)
from services.membership.domain.vetting.screening_keys import KEYED, plain

MOST_ABOUT = 5  # of what a flag names
BLOCK_LIST = 0  # the rule of flags that come of the block list itself


class ScreeningVersion(TypedDict):
    """The rules of a community as they stood in one version."""

    _id: str
    community_id: str
    screening_version: int
    rules: list[Annotated[ScreeningRule, Open()]]
    changed_by: str
    changed_at: dt.datetime


class Flag(TypedDict):
    """What a rule found, with what its sentence is filled with."""

    rule: int
    kind: ScreeningKind
    weight: Integer
    effect: ScreeningEffect
    params: dict[str, Any]
    about: list[str]


class Screened(TypedDict):
    """What the rules of a version said."""

    screening_version: int
    score: Integer
    flags: list[Flag]
    at: dt.datetime


class Share(NamedTuple):
    """How many members have the same label, counted no further than needed, and how many there are;
    `same` None where it is more than may be counted."""

    same: int | None
    members: int


@dataclass(frozen=True)
class Facts:
    """What is known of an application when it is handed in; by question or label."""

    form: Form
    answers: Answers
    duplicates: Mapping[str, Sequence[str]] = field(default_factory=dict)  # applications
    namesakes: Sequence[str] = ()  # people
    blocked_answers: Mapping[str, Sequence[str]] = field(default_factory=dict)  # entries
    blocked_names: Sequence[str] = ()  # entries
    shares: Mapping[str, Share] = field(default_factory=dict)


Found = list[str]  # what a finding is about; None = there is none
Kind = Callable[[ScreeningRule, Facts, Answers], Found | None]


def _answer_in_list(rule: ScreeningRule, facts: Facts, asked: Answers) -> Found | None:
    answer = asked.get(rule["question"])
    given = answer if isinstance(answer, list) else [answer]
    wanted = {plain(one) for one in rule["any_of"]}
    return [] if any(plain(one) in wanted for one in given if one is not None) else None


def _number_within(rule: ScreeningRule, facts: Facts, asked: Answers) -> Found | None:
    answer = asked.get(rule["question"])
    if not isinstance(answer, int | float):
        return None
    return [] if rule["minimum"] <= answer <= rule["maximum"] else None


def _text_at_least(rule: ScreeningRule, facts: Facts, asked: Answers) -> Found | None:
    answer = asked.get(rule["question"])
    return [] if isinstance(answer, str) and len(answer.strip()) >= rule["characters"] else None


def _introduction_below(rule: ScreeningRule, facts: Facts, asked: Answers) -> Found | None:
    score = introduction_score(facts.form, facts.answers)
    return [] if score is not None and score < rule["score"] else None


def _share_over(rule: ScreeningRule, facts: Facts, asked: Answers) -> Found | None:
    share = facts.shares.get(rule["label"])
    if share is None or share.same is None:
        return None
    return [] if share.same * 100 > rule["percent"] * share.members else None


def _duplicate_key(rule: ScreeningRule, facts: Facts, asked: Answers) -> Found | None:
    return list(facts.duplicates.get(rule["question"], ())) or None


def _similar_name(rule: ScreeningRule, facts: Facts, asked: Answers) -> Found | None:
    return list(facts.namesakes) or None


def _blocked_key(rule: ScreeningRule, facts: Facts, asked: Answers) -> Found | None:
    return list(facts.blocked_answers.get(rule["question"], ())) or None


KINDS: dict[ScreeningKind, Kind] = {
    "answer_in_list": _answer_in_list,
    "number_within": _number_within,
    "text_at_least": _text_at_least,
    "introduction_below": _introduction_below,
    "share_over": _share_over,
    "duplicate_key": _duplicate_key,
    "similar_name": _similar_name,
    "blocked_key": _blocked_key,
}
# The kinds of question that each asks about.
FITTING: dict[ScreeningKind, tuple[str, ...]] = {
    "answer_in_list": (*CHOICES, "short_text"),
    "number_within": ("number",),
    "text_at_least": ("short_text", "long_text"),
    "duplicate_key": KEYED,
    "blocked_key": KEYED,
}


def introduction_score(form: Form, answers: Answers) -> int | None:
    """0–100: answered ÷ asked of the questions marked as introduction, rounded down (rules.md
    §1.12); None where none is asked."""
    marked = [one for one in questions_asked(form, answers) if one.get("introduction")]
    if not marked:
        return None
    answered = sum(answers.get(one["key"]) not in (None, "", []) for one in marked)
    return answered * 100 // len(marked)


def screen(rules: Sequence[ScreeningRule], facts: Facts) -> list[Flag]:
    """What each rule found, in their order; a name of the block list comes first."""
    questions = {one["key"]: one for one in questions_asked(facts.form, facts.answers)}
    asked = {key: facts.answers[key] for key in questions if key in facts.answers}
    flags: list[Flag] = []
    if facts.blocked_names:
        named = list(facts.blocked_names)[:MOST_ABOUT]
        flags.append(
            {
                "rule": BLOCK_LIST,
                "kind": "blocked_key",
                "weight": 0,
                "effect": "flag",
                "params": {},
                "about": named,
            }
        )
    for number, rule in enumerate(rules, 1):
        found = KINDS[rule["kind"]](rule, facts, asked)
        if found is None:
            continue
        key = rule.get("question")
        title = {"question": questions[key]["title"]} if key in questions else {}
        own = ("minimum", "maximum", "characters", "score", "percent", "label")
        params = {name: rule[name] for name in own if name in rule}  # type: ignore[literal-required]
        flags.append(
            {
                "rule": number,
                "kind": rule["kind"],
                "weight": rule["weight"],
                "effect": rule["effect"],
                "params": {**params, **title},
                "about": found[:MOST_ABOUT],
            }
        )
    return flags


def score_of(flags: Sequence[Flag]) -> int:
    """The sum of the weights of what was found."""
    return sum(flag["weight"] for flag in flags)


def rejecting(rules: Sequence[ScreeningRule], flags: Sequence[Flag]) -> RejectionReason | None:
    """The reason of the first rule that rejects; None = none does."""
    for flag in flags:
        if flag["effect"] == "reject":
            return rules[flag["rule"] - 1]["reason"]
    return None


def check_rules(form: Form, rules: Sequence[ScreeningRule]) -> None:
    """Raises DomainError(INVALID_INPUT) for rules about questions that the form does not have, or
    that are of another kind, and for answers that cannot be chosen."""
    problems = []
    for place, rule in enumerate(rules):
        fitting = FITTING.get(rule["kind"])
        if fitting is None:
            continue
        of_kind = {one["key"]: one for one in questions_of(form) if one["kind"] in fitting}
        question = of_kind.get(rule["question"])
        if question is None:
            known = {"choices": choices(of_kind)}
            at = f"/rules/{place}/question"
            problems.append(FieldProblem(at, "field.question_unknown", known))
        elif question["options"] and not set(rule["any_of"]) <= set(question["options"]):
            known = {"choices": choices(question["options"])}
            problems.append(FieldProblem(f"/rules/{place}/any_of", "field.choice", known))
    if problems:
        raise DomainError(INVALID_INPUT, fields=problems)
