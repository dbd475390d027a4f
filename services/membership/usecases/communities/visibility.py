"""Who sees a hidden community: one rule for every reading of it (product.md §2)."""

from chassis.context import Context
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.membership import SYSTEM
from contracts.types import membership as wire
from services.membership.domain.communities import communities as domain
from services.membership.domain.communities.communities import Community
from services.membership.domain.terms.standings import standing_id
from services.membership.store import Stores

UNHIDDEN_FROM = ("system", "operator")  # who asks: another service, or an operator's shell


class Visibility:
    """A hidden community is missing for whom it is not: who neither has a role there nor is or was
    a member nor applied, nor operates the system."""

    def __init__(self, stores: Stores) -> None:
        self._communities, self._standings = stores.communities, stores.standings
        self._applications = stores.applications

    def require(self, community: Community, ctx: Context) -> None:
        """Raises DomainError(OBJECT_NOT_FOUND)."""
        if not self.may_see(community, ctx):
            raise DomainError(OBJECT_NOT_FOUND, noun=self._communities.noun)

    def may_see(self, community: Community, ctx: Context) -> bool:
        """Services see all communities, an API key its own."""
        if not is_hidden(community) or ctx.actor.kind in UNHIDDEN_FROM:
            return True
        if (key := ctx.actor.key) is not None:
            return key.community_id in (community["_id"], SYSTEM)
        return self._is_shown_to(ctx.actor.person_id, community["_id"])

    def ask(self, request: wire.SeesCommunity, ctx: Context) -> wire.Seen:
        """For another service, whether somebody sees a community."""
        community = self._communities.require(request["community_id"])
        shown = not is_hidden(community) or self._is_shown_to(
            request["person_id"], community["_id"]
        )
        return {"sees": shown}

    def _is_shown_to(self, person_id: str | None, community_id: str) -> bool:
        if person_id is None:
            return False
        here = standing_id(community_id, person_id)
        found = self._standings.by_ids([here, standing_id(SYSTEM, person_id)]).values()
        belongs = any(standing["roles"] or standing["membership_id"] for standing in found)
        return belongs or self._applications.has_any(community_id, person_id)


def is_hidden(community: Community) -> bool:
    return domain.whole(community)["visibility"] == "hidden"
