"""People as they see themselves, and as who writes to them does."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import SERVICES_ONLY, SIGNED_IN
from contracts.export import export_mine, export_person
from contracts.fields import (
    Choice,
    Document,
    Id,
    Instant,
    ListOf,
    Request,
    Text,
    Whole,
    include,
    seen_version,
)
from contracts.membership.community_heads import CommunityHead
from contracts.records import Rpc

MOST_NAMES = 200
MOST_FOUND = 100
MOST_ROLES = 100


class Person(Document):
    """The signed-in person; `email` is null for who came by another way and has not linked an
    address."""

    id = Id("per", required=True)
    email = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    locale = fields.String(required=True)
    is_operator = fields.Boolean(required=True)
    version = Whole(required=True)
    created_at = Instant(required=True)


class GetMe(Request):
    include = include("roles")


class RolesHeld(Document):
    """The roles that somebody holds in a community."""

    community = fields.Nested(CommunityHead, required=True)
    roles = fields.List(fields.String(), required=True)


class Me(Person):
    """The signed-in person, with `include=roles` beside the roles that they hold; else null."""

    roles = fields.List(
        fields.Nested(RolesHeld),
        load_default=None,
        allow_none=True,
        metadata={"description": f"by community, oldest first, {MOST_ROLES} at most"},
    )


class ChangeMe(Request):
    name = Text(minimum=1, maximum=80)
    locale = Choice("zh-CN", "en")
    expected_version = seen_version()


class RecipientRef(Request):
    person_id = Id("per", required=True)
    purpose = Choice("transactional", "reminder", "social", "campaign", required=True)


class Recipient(Document):
    """`email` is null for who has none: no mail goes to them."""

    person_id = Id("per", required=True)
    email = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    locale = fields.String(required=True)


class NamesRef(Request):
    """For which list of a community's people: membership knows who is in such a one."""

    community_id = Id("com", required=True)
    person_ids = ListOf(Id("per"), minimum=1, maximum=MOST_NAMES, required=True)
    purpose = Choice("registrations", "orders", required=True)


class NameSearch(Request):
    """For which list of a community's people, as in `NamesRef`."""

    community_id = Id("com", required=True)
    search = Text(minimum=1, maximum=80, required=True)
    purpose = Choice("registrations", "orders", required=True)


class FoundPeople(Document):
    """Whom a name finds, 100 at most; `is_all` says that there are no others."""

    person_ids = fields.List(Id("per"), required=True)
    is_all = fields.Boolean(required=True)


class Name(Document):
    """What somebody is called who has said it."""

    person_id = Id("per", required=True)
    display_name = fields.String(required=True)


class Names(Document):
    """Those of the people asked for who belong to the community and have said their name."""

    names = fields.List(fields.Nested(Name), required=True)


GET_ME = Rpc("membership", "get_me", "The signed-in person.", GetMe, Me, who=SIGNED_IN)
CHANGE_ME = Rpc(
    "membership", "change_me", "Change own name or language.", ChangeMe, Person, who=SIGNED_IN
)
GET_RECIPIENT = Rpc(
    "membership",
    "get_recipient",
    "Where and in which language to reach a person for a purpose.",
    RecipientRef,
    Recipient,
    who=SERVICES_ONLY,
    callers=("notifications",),
)
GET_NAMES = Rpc(
    "membership",
    "get_names",
    "What the people of a page are called, for staff of the community to which they belong.",
    NamesRef,
    Names,
    who=SERVICES_ONLY,
    callers=("events", "payments"),
)
FIND_PEOPLE = Rpc(
    "membership",
    "find_people",
    "Whom of a community's people a name finds, for staff of the community.",
    NameSearch,
    FoundPeople,
    who=SERVICES_ONLY,
    callers=("events", "payments"),
)
EXPORT_MINE = export_mine("membership")
EXPORT_PERSON = export_person("membership")
