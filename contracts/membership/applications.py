"""Applications, and what their applicants and readers do with them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validates_schema

from contracts.access import (
    REVIEWING_ROLES,
    SIGNED_IN,
    holders,
    the,
)
from contracts.errors import membership as codes
from contracts.fields import (
    Boolean,
    Choice,
    Document,
    Entries,
    Id,
    Instant,
    ListOf,
    Matching,
    PageRequest,
    Piece,
    PieceRequest,
    Request,
    SeveralOf,
    Text,
    Whole,
    actions,
    include,
    page_of,
    seen_version,
)
from contracts.history import history_of
from contracts.lists import (
    FOUND_BY_NAME,
    MOST_COUNTED,
    StaffList,
    counting,
    refuse,
    search_for,
    sorted_by,
    total,
)
from contracts.membership.communities import Section
from contracts.membership.inputs import question_key
from contracts.membership.people import Name
from contracts.membership.policies import Criterion
from contracts.membership.screening import Screened
from contracts.problems import problem
from contracts.purchases import PAUSING
from contracts.records import Rpc
from contracts.states.membership import APPLICATION_STATES


class Answer(fields.Field[Any]):
    """One answer: a text, a number, or a list of chosen options; never an object (D-16)."""

    _text = Text(minimum=0, maximum=5_000, multiline=True)
    _options = ListOf(Text(minimum=1, maximum=100), maximum=50)

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
        raise problem("field.type", expected="text_number_or_list")


def _answers(**kwargs: Any) -> Entries:
    """Answers by question key, at most 200."""
    return Entries(question_key(), Answer(), maximum=200, metadata=_ANSWERS, **kwargs)


_ANSWERS = {
    "description": "all answers, by question key: a text, a number, or a list of options or of"
    " uploads",
    "example": {"profession": "医生", "city": "上海", "years": 12},
}
_PLAN = {"description": "the plan to pay for, or to get free; left out: the only one on sale"}


def _source(described: str, example: str | None = "poster-2026") -> Matching:
    """By which way somebody came: a code of links and posters."""
    metadata = {"description": described, "example": example}
    pattern = r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}"
    return Matching(pattern, "source", load_default=None, allow_none=True, metadata=metadata)


class CreateApplication(Request):
    community_id = Id("com", required=True)
    plan_id = Id("pln", load_default=None, allow_none=True, metadata=_PLAN)
    answers = _answers(load_default=dict)
    source = _source("by which way they came: `poster`, or a code of the link; it stays as it is")
    invitation = Text(
        load_default=None,
        allow_none=True,
        minimum=1,
        maximum=100,
        metadata={
            "description": "the code of the invitation by which they come; not with `source`",
            "example": None,
        },
    )
    submit = Boolean(
        load_default=False,
        metadata={"description": "true hands it in at once; false keeps a draft to go on with"},
    )

    @validates_schema
    def _source_is_the_invitation(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data.get("invitation") is not None:
            refuse("invitation", [name for name in ("source",) if data.get(name) is not None])


class ChangeApplication(Request):
    fixed = frozenset({"source"})

    application_id = Id("app", required=True)
    answers = _answers(required=True)
    expected_version = seen_version()


class ChooseApplicationPlan(Request):
    application_id = Id("app", required=True)
    plan_id = Id("pln", required=True, metadata={"description": "the plan, one that is on sale"})
    expected_version = seen_version()


class ApplicationRef(Request):
    application_id = Id("app", required=True)


class GetApplicationFile(PieceRequest):
    application_id = Id("app", required=True)
    upload_id = Id("upl", required=True)


class GetApplicationHistory(PageRequest):
    application_id = Id("app", required=True)


SCORE = {"description": "by the key of each criterion, from 1 to 5", "example": {"fit": 4}}


class Verdict(Document):
    """What one reviewer said; shown to staff only. `reason` is a rejection's."""

    reviewer_id = Id("per", required=True)
    verdict = Choice("approve", "reject", required=True)
    note = fields.String(required=True)
    at = Instant(required=True)
    scores = fields.Dict(load_default=dict, metadata=SCORE)
    veto = Boolean(load_default=False)
    reason = fields.String(load_default=None, allow_none=True)


class FormerRound(Document):
    """What reviewers said of earlier answers, which counts no more."""

    number = Whole(required=True)
    rubric = fields.List(fields.Nested(Criterion), required=True)
    verdicts = fields.List(fields.Nested(Verdict), required=True)


class OwnerDecision(Document):
    """What an owner decided where the reviewers could not; shown to staff only."""

    owner_id = Id("per", required=True)
    verdict = Choice("approve", "reject", required=True)
    note = fields.String(required=True)
    conflicted = Boolean(required=True)
    at = Instant(required=True)


class Vouch(Document):
    """What a member said for an applicant; shown to staff only."""

    voucher_id = Id("per", required=True)
    words = fields.String(required=True)
    at = Instant(required=True)


class Invited(Document):
    """By which invitation somebody came, and whether it approved them; shown to staff only."""

    invitation_id = Id("inv", required=True)
    inviter_id = Id("per", required=True)
    approved = Boolean(required=True)


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
    """Somebody's wish to become a member, with answers and decisions."""

    id = Id("app", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    state = Choice(*APPLICATION_STATES, required=True)
    plan_id = Id(
        "pln",
        load_default=None,
        allow_none=True,
        metadata={
            "description": "the one applied for, null: none; the purchase says what is paid for"
        },
    )
    source = fields.String(load_default=None, allow_none=True)
    form_version = Whole(required=True)
    answers = fields.Dict(required=True)
    submitted_at = Instant(
        required=True,
        allow_none=True,
        metadata={"description": "when it was first handed in; null: not yet"},
    )
    info_request = fields.Nested(InfoRequest, required=True, allow_none=True)
    verdicts = fields.List(fields.Nested(Verdict), required=True)
    # The defaults are for readers: what an earlier version does not send.
    round = Whole(load_default=None, allow_none=True)
    rubric = fields.List(fields.Nested(Criterion), load_default=list)
    former_rounds = fields.List(fields.Nested(FormerRound), load_default=list)
    blind = Boolean(load_default=False)
    conflicts = fields.List(Id("per"), load_default=list)
    needs_owner = Boolean(load_default=False)
    owner_decision = fields.Nested(OwnerDecision, load_default=None, allow_none=True)
    vouches = fields.List(fields.Nested(Vouch), load_default=list)
    invitation = fields.Nested(Invited, load_default=None, allow_none=True)
    rejection = fields.Nested(Rejection, required=True, allow_none=True)
    decide_by = Instant(load_default=None, allow_none=True)
    pay_by = Instant(required=True, allow_none=True)
    membership_id = Id("mbr", required=True, allow_none=True)
    purchase_id = Id("pur", required=True, allow_none=True)
    claimed_by = Id("per", required=True, allow_none=True)
    claimed_until = Instant(required=True, allow_none=True)
    screening = fields.Nested(Screened, load_default=None, allow_none=True)
    version = Whole(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class ListedApplication(Application):
    """An application with what its applicant is called; null for who has not said it."""

    display_name = fields.String(required=True, allow_none=True)
    actions = actions()


class GetApplication(ApplicationRef):
    include = include("form", "person", "plan")


class ShownApplication(Application):
    """An application, and what the caller may do with it. With `include`: `form`, the version of
    it that was answered; `plan`, what the plan is called now; `person`, what staff call the
    applicant and, in `staff`, who is on it and who decided. Else null, and empty."""

    form = fields.List(fields.Nested(Section), load_default=None, allow_none=True)
    plan_name = fields.String(load_default=None, allow_none=True)
    display_name = fields.String(load_default=None, allow_none=True)
    staff = fields.List(fields.Nested(Name), load_default=list)
    actions = actions()


class ListApplications(StaffList):
    community_id = Id("com", required=True)
    state = SeveralOf(*APPLICATION_STATES, load_default=None, allow_none=True)
    search = search_for(FOUND_BY_NAME)
    source = _source("only those that came by this way, in any state", example=None)
    sort = sorted_by("submitted_at", "updated_at", usual="by id, oldest first")
    count = counting()

    @validates_schema
    def _source_has_an_index(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data.get("source") is not None:
            others = ("state", "search", "sort", "updated_after")
            refuse("source", [name for name in others if data.get(name) is not None])


WRONG_STATE = (codes.APPLICATION_WRONG_STATE,)
USABLE = (  # what keeps an invitation from being used
    codes.INVITATION_UNKNOWN,
    codes.INVITATION_REVOKED,
    codes.INVITATION_EXPIRED,
    codes.INVITATION_USED_UP,
)
_PLAN_ERRORS = (codes.PLAN_NOT_ON_SALE, codes.PLAN_TO_BE_NAMED)
_READERS = (the("applicant") | holders(REVIEWING_ROLES)).but(
    "others once it was handed in, operators without private answers"
)

CREATE_APPLICATION = Rpc(
    "membership",
    "create_application",
    "Start an application; with `submit` it is handed in at once.",
    CreateApplication,
    Application,
    who=SIGNED_IN,
    errors=(
        codes.APPLICATION_LIVE,
        codes.APPLICATION_INCOMPLETE,
        codes.ALREADY_MEMBER,
        codes.JOINING_NOT_POSSIBLE,
        codes.REAPPLY_TOO_EARLY,
        *USABLE,
        *_PLAN_ERRORS,
    ),
)
CHANGE_APPLICATION = Rpc(
    "membership",
    "change_application",
    "Replace the answers of a draft; of one that needs information, those that are reopened; where"
    " the policy reopens, of one in review or approved, too, which is judged anew.",
    ChangeApplication,
    Application,
    who=the("applicant"),
    errors=(
        *WRONG_STATE,
        codes.APPLICATION_INCOMPLETE,
        codes.JOINING_NOT_POSSIBLE,
        *PAUSING,
    ),
    deadline=10.0,
)
CHOOSE_APPLICATION_PLAN = Rpc(
    "membership",
    "choose_application_plan",
    "Name another plan until the application is decided; then the purchase takes it.",
    ChooseApplicationPlan,
    Application,
    who=the("applicant"),
    errors=(*WRONG_STATE, codes.PLAN_NOT_ON_SALE),
)
SUBMIT_APPLICATION = Rpc(
    "membership",
    "submit_application",
    "Hand the application in (again, after information was asked for).",
    ApplicationRef,
    Application,
    who=the("applicant"),
    errors=(
        *WRONG_STATE,
        codes.APPLICATION_INCOMPLETE,
        codes.JOINING_NOT_POSSIBLE,
        codes.ALREADY_MEMBER,  # where its invitation approves it
        *_PLAN_ERRORS,
    ),
)
WITHDRAW_APPLICATION = Rpc(
    "membership",
    "withdraw_application",
    "Withdraw an application.",
    ApplicationRef,
    Application,
    who=the("applicant"),
    errors=WRONG_STATE,
)
GET_APPLICATION = Rpc(
    "membership",
    "get_application",
    "An application.",
    GetApplication,
    ShownApplication,
    who=_READERS,
)
GET_APPLICATION_FILE = Rpc(
    "membership",
    "get_application_file",
    "The bytes of a file that an application names as an answer.",
    GetApplicationFile,
    Piece,
    who=_READERS,
    errors=(codes.REVIEWER_CONFLICTED,),
)
LIST_APPLICATIONS = Rpc(
    "membership",
    "list_applications",
    "The applications handed in at a community, found by name or in some order.",
    ListApplications,
    page_of(ListedApplication, "Applications", total=total(MOST_COUNTED)),
    who=holders(REVIEWING_ROLES).but("operators without private answers"),
)
LIST_MY_APPLICATIONS = Rpc(
    "membership",
    "list_my_applications",
    "The applications of the signed-in person, newest first.",
    PageRequest,
    page_of(Application, "MyApplications"),
    who=SIGNED_IN,
)
GET_APPLICATION_HISTORY = history_of(
    "membership",
    "application",
    GetApplicationHistory,
    holders(REVIEWING_ROLES).by_people().but("never the applicant; once it was handed in"),
)
