"""What is sent and answered. Written by `make docs` from docs/reference/openapi.json."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

class Problem(TypedDict):
    """Why a request was refused, as RFC 9457 problem details."""
    # The page about this code.
    type: str
    # The code in words; constant for each code and language.
    title: str
    # The HTTP status.
    status: int
    # What is wrong and what to do next, for people, in their language.
    detail: str
    # `urn:coterie:request:` and the request id.
    instance: str
    # What is wrong, for programs; stable.
    code: str
    # What `detail` is made of; which there are depends on the code.
    params: dict[str, Any]
    # The fields that are wrong.
    errors: NotRequired[list[FieldProblem]]
    # How many wrong fields are not in `errors`.
    errors_left_out: NotRequired[int]

class FieldProblem(TypedDict):
    """One wrong field: a JSON pointer into the body, or a parameter of the address."""
    # Where it stands in the body (RFC 6901).
    pointer: NotRequired[str]
    # Its name in the address.
    parameter: NotRequired[str]
    # What is wrong with it, for programs; stable.
    code: str
    # The same for people, in their language.
    detail: str
    # What `detail` is made of, for texts of one's own.
    params: dict[str, Any]

class SignInStarted(TypedDict):
    """A code is on its way by mail; the answer is the same whoever has the address."""
    # The sign-in that the code was sent for.
    challenge_id: str
    # Until when the code is good.
    expires_at: str
    # Seconds after which another code can be asked for.
    resend_after_seconds: int

class StartSignIn(TypedDict):
    """Send a code of eight digits to an address."""
    # Where the code is sent.
    email: str
    # Language of the mail.
    locale: NotRequired[Locale]
    # The solution that `membership.sign_in_proof_needed` asks for; null: none was asked for.
    proof: NotRequired[str | None]

class SessionTokens(TypedDict):
    """A session: a token for requests, and one that gets the next."""
    # For `Authorization: Bearer …`; lives five minutes.
    access_token: str
    # `Bearer`.
    token_type: str
    # Seconds for which the access token is good.
    expires_in: int
    # For `refresh_session`; works once and is answered with the next one. Keep it secret.
    refresh_token: str
    # Who signed in.
    person_id: str

class FinishSignIn(TypedDict):
    """Link the phone, or for who has none the address, to which a sign-in code went to oneself."""
    # The sign-in that the code was sent for.
    challenge_id: str
    # The eight digits from the mail; blanks do not matter.
    code: str

class RefreshSession(TypedDict):
    """Exchange a refresh token for new tokens; a token used twice ends its session."""
    # The newest one that this session was given.
    refresh_token: str

class About(TypedDict):
    """The object of the message, whose page the link leads to."""
    # What sort of object it is.
    kind: LinkKind
    # The id of the object.
    id: str

class LinkObject(TypedDict):
    """What the link lets somebody act on."""
    # What sort of object it is.
    kind: LinkedKind
    # The id of the object.
    id: str

class ShownLink(TypedDict):
    """What a screen needs that somebody comes to by a link. `until`: when the thing itself is
    over; `expires_at`: when the link is."""
    # What the link lets its person do.
    purpose: LinkPurpose
    # What the message was about.
    about: About
    # What the link lets one act on.
    object: LinkObject
    # The community that it belongs to.
    community_id: str
    # What that community is called.
    community_name: str
    # When the thing itself is over.
    until: str
    # When the link is over.
    expires_at: str

class Session(TypedDict):
    """Where somebody is signed in; `last_used_at` is when its tokens were renewed last."""
    # Its id.
    id: str
    # How they signed in: `email`, `phone`, or the name of a way.
    way: NotRequired[str]
    # When somebody signed in.
    started_at: str
    # When its tokens were renewed last.
    last_used_at: str
    # When it ends unless it is used before.
    expires_at: str
    # The session of the token that asks.
    is_current: bool

class MySessionsPage(TypedDict):
    """A page: where the signed-in person is signed in, newest first."""
    # What is on this page.
    items: list[Session]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class RoleHolder(TypedDict):
    """`name` of who was approved or renewed here themselves; of all others the `email`."""
    # Who holds the roles.
    person_id: str
    # What they are called, of who was approved or renewed here themselves; else null.
    name: str | None
    # The mail address of all others; else null.
    email: str | None
    # What the person may do in the community.
    roles: list[str]

class RoleHoldersPage(TypedDict):
    """A page: who holds which role in a community."""
    # What is on this page.
    items: list[RoleHolder]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class GrantOperator(TypedDict):
    """Make the person behind an address an operator of the system."""
    # Whose address it is; they need no account yet.
    email: str

class Person(TypedDict):
    """The signed-in person; `email` is null for who came by another way and has not linked an
    address."""
    # The person's id.
    id: str
    # The mail address; null: they came by another way and linked none.
    email: str | None
    # What the person wants to be called.
    name: str
    # The language of mails and messages.
    locale: str
    # Whether they operate the whole system.
    is_operator: bool
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # When it was made.
    created_at: str

class ChangeMeBody(TypedDict):
    """Change own name or language."""
    # What the person wants to be called.
    name: NotRequired[str]
    # The language of mails and messages.
    locale: NotRequired[Locale]

class Way(TypedDict):
    """`kind` says what a front end has to do: send people to an address (`oidc`, `wechat_website`
    with its QR code, `wechat_official` inside WeChat), or ask WeChat for a code in a mini program
    (`wechat_mini`)."""
    # What it is called in addresses, such as `wechat-website`.
    name: str
    # What a front end has to do for it.
    kind: WayKind

class Ways(TypedDict):
    """`phone_countries` are what numbers may begin with; none: no codes are sent to phones."""
    # The accounts elsewhere by which people can sign in here.
    ways: list[Way]
    # What a phone number may begin with, such as `+86`; none: no codes go to phones.
    phone_countries: list[str]

class StartPhoneSignIn(TypedDict):
    """Send a code of eight digits to a phone; it is exchanged like one that was mailed."""
    # Where the code is sent: the number with its country.
    phone: str
    # Language of the message.
    locale: NotRequired[Locale]
    # The solution that `membership.sign_in_proof_needed` asks for; null: none was asked for.
    proof: NotRequired[str | None]

class StartedAtWay(TypedDict):
    """Send the browser to `authorize_url`, and keep `browser_secret` in it (`sessionStorage`)."""
    # Where the browser goes to sign in there.
    authorize_url: str
    # What the provider sends back along, by which the end finds the start.
    state: str
    # What the start answered for this browser alone.
    browser_secret: str
    # Until when it can be finished.
    expires_at: str

class StartAtWayBody(TypedDict):
    """Begin to link an account elsewhere to oneself: where to send the browser."""
    # The page of the front end to which the provider sends people back, where `state` and `code`
    # are read; the provider has to know it, too.
    callback_url: str
    # The page from which they came, which the end answers again.
    return_to: str
    # Language of a new person.
    locale: NotRequired[Locale]

class SignedInAtWay(SessionTokens):
    """A session: a token for requests, and one that gets the next."""
    # Where people go on; null for a mini program.
    return_to: str | None
    # Whether the person came just now.
    is_new: bool

class FinishAtWayBody(TypedDict):
    """Link the account elsewhere that the provider vouches for to oneself."""
    # The `code` that the provider sent along.
    code: str
    # What the provider sent back along; null for a mini program.
    state: NotRequired[str | None]
    # What the start answered for this browser alone; null: a mini program.
    browser_secret: NotRequired[str | None]

class Identity(TypedDict):
    """A way by which its person can sign in besides their address."""
    # Its id.
    id: str
    # `phone`, or the `name` of the way as `list_ways` has it.
    way: str
    # The phone number, or what the person is called there.
    label: str
    # When it was linked.
    linked_at: str

class Identities(TypedDict):
    """All of a person, ten at most besides the address, which is changed, not unlinked; null for
    who has none."""
    # The mail address, which is changed and not unlinked; null: there is none.
    email: str | None
    # The ways besides the address.
    identities: list[Identity]

class LinkedAtWay(TypedDict):
    """What was linked, and where its person goes on."""
    # What was linked.
    identity: Identity
    # The page from which the person came; null for a mini program.
    return_to: str | None

class EmailChange(TypedDict):
    """What waits for its two codes, which went by mail; `email` is the new address."""
    # Its id.
    id: str
    # The new address.
    email: str
    # When it was asked for.
    started_at: str
    # Until when both codes are good.
    expires_at: str

class StartEmailChange(TypedDict):
    """Send a code to the old and to the new address; whether somebody has the new one is not
    said."""
    # The new address.
    email: str

class ConfirmEmailChange(TypedDict):
    """Change the address by both codes; all other sessions of the person end."""
    # The code from the mail to the old address.
    old_code: str
    # The code from the mail to the new address.
    new_code: str

class ErasureConfirmation(TypedDict):
    """A service that has nothing of the person left."""
    # Which part of the system confirms it.
    service: Service
    # When it happened.
    at: str

class Erasure(TypedDict):
    """`hindrance` says in a word what puts it off at present; it is tried again every day."""
    # Its id.
    id: str
    # Who is erased.
    person_id: str
    # Where it stands.
    state: ErasureState
    # When it was asked for.
    asked_at: str
    # From when on it cannot be taken back.
    erase_at: str
    # What puts it off at present, in a word, such as `last_owner`; null: nothing does.
    hindrance: str | None
    # The services that have nothing of the person left.
    confirmed: list[ErasureConfirmation]
    # Rises with each change; it is the ETag's, for If-Match.
    version: int

class ExportedRecord(TypedDict):
    """One thing that is kept of a person; `data` is as in the API's lists of this kind."""
    # Of which kind of list it is.
    kind: str
    # The thing itself, as in the API's lists of this kind.
    data: dict[str, Any]

class PersonalDataPage(TypedDict):
    """A page: all that the service has of a person, kind by kind."""
    # What is on this page.
    items: list[ExportedRecord]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class AskedIf(TypedDict):
    """The question is asked only when an earlier one was answered with one of these."""
    # The key of a question before this one.
    question: str
    # The options of which one has to be chosen.
    any_of: list[str]

class Question(TypedDict):
    """A question of an application form."""
    # The name of the question, by which answers are given.
    key: str
    # What it takes as its answer.
    kind: QuestionKind
    # What applicants are asked.
    title: str
    # Whether an application needs an answer.
    required: NotRequired[bool]
    # Answers are for reviewers and owners only.
    private: NotRequired[bool]
    # What can be chosen, for single and multi.
    options: NotRequired[list[str]]
    # Fewest characters, options, or the smallest number.
    minimum: NotRequired[int]
    # Most characters, options, or the largest number.
    maximum: NotRequired[int | None]
    # When the question is asked; null: always.
    asked_if: NotRequired[AskedIf | None]
    # The field of the member's profile that gets the answer when they join: segment, city,
    # company, or one of your own; for single and short_text, not private.
    fills: NotRequired[str | None]

class Section(TypedDict):
    """A part of an application form, with its heading."""
    # The heading of the section.
    title: str
    # The questions of the section, in their order.
    questions: list[Question]

class Policy(TypedDict):
    """Settings of a community; what is left out is as usual (`product.md` §2)."""
    # Reviewers who have to say yes.
    decisions_needed: NotRequired[int]
    # Hours from approval to the lapse of an unpaid one.
    pay_by_hours: NotRequired[int]
    # Days of access after the end of a term.
    grace_days: NotRequired[int]
    # Days after expiry in which a renewal keeps the number.
    revival_days: NotRequired[int]
    # Days before the end from which one may renew.
    renewal_opens_days: NotRequired[int]
    # Days after a rejection until a new application.
    reapply_after_days: NotRequired[int]
    # Minutes for which a reviewer's claim holds.
    claim_minutes: NotRequired[int]
    # Number of the first member; an import moves it.
    first_member_number: NotRequired[int]

class Links(TypedDict):
    """Where the community's own site shows objects, by kind."""
    # Where it shows an application, with `{id}` for its id; null: nowhere.
    application: str | None
    # Where it shows a membership, with `{id}` for its id; null: nowhere.
    membership: str | None
    # Where it shows an order, with `{id}` for its id; null: nowhere.
    order: str | None
    # Where it shows a registration, with `{id}` for its id; null: nowhere.
    registration: str | None

class Community(TypedDict):
    """`links` say where an object is shown on the community's own site, at one of `link_hosts`."""
    # Its id.
    id: str
    # Its short name, unique in the system, for addresses.
    slug: str
    # What the community is called.
    name: str
    # What people read about it.
    description: str
    # The IANA time zone of its days and deadlines.
    zone: str
    # The language in which the community writes to people.
    locale: str
    # The currency of all its prices.
    currency: str
    # The application form, section by section.
    form: list[Section]
    # The version of the form; each stays as it was.
    form_version: int
    # The rules by which the community works.
    policy: Policy
    # The version of the policy; each can still be read.
    policy_version: NotRequired[int]
    # Public: in the list; unlisted: for who has its id or slug; hidden: for its people.
    visibility: NotRequired[Visibility]
    # Where its own site shows objects, by kind.
    links: NotRequired[Links]
    # The hosts to which its links may lead.
    link_hosts: NotRequired[list[str]]
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # When it was made.
    created_at: str

class CreateCommunity(TypedDict):
    """Create a community with its form and policy and name the first owner."""
    # Short name, unique in the system.
    slug: str
    # What the community is called.
    name: str
    # What people read about it.
    description: NotRequired[str]
    # Public: in the list; unlisted: for who has its id or slug; hidden: for its people.
    visibility: NotRequired[Visibility]
    # The IANA time zone of its days and deadlines; it stays.
    zone: NotRequired[str]
    # The language in which the community writes to people.
    locale: NotRequired[Locale]
    # The currency of all its prices; it stays.
    currency: NotRequired[str]
    # The application form, section by section.
    form: NotRequired[list[Section]]
    # The rules by which the community works.
    policy: NotRequired[Policy]
    # The first owner; needs no account yet.
    owner_email: str

class CommunitiesPage(TypedDict):
    """A page: the communities that are public, or the one with a short name."""
    # What is on this page.
    items: list[Community]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class CommunityHead(TypedDict):
    """Its name, and what its days and its money are written in."""
    # Its id.
    id: str
    # Its short name, unique in the system, for addresses.
    slug: str
    # What the community is called.
    name: str
    # The IANA time zone of its days and deadlines.
    zone: str
    # The language in which the community writes to people.
    locale: str
    # The currency of all its prices.
    currency: str

class RenewalWindow(TypedDict):
    """From which day to which the membership can be renewed, and whether that is now."""
    # The first day on which it can be renewed.
    opens_on: str
    # The last day on which it can be renewed.
    closes_on: str
    # Whether today is one of these days.
    possible: bool

class CardMembership(TypedDict):
    """Of a membership what a list of one's communities shows."""
    # Its id.
    id: str
    # The member's number in the community; null before the first paid term.
    number: int | None
    # Where the membership stands.
    state: MembershipState
    # The last day of all its terms; null: no term yet.
    valid_until: str | None
    # From when to when it can be renewed; null: it cannot.
    renewal: RenewalWindow | None

class NewestApplication(TypedDict):
    """The newest application of somebody in a community, whatever became of it."""
    # Its id.
    id: str
    # Where the application stands.
    state: ApplicationState

class PurchaseDue(TypedDict):
    """What somebody has to pay to become or stay a member."""
    # The purchase that it belongs to: what is to be paid, or was.
    purchase_id: str
    # Until when it can be paid; null: nothing is to be paid.
    pay_by: str | None

class WaitingWork(TypedDict):
    """What waits for the staff; for those who may do something about it."""
    # Handed in and not decided, claimed or not.
    applications: int

class MyCommunity(TypedDict):
    """A community where somebody belongs, applied or works. State, reason, next step, deadline,
    page and actions are those of `…/me` there, which also knows whether an order is open."""
    # Which community it is.
    community: CommunityHead
    # What they may do there as staff; empty: they are not of the staff.
    roles: list[str]
    # Where they stand there.
    state: PlaceState
    # Why, in a code, as `get_my_place` has it; null: nothing is to be said.
    reason: str | None
    # What they do next; null: nothing.
    next_step: NextStep | None
    # Until when the next step goes, or access lasts; of a rejection, from when on they may apply
    # again; null: without an end.
    deadline: str | None
    # The address of it on the community's own site; null: the community names none.
    page: str | None
    # Their membership; null: none.
    membership: CardMembership | None
    # Their newest application; null: none.
    application: NewestApplication | None
    # What they have to pay to become or stay a member; null: nothing.
    due: PurchaseDue | None
    # What waits for them as staff; null: they decide about nothing there.
    waiting: WaitingWork | None
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class MyCommunitiesPage(TypedDict):
    """A page: where the signed-in person belongs, applied or works, and what comes next in
    each."""
    # What is on this page.
    items: list[MyCommunity]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class Concerned(TypedDict):
    """Whom a change of the policy meets."""
    # Open ones, which the new policy decides.
    applications: int
    # Those that await payment and keep their time for it.
    memberships: int

class CommunityChange(TypedDict):
    """The community after the change, or as it would be; `version` is the stored one's."""
    # The community after the change, or as it would be.
    community: Community
    # Where it differs, as JSON pointers.
    changed: list[str]
    # Whom a simulated change of the policy meets, else null.
    concerned: Concerned | None
    # Whether this is what would be, and nothing was stored.
    simulated: bool
    # Rises with each change; it is the ETag's, for If-Match.
    version: int

class PolicyChange(TypedDict):
    """What is to be different in the policy of a community; what is left out stays."""
    # Reviewers who have to say yes.
    decisions_needed: NotRequired[int]
    # Hours from approval to the lapse of an unpaid one.
    pay_by_hours: NotRequired[int]
    # Days of access after the end of a term.
    grace_days: NotRequired[int]
    # Days after expiry in which a renewal keeps the number.
    revival_days: NotRequired[int]
    # Days before the end from which one may renew.
    renewal_opens_days: NotRequired[int]
    # Days after a rejection until a new application.
    reapply_after_days: NotRequired[int]
    # Minutes for which a reviewer's claim holds.
    claim_minutes: NotRequired[int]

class LinksChange(TypedDict):
    """Where the community's own site shows objects; what is left out stays."""
    # Https, with {id} once in its path or query; null takes it away.
    application: NotRequired[str | None]
    # Https, with {id} once in its path or query; null takes it away.
    membership: NotRequired[str | None]
    # Https, with {id} once in its path or query; null takes it away.
    order: NotRequired[str | None]
    # Https, with {id} once in its path or query; null takes it away.
    registration: NotRequired[str | None]

class ChangeCommunityBody(TypedDict):
    """Change names, policy, visibility and links of a community, or see what that would change."""
    # What the community is called.
    name: NotRequired[str]
    # What people read about it.
    description: NotRequired[str]
    # Public: in the list; unlisted: for who has its id or slug; hidden: for its people.
    visibility: NotRequired[Visibility]
    # What is to be different in the policy; what is left out stays.
    policy: NotRequired[PolicyChange]
    # Where its own site shows objects, by kind; what is left out stays.
    links: NotRequired[LinksChange]
    # Store nothing, say what would change.
    simulate: NotRequired[bool]

class ChangeLinkHostsBody(TypedDict):
    """Say to which hosts a community's links may lead, and payers come back; links to others
    go."""
    # All hosts to which its links may lead; links to others go.
    link_hosts: list[str]

class PolicyVersion(TypedDict):
    """A policy as it stood in one version; `until` is when another one took its place."""
    # The community that it belongs to.
    community_id: str
    # The version of the policy; each can still be read.
    policy_version: int
    # The rules by which the community works.
    policy: Policy
    # When another version took its place; null: it is the present one.
    until: str | None

class RoleGiven(TypedDict):
    """What was asked for and no more: who is behind an address is for them to say."""
    # Whose address it is.
    email: str
    # What the person may do in the community.
    role: str

class GrantRoleBody(TypedDict):
    """Give a role to the person behind an address."""
    # Whose address it is; they need no account yet.
    email: str
    # What they may do from now on.
    role: GrantableRole

class ChangeFormBody(TypedDict):
    """Publish a new version of the application form."""
    # The application form, section by section.
    form: list[Section]

class Form(TypedDict):
    """One version of a community's application form; versions never change."""
    # The community that it belongs to.
    community_id: str
    # The version of the form; each stays as it was.
    form_version: int
    # The application form, section by section.
    form: list[Section]
    # When it was made.
    created_at: str

class ApiKey(TypedDict):
    """An API key as it is listed; what opens doors was shown once and is stored nowhere."""
    # Its id.
    id: str
    # The community, or `system`: it is an operator's, for all.
    community_id: str
    # What it is for.
    name: str
    # Its first characters, to tell keys apart.
    hint: str
    # The roles that it holds in the community; `operator` in the whole system.
    roles: list[str]
    # What it is good for; each operation names its own.
    scopes: list[str]
    # Whether the key is still taken.
    state: ApiKeyState
    # Who made it.
    made_by: str
    # When it was made.
    created_at: str
    # When it ends by itself.
    expires_at: str
    # When it was used last, to within an hour; null: never yet.
    last_used_at: str | None
    # When it was revoked; null: it was not.
    revoked_at: str | None
    # Rises with each change; it is the ETag's, for If-Match.
    version: int

class MadeApiKey(ApiKey):
    """`key` is shown here and never again."""
    # Send it as `Authorization: Bearer …`; keep it as a secret.
    key: str

class CreateApiKeyBody(TypedDict):
    """Make an API key of a community; the answer shows it, and nothing shows it again."""
    # What it is for.
    name: str
    # What it is good for; each operation names its own.
    scopes: list[Literal["communities:read", "communities:write", "roles:read", "applications:read", "reviews:read", "memberships:read", "memberships:write", "meetups:read", "meetups:host", "registrations:read", "payments:read", "payments:write", "notifications:read", "requests:read"]]
    # After how many days the key ends by itself.
    expires_in_days: NotRequired[int]
    # The roles that it holds in the community.
    roles: list[GrantableRole]

class ApiKeysPage(TypedDict):
    """A page: the API keys of a community, newest first; those that are over for 90 days more."""
    # What is on this page.
    items: list[ApiKey]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class CreateSystemApiKey(TypedDict):
    """Make an API key that operates the system; the answer shows it, and nothing shows it
    again."""
    # What it is for.
    name: str
    # What it is good for; each operation names its own.
    scopes: list[KeyScope]
    # After how many days the key ends by itself.
    expires_in_days: NotRequired[int]

class SystemApiKeysPage(TypedDict):
    """A page: the API keys that operate the system, newest first; those that are over for 90 days
    more."""
    # What is on this page.
    items: list[ApiKey]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class InfoRequest(TypedDict):
    """What a reviewer needs from the applicant, and about which questions."""
    # What the reviewer wants to know.
    message: str
    # The keys of the questions that it is about.
    questions: list[str]
    # When it was asked.
    at: str

class Verdict(TypedDict):
    """What one reviewer said in the present round; shown to staff only."""
    # The reviewer who said it.
    reviewer_id: str
    # Whether they take the applicant in.
    verdict: ReviewVerdict
    # What they noted for the staff.
    note: str
    # When they said it.
    at: str

class Rejection(TypedDict):
    """Why an application was rejected, in the reviewer's words."""
    # Why, in a code.
    reason: str
    # What the reviewer wrote to the applicant.
    message: str
    # When it was rejected.
    at: str

class Application(TypedDict):
    """Somebody's wish to become a member, with answers and decisions."""
    # Its id.
    id: str
    # The community that it belongs to.
    community_id: str
    # The applicant.
    person_id: str
    # Where the application stands.
    state: ApplicationState
    # The one applied for, null: none; the purchase says what is paid for.
    plan_id: NotRequired[str | None]
    # The version of the form that it answers.
    form_version: int
    # The answers by key of their question: a text, a number, or a list of options.
    answers: dict[str, Any]
    # When it was first handed in; null: not yet.
    submitted_at: str | None
    # What a reviewer wants to know; null: nothing.
    info_request: InfoRequest | None
    # What reviewers said in this round; shown to staff only.
    verdicts: list[Verdict]
    # Why it was rejected; null: it was not.
    rejection: Rejection | None
    # Until when the approved applicant pays; null: nothing is to be paid.
    pay_by: str | None
    # The membership that it led to; null: none yet.
    membership_id: str | None
    # What is to be paid to join; null: nothing yet.
    purchase_id: str | None
    # The reviewer who looks at it; null: nobody.
    claimed_by: str | None
    # Until when that holds.
    claimed_until: str | None
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # When it was made.
    created_at: str
    # When it was changed last.
    updated_at: str

class CreateApplicationBody(TypedDict):
    """Start an application; with `submit` it is handed in at once."""
    # The plan to pay for, or to get free; left out: the only one on sale.
    plan_id: NotRequired[str | None]
    # All answers, by question key: a text, a number, or a list of options.
    answers: NotRequired[dict[str, str | float | list[str]]]
    # True hands it in at once; false keeps a draft to go on with.
    submit: NotRequired[bool]

class ListedApplication(Application):
    """An application with what its applicant is called; null for who has not said it."""
    # What the person is called, as they say themselves; null: they have not said it, or it may not
    # be known here.
    display_name: str | None
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class ApplicationsPage(TypedDict):
    """A page: the applications handed in at a community, found by name or in some order."""
    # What is on this page.
    items: list[ListedApplication]
    # With `count`: how many there are on all pages, counted up to 10000; else null.
    total: NotRequired[int | None]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class MyApplicationsPage(TypedDict):
    """A page: the applications of the signed-in person, newest first."""
    # What is on this page.
    items: list[Application]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class ShownApplication(Application):
    """An application, and what the caller may do with it. With `include`: `form`, the version of
    it that was answered, and `person`, what staff call the applicant; else null."""
    # The form that it answers, section by section; null unless `include` asks for it.
    form: NotRequired[list[Section] | None]
    # What the person is called, as they say themselves; null: they have not said it, or it may not
    # be known here.
    display_name: NotRequired[str | None]
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class ChangeApplicationBody(TypedDict):
    """Replace the answers of a draft, or of one that needs information."""
    # All answers, by question key: a text, a number, or a list of options.
    answers: dict[str, str | float | list[str]]

class ChooseApplicationPlanBody(TypedDict):
    """Name another plan until the application is decided; then the purchase takes it."""
    # The plan, one that is on sale.
    plan_id: str

class ApproveBody(TypedDict):
    """Approve; with the last decision needed the membership awaits payment, or begins when the
    plan is free."""
    # A note for the staff only.
    note: NotRequired[str]

class RejectBody(TypedDict):
    """Reject, with a reason code and words for the applicant."""
    # Why, in a code.
    reason: RejectionReason
    # What the applicant is told.
    message: NotRequired[str]

class AskForInfoBody(TypedDict):
    """Ask the applicant for more."""
    # What the applicant is asked.
    message: str
    # Keys of the questions that it is about.
    questions: NotRequired[list[str]]

class Term(TypedDict):
    """One period of a membership."""
    # Its id.
    id: str
    # How the term came about.
    kind: TermKind
    # The plan that it is of; null: of an import.
    plan_id: NotRequired[str | None]
    # The first day.
    starts_on: str
    # The last day, which is within it.
    ends_on: str
    # The order that paid for it; null: none did.
    order_id: str | None

class Membership(TypedDict):
    """Somebody's standing in a community, from the approval on."""
    # Its id.
    id: str
    # The community that it belongs to.
    community_id: str
    # The member.
    person_id: str
    # The member's number in the community; null before the first paid term.
    number: int | None
    # Where the membership stands.
    state: MembershipState
    # The first day of membership; null before it.
    joined_on: str | None
    # The term that runs, or ran last; null: none yet.
    term: Term | None
    # The last day with access when the term is not renewed; null: no term yet.
    grace_ends_on: str | None
    # The member's segment, out of the list that the form offers; null: not said.
    segment: str | None
    # The member's city; null: not said.
    city: str | None
    # Where the member works; null: not said.
    company: NotRequired[str | None]
    # The community's own fields, by name.
    details: NotRequired[dict[str, str]]
    # What is to be paid next; null: nothing.
    purchase_id: str | None
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # When it was made.
    created_at: str
    # When it was changed last.
    updated_at: str

class ShownMembership(Membership):
    """A membership as a card shows it, and what the caller may do with it. `term` is the last one
    that was paid for, `current_term` the one that runs or ran last, `next_term` one that begins
    later; `valid_until` is the last day of all of them."""
    # The last day of all its terms; null: no term yet.
    valid_until: NotRequired[str | None]
    # The term that runs, or ran last; null: none yet.
    current_term: NotRequired[Term | None]
    # The term that begins later; null: none.
    next_term: NotRequired[Term | None]
    # From when to when it can be renewed; null: it cannot.
    renewal: NotRequired[RenewalWindow | None]
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class MyMembershipsPage(TypedDict):
    """A page: the memberships of the signed-in person."""
    # What is on this page.
    items: list[Membership]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class ListedMembership(Membership):
    """A membership with what its member is called; null for who has not said it, and for who was
    imported and has not renewed here since."""
    # What the person is called, as they say themselves; null: they have not said it, or it may not
    # be known here.
    display_name: str | None
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class MembershipsPage(TypedDict):
    """A page: the memberships of a community, found by name or number, or in some order."""
    # What is on this page.
    items: list[ListedMembership]
    # With `count`: how many there are on all pages, counted up to 10000; else null.
    total: NotRequired[int | None]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class Place(TypedDict):
    """`deadline`: until when the next step goes, or access lasts; of a rejection, when they may
    apply again. `page`: where the community shows it, if it says so."""
    # The community that it belongs to.
    community_id: str
    # Where the caller stands in the community.
    state: PlaceState
    # Why, in a code: of a rejection the reviewer's; revivable or revival_over; not_paid_in_time;
    # membership_ended; null: nothing is to be said.
    reason: str | None
    # What they do next; null: nothing.
    next_step: NextStep | None
    # Until when the next step goes, or access lasts; of a rejection, from when on they may apply
    # again; null: without an end.
    deadline: str | None
    # The address of it on the community's own site; null: the community names none.
    page: str | None
    # Their newest application; null: none.
    application_id: str | None
    # Their membership; null: none.
    membership_id: str | None
    # What they may pay; null: nothing.
    purchase_id: str | None
    # The open one; null too while the payment side is away.
    order_id: str | None
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]
    # What the community is called and counts in; null unless `include` asks for it.
    community: NotRequired[CommunityHead | None]
    # Their membership as a card shows it; null: none, or `include` does not ask for it.
    membership: NotRequired[ShownMembership | None]
    # The application form, section by section; null unless `include` asks for it.
    form: NotRequired[list[Section] | None]

class ChangeProfileBody(TypedDict):
    """Change what the community keeps of a member: segment, city, company and its own fields."""
    # The member's segment, out of the list that the form offers; null takes it out.
    segment: NotRequired[str | None]
    # The member's city; null takes it out.
    city: NotRequired[str | None]
    # Where the member works; null takes it out.
    company: NotRequired[str | None]
    # Own fields by name; null takes one out.
    details: NotRequired[dict[str, str | None]]

class StartRenewalBody(TypedDict):
    """Put the member's next term up for payment, the same one until it is paid; a free one
    begins."""
    # Left out: the plan of the present term, else the only one on sale.
    plan_id: NotRequired[str | None]

class MembershipCounts(TypedDict):
    """How many people are in each state today; exact, counted by the database."""
    # The community that it belongs to.
    community_id: str
    # The day that it is true of, in the community's zone.
    counted_on: str
    # How many memberships are in each state.
    memberships: dict[str, int]
    # How many applications are in each state.
    applications: dict[str, int]
    # The number of who joins next.
    next_number: int

class ImportFailure(TypedDict):
    """Why a file could not be read: a code of errors or of fields, and what it is about."""
    # What is wrong with the file, for programs.
    code: str
    # What the texts of the code are filled with, by name.
    params: dict[str, Any]

class Import(TypedDict):
    """The import of a file: how far it is and how its rows fared."""
    # Its id.
    id: str
    # The community that it belongs to.
    community_id: str
    # Whether rows are only tried, and nothing is changed.
    dry_run: bool
    # How far the import is.
    state: ImportState
    # How many there are; null while an uploaded file is read through.
    rows: int | None
    # How many rows went through.
    accepted: int
    # How many rows were refused.
    refused: int
    # The number of who joins next after this import; far beyond the others, one number of the file
    # is wrong; null while an uploaded file is read through.
    next_number: int | None
    # Why it `failed`; null also where it did not get on for a day.
    failure: NotRequired[ImportFailure | None]
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # When it was made.
    created_at: str
    # When it was changed last.
    updated_at: str

class ImportUploadBody(TypedDict):
    """Import existing members from a CSV file that was uploaded, or try it (dry run)."""
    # Try every row and change nothing; the file stays for a day.
    dry_run: NotRequired[bool]

class RowProblem(TypedDict):
    """What is wrong with one cell: a code of fields, and what it says in the reader's language."""
    # The column that is wrong.
    column: str
    # What is wrong, for programs; stable.
    code: str
    # What the texts of the code are filled with, by name.
    params: dict[str, Any]
    # What is wrong with it, in the reader's language.
    detail: NotRequired[str]

class ImportRow(TypedDict):
    """What became of one line of the file (the header is line 1)."""
    # The line of the file; its heading is line 1.
    line: int
    # The member's number as the row says; null: it says none.
    number: int | None
    # What became of the row.
    result: RowResult
    # What is wrong with it.
    problems: list[RowProblem]
    # The membership that was made of it; null: none.
    membership_id: str | None

class ImportRowsPage(TypedDict):
    """A page: the result of each row of an import, in the order of the file."""
    # What is on this page.
    items: list[ImportRow]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class UploadedFile(TypedDict):
    """A file that is sent in parts; it belongs to who sends it."""
    # Its id.
    id: str
    # Who sends the file.
    person_id: str
    # The community that it belongs to.
    community_id: str
    # What the file is sent for.
    purpose: UploadPurpose
    # What the file is.
    content_type: FileType
    # Bytes of the file.
    size: int
    # `receiving` until the last part is here, `claimed` while something needs it.
    state: UploadState
    # Bytes of each part but the last.
    part_size: int
    # Of how many parts it is made.
    parts: int
    # The part that is to come; null when all are here.
    next_part: int | None
    # When it goes unless something needs it; null while that does.
    expires_at: str | None
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # When it was made.
    created_at: str
    # When it was changed last.
    updated_at: str

class CreateUpload(TypedDict):
    """Say which file is to come; its parts follow."""
    # The community for which the file is sent.
    community_id: str
    # What it is for; an `import` is a list of existing members.
    purpose: UploadPurpose
    # What the file is; the first part has to look like it.
    content_type: FileType
    # Bytes of the file.
    size: int

class MyUploadsPage(TypedDict):
    """A page: the caller's files that are kept now, newest first."""
    # What is on this page.
    items: list[UploadedFile]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class Fee(TypedDict):
    """What a seat costs."""
    # Minor units: 9900 is ¥99.00.
    amount: int
    # The currency, as an ISO 4217 code.
    currency: str

class RefundBracket(TypedDict):
    """What goes back to who gives up so many hours before the start, or earlier."""
    # How many hours before the start, at least.
    hours_before: int
    # The share of what was paid, in percent.
    percent: str

class Meetup(TypedDict):
    """A gathering; `seats_free` counts neither taken seats nor those on offer."""
    # Its id.
    id: str
    # The community that it belongs to.
    community_id: str
    # What the meetup is called.
    title: str
    # What people read about it.
    description: str
    # When it begins.
    starts_at: str
    # When it ends.
    ends_at: str
    # The IANA time zone of the place.
    zone: str
    # The city where it is.
    city: str
    # Where exactly it is; null for who may not know it.
    address: str | None
    # How many seats there are.
    capacity: int
    # How many seats are neither taken nor on offer.
    seats_free: int
    # For how many hours a seat is kept for who was selected, or to whom it is offered.
    hold_hours: int
    # What a seat costs, in the community's currency; it is taken by paying; null = nothing.
    fee: NotRequired[Fee | None]
    # What comes back to who gives it up, and until when; of the brackets that are reached the best
    # counts.
    refund_brackets: NotRequired[list[RefundBracket]]
    # Where the meetup stands.
    state: MeetupState
    # Why it was called off, in the words of its host; null: it was not.
    cancel_reason: str | None
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # When it was made.
    created_at: str
    # When it was changed last.
    updated_at: str

class CreateMeetupBody(TypedDict):
    """Draft a meetup."""
    # What the meetup is called.
    title: str
    # What people read about it.
    description: NotRequired[str]
    # When it begins.
    starts_at: str
    # When it ends.
    ends_at: str
    # Where the meetup is; null = the community's zone.
    zone: NotRequired[str | None]
    # The city where it is.
    city: str
    # Shown to staff and confirmed people only.
    address: NotRequired[str]
    # How many seats there are.
    capacity: int
    # How long a selected person may take to confirm, or to pay.
    hold_hours: NotRequired[int]
    # What a seat costs, in the community's currency; it is taken by paying; null = nothing.
    fee: NotRequired[Fee | None]
    # What comes back of the fee to who gives the seat up; of the brackets that are reached the
    # best counts.
    refund_brackets: NotRequired[list[RefundBracket]]

class EventsOffer(TypedDict):
    """A free seat kept for the next in the queue until `expires_at`."""
    # Its id.
    id: str
    # Until when the seat is kept.
    expires_at: str

class Money(TypedDict):
    """Minor units and currency."""
    # Minor units: 300000 is ¥3,000.00.
    amount: int
    # The currency, as an ISO 4217 code.
    currency: str

class SeatToPay(TypedDict):
    """The purchase that takes the seat once it is paid."""
    # The purchase that it belongs to: what is to be paid, or was.
    purchase_id: str
    # What the seat costs.
    amount: Money
    # Until when the seat is kept.
    pay_by: str

class MyRegistration(TypedDict):
    """What somebody has at a meetup, and may do about it; `position` in the waitlist stands where
    one meetup is read, and is null in lists."""
    # Its id.
    id: str
    # Where the registration stands.
    state: RegistrationState
    # Until when the seat is kept for them; null: none is.
    confirm_by: str | None
    # Their place in the queue, from 1; null: they do not wait, or it stands in a list.
    position: int | None
    # A seat that came free and is kept for them; null: none.
    offer: EventsOffer | None
    # What takes the seat once it is paid; null: nothing is to be paid.
    payable: SeatToPay | None
    # The order that paid for the seat; null: none did.
    order_id: str | None
    # When they came; null: not yet.
    checked_in_at: str | None
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class ShownMeetup(Meetup):
    """A meetup, what the caller may do with it, and their own registration that is not over."""
    # The caller's registration that is not over; null: they have none, or are not signed in.
    my_registration: NotRequired[MyRegistration | None]
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class MeetupsPage(TypedDict):
    """A page: the meetups of a community by start."""
    # What is on this page.
    items: list[ShownMeetup]
    # Whether the caller may read registrations and choose.
    hosting: NotRequired[bool]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class MeetupCounts(TypedDict):
    """How many meetups of a community are in each state."""
    # The community that it belongs to.
    community_id: str
    # How many there are in each state.
    counts: dict[str, int]

class Affected(TypedDict):
    """How many people have which part in the meetup, and how many are told of the change. Who was
    checked in is among the confirmed, and who is offered a seat among the waitlisted."""
    # How many took a seat, those who are checked in among them.
    confirmed: int
    # How many have a seat that is kept for them.
    selected: int
    # How many wait, those with an offer among them.
    waitlisted: int
    # How many seats are on offer.
    offers: int
    # How many are told of the change.
    told: int

class ChangedMeetup(Meetup):
    """The meetup as it is after the change, or would be, and whom that concerns."""
    # Whom the change concerns.
    affects: Affected

class ChangeMeetupBody(TypedDict):
    """Change a meetup that has not begun; who has a seat or waits is told of other times or
    places."""
    # What the meetup is called.
    title: NotRequired[str]
    # What people read about it.
    description: NotRequired[str]
    # When it begins.
    starts_at: NotRequired[str]
    # When it ends.
    ends_at: NotRequired[str]
    # Where the meetup is.
    zone: NotRequired[str]
    # The city where it is.
    city: NotRequired[str]
    # Where exactly it is; shown to staff and confirmed people only.
    address: NotRequired[str]
    # Not below the seats that are taken or on offer.
    capacity: NotRequired[int]
    # For how many hours a seat is kept for who was selected, or to whom it is offered.
    hold_hours: NotRequired[int]
    # What a seat costs, in the community's currency; it is taken by paying; null = nothing.
    fee: NotRequired[Fee | None]
    # What comes back to who gives it up, and until when; of the brackets that are reached the best
    # counts.
    refund_brackets: NotRequired[list[RefundBracket]]
    # Store nothing and tell nobody: only answer what would be.
    simulate: NotRequired[bool]

class CancelMeetupBody(TypedDict):
    """Call the meetup off; everybody registered is notified."""
    # Why, for everybody who is registered.
    reason: str

class Selection(TypedDict):
    """Who got a seat and until when they confirm it; all other applicants wait in order."""
    # The meetup that it belongs to.
    meetup_id: str
    # Who got a seat.
    registration_ids: list[str]
    # Until when they take it.
    confirm_by: str

class SelectRegistrationsBody(TypedDict):
    """Give seats to people; all other applicants go to the waitlist in order."""
    # Who gets a seat.
    registration_ids: list[str]

class Registration(TypedDict):
    """One person's wish to attend; `position` counts from 1 in the waitlist. `payable`: its seat
    awaits payment; `order_id`: the order that paid for its seat."""
    # Its id.
    id: str
    # The meetup that it belongs to.
    meetup_id: str
    # The community that it belongs to.
    community_id: str
    # Who wants to attend.
    person_id: str
    # Where the registration stands.
    state: RegistrationState
    # When they registered.
    applied_at: str
    # Until when the seat is kept for them; null: none is.
    confirm_by: str | None
    # Their place in the queue, from 1; null: they do not wait.
    position: int | None
    # A seat that came free and is kept for them; null: none.
    offer: EventsOffer | None
    # What takes the seat once it is paid; null: nothing is to be paid.
    payable: NotRequired[SeatToPay | None]
    # The order that paid for the seat; null: none did.
    order_id: NotRequired[str | None]
    # When they came; null: not yet.
    checked_in_at: str | None
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # When it was made.
    created_at: str
    # When it was changed last.
    updated_at: str

class ListedRegistration(Registration):
    """A registration with what its person is called; null for who has not said it, and for all
    while membership is away."""
    # What the person is called, as they say themselves; null: they have not said it, or it may not
    # be known here.
    display_name: str | None
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class RegistrationsPage(TypedDict):
    """A page: the registrations of a meetup in order of application, or of their last change."""
    # What is on this page.
    items: list[ListedRegistration]
    # With `count`: how many of the meetup are in each state.
    counts: NotRequired[dict[str, int] | None]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class RegistrationCounts(TypedDict):
    """How many registrations of a meetup stand in each state."""
    # The meetup that it belongs to.
    meetup_id: str
    # How many there are in each state.
    counts: dict[str, int]

class MyRegistrationsPage(TypedDict):
    """A page: the registrations of the signed-in person, newest first."""
    # What is on this page.
    items: list[Registration]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class ShownRegistration(Registration):
    """A registration, and what the caller may do with it; its offer shows itself."""
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class Ladder(TypedDict):
    """Price = base + step × floor((n − places_before) / every), capped."""
    # Minor units by which the price rises.
    step: int
    # Places sold at one price.
    every: int
    # Members before the sale: places not counted.
    places_before: NotRequired[int]
    # Minor units above which the price does not rise; at least the base price; null = no bound.
    cap: NotRequired[int | None]

class TermBracket(TypedDict):
    """What goes back to who gives up on that day of the term or before; its first day is day 0."""
    # Up to which day of the term; the first is day 0.
    days_after: int
    # The share of what was paid, in percent.
    percent: str

class Plan(TypedDict):
    """`sold`: somebody was quoted or promised its price, which stays from then on."""
    # Its id.
    id: str
    # The community that it belongs to.
    community_id: str
    # What the plan is called.
    name: str
    # The price without a ladder, or of its first step.
    base_price: Money
    # How many months one payment gives.
    period_months: int
    # How the price rises with each so many places; null: it does not.
    ladder: Ladder | None
    # When an applicant's price is promised.
    price_lock: str
    # What the plan gives, for who chooses.
    description: NotRequired[str]
    # What a renewal pays.
    renewal_price: NotRequired[RenewalPrice]
    # A word for what it gives, for standings and integrators; empty: none.
    tier: NotRequired[str]
    # What comes back to who gives it up, and until when; of the brackets that are reached the best
    # counts.
    refund_brackets: NotRequired[list[TermBracket]]
    # Whether the plan is sold.
    state: NotRequired[PlanState]
    # Whether somebody was quoted or promised its price, which stays from then on.
    sold: NotRequired[bool]
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # When it was made.
    created_at: str

class CreatePlanBody(TypedDict):
    """Put a plan on sale, or draft one."""
    # What the plan is called.
    name: str
    # What the plan gives, for who chooses.
    description: NotRequired[str]
    # The first price, in the community's currency.
    base_price: Money
    # Months that one payment gives.
    period_months: NotRequired[int]
    # How the price rises; null: one price for all.
    ladder: NotRequired[Ladder | None]
    # When an applicant's price is promised; it takes no place.
    price_lock: NotRequired[PriceLock]
    # What a renewal pays: the base price, what this run of membership paid first, or the public
    # price of the day; it takes no place.
    renewal_price: NotRequired[RenewalPrice]
    # A word for what it gives, for standings and integrators.
    tier: NotRequired[str]
    # What comes back after the cool-off; orders keep those of when they were priced.
    refund_brackets: NotRequired[list[TermBracket]]
    # A draft is shown to owners only, until it is put on sale.
    state: NotRequired[Literal["draft", "on_sale"]]

class ShownPlan(Plan):
    """A plan, and what the caller may do with it."""
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class PlansPage(TypedDict):
    """A page: the plans of a community, in whatever state."""
    # What is on this page.
    items: list[ShownPlan]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class Counted(TypedDict):
    """How many there are; with `at_least`, there are more."""
    # How many were counted.
    number: int
    # Whether there are more than were counted.
    at_least: bool

class Unaffected(TypedDict):
    """What is open and keeps what it has: price, place, use."""
    # Open purchases.
    purchases: Counted
    # Quotes that hold a price.
    quotes: Counted
    # Open orders.
    orders: Counted

class ChangedPlan(Plan):
    """The plan after a change, or as it would be."""
    # Whether this is what would be, and nothing was stored.
    simulated: bool
    # Of a simulated change; null once it is made.
    unaffected: Unaffected | None

class ChangePlanBody(TypedDict):
    """Change a plan, or try what a change would come to; its price only before anybody was told
    it."""
    # What the plan is called.
    name: NotRequired[str]
    # What the plan gives, for who chooses.
    description: NotRequired[str]
    # The first price, in the community's currency.
    base_price: NotRequired[Money]
    # How many months one payment gives.
    period_months: NotRequired[int]
    # How the price rises with each so many places; null: it does not.
    ladder: NotRequired[Ladder | None]
    # When an applicant's price is promised.
    price_lock: NotRequired[PriceLock]
    # What a renewal pays: the base price, what this run of membership paid first, or the public
    # price of the day; it takes no place.
    renewal_price: NotRequired[RenewalPrice]
    # A word for what it gives, for standings and integrators.
    tier: NotRequired[str]
    # What comes back after the cool-off; orders keep those of when they were priced.
    refund_brackets: NotRequired[list[TermBracket]]
    # Answer what would be, and store nothing.
    simulate: NotRequired[bool]

class PublicPrice(TypedDict):
    """The price now and how it came about; null counts where the plan has no ladder."""
    # The plan that it is about.
    plan_id: str
    # What who buys now pays before coupons.
    price: Money
    # The step of the ladder, 0 for the first, and without one.
    step: int
    # How many places are left at this price; null: any number.
    places_left: int | None
    # The price after that; null: it does not rise.
    next_price: Money | None
    # When the first of the places that others hold may come back; null: none are held, or it does
    # not matter.
    held_places_return_at: str | None
    # How the price came about, step by step.
    explanation: list[dict[str, Any]]

class BankAccount(TypedDict):
    """Where transfers go to; payers of an order see it."""
    # Whose account it is.
    holder: str
    # The bank, with its branch where that matters.
    bank: str
    # The account's number or IBAN.
    number: str
    # What else payers have to know.
    note: NotRequired[str]

class TransferTerms(TypedDict):
    """How a community takes transfers."""
    # The account that money goes to.
    pay_to: BankAccount
    # An order is open to the end of this many days after its transfer began.
    transfer_days: NotRequired[int]
    # What comes to more for one order counts when two people say the same; null = one is enough.
    second_person_above: NotRequired[Money | None]

class ProviderAccount(TypedDict):
    """The account with a provider by which a community is paid."""
    # Its id.
    id: str
    # The community that it belongs to.
    community_id: str
    # With which provider the account is.
    provider: str
    # The community as the provider knows it; null for transfers.
    merchant_id: str | None
    # The name of the secret that operators placed, never its value; null for transfers.
    secret_ref: str | None
    # How the community takes transfers; null for others.
    transfer: TransferTerms | None
    # Rises with each change; it is the ETag's, for If-Match.
    version: int

class ProviderAccounts(TypedDict):
    """All of a community: one with each provider at most."""
    # What is on this page.
    items: list[ProviderAccount]

class SetProviderAccountBody(TypedDict):
    """Name the community's account with a provider, which is asked whether it works."""
    # As the provider knows the community; null: it needs none.
    merchant_id: NotRequired[str | None]
    # The name of a secret that operators placed for the community, never its value; null: it needs
    # none.
    secret_ref: NotRequired[str | None]
    # In place of merchant and secret, for the provider `transfer`; null for others.
    transfer: NotRequired[TransferTerms | None]

class CouponBenefit(TypedDict):
    """What a coupon gives: its kind, and the one field that this kind has."""
    # What the coupon gives; it has the one field of its kind.
    kind: CouponKind
    # Amount_off: minor units off the list price.
    amount: NotRequired[int]
    # Percent_off: off the list price.
    percent: NotRequired[str]
    # Set_price: minor units that are to be paid.
    price: NotRequired[int]
    # Extra_days: added to the period.
    days: NotRequired[int]

class Coupon(TypedDict):
    """A campaign with its code, and how often that was used."""
    # Its id.
    id: str
    # The community that it belongs to.
    community_id: str
    # What the coupon is called, for the staff.
    name: str
    # What buyers enter, in any case.
    code: str
    # What the coupon gives.
    benefit: CouponBenefit
    # Whom it is for: `newcomer`, `renewal` or `any`.
    audience: str
    # The plans that it is good for; none named: every plan.
    plan_ids: list[str]
    # Uses in all; null: any number.
    limit: int | None
    # Uses of one person.
    per_person: int
    # Minor units that the list price has to reach.
    minimum: int
    # How often it was used by paid orders.
    used: int
    # How often it is held by quotes and open orders.
    held: int
    # From when on it may be used; null: at once.
    valid_from: str | None
    # Until when it may be used; null: without an end.
    valid_until: str | None
    # Whether a full refund frees the use for another.
    refund_returns_use: bool
    # Whether the coupon is given.
    state: NotRequired[CouponState]
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # When it was made.
    created_at: str

class CreateCouponBody(TypedDict):
    """Create a coupon with one shared code."""
    # What the coupon is called, for the staff.
    name: str
    # What buyers enter, in any case.
    code: str
    # What the coupon gives.
    benefit: CouponBenefit
    # Who never paid, who is or was a member, or anybody.
    audience: CouponAudience
    # Renewal: days since the term ended within which it is good.
    lapsed_days: NotRequired[int]
    # Uses in all; null = any number.
    limit: NotRequired[int | None]
    # Uses of one person.
    per_person: NotRequired[int]
    # The plans it is good for; none named = every plan.
    plan_ids: NotRequired[list[str]]
    # Minor units that the list price has to reach.
    minimum: NotRequired[int]
    # From when on it may be used; null: at once.
    valid_from: NotRequired[str | None]
    # Until when it may be used; null: without an end.
    valid_until: NotRequired[str | None]
    # Whether a full refund frees the use for another.
    refund_returns_use: NotRequired[bool]

class ShownCoupon(Coupon):
    """A coupon, and what the caller may do with it."""
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class CouponsPage(TypedDict):
    """A page: the coupons of a community with their uses."""
    # What is on this page.
    items: list[ShownCoupon]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class CouponCounts(TypedDict):
    """How many coupons of a community are in each state."""
    # The community that it belongs to.
    community_id: str
    # How many there are in each state.
    counts: dict[str, int]

class ChangedCoupon(Coupon):
    """The coupon after a change, or as it would be."""
    # Whether this is what would be, and nothing was stored.
    simulated: bool
    # Of a simulated change; null once it is made.
    unaffected: Unaffected | None

class ChangeCouponBody(TypedDict):
    """Change name, limit or end of a coupon, or try what a change would come to."""
    # What the coupon is called, for the staff.
    name: NotRequired[str]
    # Uses in all, of one with a limit; not below what is used and held.
    limit: NotRequired[int]
    # Until when it may be used; null: without an end.
    valid_until: NotRequired[str | None]
    # Answer what would be, and store nothing.
    simulate: NotRequired[bool]

class Subject(TypedDict):
    """What is paid for; any kind whose owner answers for it."""
    # What sort of thing it is, such as `membership_term` or `meetup_seat`.
    kind: str
    # Its id with the service that owns it.
    ref: str

class Line(TypedDict):
    """So much of a kind, at so much each; any kind. What it is called says its owner."""
    # What it is, such as `seat`.
    kind: str
    # What one of it costs.
    amount: Money
    # How many of it.
    quantity: int

class Purchase(TypedDict):
    """`plan_id` is null until a plan is named, or the community sells its only one, and where
    `lines` say what is paid for."""
    # Its id.
    id: str
    # The community that it belongs to.
    community_id: str
    # Who pays.
    payer_id: str
    # What is paid for, as its owner names it.
    subject: Subject
    # The plan that is paid for; null until one is named, and where `lines` say what is paid for.
    plan_id: str | None
    # What is paid for, line by line; of a plan its single line.
    lines: NotRequired[list[Line]]
    # Why it is paid: `join`, `renew` or `attend`.
    purpose: str
    # Where the purchase stands.
    state: PurchaseState
    # The newest order of it; null: none yet.
    order_id: str | None
    # Until when it can be paid; null: nothing is to be paid.
    pay_by: str | None
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # When it was made.
    created_at: str

class MyPurchasesPage(TypedDict):
    """A page: what the signed-in person can pay or has paid, newest first."""
    # What is on this page.
    items: list[Purchase]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class ShownPurchase(Purchase):
    """A purchase, and what the caller may do with it."""
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class ChoosePurchasePlanBody(TypedDict):
    """Name another plan to pay for, until an order is open."""
    # The plan, one that is on sale.
    plan_id: str

class PricedLine(Line):
    """`label`: what the plan was called; null where its owner knows what it is called."""
    # The plan's name when it was priced; null where it is none.
    label: NotRequired[str | None]

class BasePriceStep(TypedDict):
    """The plan's base price: it has no ladder, or none counts here."""
    # Which kind of step it is: each has its own fields.
    rule: str
    # The price of this step, in minor units.
    amount: int

class LadderStep(TypedDict):
    """The ladder's price: `base`, and `rise` more for each `every` places before this `step`."""
    # Which kind of step it is: each has its own fields.
    rule: str
    # The step of the ladder, 0 for the first.
    step: int
    # The price of the ladder's first step, in minor units.
    base: int
    # By how much each step is dearer than the one before, in minor units.
    rise: int
    # How many places a step of the ladder has.
    every: int
    # The price of this step, in minor units.
    amount: int

class PromiseStep(TypedDict):
    """The price that was promised to the applicant."""
    # Which kind of step it is: each has its own fields.
    rule: str
    # When the price was promised.
    lock: PriceLock
    # The price that was promised, in minor units.
    amount: int

class RenewalPriceStep(TypedDict):
    """The price of a renewal, where the plan has another one than its base."""
    # Which kind of step it is: each has its own fields.
    rule: str
    # Which price a renewal pays.
    price: RenewalPrice
    # The price of a renewal, in minor units.
    amount: int

class LineStep(TypedDict):
    """One line of a price of its own: so much each."""
    # Which kind of step it is: each has its own fields.
    rule: str
    # What it is, such as `seat`.
    kind: str
    # What one of it costs, in minor units.
    amount: int
    # How many of it.
    quantity: int

class Rounding(TypedDict):
    """How a share was rounded to the minor unit."""
    # The sum before it was rounded, in minor units.
    exact: str
    # `half_up_once`: half a unit or more goes up, once and at the end.
    rule: str

class CouponStep(TypedDict):
    """One code: what it gives if it counts, else the rule that it breaks."""
    # Which kind of step it is: each has its own fields.
    rule: str
    # The code that the buyer gave.
    code: str
    # Whether the code counts.
    applied: bool
    # The rule that the code breaks; left out where it counts.
    broken_rule: NotRequired[CouponRule]
    # What it takes off, in minor units; left out where it does not count.
    discount: NotRequired[int]
    # The days that it adds to the term; left out where it does not count.
    extra_days: NotRequired[int]
    # How a share was rounded; left out where none was.
    rounding: NotRequired[Rounding]

class TotalStep(TypedDict):
    """What is to be paid; the last step."""
    # Which kind of step it is: each has its own fields.
    rule: str
    # What is to be paid, in minor units.
    amount: int
    # The currency, as an ISO 4217 code.
    currency: str

class TriedCoupon(TypedDict):
    """What became of one code that the buyer gave."""
    # The code that the buyer gave.
    code: str
    # The coupon; null: it does not count.
    coupon_id: str | None
    # Whether the code counts.
    applied: bool
    # Why it does not count; null: it does.
    reason: CouponReason | None
    # The reason in the reader's language; null: it counts.
    detail: str | None

class Quote(TypedDict):
    """A price and a place, locked for 15 minutes."""
    # Before coupons: what the lines come to.
    list_price: Money
    # What the coupon takes off.
    discount: Money
    # What is paid: list price less discount.
    total: Money
    # The code that counts; null: none.
    coupon_code: NotRequired[str | None]
    # What is paid for, line by line; of a plan its single line.
    lines: NotRequired[list[PricedLine]]
    # How the price came about, step by step; amounts in minor units.
    trace: list[BasePriceStep | LadderStep | PromiseStep | RenewalPriceStep | LineStep | CouponStep | TotalStep]
    # Its id.
    id: str
    # The purchase that it belongs to: what is to be paid, or was.
    purchase_id: str
    # The plan that is priced; null where lines are.
    plan_id: str | None
    # Where the quote stands.
    state: QuoteState
    # The days that a coupon adds to the term.
    extra_days: int
    # The coupon that applied; null: none.
    coupon_id: str | None
    # What became of each code that the buyer gave.
    coupons: NotRequired[list[TriedCoupon]]
    # The step of the ladder, 0 for the first; null: the plan has none.
    step: int | None
    # What comes back after the cool-off; orders keep those of when they were priced.
    refund_brackets: NotRequired[list[TermBracket]]
    # Until when price and place are held.
    expires_at: str
    # Rises with each change; it is the ETag's, for If-Match.
    version: int

class CreateQuoteBody(TypedDict):
    """Price a purchase with its coupons and hold place and coupon for 15 minutes."""
    # Tried in this order, in any case and width, blanks in them left out; the first that may be
    # used applies.
    coupon_codes: NotRequired[list[str]]
    # Error: a code that does not count refuses the quote, and nothing is held or changed; ignore:
    # `coupons` says why, and the price is without it.
    on_refused: NotRequired[OnRefused]

class TransferToMake(TypedDict):
    """What a payer transfers: the payment's amount, with this reference."""
    # What the payer writes on the transfer: 8 letters and digits.
    reference: str
    # The account that it goes to.
    pay_to: BankAccount
    # Until when the money has to be there.
    until: str

class Payment(TypedDict):
    """`pay_url`: the page that the payer is sent to; `transfer`: what they do without one."""
    # Its id.
    id: str
    # The order that it belongs to.
    order_id: str
    # By whom the money comes.
    provider: str
    # What is to be paid.
    amount: Money
    # Where the attempt stands.
    state: PaymentState
    # The page that the payer is sent to; null: there is none.
    pay_url: str | None
    # What the payer transfers; null: they pay on a page.
    transfer: TransferToMake | None
    # When it was made.
    created_at: str

class Refund(TypedDict):
    """Money of an order that goes back."""
    # Its id.
    id: str
    # The order that it belongs to.
    order_id: str
    # How much goes back.
    amount: Money
    # Where the refund stands.
    state: RefundState
    # Why money goes back, in the words of who decided it.
    reason: str
    # When it was made.
    created_at: str

class Order(TypedDict):
    """One thing to poll: the money's state and, in `fulfilment`, what the owner made of it."""
    # Before coupons: what the lines come to.
    list_price: NotRequired[Money | None]
    # What the coupon takes off.
    discount: NotRequired[Money | None]
    # What is paid: list price less discount.
    total: Money
    # The code that counts; null: none.
    coupon_code: NotRequired[str | None]
    # What is paid for, line by line; of a plan its single line.
    lines: NotRequired[list[PricedLine]]
    # How the price came about, step by step; amounts in minor units.
    trace: list[BasePriceStep | LadderStep | PromiseStep | RenewalPriceStep | LineStep | CouponStep | TotalStep]
    # Its id.
    id: str
    # The purchase that it belongs to: what is to be paid, or was.
    purchase_id: str
    # The quote that it was made of; null: it was ordered without one.
    quote_id: str | None
    # The community that it belongs to.
    community_id: str
    # Who pays.
    payer_id: str
    # The plan that is paid for; null where `lines` say what is.
    plan_id: str | None
    # Where the money of the order stands.
    state: OrderState
    # What became of what it paid for.
    fulfilment: Fulfilment
    # What went back so far.
    refunded: Money
    # What comes back after the cool-off; orders keep those of when they were priced.
    refund_brackets: NotRequired[list[TermBracket]]
    # The attempts to pay, oldest first.
    payments: list[Payment]
    # What goes back, oldest first.
    refunds: list[Refund]
    # The request for a refund that is open; null: none.
    refund_request_id: NotRequired[str | None]
    # The number of the receipt, without gaps in its community; null before it is paid.
    receipt_number: str | None
    # Until when it can be paid.
    expires_at: str
    # When the money came, as the provider says; null: not yet.
    paid_at: str | None
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # When it was made.
    created_at: str
    # When it was changed last; attempts and refunds under way do not count; null of earlier
    # versions.
    updated_at: NotRequired[str | None]

class OrderPurchaseBody(TypedDict):
    """Order a purchase at the price that the buyer saw; the order stays open for 30 minutes."""
    # Tried in this order, in any case and width, blanks in them left out; the first that may be
    # used applies.
    coupon_codes: NotRequired[list[str]]
    # The price after coupons.
    total: Money
    # The days that a coupon adds.
    extra_days: NotRequired[int]

class ShownOrder(Order):
    """An order, and what the caller may do with it."""
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class MyOrder(Order):
    """An order with the names of what it paid for; null while membership is away."""
    # What its plan is called; null: it paid for no plan.
    plan_name: NotRequired[str | None]
    # Whom it paid; null while membership is away.
    community: NotRequired[CommunityHead | None]

class MyOrdersPage(TypedDict):
    """A page: the orders of the signed-in person, newest first."""
    # What is on this page.
    items: list[MyOrder]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class ListedOrder(Order):
    """An order with what its payer is called; null for who has not said it, and for all while
    membership is away."""
    # What the person is called, as they say themselves; null: they have not said it, or it may not
    # be known here.
    display_name: str | None
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class OrdersPage(TypedDict):
    """A page: the orders of a community, found by number or payer, or in some order."""
    # What is on this page.
    items: list[ListedOrder]
    # With `count`: how many there are on all pages, counted up to 10000; else null.
    total: NotRequired[int | None]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class OrderCounts(TypedDict):
    """How many orders of a community are in each state."""
    # The community that it belongs to.
    community_id: str
    # How many there are in each state.
    counts: dict[str, int]

class OpenPaymentBody(TypedDict):
    """Open an attempt to pay with a provider and say where the payer goes."""
    # By whom the payer wants to pay.
    provider: Provider
    # Where the payer goes afterwards, at one of the community's `link_hosts`; `order_id` is added
    # to its query. An attempt that is under way keeps its first ones.
    return_url: NotRequired[str | None]
    # Where the payer goes who gives up, at one of the community's `link_hosts`; `order_id` is
    # added to its query. An attempt that is under way keeps its first ones.
    cancel_url: NotRequired[str | None]

class RefundPreview(TypedDict):
    """What comes back to who gives up now what an order paid for, by the terms of its purchase."""
    # The order that it belongs to.
    order_id: str
    # What would come back now.
    amount: Money
    # Of what was paid, what was given back before included.
    percent: str
    # The last instant at which it is as much; null = nothing comes back.
    until: str | None

class RefundOrderBody(TypedDict):
    """Refund an order in full or in part."""
    # How much goes back; null: all that is left.
    amount: NotRequired[Money | None]
    # Kept with the refund and shown to the payer.
    reason: str

class RefundRequest(TypedDict):
    """`policy` is what the order's terms said when it was asked for; `words` are those of who
    declined."""
    # Its id.
    id: str
    # The community that it belongs to.
    community_id: str
    # The order that it belongs to.
    order_id: str
    # Who pays.
    payer_id: str
    # Where the request stands.
    state: RefundRequestState
    # Why the payer asks, in their words; empty: they do not say.
    why: str
    # What the terms of the order give back, as of when it was asked for.
    policy_amount: Money
    # The share of what was paid, in percent.
    policy_percent: str
    # A grant without an amount ends what was paid for; false where the policy gives nothing back.
    gives_up: NotRequired[bool]
    # What who decided wrote to the payer; empty: nothing.
    words: str
    # By which it was granted; null: it was not.
    refund_id: str | None
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # When it was made.
    created_at: str

class AskRefundBody(TypedDict):
    """Ask for a refund of an order; people of the community decide."""
    # Why, for who decides.
    why: NotRequired[str]

class MyRefundRequestsPage(TypedDict):
    """A page: the refunds that the signed-in person asked for, newest first."""
    # What is on this page.
    items: list[RefundRequest]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class ListedRefundRequest(RefundRequest):
    """A request with what its payer is called; null for who has not said it, and for all while
    membership is away."""
    # What the person is called, as they say themselves; null: they have not said it, or it may not
    # be known here.
    display_name: str | None
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class RefundRequestsPage(TypedDict):
    """A page: the refunds that were asked for in a community, oldest first."""
    # What is on this page.
    items: list[ListedRefundRequest]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class RefundRequestCounts(TypedDict):
    """How many requests are in each state."""
    # The community that it belongs to.
    community_id: str
    # How many there are in each state.
    counts: dict[str, int]

class ShownRefundRequest(RefundRequest):
    """A request, and what the caller may do with it."""
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class GrantRefundRequestBody(TypedDict):
    """Give money back as it was asked for, by the policy or another amount."""
    # Null: what the policy said when it was asked for, less what was given back since; what was
    # paid for ends by it. An amount is goodwill: nothing ends unless all is given back.
    amount: NotRequired[Money | None]
    # Kept with the refund and shown to the payer.
    words: NotRequired[str]

class DeclineRefundRequestBody(TypedDict):
    """Say why no money goes back."""
    # Why, for the payer.
    words: str

class Receipt(TypedDict):
    """Money that somebody found on the account."""
    # What came.
    amount: Money
    # The bank's day, in the community's zone.
    received_on: str
    # In what it differed from what the payer was told.
    note: TransferNote
    # Who found it.
    confirmed_by: str
    # When they said so.
    confirmed_at: str

class Transfer(TypedDict):
    """`claim`: what one person said and a second one has to say likewise. `returned`: of what was
    received, what goes back to the payer."""
    # The payment that it belongs to.
    payment_id: str
    # The order that it belongs to.
    order_id: str
    # Who pays.
    payer_id: str
    # The community that it belongs to.
    community_id: str
    # What the payer writes on the transfer: 8 letters and digits.
    reference: str
    # Where the transfer stands.
    state: TransferState
    # What is to be transferred.
    amount: Money
    # What came so far.
    received: Money
    # What of it goes back to the payer.
    returned: Money
    # What was found on the account, oldest first.
    receipts: list[Receipt]
    # What one person said and a second one has to say likewise; null: nothing.
    claim: Receipt | None
    # Until when the money has to be there.
    expires_at: str
    # When it was made.
    created_at: str

class ListedTransfer(Transfer):
    """A transfer, and what the caller may do with it."""
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class TransfersPage(TypedDict):
    """A page: the transfers of a community, oldest first, or by reference."""
    # What is on this page.
    items: list[ListedTransfer]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class TransferCounts(TypedDict):
    """How many transfers are in each state, and refunds wait for somebody who transfers them."""
    # The community that it belongs to.
    community_id: str
    # How many there are in each state.
    counts: dict[str, int]
    # How many refunds wait for somebody who transfers them.
    due_refunds: int

class ConfirmTransferBody(TypedDict):
    """Say what came for a transfer; the order is paid once all of it is there."""
    # What came, in the payment's currency.
    amount: Money
    # The bank's day, in the community's zone; the order is paid then.
    received_on: str
    # How many `receipts` there were when the transfer was read.
    seen_receipts: NotRequired[int]
    # In what it differed from what the payer was told.
    note: NotRequired[TransferNote]

class DueRefundsPage(TypedDict):
    """A page: refunds that somebody of the community has to transfer, oldest first."""
    # What is on this page.
    items: list[Refund]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class AccountBalance(TypedDict):
    """What stands on one account of the ledger."""
    # The account of the ledger, such as `deferred_income`.
    account: str
    # What stands on it; debit is positive.
    balance: Money

class LedgerSummary(TypedDict):
    """Balances per account (debit positive); `sum` is zero, always."""
    # The community that it belongs to.
    community_id: str
    # What stands on each account.
    balances: list[AccountBalance]
    # The sum of all balances, which is 0.
    sum: int
    # How many entries there are.
    entries: int

class PriceCount(TypedDict):
    """How many orders were paid at this list price and total."""
    # Why it was paid: `join`, `renew` or `attend`.
    purpose: str
    # The price before coupons.
    list_price: Money
    # What is paid: the list price without the discount.
    total: Money
    # How many orders were paid so.
    count: int

class SalesSummary(TypedDict):
    """Orders per state, paid ones per price, uses of the newest 500 coupons by code; exact."""
    # The community that it belongs to.
    community_id: str
    # How many orders are in each state.
    orders_by_state: dict[str, int]
    # How many orders were paid, by list price and total.
    paid_by_price: list[PriceCount]
    # How often the newest 500 coupons were used, by code.
    coupon_uses: dict[str, int]

class MyEvent(TypedDict):
    """The data of an event in a person's stream: what has another version now, so that whoever
    shows it reads it again. `type` is what `subject` names: application, membership, purchase,
    order, registration, notification; `reset`, with neither subject nor version, says that others
    may have been missed: read all that you show again. Later versions have more types."""
    # What `subject` names, or `reset`.
    type: str
    # The id of what has another version; null of `reset`.
    subject: str | None
    # The version that it has now; null of `reset`.
    version: int | None

class Notification(TypedDict):
    """A message in a person's in-app inbox, in the language that the reader asked for. `link` is
    the address of what it is about at the gateway, `page` on the community's own site."""
    # Its id.
    id: str
    # The community that it belongs to.
    community_id: str
    # What it tells of, such as `application_approved`.
    type: str
    # What it is sorted by.
    category: Category
    # Its subject, in the reader's language.
    title: str
    # What it says, in the reader's language.
    text: str
    # The address of what it is about, at this API.
    link: str
    # Null where the community names none for what it is about.
    page: NotRequired[str | None]
    # When it was marked as read; null: not yet.
    read_at: str | None
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # When it was made.
    created_at: str

class MyNotificationsPage(TypedDict):
    """A page: the in-app inbox of the signed-in person, newest first."""
    # What is on this page.
    items: list[Notification]
    # How many are not read yet, counted up to 100.
    unread: NotRequired[int]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class DeliveryCount(TypedDict):
    """How many deliveries of a type, channel and state there are."""
    # What the messages tell of.
    type: str
    # The way that they took.
    channel: Channel
    # What became of them.
    state: DeliveryState
    # How many there are.
    count: int

class DeliverySummary(TypedDict):
    """How many deliveries of each type, channel and state a community has."""
    # The community that it belongs to.
    community_id: str
    # How many there are of each type, channel and state.
    deliveries: list[DeliveryCount]

class LoggedRequest(TypedDict):
    """A request and what was answered to it."""
    # When it happened.
    at: str
    # The HTTP method.
    method: str
    # The address with names in the place of ids; `none` where nothing is.
    route: str
    # The HTTP status.
    status: int
    # The code of the error; null: it was none.
    code: str | None
    # Milliseconds until the answer began.
    ms: int
    # The person or the API key; null: nobody whom we know.
    actor_id: str | None
    # The network that it came from.
    source: str

class RequestLog(TypedDict):
    """All requests of that id, the newest first: who repeats one may send the same."""
    # The `X-Request-Id` that was asked for.
    request_id: str
    # The requests that had this id, newest first.
    requests: list[LoggedRequest]

class Change(TypedDict):
    """One step: ids, codes and names of fields, never what somebody wrote or is called. `version`
    is the aggregate's after it. Steps of one request or job share the `request_id`."""
    # When it was done.
    at: str
    # The id of a person or an API key, `system:<service>`, `operator` or `anonymous`.
    actor_id: str
    # What was done, in a word; new ones may come.
    action: str
    # The version of the object after it.
    version: int
    # The fields, by name; empty where it was made.
    changed_fields: list[str]
    # The new state, and what else was noted.
    details: dict[str, Any]
    # The `X-Request-Id` of the request that did it, or of the job.
    request_id: str

class HistoryPage(TypedDict):
    """A page: who changed it, when and how, newest first; what was archived is not there any
    more."""
    # What is on this page.
    items: list[Change]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class Claim(TypedDict):
    """Who is on it, and until when others leave it to them."""
    # The reviewer who is on it.
    person_id: str
    # What the person is called, as they say themselves; null: they have not said it, or it may not
    # be known here.
    display_name: str | None
    # Until when others leave it to them.
    until: str

class QueuedApplication(TypedDict):
    """An application without its answers, which stand where it is read; `claim` while it holds."""
    # Its id.
    id: str
    # The applicant.
    person_id: str
    # What the person is called, as they say themselves; null: they have not said it, or it may not
    # be known here.
    display_name: str | None
    # Where the application stands.
    state: ApplicationState
    # When it was first handed in.
    submitted_at: str
    # Who is on it; null: nobody.
    claim: Claim | None
    # How many reviewers decided so far.
    verdicts: int
    # Rises with each change; it is the ETag's, for If-Match.
    version: int
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class ReviewQueuePage(TypedDict):
    """A page: who waits for a decision of a community, longest first, by name."""
    # What is on this page.
    items: list[QueuedApplication]
    # Whose queue it is.
    community: CommunityHead
    # How many are in these states, found or not.
    waiting: int
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class MemberFigures(TypedDict):
    """`joined` and `lapsed` are of the days that were asked for, the others of today."""
    # How many have a term that runs.
    active: int
    # How many are past their term and may still renew.
    grace: int
    # How many have a term that ends within 30 days, none after.
    expiring: int
    # How many joined, up to 10000, whatever became of them.
    joined: int
    # How many were past their grace and did not come back.
    lapsed: int

class ApplicationFigures(TypedDict):
    """Handed in and not decided."""
    # How many wait for a decision.
    waiting: int
    # When the one that waits longest was handed in; null: none waits.
    oldest_at: str | None

class NextMeetup(TypedDict):
    """A meetup that is not over, as a dashboard shows it."""
    # Its id.
    id: str
    # What the meetup is called.
    title: str
    # When it begins.
    starts_at: str
    # The IANA time zone in which its days and hours are meant.
    zone: str
    # Where the meetup stands.
    state: MeetupState
    # How many seats there are.
    capacity: int
    # How many seats are neither taken nor on offer.
    seats_free: int

class Dashboard(TypedDict):
    """How a community stands; its money is `…/revenue`."""
    # Which community it is.
    community: CommunityHead
    # The first of the days that `joined` and `lapsed` are of.
    since: str
    # The last of these days.
    until: str
    # Its members, in figures.
    members: MemberFigures
    # The applications that wait.
    applications: ApplicationFigures
    # The next five by start; null while the events side is away.
    meetups: list[NextMeetup] | None

class Earned(TypedDict):
    """What was sold: `net` = `gross` − `discounts` − `refunds`. A refund counts in the month in
    which its order was paid."""
    # How many orders were paid.
    orders: int
    # At list prices.
    gross: Money
    # What coupons took off.
    discounts: Money
    # What went back of these orders.
    refunds: Money
    # What is left of it.
    net: Money

class MonthEarned(Earned):
    """What was sold: `net` = `gross` − `discounts` − `refunds`. A refund counts in the month in
    which its order was paid."""
    # The month, as year and month: `2026-11`.
    month: str

class OfferedPlan(TypedDict):
    """A plan on sale and its public price now; null counts where it has one price for all."""
    # Its id.
    id: str
    # What the plan is called.
    name: str
    # What the plan gives, for who chooses.
    description: str
    # A word for what it gives, for standings and integrators; empty: none.
    tier: str
    # How many months one payment gives.
    period_months: int
    # What who buys now pays before coupons.
    price: Money
    # The step of the ladder, 0 for the first, and without one.
    step: int
    # How many places are left at this price; null: any number.
    places_left: int | None
    # The price after that; null: it does not rise.
    next_price: Money | None
    # What comes back to who gives it up, and until when; of the brackets that are reached the best
    # counts.
    refund_brackets: list[TermBracket]

class WaitingMoney(TypedDict):
    """What waits for who looks after the money; each counted up to a thousand."""
    # To look for, or to confirm again.
    transfers: int
    # To transfer by hand.
    refunds: int
    # To decide about.
    refund_requests: int

class Revenue(TypedDict):
    """Months are those of the community's zone, those in which nothing was sold are left out;
    `total` is their sum, null where there is none."""
    # The community that it belongs to.
    community_id: str
    # The sum of these months; null: nothing was sold.
    total: Earned | None
    # What was sold, month by month.
    months: list[MonthEarned]
    # Those on sale, with their prices now.
    plans: list[OfferedPlan]
    # What waits for who looks after the money.
    waiting: WaitingMoney
    # The newest five.
    latest_orders: list[ListedOrder]

class Guest(TypedDict):
    """Somebody with a seat, as the door sees them; `id` is the registration's."""
    # The id of the registration.
    id: str
    # What the person is called, as they say themselves; null: they have not said it, or it may not
    # be known here.
    display_name: str | None
    # Where the registration stands.
    state: RegistrationState
    # When they came; null: not yet.
    checked_in_at: str | None
    # The operations, by name, that would not be refused to the caller now.
    actions: NotRequired[list[str]]

class GuestsPage(TypedDict):
    """A page: who has a seat at a meetup and who is there, by name, for the door."""
    # What is on this page.
    items: list[Guest]
    # The `cursor` of the next page; null on the last one.
    next_cursor: str | None

class OfferingCommunity(CommunityHead):
    """Its name, and what its days and its money are written in."""
    # What the community says of itself.
    description: str

class PaymentsOffer(TypedDict):
    """What a page shows to who may join; of a community that is not hidden."""
    # Who offers it.
    community: OfferingCommunity
    # The form that an application answers, section by section.
    form: list[Section]
    # The version of the form; each stays as it was.
    form_version: int
    # The plans on sale, with their prices now.
    plans: list[OfferedPlan]

ApplicationState: TypeAlias = Literal["draft", "submitted", "in_review", "needs_info", "approved", "rejected", "withdrawn", "joined", "lapsed"]

MembershipState: TypeAlias = Literal["pending_payment", "active", "grace", "expired", "suspended", "cancelled", "paused"]

TermKind: TypeAlias = Literal["paid", "free", "comped", "imported"]

PlaceState: TypeAlias = Literal["may_apply", "draft", "under_review", "more_wanted", "rejected", "lapsed", "approved", "paying", "active", "grace", "expired"]

NextStep: TypeAlias = Literal["apply", "submit", "wait", "answer", "pay", "renew"]

ErasureState: TypeAlias = Literal["asked", "withdrawn", "erasing", "erased"]

WayKind: TypeAlias = Literal["oidc", "wechat_website", "wechat_official", "wechat_mini"]

ApiKeyState: TypeAlias = Literal["live", "revoked", "expired"]

KeyScope: TypeAlias = Literal["communities:read", "communities:write", "roles:read", "applications:read", "reviews:read", "memberships:read", "memberships:write", "meetups:read", "meetups:host", "registrations:read", "payments:read", "payments:write", "notifications:read", "requests:read", "operators:read"]

Visibility: TypeAlias = Literal["public", "unlisted", "hidden"]

QuestionKind: TypeAlias = Literal["single", "multi", "short_text", "long_text", "number", "link"]

ReviewVerdict: TypeAlias = Literal["approve", "reject"]

RejectionReason: TypeAlias = Literal["profile_incomplete", "not_a_fit", "duplicate", "full", "other"]

Locale: TypeAlias = Literal["zh-CN", "en"]

GrantableRole: TypeAlias = Literal["owner", "reviewer", "host", "treasurer", "scanner"]

LinkKind: TypeAlias = Literal["application", "membership", "order", "registration"]

LinkPurpose: TypeAlias = Literal["pay", "renew", "decline"]

LinkedKind: TypeAlias = Literal["purchase", "membership", "registration", "offer"]

UploadPurpose: TypeAlias = Literal["answer", "picture", "import"]

UploadState: TypeAlias = Literal["receiving", "ready", "claimed"]

FileType: TypeAlias = Literal["image/png", "image/jpeg", "image/webp", "application/pdf", "text/csv"]

ImportState: TypeAlias = Literal["running", "done", "failed"]

RowResult: TypeAlias = Literal["accepted", "refused"]

Service: TypeAlias = Literal["membership", "payments", "events", "notifications"]

MeetupState: TypeAlias = Literal["draft", "published", "registration_closed", "held", "cancelled"]

RegistrationState: TypeAlias = Literal["applied", "selected", "confirmed", "waitlisted", "declined", "hold_expired", "withdrawn", "not_selected", "cancelled", "checked_in", "no_show"]

PlanState: TypeAlias = Literal["draft", "on_sale", "paused", "closed"]

PriceLock: TypeAlias = Literal["at_application", "at_approval", "at_payment"]

RenewalPrice: TypeAlias = Literal["base", "as_first_paid", "current_step"]

CouponState: TypeAlias = Literal["active", "paused", "ended"]

CouponKind: TypeAlias = Literal["amount_off", "percent_off", "set_price", "extra_days"]

CouponAudience: TypeAlias = Literal["newcomer", "renewal", "any"]

CouponReason: TypeAlias = Literal["unknown", "inactive", "not_started", "expired", "used_up", "used_before", "newcomers_only", "renewals_only", "minimum_not_reached", "other_plan", "other_currency", "another_applied"]

CouponRule: TypeAlias = Literal["code_is_known", "coupon_is_active", "coupon_is_in_plan_currency", "coupon_covers_plan", "coupon_has_begun", "coupon_is_not_over", "coupon_is_in_window", "person_is_newcomer", "person_is_renewing", "price_reaches_minimum", "coupon_has_uses_left", "person_has_uses_left", "coupon_is_the_only_one"]

OnRefused: TypeAlias = Literal["error", "ignore"]

PurchaseState: TypeAlias = Literal["open", "paid", "fulfilled", "withdrawn", "refused", "lapsed"]

QuoteState: TypeAlias = Literal["live", "ordered", "replaced", "expired"]

OrderState: TypeAlias = Literal["open", "paid", "partially_refunded", "refunded", "expired", "cancelled"]

Fulfilment: TypeAlias = Literal["none", "pending", "fulfilled", "refused"]

PaymentState: TypeAlias = Literal["created", "pending", "unknown", "confirmed", "failed", "cancelled"]

RefundState: TypeAlias = Literal["created", "submitted", "done", "failed"]

RefundRequestState: TypeAlias = Literal["open", "granted", "declined", "withdrawn"]

TransferState: TypeAlias = Literal["open", "awaiting_second", "received", "closed"]

TransferNote: TypeAlias = Literal["as_asked", "other_sender", "other_reference", "in_cash"]

Provider: TypeAlias = Literal["sandbox", "transfer"]

Category: TypeAlias = Literal["transactional", "reminder", "social", "campaign"]

Channel: TypeAlias = Literal["in_app", "email", "sms"]

DeliveryState: TypeAlias = Literal["pending", "sent", "failed", "suppressed"]
