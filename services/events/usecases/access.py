"""Who may do what with a meetup, from the replica of standings; deny by default (H-33)."""

from chassis.context import Context
from chassis.mongo import Document
from chassis.standings import OPERATOR, Standing, Standings
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError

HOSTS = frozenset({"host", "owner"})
DOOR = frozenset({"host", "owner", "scanner"})


class Access:
    """A meetup that the caller may not see is answered like a missing one (O-1)."""

    def __init__(self, standings: Standings) -> None:
        self._standings = standings

    def require_host(self, ctx: Context, community_id: str) -> None:
        """For what belongs to the community as a whole; raises DomainError(NOT_PERMITTED)."""
        self._standings.require_role(ctx, community_id, *HOSTS)

    def hosts(self, ctx: Context, community_id: str) -> bool:
        """Whether the caller is a host or owner there, or an operator."""
        return self._has(ctx, self.standing(ctx, community_id), HOSTS)

    def require_staff(self, ctx: Context, meetup: Document, roles: frozenset[str] = HOSTS) -> None:
        """Raises DomainError(OBJECT_NOT_FOUND) for strangers, NOT_PERMITTED for mere members."""
        standing = self.standing(ctx, meetup["community_id"])
        if self._has(ctx, standing, roles):
            return
        if meetup["state"] != "draft" and belongs(standing):
            raise DomainError(NOT_PERMITTED)
        raise DomainError(OBJECT_NOT_FOUND, noun="meetup")

    def require_sight(self, ctx: Context, meetup: Document) -> Standing:
        """The caller's standing; raises DomainError(OBJECT_NOT_FOUND) unless it may see it."""
        standing = self.standing(ctx, meetup["community_id"])
        if meetup["state"] != "draft" and belongs(standing):
            return standing
        if self._has(ctx, standing, HOSTS):
            return standing
        raise DomainError(OBJECT_NOT_FOUND, noun="meetup")

    def standing(self, ctx: Context, community_id: str) -> Standing:
        """The signed-in caller's standing in a community."""
        return self._standings.get(community_id, ctx.person(), ctx)

    def _has(self, ctx: Context, standing: Standing, roles: frozenset[str]) -> bool:
        return not standing.roles.isdisjoint(roles) or self._standings.is_operator(ctx)


def belongs(standing: Standing) -> bool:
    """Whether the person is or was a member, or has a role, in the community.

    Somebody approved who has not paid yet has a membership, but never joined.
    """
    return standing.joined_on is not None or bool(standing.roles - {"applicant", OPERATOR})
