"""Who may do what here, read from the owner's own standings; deny by default (H-33)."""

from collections.abc import Iterable, Sequence

from chassis.aggregates import AggregateStore
from chassis.context import Context
from chassis.mongo import Document
from chassis.uow import Transaction
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError
from contracts.membership import SYSTEM
from services.membership.domain.standings import OPERATOR, standing_id
from services.membership.store.standings import Standings, joined_standings, take_joined

REVIEWERS = ("owner", "reviewer")
STAFF = ("owner", "reviewer", "host", "treasurer")
OWNERS = ("owner",)


class Access:
    """Answers from majority-committed standings, so a revoked role ends with the next request."""

    def __init__(self, standings: Standings) -> None:
        self._standings = standings

    def roles(self, ctx: Context, community_id: str) -> frozenset[str]:
        """The caller's roles in a community; `operator` among them for who runs the system."""
        if ctx.actor.kind == OPERATOR or ctx.actor.person_id is None:
            return _held(ctx, ())
        person_id = ctx.actor.person_id
        ids = [standing_id(community_id, person_id), standing_id(SYSTEM, person_id)]
        return _held(ctx, self._standings.by_ids(ids).values())

    def require_role(self, ctx: Context, community_id: str, roles: Iterable[str]) -> frozenset[str]:
        """The caller's roles, for what belongs to a community as a whole, whose existence is
        public.

        Operators always pass. Raises DomainError(SIGN_IN_REQUIRED) or DomainError(NOT_PERMITTED).
        """
        if ctx.actor.kind != OPERATOR:
            ctx.person()
        held = self.roles(ctx, community_id)
        if held.isdisjoint({OPERATOR, *roles}):
            raise DomainError(NOT_PERMITTED)
        return held

    def read(
        self,
        ctx: Context,
        store: AggregateStore,
        id: str,
        *,
        joined: Sequence[Document] = (),
        tx: Transaction | None = None,
    ) -> tuple[Document, frozenset[str]]:
        """A document of a community and the caller's roles there, in one round trip.

        `joined` are stages that add more fields to it. Raises DomainError(OBJECT_NOT_FOUND).
        """
        standings = joined_standings(ctx.actor.person_id or "")
        found = store.require(id, tx=tx, joined=[*standings, *joined])
        return found, _held(ctx, take_joined(found))


def require_sight(
    ctx: Context, held: frozenset[str], person_id: str, roles: Iterable[str], noun: str
) -> None:
    """Passes when the object is about the caller, or a role that they hold may see it.

    To anybody else it is exactly as if it did not exist (O-1).
    """
    if ctx.actor.person_id != person_id and held.isdisjoint({OPERATOR, *roles}):
        raise DomainError(OBJECT_NOT_FOUND, noun=noun)


def _held(ctx: Context, standings: Iterable[Document]) -> frozenset[str]:
    if ctx.actor.kind == OPERATOR:
        return frozenset({OPERATOR})
    return frozenset(role for standing in standings for role in standing["roles"])
