"""Standings: changed together with what they follow from, and told whole to the neighbours."""

from collections.abc import Callable
from typing import Any

from chassis.context import Context
from chassis.uow import Transaction
from contracts import membership as contract
from services.membership.domain import standings as domain
from services.membership.domain.memberships import DATED
from services.membership.domain.standings import Standing
from services.membership.store.communities import Communities
from services.membership.store.standings import Standings


class StandingUseCases:
    """What neighbours authorise from."""

    def __init__(self, standings: Standings, communities: Communities) -> None:
        self._standings = standings
        self._communities = communities

    def get(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """The standing of a person, or that there is none."""
        community_id, person_id = request["community_id"], request["person_id"]
        found = self._standings.get(domain.standing_id(community_id, person_id))
        if found is None:
            found = domain.nothing_yet(community_id, person_id, self._zone(community_id))
        return told(found)

    def page(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """All standings by id."""
        found, following = self._standings.page({}, after=request["after"], limit=request["limit"])
        return {"items": [told(standing) for standing in found], "next": following}

    def _zone(self, community_id: str) -> str:
        if community_id == contract.SYSTEM:
            return "UTC"
        return str(self._communities.require(community_id)["zone"])


def change_standing(
    tx: Transaction,
    store: Standings,
    community_id: str,
    person_id: str,
    zone: str,
    change: Callable[[Standing], Standing],
) -> Standing:
    """Changes the standing of a person, known or not, inside `tx`, and tells it."""
    before = store.get(domain.standing_id(community_id, person_id), tx=tx)
    known = before or domain.nothing_yet(community_id, person_id, zone)
    return save_standing(tx, store, change(known))


def save_standing(tx: Transaction, store: Standings, changed: Standing) -> Standing:
    """Stores a changed standing, one that was never stored too (version 0), and tells it."""
    after = store.save(tx, changed) if changed["version"] else store.insert(tx, changed)
    tell_standing(tx, after)
    return after


def tell_standing(tx: Transaction, standing: Standing) -> None:
    """Announces a stored standing."""
    tx.emit(contract.STANDING_CHANGED, standing, told(standing))


def told(standing: Standing) -> dict[str, Any]:
    """A standing as neighbours see it; who holds a membership with terms has the role `member`."""
    roles = [*standing["roles"], *(["member"] if standing["state"] in DATED else [])]
    return {**standing, "roles": roles}
