"""Communities, their forms and the roles in them."""

from __future__ import annotations

from typing import Any

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
from contracts.membership.inputs import EmailAddress, profile_field, question_key
from contracts.membership.policies import Policy, PolicyChange
from contracts.records import Rpc
from contracts.states.membership import LINK_KINDS, VISIBILITIES

HIDDEN = "hidden ones to who belongs there, applied there or operates the system"


class AskedIf(Request):
    """The question is asked only when an earlier one was answered with one of these."""

    question = question_key(
        required=True, metadata={"description": "the key of a question before this one"}
    )
    any_of = ListOf(Text(minimum=1, maximum=100), minimum=1, maximum=20, required=True)


class Question(Request):
    """A question of an application form."""

    key = question_key(required=True)
    kind = Choice(
        "single", "multi", "short_text", "long_text", "number", "link", "file", required=True
    )
    title = Text(required=True, minimum=1, maximum=200)
    required = Boolean(load_default=False)
    private = Boolean(
        load_default=False, metadata={"description": "answers are for reviewers and owners only"}
    )
    introduction = Boolean(
        load_default=False,
        metadata={"description": "counts for how much somebody says of themselves"},
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
        metadata={"description": "fewest characters, options or files, or the smallest number"},
    )
    maximum = Whole(
        load_default=None,
        allow_none=True,
        maximum=1_000_000_000,
        metadata={"description": "most characters, options or files, or the largest number"},
    )
    asked_if = fields.Nested(AskedIf, load_default=None, allow_none=True)
    fills = profile_field(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "the field of the member's profile that gets the answer when they join:"
            " segment, city, company, or one of your own; for single and short_text, not private",
            "example": "city",
        },
    )


class Section(Request):
    """A part of an application form, with its heading."""

    title = Text(required=True, minimum=1, maximum=100)
    questions = ListOf(fields.Nested(Question), minimum=1, maximum=50, required=True)


def short_name(**kwargs: Any) -> Matching:
    described = {"description": "short name, unique in the system", "example": "doctors"}
    pattern = r"[a-z][a-z0-9-]{1,38}[a-z0-9]"
    return Matching(pattern, "short_name", metadata=described, **kwargs)


def _visibility(**kwargs: Any) -> Choice:
    meaning = "public: in the list; unlisted: for who has its id or slug; hidden: for its people"
    return Choice(*VISIBILITIES, metadata={"description": meaning}, **kwargs)


def _link_to(kind: str) -> Matching:
    """An address for each object of a kind; whose host it may have is said by `link_hosts`."""
    example = f"https://club.example.com/{kind}s/{{id}}"
    return Matching(
        r"https?://[!$-;=?-\[\]_a-z{}~]{1,400}",
        "object_address",
        allow_none=True,
        metadata={
            "description": "https, with {id} once in its path or query; null takes it away",
            "example": example,
        },
    )


LinksChange = Request.from_dict({kind: _link_to(kind) for kind in LINK_KINDS}, name="LinksChange")


class CreateCommunity(Request):
    slug = short_name(required=True)
    name = Text(required=True, minimum=1, maximum=100)
    description = Text(load_default="", maximum=2000, multiline=True)
    visibility = _visibility(load_default="public")
    zone = Zone(load_default="Asia/Shanghai")
    locale = Choice("zh-CN", "en", load_default="zh-CN")
    currency = Matching(r"[A-Z]{3}", "currency", load_default="CNY")
    form = ListOf(fields.Nested(Section), maximum=10, load_default=list)
    policy = fields.Nested(Policy, load_default=lambda: Policy().load({}))
    owner_email = EmailAddress(
        required=True,
        metadata={
            "description": "the first owner; needs no account yet",
            "example": "lin@example.com",
        },
    )


def _link_of(kind: str) -> fields.String:
    example = {"example": f"https://club.example.com/{kind}s/{{id}}"}
    return fields.String(required=True, allow_none=True, metadata=example)


Links = Document.from_dict({kind: _link_of(kind) for kind in LINK_KINDS}, name="Links")


class Community(Document):
    """`links` say where an object is shown on the community's own site, at one of `link_hosts`."""

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
    # The defaults are for readers: what an earlier version does not send.
    policy_version = Whole(load_default=1)
    visibility = _visibility(load_default="public")
    links = fields.Nested(Links, load_default=lambda: dict.fromkeys(LINK_KINDS))
    link_hosts = fields.List(fields.String(), load_default=list)
    version = Whole(required=True)
    created_at = Instant(required=True)


class CommunityRef(Request):
    community_id = Id("com", required=True)


class ListCommunities(PageRequest):
    slug = short_name(load_default=None, allow_none=True)


class ChangeCommunity(Request):
    """What is left out stays. Slug, zone, locale and currency stay for ever."""

    fixed = frozenset({"slug", "zone", "locale", "currency"})

    community_id = Id("com", required=True)
    name = Text(minimum=1, maximum=100)
    description = Text(maximum=2000, multiline=True)
    visibility = _visibility()
    policy = fields.Nested(PolicyChange)
    links = fields.Nested(LinksChange)
    simulate = Boolean(
        load_default=False, metadata={"description": "store nothing, say what would change"}
    )
    expected_version = seen_version()


class Concerned(Document):
    """Whom a change of the policy meets."""

    applications = Whole(
        required=True, metadata={"description": "open ones, which the new policy decides"}
    )
    memberships = Whole(
        required=True,
        metadata={"description": "those that await payment and keep their time for it"},
    )


class CommunityChange(Document):
    """The community after the change, or as it would be; `version` is the stored one's."""

    community = fields.Nested(Community, required=True)
    changed = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "where it differs, as JSON pointers",
            "example": ["/policy/grace_days"],
        },
    )
    concerned = fields.Nested(
        Concerned,
        required=True,
        allow_none=True,
        metadata={"description": "whom a simulated change of the policy meets, else null"},
    )
    simulated = Boolean(required=True)
    version = Whole(required=True)


class ChangeLinkHosts(Request):
    community_id = Id("com", required=True)
    link_hosts = ListOf(
        Matching(
            r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
            "host",
            metadata={"example": "club.example.com"},
        ),
        maximum=20,
        required=True,
    )
    expected_version = seen_version()


class PolicyRef(Request):
    community_id = Id("com", required=True)
    policy_version = Whole(required=True, minimum=1)


class PolicyVersion(Document):
    """A policy as it stood in one version; `until` is when another one took its place."""

    community_id = Id("com", required=True)
    policy_version = Whole(required=True)
    policy = fields.Nested(Policy, required=True)
    until = Instant(required=True, allow_none=True)


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
    who=ANYBODY.who_sees_more(HIDDEN),
    callers=("gateway", "payments", "events", "notifications"),
)
CHANGE_COMMUNITY = Rpc(
    "membership",
    "change_community",
    "Change names, policy, visibility and links of a community, or see what that would change.",
    ChangeCommunity,
    CommunityChange,
    who=holders(OWNING_ROLES),
    errors=(codes.LINK_HOST_NOT_ALLOWED,),
)
CHANGE_LINK_HOSTS = Rpc(
    "membership",
    "change_link_hosts",
    "Say to which hosts a community's links may lead, and payers come back; links to others go.",
    ChangeLinkHosts,
    Community,
    who=OPERATORS.by_people().signed_in_lately(),
)
GET_POLICY = Rpc(
    "membership",
    "get_policy",
    "The policy of a community as it stood in one version.",
    PolicyRef,
    PolicyVersion,
    who=ANYBODY.who_sees_more(HIDDEN),
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
    who=ANYBODY.who_sees_more(HIDDEN),
)
LIST_COMMUNITIES = Rpc(
    "membership",
    "list_communities",
    "The communities that are public, or the one with a short name.",
    ListCommunities,
    page_of(Community, "Communities"),
    who=ANYBODY.who_sees_more("owners see theirs, operators all"),
)
GRANT_ROLE = Rpc(
    "membership",
    "grant_role",
    "Give a role to the person behind an address.",
    GrantRole,
    RoleGiven,
    who=holders(OWNING_ROLES).signed_in_lately("to grant the role owner").by_people(),
)
REVOKE_ROLE = Rpc(
    "membership",
    "revoke_role",
    "Take a role back; the last owner stays.",
    RevokeRole,
    RoleHolder,
    who=holders(OWNING_ROLES).by_people(),
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
