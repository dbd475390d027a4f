"""Requests, answers and facts of membership, as types; written by `make docs`."""

import datetime as dt
from typing import Any, Literal, NotRequired, TypedDict

from contracts.aggregates import MoneyFields


class CreateApiKey(TypedDict):
    name: str
    scopes: list[Literal["communities:read", "communities:write", "roles:read", "applications:read", "reviews:read", "memberships:read", "memberships:write", "meetups:read", "meetups:host", "registrations:read", "payments:read", "payments:write", "notifications:read", "requests:read"]]
    expires_in_days: int
    community_id: str
    roles: list[Literal["owner", "reviewer", "host", "treasurer", "scanner"]]


class ListApiKeys(TypedDict):
    after: str | None
    limit: int
    community_id: str


class CreateSystemApiKey(TypedDict):
    name: str
    scopes: list[Literal["communities:read", "communities:write", "roles:read", "applications:read", "reviews:read", "memberships:read", "memberships:write", "meetups:read", "meetups:host", "registrations:read", "payments:read", "payments:write", "notifications:read", "requests:read", "operators:read"]]
    expires_in_days: int


class PageRequest(TypedDict):
    after: str | None
    limit: int


class ApiKeyRef(TypedDict):
    api_key_id: str


class ApiKeyDigest(TypedDict):
    digest: str


class ApiKeyNamesRef(TypedDict):
    community_id: str
    api_key_ids: list[str]


class AskedIf(TypedDict):
    question: str
    any_of: list[str]


class Question(TypedDict):
    key: str
    kind: Literal["single", "multi", "short_text", "long_text", "number", "link", "file"]
    title: str
    required: bool
    private: bool
    introduction: bool
    options: list[str]
    minimum: int
    maximum: int | None
    asked_if: AskedIf | None
    fills: str | None


class Section(TypedDict):
    title: str
    questions: list[Question]


class Criterion(TypedDict):
    key: str
    title: str
    weight: int


class Policy(TypedDict):
    reviewers_needed: int
    approvals_needed: int
    veto: Literal["none", "owners", "any"]
    blind: bool
    show_reasons: Literal["none", "reason", "words"]
    least_score: int | None
    rubric: list[Criterion]
    vouching: Literal["off", "flag", "approval", "first"]
    vouch_after_days: int
    vouches_a_month: int
    decide_within_hours: int | None
    invitations_skip_review: bool
    reopen: Literal["never", "until_paid"]
    pay_by_hours: int
    grace_days: int
    revival_days: int
    renewal_opens_days: int
    reapply_after_days: int
    pause_days: int
    claim_minutes: int
    first_member_number: int


class CreateCommunity(TypedDict):
    slug: str
    name: str
    description: str
    visibility: Literal["public", "unlisted", "hidden"]
    zone: str
    locale: Literal["zh-CN", "en"]
    currency: str
    form: list[Section]
    policy: Policy
    owner_email: str


class CommunityRef(TypedDict):
    community_id: str


class PolicyChange(TypedDict):
    reviewers_needed: NotRequired[int]
    approvals_needed: NotRequired[int]
    least_score: NotRequired[int | None]
    vouch_after_days: NotRequired[int]
    vouches_a_month: NotRequired[int]
    decide_within_hours: NotRequired[int | None]
    pay_by_hours: NotRequired[int]
    grace_days: NotRequired[int]
    revival_days: NotRequired[int]
    renewal_opens_days: NotRequired[int]
    reapply_after_days: NotRequired[int]
    pause_days: NotRequired[int]
    claim_minutes: NotRequired[int]
    veto: NotRequired[Literal["none", "owners", "any"]]
    blind: NotRequired[bool]
    show_reasons: NotRequired[Literal["none", "reason", "words"]]
    rubric: NotRequired[list[Criterion]]
    vouching: NotRequired[Literal["off", "flag", "approval", "first"]]
    invitations_skip_review: NotRequired[bool]
    reopen: NotRequired[Literal["never", "until_paid"]]


class LinksChange(TypedDict):
    application: NotRequired[str | None]
    membership: NotRequired[str | None]
    order: NotRequired[str | None]
    registration: NotRequired[str | None]


class ChangeCommunity(TypedDict):
    community_id: str
    name: NotRequired[str]
    description: NotRequired[str]
    visibility: NotRequired[Literal["public", "unlisted", "hidden"]]
    policy: NotRequired[PolicyChange]
    links: NotRequired[LinksChange]
    simulate: bool
    expected_version: int


class ChangeLinkHosts(TypedDict):
    community_id: str
    link_hosts: list[str]
    expected_version: int


class PolicyRef(TypedDict):
    community_id: str
    policy_version: int


class ChangeForm(TypedDict):
    community_id: str
    form: list[Section]
    expected_version: int


class FormRef(TypedDict):
    community_id: str
    form_version: int


class ListCommunities(TypedDict):
    after: str | None
    limit: int
    slug: str | None


class GrantRole(TypedDict):
    community_id: str
    email: str
    role: Literal["owner", "reviewer", "host", "treasurer", "scanner"]


class RevokeRole(TypedDict):
    community_id: str
    person_id: str
    role: Literal["owner", "reviewer", "host", "treasurer", "scanner"]


class ListRoles(TypedDict):
    after: str | None
    limit: int
    community_id: str


class GetCommunityHistory(TypedDict):
    after: str | None
    limit: int
    community_id: str


class GetRoleHistory(TypedDict):
    after: str | None
    limit: int
    community_id: str
    person_id: str


class CommunitySlug(TypedDict):
    slug: str


class GetMe(TypedDict):
    include: str | None


class ChangeMe(TypedDict):
    name: NotRequired[str]
    locale: NotRequired[Literal["zh-CN", "en"]]
    expected_version: int


class RecipientRef(TypedDict):
    person_id: str
    purpose: Literal["transactional", "reminder", "social", "campaign"]


class NamesRef(TypedDict):
    community_id: str
    person_ids: list[str]
    purpose: Literal["registrations", "orders"]


class NameSearch(TypedDict):
    community_id: str
    search: str
    purpose: Literal["registrations", "orders"]


class ExportPerson(TypedDict):
    after: str | None
    limit: int
    person_id: str


class ScreeningRef(TypedDict):
    community_id: str


class ScreeningRule(TypedDict):
    kind: Literal["answer_in_list", "number_within", "text_at_least", "introduction_below", "share_over", "duplicate_key", "similar_name", "blocked_key"]
    weight: int
    effect: Literal["flag", "reject"]
    reason: Literal["profile_incomplete", "not_a_fit", "duplicate", "full", "other"] | None
    question: NotRequired[str]
    any_of: NotRequired[list[str]]
    minimum: NotRequired[int]
    maximum: NotRequired[int]
    characters: NotRequired[int]
    score: NotRequired[int]
    label: NotRequired[Literal["segment", "city"]]
    percent: NotRequired[int]


class ChangeScreening(TypedDict):
    community_id: str
    rules: list[ScreeningRule]
    expected_version: int


class TryScreening(TypedDict):
    community_id: str
    rules: list[ScreeningRule]


class Blocked(TypedDict):
    kind: Literal["email", "phone", "person", "name"]
    email: NotRequired[str]
    phone: NotRequired[str]
    person_id: NotRequired[str]
    name: NotRequired[str]


class CreateBlock(TypedDict):
    community_id: str
    whom: Blocked
    reason: str
    ban: bool


class ListBlocks(TypedDict):
    after: str | None
    limit: int
    community_id: str


class BlockRef(TypedDict):
    community_id: str
    block_id: str


class CreateApplication(TypedDict):
    community_id: str
    plan_id: str | None
    answers: dict[str, Any]
    source: str | None
    invitation: str | None
    submit: bool


class ChangeApplication(TypedDict):
    application_id: str
    answers: dict[str, Any]
    expected_version: int


class ChooseApplicationPlan(TypedDict):
    application_id: str
    plan_id: str
    expected_version: int


class ApplicationRef(TypedDict):
    application_id: str


class GetApplication(TypedDict):
    application_id: str
    include: str | None


class GetApplicationFile(TypedDict):
    after: str | None
    application_id: str
    upload_id: str


class ListApplications(TypedDict):
    after: str | None
    limit: int
    updated_after: dt.datetime | None
    community_id: str
    state: str | None
    search: str | None
    source: str | None
    sort: Literal["submitted_at", "-submitted_at", "updated_at", "-updated_at"] | None
    count: bool


class GetApplicationHistory(TypedDict):
    after: str | None
    limit: int
    application_id: str


class SeenApplication(TypedDict):
    application_id: str
    version: int


class DecideApplications(TypedDict):
    community_id: str
    decision: Literal["approve", "reject", "request_info"]
    applications: list[SeenApplication]
    note: str
    reason: str | None
    message: str
    questions: list[str]


class DashboardRef(TypedDict):
    community_id: str
    since: str | None
    until: str | None


class CommunityHeadsRef(TypedDict):
    community_ids: list[str]


class StartEmailChange(TypedDict):
    email: str


class Empty(TypedDict):
    pass


class ConfirmEmailChange(TypedDict):
    old_code: str
    new_code: str


class EmailChangeSide(TypedDict):
    change_id: str
    side: Literal["old", "new"]


class PersonRef(TypedDict):
    person_id: str


class MembershipRef(TypedDict):
    membership_id: str


class ListMemberships(TypedDict):
    after: str | None
    limit: int
    updated_after: dt.datetime | None
    community_id: str
    state: str | None
    search: str | None
    sort: Literal["number", "-number", "ends_on", "-ends_on", "updated_at", "-updated_at"] | None
    ends_from: str | None
    ends_to: str | None
    count: bool


class ExportMemberships(TypedDict):
    after: str | None
    community_id: str
    state: str | None


class ChangeProfile(TypedDict):
    membership_id: str
    segment: NotRequired[str | None]
    city: NotRequired[str | None]
    company: NotRequired[str | None]
    details: dict[str, str | None]
    expected_version: int


class StartRenewal(TypedDict):
    membership_id: str
    plan_id: str | None


class SuspendMembership(TypedDict):
    membership_id: str
    until: str | None
    reason: str


class EndMembership(TypedDict):
    membership_id: str
    reason: str


class GiveTerm(TypedDict):
    membership_id: str
    plan_id: str
    reason: str


class GiveMembership(TypedDict):
    community_id: str
    email: str
    plan_id: str
    reason: str


class GetMembershipHistory(TypedDict):
    after: str | None
    limit: int
    membership_id: str


class RefreshSession(TypedDict):
    refresh_token: str


class SessionRef(TypedDict):
    session_id: str


class EndMySessions(TypedDict):
    keep_current: bool


class SessionsOf(TypedDict):
    person_id: str


class StartSignIn(TypedDict):
    email: str
    locale: Literal["zh-CN", "en"]
    proof: str | None


class StartPhoneSignIn(TypedDict):
    phone: str
    locale: Literal["zh-CN", "en"]
    proof: str | None


class FinishSignIn(TypedDict):
    challenge_id: str
    code: str


class ChallengeRef(TypedDict):
    challenge_id: str


class StartAtWay(TypedDict):
    way: str
    callback_url: str
    return_to: str
    locale: Literal["zh-CN", "en"]


class FinishAtWay(TypedDict):
    way: str
    code: str
    state: str | None
    browser_secret: str | None


class IdentityRef(TypedDict):
    identity_id: str


class CheckImport(TypedDict):
    community_id: str


class CreateImport(TypedDict):
    community_id: str
    csv: str
    dry_run: bool


class ImportUpload(TypedDict):
    upload_id: str
    dry_run: bool


class ImportRef(TypedDict):
    import_id: str


class ListImportRows(TypedDict):
    after: str | None
    limit: int
    import_id: str
    result: Literal["accepted", "refused"] | None


class ExportImportRows(TypedDict):
    after: str | None
    import_id: str
    result: Literal["accepted", "refused"] | None


class CreateInvitation(TypedDict):
    community_id: str
    label: str
    uses: int
    expires_in_days: int
    plan_id: str | None
    skips_review: bool


class ListInvitations(TypedDict):
    after: str | None
    limit: int
    community_id: str


class InvitationRef(TypedDict):
    community_id: str
    invitation_id: str


class ReadInvitation(TypedDict):
    code: str


class JoiningRef(TypedDict):
    community_id: str
    plan_id: str | None


class JoinRef(TypedDict):
    join_id: str


class SignLink(TypedDict):
    purpose: Literal["pay", "renew", "decline"]
    person_id: str
    community_id: str
    about_id: str
    object_id: str
    until: dt.datetime | None


class AddNote(TypedDict):
    application_id: str
    text: str


class ListNotes(TypedDict):
    after: str | None
    limit: int
    application_id: str


class NoteRef(TypedDict):
    application_id: str
    note_id: str


class GrantOperator(TypedDict):
    email: str


class RevokeOperator(TypedDict):
    person_id: str


class SeesCommunity(TypedDict):
    community_id: str
    person_id: str | None


class PlaceRef(TypedDict):
    community_id: str
    include: str | None


class Reason(TypedDict):
    code: str
    text: str


class ChangeReasons(TypedDict):
    community_id: str
    reasons: list[Reason]
    expected_version: int


class MembershipReportRef(TypedDict):
    community_id: str
    since: str | None
    until: str | None
    by: Literal["day", "week", "month"]


class ExportMembershipReport(TypedDict):
    after: str | None
    community_id: str
    since: str | None
    until: str | None
    by: Literal["day", "week", "month"]
    part: Literal["applications", "joinings", "sources", "queue", "states", "retention"]


class ListReviewQueue(TypedDict):
    after: str | None
    limit: int
    community_id: str
    state: str
    search: str | None
    overdue: bool
    sort: Literal["decide_by", "-decide_by"] | None


class Approve(TypedDict):
    application_id: str
    round: int | None
    scores: dict[str, int]
    note: str


class Reject(TypedDict):
    application_id: str
    round: int | None
    scores: dict[str, int]
    reason: str
    message: str
    veto: bool


class DecideApplication(TypedDict):
    application_id: str
    round: int | None
    verdict: Literal["approve", "reject"]
    note: str
    reason: str
    message: str


class AskForInfo(TypedDict):
    application_id: str
    round: int | None
    reason: str | None
    message: str
    questions: list[str]


class DecisionWordsRef(TypedDict):
    application_id: str
    at: dt.datetime


class StandingRefs(TypedDict):
    community_id: str
    person_ids: list[str]


class AudienceFilter(TypedDict):
    after: str | None
    limit: int
    community_id: str
    segment: str | None
    city: str | None
    plan_tier: str | None


class StandingRef(TypedDict):
    community_id: str
    person_id: str


class HoldersRef(TypedDict):
    community_id: str
    roles: list[Literal["owner", "reviewer", "host", "treasurer", "scanner"]]


class CreateUpload(TypedDict):
    community_id: str
    purpose: Literal["answer", "picture", "import"]
    content_type: Literal["image/png", "image/jpeg", "image/webp", "application/pdf", "text/csv"]
    size: int


class CheckUploadPart(TypedDict):
    upload_id: str
    part: int


class AddUploadPart(TypedDict):
    upload_id: str
    part: int
    data: bytes


class UploadRef(TypedDict):
    upload_id: str


class GetUploadContent(TypedDict):
    after: str | None
    upload_id: str


class CreateVouch(TypedDict):
    code: str
    words: str


class VoucherRef(TypedDict):
    community_id: str
    person_id: str


class MadeApiKey(TypedDict):
    id: str
    community_id: str
    name: str
    hint: str
    roles: list[str]
    scopes: list[str]
    state: str
    made_by: str
    created_at: dt.datetime
    expires_at: dt.datetime
    last_used_at: dt.datetime | None
    revoked_at: dt.datetime | None
    version: int
    key: str


class ApiKey(TypedDict):
    id: str
    community_id: str
    name: str
    hint: str
    roles: list[str]
    scopes: list[str]
    state: str
    made_by: str
    created_at: dt.datetime
    expires_at: dt.datetime
    last_used_at: dt.datetime | None
    revoked_at: dt.datetime | None
    version: int


class ApiKeys(TypedDict):
    items: list[ApiKey]
    next: str | None


class SystemApiKeys(TypedDict):
    items: list[ApiKey]
    next: str | None


class ResolvedApiKey(TypedDict):
    id: str
    community_id: str
    roles: list[str]
    scopes: list[str]
    expires_at: dt.datetime
    revoked_at: dt.datetime | None


class ApiKeyNames(TypedDict):
    names: list[str]


class Links(TypedDict):
    application: str | None
    membership: str | None
    order: str | None
    registration: str | None


class Community(TypedDict):
    id: str
    slug: str
    name: str
    description: str
    zone: str
    locale: str
    currency: str
    form: list[Section]
    form_version: int
    policy: Policy
    policy_version: int
    visibility: str
    links: Links
    link_hosts: list[str]
    version: int
    created_at: dt.datetime


class Concerned(TypedDict):
    applications: int
    memberships: int


class CommunityChange(TypedDict):
    community: Community
    changed: list[str]
    concerned: Concerned | None
    simulated: bool
    version: int


class PolicyVersion(TypedDict):
    community_id: str
    policy_version: int
    policy: Policy
    until: dt.datetime | None


class Form(TypedDict):
    community_id: str
    form_version: int
    form: list[Section]
    created_at: dt.datetime


class Communities(TypedDict):
    items: list[Community]
    next: str | None


class RoleGiven(TypedDict):
    email: str
    role: str


class RoleHolder(TypedDict):
    person_id: str
    name: str | None
    email: str | None
    roles: list[str]


class RoleHolders(TypedDict):
    items: list[RoleHolder]
    next: str | None


class Change(TypedDict):
    at: dt.datetime
    actor_id: str
    action: str
    version: int
    changed_fields: list[str]
    details: dict[str, Any]
    request_id: str


class History(TypedDict):
    items: list[Change]
    next: str | None


class CommunityHead(TypedDict):
    id: str
    slug: str
    name: str
    zone: str
    locale: str
    currency: str


class RolesHeld(TypedDict):
    community: CommunityHead
    roles: list[str]


class Me(TypedDict):
    id: str
    email: str | None
    name: str
    locale: str
    is_operator: bool
    version: int
    created_at: dt.datetime
    roles: list[RolesHeld] | None


class Person(TypedDict):
    id: str
    email: str | None
    name: str
    locale: str
    is_operator: bool
    version: int
    created_at: dt.datetime


class Recipient(TypedDict):
    person_id: str
    email: str | None
    name: str
    locale: str


class Name(TypedDict):
    person_id: str
    display_name: str


class Names(TypedDict):
    names: list[Name]


class FoundPeople(TypedDict):
    person_ids: list[str]
    is_all: bool


class ExportedRecord(TypedDict):
    kind: str
    data: dict[str, Any]


class PersonalData(TypedDict):
    items: list[ExportedRecord]
    next: str | None


class Screening(TypedDict):
    community_id: str
    rules: list[ScreeningRule]
    changed_by: str | None
    changed_at: dt.datetime | None
    version: int


class TriedRule(TypedDict):
    rule: int
    found: int
    rejected: int
    application_ids: list[str]


class TriedScreening(TypedDict):
    applications: int
    rejected: int
    rules: list[TriedRule]


class Block(TypedDict):
    id: str
    community_id: str
    kind: str
    reason: str
    made_by: str
    ban: bool
    created_at: dt.datetime


class Blocks(TypedDict):
    items: list[Block]
    next: str | None


class InfoRequest(TypedDict):
    message: str
    questions: list[str]
    at: dt.datetime


class Verdict(TypedDict):
    reviewer_id: str
    verdict: str
    note: str
    at: dt.datetime
    scores: dict[str, Any]
    veto: bool
    reason: str | None


class FormerRound(TypedDict):
    number: int
    rubric: list[Criterion]
    verdicts: list[Verdict]


class OwnerDecision(TypedDict):
    owner_id: str
    verdict: str
    note: str
    conflicted: bool
    at: dt.datetime


class Vouch(TypedDict):
    voucher_id: str
    words: str
    at: dt.datetime


class Invited(TypedDict):
    invitation_id: str
    inviter_id: str
    approved: bool


class Rejection(TypedDict):
    reason: str
    message: str
    at: dt.datetime


class ScreeningFlag(TypedDict):
    rule: int
    kind: str
    weight: int
    effect: str
    words: str
    about: list[str]


class Screened(TypedDict):
    screening_version: int
    score: int
    flags: list[ScreeningFlag]
    at: dt.datetime


class Application(TypedDict):
    id: str
    community_id: str
    person_id: str
    state: str
    plan_id: str | None
    source: str | None
    form_version: int
    answers: dict[str, Any]
    submitted_at: dt.datetime | None
    info_request: InfoRequest | None
    verdicts: list[Verdict]
    round: int | None
    rubric: list[Criterion]
    former_rounds: list[FormerRound]
    blind: bool
    conflicts: list[str]
    needs_owner: bool
    owner_decision: OwnerDecision | None
    vouches: list[Vouch]
    invitation: Invited | None
    rejection: Rejection | None
    decide_by: dt.datetime | None
    pay_by: dt.datetime | None
    membership_id: str | None
    purchase_id: str | None
    claimed_by: str | None
    claimed_until: dt.datetime | None
    screening: Screened | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime


class ShownApplication(TypedDict):
    id: str
    community_id: str
    person_id: str
    state: str
    plan_id: str | None
    source: str | None
    form_version: int
    answers: dict[str, Any]
    submitted_at: dt.datetime | None
    info_request: InfoRequest | None
    verdicts: list[Verdict]
    round: int | None
    rubric: list[Criterion]
    former_rounds: list[FormerRound]
    blind: bool
    conflicts: list[str]
    needs_owner: bool
    owner_decision: OwnerDecision | None
    vouches: list[Vouch]
    invitation: Invited | None
    rejection: Rejection | None
    decide_by: dt.datetime | None
    pay_by: dt.datetime | None
    membership_id: str | None
    purchase_id: str | None
    claimed_by: str | None
    claimed_until: dt.datetime | None
    screening: Screened | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime
    form: list[Section] | None
    plan_name: str | None
    display_name: str | None
    staff: list[Name]
    actions: list[str]


class Piece(TypedDict):
    content_type: str
    name: str
    size: int | None
    data: bytes
    next: str | None


class ListedApplication(TypedDict):
    id: str
    community_id: str
    person_id: str
    state: str
    plan_id: str | None
    source: str | None
    form_version: int
    answers: dict[str, Any]
    submitted_at: dt.datetime | None
    info_request: InfoRequest | None
    verdicts: list[Verdict]
    round: int | None
    rubric: list[Criterion]
    former_rounds: list[FormerRound]
    blind: bool
    conflicts: list[str]
    needs_owner: bool
    owner_decision: OwnerDecision | None
    vouches: list[Vouch]
    invitation: Invited | None
    rejection: Rejection | None
    decide_by: dt.datetime | None
    pay_by: dt.datetime | None
    membership_id: str | None
    purchase_id: str | None
    claimed_by: str | None
    claimed_until: dt.datetime | None
    screening: Screened | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime
    display_name: str | None
    actions: list[str]


class Applications(TypedDict):
    items: list[ListedApplication]
    next: str | None
    total: int | None


class MyApplications(TypedDict):
    items: list[Application]
    next: str | None


class DecisionProblem(TypedDict):
    code: str
    params: dict[str, Any]
    detail: str


class DecisionResult(TypedDict):
    application_id: str
    done: bool
    state: str | None
    version: int | None
    problem: DecisionProblem | None


class DecisionResults(TypedDict):
    results: list[DecisionResult]


class MemberFigures(TypedDict):
    active: int
    grace: int
    expiring: int
    joined: int
    lapsed: int


class ApplicationFigures(TypedDict):
    waiting: int
    oldest_at: dt.datetime | None
    overdue: int


class NextMeetup(TypedDict):
    id: str
    title: str
    starts_at: dt.datetime
    zone: str
    state: str
    capacity: int
    seats_free: int


class Dashboard(TypedDict):
    community: CommunityHead
    since: str
    until: str
    members: MemberFigures
    applications: ApplicationFigures
    meetups: list[NextMeetup] | None


class CommunityHeads(TypedDict):
    communities: list[CommunityHead]


class EmailChange(TypedDict):
    id: str
    email: str
    started_at: dt.datetime
    expires_at: dt.datetime


class EmailCode(TypedDict):
    email: str
    name: str
    locale: str
    code: str | None
    expires_at: dt.datetime


class ChangedEmail(TypedDict):
    email: str
    name: str
    locale: str


class ErasureConfirmation(TypedDict):
    service: str
    at: dt.datetime


class Erasure(TypedDict):
    id: str
    person_id: str
    state: str
    asked_at: dt.datetime
    erase_at: dt.datetime
    hindrance: str | None
    confirmed: list[ErasureConfirmation]
    version: int


class Term(TypedDict):
    id: str
    kind: str
    plan_id: str | None
    starts_on: str
    ends_on: str
    order_id: str | None


class Suspension(TypedDict):
    until: str | None
    reason: str


class Pause(TypedDict):
    on: str
    through: str


class RenewalWindow(TypedDict):
    opens_on: str
    closes_on: str
    possible: bool


class ShownMembership(TypedDict):
    id: str
    community_id: str
    person_id: str
    number: int | None
    state: str
    joined_on: str | None
    term: Term | None
    grace_ends_on: str | None
    segment: str | None
    city: str | None
    company: str | None
    details: dict[str, str]
    suspension: Suspension | None
    pause: Pause | None
    cancels_at_end: bool
    ended_on: str | None
    end_reason: str | None
    purchase_id: str | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime
    valid_until: str | None
    current_term: Term | None
    next_term: Term | None
    renewal: RenewalWindow | None
    actions: list[str]


class Membership(TypedDict):
    id: str
    community_id: str
    person_id: str
    number: int | None
    state: str
    joined_on: str | None
    term: Term | None
    grace_ends_on: str | None
    segment: str | None
    city: str | None
    company: str | None
    details: dict[str, str]
    suspension: Suspension | None
    pause: Pause | None
    cancels_at_end: bool
    ended_on: str | None
    end_reason: str | None
    purchase_id: str | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime


class MyMemberships(TypedDict):
    items: list[Membership]
    next: str | None


class ListedMembership(TypedDict):
    id: str
    community_id: str
    person_id: str
    number: int | None
    state: str
    joined_on: str | None
    term: Term | None
    grace_ends_on: str | None
    segment: str | None
    city: str | None
    company: str | None
    details: dict[str, str]
    suspension: Suspension | None
    pause: Pause | None
    cancels_at_end: bool
    ended_on: str | None
    end_reason: str | None
    purchase_id: str | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime
    display_name: str | None
    given_because: str | None
    actions: list[str]


class Memberships(TypedDict):
    items: list[ListedMembership]
    next: str | None
    total: int | None


class MembershipCounts(TypedDict):
    community_id: str
    counted_on: str
    memberships: dict[str, int]
    applications: dict[str, int]
    next_number: int


class SessionTokens(TypedDict):
    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str
    person_id: str


class Session(TypedDict):
    id: str
    way: str
    started_at: dt.datetime
    last_used_at: dt.datetime
    expires_at: dt.datetime
    is_current: bool


class MySessions(TypedDict):
    items: list[Session]
    next: str | None


class SignInStarted(TypedDict):
    challenge_id: str
    expires_at: dt.datetime
    resend_after_seconds: int


class SignInCode(TypedDict):
    email: str | None
    phone: str | None
    code: str
    locale: str
    expires_at: dt.datetime


class Way(TypedDict):
    name: str
    kind: str
    label: str


class Ways(TypedDict):
    ways: list[Way]
    phone_countries: list[str]


class StartedAtWay(TypedDict):
    authorize_url: str
    state: str
    browser_secret: str
    expires_at: dt.datetime


class SignedInAtWay(TypedDict):
    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str
    person_id: str
    return_to: str | None
    is_new: bool


class Identity(TypedDict):
    id: str
    way: str
    label: str
    linked_at: dt.datetime


class Identities(TypedDict):
    email: str | None
    identities: list[Identity]


class LinkedAtWay(TypedDict):
    identity: Identity
    return_to: str | None


class ImportFailure(TypedDict):
    code: str
    params: dict[str, Any]
    detail: str


class Import(TypedDict):
    id: str
    community_id: str
    dry_run: bool
    state: str
    rows: int | None
    accepted: int
    refused: int
    next_number: int | None
    failure: ImportFailure | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime


class RowProblem(TypedDict):
    column: str
    code: str
    params: dict[str, Any]
    detail: str


class ImportRow(TypedDict):
    line: int
    number: int | None
    result: str
    problems: list[RowProblem]
    membership_id: str | None


class ImportRows(TypedDict):
    items: list[ImportRow]
    next: str | None


class Invitation(TypedDict):
    id: str
    community_id: str
    inviter_id: str
    label: str
    code: str
    plan_id: str | None
    uses: int
    used: int
    skips_review: bool
    begun: int
    submitted: int
    approved: int
    joined: int
    given_back: int
    expires_at: dt.datetime
    revoked_at: dt.datetime | None
    created_at: dt.datetime


class Invitations(TypedDict):
    items: list[Invitation]
    next: str | None


class ShownInvitation(TypedDict):
    community_id: str
    community_name: str
    description: str
    invited_by: str | None
    plan_id: str | None
    plan_name: str | None
    expires_at: dt.datetime


class Joining(TypedDict):
    community_id: str
    possible: bool
    code: str | None
    words: str | None
    next_step: str | None
    deadline: dt.datetime | None
    application_id: str | None
    membership_id: str | None
    plan_ids: list[str]
    notes: list[str]
    rejection: Rejection | None


class JoinStep(TypedDict):
    name: str
    state: str
    at: dt.datetime | None
    deadline: dt.datetime | None
    waits_for: str | None
    retried: bool


class Join(TypedDict):
    id: str
    community_id: str
    person_id: str
    purpose: str
    state: str
    steps: list[JoinStep]
    application_id: str | None
    membership_id: str
    term_id: str
    plan_id: str | None
    order_id: str | None
    pay_by: dt.datetime | None
    starts_on: str | None
    ends_on: str | None
    actions: list[str]


class SignedLink(TypedDict):
    token: str | None


class About(TypedDict):
    kind: str
    id: str


class LinkObject(TypedDict):
    kind: str
    id: str


class ShownLink(TypedDict):
    purpose: str
    about: About
    object: LinkObject
    community_id: str
    community_name: str
    until: dt.datetime
    expires_at: dt.datetime


class Note(TypedDict):
    id: str
    application_id: str
    author_id: str
    display_name: str | None
    text: str
    created_at: dt.datetime


class Notes(TypedDict):
    items: list[Note]
    next: str | None


class Seen(TypedDict):
    sees: bool


class Place(TypedDict):
    community_id: str
    state: str
    reason: str | None
    next_step: str | None
    deadline: dt.datetime | None
    page: str | None
    application_id: str | None
    membership_id: str | None
    purchase_id: str | None
    order_id: str | None
    actions: list[str]
    community: CommunityHead | None
    membership: ShownMembership | None
    form: list[Section] | None


class CardMembership(TypedDict):
    id: str
    number: int | None
    state: str
    valid_until: str | None
    renewal: RenewalWindow | None


class NewestApplication(TypedDict):
    id: str
    state: str


class PurchaseDue(TypedDict):
    purchase_id: str
    pay_by: dt.datetime | None


class WaitingWork(TypedDict):
    applications: int


class MyCommunity(TypedDict):
    community: CommunityHead
    roles: list[str]
    state: str
    reason: str | None
    next_step: str | None
    deadline: dt.datetime | None
    page: str | None
    membership: CardMembership | None
    application: NewestApplication | None
    due: PurchaseDue | None
    waiting: WaitingWork | None
    actions: list[str]


class MyCommunities(TypedDict):
    items: list[MyCommunity]
    next: str | None


class Reasons(TypedDict):
    community_id: str
    reasons: list[Reason]
    version: int


class DecisionTime(TypedDict):
    hours: int | None
    count: int


class ReportedDecisions(TypedDict):
    count: int
    median_hours: int | None
    p90_hours: int | None
    times: list[DecisionTime]


class ReportedApplications(TypedDict):
    since: str
    handed_in: int
    approved: int
    rejected: int
    joined: int
    decisions: ReportedDecisions


class ReportedJoining(TypedDict):
    since: str
    joined: int
    renewed: int


class ReportedSource(TypedDict):
    source: str | None
    handed_in: int
    approved: int
    rejected: int
    joined: int


class WaitingFor(TypedDict):
    hours: int | None
    count: int


class ReportedStates(TypedDict):
    day: str
    memberships: dict[str, int]
    applications: dict[str, int]


class RetainedMonth(TypedDict):
    month: str
    members: int


class ReportedRetention(TypedDict):
    joined_in: str
    joined: int
    renewed: int
    months: list[RetainedMonth]


class MembershipReport(TypedDict):
    community_id: str
    since: str
    until: str
    by: str
    applications: list[ReportedApplications]
    joinings: list[ReportedJoining]
    sources: list[ReportedSource]
    queue: list[WaitingFor]
    states: list[ReportedStates]
    retention: list[ReportedRetention]


class Claim(TypedDict):
    person_id: str
    display_name: str | None
    until: dt.datetime


class QueuedApplication(TypedDict):
    id: str
    person_id: str
    display_name: str | None
    state: str
    submitted_at: dt.datetime
    claim: Claim | None
    verdicts: int | None
    needs_owner: bool
    vouches: int
    decide_by: dt.datetime | None
    version: int
    actions: list[str]


class ReviewQueue(TypedDict):
    items: list[QueuedApplication]
    next: str | None
    community: CommunityHead
    waiting: int


class DecisionWords(TypedDict):
    words: str


class StandingFacts(TypedDict):
    community_id: str
    person_id: str
    roles: list[str]
    membership_id: str | None
    state: str | None
    zone: str
    joined_on: str | None
    term_ends_on: str | None
    grace_ends_on: str | None
    level: str | None
    segment: str | None
    city: str | None
    plan_tier: str
    introduction: int | None
    ever_paid_or_imported: bool
    access_from: str | None
    suspended_until: str | None
    paused_on: str | None
    paused_through: str | None
    cancels_at_end: bool
    ended_on: str | None
    version: int


class StandingList(TypedDict):
    items: list[StandingFacts]


class Audience(TypedDict):
    items: list[StandingFacts]
    next: str | None


class Standings(TypedDict):
    items: list[StandingFacts]
    next: str | None


class Holders(TypedDict):
    person_ids: list[str]


class UploadedFile(TypedDict):
    id: str
    person_id: str
    community_id: str
    purpose: str
    content_type: str
    size: int
    state: str
    part_size: int
    parts: int
    next_part: int | None
    expires_at: dt.datetime | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime


class MyUploads(TypedDict):
    items: list[UploadedFile]
    next: str | None


class VouchingCode(TypedDict):
    application_id: str
    code: str


class MyVouch(TypedDict):
    application_id: str
    community_id: str
    display_name: str | None
    words: str
    at: dt.datetime
    actions: list[str]


class MyVouches(TypedDict):
    items: list[MyVouch]
    next: str | None


class VoucherRecord(TypedDict):
    community_id: str
    person_id: str
    waiting: int
    approved: int
    rejected: int
    withdrawn: int
    lapsed: int
    joined: int


class ApiKeyRevoked(TypedDict):
    api_key_id: str
    community_id: str


class ApiKeyMade(TypedDict):
    api_key_id: str
    community_id: str
    made_by: str
    hint: str
    expires_at: dt.datetime


class LeftApiKey(TypedDict):
    api_key_id: str
    hint: str
    last_used_at: dt.datetime | None


class ApiKeysLeft(TypedDict):
    community_id: str
    person_id: str
    keys: list[LeftApiKey]


class EmailChangeFacts(TypedDict):
    change_id: str
    person_id: str


class ErasureAsked(TypedDict):
    erasure_id: str
    person_id: str
    erase_at: dt.datetime
    by_operator: bool


class PersonErased(TypedDict):
    erasure_id: str
    person_id: str


class SignInRequested(TypedDict):
    challenge_id: str
    locale: str


class ApplicationFacts(TypedDict):
    application_id: str
    community_id: str
    person_id: str
    state: str
    submitted_at: dt.datetime | None


class ApplicationDecided(TypedDict):
    application_id: str
    community_id: str
    person_id: str
    state: str
    submitted_at: dt.datetime | None
    reason: str
    at: dt.datetime


class ApplicationApprovedFacts(TypedDict):
    application_id: str
    community_id: str
    person_id: str
    state: str
    submitted_at: dt.datetime | None
    membership_id: str
    term_id: str
    plan_id: str | None
    pay_by: dt.datetime
    opening: int


class DecisionUndone(TypedDict):
    application_id: str
    community_id: str
    person_id: str
    state: str
    submitted_at: dt.datetime | None
    decision: str
    by: str


class PaymentReminder(TypedDict):
    application_id: str
    community_id: str
    person_id: str
    state: str
    submitted_at: dt.datetime | None
    pay_by: dt.datetime


class ActivatedFacts(TypedDict):
    membership_id: str
    community_id: str
    person_id: str
    number: int | None
    state: str
    joined_on: str | None
    term: Term | None
    grace_ends_on: str | None
    access_change: str
    cause: str | None
    after_lapse: bool


class MembershipFacts(TypedDict):
    membership_id: str
    community_id: str
    person_id: str
    number: int | None
    state: str
    joined_on: str | None
    term: Term | None
    grace_ends_on: str | None
    access_change: str
    cause: str | None


class SuspendedFacts(TypedDict):
    membership_id: str
    community_id: str
    person_id: str
    number: int | None
    state: str
    joined_on: str | None
    term: Term | None
    grace_ends_on: str | None
    access_change: str
    cause: str | None
    until: str | None


class PausedFacts(TypedDict):
    membership_id: str
    community_id: str
    person_id: str
    number: int | None
    state: str
    joined_on: str | None
    term: Term | None
    grace_ends_on: str | None
    access_change: str
    cause: str | None
    through: str


class TermDatesChanged(TypedDict):
    term_id: str
    membership_id: str
    community_id: str
    order_id: str | None
    starts_on: str
    ends_on: str
    grace_ends_on: str | None
    paused_days: int


class RenewalFacts(TypedDict):
    membership_id: str
    community_id: str
    person_id: str
    term_id: str
    plan_id: str | None
    first_payment: bool
    pay_by: dt.datetime


class TermEnding(TypedDict):
    membership_id: str
    community_id: str
    person_id: str
    number: int | None
    state: str
    joined_on: str | None
    term: Term | None
    grace_ends_on: str | None
    access_change: str
    cause: str | None
    days_left: int


class PurchaseAnswer(TypedDict):
    order_id: str
    purchase_id: str
    community_id: str
    reason: str | None
    starts_on: str | None
    ends_on: str | None


class PurchaseExtended(TypedDict):
    purchase_id: str
    community_id: str
    pay_by: dt.datetime


class PurchaseWithdrawn(TypedDict):
    purchase_id: str
    community_id: str
    reason: str
    lapsed: bool


class NewVersion(TypedDict):
    id: str
    version: int
    person_id: str | None


class NewVersions(TypedDict):
    changes: list[NewVersion]
    missed: bool


class SessionsEnded(TypedDict):
    person_id: str
    session_id: str | None
    kept_session_id: str | None
    ended_at: dt.datetime


class IdentityFacts(TypedDict):
    identity_id: str | None
    person_id: str
    way: str


class ReviewsOverdue(TypedDict):
    community_id: str
    overdue: int
    day: str
