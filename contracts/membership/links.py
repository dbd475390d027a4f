"""Signed links: what messages lead with to one thing that is done without a session (ADR 0061)."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import SERVICES_ONLY, whoever_has
from contracts.fields import Choice, Document, Empty, Id, Instant, Request
from contracts.records import ByLink, Rpc
from contracts.states.membership import LINK_KINDS, LINK_PURPOSES, LINKED_KINDS


class SignLink(Request):
    """`object_id` is what is acted on, as far as the message knows it; `until` when that is over,
    where membership does not know it better."""

    purpose = Choice(*LINK_PURPOSES, required=True)
    person_id = Id("per", required=True)
    community_id = Id("com", required=True)
    about_id = Id(required=True)
    object_id = Id(required=True)
    until = Instant(load_default=None, allow_none=True)


class SignedLink(Document):
    """`token` is null where nothing is left to do."""

    token = fields.String(required=True, allow_none=True)


class About(Document):
    """The object of the message, whose page the link leads to."""

    kind = Choice(*LINK_KINDS, required=True)
    id = Id(required=True)


class LinkObject(Document):
    """What the link lets somebody act on."""

    kind = Choice(*LINKED_KINDS, required=True)
    id = Id(required=True)


class ShownLink(Document):
    """What a screen needs that somebody comes to by a link. `until`: when the thing itself is over;
    `expires_at`: when the link is."""

    purpose = Choice(*LINK_PURPOSES, required=True)
    about = fields.Nested(About, required=True)
    object = fields.Nested(LinkObject, required=True)
    community_id = Id("com", required=True)
    community_name = fields.String(required=True)
    until = Instant(required=True)
    expires_at = Instant(required=True)


SIGN_LINK = Rpc(
    "membership",
    "sign_link",
    "A signed link for a mail to a person: to pay, to renew, or to leave a seat to others.",
    SignLink,
    SignedLink,
    who=SERVICES_ONLY,
    callers=("notifications",),
)
GET_LINK = Rpc(
    "membership",
    "get_link",
    "What a signed link is for; looking at it changes nothing.",
    Empty,
    ShownLink,
    who=whoever_has("a signed link"),
    by_link=tuple(ByLink(purpose) for purpose in LINK_PURPOSES),
)
