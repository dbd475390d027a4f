"""What reviewers and owners do with applications."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from contracts.access import OWNING_ROLES, REVIEWING_ROLES, SERVICES_ONLY, holders
from contracts.errors import membership as codes
from contracts.fields import (
    Boolean,
    Choice,
    Document,
    Entries,
    Id,
    Instant,
    ListOf,
    Request,
    Text,
    Whole,
)
from contracts.membership.applications import SCORE, WRONG_STATE, Application, ApplicationRef
from contracts.membership.inputs import question_key, reason_code
from contracts.problems import problem
from contracts.purchases import PAUSING
from contracts.records import Rpc


def _scores() -> Entries:
    """Scores by criterion, at most 20."""
    scores = Whole(minimum=1, maximum=5)
    return Entries(question_key(), scores, maximum=20, load_default=dict, metadata=SCORE)


def _round() -> Whole:
    return Whole(
        minimum=1,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "the `round` of the application as it was read: once the answers have"
            " changed it is refused; null: whatever the round",
            "example": 1,
        },
    )


def _note(meaning: str, **kwargs: Any) -> Text:
    return Text(maximum=1000, multiline=True, metadata={"description": meaning}, **kwargs)


class Approve(Request):
    application_id = Id("app", required=True)
    round = _round()
    scores = _scores()
    note = _note("a note for the staff only", load_default="")


class Reject(Request):
    application_id = Id("app", required=True)
    round = _round()
    scores = _scores()
    reason = reason_code(required=True)
    message = _note(
        "what the applicant is told, where it decides; empty: the words of the community's reason",
        load_default="",
    )
    veto = Boolean(
        load_default=False,
        metadata={"description": "true decides alone, where the policy lets the caller do that"},
    )


class DecideApplication(Request):
    application_id = Id("app", required=True)
    round = _round()
    verdict = Choice("approve", "reject", required=True)
    note = _note("why, for the staff only", required=True, minimum=1)
    reason = reason_code(
        load_default="other",
        metadata={"description": "of a rejection: a code of every community's, or of its own"},
    )
    message = _note(
        "what a rejected applicant is told; empty: the words of the community's reason",
        load_default="",
    )


class AskForInfo(Request):
    application_id = Id("app", required=True)
    round = _round()
    reason = reason_code(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "a reason of the community, whose words ask where there is no message;"
            " null: none",
            "example": None,
        },
    )
    message = _note("what the applicant is asked; empty: the words of the reason", load_default="")
    questions = ListOf(
        question_key(),
        maximum=50,
        load_default=list,
        metadata={
            "description": "keys of the questions that are reopened, with those that their answers"
            " decide about; empty: all",
            "example": ["license"],
        },
    )

    @validates_schema
    def _says_what_is_asked(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not data["message"] and not data["reason"]:
            raise ValidationError({"message": problem("field.required").messages})


class DecisionWordsRef(Request):
    application_id = Id("app", required=True)
    at = Instant(required=True)


class DecisionWords(Document):
    """What a reviewer wrote to the applicant; empty when the application has it no more."""

    words = fields.String(required=True)


_REVIEWERS = holders(REVIEWING_ROLES, operators=False).but("never the applicant").by_people()

CLAIM_APPLICATION = Rpc(
    "membership",
    "claim_application",
    "Take an application up; others see who is on it.",
    ApplicationRef,
    Application,
    who=_REVIEWERS,
    errors=(*WRONG_STATE, codes.APPLICATION_CLAIMED, codes.REVIEWER_CONFLICTED),
)
_JUDGING = (
    *WRONG_STATE,
    codes.REVIEWER_CONFLICTED,
    codes.REVIEWER_DECIDED,
    codes.ROUND_OVER,
    codes.APPLICATION_NEEDS_OWNER,
    codes.SCORES_INCOMPLETE,
)
APPROVE_APPLICATION = Rpc(
    "membership",
    "approve_application",
    "Say yes; with the last approval needed the membership awaits payment, or begins when the"
    " plan is free.",
    Approve,
    Application,
    who=_REVIEWERS,
    errors=(*_JUDGING, codes.ALREADY_MEMBER, codes.JOINING_NOT_POSSIBLE),
)
REJECT_APPLICATION = Rpc(
    "membership",
    "reject_application",
    "Say no, with a reason code and words; it is rejected once too many say so, or by a veto.",
    Reject,
    Application,
    who=_REVIEWERS,
    errors=(*_JUDGING, codes.VETO_NOT_ALLOWED, codes.REASON_UNKNOWN),
)
DECIDE_APPLICATION = Rpc(
    "membership",
    "decide_application",
    "Decide, as an owner, on an application that the reviewers cannot decide on.",
    DecideApplication,
    Application,
    who=holders(OWNING_ROLES, operators=False).but("never the applicant").by_people(),
    errors=(
        *WRONG_STATE,
        codes.REVIEWER_CONFLICTED,
        codes.ROUND_OVER,
        codes.REASON_UNKNOWN,
        codes.ALREADY_MEMBER,
        codes.JOINING_NOT_POSSIBLE,
    ),
)
DECLARE_CONFLICT = Rpc(
    "membership",
    "declare_conflict",
    "Declare a conflict of interest; a verdict that was given goes, and none can be given.",
    ApplicationRef,
    Application,
    who=_REVIEWERS,
    errors=(*WRONG_STATE, codes.REVIEWER_CONFLICTED),
)
UNDO_DECISION = Rpc(
    "membership",
    "undo_decision",
    "Take a decision back: an approval until it is paid, a rejection for 24 hours; the application"
    " is in review again, with the other verdicts of the round.",
    ApplicationRef,
    Application,
    who=holders(REVIEWING_ROLES, operators=False)
    .but("of reviewers only who decided; never the applicant")
    .by_people(),
    errors=(
        *WRONG_STATE,
        codes.REVIEWER_CONFLICTED,
        codes.DECISION_NOT_YOURS,
        codes.UNDO_OVER,
        codes.APPLICATION_LIVE,
        codes.JOINING_NOT_POSSIBLE,
        *PAUSING,
    ),
    deadline=10.0,
)
REOPEN_APPLICATION = Rpc(
    "membership",
    "reopen_application",
    "Approve an application again that lapsed unpaid: once, at the price of today at most.",
    ApplicationRef,
    Application,
    who=holders(OWNING_ROLES, operators=False).but("never the applicant").by_people(),
    errors=(
        *WRONG_STATE,
        codes.REVIEWER_CONFLICTED,
        codes.REOPENING_OVER,
        codes.APPLICATION_LIVE,
        codes.ALREADY_MEMBER,
        codes.JOINING_NOT_POSSIBLE,
    ),
)
REQUEST_INFO = Rpc(
    "membership",
    "request_info",
    "Ask the applicant for more.",
    AskForInfo,
    Application,
    who=_REVIEWERS,
    errors=(
        *WRONG_STATE,
        codes.REVIEWER_CONFLICTED,
        codes.ROUND_OVER,
        codes.APPLICATION_NEEDS_OWNER,
        codes.REASON_UNKNOWN,
    ),
)
GET_DECISION_WORDS = Rpc(
    "membership",
    "get_decision_words",
    "What a reviewer wrote to the applicant with a rejection or a request for more.",
    DecisionWordsRef,
    DecisionWords,
    who=SERVICES_ONLY,
    callers=("notifications",),
)
