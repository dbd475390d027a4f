"""Callers from the owner's own standings: majority-committed, so a revoked role ends with the next
request."""

from collections.abc import Iterable, Sequence
from typing import cast

from chassis import access
from chassis.access import Caller, Rights, caller_with
from chassis.aggregates import A, AggregateStore
from chassis.context import Context
from chassis.mongo import Document
from chassis.uow import Transaction
from contracts.access import OPERATOR
from contracts.membership import SYSTEM
from services.membership.domain.terms.standings import Standing, standing_id
from services.membership.store.terms.standings import (
    StandingStore,
    joined_standings,
    take_joined,
)


class Access(access.Access):
    """As everywhere; what is read besides brings its caller along."""

    def __init__(self, standings: StandingStore) -> None:
        def held(ctx: Context, community_id: str) -> Rights:
            person_id = ctx.require_person()
            ids = [standing_id(community_id, person_id), standing_id(SYSTEM, person_id)]
            return _held(standings.by_ids(ids).values())

        super().__init__(held)

    def read(
        self,
        ctx: Context,
        store: AggregateStore[A],
        id: str,
        *,
        joined: Sequence[Document] = (),
        tx: Transaction | None = None,
    ) -> tuple[A, Caller]:
        """A document of a community and the caller there, in one round trip.

        `joined` are stages that add more fields to it. Raises DomainError(OBJECT_NOT_FOUND).
        """
        standings = joined_standings(ctx.actor.person_id or "")
        found = store.require(id, tx=tx, joined=[*standings, *joined])
        held = _held(take_joined(found))
        community_id = cast(Document, found).get("community_id") or ""
        return found, caller_with(ctx, lambda: held, community_id)


def _held(standings: Iterable[Standing]) -> Rights:
    roles = frozenset(role for standing in standings for role in standing["roles"])
    return roles - {OPERATOR}, lambda: OPERATOR in roles
