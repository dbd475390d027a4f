"""What is sent and answered. Written by `make docs` from docs/reference/openapi.json."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class FieldProblem(TypedDict):
    """One wrong field: a JSON pointer into the body, or a parameter of the address."""

    pointer: NotRequired[str]
    """Where it stands in the body (RFC 6901)."""

    parameter: NotRequired[str]
    """Its name in the address."""

    code: str
    """What is wrong with it, for programs; stable."""

    detail: str
    """The same for people, in their language."""

    params: dict[str, Any]
    """What `detail` is made of, for texts of one's own."""


class SignInStarted(TypedDict):
    """A code is on its way by mail; the answer is the same whoever has the address."""

    challenge_id: str
    """The sign-in that the code was sent for."""

    expires_at: str
    """Until when the code is good."""

    resend_after_seconds: int
    """Seconds after which another code can be asked for."""


class SessionTokens(TypedDict):
    """A session: a token for requests, and one that gets the next."""

    access_token: str
    """For `Authorization: Bearer …`; lives five minutes."""

    token_type: str
    """`Bearer`."""

    expires_in: int
    """Seconds for which the access token is good."""

    refresh_token: str
    """For `refresh_session`; works once and is answered with the next one. Keep it secret."""

    person_id: str
    """Who signed in."""


class FinishSignIn(TypedDict):
    """Link a phone number, or an e-mail address if the account has none, by its sign-in code."""

    challenge_id: str
    """The sign-in that the code was sent for."""

    code: str
    """The eight digits from the mail; blanks do not matter."""


class RefreshSession(TypedDict):
    """Exchange a refresh token for new tokens; a token used twice ends its session."""

    refresh_token: str
    """The newest one that this session was given."""


class Session(TypedDict):
    """Where somebody is signed in; `last_used_at` is when its tokens were renewed last."""

    id: str
    """Its id."""

    way: NotRequired[str]
    """How they signed in: `email`, `phone`, or the name of a way."""

    started_at: str
    """When somebody signed in."""

    last_used_at: str
    """When its tokens were renewed last."""

    expires_at: str
    """When it ends unless it is used before."""

    is_current: bool
    """The session of the token that asks."""


class MySessionsPage(TypedDict):
    """A page: where the signed-in person is signed in, newest first."""

    items: list[Session]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class RoleHolder(TypedDict):
    """`name` of who was approved or renewed here themselves; of all others the `email`."""

    person_id: str
    """Who holds the roles."""

    name: str | None
    """What they are called, of who was approved or renewed here themselves; else null."""

    email: str | None
    """The mail address of all others; else null."""

    roles: list[str]
    """What the person may do in the community."""


class RoleHoldersPage(TypedDict):
    """A page: who holds which role in a community."""

    items: list[RoleHolder]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class GrantOperator(TypedDict):
    """Make the person behind an address an operator of the system."""

    email: str
    """Whose address it is; they need no account yet."""


class CommunityHead(TypedDict):
    """Its name, and what its days and its money are written in."""

    id: str
    """Its id."""

    slug: str
    """Its short name, unique in the system, for addresses."""

    name: str
    """What the community is called."""

    zone: str
    """The IANA time zone of its days and deadlines."""

    locale: str
    """The language in which the community writes to people."""

    currency: str
    """The currency of all its prices."""


class RolesHeld(TypedDict):
    """The roles that somebody holds in a community."""

    community: CommunityHead
    """Where they hold the roles."""

    roles: list[str]
    """What the person may do in the community."""


class Person(TypedDict):
    """The signed-in person; `email` is null for who came by another way and has not linked an address."""

    id: str
    """The person's id."""

    email: str | None
    """The mail address; null: they came by another way and linked none."""

    name: str
    """What the person wants to be called."""

    locale: str
    """The language of mails and messages."""

    is_operator: bool
    """Whether they operate the whole system."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    created_at: str
    """When it was made."""


class StartedAtWay(TypedDict):
    """Send the browser to `authorize_url`, and keep `browser_secret` in it (`sessionStorage`)."""

    authorize_url: str
    """Where the browser goes to sign in there."""

    state: str
    """What the provider sends back along, by which the end finds the start."""

    browser_secret: str
    """What the start answered for this browser alone."""

    expires_at: str
    """Until when it can be finished."""


class SignedInAtWay(SessionTokens):
    """A session: a token for requests, and one that gets the next."""

    return_to: str | None
    """Where people go on; null for a mini program."""

    is_new: bool
    """Whether the person came just now."""


class FinishAtWayBody(TypedDict):
    """Link the account elsewhere that the provider vouches for to oneself."""

    code: str
    """The `code` that the provider sent along."""

    state: NotRequired[str | None]
    """What the provider sent back along; null for a mini program."""

    browser_secret: NotRequired[str | None]
    """What the start answered for this browser alone; null: a mini program."""


class Identity(TypedDict):
    """A way by which its person can sign in besides their address."""

    id: str
    """Its id."""

    way: str
    """`phone`, or the `name` of the way as `list_ways` has it."""

    label: str
    """The phone number, or what the person is called there."""

    linked_at: str
    """When it was linked."""


class Identities(TypedDict):
    """All of a person, ten at most besides the address, which is changed, not unlinked; null for who has none."""

    email: str | None
    """The mail address, which is changed and not unlinked; null: there is none."""

    identities: list[Identity]
    """The ways besides the address."""


class LinkedAtWay(TypedDict):
    """What was linked, and where its person goes on."""

    identity: Identity
    """What was linked."""

    return_to: str | None
    """The page from which the person came; null for a mini program."""


class EmailChange(TypedDict):
    """What waits for its two codes, which went by mail; `email` is the new address."""

    id: str
    """Its id."""

    email: str
    """The new address."""

    started_at: str
    """When it was asked for."""

    expires_at: str
    """Until when both codes are good."""


class StartEmailChange(TypedDict):
    """Send a code to the old and to the new address; whether somebody has the new one is not said."""

    email: str
    """The new address."""


class ConfirmEmailChange(TypedDict):
    """Change the address by both codes; all other sessions of the person end."""

    old_code: str
    """The code from the mail to the old address."""

    new_code: str
    """The code from the mail to the new address."""


class ExportedRecord(TypedDict):
    """One thing that is kept of a person; `data` is as in the API's lists of this kind."""

    kind: str
    """Of which kind of list it is."""

    data: dict[str, Any]
    """The thing itself, as in the API's lists of this kind."""


class PersonalDataPage(TypedDict):
    """A page: all that the service has of a person, kind by kind."""

    items: list[ExportedRecord]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class AskedIf(TypedDict):
    """The question is asked only when an earlier one was answered with one of these."""

    question: str
    """The key of a question before this one."""

    any_of: list[str]
    """The options of which one has to be chosen."""


class Criterion(TypedDict):
    """What reviewers score, from 1 to 5, with each verdict."""

    key: str
    """The name of the criterion, by which scores are given."""

    title: str
    """What reviewers are asked to score."""

    weight: NotRequired[int]
    """How much it counts beside the others."""


class Links(TypedDict):
    """Where the community's own site shows objects, by kind."""

    application: str | None
    """Where it shows an application, with `{id}` for its id; null: nowhere."""

    membership: str | None
    """Where it shows a membership, with `{id}` for its id; null: nowhere."""

    order: str | None
    """Where it shows an order, with `{id}` for its id; null: nowhere."""

    registration: str | None
    """Where it shows a registration, with `{id}` for its id; null: nowhere."""


class RenewalWindow(TypedDict):
    """From which day to which the membership can be renewed, and whether that is now."""

    opens_on: str
    """The first day on which it can be renewed."""

    closes_on: str
    """The last day on which it can be renewed."""

    possible: bool
    """Whether today is one of these days."""


class PurchaseDue(TypedDict):
    """What somebody has to pay to become or stay a member."""

    purchase_id: str
    """The purchase that it belongs to: what is to be paid, or was."""

    pay_by: str | None
    """Until when it can be paid; null: nothing is to be paid."""


class WaitingWork(TypedDict):
    """What waits for the staff; for those who may do something about it."""

    applications: int
    """Handed in and not decided, claimed or not."""


class Concerned(TypedDict):
    """Whom a change of the policy meets."""

    applications: int
    """Open ones, which the new policy decides."""

    memberships: int
    """Those that await payment and keep their time for it."""


class LinksChange(TypedDict):
    """Where the community's own site shows objects; what is left out stays."""

    application: NotRequired[str | None]
    """Https, with {id} once in its path or query; null takes it away."""

    membership: NotRequired[str | None]
    """Https, with {id} once in its path or query; null takes it away."""

    order: NotRequired[str | None]
    """Https, with {id} once in its path or query; null takes it away."""

    registration: NotRequired[str | None]
    """Https, with {id} once in its path or query; null takes it away."""


class ChangeLinkHostsBody(TypedDict):
    """Say to which hosts a community's links may lead, and payers come back; links to others go."""

    link_hosts: list[str]
    """All hosts to which its links may lead; links to others go."""


class RoleGiven(TypedDict):
    """What was asked for and no more: who is behind an address is for them to say."""

    email: str
    """Whose address it is."""

    role: str
    """What the person may do in the community."""


class InfoRequest(TypedDict):
    """What a reviewer needs from the applicant, and about which questions."""

    message: str
    """What the reviewer wants to know."""

    questions: list[str]
    """The keys of the questions that are reopened; none: all."""

    at: str
    """When it was asked."""


class Vouch(TypedDict):
    """What a member said for an applicant; shown to staff only."""

    voucher_id: str
    """The member who vouches."""

    words: str
    """Why, in their words; empty once one of the two was erased."""

    at: str
    """When they said it."""


class Invited(TypedDict):
    """By which invitation somebody came, and whether it approved them; shown to staff only."""

    invitation_id: str
    """The invitation."""

    inviter_id: str
    """Who made the invitation."""

    approved: bool
    """Whether the invitation approved them, without a review."""


class Rejection(TypedDict):
    """Why an application was rejected, in the reviewer's words."""

    reason: str
    """Why, in a code."""

    message: str
    """What the reviewer wrote to the applicant."""

    at: str
    """When it was rejected."""


class CreateApplicationBody(TypedDict):
    """Start an application; with `submit` it is handed in at once."""

    plan_id: NotRequired[str | None]
    """The plan to pay for, or to get free; left out: the only one on sale."""

    answers: NotRequired[dict[str, str | float | list[str]]]
    """All answers, by question key: a text, a number, or a list of options or of uploads."""

    source: NotRequired[str | None]
    """By which way they came: `poster`, or a code of the link; it stays as it is."""

    invitation: NotRequired[str | None]
    """The code of the invitation by which they come; not with `source`."""

    submit: NotRequired[bool]
    """True hands it in at once; false keeps a draft to go on with."""


class Name(TypedDict):
    """What somebody is called who has said it."""

    person_id: str
    """The person that it is about."""

    display_name: str
    """What the person is called, as they say themselves."""


class ChangeApplicationBody(TypedDict):
    """Replace the answers of a draft; of one that needs information, those that are reopened; where the policy reopens, of one in review or approved, too, which is judged anew."""

    answers: dict[str, str | float | list[str]]
    """All answers, by question key: a text, a number, or a list of options or of uploads."""


class ChooseApplicationPlanBody(TypedDict):
    """Name another plan until the application is decided; then the purchase takes it."""

    plan_id: str
    """The plan, one that is on sale."""


class ApproveBody(TypedDict):
    """Say yes; with the last approval needed the membership awaits payment, or begins when the plan is free."""

    round: NotRequired[int | None]
    """The `round` of the application as it was read: once the answers have changed it is refused; null: whatever the round."""

    scores: NotRequired[dict[str, int]]
    """By the key of each criterion, from 1 to 5."""

    note: NotRequired[str]
    """A note for the staff only."""


class RejectBody(TypedDict):
    """Say no, with a reason code and words; it is rejected once too many say so, or by a veto."""

    round: NotRequired[int | None]
    """The `round` of the application as it was read: once the answers have changed it is refused; null: whatever the round."""

    scores: NotRequired[dict[str, int]]
    """By the key of each criterion, from 1 to 5."""

    reason: str
    """Why: a code of every community's, or of its own."""

    message: NotRequired[str]
    """What the applicant is told, where it decides; empty: the words of the community's reason."""

    veto: NotRequired[bool]
    """True decides alone, where the policy lets the caller do that."""


class DecisionProblem(TypedDict):
    """Why nothing was decided, and what to do, in the reader's language."""

    code: str
    """What is wrong, for programs; stable."""

    params: dict[str, Any]
    """What the texts of the code are filled with, by name."""

    detail: str
    """What is wrong and what to do, in the reader's language."""


class SeenApplication(TypedDict):
    """An application as the caller saw it."""

    application_id: str
    """The application that it belongs to."""

    version: int
    """The version that was read; another one is refused."""


class AskForInfoBody(TypedDict):
    """Ask the applicant for more."""

    round: NotRequired[int | None]
    """The `round` of the application as it was read: once the answers have changed it is refused; null: whatever the round."""

    reason: NotRequired[str | None]
    """A reason of the community, whose words ask where there is no message; null: none."""

    message: NotRequired[str]
    """What the applicant is asked; empty: the words of the reason."""

    questions: NotRequired[list[str]]
    """Keys of the questions that are reopened, with those that their answers decide about; empty: all."""


class Note(TypedDict):
    """What somebody of the staff noted; never shown to the applicant."""

    id: str
    """Its id."""

    application_id: str
    """The application that it belongs to."""

    author_id: str
    """Who noted it."""

    display_name: str | None
    """What the person is called, as they say themselves; null: they have not said it, or it may not be known here."""

    text: str
    """What they noted."""

    created_at: str
    """When it was made."""


class AddNoteBody(TypedDict):
    """Note something about an application, for the staff only."""

    text: str
    """What the others of the staff are to know."""


class NotesPage(TypedDict):
    """A page: the notes on an application, oldest first; only one's own where the review is blind until one's own verdict, and to who is too near."""

    items: list[Note]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class Reason(TypedDict):
    """A reason by its code, and what the applicant is told."""

    code: str
    """Its code, none that every community has, and none twice."""

    text: str
    """What the applicant is told where the reviewer writes nothing."""


class Reasons(TypedDict):
    """The reasons of a community, in the order in which owners put them; `version` is the community's."""

    community_id: str
    """The community that it belongs to."""

    reasons: list[Reason]
    """Those of its own, beside those that every community has."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""


class ChangeReasonsBody(TypedDict):
    """Replace the reasons of a community; what was decided by them before keeps its words."""

    reasons: list[Reason]
    """All that there are to be, in the order in which they are shown."""


class TriedRule(TypedDict):
    """What one rule would have done."""

    rule: int
    """The place of the rule in its table, from 1."""

    found: int
    """In how many applications it would have found something."""

    rejected: int
    """How many of them it would have rejected."""

    application_ids: list[str]
    """Some of them, newest first."""


class TriedScreening(TypedDict):
    """What rules would have done to the newest applications that were handed in."""

    applications: int
    """How many were looked at."""

    rejected: int
    """How many would have been rejected by one rule or another."""

    rules: list[TriedRule]
    """What each rule would have done, in their order."""


class VouchingCode(TypedDict):
    """By what members find an application to vouch for: a secret, which its applicant hands out."""

    application_id: str
    """The application that it belongs to."""

    code: str
    """What the applicant hands to members who know them."""


class MyVouch(TypedDict):
    """What the caller said for an applicant; not what becomes of it."""

    application_id: str
    """The application for which the caller vouches."""

    community_id: str
    """The community that it belongs to."""

    display_name: str | None
    """What the applicant is called; null: they have not said it."""

    words: str
    """Why, in the caller's words."""

    at: str
    """When the caller said it."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class CreateVouch(TypedDict):
    """Vouch for who applied, by the code that they handed out."""

    code: str
    """The vouching code that the applicant handed out."""

    words: str
    """Why, in a sentence or two, for the reviewers."""


class MyVouchesPage(TypedDict):
    """A page: for whom the caller vouches, newest application first."""

    items: list[MyVouch]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class VoucherRecord(TypedDict):
    """What became of the newest 500 at most for whom somebody vouches in a community."""

    community_id: str
    """The community that it belongs to."""

    person_id: str
    """Who vouches for them."""

    waiting: int
    """How many wait for a decision."""

    approved: int
    """How many are approved and have to pay."""

    rejected: int
    """How many were rejected."""

    withdrawn: int
    """How many withdrew."""

    lapsed: int
    """How many did not pay in time."""

    joined: int
    """How many joined."""


class Invitation(TypedDict):
    """A link of an owner, with what became of who came by it; of applications, a page of these counts 20,000 at most."""

    id: str
    """Its id."""

    community_id: str
    """The community that it belongs to."""

    inviter_id: str
    """Who made the invitation."""

    label: str
    """By what owners tell their invitations apart."""

    code: str
    """What its link carries; whoever has it may apply by it."""

    plan_id: str | None
    """The plan that who comes by it applies for; null: any."""

    uses: int
    """How many people may apply by it."""

    used: int
    """How many uses are taken and were not given back."""

    skips_review: bool
    """Whether it approves who comes by it, where the policy allows that."""

    begun: int
    """How many began an application by it."""

    submitted: int
    """How many of them handed it in."""

    approved: int
    """How many of them were approved at least once."""

    joined: int
    """How many of them joined."""

    given_back: int
    """How many gave their use back: their application ended unapproved."""

    expires_at: str
    """From when on nobody begins by it."""

    revoked_at: str | None
    """When it was revoked; null: it was not."""

    created_at: str
    """When it was made."""


class CreateInvitationBody(TypedDict):
    """Make an invitation: a code for a link, by which a number of people may apply."""

    label: str
    """A code by which owners tell their invitations apart."""

    uses: NotRequired[int]
    """How many people may apply by it."""

    expires_in_days: NotRequired[int]
    """Days from now on for which it can be used."""

    plan_id: NotRequired[str | None]
    """The plan that who comes by it applies for, unless they choose."""

    skips_review: NotRequired[bool]
    """True approves who comes by it at once, where the policy allows that."""


class InvitationsPage(TypedDict):
    """A page: the invitations of a community, newest first, with what became of who came by them."""

    items: list[Invitation]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class ShownInvitation(TypedDict):
    """What somebody is invited to, for who holds the invitation."""

    community_id: str
    """The community that it belongs to."""

    community_name: str
    """What the community is called."""

    description: str
    """What the community says of itself."""

    invited_by: str | None
    """What who invites is called; null: they have not said it."""

    plan_id: str | None
    """The plan that it is for; null: any."""

    plan_name: str | None
    """What that plan is called; null: it is for any."""

    expires_at: str
    """From when on nobody begins by it."""


class ReadInvitation(TypedDict):
    """What an invitation is for; looking at it takes no use."""

    code: str
    """The code of the invitation, from its link."""


class Suspension(TypedDict):
    """That the community keeps the member out."""

    until: str | None
    """The last day without access; null: for good."""

    reason: str
    """Why, in the owner's words."""


class Pause(TypedDict):
    """That the member has put the term aside."""

    on: str
    """The first day without access; the days from it on move the end."""

    through: str
    """The last day of it, unless it is resumed before."""


class ChangeProfileBody(TypedDict):
    """Change what the community keeps of a member: segment, city, company and its own fields."""

    segment: NotRequired[str | None]
    """The member's segment, out of the list that the form offers; null takes it out."""

    city: NotRequired[str | None]
    """The member's city; null takes it out."""

    company: NotRequired[str | None]
    """Where the member works; null takes it out."""

    details: NotRequired[dict[str, str | None]]
    """Own fields by name; null takes one out."""


class StartRenewalBody(TypedDict):
    """Put the member's next term up for payment, the same one until it is paid; a free one begins."""

    plan_id: NotRequired[str | None]
    """Left out: the plan of the present term, else the only one on sale."""


class SuspendMembershipBody(TypedDict):
    """Keep a member out until a day, that day included, or for good; the term goes on meanwhile."""

    until: str | None
    """The last day without access; null = for good: nothing is sold to them."""

    reason: str
    """Why; the member reads it."""


class EndMembershipBody(TypedDict):
    """End a membership today; money goes back only by a refund of its order."""

    reason: str
    """Why; the member reads it."""


class GiveTermBody(TypedDict):
    """Give a member a further term that nobody pays for; it begins as a renewal would."""

    plan_id: str
    """On sale; the term is as long."""

    reason: str
    """Why; staff read it, the member does not."""


class GiveMembershipBody(TypedDict):
    """Give a membership that nobody pays for to the person behind an address; nobody is vetted."""

    email: str
    """Whose address it is; they need no account yet."""

    plan_id: str
    """On sale; the term is as long."""

    reason: str
    """Why; staff read it, the member does not."""


class MembershipCounts(TypedDict):
    """How many people are in each state today; exact, counted by the database."""

    community_id: str
    """The community that it belongs to."""

    counted_on: str
    """The day that it is true of, in the community's zone."""

    memberships: dict[str, int]
    """How many memberships are in each state."""

    applications: dict[str, int]
    """How many applications are in each state."""

    next_number: int
    """The number of who joins next."""


class ImportFailure(TypedDict):
    """Why a file could not be read: a code of errors or of fields, what it is about, and what it says in the reader's language."""

    code: str
    """What is wrong with the file, for programs."""

    params: dict[str, Any]
    """What the texts of the code are filled with, by name."""

    detail: NotRequired[str]
    """What it says in the reader's language."""


class ImportUploadBody(TypedDict):
    """Import existing members from a CSV file that was uploaded, or try it (dry run)."""

    dry_run: NotRequired[bool]
    """Try every row and change nothing; the file stays for a day."""


class RowProblem(TypedDict):
    """What is wrong with one cell: a code of fields, and what it says in the reader's language."""

    column: str
    """The column that is wrong."""

    code: str
    """What is wrong, for programs; stable."""

    params: dict[str, Any]
    """What the texts of the code are filled with, by name."""

    detail: NotRequired[str]
    """What is wrong with it, in the reader's language."""


class Fee(TypedDict):
    """What a seat costs."""

    amount: int
    """Minor units: 9900 is ¥99.00."""

    currency: str
    """The currency, as an ISO 4217 code."""


class RefundBracket(TypedDict):
    """What goes back to who gives up so many hours before the start, or earlier."""

    hours_before: int
    """How many hours before the start, at least."""

    percent: str
    """The share of what was paid, in percent."""


class CreateMeetupBody(TypedDict):
    """Draft a meetup."""

    title: str
    """What the meetup is called."""

    description: NotRequired[str]
    """What people read about it."""

    starts_at: str
    """When it begins."""

    ends_at: str
    """When it ends."""

    zone: NotRequired[str | None]
    """Where the meetup is; null = the community's zone."""

    city: str
    """The city where it is."""

    address: NotRequired[str]
    """Shown to staff and confirmed people only."""

    capacity: int
    """How many seats there are."""

    hold_hours: NotRequired[int]
    """How long a selected person may take to confirm, or to pay."""

    fee: NotRequired[Fee | None]
    """What a seat costs, in the community's currency; it is taken by paying; null = nothing."""

    refund_brackets: NotRequired[list[RefundBracket]]
    """What comes back of the fee to who gives the seat up; of the brackets that are reached the best counts."""


class EventsOffer(TypedDict):
    """A free seat kept for the next in the queue until `expires_at`."""

    id: str
    """Its id."""

    expires_at: str
    """Until when the seat is kept."""


class Money(TypedDict):
    """Minor units and currency."""

    amount: int
    """Minor units: 300000 is ¥3,000.00."""

    currency: str
    """The currency, as an ISO 4217 code."""


class SeatToPay(TypedDict):
    """The purchase that takes the seat once it is paid."""

    purchase_id: str
    """The purchase that it belongs to: what is to be paid, or was."""

    amount: Money
    """What the seat costs."""

    pay_by: str
    """Until when the seat is kept."""


class MeetupCounts(TypedDict):
    """How many meetups of a community are in each state."""

    community_id: str
    """The community that it belongs to."""

    counts: dict[MeetupState, int]
    """How many there are in each state."""


class Affected(TypedDict):
    """How many people have which part in the meetup, and how many are told of the change. Who was checked in is among the confirmed, and who is offered a seat among the waitlisted."""

    confirmed: int
    """How many took a seat, those who are checked in among them."""

    selected: int
    """How many have a seat that is kept for them."""

    waitlisted: int
    """How many wait, those with an offer among them."""

    offers: int
    """How many seats are on offer."""

    told: int
    """How many are told of the change."""


class ChangeMeetupBody(TypedDict):
    """Change a meetup that has not begun; who has a seat or waits is told of other times or places."""

    title: NotRequired[str]
    """What the meetup is called."""

    description: NotRequired[str]
    """What people read about it."""

    starts_at: NotRequired[str]
    """When it begins."""

    ends_at: NotRequired[str]
    """When it ends."""

    zone: NotRequired[str]
    """Where the meetup is."""

    city: NotRequired[str]
    """The city where it is."""

    address: NotRequired[str]
    """Where exactly it is; shown to staff and confirmed people only."""

    capacity: NotRequired[int]
    """Not below the seats that are taken or on offer."""

    hold_hours: NotRequired[int]
    """For how many hours a seat is kept for who was selected, or to whom it is offered."""

    fee: NotRequired[Fee | None]
    """What a seat costs, in the community's currency; it is taken by paying; null = nothing."""

    refund_brackets: NotRequired[list[RefundBracket]]
    """What comes back to who gives it up, and until when; of the brackets that are reached the best counts."""

    simulate: NotRequired[bool]
    """Store nothing and tell nobody: only answer what would be."""


class CancelMeetupBody(TypedDict):
    """Call the meetup off; everybody registered is notified."""

    reason: str
    """Why, for everybody who is registered."""


class Selection(TypedDict):
    """Who got a seat and until when they confirm it; all other applicants wait in order."""

    meetup_id: str
    """The meetup that it belongs to."""

    registration_ids: list[str]
    """Who got a seat."""

    confirm_by: str
    """Until when they take it."""


class SelectRegistrationsBody(TypedDict):
    """Give seats to people; all other applicants go to the waitlist in order."""

    registration_ids: list[str]
    """Who gets a seat."""


class RegistrationCounts(TypedDict):
    """How many registrations of a meetup stand in each state."""

    meetup_id: str
    """The meetup that it belongs to."""

    counts: dict[RegistrationState, int]
    """How many there are in each state."""


class Ladder(TypedDict):
    """Price = base + step × floor((n − places_before) / every), capped."""

    step: int
    """Minor units by which the price rises."""

    every: int
    """Places sold at one price."""

    places_before: NotRequired[int]
    """Members before the sale: places not counted."""

    cap: NotRequired[int | None]
    """Minor units above which the price does not rise; at least the base price; null = no bound."""


class TermBracket(TypedDict):
    """What goes back to who gives up on that day of the term or before; its first day is day 0."""

    days_after: int
    """Up to which day of the term; the first is day 0."""

    percent: str
    """The share of what was paid, in percent."""


class Counted(TypedDict):
    """How many there are; with `at_least`, there are more."""

    number: int
    """How many were counted."""

    at_least: bool
    """Whether there are more than were counted."""


class Unaffected(TypedDict):
    """What is open and keeps what it has: price, place, use."""

    purchases: Counted
    """Open purchases."""

    quotes: Counted
    """Quotes that hold a price."""

    orders: Counted
    """Open orders."""


class PublicPrice(TypedDict):
    """The price now and how it came about; null counts where the plan has no ladder."""

    plan_id: str
    """The plan that it is about."""

    price: Money
    """What who buys now pays before coupons."""

    step: int
    """The step of the ladder, 0 for the first, and without one."""

    places_left: int | None
    """How many places are left at this price; null: any number."""

    next_price: Money | None
    """The price after that; null: it does not rise."""

    held_places_return_at: str | None
    """When the first of the places that others hold may come back; null: none are held, or it does not matter."""

    explanation: list[dict[str, Any]]
    """How the price came about, step by step."""


class BankAccount(TypedDict):
    """Where transfers go to; payers of an order see it."""

    holder: str
    """Whose account it is."""

    bank: str
    """The bank, with its branch where that matters."""

    number: str
    """The account's number or IBAN."""

    note: NotRequired[str]
    """What else payers have to know."""


class TransferTerms(TypedDict):
    """How a community takes transfers."""

    pay_to: BankAccount
    """The account that money goes to."""

    transfer_days: NotRequired[int]
    """An order is open to the end of this many days after its transfer began."""

    second_person_above: NotRequired[Money | None]
    """What comes to more for one order counts when two people say the same; null = one is enough."""


class ProviderAccount(TypedDict):
    """The account with a provider by which a community is paid."""

    id: str
    """Its id."""

    community_id: str
    """The community that it belongs to."""

    provider: str
    """With which provider the account is."""

    merchant_id: str | None
    """The community as the provider knows it; null for transfers."""

    secret_ref: str | None
    """The name of the secret that operators placed, never its value; null for transfers."""

    transfer: TransferTerms | None
    """How the community takes transfers; null for others."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""


class ProviderAccounts(TypedDict):
    """All of a community: one with each provider at most."""

    items: list[ProviderAccount]
    """What is on this page."""


class SetProviderAccountBody(TypedDict):
    """Name the community's account with a provider, which is asked whether it works."""

    merchant_id: NotRequired[str | None]
    """As the provider knows the community; null: it needs none."""

    secret_ref: NotRequired[str | None]
    """The name of a secret that operators placed for the community, never its value; null: it needs none."""

    transfer: NotRequired[TransferTerms | None]
    """In place of merchant and secret, for the provider `transfer`; null for others."""


class CouponCounts(TypedDict):
    """How many coupons of a community are in each state."""

    community_id: str
    """The community that it belongs to."""

    counts: dict[CouponState, int]
    """How many there are in each state."""


class ChangeCouponBody(TypedDict):
    """Change name, limit or end of a coupon, or try what a change would come to."""

    name: NotRequired[str]
    """What the coupon is called, for the staff."""

    limit: NotRequired[int]
    """Uses in all, of one with a limit; not below what is used and held."""

    valid_until: NotRequired[str | None]
    """Until when it may be used; null: without an end."""

    simulate: NotRequired[bool]
    """Answer what would be, and store nothing."""


class Subject(TypedDict):
    """What is paid for; any kind whose owner answers for it."""

    kind: str
    """What sort of thing it is, such as `membership_term` or `meetup_seat`."""

    ref: str
    """Its id with the service that owns it."""


class PricedLine(TypedDict):
    """`label`: what the plan or the meetup was called when it could be paid first."""

    kind: str
    """What it is, such as `seat`."""

    amount: Money
    """What one of it costs."""

    quantity: int
    """How many of it."""

    label: NotRequired[str | None]
    """The plan's name when it was priced, the meetup's title when its seat could be paid first; null of earlier versions."""


class RefundTerms(TypedDict):
    """By what a payer gets money back who gives up before the start (rules.md §3.12)."""

    starts_at: str
    """When it begins."""

    brackets: list[RefundBracket]
    """What comes back, and until when; of those that are reached the best counts."""


class ChoosePurchasePlanBody(TypedDict):
    """Name another plan to pay for, until an order is open."""

    plan_id: str
    """The plan, one that is on sale."""


class BasePriceStep(TypedDict):
    """The plan's base price: it has no ladder, or none counts here."""

    rule: Literal['base_price']
    """Which kind of step it is: each has its own fields."""

    amount: int
    """The price of this step, in minor units."""


class LadderStep(TypedDict):
    """The ladder's price: `base`, and `rise` more for each `every` places before this `step`."""

    rule: Literal['ladder']
    """Which kind of step it is: each has its own fields."""

    step: int
    """The step of the ladder, 0 for the first."""

    base: int
    """The price of the ladder's first step, in minor units."""

    rise: int
    """By how much each step is dearer than the one before, in minor units."""

    every: int
    """How many places a step of the ladder has."""

    amount: int
    """The price of this step, in minor units."""


class LineStep(TypedDict):
    """One line of a price of its own: so much each."""

    rule: Literal['line']
    """Which kind of step it is: each has its own fields."""

    kind: str
    """What it is, such as `seat`."""

    amount: int
    """What one of it costs, in minor units."""

    quantity: int
    """How many of it."""


class Rounding(TypedDict):
    """How a share was rounded to the minor unit."""

    exact: str
    """The sum before it was rounded, in minor units."""

    rule: Literal['half_up_once']
    """`half_up_once`: half a unit or more goes up, once and at the end."""


class TotalStep(TypedDict):
    """What is to be paid; the last step."""

    rule: Literal['total']
    """Which kind of step it is: each has its own fields."""

    amount: int
    """What is to be paid, in minor units."""

    currency: str
    """The currency, as an ISO 4217 code."""


class TransferToMake(TypedDict):
    """What a payer transfers: the payment's amount, with this reference."""

    reference: str
    """What the payer writes on the transfer: 8 letters and digits."""

    pay_to: BankAccount
    """The account that it goes to."""

    until: str
    """Until when the money has to be there."""


class OrderPurchaseBody(TypedDict):
    """Order a purchase at the price that the buyer saw; the order stays open for 30 minutes."""

    coupon_codes: NotRequired[list[str]]
    """Tried in this order, in any case and width, blanks in them left out; the first that may be used applies."""

    total: Money
    """The price after coupons."""

    extra_days: NotRequired[int]
    """The days that a coupon adds."""


class OrderCounts(TypedDict):
    """How many orders of a community are in each state."""

    community_id: str
    """The community that it belongs to."""

    counts: dict[OrderState, int]
    """How many there are in each state."""


class RefundPreview(TypedDict):
    """What comes back to who gives up now what an order paid for, by the terms of its purchase."""

    order_id: str
    """The order that it belongs to."""

    amount: Money
    """What would come back now."""

    percent: str
    """Of what was paid, what was given back before included."""

    until: str | None
    """The last instant at which it is as much; null = nothing comes back."""


class RefundOrderBody(TypedDict):
    """Refund an order in full or in part."""

    amount: NotRequired[Money | None]
    """How much goes back; null: all that is left."""

    reason: str
    """Kept with the refund and shown to the payer."""


class AskRefundBody(TypedDict):
    """Ask for a refund of an order; people of the community decide."""

    why: NotRequired[str]
    """Why, for who decides."""


class RefundRequestCounts(TypedDict):
    """How many requests are in each state."""

    community_id: str
    """The community that it belongs to."""

    counts: dict[RefundRequestState, int]
    """How many there are in each state."""


class GrantRefundRequestBody(TypedDict):
    """Give money back as it was asked for, by the policy or another amount."""

    amount: NotRequired[Money | None]
    """Null: what the policy said when it was asked for, less what was given back since; what was paid for ends by it. An amount is goodwill: nothing ends unless all is given back."""

    words: NotRequired[str]
    """Kept with the refund and shown to the payer."""


class DeclineRefundRequestBody(TypedDict):
    """Say why no money goes back."""

    words: str
    """Why, for the payer."""


class TransferCounts(TypedDict):
    """How many transfers are in each state, and refunds wait for somebody who transfers them."""

    community_id: str
    """The community that it belongs to."""

    counts: dict[TransferState, int]
    """How many there are in each state."""

    due_refunds: int
    """How many refunds wait for somebody who transfers them."""


class AccountBalance(TypedDict):
    """What stands on one account of the ledger."""

    account: str
    """The account of the ledger, such as `deferred_income`."""

    balance: Money
    """What stands on it; debit is positive."""


class LedgerSummary(TypedDict):
    """Balances per account (debit positive); `sum` is zero, always."""

    community_id: str
    """The community that it belongs to."""

    balances: list[AccountBalance]
    """What stands on each account."""

    sum: int
    """The sum of all balances, which is 0."""

    entries: int
    """How many entries there are."""


class PriceCount(TypedDict):
    """How many orders were paid at this list price and total."""

    purpose: str
    """Why it was paid: `join`, `renew` or `attend`."""

    list_price: Money
    """The price before coupons."""

    total: Money
    """What is paid: the list price without the discount."""

    count: int
    """How many orders were paid so."""


class SalesSummary(TypedDict):
    """Orders per state, paid ones per price, uses of the newest 500 coupons by code; exact."""

    community_id: str
    """The community that it belongs to."""

    orders_by_state: dict[str, int]
    """How many orders are in each state."""

    paid_by_price: list[PriceCount]
    """How many orders were paid, by list price and total."""

    coupon_uses: dict[str, int]
    """How often the newest 500 coupons were used, by code."""


class MyEvent(TypedDict):
    """The data of an event in a person's stream: what has another version now, so that whoever shows it reads it again. `type` is what `subject` names: application, membership, purchase, order, refund_request, registration, notification, import; `reset`, with neither subject nor version, says that others may have been missed: read all that you show again. Later versions have more types."""

    type: str
    """What `subject` names, or `reset`."""

    subject: str | None
    """The id of what has another version; null of `reset`."""

    version: int | None
    """The version that it has now; null of `reset`."""


class UnreadNotifications(TypedDict):
    """What is left to be read."""

    unread: int
    """How many are not read yet, counted up to 100."""


class ReadMyNotifications(TypedDict):
    """Note that all messages up to one were seen; what came after it stays unread."""

    read_through: str
    """The newest message that was seen: it and all before it are marked as read."""


class LoggedRequest(TypedDict):
    """A request and what was answered to it."""

    at: str
    """When it happened."""

    method: str
    """The HTTP method."""

    route: str
    """The address with names in the place of ids; `none` where nothing is."""

    status: int
    """The HTTP status."""

    code: str | None
    """The code of the error; null: it was none."""

    ms: int
    """Milliseconds until the answer began."""

    actor_id: str | None
    """The person or the API key; null: nobody whom we know."""

    source: str
    """The network that it came from."""


class RequestLog(TypedDict):
    """All requests of that id, the newest first: who repeats one may send the same."""

    request_id: str
    """The `X-Request-Id` that was asked for."""

    requests: list[LoggedRequest]
    """The requests that had this id, newest first."""


class Change(TypedDict):
    """One step: ids, codes and names of fields, never what somebody wrote or is called. `version` is the aggregate's after it. Steps of one request or job share the `request_id`."""

    at: str
    """When it was done."""

    actor_id: str
    """The id of a person or an API key, `system:<service>`, `operator` or `anonymous`."""

    action: str
    """What was done, in a word; new ones may come."""

    version: int
    """The version of the object after it."""

    changed_fields: list[str]
    """The fields, by name; empty where it was made."""

    details: dict[str, Any]
    """The new state, and what else was noted."""

    request_id: str
    """The `X-Request-Id` of the request that did it, or of the job."""


class HistoryPage(TypedDict):
    """A page: who changed it, when and how, newest first; what was archived is not there any more."""

    items: list[Change]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class Claim(TypedDict):
    """Who is on it, and until when others leave it to them."""

    person_id: str
    """The reviewer who is on it."""

    display_name: str | None
    """What the person is called, as they say themselves; null: they have not said it, or it may not be known here."""

    until: str
    """Until when others leave it to them."""


class MemberFigures(TypedDict):
    """`joined` and `lapsed` are of the days that were asked for, the others of today."""

    active: int
    """How many have a term that runs."""

    grace: int
    """How many are past their term and may still renew."""

    expiring: int
    """How many have a term that ends within 30 days, none after."""

    joined: int
    """How many joined, up to 10000, whatever became of them."""

    lapsed: int
    """How many were past their grace and did not come back."""


class ApplicationFigures(TypedDict):
    """Handed in and not decided."""

    waiting: int
    """How many wait for a decision."""

    oldest_at: str | None
    """When the one that waits longest was handed in; null: none waits."""

    overdue: NotRequired[int]
    """How many wait past the time to decide, counted up to 10000."""


class DecisionTime(TypedDict):
    """How many applications were decided within so many hours, and not within fewer."""

    hours: int | None
    """Within how many hours; null: it took longer than any of these."""

    count: int
    """How many were decided within them."""


class ReportedDecisions(TypedDict):
    """From the first handing-in until the decision that stands. Hours are bounds of ranges: the time itself is not longer."""

    count: int
    """How many were decided."""

    median_hours: int | None
    """Within how many hours half were decided; null: none, or longer."""

    p90_hours: int | None
    """Within how many hours nine of ten were decided; null: none, or longer."""

    times: list[DecisionTime]
    """How many were decided how soon; ranges of none are left out."""


class ReportedApplications(TypedDict):
    """What became of the applications that were first handed in within a period, as of now."""

    since: str
    """The first day of the period."""

    handed_in: int
    """How many were handed in."""

    approved: int
    """How many of them were approved, paid or not."""

    rejected: int
    """How many of them are rejected."""

    joined: int
    """How many of them led to a term, paid or free."""

    decisions: ReportedDecisions
    """How soon they were decided."""


class ReportedJoining(TypedDict):
    """What became of the memberships that began within a period; imported ones are left out."""

    since: str
    """The first day of the period."""

    joined: int
    """How many joined, whatever became of them."""

    renewed: int
    """How many of them renewed since."""


class ReportedSource(TypedDict):
    """What became of the applications that came by one way."""

    source: str | None
    """By which way they came; null: by none that was named, or by a rarer one."""

    handed_in: int
    """How many were handed in."""

    approved: int
    """How many of them were approved, paid or not."""

    rejected: int
    """How many of them are rejected."""

    joined: int
    """How many of them led to a term, paid or free."""


class WaitingFor(TypedDict):
    """How many applications wait for a decision since a time."""

    hours: int | None
    """For less than so many hours; null: longer than all of these."""

    count: int
    """How many wait that long."""


class ReportedStates(TypedDict):
    """What the night of a day found, in the first hours of it."""

    day: str
    """Which day's night it was."""

    memberships: dict[str, int]
    """How many memberships were in each state."""

    applications: dict[str, int]
    """How many applications were in each state."""


class RetainedMonth(TypedDict):
    """How many of those who joined together still had a term."""

    month: str
    """The month in which they had it."""

    members: int
    """How many had a term for a day of it or later."""


class ReportedRetention(TypedDict):
    """Who joined in one month, and how long they stayed; imported members are left out."""

    joined_in: str
    """The month of joining, as far as its days are asked for."""

    joined: int
    """How many joined, whatever became of them."""

    renewed: int
    """How many of them renewed since."""

    months: list[RetainedMonth]
    """The months that followed, until this one."""


class Earned(TypedDict):
    """What was sold: `net` = `gross` − `discounts` − `refunds`. A refund counts in the month in which its order was paid."""

    orders: int
    """How many orders were paid."""

    gross: Money
    """At list prices."""

    discounts: Money
    """What coupons took off."""

    refunds: Money
    """What went back of these orders."""

    net: Money
    """What is left of it."""


class MonthEarned(Earned):
    """What was sold: `net` = `gross` − `discounts` − `refunds`. A refund counts in the month in which its order was paid."""

    month: str
    """The month, as year and month: `2026-11`."""


class OfferedPlan(TypedDict):
    """A plan on sale and its public price now; null counts where it has one price for all."""

    id: str
    """Its id."""

    name: str
    """What the plan is called."""

    description: str
    """What the plan gives, for who chooses."""

    tier: str
    """A word for what it gives, for standings and integrators; empty: none."""

    period_months: int
    """How many months one payment gives."""

    price: Money
    """What who buys now pays before coupons."""

    step: int
    """The step of the ladder, 0 for the first, and without one."""

    places_left: int | None
    """How many places are left at this price; null: any number."""

    next_price: Money | None
    """The price after that; null: it does not rise."""

    refund_brackets: list[TermBracket]
    """What comes back to who gives it up, and until when; of the brackets that are reached the best counts."""


class WaitingMoney(TypedDict):
    """What waits for who looks after the money; each counted up to a thousand."""

    transfers: int
    """To look for, or to confirm again."""

    refunds: int
    """To transfer by hand."""

    refund_requests: int
    """To decide about."""


class OfferingCommunity(CommunityHead):
    """Its name, and what its days and its money are written in."""

    description: str
    """What the community says of itself."""


ApplicationState: TypeAlias = Literal['draft', 'submitted', 'in_review', 'needs_info', 'approved', 'rejected', 'withdrawn', 'joined', 'lapsed']
"""
Where an application stands.
- `draft`: Begun by the applicant, who alone sees it.
- `submitted`: Handed in; nobody took it up yet.
- `in_review`: Handed in, and looked at by reviewers.
- `needs_info`: A reviewer asked for more; the applicant answers and hands it in again.
- `approved`: Approved; it is joined by the first payment before `pay_by`.
- `rejected`: Rejected by a reviewer.
- `withdrawn`: Taken back by the applicant.
- `joined`: The applicant became a member.
- `lapsed`: Approved, but not paid in time.
"""


MembershipState: TypeAlias = Literal['pending_payment', 'active', 'grace', 'expired', 'suspended', 'cancelled', 'paused']
"""
Where a membership stands.
- `pending_payment`: Approved and not paid yet: no access.
- `active`: A term runs: access.
- `grace`: The term is over and a renewal is awaited: still access.
- `expired`: Term and grace are over: no access.
- `suspended`: Held up by the community: no access.
- `cancelled`: Ended: never paid, refunded in full, by choice, or by the community.
- `paused`: Put aside for a while: no access.
"""


TermKind: TypeAlias = Literal['paid', 'free', 'comped', 'imported']
"""
How a term came about.
- `paid`: Paid by an order.
- `free`: Of a plan that costs nothing.
- `comped`: Given by the community.
- `imported`: Brought along from the list of members of before.
"""


PlaceState: TypeAlias = Literal['may_apply', 'draft', 'under_review', 'more_wanted', 'rejected', 'lapsed', 'approved', 'paying', 'active', 'grace', 'expired', 'suspended', 'paused', 'cancelled']
"""
Where somebody stands in a community.
- `may_apply`: Nothing is under way; they may apply.
- `draft`: An application is begun and not handed in.
- `under_review`: The application is with the reviewers.
- `more_wanted`: A reviewer asked for more.
- `rejected`: The application was rejected.
- `lapsed`: The application was approved and not paid in time.
- `approved`: Approved; the first payment is awaited.
- `paying`: An order is open.
- `active`: A member.
- `grace`: A member whose term is over and who may still renew.
- `expired`: No member any more.
- `suspended`: Kept out by the community, until `deadline` or for good.
- `paused`: A member who has put the term aside, until `deadline` at the longest.
- `cancelled`: Cancelled by choice, and may still come back by renewing.
"""


NextStep: TypeAlias = Literal['apply', 'submit', 'wait', 'answer', 'pay', 'renew', 'resume']
"""
What somebody does next to become or stay a member.
- `apply`: Start an application.
- `submit`: Hand the draft in.
- `wait`: Nothing: others decide.
- `answer`: Answer what the reviewer asked and hand it in again.
- `pay`: Pay what is open.
- `renew`: Renew the membership.
- `resume`: Resume the paused membership; by itself that happens at `deadline`.
"""


JoiningNote: TypeAlias = Literal['no_plan_on_sale', 'form_changed']
"""
What is good to know before applying.
- `no_plan_on_sale`: Nothing can be paid yet: who is approved waits for a plan.
- `form_changed`: The draft answers an earlier form, by which it can be handed in.
"""


JoinPurpose: TypeAlias = Literal['join', 'renew']
"""
Whether somebody becomes a member or stays one.
- `join`: They become a member.
- `renew`: They have another term.
"""


JoinState: TypeAlias = Literal['under_way', 'done', 'ended']
"""
Where a join stands as a whole.
- `under_way`: Something is still to come.
- `done`: The term begins or began, and was told of.
- `ended`: It came to nothing, or its term was taken back.
"""


JoinStepName: TypeAlias = Literal['applied', 'approved', 'payable', 'ordered', 'paid', 'begun', 'announced']
"""
A step from the approval, or the beginning of a renewal, to access.
- `applied`: The application was handed in.
- `approved`: The application was approved.
- `payable`: The payment side knows what is to be paid.
- `ordered`: A price was accepted.
- `paid`: The money came.
- `begun`: The term has its dates and gives access.
- `announced`: Others were told of it, messages among them.
"""


JoinStepState: TypeAlias = Literal['done', 'current', 'waiting', 'failed', 'skipped', 'unavailable']
"""
How far a step of a join is.
- `done`: The step is done.
- `current`: It is its turn; `waits_for` says what is missing.
- `waiting`: Steps before it are still to come.
- `failed`: It came to nothing.
- `skipped`: Not needed, or not possible any more.
- `unavailable`: The payment side is away and knows it alone; ask again later.
"""


JoinWait: TypeAlias = Literal['payer', 'provider', 'publication', 'message', 'refund']
"""
What a step of a join waits for.
- `payer`: The person pays; `actions` says how.
- `provider`: The provider says whether money came before the order ends.
- `publication`: What is to be told has not left this side yet.
- `message`: The other side has not answered what it was told.
- `refund`: The money goes back.
"""


ErasureState: TypeAlias = Literal['asked', 'withdrawn', 'erasing', 'erased']
"""
How far the erasure of a person is.
- `asked`: Asked for; it can be taken back until `erase_at`.
- `withdrawn`: Taken back.
- `erasing`: Under way in all services.
- `erased`: Done: every service confirmed it.
"""


WayKind: TypeAlias = Literal['oidc', 'wechat_website', 'wechat_official', 'wechat_mini']
"""
What a front end has to do for a way to sign in.
- `oidc`: Send people to the address of the start; they come back with `code` and `state`.
- `wechat_website`: The same, for browsers outside of WeChat: its page has a QR code.
- `wechat_official`: The same, for pages that are open inside of WeChat.
- `wechat_mini`: Ask WeChat for a code in the mini program (`wx.login`); there is no start.
"""


ApiKeyState: TypeAlias = Literal['live', 'revoked', 'expired']
"""
Whether an API key is taken.
- `live`: Taken.
- `revoked`: Revoked; nobody takes it any more.
- `expired`: Its time is over; nobody takes it any more.
"""


KeyScope: TypeAlias = Literal['communities:read', 'communities:write', 'roles:read', 'applications:read', 'reviews:read', 'memberships:read', 'memberships:write', 'meetups:read', 'meetups:host', 'registrations:read', 'payments:read', 'payments:write', 'notifications:read', 'requests:read', 'operators:read']
"""
What an API key is good for; those of operators for the keys of operators alone.
- `communities:read`: Read the community, its form, policy, figures and history.
- `communities:write`: Change the community: its settings and its form.
- `roles:read`: Read who holds which role, and how they came by it.
- `applications:read`: Read applications.
- `reviews:read`: Read what waits for a decision.
- `memberships:read`: Read memberships, lists of members, and imports.
- `memberships:write`: Change what is kept of members, and import some.
- `meetups:read`: Read meetups, their numbers and history.
- `meetups:host`: Draft, publish, change and call off meetups, give seats, check people in.
- `registrations:read`: Read registrations, and who has a seat.
- `payments:read`: Read coupons, orders, transfers, refunds, accounts and books.
- `payments:write`: Change plans and coupons.
- `notifications:read`: Read what was delivered, in figures.
- `requests:read`: Look up what was answered to one's requests.
- `operators:read`: Read what operators read.
"""


ShownReasons: TypeAlias = Literal['none', 'reason', 'words']
"""
What applicants hear of why they were rejected.
- `none`: That they were rejected: the reason reads `other`, without words.
- `reason`: The reason's code.
- `words`: The reason's code, and what the reviewer wrote.
"""


Veto: TypeAlias = Literal['none', 'owners', 'any']
"""
Whose rejection may be a veto.
- `none`: Nobody's.
- `owners`: An owner's.
- `any`: Any reviewer's.
"""


Vouching: TypeAlias = Literal['off', 'flag', 'approval', 'first']
"""
What it counts for when members vouch for an applicant.
- `off`: Nothing; nobody can.
- `flag`: Reviewers see it.
- `approval`: One approval, once, where two or more are needed; else reviewers see it.
- `first`: Whom members vouch for come first in the review queue.
"""


Reopening: TypeAlias = Literal['never', 'until_paid']
"""
Until when an edit of the answers has an application judged anew.
- `never`: Nobody edits what was handed in.
- `until_paid`: Applicants edit until they have paid; an approval is taken back by it.
"""


Visibility: TypeAlias = Literal['public', 'unlisted', 'hidden']
"""
Who finds a community.
- `public`: Anybody, in the list.
- `unlisted`: Whoever has its id or short name.
- `hidden`: Only its own people.
"""


QuestionKind: TypeAlias = Literal['single', 'multi', 'short_text', 'long_text', 'number', 'link', 'file']
"""
What a question takes as its answer.
- `single`: One of the `options`.
- `multi`: Several of the `options`.
- `short_text`: One line of text.
- `long_text`: Text of several lines.
- `number`: A number.
- `link`: An address on the web.
- `file`: Ids of files that were uploaded as answers, one unless `maximum` says more.
"""


ReviewVerdict: TypeAlias = Literal['approve', 'reject']
"""
What a reviewer said.
- `approve`: Take the applicant in.
- `reject`: Do not.
"""


BulkDecision: TypeAlias = Literal['approve', 'reject', 'request_info']
"""
What is said of many applications.
- `approve`: Take the applicants in.
- `reject`: Do not.
- `request_info`: Ask them for more.
"""


RejectionReason: TypeAlias = Literal['profile_incomplete', 'not_a_fit', 'duplicate', 'full', 'other']
"""
Why an application is rejected, for statistics and the applicant.
- `profile_incomplete`: Too little is said to decide.
- `not_a_fit`: The community is for others.
- `duplicate`: The same person applied or is a member already.
- `full`: There are no places.
- `other`: What the message says.
"""


ScreeningKind: TypeAlias = Literal['answer_in_list', 'number_within', 'text_at_least', 'introduction_below', 'share_over', 'duplicate_key', 'similar_name', 'blocked_key']
"""
What a screening rule looks for; it is so, or cannot be known.
- `answer_in_list`: The answer is one of a list.
- `number_within`: The number lies within bounds, which count.
- `text_at_least`: The text has so many characters or more.
- `introduction_below`: Too few of the questions marked `introduction` are answered.
- `share_over`: More members than a share have the same segment or city.
- `duplicate_key`: Somebody else whose application is live, or who joined, gave the same answer.
- `similar_name`: Somebody else who applied or belongs here is called the same, in any case and width, or by the same pinyin.
- `blocked_key`: The answer is an address or a number of the block list; of rule 0 the name is like one of it.
"""


ScreeningEffect: TypeAlias = Literal['flag', 'reject']
"""
What follows from what a screening rule found.
- `flag`: Reviewers see it.
- `reject`: The application is rejected at once, with the rule's reason.
"""


ReportPeriod: TypeAlias = Literal['day', 'week', 'month']
"""
How long the periods of a report are.
- `day`: Each day.
- `week`: Weeks from Monday.
- `month`: Calendar months.
"""


ReportPart: TypeAlias = Literal['applications', 'joinings', 'sources', 'queue', 'states', 'retention']
"""
A part of a report.
- `applications`: What became of applications, and how soon they were decided.
- `joinings`: Who joined, and who of them renewed.
- `sources`: What became of applications by the way that they came.
- `queue`: Who waits now, and for how long.
- `states`: How many were in each state, as the nights found it.
- `retention`: How long those who joined in a month stayed.
"""


BlockKind: TypeAlias = Literal['email', 'phone', 'person', 'name']
"""
What is blocked.
- `email`: An address.
- `phone`: A phone number.
- `person`: A person, by all that they sign in with.
- `name`: A name, and names like it: these do not stop, they are flagged.
"""


Locale: TypeAlias = Literal['zh-CN', 'en']
"""
A language of texts and mails.
- `zh-CN`: Simplified Chinese.
- `en`: English.
"""


GrantableRole: TypeAlias = Literal['owner', 'reviewer', 'host', 'treasurer', 'scanner']
"""
What somebody may do in a community; owners grant it.
- `owner`: Runs the community: settings, prices, roles, money.
- `reviewer`: Decides about applications.
- `host`: Holds meetups and gives seats.
- `treasurer`: Looks after orders, transfers and refunds.
- `scanner`: Checks people in at the door.
"""


LinkKind: TypeAlias = Literal['application', 'membership', 'order', 'registration']
"""
What a message is about.
- `application`: An application.
- `membership`: A membership.
- `order`: An order.
- `registration`: A registration for a meetup.
"""


LinkPurpose: TypeAlias = Literal['pay', 'renew', 'decline']
"""
What a signed link lets its person do.
- `pay`: Pay for a purchase.
- `renew`: Renew a membership, and pay for it.
- `decline`: Leave a seat to others.
"""


LinkedKind: TypeAlias = Literal['purchase', 'membership', 'registration', 'offer']
"""
The kind of object that a signed link acts on.
- `purchase`: What is to be paid.
- `membership`: The membership that is renewed.
- `registration`: The registration whose seat is given up.
- `offer`: The seat that is offered.
"""


UploadPurpose: TypeAlias = Literal['answer', 'picture', 'import']
"""
What a file is sent for.
- `answer`: An answer of an application.
- `picture`: A picture of a member or community.
- `import`: A list of existing members.
"""


UploadState: TypeAlias = Literal['receiving', 'ready', 'claimed']
"""
How far a file is.
- `receiving`: Parts are still to come.
- `ready`: All parts are here; nothing needs the file yet.
- `claimed`: Something needs the file.
"""


FileType: TypeAlias = Literal['image/png', 'image/jpeg', 'image/webp', 'application/pdf', 'text/csv']
"""
The media type of a file.
- `image/png`: A PNG picture.
- `image/jpeg`: A JPEG picture.
- `image/webp`: A WebP picture.
- `application/pdf`: A PDF document.
- `text/csv`: A table as CSV in UTF-8.
"""


ImportState: TypeAlias = Literal['running', 'done', 'failed']
"""
How far an import is.
- `running`: Rows are still being read.
- `done`: Every row has its result.
- `failed`: The file could not be read; nothing was changed.
"""


RowResult: TypeAlias = Literal['accepted', 'refused']
"""
What became of a row of an import.
- `accepted`: The member is there (of a dry run: would be).
- `refused`: Refused; `problems` says why.
"""


Service: TypeAlias = Literal['membership', 'payments', 'events', 'notifications']
"""
A part of the system that keeps data of its own.
- `membership`: People, sign-in, communities, applications and memberships.
- `payments`: Plans, coupons, orders and money.
- `events`: Meetups and registrations.
- `notifications`: Messages and mails.
"""


MeetupState: TypeAlias = Literal['draft', 'published', 'registration_closed', 'held', 'cancelled']
"""
Where a meetup stands.
- `draft`: Prepared; its hosts alone see it.
- `published`: Open: members register.
- `registration_closed`: Nobody registers any more; seats are given.
- `held`: It took place.
- `cancelled`: Called off.
"""


RegistrationState: TypeAlias = Literal['applied', 'selected', 'confirmed', 'waitlisted', 'declined', 'hold_expired', 'withdrawn', 'not_selected', 'cancelled', 'checked_in', 'no_show']
"""
Where a registration stands.
- `applied`: Registered; seats are not given yet.
- `selected`: Has a seat that is kept until `confirm_by`.
- `confirmed`: Took the seat.
- `waitlisted`: Waits in the queue for a seat that comes free.
- `declined`: Left the seat to others.
- `hold_expired`: Did not take the seat in time.
- `withdrawn`: Withdrew before the meetup.
- `not_selected`: The meetup went by without a seat for them.
- `cancelled`: The meetup was called off.
- `checked_in`: Was there.
- `no_show`: Had a seat and did not come.
"""


PlanState: TypeAlias = Literal['draft', 'on_sale', 'paused', 'closed']
"""
Whether a plan is sold.
- `draft`: Prepared; owners alone see it.
- `on_sale`: Sold to whoever may buy.
- `paused`: Sold to nobody new for a while.
- `closed`: Sold to nobody new any more.
"""


PriceLock: TypeAlias = Literal['at_application', 'at_approval', 'at_payment']
"""
When the price that an applicant will pay is promised.
- `at_application`: With the application: who waits for a decision pays no more for it.
- `at_approval`: With the approval.
- `at_payment`: Not before the payment: the price of that moment.
"""


RenewalPrice: TypeAlias = Literal['base', 'as_first_paid', 'current_step']
"""
What a renewal pays.
- `base`: The base price of the plan.
- `as_first_paid`: What this run of membership paid first, before coupons.
- `current_step`: The public price of the day.
"""


CouponState: TypeAlias = Literal['active', 'paused', 'ended']
"""
Whether a coupon is given.
- `active`: Whoever has the code may use it.
- `paused`: Given to nobody new for a while.
- `ended`: Given to nobody new any more.
"""


CouponKind: TypeAlias = Literal['amount_off', 'percent_off', 'set_price', 'extra_days']
"""
What a coupon gives.
- `amount_off`: An amount off the list price (`amount`).
- `percent_off`: A share of the list price (`percent`).
- `set_price`: Another price in place of the list price (`price`).
- `extra_days`: The list price for a longer term (`days`).
"""


CouponAudience: TypeAlias = Literal['newcomer', 'renewal', 'any']
"""
Whom a coupon is for.
- `newcomer`: Who never paid here.
- `renewal`: Who is a member or was one until lately (`lapsed_days`).
- `any`: Anybody.
"""


CouponReason: TypeAlias = Literal['unknown', 'inactive', 'not_started', 'expired', 'used_up', 'used_before', 'newcomers_only', 'renewals_only', 'minimum_not_reached', 'other_plan', 'other_currency', 'another_applied']
"""
Why a coupon code does not count.
- `unknown`: The community has no such code.
- `inactive`: It is given to nobody new at present, or any more.
- `not_started`: Its time has not come.
- `expired`: Its time is over.
- `used_up`: It was used as often as it may be.
- `used_before`: The buyer used it as often as one person may.
- `newcomers_only`: It is for who never paid here.
- `renewals_only`: It is for members, and for who was one until lately.
- `minimum_not_reached`: The list price is too low for it.
- `other_plan`: It is for other plans.
- `other_currency`: It is in another currency than the price.
- `another_applied`: Another code of the same request takes off more.
"""


CouponRule: TypeAlias = Literal['code_is_known', 'coupon_is_active', 'coupon_is_in_plan_currency', 'coupon_covers_plan', 'coupon_has_begun', 'coupon_is_not_over', 'coupon_is_in_window', 'person_is_newcomer', 'person_is_renewing', 'price_reaches_minimum', 'coupon_has_uses_left', 'person_has_uses_left', 'coupon_is_the_only_one']
"""
The rule that a coupon code breaks.
- `code_is_known`: The community has the code.
- `coupon_is_active`: The coupon is neither paused nor ended.
- `coupon_is_in_plan_currency`: It is in the currency of the price.
- `coupon_covers_plan`: It is for this plan.
- `coupon_has_begun`: Its time has come.
- `coupon_is_not_over`: Its time is not over.
- `coupon_is_in_window`: Both of these; of quotes and orders of earlier versions.
- `person_is_newcomer`: The buyer never paid here.
- `person_is_renewing`: The buyer is a member, or was one until lately.
- `price_reaches_minimum`: The list price is high enough.
- `coupon_has_uses_left`: It can still be used.
- `person_has_uses_left`: The buyer can still use it.
- `coupon_is_the_only_one`: No other code of the same request counts.
"""


OnRefused: TypeAlias = Literal['error', 'ignore']
"""
What becomes of a quote with a code that does not count.
- `error`: The quote is refused; nothing is held or changed.
- `ignore`: The price is without it, and `coupons` says why.
"""


PurchaseState: TypeAlias = Literal['open', 'paid', 'fulfilled', 'withdrawn', 'refused', 'lapsed']
"""
Where a purchase stands: something that is to be paid for.
- `open`: Can be paid.
- `paid`: Paid; its owner is told.
- `fulfilled`: Paid, and the buyer has it.
- `withdrawn`: Taken back by its owner; nothing is to be paid.
- `refused`: Paid, but it could not be given; the money goes back.
- `lapsed`: Not paid in time.
"""


QuoteState: TypeAlias = Literal['live', 'ordered', 'replaced', 'expired']
"""
Where a quote stands: a price that is held for a while.
- `live`: Price and place are held until `expires_at`.
- `ordered`: An order was made of it.
- `replaced`: A newer quote took its place.
- `expired`: Its time is over.
"""


OrderState: TypeAlias = Literal['open', 'paid', 'partially_refunded', 'refunded', 'expired', 'cancelled']
"""
Where the money of an order stands.
- `open`: Awaits payment until `expires_at`.
- `paid`: Paid in full.
- `partially_refunded`: Paid; a part of it went back.
- `refunded`: Paid; all of it went back.
- `expired`: Not paid in time.
- `cancelled`: Given up by the payer before it was paid.
"""


Fulfilment: TypeAlias = Literal['none', 'pending', 'fulfilled', 'refused']
"""
What became of what an order paid for.
- `none`: Nothing is paid, so nothing is given yet.
- `pending`: Paid; its owner is about to give it.
- `fulfilled`: The buyer has it.
- `refused`: It could not be given; the money goes back.
"""


PaymentState: TypeAlias = Literal['created', 'pending', 'unknown', 'confirmed', 'failed', 'cancelled']
"""
Where one attempt to pay stands.
- `created`: Noted by us, not yet known to the provider.
- `pending`: The provider awaits the payer.
- `unknown`: The provider did not say what became of it; it is asked again.
- `confirmed`: The money is there.
- `failed`: The provider refused it.
- `cancelled`: Closed before money came.
"""


RefundState: TypeAlias = Literal['created', 'submitted', 'done', 'failed']
"""
Where a refund stands.
- `created`: Decided, not yet with the provider.
- `submitted`: With the provider, or waiting for somebody who transfers it.
- `done`: The money went back.
- `failed`: The provider refused it; operators see to it.
"""


RefundRequestState: TypeAlias = Literal['open', 'granted', 'declined', 'withdrawn']
"""
Where a request for a refund stands.
- `open`: Nobody decided yet.
- `granted`: Money goes back, by the refund that it names.
- `declined`: No money goes back; `words` says why.
- `withdrawn`: Taken back by the payer.
"""


TransferState: TypeAlias = Literal['open', 'awaiting_second', 'received', 'closed']
"""
Where a bank transfer stands.
- `open`: Money is awaited.
- `awaiting_second`: One person said what came; a second one has to say the same.
- `received`: All of it came.
- `closed`: Its time is over; what came goes back.
"""


TransferNote: TypeAlias = Literal['as_asked', 'other_sender', 'other_reference', 'in_cash']
"""
In what a transfer differed from what its payer was told.
- `as_asked`: In nothing.
- `other_sender`: It came from somebody else's account.
- `other_reference`: Its reference was missing or another.
- `in_cash`: It was paid in cash.
"""


Provider: TypeAlias = Literal['sandbox', 'transfer']
"""
By whom money comes.
- `sandbox`: A provider for trying things out; no money moves.
- `transfer`: A transfer to the community's bank account.
"""


Category: TypeAlias = Literal['transactional', 'reminder', 'social', 'campaign']
"""
What a message is sorted by.
- `transactional`: What one's own doing brought about, such as a payment.
- `reminder`: What is to be done before it is too late.
- `social`: What happens in the community.
- `campaign`: What the community offers.
"""


Channel: TypeAlias = Literal['in_app', 'email', 'sms']
"""
The way that a message takes.
- `in_app`: The inbox of the app.
- `email`: A mail.
- `sms`: A text message to a phone.
"""


DeliveryState: TypeAlias = Literal['pending', 'sent', 'failed', 'suppressed']
"""
What became of a message.
- `pending`: Still to be sent.
- `sent`: Taken by the mail server, or put into the inbox.
- `failed`: It could not be delivered.
- `suppressed`: Not sent, because its reader does not want or need it any more.
"""


class Problem(TypedDict):
    """Why a request was refused, as RFC 9457 problem details."""

    type: str
    """The page about this code."""

    title: str
    """The code in words; constant for each code and language."""

    status: int
    """The HTTP status."""

    detail: str
    """What is wrong and what to do next, for people, in their language."""

    instance: str
    """`urn:coterie:request:` and the request id."""

    code: str
    """What is wrong, for programs; stable."""

    params: dict[str, Any]
    """What `detail` is made of; which there are depends on the code."""

    errors: NotRequired[list[FieldProblem]]
    """The fields that are wrong."""

    errors_left_out: NotRequired[int]
    """How many wrong fields are not in `errors`."""


class StartSignIn(TypedDict):
    """Send a code of eight digits to an address."""

    email: str
    """Where the code is sent."""

    locale: NotRequired[Locale]
    """Language of the mail."""

    proof: NotRequired[str | None]
    """The solution that `membership.sign_in_proof_needed` asks for; null: none was asked for."""


class About(TypedDict):
    """The object of the message, whose page the link leads to."""

    kind: LinkKind
    """What sort of object it is."""

    id: str
    """The id of the object."""


class LinkObject(TypedDict):
    """What the link lets somebody act on."""

    kind: LinkedKind
    """What sort of object it is."""

    id: str
    """The id of the object."""


class ShownLink(TypedDict):
    """What a screen needs that somebody comes to by a link. `until`: when the thing itself is over; `expires_at`: when the link is."""

    purpose: LinkPurpose
    """What the link lets its person do."""

    about: About
    """What the message was about."""

    object: LinkObject
    """What the link lets one act on."""

    community_id: str
    """The community that it belongs to."""

    community_name: str
    """What that community is called."""

    until: str
    """When the thing itself is over."""

    expires_at: str
    """When the link is over."""


class Me(Person):
    """The signed-in person, with `include=roles` beside the roles that they hold; else null."""

    roles: NotRequired[list[RolesHeld] | None]
    """By community, oldest first, 100 at most."""


class ChangeMeBody(TypedDict):
    """Change own name or language."""

    name: NotRequired[str]
    """What the person wants to be called."""

    locale: NotRequired[Locale]
    """The language of mails and messages."""


class Way(TypedDict):
    """`kind` says what a front end has to do: send people to an address (`oidc`, `wechat_website` with its QR code, `wechat_official` inside WeChat), or ask WeChat for a code in a mini program (`wechat_mini`)."""

    name: str
    """What it is called in addresses, such as `wechat-website`."""

    kind: WayKind
    """What a front end has to do for it."""

    label: NotRequired[str]
    """What a button says, in the reader's language."""


class Ways(TypedDict):
    """`phone_countries` are what numbers may begin with; none: no codes are sent to phones."""

    ways: list[Way]
    """The accounts elsewhere by which people can sign in here."""

    phone_countries: list[str]
    """What a phone number may begin with, such as `+86`; none: no codes go to phones."""


class StartPhoneSignIn(TypedDict):
    """Send a code of eight digits to a phone; it is exchanged like one that was mailed."""

    phone: str
    """Where the code is sent: the number with its country."""

    locale: NotRequired[Locale]
    """Language of the message."""

    proof: NotRequired[str | None]
    """The solution that `membership.sign_in_proof_needed` asks for; null: none was asked for."""


class StartAtWayBody(TypedDict):
    """Begin to link an account elsewhere to oneself: where to send the browser."""

    callback_url: str
    """The page of the front end to which the provider sends people back, where `state` and `code` are read; the provider has to know it, too."""

    return_to: str
    """The page from which they came, which the end answers again."""

    locale: NotRequired[Locale]
    """Language of a new person."""


class ErasureConfirmation(TypedDict):
    """A service that has nothing of the person left."""

    service: Service
    """Which part of the system confirms it."""

    at: str
    """When it happened."""


class Erasure(TypedDict):
    """`hindrance` says in a word what puts it off at present; it is tried again every day."""

    id: str
    """Its id."""

    person_id: str
    """Who is erased."""

    state: ErasureState
    """Where it stands."""

    asked_at: str
    """When it was asked for."""

    erase_at: str
    """From when on it cannot be taken back."""

    hindrance: str | None
    """What puts it off at present, in a word, such as `last_owner`; null: nothing does."""

    confirmed: list[ErasureConfirmation]
    """The services that have nothing of the person left."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""


class Question(TypedDict):
    """A question of an application form."""

    key: str
    """The name of the question, by which answers are given."""

    kind: QuestionKind
    """What it takes as its answer."""

    title: str
    """What applicants are asked."""

    required: NotRequired[bool]
    """Whether an application needs an answer."""

    private: NotRequired[bool]
    """Answers are for reviewers and owners only."""

    introduction: NotRequired[bool]
    """Counts for how much somebody says of themselves."""

    options: NotRequired[list[str]]
    """What can be chosen, for single and multi."""

    minimum: NotRequired[int]
    """Fewest characters, options or files, or the smallest number."""

    maximum: NotRequired[int | None]
    """Most characters, options or files, or the largest number."""

    asked_if: NotRequired[AskedIf | None]
    """When the question is asked; null: always."""

    fills: NotRequired[str | None]
    """The field of the member's profile that gets the answer when they join: segment, city, company, or one of your own; for single and short_text, not private."""


class Section(TypedDict):
    """A part of an application form, with its heading."""

    title: str
    """The heading of the section."""

    questions: list[Question]
    """The questions of the section, in their order."""


class Policy(TypedDict):
    """Settings of a community; what is left out is as usual (`product.md` §2)."""

    reviewers_needed: NotRequired[int]
    """Verdicts that decide, at most."""

    approvals_needed: NotRequired[int]
    """Approvals among them that suffice."""

    veto: NotRequired[Veto]
    """Whose rejection may be a veto, which decides alone."""

    blind: NotRequired[bool]
    """True keeps the verdicts of others from who has not given theirs."""

    show_reasons: NotRequired[ShownReasons]
    """What applicants hear of why they were rejected; a round keeps what it began with."""

    least_score: NotRequired[int | None]
    """In hundredths (350 is 3.5): below this mean an owner decides on who has the approvals; needs a rubric; null: nobody asks."""

    rubric: NotRequired[list[Criterion]]
    """What each verdict scores; empty: nothing."""

    vouching: NotRequired[Vouching]
    """What it counts for when a member vouches for an applicant."""

    vouch_after_days: NotRequired[int]
    """Days since joining until a member may vouch."""

    vouches_a_month: NotRequired[int]
    """For how many a member may vouch in a month."""

    decide_within_hours: NotRequired[int | None]
    """Hours from each handing-in until a decision is due, which staff see and reviewers are reminded of; null: no clock."""

    invitations_skip_review: NotRequired[bool]
    """True lets owners make invitations that approve by themselves."""

    reopen: NotRequired[Reopening]
    """Until when applicants may edit what they handed in, which begins a new round of review and takes an approval back."""

    pay_by_hours: NotRequired[int]
    """Hours from approval to the lapse of an unpaid one."""

    grace_days: NotRequired[int]
    """Days of access after the end of a term."""

    revival_days: NotRequired[int]
    """Days after expiry in which a renewal keeps the number."""

    renewal_opens_days: NotRequired[int]
    """Days before the end from which one may renew."""

    reapply_after_days: NotRequired[int]
    """Days after a rejection until a new application."""

    pause_days: NotRequired[int]
    """Days for which a member may pause a term; 0: none."""

    claim_minutes: NotRequired[int]
    """Minutes for which a reviewer's claim holds."""

    first_member_number: NotRequired[int]
    """Number of the first member; an import moves it."""


class Community(TypedDict):
    """`links` say where an object is shown on the community's own site, at one of `link_hosts`."""

    id: str
    """Its id."""

    slug: str
    """Its short name, unique in the system, for addresses."""

    name: str
    """What the community is called."""

    description: str
    """What people read about it."""

    zone: str
    """The IANA time zone of its days and deadlines."""

    locale: str
    """The language in which the community writes to people."""

    currency: str
    """The currency of all its prices."""

    form: list[Section]
    """The application form, section by section."""

    form_version: int
    """The version of the form; each stays as it was."""

    policy: Policy
    """The rules by which the community works."""

    policy_version: NotRequired[int]
    """The version of the policy; each can still be read."""

    visibility: NotRequired[Visibility]
    """Public: in the list; unlisted: for who has its id or slug; hidden: for its people."""

    links: NotRequired[Links]
    """Where its own site shows objects, by kind."""

    link_hosts: NotRequired[list[str]]
    """The hosts to which its links may lead."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    created_at: str
    """When it was made."""


class CreateCommunity(TypedDict):
    """Create a community with its form and policy and name the first owner."""

    slug: str
    """Short name, unique in the system."""

    name: str
    """What the community is called."""

    description: NotRequired[str]
    """What people read about it."""

    visibility: NotRequired[Visibility]
    """Public: in the list; unlisted: for who has its id or slug; hidden: for its people."""

    zone: NotRequired[str]
    """The IANA time zone of its days and deadlines; it stays."""

    locale: NotRequired[Locale]
    """The language in which the community writes to people."""

    currency: NotRequired[str]
    """The currency of all its prices; it stays."""

    form: NotRequired[list[Section]]
    """The application form, section by section."""

    policy: NotRequired[Policy]
    """The rules by which the community works."""

    owner_email: str
    """The first owner; needs no account yet."""


class CommunitiesPage(TypedDict):
    """A page: the communities that are public, or the one with a short name."""

    items: list[Community]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class CardMembership(TypedDict):
    """Of a membership what a list of one's communities shows."""

    id: str
    """Its id."""

    number: int | None
    """The member's number in the community; null before the first paid term."""

    state: MembershipState
    """Where the membership stands."""

    valid_until: str | None
    """The last day of all its terms; null: no term yet."""

    renewal: RenewalWindow | None
    """From when to when it can be renewed; null: it cannot."""


class NewestApplication(TypedDict):
    """The newest application of somebody in a community, whatever became of it."""

    id: str
    """Its id."""

    state: ApplicationState
    """Where the application stands."""


class MyCommunity(TypedDict):
    """A community where somebody belongs, applied or works. State, reason, next step, deadline, page and actions are those of `…/me` there, which also knows whether an order is open."""

    community: CommunityHead
    """Which community it is."""

    roles: list[str]
    """What they may do there as staff; empty: they are not of the staff."""

    state: PlaceState
    """Where they stand there."""

    reason: str | None
    """Why, in a code, as `get_my_place` has it; null: nothing is to be said."""

    next_step: NextStep | None
    """What they do next; null: nothing."""

    deadline: str | None
    """Until when the next step goes, or access lasts; of a rejection, from when on they may apply again; null: without an end."""

    page: str | None
    """The address of it on the community's own site; null: the community names none."""

    membership: CardMembership | None
    """Their membership; null: none."""

    application: NewestApplication | None
    """Their newest application; null: none."""

    due: PurchaseDue | None
    """What they have to pay to become or stay a member; null: nothing."""

    waiting: WaitingWork | None
    """What waits for them as staff; null: they decide about nothing there."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class MyCommunitiesPage(TypedDict):
    """A page: where the signed-in person belongs, applied or works, and what comes next in each."""

    items: list[MyCommunity]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class CommunityChange(TypedDict):
    """The community after the change, or as it would be; `version` is the stored one's."""

    community: Community
    """The community after the change, or as it would be."""

    changed: list[str]
    """Where it differs, as JSON pointers."""

    concerned: Concerned | None
    """Whom a simulated change of the policy meets, else null."""

    simulated: bool
    """Whether this is what would be, and nothing was stored."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""


class PolicyChange(TypedDict):
    """What is to be different in the policy of a community; what is left out stays."""

    reviewers_needed: NotRequired[int]
    """Verdicts that decide, at most."""

    approvals_needed: NotRequired[int]
    """Approvals among them that suffice."""

    least_score: NotRequired[int | None]
    """In hundredths (350 is 3.5): below this mean an owner decides on who has the approvals; needs a rubric; null: nobody asks."""

    vouch_after_days: NotRequired[int]
    """Days since joining until a member may vouch."""

    vouches_a_month: NotRequired[int]
    """For how many a member may vouch in a month."""

    decide_within_hours: NotRequired[int | None]
    """Hours from each handing-in until a decision is due, which staff see and reviewers are reminded of; null: no clock."""

    pay_by_hours: NotRequired[int]
    """Hours from approval to the lapse of an unpaid one."""

    grace_days: NotRequired[int]
    """Days of access after the end of a term."""

    revival_days: NotRequired[int]
    """Days after expiry in which a renewal keeps the number."""

    renewal_opens_days: NotRequired[int]
    """Days before the end from which one may renew."""

    reapply_after_days: NotRequired[int]
    """Days after a rejection until a new application."""

    pause_days: NotRequired[int]
    """Days for which a member may pause a term; 0: none."""

    claim_minutes: NotRequired[int]
    """Minutes for which a reviewer's claim holds."""

    veto: NotRequired[Veto]
    """Whose rejection may be a veto, which decides alone."""

    blind: NotRequired[bool]
    """True keeps the verdicts of others from who has not given theirs."""

    show_reasons: NotRequired[ShownReasons]
    """What applicants hear of why they were rejected; a round keeps what it began with."""

    rubric: NotRequired[list[Criterion]]
    """What each verdict scores; empty: nothing."""

    vouching: NotRequired[Vouching]
    """What it counts for when a member vouches for an applicant."""

    invitations_skip_review: NotRequired[bool]
    """True lets owners make invitations that approve by themselves."""

    reopen: NotRequired[Reopening]
    """Until when applicants may edit what they handed in, which begins a new round of review and takes an approval back."""


class ChangeCommunityBody(TypedDict):
    """Change names, policy, visibility and links of a community, or see what that would change."""

    name: NotRequired[str]
    """What the community is called."""

    description: NotRequired[str]
    """What people read about it."""

    visibility: NotRequired[Visibility]
    """Public: in the list; unlisted: for who has its id or slug; hidden: for its people."""

    policy: NotRequired[PolicyChange]
    """What is to be different in the policy; what is left out stays."""

    links: NotRequired[LinksChange]
    """Where its own site shows objects, by kind; what is left out stays."""

    simulate: NotRequired[bool]
    """Store nothing, say what would change."""


class PolicyVersion(TypedDict):
    """A policy as it stood in one version; `until` is when another one took its place."""

    community_id: str
    """The community that it belongs to."""

    policy_version: int
    """The version of the policy; each can still be read."""

    policy: Policy
    """The rules by which the community works."""

    until: str | None
    """When another version took its place; null: it is the present one."""


class GrantRoleBody(TypedDict):
    """Give a role to the person behind an address."""

    email: str
    """Whose address it is; they need no account yet."""

    role: GrantableRole
    """What they may do from now on."""


class ChangeFormBody(TypedDict):
    """Publish a new version of the application form."""

    form: list[Section]
    """The application form, section by section."""


class Form(TypedDict):
    """One version of a community's application form; versions never change."""

    community_id: str
    """The community that it belongs to."""

    form_version: int
    """The version of the form; each stays as it was."""

    form: list[Section]
    """The application form, section by section."""

    created_at: str
    """When it was made."""


class CreateApiKeyBody(TypedDict):
    """Make an API key of a community; the answer shows it, and nothing shows it again."""

    name: str
    """What it is for."""

    scopes: list[Literal['communities:read', 'communities:write', 'roles:read', 'applications:read', 'reviews:read', 'memberships:read', 'memberships:write', 'meetups:read', 'meetups:host', 'registrations:read', 'payments:read', 'payments:write', 'notifications:read', 'requests:read']]
    """What it is good for; each operation names its own."""

    expires_in_days: NotRequired[int]
    """After how many days the key ends by itself."""

    roles: list[GrantableRole]
    """The roles that it holds in the community."""


class ApiKey(TypedDict):
    """An API key as it is listed; what opens doors was shown once and is stored nowhere."""

    id: str
    """Its id."""

    community_id: str
    """The community, or `system`: it is an operator's, for all."""

    name: str
    """What it is for."""

    hint: str
    """Its first characters, to tell keys apart."""

    roles: list[str]
    """The roles that it holds in the community; `operator` in the whole system."""

    scopes: list[str]
    """What it is good for; each operation names its own."""

    state: ApiKeyState
    """Whether the key is still taken."""

    made_by: str
    """Who made it."""

    created_at: str
    """When it was made."""

    expires_at: str
    """When it ends by itself."""

    last_used_at: str | None
    """When it was used last, to within an hour; null: never yet."""

    revoked_at: str | None
    """When it was revoked; null: it was not."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""


class ApiKeysPage(TypedDict):
    """A page: the API keys of a community, newest first; those that are over for 90 days more."""

    items: list[ApiKey]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class CreateSystemApiKey(TypedDict):
    """Make an API key that operates the system; the answer shows it, and nothing shows it again."""

    name: str
    """What it is for."""

    scopes: list[KeyScope]
    """What it is good for; each operation names its own."""

    expires_in_days: NotRequired[int]
    """After how many days the key ends by itself."""


class SystemApiKeysPage(TypedDict):
    """A page: the API keys that operate the system, newest first; those that are over for 90 days more."""

    items: list[ApiKey]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class Verdict(TypedDict):
    """What one reviewer said; shown to staff only. `reason` is a rejection's."""

    reviewer_id: str
    """The reviewer who said it."""

    verdict: ReviewVerdict
    """Whether they take the applicant in."""

    note: str
    """What they noted for the staff."""

    at: str
    """When they said it."""

    scores: NotRequired[dict[str, Any]]
    """By the key of each criterion, from 1 to 5."""

    veto: NotRequired[bool]
    """Whether their rejection decided alone."""

    reason: NotRequired[str | None]
    """Why they reject, in a code; null: they approve."""


class FormerRound(TypedDict):
    """What reviewers said of earlier answers, which counts no more."""

    number: int
    """Which round it was, from 1."""

    rubric: list[Criterion]
    """What its verdicts scored."""

    verdicts: list[Verdict]
    """What reviewers said in it."""


class OwnerDecision(TypedDict):
    """What an owner decided where the reviewers could not; shown to staff only."""

    owner_id: str
    """The owner who decided."""

    verdict: ReviewVerdict
    """Whether they took the applicant in."""

    note: str
    """What they noted for the staff."""

    conflicted: bool
    """Whether they had a conflict of interest, as every owner had."""

    at: str
    """When they decided."""


class ScreeningFlag(TypedDict):
    """What a rule found in an application; `rule` 0 is the block list itself."""

    rule: int
    """The place of the rule in its table, from 1."""

    kind: ScreeningKind
    """What was looked for."""

    weight: int
    """What it added to the score."""

    effect: ScreeningEffect
    """What followed from it."""

    words: str
    """What was found, in a sentence of the reader's language."""

    about: list[str]
    """What it was found by: ids of people, applications or entries of the block list, some of them where there are many."""


class Screened(TypedDict):
    """What the rules said when the application was handed in last; shown to staff only."""

    screening_version: int
    """The version of the rules."""

    score: int
    """The sum of the weights of what was found."""

    flags: list[ScreeningFlag]
    """What was found, in the order of the rules."""

    at: str
    """When the rules were asked."""


class Application(TypedDict):
    """Somebody's wish to become a member, with answers and decisions."""

    id: str
    """Its id."""

    community_id: str
    """The community that it belongs to."""

    person_id: str
    """The applicant."""

    state: ApplicationState
    """Where the application stands."""

    plan_id: NotRequired[str | None]
    """The one applied for, null: none; the purchase says what is paid for."""

    source: NotRequired[str | None]
    """By which way they came; null: not said."""

    form_version: int
    """The version of the form that it answers."""

    answers: dict[str, Any]
    """The answers by key of their question: a text, a number, or a list of options or uploads."""

    submitted_at: str | None
    """When it was first handed in; null: not yet."""

    info_request: InfoRequest | None
    """What a reviewer wants to know; null: nothing."""

    verdicts: list[Verdict]
    """What reviewers said in this round; shown to staff only."""

    round: NotRequired[int | None]
    """Which round of review it is in, from 1; null: none yet, or not told."""

    rubric: NotRequired[list[Criterion]]
    """What verdicts of this round score."""

    former_rounds: NotRequired[list[FormerRound]]
    """What was said of earlier answers."""

    blind: NotRequired[bool]
    """Whether the caller sees what others said only after their own verdict."""

    conflicts: NotRequired[list[str]]
    """Who declared a conflict of interest."""

    needs_owner: NotRequired[bool]
    """Whether an owner has to decide, since reviewers cannot."""

    owner_decision: NotRequired[OwnerDecision | None]
    """What an owner decided then; null: nothing."""

    vouches: NotRequired[list[Vouch]]
    """What members said for the applicant; shown to staff only."""

    invitation: NotRequired[Invited | None]
    """By whose invitation they came, for staff; null: by none."""

    rejection: Rejection | None
    """Why it was rejected; null: it was not."""

    decide_by: NotRequired[str | None]
    """When a decision is due, for staff alone; null: none is waited for, no time is set, or it is the reader's own."""

    pay_by: str | None
    """Until when the approved applicant pays; null: nothing is to be paid."""

    membership_id: str | None
    """The membership that it led to; null: none yet."""

    purchase_id: str | None
    """What is to be paid to join; null: nothing yet."""

    claimed_by: str | None
    """The reviewer who looks at it; null: nobody."""

    claimed_until: str | None
    """Until when that holds."""

    screening: NotRequired[Screened | None]
    """What the screening rules said; null: nothing yet, or not for the reader."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    created_at: str
    """When it was made."""

    updated_at: str
    """When it was changed last."""


class ListedApplication(Application):
    """An application with what its applicant is called; null for who has not said it."""

    display_name: str | None
    """What the person is called, as they say themselves; null: they have not said it, or it may not be known here."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class ApplicationsPage(TypedDict):
    """A page: the applications handed in at a community, found by name or in some order."""

    items: list[ListedApplication]
    """What is on this page."""

    total: NotRequired[int | None]
    """With `count`: how many there are on all pages, counted up to 10000; else null."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class MyApplicationsPage(TypedDict):
    """A page: the applications of the signed-in person, newest first."""

    items: list[Application]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class ShownApplication(Application):
    """An application, and what the caller may do with it. With `include`: `form`, the version of it that was answered; `plan`, what the plan is called now; `person`, what staff call the applicant and, in `staff`, who is on it and who decided. Else null, and empty."""

    form: NotRequired[list[Section] | None]
    """The form that it answers, section by section; null unless `include` asks for it."""

    plan_name: NotRequired[str | None]
    """What its plan is called now; null without one, and unless `include` asks for it."""

    display_name: NotRequired[str | None]
    """What the person is called, as they say themselves; null: they have not said it, or it may not be known here."""

    staff: NotRequired[list[Name]]
    """What those are called who are on it, decided, vouch or invited, as far as it shows them; with `person` in `include`."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class DecideApplicationBody(TypedDict):
    """Decide, as an owner, on an application that the reviewers cannot decide on."""

    round: NotRequired[int | None]
    """The `round` of the application as it was read: once the answers have changed it is refused; null: whatever the round."""

    verdict: ReviewVerdict
    """Whether the applicant is taken in."""

    note: str
    """Why, for the staff only."""

    reason: NotRequired[str]
    """Of a rejection: a code of every community's, or of its own."""

    message: NotRequired[str]
    """What a rejected applicant is told; empty: the words of the community's reason."""


class DecisionResult(TypedDict):
    """What became of one: `problem` is null where it was done, `state` and `version` where not."""

    application_id: str
    """The application that it belongs to."""

    done: bool
    """Whether it was done."""

    state: ApplicationState | None
    """In which state it is now; null: nothing was done."""

    version: int | None
    """Its version now; null: nothing was done."""

    problem: DecisionProblem | None
    """Why nothing was done; null: it was."""


class DecisionResults(TypedDict):
    """A result for each application, in the order in which they were named."""

    results: list[DecisionResult]
    """What became of each, in the order in which they were named."""


class DecideApplicationsBody(TypedDict):
    """Approve or reject up to 100 applications, or ask for more, each by itself."""

    decision: BulkDecision
    """What is said of each; `reject` takes a `reason`, `request_info` a `message`, or a `reason` of the community."""

    applications: list[SeenApplication]
    """Which, each once, as they were read."""

    note: NotRequired[str]
    """With an approval: a note for the staff only."""

    reason: NotRequired[str | None]
    """A code of every community's, or of its own, whose words are told where there is no message; null: none."""

    message: NotRequired[str]
    """What the applicants are told or asked."""

    questions: NotRequired[list[str]]
    """Of a request for more: keys of the questions that are reopened; empty: all."""


class ScreeningRule(TypedDict):
    """What is looked for, and what follows where it is found: each kind has its own fields. It says nothing where it cannot be known."""

    kind: ScreeningKind
    """What it looks for."""

    weight: int
    """What it adds to the score; below 0 it speaks for who applies."""

    effect: NotRequired[ScreeningEffect]
    """What follows where it is found."""

    reason: NotRequired[RejectionReason | None]
    """Of `reject`: the code that the rejection has, and its applicant sees; of others null."""

    question: NotRequired[str]
    """The key of the question whose answer it is."""

    any_of: NotRequired[list[str]]
    """Answer_in_list: answers of which one is there, in any case and width."""

    minimum: NotRequired[int]
    """Number_within: the smallest number that is meant."""

    maximum: NotRequired[int]
    """Number_within: the largest number that is meant."""

    characters: NotRequired[int]
    """Text_at_least: so many characters, or more."""

    score: NotRequired[int]
    """Introduction_below: fewer of 100 questions are answered."""

    label: NotRequired[Literal['segment', 'city']]
    """Share_over: which of the two."""

    percent: NotRequired[int]
    """Share_over: more than this of all members have the same."""


class Screening(TypedDict):
    """The rules of a community as they stand; `version` 0 is before the first."""

    community_id: str
    """The community that it belongs to."""

    rules: list[ScreeningRule]
    """The rules, in their order."""

    changed_by: str | None
    """Who made them so; null: there are none yet."""

    changed_at: str | None
    """When; null: there are none yet."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""


class ChangeScreeningBody(TypedDict):
    """Replace the screening rules; they look at what is handed in from now on."""

    rules: list[ScreeningRule]
    """All rules, in their order; none takes them away."""


class TryScreeningBody(TypedDict):
    """What rules would have done to the last 200 applications; nothing is changed."""

    rules: list[ScreeningRule]
    """The rules to try, as `change_screening` takes them."""


class Block(TypedDict):
    """An entry of the block list. Whom it stops can be tried and not read: of what was entered only digests are kept."""

    id: str
    """Its id."""

    community_id: str
    """The community that it belongs to."""

    kind: BlockKind
    """What is blocked."""

    reason: str
    """Why, in an owner's words; empty once whom it stops was erased."""

    made_by: str
    """Who blocked it."""

    ban: NotRequired[bool]
    """Whether it put somebody out of the community, too."""

    created_at: str
    """When it was made."""


class Blocked(TypedDict):
    """Who or what is blocked: of one kind, with the field of that kind."""

    kind: BlockKind
    """What is blocked."""

    email: NotRequired[str]
    """Of an `email`: the address."""

    phone: NotRequired[str]
    """Of a `phone`: the number."""

    person_id: NotRequired[str]
    """Somebody who applied or belongs here; stopped by all that they sign in with."""

    name: NotRequired[str]
    """Of a `name`: the name."""


class CreateBlockBody(TypedDict):
    """Put an address, a number, a person or a name on the block list; a person may be banned with it."""

    whom: Blocked
    """Who or what is blocked."""

    reason: str
    """Why, for owners; they know the entry by it, for it shows nothing else."""

    ban: NotRequired[bool]
    """With a `person`: puts them out, too, until the entry is taken off; a live application is withdrawn, a membership is suspended for good."""


class BlocksPage(TypedDict):
    """A page: the block list of a community, newest first."""

    items: list[Block]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class Term(TypedDict):
    """One period of a membership."""

    id: str
    """Its id."""

    kind: TermKind
    """How the term came about."""

    plan_id: NotRequired[str | None]
    """The plan that it is of; null: of an import."""

    starts_on: str
    """The first day."""

    ends_on: str
    """The last day, which is within it."""

    order_id: str | None
    """The order that paid for it; null: none did."""


class Membership(TypedDict):
    """Somebody's standing in a community, from the approval on."""

    id: str
    """Its id."""

    community_id: str
    """The community that it belongs to."""

    person_id: str
    """The member."""

    number: int | None
    """The member's number in the community; null before the first paid term."""

    state: MembershipState
    """Where the membership stands."""

    joined_on: str | None
    """The first day of membership; null before it."""

    term: Term | None
    """The newest term, which may begin later; null: none yet."""

    grace_ends_on: str | None
    """The last day with access when the term is not renewed; null: no term yet."""

    segment: str | None
    """The member's segment, out of the list that the form offers; null: not said."""

    city: str | None
    """The member's city; null: not said."""

    company: NotRequired[str | None]
    """Where the member works; null: not said."""

    details: NotRequired[dict[str, str]]
    """The community's own fields, by name."""

    suspension: NotRequired[Suspension | None]
    """That the community keeps the member out; null: it does not."""

    pause: NotRequired[Pause | None]
    """That the term is put aside; null: it is not."""

    cancels_at_end: NotRequired[bool]
    """Whether it ends with its term, because the member wants so."""

    ended_on: NotRequired[str | None]
    """The first day without it, where it was ended; null: it was not."""

    end_reason: NotRequired[str | None]
    """Why the community ended it; null: it did not."""

    purchase_id: str | None
    """What is to be paid next; null: nothing."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    created_at: str
    """When it was made."""

    updated_at: str
    """When it was changed last."""


class MyMembershipsPage(TypedDict):
    """A page: the memberships of the signed-in person."""

    items: list[Membership]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class ListedMembership(Membership):
    """A membership with what its member is called; null for who has not said it, and for who was imported or given it, and has not renewed here since."""

    display_name: str | None
    """What the person is called, as they say themselves; null: they have not said it, or it may not be known here."""

    given_because: NotRequired[str | None]
    """Why the community gave `term`; null: it did not."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class MembershipsPage(TypedDict):
    """A page: the memberships of a community, found by name or number, or in some order."""

    items: list[ListedMembership]
    """What is on this page."""

    total: NotRequired[int | None]
    """With `count`: how many there are on all pages, counted up to 10000; else null."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class Joining(TypedDict):
    """What an application that is handed in now would be answered. `next_step` and `deadline` are those of `…/me`, and nothing where it is not possible."""

    community_id: str
    """The community that it belongs to."""

    possible: bool
    """Whether an application would be taken."""

    code: str | None
    """The code by which it would be refused, null: it would be taken; `membership.joining_not_possible` whatever keeps them out."""

    words: str | None
    """What the refusal would say; null: it would be taken."""

    next_step: NextStep | None
    """What they do next; null: nothing."""

    deadline: str | None
    """Until when the next step goes; after a rejection, from when on they may apply again; null: without an end."""

    application_id: str | None
    """Their newest application; null: none."""

    membership_id: str | None
    """Their membership; null: none."""

    plan_ids: list[str]
    """The plans on sale; with several an application names one."""

    notes: list[JoiningNote]
    """What keeps nobody from applying, but is good to know."""

    rejection: Rejection | None
    """Why their last application was rejected; null: none was."""


class JoinStep(TypedDict):
    """One step of a join. `retried`: the system goes on trying by itself."""

    name: JoinStepName
    """Which step it is."""

    state: JoinStepState
    """Where it stands."""

    at: str | None
    """When it was done; null: not yet, or it is not known."""

    deadline: str | None
    """Until when it can be done; null: without an end."""

    waits_for: JoinWait | None
    """What it waits for; null: nothing, or steps before it."""

    retried: bool
    """Whether that is tried again by itself, until it is done."""


class Join(TypedDict):
    """How far somebody has come from the approval, or the beginning of a renewal, to access; put together when it is read."""

    id: str
    """Its id, that of what is to be paid."""

    community_id: str
    """The community that it belongs to."""

    person_id: str
    """The person that it is about."""

    purpose: JoinPurpose
    """What it is for."""

    state: JoinState
    """Where it stands as a whole."""

    steps: list[JoinStep]
    """Its steps in their order."""

    application_id: str | None
    """The application that it began with; null: it renews."""

    membership_id: str
    """The membership that it begins or prolongs."""

    term_id: str
    """The term that it leads to."""

    plan_id: str | None
    """The plan of the term; null: none is named yet."""

    order_id: str | None
    """The order that is open or paid for it; null: none."""

    pay_by: str | None
    """Until when it can be paid; null: nothing is to be paid."""

    starts_on: str | None
    """The first day of the term; null until it is paid."""

    ends_on: str | None
    """The last day of the term; null until it is paid."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class Import(TypedDict):
    """The import of a file: how far it is and how its rows fared."""

    id: str
    """Its id."""

    community_id: str
    """The community that it belongs to."""

    dry_run: bool
    """Whether rows are only tried, and nothing is changed."""

    state: ImportState
    """How far the import is."""

    rows: int | None
    """How many there are; null while an uploaded file is read through."""

    accepted: int
    """How many rows went through."""

    refused: int
    """How many rows were refused."""

    next_number: int | None
    """The number of who joins next after this import; far beyond the others, one number of the file is wrong; null while an uploaded file is read through."""

    failure: NotRequired[ImportFailure | None]
    """Why it `failed`; null also where it did not get on for a day."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    created_at: str
    """When it was made."""

    updated_at: str
    """When it was changed last."""


class ImportRow(TypedDict):
    """What became of one line of the file (the header is line 1)."""

    line: int
    """The line of the file; its heading is line 1."""

    number: int | None
    """The member's number as the row says; null: it says none."""

    result: RowResult
    """What became of the row."""

    problems: list[RowProblem]
    """What is wrong with it."""

    membership_id: str | None
    """The membership that was made of it; null: none."""


class ImportRowsPage(TypedDict):
    """A page: the result of each row of an import, in the order of the file."""

    items: list[ImportRow]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class UploadedFile(TypedDict):
    """A file that is sent in parts; it belongs to who sends it."""

    id: str
    """Its id."""

    person_id: str
    """Who sends the file."""

    community_id: str
    """The community that it belongs to."""

    purpose: UploadPurpose
    """What the file is sent for."""

    content_type: FileType
    """What the file is."""

    size: int
    """Bytes of the file."""

    state: UploadState
    """`receiving` until the last part is here, `claimed` while something needs it."""

    part_size: int
    """Bytes of each part but the last."""

    parts: int
    """Of how many parts it is made."""

    next_part: int | None
    """The part that is to come; null when all are here."""

    expires_at: str | None
    """When it goes unless something needs it; null while that does."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    created_at: str
    """When it was made."""

    updated_at: str
    """When it was changed last."""


class CreateUpload(TypedDict):
    """Say which file is to come; its parts follow."""

    community_id: str
    """The community for which the file is sent."""

    purpose: UploadPurpose
    """What it is for; an `import` is a list of existing members."""

    content_type: FileType
    """What the file is; the first part has to look like it."""

    size: int
    """Bytes of the file."""


class MyUploadsPage(TypedDict):
    """A page: the caller's files that are kept now, newest first."""

    items: list[UploadedFile]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class MyRegistration(TypedDict):
    """What somebody has at a meetup, and may do about it; `position` in the waitlist stands where one meetup is read, and is null in lists."""

    id: str
    """Its id."""

    state: RegistrationState
    """Where the registration stands."""

    confirm_by: str | None
    """Until when the seat is kept for them; null: none is."""

    position: int | None
    """Their place in the queue, from 1; null: they do not wait, or it stands in a list."""

    offer: EventsOffer | None
    """A seat that came free and is kept for them; null: none."""

    payable: SeatToPay | None
    """What takes the seat once it is paid; null: nothing is to be paid."""

    order_id: str | None
    """The order that paid for the seat; null: none did."""

    checked_in_at: str | None
    """When they came; null: not yet."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class Registration(TypedDict):
    """One person's wish to attend; `position` counts from 1 in the waitlist. `payable`: its seat awaits payment; `order_id`: the order that paid for its seat."""

    id: str
    """Its id."""

    meetup_id: str
    """The meetup that it belongs to."""

    community_id: str
    """The community that it belongs to."""

    person_id: str
    """Who wants to attend."""

    state: RegistrationState
    """Where the registration stands."""

    applied_at: str
    """When they registered."""

    confirm_by: str | None
    """Until when the seat is kept for them; null: none is."""

    position: int | None
    """Their place in the queue, from 1; null: they do not wait."""

    offer: EventsOffer | None
    """A seat that came free and is kept for them; null: none."""

    payable: NotRequired[SeatToPay | None]
    """What takes the seat once it is paid; null: nothing is to be paid."""

    order_id: NotRequired[str | None]
    """The order that paid for the seat; null: none did."""

    checked_in_at: str | None
    """When they came; null: not yet."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    created_at: str
    """When it was made."""

    updated_at: str
    """When it was changed last."""


class MeetupHead(TypedDict):
    """When and where it is; `address` is null for who has no seat."""

    id: str
    """Its id."""

    title: str
    """What the meetup is called."""

    starts_at: str
    """When it begins."""

    ends_at: str
    """When it ends."""

    zone: str
    """The IANA time zone of the place."""

    city: str
    """The city where it is."""

    address: str | None
    """Where exactly it is; null for who may not know it."""

    state: MeetupState
    """Where the meetup stands."""


class RegistrationAtMeetup(Registration):
    """A registration, with `include=meetup` beside its meetup; else that is null."""

    meetup: NotRequired[MeetupHead | None]
    """When and where it is; null: not asked for."""


class MyRegistrationsPage(TypedDict):
    """A page: the registrations of the signed-in person, newest first."""

    items: list[RegistrationAtMeetup]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class ShownRegistration(RegistrationAtMeetup):
    """A registration, and what the caller may do with it; its offer shows itself."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class Plan(TypedDict):
    """`sold`: somebody was quoted or promised its price, which stays from then on."""

    id: str
    """Its id."""

    community_id: str
    """The community that it belongs to."""

    name: str
    """What the plan is called."""

    base_price: Money
    """The price without a ladder, or of its first step."""

    period_months: int
    """How many months one payment gives."""

    ladder: Ladder | None
    """How the price rises with each so many places; null: it does not."""

    price_lock: str
    """When an applicant's price is promised."""

    description: NotRequired[str]
    """What the plan gives, for who chooses."""

    renewal_price: NotRequired[RenewalPrice]
    """What a renewal pays."""

    tier: NotRequired[str]
    """A word for what it gives, for standings and integrators; empty: none."""

    refund_brackets: NotRequired[list[TermBracket]]
    """What comes back to who gives it up, and until when; of the brackets that are reached the best counts."""

    state: NotRequired[PlanState]
    """Whether the plan is sold."""

    sold: NotRequired[bool]
    """Whether somebody was quoted or promised its price, which stays from then on."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    created_at: str
    """When it was made."""


class CreatePlanBody(TypedDict):
    """Put a plan on sale, or draft one."""

    name: str
    """What the plan is called."""

    description: NotRequired[str]
    """What the plan gives, for who chooses."""

    base_price: Money
    """The first price, in the community's currency."""

    period_months: NotRequired[int]
    """Months that one payment gives."""

    ladder: NotRequired[Ladder | None]
    """How the price rises; null: one price for all."""

    price_lock: NotRequired[PriceLock]
    """When an applicant's price is promised; it takes no place."""

    renewal_price: NotRequired[RenewalPrice]
    """What a renewal pays: the base price, what this run of membership paid first, or the public price of the day; it takes no place."""

    tier: NotRequired[str]
    """A word for what it gives, for standings and integrators."""

    refund_brackets: NotRequired[list[TermBracket]]
    """What comes back after the cool-off; orders keep those of when they were priced."""

    state: NotRequired[Literal['draft', 'on_sale']]
    """A draft is shown to owners only, until it is put on sale."""


class ShownPlan(Plan):
    """A plan, and what the caller may do with it."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class PlansPage(TypedDict):
    """A page: the plans of a community, in whatever state."""

    items: list[ShownPlan]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class ChangedPlan(Plan):
    """The plan after a change, or as it would be."""

    simulated: bool
    """Whether this is what would be, and nothing was stored."""

    unaffected: Unaffected | None
    """Of a simulated change; null once it is made."""


class ChangePlanBody(TypedDict):
    """Change a plan, or try what a change would come to; its price only before anybody was told it."""

    name: NotRequired[str]
    """What the plan is called."""

    description: NotRequired[str]
    """What the plan gives, for who chooses."""

    base_price: NotRequired[Money]
    """The first price, in the community's currency."""

    period_months: NotRequired[int]
    """How many months one payment gives."""

    ladder: NotRequired[Ladder | None]
    """How the price rises with each so many places; null: it does not."""

    price_lock: NotRequired[PriceLock]
    """When an applicant's price is promised."""

    renewal_price: NotRequired[RenewalPrice]
    """What a renewal pays: the base price, what this run of membership paid first, or the public price of the day; it takes no place."""

    tier: NotRequired[str]
    """A word for what it gives, for standings and integrators."""

    refund_brackets: NotRequired[list[TermBracket]]
    """What comes back after the cool-off; orders keep those of when they were priced."""

    simulate: NotRequired[bool]
    """Answer what would be, and store nothing."""


class CouponBenefit(TypedDict):
    """What a coupon gives: its kind, and the one field that this kind has."""

    kind: CouponKind
    """What the coupon gives; it has the one field of its kind."""

    amount: NotRequired[int]
    """Amount_off: minor units off the list price."""

    percent: NotRequired[str]
    """Percent_off: off the list price."""

    price: NotRequired[int]
    """Set_price: minor units that are to be paid."""

    days: NotRequired[int]
    """Extra_days: added to the period."""


class Coupon(TypedDict):
    """A campaign with its code, and how often that was used."""

    id: str
    """Its id."""

    community_id: str
    """The community that it belongs to."""

    name: str
    """What the coupon is called, for the staff."""

    code: str
    """What buyers enter, in any case."""

    benefit: CouponBenefit
    """What the coupon gives."""

    audience: str
    """Whom it is for: `newcomer`, `renewal` or `any`."""

    plan_ids: list[str]
    """The plans that it is good for; none named: every plan."""

    limit: int | None
    """Uses in all; null: any number."""

    per_person: int
    """Uses of one person."""

    minimum: int
    """Minor units that the list price has to reach."""

    used: int
    """How often it was used by paid orders."""

    held: int
    """How often it is held by quotes and open orders."""

    valid_from: str | None
    """From when on it may be used; null: at once."""

    valid_until: str | None
    """Until when it may be used; null: without an end."""

    refund_returns_use: bool
    """Whether a full refund frees the use for another."""

    state: NotRequired[CouponState]
    """Whether the coupon is given."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    created_at: str
    """When it was made."""


class CreateCouponBody(TypedDict):
    """Create a coupon with one shared code."""

    name: str
    """What the coupon is called, for the staff."""

    code: str
    """What buyers enter, in any case."""

    benefit: CouponBenefit
    """What the coupon gives."""

    audience: CouponAudience
    """Who never paid, who is or was a member, or anybody."""

    lapsed_days: NotRequired[int]
    """Renewal: days since the term ended within which it is good."""

    limit: NotRequired[int | None]
    """Uses in all; null = any number."""

    per_person: NotRequired[int]
    """Uses of one person."""

    plan_ids: NotRequired[list[str]]
    """The plans it is good for; none named = every plan."""

    minimum: NotRequired[int]
    """Minor units that the list price has to reach."""

    valid_from: NotRequired[str | None]
    """From when on it may be used; null: at once."""

    valid_until: NotRequired[str | None]
    """Until when it may be used; null: without an end."""

    refund_returns_use: NotRequired[bool]
    """Whether a full refund frees the use for another."""


class ShownCoupon(Coupon):
    """A coupon, and what the caller may do with it."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class CouponsPage(TypedDict):
    """A page: the coupons of a community with their uses."""

    items: list[ShownCoupon]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class ChangedCoupon(Coupon):
    """The coupon after a change, or as it would be."""

    simulated: bool
    """Whether this is what would be, and nothing was stored."""

    unaffected: Unaffected | None
    """Of a simulated change; null once it is made."""


class Purchase(TypedDict):
    """`plan_id` is null until a plan is named, or the community sells its only one, and where `lines` say what is paid for."""

    id: str
    """Its id."""

    community_id: str
    """The community that it belongs to."""

    payer_id: str
    """Who pays."""

    subject: Subject
    """What is paid for, as its owner names it."""

    plan_id: str | None
    """The plan that is paid for; null until one is named, and where `lines` say what is paid for."""

    lines: NotRequired[list[PricedLine]]
    """What is paid for, line by line; of a plan its single line."""

    refund_terms: NotRequired[RefundTerms | None]
    """Those of a seat; null of a plan."""

    purpose: str
    """Why it is paid: `join`, `renew` or `attend`."""

    state: PurchaseState
    """Where the purchase stands."""

    order_id: str | None
    """The newest order of it; null: none yet."""

    pay_by: str | None
    """Until when it can be paid; null: nothing is to be paid."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    created_at: str
    """When it was made."""


class PromiseStep(TypedDict):
    """The price that was promised to the applicant."""

    rule: Literal['promise']
    """Which kind of step it is: each has its own fields."""

    lock: PriceLock
    """When the price was promised."""

    amount: int
    """The price that was promised, in minor units."""


class RenewalPriceStep(TypedDict):
    """The price of a renewal, where the plan has another one than its base."""

    rule: Literal['renewal_price']
    """Which kind of step it is: each has its own fields."""

    price: RenewalPrice
    """Which price a renewal pays."""

    amount: int
    """The price of a renewal, in minor units."""


class CouponStep(TypedDict):
    """One code: what it gives if it counts, else the rule that it breaks."""

    rule: Literal['coupon']
    """Which kind of step it is: each has its own fields."""

    code: str
    """The code that the buyer gave."""

    applied: bool
    """Whether the code counts."""

    broken_rule: NotRequired[CouponRule]
    """The rule that the code breaks; left out where it counts."""

    discount: NotRequired[int]
    """What it takes off, in minor units; left out where it does not count."""

    extra_days: NotRequired[int]
    """The days that it adds to the term; left out where it does not count."""

    rounding: NotRequired[Rounding]
    """How a share was rounded; left out where none was."""


class TriedCoupon(TypedDict):
    """What became of one code that the buyer gave."""

    code: str
    """The code that the buyer gave."""

    coupon_id: str | None
    """The coupon; null: it does not count."""

    applied: bool
    """Whether the code counts."""

    reason: CouponReason | None
    """Why it does not count; null: it does."""

    detail: str | None
    """The reason in the reader's language; null: it counts."""


Trace: TypeAlias = BasePriceStep | LadderStep | PromiseStep | RenewalPriceStep | LineStep | CouponStep | TotalStep


class Quote(TypedDict):
    """A price and a place, locked for 15 minutes."""

    list_price: Money
    """Before coupons: what the lines come to."""

    discount: Money
    """What the coupon takes off."""

    total: Money
    """What is paid: list price less discount."""

    coupon_code: NotRequired[str | None]
    """The code that counts; null: none."""

    lines: NotRequired[list[PricedLine]]
    """What is paid for, line by line; of a plan its single line."""

    trace: list[Trace]
    """How the price came about, step by step; amounts in minor units."""

    id: str
    """Its id."""

    purchase_id: str
    """The purchase that it belongs to: what is to be paid, or was."""

    plan_id: str | None
    """The plan that is priced; null where lines are."""

    state: QuoteState
    """Where the quote stands."""

    extra_days: int
    """The days that a coupon adds to the term."""

    coupon_id: str | None
    """The coupon that applied; null: none."""

    coupons: NotRequired[list[TriedCoupon]]
    """What became of each code that the buyer gave."""

    step: int | None
    """The step of the ladder, 0 for the first; null: the plan has none."""

    refund_brackets: NotRequired[list[TermBracket]]
    """What comes back after the cool-off; orders keep those of when they were priced."""

    expires_at: str
    """Until when price and place are held."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""


class CreateQuoteBody(TypedDict):
    """Price a purchase with its coupons and hold place and coupon for 15 minutes."""

    coupon_codes: NotRequired[list[str]]
    """Tried in this order, in any case and width, blanks in them left out; the first that may be used applies."""

    on_refused: NotRequired[OnRefused]
    """Error: a code that does not count refuses the quote, and nothing is held or changed; ignore: `coupons` says why, and the price is without it."""


class Payment(TypedDict):
    """`pay_url`: the page that the payer is sent to; `transfer`: what they do without one."""

    id: str
    """Its id."""

    order_id: str
    """The order that it belongs to."""

    provider: str
    """By whom the money comes."""

    amount: Money
    """What is to be paid."""

    state: PaymentState
    """Where the attempt stands."""

    pay_url: str | None
    """The page that the payer is sent to; null: there is none."""

    transfer: TransferToMake | None
    """What the payer transfers; null: they pay on a page."""

    created_at: str
    """When it was made."""


class Refund(TypedDict):
    """Money of an order that goes back."""

    id: str
    """Its id."""

    order_id: str
    """The order that it belongs to."""

    amount: Money
    """How much goes back."""

    state: RefundState
    """Where the refund stands."""

    reason: str
    """Why money goes back, in the words of who decided it."""

    created_at: str
    """When it was made."""


class Order(TypedDict):
    """One thing to poll: the money's state and, in `fulfilment`, what the owner made of it."""

    list_price: NotRequired[Money | None]
    """Before coupons: what the lines come to."""

    discount: NotRequired[Money | None]
    """What the coupon takes off."""

    total: Money
    """What is paid: list price less discount."""

    coupon_code: NotRequired[str | None]
    """The code that counts; null: none."""

    lines: NotRequired[list[PricedLine]]
    """What is paid for, line by line; of a plan its single line."""

    trace: list[Trace]
    """How the price came about, step by step; amounts in minor units."""

    id: str
    """Its id."""

    purchase_id: str
    """The purchase that it belongs to: what is to be paid, or was."""

    quote_id: str | None
    """The quote that it was made of; null: it was ordered without one."""

    community_id: str
    """The community that it belongs to."""

    payer_id: str
    """Who pays."""

    subject: NotRequired[Subject | None]
    """What is paid for; null of earlier versions."""

    plan_id: str | None
    """The plan that is paid for; null where `lines` say what is."""

    state: OrderState
    """Where the money of the order stands."""

    fulfilment: Fulfilment
    """What became of what it paid for."""

    refunded: Money
    """What went back so far."""

    refund_brackets: NotRequired[list[TermBracket]]
    """What comes back after the cool-off; orders keep those of when they were priced."""

    refund_terms: NotRequired[RefundTerms | None]
    """Those of a seat; null of a plan."""

    payments: list[Payment]
    """The attempts to pay, oldest first."""

    refunds: list[Refund]
    """What goes back, oldest first."""

    refund_request_id: NotRequired[str | None]
    """The request for a refund that is open; null: none."""

    receipt_number: str | None
    """The number of the receipt, without gaps in its community; null before it is paid."""

    expires_at: str
    """Until when it can be paid."""

    paid_at: str | None
    """When the money came, as the provider says; null: not yet."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    created_at: str
    """When it was made."""

    updated_at: NotRequired[str | None]
    """When it was changed last; attempts and refunds under way do not count; null of earlier versions."""


class ShownOrder(Order):
    """An order, and what the caller may do with it."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""

    providers: NotRequired[list[str]]
    """By which the caller can pay now; empty: they cannot."""


class MyOrder(Order):
    """An order with the names of what it paid for; null while membership is away."""

    plan_name: NotRequired[str | None]
    """What its plan is called; null: it paid for no plan."""

    community: NotRequired[CommunityHead | None]
    """Whom it paid; null while membership is away."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class MyOrdersPage(TypedDict):
    """A page: the orders of the signed-in person, newest first."""

    items: list[MyOrder]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class ListedOrder(Order):
    """An order with what its payer is called; null for who has not said it, and for all while membership is away."""

    display_name: str | None
    """What the person is called, as they say themselves; null: they have not said it, or it may not be known here."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class OrdersPage(TypedDict):
    """A page: the orders of a community, found by number or payer, or in some order."""

    items: list[ListedOrder]
    """What is on this page."""

    total: NotRequired[int | None]
    """With `count`: how many there are on all pages, counted up to 10000; else null."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class OpenPaymentBody(TypedDict):
    """Open an attempt to pay with a provider and say where the payer goes."""

    provider: Provider
    """By whom the payer wants to pay."""

    return_url: NotRequired[str | None]
    """Where the payer goes afterwards, at one of the community's `link_hosts`; `order_id` is added to its query. An attempt that is under way keeps its first ones."""

    cancel_url: NotRequired[str | None]
    """Where the payer goes who gives up, at one of the community's `link_hosts`; `order_id` is added to its query. An attempt that is under way keeps its first ones."""


class RefundRequest(TypedDict):
    """`policy` is what the order's terms said when it was asked for; `words` are those of who declined."""

    id: str
    """Its id."""

    community_id: str
    """The community that it belongs to."""

    order_id: str
    """The order that it belongs to."""

    payer_id: str
    """Who pays."""

    state: RefundRequestState
    """Where the request stands."""

    why: str
    """Why the payer asks, in their words; empty: they do not say."""

    policy_amount: Money
    """What the terms of the order give back, as of when it was asked for."""

    policy_percent: str
    """The share of what was paid, in percent."""

    gives_up: NotRequired[bool]
    """A grant without an amount ends what was paid for; false where the policy gives nothing back."""

    words: str
    """What who decided wrote to the payer; empty: nothing."""

    refund_id: str | None
    """By which it was granted; null: it was not."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    created_at: str
    """When it was made."""


class MyRefundRequestsPage(TypedDict):
    """A page: the refunds that the signed-in person asked for, newest first."""

    items: list[RefundRequest]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class ListedRefundRequest(RefundRequest):
    """A request with what its payer is called; null for who has not said it, and for all while membership is away."""

    display_name: str | None
    """What the person is called, as they say themselves; null: they have not said it, or it may not be known here."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class RefundRequestsPage(TypedDict):
    """A page: the refunds that were asked for in a community, oldest first."""

    items: list[ListedRefundRequest]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class ShownRefundRequest(RefundRequest):
    """A request, and what the caller may do with it."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class Receipt(TypedDict):
    """Money that somebody found on the account."""

    amount: Money
    """What came."""

    received_on: str
    """The bank's day, in the community's zone."""

    note: TransferNote
    """In what it differed from what the payer was told."""

    confirmed_by: str
    """Who found it."""

    confirmed_at: str
    """When they said so."""


class Transfer(TypedDict):
    """`claim`: what one person said and a second one has to say likewise. `returned`: of what was received, what goes back to the payer."""

    payment_id: str
    """The payment that it belongs to."""

    order_id: str
    """The order that it belongs to."""

    payer_id: str
    """Who pays."""

    community_id: str
    """The community that it belongs to."""

    reference: str
    """What the payer writes on the transfer: 8 letters and digits."""

    state: TransferState
    """Where the transfer stands."""

    amount: Money
    """What is to be transferred."""

    received: Money
    """What came so far."""

    returned: Money
    """What of it goes back to the payer."""

    receipts: list[Receipt]
    """What was found on the account, oldest first."""

    claim: Receipt | None
    """What one person said and a second one has to say likewise; null: nothing."""

    expires_at: str
    """Until when the money has to be there."""

    created_at: str
    """When it was made."""


class ConfirmTransferBody(TypedDict):
    """Say what came for a transfer; the order is paid once all of it is there."""

    amount: Money
    """What came, in the payment's currency."""

    received_on: str
    """The bank's day, in the community's zone; the order is paid then."""

    seen_receipts: NotRequired[int]
    """How many `receipts` there were when the transfer was read."""

    note: NotRequired[TransferNote]
    """In what it differed from what the payer was told."""


class DueRefundsPage(TypedDict):
    """A page: refunds that somebody of the community has to transfer, oldest first."""

    items: list[Refund]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class MessageAbout(TypedDict):
    """What a message is about, by the kind and id under which it is read."""

    kind: LinkKind
    """Of which kind it is."""

    id: str
    """Its id."""


class Notification(TypedDict):
    """A message in a person's in-app inbox, in the language that the reader asked for. `link` is the address of what it is about at the gateway, `page` on the community's own site."""

    id: str
    """Its id."""

    community_id: str
    """The community that it belongs to."""

    type: str
    """What it tells of, such as `application_approved`."""

    category: Category
    """What it is sorted by."""

    title: str
    """Its subject, in the reader's language."""

    text: str
    """What it says, in the reader's language."""

    link: str
    """The address of what it is about, at this API."""

    about: NotRequired[MessageAbout | None]
    """What it is about; null of a kind that a newer version made."""

    page: NotRequired[str | None]
    """Null where the community names none for what it is about."""

    read_at: str | None
    """When it was marked as read; null: not yet."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    created_at: str
    """When it was made."""


class MyNotificationsPage(TypedDict):
    """A page: the in-app inbox of the signed-in person, newest first."""

    items: list[Notification]
    """What is on this page."""

    unread: NotRequired[int]
    """How many are not read yet, counted up to 100."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class DeliveryCount(TypedDict):
    """How many deliveries of a type, channel and state there are."""

    type: str
    """What the messages tell of."""

    channel: Channel
    """The way that they took."""

    state: DeliveryState
    """What became of them."""

    count: int
    """How many there are."""


class DeliverySummary(TypedDict):
    """How many deliveries of each type, channel and state a community has."""

    community_id: str
    """The community that it belongs to."""

    deliveries: list[DeliveryCount]
    """How many there are of each type, channel and state."""


class QueuedApplication(TypedDict):
    """An application without its answers, which stand where it is read; `claim` while it holds."""

    id: str
    """Its id."""

    person_id: str
    """The applicant."""

    display_name: str | None
    """What the person is called, as they say themselves; null: they have not said it, or it may not be known here."""

    state: ApplicationState
    """Where the application stands."""

    submitted_at: str
    """When it was first handed in."""

    claim: Claim | None
    """Who is on it; null: nobody."""

    verdicts: int | None
    """How many gave theirs in this round; null to who is blind."""

    needs_owner: NotRequired[bool]
    """Whether an owner has to decide, since reviewers cannot."""

    vouches: NotRequired[int]
    """How many members vouch for them."""

    decide_by: NotRequired[str | None]
    """When a decision is due, for staff alone; null: none is waited for, no time is set, or it is the reader's own."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class ReviewQueuePage(TypedDict):
    """A page: who waits for a decision of a community, longest first, by name; before them those whom members vouch for, where the policy sorts them first."""

    items: list[QueuedApplication]
    """What is on this page."""

    community: CommunityHead
    """Whose queue it is."""

    waiting: int
    """How many are in these states, found or not."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class NextMeetup(TypedDict):
    """A meetup that is not over, as a dashboard shows it."""

    id: str
    """Its id."""

    title: str
    """What the meetup is called."""

    starts_at: str
    """When it begins."""

    zone: str
    """The IANA time zone in which its days and hours are meant."""

    state: MeetupState
    """Where the meetup stands."""

    capacity: int
    """How many seats there are."""

    seats_free: int
    """How many seats are neither taken nor on offer."""


class Dashboard(TypedDict):
    """How a community stands; its money is `…/revenue`."""

    community: CommunityHead
    """Which community it is."""

    since: str
    """The first of the days that `joined` and `lapsed` are of."""

    until: str
    """The last of these days."""

    members: MemberFigures
    """Its members, in figures."""

    applications: ApplicationFigures
    """The applications that wait."""

    meetups: list[NextMeetup] | None
    """The next five by start; null while the events side is away."""


class MembershipReport(TypedDict):
    """Applications and memberships of a community in figures; periods of which there are none are left out. What happened in the last seconds may come a moment later."""

    community_id: str
    """The community."""

    since: str
    """The first day that was asked for."""

    until: str
    """The last day that was asked for."""

    by: ReportPeriod
    """How long the periods of series are; weeks begin on Monday."""

    applications: list[ReportedApplications]
    """By the period of the first handing-in."""

    joinings: list[ReportedJoining]
    """By the period of joining."""

    sources: list[ReportedSource]
    """Of all days, the 100 ways by which most came, then the rest."""

    queue: list[WaitingFor]
    """Who waits now, for how long; counted up to 10000, longest first."""

    states: list[ReportedStates]
    """What the nights found, the last of each period; from the first that was kept."""

    retention: list[ReportedRetention]
    """By the month of joining."""


class LatestOrder(TypedDict):
    """An order in short; `display_name` is null for who has not said it, and for all while membership is away."""

    id: str
    """Its id."""

    payer_id: str
    """Who pays."""

    display_name: str | None
    """What the person is called, as they say themselves; null: they have not said it, or it may not be known here."""

    lines: list[PricedLine]
    """What is paid for, line by line; of a plan its single line."""

    state: OrderState
    """Where it stands."""

    total: Money
    """What is paid: the list price without the discount."""

    refunded: Money
    """What went back so far."""

    paid_at: str | None
    """When it was paid; null: not yet."""

    created_at: str
    """When it was made."""


class Revenue(TypedDict):
    """Months are those of the community's zone, those in which nothing was sold are left out; `total` is their sum, null where there is none."""

    community_id: str
    """The community that it belongs to."""

    total: Earned | None
    """The sum of these months; null: nothing was sold."""

    months: list[MonthEarned]
    """What was sold, month by month."""

    plans: list[OfferedPlan]
    """Those on sale, with their prices now."""

    waiting: WaitingMoney
    """What waits for who looks after the money."""

    latest_orders: list[LatestOrder]
    """The newest five."""


class Guest(TypedDict):
    """Somebody with a seat, as the door sees them; `id` is the registration's."""

    id: str
    """The id of the registration."""

    display_name: str | None
    """What the person is called, as they say themselves; null: they have not said it, or it may not be known here."""

    state: RegistrationState
    """Where the registration stands."""

    checked_in_at: str | None
    """When they came; null: not yet."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class GuestsPage(TypedDict):
    """A page: who has a seat at a meetup and who is there, by name, for the door."""

    items: list[Guest]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class PaymentsOffer(TypedDict):
    """What a page shows to who may join; of a community that is not hidden."""

    community: OfferingCommunity
    """Who offers it."""

    form: list[Section]
    """The form that an application answers, section by section."""

    form_version: int
    """The version of the form; each stays as it was."""

    plans: list[OfferedPlan]
    """The plans on sale, with their prices now."""

    providers: NotRequired[list[str]]
    """By which the community is paid; empty: it cannot be paid yet."""


class MadeApiKey(ApiKey):
    """`key` is shown here and never again."""

    key: str
    """Send it as `Authorization: Bearer …`; keep it as a secret."""


class ShownMembership(Membership):
    """A membership as a card shows it, and what the caller may do with it. `term` is the last one that was paid for, `current_term` the one that runs or ran last, `next_term` one that begins later; `valid_until` is the last day of all of them."""

    valid_until: NotRequired[str | None]
    """The last day of all its terms; null: no term yet."""

    current_term: NotRequired[Term | None]
    """The term that runs, or ran last; null: none yet."""

    next_term: NotRequired[Term | None]
    """The term that begins later; null: none."""

    renewal: NotRequired[RenewalWindow | None]
    """From when to when it can be renewed; null: it cannot."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class Place(TypedDict):
    """`deadline`: until when the next step goes, or access lasts; of a rejection, when they may apply again. `page`: where the community shows it, if it says so."""

    community_id: str
    """The community that it belongs to."""

    state: PlaceState
    """Where the caller stands in the community."""

    reason: str | None
    """Why, in a code: of a rejection the reviewer's; revivable or revival_over; not_paid_in_time; membership_ended; for_good or for_a_time; resumes_by_itself; cancels_at_end; not_possible; null: nothing is to be said."""

    next_step: NextStep | None
    """What they do next; null: nothing."""

    deadline: str | None
    """Until when the next step goes, or access lasts; of a rejection, from when on they may apply again; null: without an end."""

    page: str | None
    """The address of it on the community's own site; null: the community names none."""

    application_id: str | None
    """Their newest application; null: none."""

    membership_id: str | None
    """Their membership; null: none."""

    purchase_id: str | None
    """What they may pay; null: nothing."""

    order_id: str | None
    """The open one; null too while the payment side is away."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""

    community: NotRequired[CommunityHead | None]
    """What the community is called and counts in; null unless `include` asks for it."""

    membership: NotRequired[ShownMembership | None]
    """Their membership as a card shows it; null: none, or `include` does not ask for it."""

    form: NotRequired[list[Section] | None]
    """The application form, section by section; null unless `include` asks for it."""


class Meetup(MeetupHead):
    """A gathering; `seats_free` counts neither taken seats nor those on offer."""

    community_id: str
    """The community that it belongs to."""

    description: str
    """What people read about it."""

    capacity: int
    """How many seats there are."""

    seats_free: int
    """How many seats are neither taken nor on offer."""

    hold_hours: int
    """For how many hours a seat is kept for who was selected, or to whom it is offered."""

    fee: NotRequired[Fee | None]
    """What a seat costs, in the community's currency; it is taken by paying; null = nothing."""

    refund_brackets: NotRequired[list[RefundBracket]]
    """What comes back to who gives it up, and until when; of the brackets that are reached the best counts."""

    cancel_reason: str | None
    """Why it was called off, in the words of its host; null: it was not."""

    version: int
    """Rises with each change; it is the ETag's, for If-Match."""

    created_at: str
    """When it was made."""

    updated_at: str
    """When it was changed last."""


class ShownMeetup(Meetup):
    """A meetup, what the caller may do with it, and their own registration that is not over."""

    my_registration: NotRequired[MyRegistration | None]
    """The caller's registration that is not over; null: they have none, or are not signed in."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class MeetupsPage(TypedDict):
    """A page: the meetups of a community by start."""

    items: list[ShownMeetup]
    """What is on this page."""

    hosting: NotRequired[bool]
    """Whether the caller may read registrations and choose."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class ChangedMeetup(Meetup):
    """The meetup as it is after the change, or would be, and whom that concerns."""

    affects: Affected
    """Whom the change concerns."""


class ListedRegistration(Registration):
    """A registration with what its person is called; null for who has not said it, and for all while membership is away."""

    display_name: str | None
    """What the person is called, as they say themselves; null: they have not said it, or it may not be known here."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class RegistrationsPage(TypedDict):
    """A page: the registrations of a meetup, in order of application or of their last change."""

    items: list[ListedRegistration]
    """What is on this page."""

    counts: NotRequired[dict[RegistrationState, int] | None]
    """With `count`: how many of the meetup are in each state."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class NamedPurchase(Purchase):
    """A purchase with what its plan is called now; null where none is named."""

    plan_name: NotRequired[str | None]
    """What its plan is called now; null: none is named."""


class MyPurchasesPage(TypedDict):
    """A page: what the signed-in person can pay or has paid, newest first."""

    items: list[NamedPurchase]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""


class ShownPurchase(NamedPurchase):
    """A purchase, and what the caller may do with it."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""

    providers: NotRequired[list[str]]
    """By which the caller can pay now; empty: they cannot."""


class ListedTransfer(Transfer):
    """A transfer, and what the caller may do with it."""

    actions: NotRequired[list[str]]
    """The operations, by name, that would not be refused to the caller now."""


class TransfersPage(TypedDict):
    """A page: the transfers of a community, oldest first, or by reference."""

    items: list[ListedTransfer]
    """What is on this page."""

    next_cursor: str | None
    """The `cursor` of the next page; null on the last one."""
