"""Reasons that a community keeps for its reviewers: codes with words for the applicant."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import OWNING_ROLES, REVIEWING_ROLES, holders
from contracts.fields import Document, Id, ListOf, Request, Text, Whole, seen_version
from contracts.membership.communities import CommunityRef
from contracts.membership.inputs import reason_code
from contracts.records import Rpc

MOST_REASONS = 50


class Reason(Request):
    """A reason by its code, and what the applicant is told."""

    code = reason_code(
        required=True,
        metadata={
            "description": "its code, none that every community has, and none twice",
            "example": "references_missing",
        },
    )
    text = Text(
        required=True,
        minimum=1,
        maximum=500,
        multiline=True,
        metadata={
            "description": "what the applicant is told where the reviewer writes nothing",
            "example": "请补充两位同行的推荐。",
        },
    )


class Reasons(Document):
    """The reasons of a community, in the order in which owners put them; `version` is the
    community's."""

    community_id = Id("com", required=True)
    reasons = fields.List(fields.Nested(Reason), required=True)
    version = Whole(required=True)


class ChangeReasons(Request):
    community_id = Id("com", required=True)
    reasons = ListOf(fields.Nested(Reason), maximum=MOST_REASONS, required=True)
    expected_version = seen_version()


GET_REASONS = Rpc(
    "membership",
    "get_reasons",
    "The reasons of a community that reviewers choose from, beside those that every one has.",
    CommunityRef,
    Reasons,
    who=holders(REVIEWING_ROLES),
)
CHANGE_REASONS = Rpc(
    "membership",
    "change_reasons",
    "Replace the reasons of a community; what was decided by them before keeps its words.",
    ChangeReasons,
    Reasons,
    who=holders(OWNING_ROLES),
)
