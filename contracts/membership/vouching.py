"""Members who vouch for applicants, by a code that the applicant hands out."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import REVIEWING_ROLES, SIGNED_IN, holders, the
from contracts.errors import membership as codes
from contracts.fields import (
    Document,
    Empty,
    Id,
    Instant,
    PageRequest,
    Request,
    Text,
    Whole,
    page_of,
)
from contracts.fields import actions as _actions
from contracts.membership.applications import WRONG_STATE, ApplicationRef
from contracts.records import Rpc


class VouchingCode(Document):
    """By what members find an application to vouch for: a secret, which its applicant hands out."""

    application_id = Id("app", required=True)
    code = fields.String(required=True)


class CreateVouch(Request):
    code = Text(
        required=True,
        minimum=1,
        maximum=100,
        metadata={"description": "the vouching code that the applicant handed out"},
    )
    words = Text(
        required=True,
        minimum=1,
        maximum=500,
        multiline=True,
        metadata={
            "description": "why, in a sentence or two, for the reviewers",
            "example": "同事五年，专业扎实，为人可靠。",
        },
    )


class MyVouch(Document):
    """What the caller said for an applicant; not what becomes of it."""

    application_id = Id("app", required=True)
    community_id = Id("com", required=True)
    display_name = fields.String(required=True, allow_none=True)
    words = fields.String(required=True)
    at = Instant(required=True)
    actions = _actions()


class VoucherRef(Request):
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)


class VoucherRecord(Document):
    """What became of the newest 500 at most for whom somebody vouches in a community."""

    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    waiting = Whole(required=True)
    approved = Whole(required=True)
    rejected = Whole(required=True)
    withdrawn = Whole(required=True)
    lapsed = Whole(required=True)
    joined = Whole(required=True)


GET_VOUCHING_CODE = Rpc(
    "membership",
    "get_vouching_code",
    "The code by which members vouch for an application.",
    ApplicationRef,
    VouchingCode,
    who=the("applicant"),
    errors=(*WRONG_STATE, codes.VOUCHING_OFF),
)
CREATE_VOUCH = Rpc(
    "membership",
    "create_vouch",
    "Vouch for who applied, by the code that they handed out.",
    CreateVouch,
    MyVouch,
    who=SIGNED_IN.but("whose membership of that community runs, and not only just began"),
    errors=(
        codes.VOUCHING_CODE_WRONG,
        codes.VOUCHING_OFF,
        codes.VOUCHER_NOT_ELIGIBLE,
        codes.VOUCHING_OVER,
        codes.VOUCHED_ALREADY,
        codes.VOUCHES_ENOUGH,
        codes.VOUCHES_USED_UP,
    ),
)
TAKE_BACK_VOUCH = Rpc(
    "membership",
    "take_back_vouch",
    "Take back what one said for an applicant, until that is decided.",
    ApplicationRef,
    Empty,
    who=the("member who vouched"),
    errors=(codes.VOUCHING_OVER,),
)
LIST_MY_VOUCHES = Rpc(
    "membership",
    "list_my_vouches",
    "For whom the caller vouches, newest application first.",
    PageRequest,
    page_of(MyVouch, "MyVouches"),
    who=SIGNED_IN,
)
GET_VOUCHER_RECORD = Rpc(
    "membership",
    "get_voucher_record",
    "What became of those for whom somebody vouches in a community.",
    VoucherRef,
    VoucherRecord,
    who=holders(REVIEWING_ROLES),
)
