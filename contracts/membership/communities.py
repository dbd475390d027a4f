"""Communities, their forms and the roles in them."""

from __future__ import annotations

from marshmallow import fields

from contracts.errors import membership as codes
from contracts.fields import (
    Choice,
    Document,
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
from contracts.membership.inputs import email_address, question_key, seen_version
from contracts.records import Rpc


class AskedIf(Request):
    """The question is asked only when an earlier one was answered with one of these."""

    question = question_key(
        required=True, metadata={"description": "key of a question before this one"}
    )
    any_of = Several(Text(least=1, most=100), least=1, most=20, required=True)


class Question(Request):
    key = question_key(required=True)
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
    owner_email = email_address(
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
    expected_version = seen_version()


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
    email = email_address(required=True)
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
