"""How a community looks beside other things."""

from contracts.types import membership as wire
from services.membership.domain.communities.communities import Community


def head_view(community: Community) -> wire.CommunityHead:
    """What a screen says of a community beside other things."""
    return {
        "id": community["_id"],
        "slug": community["slug"],
        "name": community["name"],
        "zone": community["zone"],
        "locale": community["locale"],
        "currency": community["currency"],
    }
