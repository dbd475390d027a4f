"""What the membership service answers and tells: people, sign-in, communities, vetting, terms.

Rules: `product.md` §2. Wire forms of records: `contracts.records`.
"""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields

from contracts.errors import membership as codes
from contracts.fields import (
    Choice,
    Day,
    Document,
    Empty,
    Flag,
    Id,
    Instant,
    Matching,
    PageRequest,
    Request,
    Several,
    Text,
    Whole,
    Zone,
    page_of,
)
from contracts.problems import problem
from contracts.records import Audience, Event, Rpc

ROLES = ("owner", "reviewer", "host", "treasurer", "scanner", "member", "applicant")
APPLICATION_STATES = (
    "draft",
    "submitted",
    "in_review",
    "needs_info",
    "approved",
    "rejected",
    "withdrawn",
    "joined",
    "lapsed",
)
MEMBERSHIP_STATES = (
    "pending_payment",
    "active",
    "grace",
    "expired",
    "suspended",
    "cancelled",
    "paused",
)
IMPORT_BYTES = 900 * 1024  # one AMQP message carries the file; the broker takes 1 MiB
SYSTEM = "system"  # stands for a community id where a standing holds for the whole system


def _email(**kwargs: Any) -> Matching:
    metadata = {"example": "li.wei@example.com", **kwargs.pop("metadata", {})}
    pattern = r"[^@\s]{1,64}@[^@\s]{1,189}"
    return Matching(pattern, "an e-mail address", metadata=metadata, **kwargs)


def _seen_version() -> Whole:
    return Whole(
        required=True,
        least=1,
        metadata={"description": "the version that was read; over HTTP it comes from If-Match"},
    )


def _question_key(**kwargs: Any) -> Matching:
    return Matching(r"[a-z][a-z0-9_]{0,39}", "a question key such as city", **kwargs)


def _csv_size(text: str) -> None:
    if not 1 <= len(text.encode()) <= IMPORT_BYTES:
        raise problem("field.length", least=1, most=IMPORT_BYTES)


# ── Sign-in ─────────────────────────────────────────────────────────────────────────────────────


class StartSignIn(Request):
    email = _email(required=True)
    locale = Choice(
        "zh-CN", "en", load_default="zh-CN", metadata={"description": "language of the mail"}
    )


class SignInStarted(Document):
    challenge_id = Id("chl", required=True)
    expires_at = Instant(required=True)
    resend_after_seconds = Whole(required=True)


class FinishSignIn(Request):
    challenge_id = Id("chl", required=True)
    code = Matching(r"[0-9]{6}", "six digits", required=True, metadata={"example": "048213"})


class SessionTokens(Document):
    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = Whole(required=True)
    refresh_token = fields.String(required=True)
    person_id = Id("per", required=True)


class RefreshSession(Request):
    refresh_token = Text(required=True, least=20, most=200)


class ChallengeRef(Request):
    challenge_id = Id("chl", required=True)


class SignInCode(Document):
    email = fields.String(required=True)
    code = fields.String(required=True)
    locale = fields.String(required=True)
    expires_at = Instant(required=True)


START_SIGN_IN = Rpc(
    "membership",
    "start_sign_in",
    "Send a six-digit code to an address.",
    StartSignIn,
    SignInStarted,
    errors=(codes.SIGN_IN_TOO_OFTEN,),
    idempotent=False,
)
FINISH_SIGN_IN = Rpc(
    "membership",
    "finish_sign_in",
    "Exchange the code for an access token (5 minutes) and a rotating refresh token.",
    FinishSignIn,
    SessionTokens,
    errors=(codes.SIGN_IN_CODE_WRONG,),
    idempotent=False,
)
REFRESH_SESSION = Rpc(
    "membership",
    "refresh_session",
    "Exchange a refresh token for new tokens; a token used twice ends its session.",
    RefreshSession,
    SessionTokens,
    errors=(codes.SESSION_ENDED,),
    idempotent=False,
)
END_SESSION = Rpc("membership", "end_session", "End the session of the access token.", Empty, Empty)
FETCH_SIGN_IN_CODE = Rpc(
    "membership",
    "fetch_sign_in_code",
    "Give the code of a challenge to the service that mails it; refused after use or expiry.",
    ChallengeRef,
    SignInCode,
    callers=("notifications",),
)

# ── People ──────────────────────────────────────────────────────────────────────────────────────


class Person(Document):
    id = Id("per", required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    locale = fields.String(required=True)
    is_operator = fields.Boolean(required=True)
    version = Whole(required=True)
    created_at = Instant(required=True)


class ChangeMe(Request):
    name = Text(least=1, most=80)
    locale = Choice("zh-CN", "en")
    expected_version = _seen_version()


class RecipientRef(Request):
    person_id = Id("per", required=True)
    purpose = Choice("transactional", "reminder", "social", "campaign", required=True)


class Recipient(Document):
    person_id = Id("per", required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    locale = fields.String(required=True)


GET_ME = Rpc("membership", "get_me", "The signed-in person.", Empty, Person)
CHANGE_ME = Rpc("membership", "change_me", "Change own name or language.", ChangeMe, Person)
GET_RECIPIENT = Rpc(
    "membership",
    "get_recipient",
    "Where and in which language to reach a person for a purpose.",
    RecipientRef,
    Recipient,
    callers=("notifications",),
)

# ── Communities and roles ───────────────────────────────────────────────────────────────────────


class AskedIf(Request):
    """The question is asked only when an earlier one was answered with one of these."""

    question = _question_key(
        required=True, metadata={"description": "key of a question before this one"}
    )
    any_of = Several(Text(least=1, most=100), least=1, most=20, required=True)


class Question(Request):
    key = _question_key(required=True)
    kind = Choice("single", "multi", "short_text", "long_text", "number", "link", required=True)
    title = Text(required=True, least=1, most=200)
    required = Flag(load_default=False)
    private = Flag(
        load_default=False, metadata={"description": "answers are for reviewers and owners only"}
    )
    options = Several(
        Text(least=1, most=100),
        most=50,
        load_default=list,
        metadata={"description": "what can be chosen, for single and multi"},
    )
    least = Whole(
        load_default=0,
        most=1_000_000_000,
        metadata={"description": "fewest characters, options, or the smallest number"},
    )
    most = Whole(
        load_default=None,
        allow_none=True,
        most=1_000_000_000,
        metadata={"description": "most characters, options, or the largest number"},
    )
    asked_if = fields.Nested(AskedIf, load_default=None, allow_none=True)


class Section(Request):
    title = Text(required=True, least=1, most=100)
    questions = Several(fields.Nested(Question), least=1, most=50, required=True)


def _setting(meaning: str, default: int, least: int = 0, most: int = 0) -> Whole:
    metadata = {"description": meaning}
    return Whole(load_default=default, least=least, most=most, metadata=metadata)


class Policy(Request):
    """Settings of a community; each default is that of `product.md` §2."""

    decisions_needed = _setting("reviewers who have to say yes", 1, least=1, most=5)
    pay_by_hours = _setting("hours from approval to the lapse of an unpaid one", 72, 1, 24 * 60)
    grace_days = _setting("days of access after the end of a term", 7, most=90)
    revival_days = _setting("days after expiry in which a renewal keeps the number", 30, most=365)
    renewal_opens_days = _setting("days before the end from which one may renew", 60, 1, 366)
    reapply_after_days = _setting("days after a rejection until a new application", 0, most=365)
    claim_minutes = _setting("minutes for which a reviewer's claim holds", 30, 1, 24 * 60)
    first_member_number = _setting("number of the first member; an import moves it", 1, 1, 10**9)


class CreateCommunity(Request):
    slug = Matching(
        r"[a-z][a-z0-9-]{1,38}[a-z0-9]",
        "a short name such as doctors",
        required=True,
        metadata={"description": "short name, unique in the system", "example": "doctors"},
    )
    name = Text(required=True, least=1, most=100)
    description = Text(load_default="", most=2000, lines=True)
    zone = Zone(load_default="Asia/Shanghai")
    locale = Choice("zh-CN", "en", load_default="zh-CN")
    currency = Matching(r"[A-Z]{3}", "an ISO 4217 code", load_default="CNY")
    form = Several(fields.Nested(Section), most=10, load_default=list)
    policy = fields.Nested(Policy, load_default=lambda: Policy().load({}))
    owner_email = _email(
        required=True,
        metadata={
            "description": "the first owner; needs no account yet",
            "example": "lin@example.com",
        },
    )


class Community(Document):
    id = Id("com", required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    zone = fields.String(required=True)
    locale = fields.String(required=True)
    currency = fields.String(required=True)
    form = fields.List(fields.Nested(Section), required=True)
    form_version = Whole(required=True)
    policy = fields.Nested(Policy, required=True)
    version = Whole(required=True)
    created_at = Instant(required=True)


class CommunityRef(Request):
    community_id = Id("com", required=True)


class ChangeForm(Request):
    community_id = Id("com", required=True)
    form = Several(fields.Nested(Section), most=10, required=True)
    expected_version = _seen_version()


class FormRef(Request):
    community_id = Id("com", required=True)
    form_version = Whole(required=True, least=1)


class Form(Document):
    """One version of a community's application form; versions never change."""

    community_id = Id("com", required=True)
    form_version = Whole(required=True)
    form = fields.List(fields.Nested(Section), required=True)
    created_at = Instant(required=True)


class GrantRole(Request):
    community_id = Id("com", required=True)
    email = _email(required=True)
    role = Choice("owner", "reviewer", "host", "treasurer", "scanner", required=True)


class RoleHolder(Document):
    person_id = Id("per", required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)


class RevokeRole(Request):
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    role = Choice("owner", "reviewer", "host", "treasurer", "scanner", required=True)


class ListRoles(PageRequest):
    community_id = Id("com", required=True)


CREATE_COMMUNITY = Rpc(
    "membership",
    "create_community",
    "An operator creates a community with its form and policy and names the first owner.",
    CreateCommunity,
    Community,
    errors=(codes.COMMUNITY_SLUG_TAKEN,),
)
GET_COMMUNITY = Rpc(
    "membership",
    "get_community",
    "A community as anybody may see it.",
    CommunityRef,
    Community,
    callers=("gateway", "payments", "events", "notifications"),
)
CHANGE_FORM = Rpc(
    "membership",
    "change_form",
    "An owner or operator publishes a new version of the application form.",
    ChangeForm,
    Community,
)
GET_FORM = Rpc(
    "membership",
    "get_form",
    "The application form as it stood in one version.",
    FormRef,
    Form,
)
LIST_COMMUNITIES = Rpc(
    "membership",
    "list_communities",
    "All communities.",
    PageRequest,
    page_of(Community, "Communities"),
)
GRANT_ROLE = Rpc(
    "membership",
    "grant_role",
    "An owner or operator gives a role to the person behind an address.",
    GrantRole,
    RoleHolder,
)
REVOKE_ROLE = Rpc(
    "membership",
    "revoke_role",
    "An owner or operator takes a role back; the last owner stays.",
    RevokeRole,
    RoleHolder,
    errors=(codes.LAST_OWNER,),
)
LIST_ROLES = Rpc(
    "membership",
    "list_roles",
    "Who holds which role in a community.",
    ListRoles,
    page_of(RoleHolder, "RoleHolders"),
)

# ── Applications ────────────────────────────────────────────────────────────────────────────────


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
        super().__init__(keys=_question_key(), values=Answer(), **kwargs)

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
    expected_version = _seen_version()


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
        _question_key(),
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
    "An application, for its applicant and the community's reviewers and owners.",
    ApplicationRef,
    Application,
)
LIST_APPLICATIONS = Rpc(
    "membership",
    "list_applications",
    "The applications of a community, oldest first, for its reviewers and owners.",
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

# ── Memberships ─────────────────────────────────────────────────────────────────────────────────


class Term(Document):
    id = Id("trm", required=True)
    kind = Choice("paid", "comped", "imported", required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    order_id = Id("ord", required=True, allow_none=True)


class Membership(Document):
    id = Id("mbr", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    number = Whole(required=True, allow_none=True)
    state = Choice(*MEMBERSHIP_STATES, required=True)
    joined_on = Day(required=True, allow_none=True)
    term = fields.Nested(Term, required=True, allow_none=True)
    grace_ends_on = Day(required=True, allow_none=True)
    segment = fields.String(required=True, allow_none=True)
    city = fields.String(required=True, allow_none=True)
    purchase_id = Id("pur", required=True, allow_none=True)
    version = Whole(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class MembershipRef(Request):
    membership_id = Id("mbr", required=True)


class ListMemberships(PageRequest):
    community_id = Id("com", required=True)
    state = Choice(*MEMBERSHIP_STATES, load_default=None, allow_none=True)


GET_MEMBERSHIP = Rpc(
    "membership",
    "get_membership",
    "A membership, for its person and the community's staff.",
    MembershipRef,
    Membership,
)
LIST_MY_MEMBERSHIPS = Rpc(
    "membership",
    "list_my_memberships",
    "The memberships of the signed-in person.",
    PageRequest,
    page_of(Membership, "MyMemberships"),
)
LIST_MEMBERSHIPS = Rpc(
    "membership",
    "list_memberships",
    "The memberships of a community by id, for its staff.",
    ListMemberships,
    page_of(Membership, "Memberships"),
)


class MembershipCounts(Document):
    """How many people are in each state today; exact, counted by the database."""

    community_id = Id("com", required=True)
    counted_on = Day(required=True)
    memberships = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    applications = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    next_number = Whole(required=True)


GET_MEMBERSHIP_COUNTS = Rpc(
    "membership",
    "get_membership_counts",
    "Memberships and applications of a community per state, for its staff.",
    CommunityRef,
    MembershipCounts,
)
START_RENEWAL = Rpc(
    "membership",
    "start_renewal",
    "The member opens the purchase of the next term; the same one is given until it is paid.",
    MembershipRef,
    Membership,
    errors=(codes.MEMBERSHIP_WRONG_STATE, codes.RENEWAL_TOO_EARLY),
)

# ── Adoption: the import of existing members ────────────────────────────────────────────────────

IMPORT_COLUMNS = ("number", "email", "name", "joined_on", "term_ends_on", "segment", "city")


class CreateImport(Request):
    community_id = Id("com", required=True)
    csv = fields.String(
        required=True,
        validate=_csv_size,
        metadata={
            "description": "UTF-8 text; the first line names the columns "
            + ",".join(IMPORT_COLUMNS),
            "example": "number,email,name,joined_on,term_ends_on,segment,city\n"
            "1,li.wei@example.com,李伟,2023-04-01,2027-03-31,cardiology,上海\n",
        },
    )
    dry_run = Flag(load_default=False, metadata={"description": "try every row and change nothing"})


class Import(Document):
    """The import of a file: how far it is and how its rows fared."""

    id = Id("imp", required=True)
    community_id = Id("com", required=True)
    dry_run = Flag(required=True)
    state = Choice("running", "done", required=True)
    rows = Whole(required=True)
    accepted = Whole(required=True)
    refused = Whole(required=True)
    version = Whole(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class ImportRef(Request):
    import_id = Id("imp", required=True)


class ListImportRows(PageRequest):
    import_id = Id("imp", required=True)
    result = Choice("accepted", "refused", load_default=None, allow_none=True)


class RowProblem(Document):
    column = fields.String(required=True)
    code = fields.String(required=True)
    params = fields.Dict(required=True)


class ImportRow(Document):
    """What became of one line of the file (the header is line 1)."""

    line = Whole(required=True)
    number = Whole(required=True, allow_none=True)
    result = Choice("accepted", "refused", required=True)
    problems = fields.List(fields.Nested(RowProblem), required=True)
    membership_id = Id("mbr", required=True, allow_none=True)


CREATE_IMPORT = Rpc(
    "membership",
    "create_import",
    "An owner or operator imports existing members from a CSV file, or tries it (dry run).",
    CreateImport,
    Import,
    errors=(codes.IMPORT_TOO_LARGE, codes.IMPORT_HEADER_WRONG),
)
GET_IMPORT = Rpc(
    "membership",
    "get_import",
    "The progress of an import, for the community's owners.",
    ImportRef,
    Import,
)
LIST_IMPORT_ROWS = Rpc(
    "membership",
    "list_import_rows",
    "The result of each row of an import, in the order of the file.",
    ListImportRows,
    page_of(ImportRow, "ImportRows"),
)

# ── Standings: what neighbours authorise from (`architecture.md` §5) ────────────────────────────


class StandingFacts(Document):
    """One person's standing in one community (or `system`); complete, so the newest one wins."""

    community_id = fields.String(required=True)
    person_id = Id("per", required=True)
    roles = fields.List(fields.String(), required=True)
    membership_id = Id("mbr", required=True, allow_none=True)
    state = Choice(*MEMBERSHIP_STATES, required=True, allow_none=True)
    zone = fields.String(required=True)
    joined_on = Day(required=True, allow_none=True)
    term_ends_on = Day(required=True, allow_none=True)
    grace_ends_on = Day(required=True, allow_none=True)
    level = fields.String(required=True, allow_none=True)
    segment = fields.String(required=True, allow_none=True)
    version = Whole(required=True)


class StandingRef(Request):
    community_id = Text(required=True, least=1, most=40)
    person_id = Id("per", required=True)


GET_STANDING = Rpc(
    "membership",
    "get_standing",
    "The standing of a person in a community; version 0 and no roles when there is none.",
    StandingRef,
    StandingFacts,
    callers=("payments", "events", "notifications"),
)
LIST_STANDINGS = Rpc(
    "membership",
    "list_standings",
    "All standings by id: the snapshot from which a new replica starts.",
    PageRequest,
    page_of(StandingFacts, "Standings"),
    callers=("payments", "events", "notifications"),
)
STANDING_CHANGED = Event(
    "membership",
    "standing_changed",
    "A person's standing in a community is now this.",
    StandingFacts,
    subject="standing id",
)

# ── Events ──────────────────────────────────────────────────────────────────────────────────────


class SignInRequested(Document):
    challenge_id = Id("chl", required=True)
    locale = fields.String(required=True)


class ApplicationFacts(Document):
    application_id = Id("app", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    state = Choice(*APPLICATION_STATES, required=True)


class ApplicationApprovedFacts(ApplicationFacts):
    membership_id = Id("mbr", required=True)
    term_id = Id("trm", required=True)
    pay_by = Instant(required=True)


class ApplicationDecided(ApplicationFacts):
    reason = fields.String(required=True)
    message = fields.String(required=True)


class PaymentReminder(ApplicationFacts):
    pay_by = Instant(required=True)


class MembershipFacts(Document):
    """The state of a membership after the fact; the same for all public membership events."""

    membership_id = Id("mbr", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    number = Whole(required=True, allow_none=True)
    state = Choice(*MEMBERSHIP_STATES, required=True)
    joined_on = Day(required=True, allow_none=True)
    term = fields.Nested(Term, required=True, allow_none=True)
    grace_ends_on = Day(required=True, allow_none=True)


class TermEnding(MembershipFacts):
    days_left = fields.Integer(required=True)


class RenewalFacts(Document):
    membership_id = Id("mbr", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    term_id = Id("trm", required=True)
    pay_by = Instant(required=True)


class PurchaseAnswer(Document):
    """What the owner of a subject says about a paid order (`architecture.md` §5a)."""

    order_id = Id("ord", required=True)
    purchase_id = Id("pur", required=True)
    community_id = Id("com", required=True)
    reason = fields.String(required=True, allow_none=True)


class PurchaseWithdrawn(Document):
    purchase_id = Id("pur", required=True)
    community_id = Id("com", required=True)
    reason = fields.String(required=True)


def _application_event(name: str, meaning: str, data: type = ApplicationFacts) -> Event:
    return Event("membership", name, meaning, data, subject="application id")


def _membership_event(name: str, meaning: str) -> Event:
    return Event(
        "membership",
        name,
        meaning,
        MembershipFacts,
        subject="membership id",
        audience=Audience.INTEGRATORS,
    )


SIGN_IN_REQUESTED = Event(
    "membership",
    "sign_in_requested",
    "Somebody wants to sign in; the code is fetched once by challenge id.",
    SignInRequested,
    subject="challenge id",
)
APPLICATION_SUBMITTED = _application_event("application_submitted", "An application came in.")
APPLICATION_INFO_REQUESTED = _application_event(
    "application_info_requested", "A reviewer needs more from the applicant.", ApplicationDecided
)
APPLICATION_APPROVED = _application_event(
    "application_approved",
    "The application was approved; the membership awaits payment.",
    ApplicationApprovedFacts,
)
APPLICATION_REJECTED = _application_event(
    "application_rejected", "The application was rejected.", ApplicationDecided
)
APPLICATION_LAPSED = _application_event(
    "application_lapsed", "An approved application was not paid in time."
)
PAYMENT_REMINDER_DUE = _application_event(
    "payment_reminder_due", "An approved applicant has not paid yet.", PaymentReminder
)
ACTIVATED = _membership_event("activated", "A membership began: its first term was fulfilled.")
RENEWED = _membership_event("renewed", "A further term was added.")
ENTERED_GRACE = _membership_event("entered_grace", "The term ended; access goes on in grace.")
EXPIRED = _membership_event("expired", "The membership ended without renewal.")
TERM_REVOKED = _membership_event(
    "term_revoked", "A further term was refunded in full; the term before it goes on."
)
CANCELLED = _membership_event("cancelled", "The membership ended by choice or by a full refund.")
RENEWAL_STARTED = Event(
    "membership",
    "renewal_started",
    "A member wants the next term; its purchase is being opened.",
    RenewalFacts,
    subject="membership id",
)
TERM_ENDING = Event(
    "membership",
    "term_ending",
    "A reminder is due: the term ends soon, today, or has ended into grace.",
    TermEnding,
    subject="membership id",
)
PURCHASE_FULFILLED = Event(
    "membership",
    "purchase_fulfilled",
    "The paid order was turned into a term.",
    PurchaseAnswer,
    subject="order id",
)
PURCHASE_REFUSED = Event(
    "membership",
    "purchase_refused",
    "The paid order cannot be fulfilled; the payer gets the money back.",
    PurchaseAnswer,
    subject="order id",
)
PURCHASE_WITHDRAWN = Event(
    "membership",
    "purchase_withdrawn",
    "What was to be paid is not for sale any more.",
    PurchaseWithdrawn,
    subject="purchase id",
)
