"""Reasons that owners keep for who reviews."""

from chassis.aggregates import check_version, is_made
from chassis.context import Context
from chassis.uow import Transaction, UnitOfWork
from contracts.membership import CHANGE_REASONS, GET_REASONS
from contracts.types import membership as wire
from services.membership.domain.communities.communities import Community
from services.membership.domain.vetting.reasons import check_reasons
from services.membership.store import Stores
from services.membership.usecases.access import Access


class ReasonUseCases:
    """They stand in the community, whose version guards them."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, access: Access) -> None:
        self._communities, self._uow, self._access = stores.communities, uow, access

    def get(self, request: wire.CommunityRef, ctx: Context) -> wire.Reasons:
        """The reasons, for who reviews."""
        community = self._communities.require(request["community_id"])
        self._access.require(ctx, GET_REASONS.who, community["_id"])
        return _view(community)

    def change(self, request: wire.ChangeReasons, ctx: Context) -> wire.Reasons:
        """Replaces them all; decisions keep the words that they were made with."""
        community_id, reasons = request["community_id"], request["reasons"]
        self._communities.fixed(community_id)
        self._access.require(ctx, CHANGE_REASONS.who, community_id)
        check_reasons(reasons)

        def work(tx: Transaction) -> wire.Reasons:
            stored = self._communities.require(community_id, tx=tx)
            before: Community = {**stored, "reasons": stored.get("reasons", [])}
            if is_made(before, request["expected_version"], {"reasons": reasons}):
                return _view(before)
            check_version(before, request["expected_version"])
            changed: Community = {**before, "reasons": reasons}
            after = self._communities.save(tx, changed)
            theirs = {"community_id": community_id}
            tx.audit("change_reasons", {**before, **theirs}, {**after, **theirs})
            return _view(after)

        return self._uow.run(ctx, work)


def _view(community: Community) -> wire.Reasons:
    return {
        "community_id": community["_id"],
        "reasons": community.get("reasons", []),
        "version": community["version"],
    }
