"""Standings: changed together with what they follow from, and sent whole to the neighbours."""

from collections.abc import Callable

from chassis.aggregates import PageAnswer
from chassis.clock import Clock
from chassis.context import Context
from chassis.uow import Transaction
from contracts import membership as contract
from contracts.errors import DomainError
from contracts.errors.membership import LAST_OPERATOR
from contracts.types import membership as wire
from services.membership.domain.terms import standings as domain
from services.membership.domain.terms.memberships import DATED
from services.membership.domain.terms.standings import Standing
from services.membership.domain.terms.term_dates import day_in
from services.membership.store import Stores
from services.membership.store.terms.standings import StandingStore


class StandingUseCases:
    """What neighbours authorise from."""

    def __init__(self, *, stores: Stores, clock: Clock) -> None:
        self._standings = stores.standings
        self._communities = stores.communities
        self._clock = clock

    def get(self, request: wire.StandingRef, ctx: Context) -> wire.StandingFacts:
        """The standing of a person, or that there is none."""
        community_id, person_id = request["community_id"], request["person_id"]
        found = self._standings.get(domain.standing_id(community_id, person_id))
        if found is None:
            found = domain.nothing_yet(community_id, person_id, self._zone(community_id))
        return standing_facts(found)

    def get_some(self, request: wire.StandingRefs, ctx: Context) -> wire.StandingList:
        """The standings of some people in one community."""
        community_id = request["community_id"]
        ids = {person: domain.standing_id(community_id, person) for person in request["person_ids"]}
        found, zone = self._standings.by_ids(list(ids.values())), self._zone(community_id)
        return {
            "items": [
                standing_facts(found.get(id) or domain.nothing_yet(community_id, person, zone))
                for person, id in ids.items()
            ]
        }

    def list_audience(self, request: wire.AudienceFilter, ctx: Context) -> wire.Audience:
        """Members of today, by id."""
        today = day_in(self._zone(request["community_id"]), self._clock.now())
        wanted = {name: request[name] for name in ("segment", "city", "plan_tier")}
        page = self._standings.members(
            request["community_id"],
            today,
            {name: value for name, value in wanted.items() if value is not None},
            after=request["after"],
            limit=request["limit"],
        )
        return page.answer(standing_facts)

    def list_mine(self, request: wire.PageRequest, ctx: Context) -> PageAnswer[wire.StandingFacts]:
        """What the caller is in each community, for their export."""
        page = self._standings.of_person(
            ctx.require_person(), after=request["after"], limit=request["limit"]
        )
        return page.answer(standing_facts)

    def list_all(self, request: wire.PageRequest, ctx: Context) -> wire.Standings:
        """All standings by id."""
        page = self._standings.page({}, after=request["after"], limit=request["limit"])
        return page.answer(standing_facts)

    def _zone(self, community_id: str) -> str:
        if community_id == contract.SYSTEM:
            return "UTC"
        return self._communities.fixed(community_id)["zone"]


def change_standing(
    tx: Transaction,
    store: StandingStore,
    community_id: str,
    person_id: str,
    zone: str,
    change: Callable[[Standing], Standing],
) -> Standing:
    """Changes the standing of a person, known or not, inside `tx`, and emits it."""
    found = store.get(domain.standing_id(community_id, person_id), tx=tx)
    before = found or domain.nothing_yet(community_id, person_id, zone)
    return store_standing(tx, store, change(before))


def store_standing(tx: Transaction, store: StandingStore, standing: Standing) -> Standing:
    """Stores a changed standing, known before or not, and emits it."""
    is_new = standing["version"] == 0
    after = store.insert(tx, standing) if is_new else store.save(tx, standing)
    emit_standing(tx, after)
    return after


def store_without_operator(tx: Transaction, store: StandingStore, standing: Standing) -> Standing:
    """Stores somebody who operates the system no more, and emits it; the mark goes to another.

    Raises DomainError(LAST_OPERATOR) when there is no other (`OperatorUseCases` says why a mark).
    """
    is_marked = standing.get("first_operator", False)
    heir = store.other_operator(tx, standing["person_id"]) if is_marked else None
    if is_marked and heir is None:
        raise DomainError(LAST_OPERATOR)
    unmarked: Standing = {**standing}
    unmarked.pop("first_operator", None)
    after = store_standing(tx, store, unmarked)
    if heir is not None:  # after it, because only one may have the mark
        store_standing(tx, store, {**heir, "first_operator": True})
    return after


def emit_standing(tx: Transaction, standing: Standing) -> None:
    """Announces a stored standing."""
    tx.emit(contract.STANDING_CHANGED, standing, standing_facts(standing))


def standing_facts(standing: Standing) -> wire.StandingFacts:
    """A standing as neighbours see it; who holds a membership with terms has the role `member`."""
    return {
        "community_id": standing["community_id"],
        "person_id": standing["person_id"],
        "roles": [*standing["roles"], *(["member"] if standing["state"] in DATED else [])],
        "membership_id": standing["membership_id"],
        "state": standing["state"],
        "zone": standing["zone"],
        "joined_on": standing["joined_on"],
        "term_ends_on": standing["term_ends_on"],
        "grace_ends_on": standing["grace_ends_on"],
        "level": standing["level"],
        "segment": standing["segment"],
        "city": standing.get("city"),
        "plan_tier": standing.get("plan_tier", ""),
        "introduction": None,
        "ever_paid_or_imported": standing.get("ever_paid_or_imported", False),
        "access_from": None,
        "suspended_until": standing.get("suspended_until"),
        "paused_on": standing.get("paused_on"),
        "paused_through": standing.get("paused_through"),
        "cancels_at_end": standing.get("cancels_at_end", False),
        "ended_on": standing.get("ended_on"),
        "version": standing["version"],
    }
