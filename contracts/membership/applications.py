"""Applications and their review."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields

from contracts.errors import membership as codes
from contracts.fields import (
    Choice,
    Document,
    Flag,
    Id,
    Instant,
    PageRequest,
    Request,
    Several,
    Text,
    Whole,
    page_of,
)
from contracts.membership.inputs import question_key, seen_version
from contracts.membership.words import APPLICATION_STATES
from contracts.problems import problem
from contracts.records import Rpc


class Answer(fields.Field[Any]):
    """One answer: a text, a number, or a list of chosen options; never an object (D-16)."""

    _text = Text(least=0, most=5_000, lines=True)
    _options = Several(Text(least=1, most=100), most=50)

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        texts = {"type": "array", "items": {"type": "string"}}
        self.metadata = {"oneOf": [{"type": "string"}, {"type": "number"}, texts]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            return self._text.deserialize(value)
        if isinstance(value, list):
            return self._options.deserialize(value)
        if type(value) in (int, float) and abs(value) <= 2**53:
            return value
        raise problem("field.type", expected="text, number or list of texts")


class Answers(fields.Dict):
    """Answers by question key, at most 200."""

    def __init__(self, **kwargs: Any):
        super().__init__(keys=question_key(), values=Answer(), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, dict) and len(value) > 200:
            raise problem("field.items", least=0, most=200)
        try:
            return super()._deserialize(value, attr, data, **kwargs)
        except ValidationError as error:
            if not isinstance(error.messages, dict):
                raise
            # marshmallow says under /answers/<key>/key or …/value what is wrong with /answers/<key>
            wrong = {
                key: found.get("key") or found["value"] for key, found in error.messages.items()
            }
            raise ValidationError(wrong) from None


_ANSWERS = {
    "description": "by question key: a text, a number, or a list of options; replaces earlier ones",
    "example": {"profession": "医生", "city": "上海", "years": 12},
}


class CreateApplication(Request):
    community_id = Id("com", required=True)
    answers = Answers(load_default=dict, metadata=_ANSWERS)
    submit = Flag(
        load_default=False,
        metadata={"description": "true hands it in at once; false keeps a draft to go on with"},
    )


class ChangeApplication(Request):
    application_id = Id("app", required=True)
    answers = Answers(required=True, metadata=_ANSWERS)
    expected_version = seen_version()


class ApplicationRef(Request):
    application_id = Id("app", required=True)


class Verdict(Document):
    """What one reviewer said in the present round; shown to staff only."""

    reviewer_id = Id("per", required=True)
    verdict = Choice("approve", "reject", required=True)
    note = fields.String(required=True)
    at = Instant(required=True)


class InfoRequest(Document):
    """What a reviewer needs from the applicant, and about which questions."""

    message = fields.String(required=True)
    questions = fields.List(fields.String(), required=True)
    at = Instant(required=True)


class Rejection(Document):
    """Why an application was rejected, in the reviewer's words."""

    reason = fields.String(required=True)
    message = fields.String(required=True)
    at = Instant(required=True)


class Application(Document):
    id = Id("app", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    state = Choice(*APPLICATION_STATES, required=True)
    form_version = Whole(required=True)
    answers = fields.Dict(required=True)
    submitted_at = Instant(required=True, allow_none=True)
    info_request = fields.Nested(InfoRequest, required=True, allow_none=True)
    verdicts = fields.List(fields.Nested(Verdict), required=True)
    rejection = fields.Nested(Rejection, required=True, allow_none=True)
    pay_by = Instant(required=True, allow_none=True)
    membership_id = Id("mbr", required=True, allow_none=True)
    purchase_id = Id("pur", required=True, allow_none=True)
    claimed_by = Id("per", required=True, allow_none=True)
    claimed_until = Instant(required=True, allow_none=True)
    version = Whole(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class ListApplications(PageRequest):
    community_id = Id("com", required=True)
    state = Choice(*APPLICATION_STATES, load_default=None, allow_none=True)


class Approve(Request):
    application_id = Id("app", required=True)
    note = Text(
        load_default="", most=1000, lines=True, metadata={"description": "for the staff only"}
    )


class Reject(Request):
    application_id = Id("app", required=True)
    reason = Choice("profile_incomplete", "not_a_fit", "duplicate", "full", "other", required=True)
    message = Text(
        load_default="", most=1000, lines=True, metadata={"description": "goes to the applicant"}
    )


class AskForInfo(Request):
    application_id = Id("app", required=True)
    message = Text(
        required=True, least=1, most=1000, lines=True, metadata={"description": "to the applicant"}
    )
    questions = Several(
        question_key(),
        most=50,
        load_default=list,
        metadata={"description": "keys of the questions that it is about", "example": ["license"]},
    )


_WRONG_STATE = (codes.APPLICATION_WRONG_STATE,)
CREATE_APPLICATION = Rpc(
    "membership",
    "create_application",
    "The signed-in person starts an application; with `submit` it is handed in at once.",
    CreateApplication,
    Application,
    errors=(
        codes.APPLICATION_LIVE,
        codes.APPLICATION_INCOMPLETE,
        codes.ALREADY_MEMBER,
        codes.REAPPLY_TOO_EARLY,
    ),
)
CHANGE_APPLICATION = Rpc(
    "membership",
    "change_application",
    "The applicant replaces the answers of a draft, or of one that needs information.",
    ChangeApplication,
    Application,
    errors=_WRONG_STATE,
)
SUBMIT_APPLICATION = Rpc(
    "membership",
    "submit_application",
    "The applicant hands the application in (again, after information was asked for).",
    ApplicationRef,
    Application,
    errors=(*_WRONG_STATE, codes.APPLICATION_INCOMPLETE),
)
WITHDRAW_APPLICATION = Rpc(
    "membership",
    "withdraw_application",
    "The applicant withdraws.",
    ApplicationRef,
    Application,
    errors=_WRONG_STATE,
)
GET_APPLICATION = Rpc(
    "membership",
    "get_application",
    "An application, for its applicant and, once handed in, the community's reviewers and owners.",
    ApplicationRef,
    Application,
)
LIST_APPLICATIONS = Rpc(
    "membership",
    "list_applications",
    "The applications handed in at a community, oldest first, for its reviewers and owners.",
    ListApplications,
    page_of(Application, "Applications"),
)
LIST_MY_APPLICATIONS = Rpc(
    "membership",
    "list_my_applications",
    "The applications of the signed-in person, newest first.",
    PageRequest,
    page_of(Application, "MyApplications"),
)
CLAIM_APPLICATION = Rpc(
    "membership",
    "claim_application",
    "A reviewer takes an application up; others see who is on it.",
    ApplicationRef,
    Application,
    errors=(*_WRONG_STATE, codes.APPLICATION_CLAIMED, codes.REVIEWER_CONFLICTED),
)
APPROVE_APPLICATION = Rpc(
    "membership",
    "approve_application",
    "A reviewer approves; with the last decision needed the membership awaits payment.",
    Approve,
    Application,
    errors=(
        *_WRONG_STATE,
        codes.REVIEWER_CONFLICTED,
        codes.REVIEWER_DECIDED,
        codes.ALREADY_MEMBER,
    ),
)
REJECT_APPLICATION = Rpc(
    "membership",
    "reject_application",
    "A reviewer rejects, with a reason code and words for the applicant.",
    Reject,
    Application,
    errors=(*_WRONG_STATE, codes.REVIEWER_CONFLICTED, codes.REVIEWER_DECIDED),
)
REQUEST_INFO = Rpc(
    "membership",
    "request_info",
    "A reviewer asks the applicant for more.",
    AskForInfo,
    Application,
    errors=(*_WRONG_STATE, codes.REVIEWER_CONFLICTED),
)
