"""A community by its short name, and what a screen says of one beside other things."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import ANYBODY
from contracts.fields import Document, Id, Request
from contracts.membership.communities import HIDDEN, Community, short_name
from contracts.records import Rpc


class CommunityHead(Document):
    """Its name, and what its days and its money are written in."""

    id = Id("com", required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    zone = fields.String(required=True)
    locale = fields.String(required=True)
    currency = fields.String(required=True)


class CommunitySlug(Request):
    slug = short_name(required=True)


GET_COMMUNITY_BY_SLUG = Rpc(
    "membership",
    "get_community_by_slug",
    "The community with a short name.",
    CommunitySlug,
    Community,
    who=ANYBODY.who_sees_more(HIDDEN),
)
