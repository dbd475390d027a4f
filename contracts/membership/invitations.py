"""Invitations: links by which owners let people apply."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import OWNING_ROLES, holders, whoever_has
from contracts.errors import membership as codes
from contracts.fields import (
    Boolean,
    Document,
    Empty,
    Id,
    Instant,
    Matching,
    PageRequest,
    Request,
    Text,
    Whole,
    page_of,
)
from contracts.membership.applications import USABLE
from contracts.records import Rpc

MOST_USES = 1000


class CreateInvitation(Request):
    community_id = Id("com", required=True)
    label = Matching(
        r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}",
        "source",
        required=True,
        metadata={
            "description": "a code by which owners tell their invitations apart",
            "example": "spring-dinner",
        },
    )
    uses = Whole(
        load_default=1,
        minimum=1,
        maximum=MOST_USES,
        metadata={"description": "how many people may apply by it"},
    )
    expires_in_days = Whole(
        load_default=30,
        minimum=1,
        maximum=366,
        metadata={"description": "days from now on for which it can be used"},
    )
    plan_id = Id(
        "pln",
        load_default=None,
        allow_none=True,
        metadata={"description": "the plan that who comes by it applies for, unless they choose"},
    )
    skips_review = Boolean(
        load_default=False,
        metadata={
            "description": "true approves who comes by it at once, where the policy allows that"
        },
    )


class ListInvitations(PageRequest):
    community_id = Id("com", required=True)


class InvitationRef(Request):
    community_id = Id("com", required=True)
    invitation_id = Id("inv", required=True)


class ReadInvitation(Request):
    code = Text(
        required=True,
        minimum=1,
        maximum=100,
        metadata={"description": "the code of the invitation, from its link"},
    )


class Invitation(Document):
    """A link of an owner, with what became of who came by it; of applications, a page of these
    counts 20,000 at most."""

    id = Id("inv", required=True)
    community_id = Id("com", required=True)
    inviter_id = Id("per", required=True)
    label = fields.String(required=True)
    code = fields.String(required=True)
    plan_id = Id("pln", required=True, allow_none=True)
    uses = Whole(required=True)
    used = Whole(required=True)
    skips_review = Boolean(required=True)
    begun = Whole(required=True)
    submitted = Whole(required=True)
    approved = Whole(required=True)
    joined = Whole(required=True)
    given_back = Whole(required=True)
    expires_at = Instant(required=True)
    revoked_at = Instant(required=True, allow_none=True)
    created_at = Instant(required=True)


class ShownInvitation(Document):
    """What somebody is invited to, for who holds the invitation."""

    community_id = Id("com", required=True)
    community_name = fields.String(required=True)
    description = fields.String(required=True)
    invited_by = fields.String(required=True, allow_none=True)
    plan_id = Id("pln", required=True, allow_none=True)
    plan_name = fields.String(required=True, allow_none=True)
    expires_at = Instant(required=True)


_OWNERS = holders(OWNING_ROLES, operators=False).by_people()

CREATE_INVITATION = Rpc(
    "membership",
    "create_invitation",
    "Make an invitation: a code for a link, by which a number of people may apply.",
    CreateInvitation,
    Invitation,
    who=_OWNERS,
    errors=(codes.INVITATION_MAY_NOT_SKIP, codes.PLAN_NOT_ON_SALE),
)
LIST_INVITATIONS = Rpc(
    "membership",
    "list_invitations",
    "The invitations of a community, newest first, with what became of who came by them.",
    ListInvitations,
    page_of(Invitation, "Invitations"),
    who=_OWNERS,
)
REVOKE_INVITATION = Rpc(
    "membership",
    "revoke_invitation",
    "Revoke an invitation; who began by it goes on.",
    InvitationRef,
    Empty,
    who=_OWNERS,
)
READ_INVITATION = Rpc(
    "membership",
    "read_invitation",
    "What an invitation is for; looking at it takes no use.",
    ReadInvitation,
    ShownInvitation,
    who=whoever_has("an invitation"),
    errors=USABLE,
)
