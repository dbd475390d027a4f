"""Communities, their forms and the roles in them."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import ANYBODY, GRANTABLE_ROLES, OPERATORS, OWNING_ROLES, holders
from contracts.errors import membership as codes
from contracts.fields import (
    Boolean,
    Choice,
    Document,
    Id,
    Instant,
    ListOf,
    Matching,
    PageRequest,
    Request,
    Text,
    Whole,
    Zone,
    page_of,
    seen_version,
)
from contracts.history import history_of
from contracts.membership.inputs import EmailAddress, question_key
from contracts.records import Rpc


class AskedIf(Request):
    """The question is asked only when an earlier one was answered with one of these."""

    question = question_key(
        required=True, metadata={"description": "key of a question before this one"}
    )
    any_of = ListOf(Text(minimum=1, maximum=100), minimum=1, maximum=20, required=True)


class Question(Request):
    key = question_key(required=True)
    kind = Choice("single", "multi", "short_text", "long_text", "number", "link", required=True)
    title = Text(required=True, minimum=1, maximum=200)
    required = Boolean(load_default=False)
    private = Boolean(
        load_default=False, metadata={"description": "answers are for reviewers and owners only"}
    )
    options = ListOf(
        Text(minimum=1, maximum=100),
        maximum=50,
        load_default=list,
        metadata={"description": "what can be chosen, for single and multi"},
    )
    minimum = Whole(
        load_default=0,
        maximum=1_000_000_000,
        metadata={"description": "fewest characters, options, or the smallest number"},
    )
    maximum = Whole(
        load_default=None,
        allow_none=True,
        maximum=1_000_000_000,
        metadata={"description": "most characters, options, or the largest number"},
    )
    asked_if = fields.Nested(AskedIf, load_default=None, allow_none=True)


class Section(Request):
    title = Text(required=True, minimum=1, maximum=100)
    questions = ListOf(fields.Nested(Question), minimum=1, maximum=50, required=True)


def _setting(meaning: str, default: int, minimum: int = 0, maximum: int = 0) -> Whole:
    metadata = {"description": meaning}
    return Whole(load_default=default, minimum=minimum, maximum=maximum, metadata=metadata)


class Policy(Request):
    """Settings of a community; each default is that of `product.md` §2."""

    decisions_needed = _setting("reviewers who have to say yes", 1, minimum=1, maximum=5)
    pay_by_hours = _setting("hours from approval to the lapse of an unpaid one", 72, 1, 24 * 60)
    grace_days = _setting("days of access after the end of a term", 7, maximum=90)
    revival_days = _setting(
        "days after expiry in which a renewal keeps the number", 30, maximum=365
    )
    renewal_opens_days = _setting("days before the end from which one may renew", 60, 1, 366)
    reapply_after_days = _setting("days after a rejection until a new application", 0, maximum=365)
    claim_minutes = _setting("minutes for which a reviewer's claim holds", 30, 1, 24 * 60)
    first_member_number = _setting("number of the first member; an import moves it", 1, 1, 10**9)


class CreateCommunity(Request):
    slug = Matching(
        r"[a-z][a-z0-9-]{1,38}[a-z0-9]",
        "a short name such as doctors",
        required=True,
        metadata={"description": "short name, unique in the system", "example": "doctors"},
    )
    name = Text(required=True, minimum=1, maximum=100)
    description = Text(load_default="", maximum=2000, multiline=True)
    zone = Zone(load_default="Asia/Shanghai")
    locale = Choice("zh-CN", "en", load_default="zh-CN")
    currency = Matching(r"[A-Z]{3}", "an ISO 4217 code", load_default="CNY")
    form = ListOf(fields.Nested(Section), maximum=10, load_default=list)
    policy = fields.Nested(Policy, load_default=lambda: Policy().load({}))
    owner_email = EmailAddress(
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
    form = ListOf(fields.Nested(Section), maximum=10, required=True)
    expected_version = seen_version()


class FormRef(Request):
    community_id = Id("com", required=True)
    form_version = Whole(required=True, minimum=1)


class Form(Document):
    """One version of a community's application form; versions never change."""

    community_id = Id("com", required=True)
    form_version = Whole(required=True)
    form = fields.List(fields.Nested(Section), required=True)
    created_at = Instant(required=True)


class GrantRole(Request):
    community_id = Id("com", required=True)
    email = EmailAddress(required=True)
    role = Choice(*GRANTABLE_ROLES, required=True)


class RoleGiven(Document):
    """What was asked for and no more: who is behind an address is for them to say."""

    email = fields.String(required=True)
    role = fields.String(required=True)


class RoleHolder(Document):
    """`name` of who was approved or renewed here themselves; of all others the `email`."""

    person_id = Id("per", required=True)
    name = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    roles = fields.List(fields.String(), required=True)


class RevokeRole(Request):
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    role = Choice(*GRANTABLE_ROLES, required=True)


class ListRoles(PageRequest):
    community_id = Id("com", required=True)


class GetCommunityHistory(PageRequest):
    community_id = Id("com", required=True)


class GetRoleHistory(PageRequest):
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)


CREATE_COMMUNITY = Rpc(
    "membership",
    "create_community",
    "Create a community with its form and policy and name the first owner.",
    CreateCommunity,
    Community,
    who=OPERATORS,
    errors=(codes.COMMUNITY_SLUG_TAKEN,),
)
GET_COMMUNITY = Rpc(
    "membership",
    "get_community",
    "A community as anybody may see it.",
    CommunityRef,
    Community,
    who=ANYBODY,
    callers=("gateway", "payments", "events", "notifications"),
)
CHANGE_FORM = Rpc(
    "membership",
    "change_form",
    "Publish a new version of the application form.",
    ChangeForm,
    Community,
    who=holders(OWNING_ROLES),
)
GET_FORM = Rpc(
    "membership",
    "get_form",
    "The application form as it stood in one version.",
    FormRef,
    Form,
    who=ANYBODY,
)
LIST_COMMUNITIES = Rpc(
    "membership",
    "list_communities",
    "All communities.",
    PageRequest,
    page_of(Community, "Communities"),
    who=ANYBODY,
)
GRANT_ROLE = Rpc(
    "membership",
    "grant_role",
    "Give a role to the person behind an address.",
    GrantRole,
    RoleGiven,
    who=holders(OWNING_ROLES).signed_in_lately("to grant the role owner"),
)
REVOKE_ROLE = Rpc(
    "membership",
    "revoke_role",
    "Take a role back; the last owner stays.",
    RevokeRole,
    RoleHolder,
    who=holders(OWNING_ROLES),
    errors=(codes.LAST_OWNER,),
)
RoleHolders = page_of(RoleHolder, "RoleHolders")
LIST_ROLES = Rpc(
    "membership",
    "list_roles",
    "Who holds which role in a community.",
    ListRoles,
    RoleHolders,
    who=holders(OWNING_ROLES),
)
GET_COMMUNITY_HISTORY = history_of(
    "membership", "community", GetCommunityHistory, holders(OWNING_ROLES)
)
GET_ROLE_HISTORY = history_of("membership", "role", GetRoleHistory, holders(OWNING_ROLES))
