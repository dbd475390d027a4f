"""States of applications and memberships."""

from typing import Literal, get_args

ApplicationState = Literal[
    "draft",
    "submitted",
    "in_review",
    "needs_info",
    "approved",
    "rejected",
    "withdrawn",
    "joined",
    "lapsed",
]
MembershipState = Literal[
    "pending_payment",
    "active",
    "grace",
    "expired",
    "suspended",
    "cancelled",
    "paused",
]
TermKind = Literal["paid", "free", "comped", "imported"]
AccessChange = Literal["none", "gained", "lost"]
ChangeCause = Literal[
    "suspended",
    "suspension_over",
    "paused",
    "pause_over",
    "by_choice",
    "by_staff",
    "refunded",
    "more_grace",
    "erased",
]
PlaceState = Literal[
    "may_apply",
    "draft",
    "under_review",
    "more_wanted",
    "rejected",
    "lapsed",
    "approved",
    "paying",
    "active",
    "grace",
    "expired",
    "suspended",
    "paused",
    "cancelled",
]
NextStep = Literal["apply", "submit", "wait", "answer", "pay", "renew", "resume"]
JoiningNote = Literal["no_plan_on_sale", "form_changed"]  # what does not keep anybody from applying
JoinPurpose = Literal["join", "renew"]
JoinState = Literal["under_way", "done", "ended"]
JoinStepName = Literal["applied", "approved", "payable", "ordered", "paid", "begun", "announced"]
JoinStepState = Literal["done", "current", "waiting", "failed", "skipped", "unavailable"]
JoinWait = Literal["payer", "provider", "publication", "message", "refund"]
ErasureState = Literal["asked", "withdrawn", "erasing", "erased"]
EmailSide = Literal["old", "new"]  # the two addresses of a change
WayKind = Literal["oidc", "wechat_website", "wechat_official", "wechat_mini"]  # besides e-mail
Veto = Literal["none", "owners", "any"]  # whose rejection may be one
ShownReasons = Literal["none", "reason", "words"]  # of a rejection, to the applicant
Vouching = Literal["off", "flag", "approval", "first"]  # what a vouch counts as
# Until when an edit of the answers has an application judged anew.
Reopening = Literal["never", "until_paid"]
Undoer = Literal["staff", "applicant"]  # by whose doing a decision was undone
Visibility = Literal["public", "unlisted", "hidden"]  # of a community
LinkKind = Literal["application", "membership", "order", "registration"]  # what messages are about
LinkPurpose = Literal["pay", "renew", "decline"]  # what a signed link is for
LinkedKind = Literal["purchase", "membership", "registration", "offer"]  # what it lets one act on
UploadPurpose = Literal["answer", "picture", "import"]  # what a file is sent for
UploadState = Literal["receiving", "ready", "claimed"]
ApiKeyState = Literal["live", "revoked", "expired"]
RejectionReason = Literal["profile_incomplete", "not_a_fit", "duplicate", "full", "other"]
ScreeningKind = Literal[
    "answer_in_list",
    "number_within",
    "text_at_least",
    "introduction_below",
    "share_over",
    "duplicate_key",
    "similar_name",
    "blocked_key",
]
ScreeningEffect = Literal["flag", "reject"]
BlockKind = Literal["email", "phone", "person", "name"]  # what is blocked
ReportPeriod = Literal["day", "week", "month"]
ReportPart = Literal["applications", "joinings", "sources", "queue", "states", "retention"]
FileType = Literal["image/png", "image/jpeg", "image/webp", "application/pdf", "text/csv"]

REOPENINGS: tuple[Reopening, ...] = get_args(Reopening)
UNDOERS: tuple[Undoer, ...] = get_args(Undoer)
VETOES: tuple[Veto, ...] = get_args(Veto)
SHOWN_REASONS: tuple[ShownReasons, ...] = get_args(ShownReasons)
VOUCHINGS: tuple[Vouching, ...] = get_args(Vouching)
APPLICATION_STATES: tuple[ApplicationState, ...] = get_args(ApplicationState)
MEMBERSHIP_STATES: tuple[MembershipState, ...] = get_args(MembershipState)
TERM_KINDS: tuple[TermKind, ...] = get_args(TermKind)
CHANGE_CAUSES: tuple[ChangeCause, ...] = get_args(ChangeCause)
ACCESS_CHANGES: tuple[AccessChange, ...] = get_args(AccessChange)
PLACE_STATES: tuple[PlaceState, ...] = get_args(PlaceState)
NEXT_STEPS: tuple[NextStep, ...] = get_args(NextStep)
JOINING_NOTES: tuple[JoiningNote, ...] = get_args(JoiningNote)
JOIN_PURPOSES: tuple[JoinPurpose, ...] = get_args(JoinPurpose)
JOIN_STATES: tuple[JoinState, ...] = get_args(JoinState)
JOIN_STEPS: tuple[JoinStepName, ...] = get_args(JoinStepName)
STEP_STATES: tuple[JoinStepState, ...] = get_args(JoinStepState)
JOIN_WAITS: tuple[JoinWait, ...] = get_args(JoinWait)
ERASURE_STATES: tuple[ErasureState, ...] = get_args(ErasureState)
EMAIL_SIDES: tuple[EmailSide, ...] = get_args(EmailSide)
WAY_KINDS: tuple[WayKind, ...] = get_args(WayKind)
VISIBILITIES: tuple[Visibility, ...] = get_args(Visibility)
LINK_KINDS: tuple[LinkKind, ...] = get_args(LinkKind)
LINK_PURPOSES: tuple[LinkPurpose, ...] = get_args(LinkPurpose)
LINKED_KINDS: tuple[LinkedKind, ...] = get_args(LinkedKind)
UPLOAD_PURPOSES: tuple[UploadPurpose, ...] = get_args(UploadPurpose)
UPLOAD_STATES: tuple[UploadState, ...] = get_args(UploadState)
API_KEY_STATES: tuple[ApiKeyState, ...] = get_args(ApiKeyState)
REJECTION_REASONS: tuple[RejectionReason, ...] = get_args(RejectionReason)
SCREENING_KINDS: tuple[ScreeningKind, ...] = get_args(ScreeningKind)
SCREENING_EFFECTS: tuple[ScreeningEffect, ...] = get_args(ScreeningEffect)
BLOCK_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
FILE_TYPES: tuple[FileType, ...] = get_args(FileType)
REPORT_PERIODS: tuple[ReportPeriod, ...] = get_args(ReportPeriod)
REPORT_PARTS: tuple[ReportPart, ...] = get_args(ReportPart)
