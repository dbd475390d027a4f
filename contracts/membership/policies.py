"""Policies of communities: how applications are judged, and the times of memberships."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from contracts.fields import Boolean, Choice, ListOf, Request, Text, Whole
from contracts.membership.inputs import question_key
from contracts.states.membership import REOPENINGS, SHOWN_REASONS, VETOES, VOUCHINGS


def _setting(meaning: str, default: int, minimum: int = 0, maximum: int = 0) -> Whole:
    metadata = {"description": meaning}
    return Whole(load_default=default, minimum=minimum, maximum=maximum, metadata=metadata)


class Criterion(Request):
    """What reviewers score, from 1 to 5, with each verdict."""

    key = question_key(required=True)
    title = Text(required=True, minimum=1, maximum=100)
    weight = Whole(
        load_default=1,
        minimum=1,
        maximum=100,
        metadata={"description": "how much it counts beside the others"},
    )


def _veto(**kwargs: Any) -> Choice:
    meaning = "whose rejection may be a veto, which decides alone"
    return Choice(*VETOES, metadata={"description": meaning}, **kwargs)


def _vouching(**kwargs: Any) -> Choice:
    meaning = "what it counts for when a member vouches for an applicant"
    return Choice(*VOUCHINGS, metadata={"description": meaning}, **kwargs)


def _blind(**kwargs: Any) -> Boolean:
    meaning = "true keeps the verdicts of others from who has not given theirs"
    return Boolean(metadata={"description": meaning}, **kwargs)


def _invitations_skip_review(**kwargs: Any) -> Boolean:
    meaning = "true lets owners make invitations that approve by themselves"
    return Boolean(metadata={"description": meaning}, **kwargs)


def _show_reasons(**kwargs: Any) -> Choice:
    meaning = "what applicants hear of why they were rejected; a round keeps what it began with"
    return Choice(*SHOWN_REASONS, metadata={"description": meaning}, **kwargs)


def _least_score(**kwargs: Any) -> Whole:
    meaning = (
        "in hundredths (350 is 3.5): below this mean an owner decides on who has the approvals;"
        " needs a rubric; null: nobody asks"
    )
    described = {"description": meaning, "example": 350}
    return Whole(allow_none=True, minimum=100, maximum=500, metadata=described, **kwargs)


def _decide_within_hours(**kwargs: Any) -> Whole:
    meaning = (
        "hours from each handing-in until a decision is due, which staff see and reviewers are"
        " reminded of; null: no clock"
    )
    described = {"description": meaning, "example": 72}
    return Whole(allow_none=True, minimum=1, maximum=90 * 24, metadata=described, **kwargs)


def _rubric(**kwargs: Any) -> ListOf:
    meaning = "what each verdict scores; empty: nothing"
    return ListOf(fields.Nested(Criterion), maximum=20, metadata={"description": meaning}, **kwargs)


def _reopen(**kwargs: Any) -> Choice:
    meaning = (
        "until when applicants may edit what they handed in, which begins a new round of review and"
        " takes an approval back"
    )
    return Choice(*REOPENINGS, metadata={"description": meaning}, **kwargs)


class Policy(Request):
    """Settings of a community; what is left out is as usual (`product.md` §2)."""

    reviewers_needed = _setting("verdicts that decide, at most", 1, minimum=1, maximum=5)
    approvals_needed = _setting("approvals among them that suffice", 1, minimum=1, maximum=5)
    veto = _veto(load_default="none")
    blind = _blind(load_default=False)
    show_reasons = _show_reasons(load_default="words")
    least_score = _least_score(load_default=None)
    rubric = _rubric(load_default=list)
    vouching = _vouching(load_default="off")
    vouch_after_days = _setting("days since joining until a member may vouch", 90, maximum=3650)
    vouches_a_month = _setting("for how many a member may vouch in a month", 3, 1, 100)
    decide_within_hours = _decide_within_hours(load_default=None)
    # Policies of before do not say these.
    invitations_skip_review = _invitations_skip_review(load_default=False, dump_default=False)
    reopen = _reopen(load_default="never", dump_default="never")
    pay_by_hours = _setting("hours from approval to the lapse of an unpaid one", 72, 1, 24 * 60)
    grace_days = _setting("days of access after the end of a term", 7, maximum=90)
    revival_days = _setting(
        "days after expiry in which a renewal keeps the number", 30, maximum=365
    )
    renewal_opens_days = _setting("days before the end from which one may renew", 60, 1, 366)
    reapply_after_days = _setting("days after a rejection until a new application", 0, maximum=365)
    pause_days = _setting("days for which a member may pause a term; 0: none", 0, maximum=366)
    claim_minutes = _setting("minutes for which a reviewer's claim holds", 30, 1, 24 * 60)
    first_member_number = _setting("number of the first member; an import moves it", 1, 1, 10**9)


# What a policy may be changed in: the first number was given out with the community.
PolicyChange = Request.from_dict(
    {
        **{
            name: Whole(minimum=field.minimum, maximum=field.maximum, metadata=field.metadata)
            for name, field in Policy._declared_fields.items()
            if isinstance(field, Whole) and name != "first_member_number"
        },
        "veto": _veto(),
        "blind": _blind(),
        "show_reasons": _show_reasons(),
        "least_score": _least_score(),
        "rubric": _rubric(),
        "vouching": _vouching(),
        "decide_within_hours": _decide_within_hours(),
        "invitations_skip_review": _invitations_skip_review(),
        "reopen": _reopen(),
    },
    name="PolicyChange",
)
