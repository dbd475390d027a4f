"""Who may do what with a meetup, from the replica of standings; deny by default (H-33)."""

from collections.abc import Callable
from dataclasses import dataclass

from chassis.context import Context
from chassis.mongo import Document
from chassis.standings import OPERATOR, Standing, Standings
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError

HOSTS = frozenset({"host", "owner"})
DOOR = frozenset({"host", "owner", "scanner"})


@dataclass(frozen=True)
class Caller:
    """Who asks: the standing in a community, and what tells an operator of the whole system."""

    standing: Standing
    operates: Callable[[], bool]

    @property
    def hosts(self) -> bool:
        """Whether the caller is a host or owner there, or an operator."""
        return self.has(HOSTS)

    def has(self, roles: frozenset[str]) -> bool:
        """Whether the caller has one of these roles there, or is an operator."""
        return not self.standing.roles.isdisjoint(roles) or self.operates()

    def sees(self, meetup: Document) -> bool:
        """Whether the caller may know that the meetup exists."""
        return (meetup["state"] != "draft" and belongs(self.standing)) or self.hosts

    def require_staff(self, meetup: Document) -> None:
        """Raises DomainError(OBJECT_NOT_FOUND) for strangers, NOT_PERMITTED for mere members."""
        if self.hosts:
            return
        if self.sees(meetup):
            raise DomainError(NOT_PERMITTED)
        raise DomainError(OBJECT_NOT_FOUND, noun="meetup")

    def require_sight(self, meetup: Document) -> None:
        """Raises DomainError(OBJECT_NOT_FOUND) unless the caller may see it."""
        if not self.sees(meetup):
            raise DomainError(OBJECT_NOT_FOUND, noun="meetup")


class Access:
    """A meetup that the caller may not see is answered like a missing one (O-1)."""

    def __init__(self, standings: Standings) -> None:
        self._standings = standings

    def require_host(self, ctx: Context, community_id: str) -> None:
        """For what belongs to the community as a whole; raises DomainError(NOT_PERMITTED)."""
        self._standings.require_role(ctx, community_id, *HOSTS)

    def caller(self, ctx: Context, community_id: str) -> Caller:
        """The signed-in caller in a community."""
        return Caller(*self._standings.of_caller(community_id, ctx))


def belongs(standing: Standing) -> bool:
    """Whether the person is or was a member, or has a role, in the community.

    Somebody approved who has not paid yet has a membership, but never joined.
    """
    return standing.joined_on is not None or bool(standing.roles - {"applicant", OPERATOR})
