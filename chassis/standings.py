"""Standings: what people hold in a community, from the replica of membership's facts.

Membership tells `standing_changed` with the whole standing; each service keeps the newest and
computes the state from its dates, so a passed end date counts as ended before any sweep (product.md
§2). Without an entry membership is asked, before any unit of work; and always by what moves money.
"""

import datetime as dt
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from pymongo.errors import DuplicateKeyError

from chassis.access import Rights
from chassis.collections import Collection
from chassis.context import Context
from chassis.validators import DAY, FLAG, TEXT, WHOLE, document, list_of, nullable, optional
from contracts import membership
from contracts.access import FORMER_MEMBER, MEMBER, OPERATOR
from contracts.envelope import CloudEvent

if TYPE_CHECKING:
    from chassis.platform import Platform

# Rows of earlier versions lack these.
_ADDED = {
    "city": nullable(TEXT),
    "plan_tier": TEXT,
    "introduction": nullable(WHOLE),
    "ever_paid_or_imported": FLAG,
    "access_from": nullable(DAY),
    "suspended_until": nullable(DAY),
    "paused_on": nullable(DAY),
    "paused_through": nullable(DAY),
    "cancels_at_end": FLAG,
    "ended_on": nullable(DAY),
}
STANDINGS = Collection(
    "standings",
    kept="for ever, by ids: a copy of what membership keeps",
    per_community=True,
    validator=document(
        community_id=TEXT,
        person_id=TEXT,
        roles=list_of(TEXT),
        membership_id=nullable(TEXT),
        state=nullable(TEXT),
        zone=TEXT,
        joined_on=nullable(DAY),
        term_ends_on=nullable(DAY),
        grace_ends_on=nullable(DAY),
        level=nullable(TEXT),
        segment=nullable(TEXT),
        **{name: optional(kind) for name, kind in _ADDED.items()},
        version=WHOLE,
    ),
)
FIELDS = (frozenset(STANDINGS.validator["required"]) | _ADDED.keys()) - {"_id"}


@dataclass(frozen=True)
class Standing:
    """One person in one community, as of today there. Dates are ISO texts, ends inclusive.

    Among `roles` is `member` or `former_member` for who joined; not yet for who was approved and
    has not paid. `is_active` has access; `is_member` is who has or will have it again, whatever
    keeps them out meanwhile.
    """

    community_id: str
    person_id: str
    roles: frozenset[str]
    membership_id: str | None
    state: str | None
    joined_on: str | None
    term_ends_on: str | None
    grace_ends_on: str | None
    level: str | None
    segment: str | None
    is_active: bool
    is_member: bool

    @classmethod
    def of(cls, facts: dict[str, Any], today: dt.date) -> Self:
        """The standing on a date, from the facts that membership told."""
        state = _state_on(facts, today.isoformat())
        has_access = state in ("active", "grace")
        roles = frozenset(facts["roles"]) - {MEMBER}
        if has_access:
            roles |= {MEMBER}
        elif facts["joined_on"] is not None:
            roles |= {FORMER_MEMBER}
        return cls(
            community_id=facts["community_id"],
            person_id=facts["person_id"],
            roles=roles,
            membership_id=facts["membership_id"],
            state=state,
            joined_on=facts["joined_on"],
            term_ends_on=facts["term_ends_on"],
            grace_ends_on=facts["grace_ends_on"],
            level=facts["level"],
            segment=facts["segment"],
            is_active=has_access,
            is_member=_by_dates(facts, today.isoformat()) in ("active", "grace"),
        )


def _state_on(facts: dict[str, Any], today: str) -> str | None:
    """As membership computes it (rules.md §2.1)."""
    if facts["state"] == "suspended" and today <= (facts.get("suspended_until") or today):
        return "suspended"
    told_alone = today if facts["state"] == "paused" else ""
    if today <= (facts.get("paused_through") or told_alone):
        return "paused"
    return _by_dates(facts, today)


def _by_dates(facts: dict[str, Any], today: str) -> str | None:
    """ISO dates compare as texts; what does not follow from them stays as it was told."""
    state: str | None = facts["state"]
    if state not in ("active", "grace", "suspended", "paused") or not facts["term_ends_on"]:
        return state
    if today <= facts["term_ends_on"]:
        return "active"
    if facts.get("cancels_at_end"):
        return "cancelled"
    return "grace" if today <= (facts["grace_ends_on"] or "") else "expired"


class Standings:
    """The replica of one service."""

    def __init__(self, platform: "Platform[Any]") -> None:
        self._rows = platform.database["standings"]
        self._rpc = platform.rpc
        self._clock = platform.clock

    def apply(self, event: CloudEvent, ctx: Context) -> None:
        """Takes over the facts of `membership.standing_changed` unless newer ones are stored."""
        self._remember(event.data)

    def of_stored(
        self, facts: dict[str, Any] | None, community_id: str, person_id: str, ctx: Context
    ) -> Standing:
        """The standing today, from what is stored under `row_id`; asks membership when that is
        nothing.

        Raises DomainError(SERVICE_UNAVAILABLE) when membership is asked and does not answer. Not to
        be called inside a unit of work.
        """
        known = facts or self.ask(community_id, person_id, ctx)
        return Standing.of(known, self._clock.today(known["zone"]))

    def held(self, ctx: Context, community_id: str) -> Rights:
        """What the signed-in caller holds in a community, for `Access`.

        One read for both. As with `of_stored`, membership is asked about what is not known here;
        about operators only when that matters.
        """
        person_id = ctx.require_person()
        ids = [row_id(community, person_id) for community in (community_id, membership.SYSTEM)]
        rows = {row["_id"]: row for row in self._rows.find({"_id": {"$in": ids}})}
        there, system = map(rows.get, ids)

        def operates() -> bool:
            return OPERATOR in self.of_stored(system, membership.SYSTEM, person_id, ctx).roles

        return self.of_stored(there, community_id, person_id, ctx).roles, functools.cache(operates)

    def held_now(self, ctx: Context, community_id: str) -> Rights:
        """What the signed-in caller holds by membership's own word, for what moves money.

        A replica is as old as the queue before it is long; who lost a role an instant ago must not
        act by it. Raises DomainError(SERVICE_UNAVAILABLE) when membership does not answer; not to
        be called inside a unit of work.
        """
        person_id = ctx.require_person()

        def roles_in(community: str) -> frozenset[str]:
            facts = self._asked(community, person_id, ctx)
            return Standing.of(facts, self._clock.today(facts["zone"])).roles

        def operates() -> bool:
            return OPERATOR in roles_in(membership.SYSTEM)

        return roles_in(community_id), functools.cache(operates)

    def ask(self, community_id: str, person_id: str, ctx: Context) -> dict[str, Any]:
        """What membership says of somebody who is not in the replica."""
        facts = self._asked(community_id, person_id, ctx)
        # Most people operate nothing, and that is asked with every request of theirs. Every
        # change of it is told; a community may tell a first standing to nobody (an import).
        if facts["version"] > 0 or community_id == membership.SYSTEM:
            self._remember(facts)
        return facts

    def _asked(self, community_id: str, person_id: str, ctx: Context) -> dict[str, Any]:
        asked = {"community_id": community_id, "person_id": person_id}
        facts: dict[str, Any] = self._rpc.call(membership.GET_STANDING, asked, ctx)
        return facts

    def _remember(self, facts: dict[str, Any]) -> None:
        row = {name: facts[name] for name in FIELDS if name in facts}
        mine = row_id(facts["community_id"], facts["person_id"])
        try:
            self._rows.replace_one(
                {"_id": mine, "version": {"$lt": facts["version"]}}, row, upsert=True
            )
        except DuplicateKeyError:
            return  # the stored one is as new or newer


def row_id(community_id: str, person_id: str) -> str:
    """The `_id` under which somebody's standing is stored."""
    return f"{community_id}:{person_id}"
