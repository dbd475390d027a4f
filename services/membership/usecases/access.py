"""Who may do what here, read from the owner's own standings; deny by default (H-33)."""

from collections.abc import Iterable

from chassis.context import Context
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError
from contracts.membership import SYSTEM
from services.membership.domain.standings import OPERATOR, standing_id
from services.membership.store.standings import Standings

REVIEWERS = ("owner", "reviewer")
STAFF = ("owner", "reviewer", "host", "treasurer")
OWNERS = ("owner",)


class Access:
    """Answers from majority-committed standings, so a revoked role ends with the next request."""

    def __init__(self, standings: Standings) -> None:
        self._standings = standings

    def roles(self, ctx: Context, community_id: str) -> frozenset[str]:
        """The caller's roles in a community; `operator` among them for who runs the system."""
        if ctx.actor.kind == OPERATOR:
            return frozenset({OPERATOR})
        if ctx.actor.person_id is None:
            return frozenset()
        person_id = ctx.actor.person_id
        ids = [standing_id(community_id, person_id), standing_id(SYSTEM, person_id)]
        held = self._standings.by_ids(ids).values()
        return frozenset(role for standing in held for role in standing["roles"])

    def require_role(self, ctx: Context, community_id: str, roles: Iterable[str]) -> None:
        """For what belongs to a community as a whole, whose existence is public.

        Operators always pass. Raises DomainError(SIGN_IN_REQUIRED) or DomainError(NOT_PERMITTED).
        """
        if ctx.actor.kind != OPERATOR:
            ctx.person()
        if self.roles(ctx, community_id).isdisjoint({OPERATOR, *roles}):
            raise DomainError(NOT_PERMITTED)

    def require_sight(
        self, ctx: Context, community_id: str, person_id: str, roles: Iterable[str], noun: str
    ) -> frozenset[str]:
        """The caller's roles, when the object is about them or their role may see it.

        To anybody else it is exactly as if it did not exist (O-1).
        """
        held = self.roles(ctx, community_id)
        if ctx.actor.person_id != person_id and held.isdisjoint({OPERATOR, *roles}):
            raise DomainError(OBJECT_NOT_FOUND, noun=noun)
        return held
