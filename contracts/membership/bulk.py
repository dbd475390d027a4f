"""Decisions of one reviewer on many applications at once."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from contracts.access import REVIEWING_ROLES, holders
from contracts.fields import Boolean, Choice, Document, Id, ListOf, Request, Text, Whole
from contracts.membership.inputs import question_key, reason_code
from contracts.problems import problem
from contracts.records import Rpc
from contracts.states.membership import APPLICATION_STATES

MOST_AT_ONCE = 100
_NEEDED = {"approve": (), "reject": ("reason",), "request_info": ()}


class SeenApplication(Request):
    """An application as the caller saw it."""

    application_id = Id("app", required=True)
    version = Whole(
        required=True,
        minimum=1,
        metadata={"description": "the version that was read; another one is refused"},
    )


class DecideApplications(Request):
    community_id = Id("com", required=True)
    decision = Choice(
        "approve",
        "reject",
        "request_info",
        required=True,
        metadata={
            "description": "what is said of each; `reject` takes a `reason`,"
            " `request_info` a `message`, or a `reason` of the community",
            "example": "reject",
        },
    )
    applications = ListOf(
        fields.Nested(SeenApplication), required=True, minimum=1, maximum=MOST_AT_ONCE
    )
    note = Text(
        maximum=1000,
        multiline=True,
        load_default="",
        metadata={"description": "with an approval: a note for the staff only"},
    )
    reason = reason_code(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "a code of every community's, or of its own, whose words are told where"
            " there is no message; null: none",
            "example": "full",
        },
    )
    message = Text(
        maximum=1000,
        multiline=True,
        load_default="",
        metadata={"description": "what the applicants are told or asked"},
    )
    questions = ListOf(
        question_key(),
        maximum=50,
        load_default=list,
        metadata={
            "description": "of a request for more: keys of the questions that are reopened;"
            " empty: all",
            "example": [],
        },
    )

    @validates_schema
    def _says_what_is_needed(self, data: dict[str, Any], **kwargs: Any) -> None:
        lacking = [name for name in _NEEDED[data["decision"]] if not data[name]]
        if data["decision"] == "request_info" and not data["message"] and not data["reason"]:
            lacking = ["message"]
        if lacking:
            raise ValidationError({name: problem("field.required").messages for name in lacking})
        ids = [one["application_id"] for one in data["applications"]]
        repeated = [place for place, id in enumerate(ids) if id in ids[:place]]
        if repeated:
            twice = {"application_id": problem("field.repeated").messages}
            raise ValidationError({"applications": dict.fromkeys(repeated, twice)})


class DecisionProblem(Document):
    """Why nothing was decided, and what to do, in the reader's language."""

    code = fields.String(required=True)
    params = fields.Dict(required=True)
    detail = fields.String(required=True)


class DecisionResult(Document):
    """What became of one: `problem` is null where it was done, `state` and `version` where not."""

    application_id = Id("app", required=True)
    done = Boolean(required=True)
    state = Choice(*APPLICATION_STATES, required=True, allow_none=True)
    version = Whole(required=True, allow_none=True)
    problem = fields.Nested(DecisionProblem, required=True, allow_none=True)


class DecisionResults(Document):
    """A result for each application, in the order in which they were named."""

    results = fields.List(fields.Nested(DecisionResult), required=True)


DECIDE_APPLICATIONS = Rpc(
    "membership",
    "decide_applications",
    "Approve or reject up to 100 applications, or ask for more, each by itself.",
    DecideApplications,
    DecisionResults,
    who=holders(REVIEWING_ROLES, operators=False).but("never the applicant").by_people(),
    deadline=10.0,
)
