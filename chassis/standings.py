"""Standings: who may do what in a community, from the replica of membership's facts.

Membership tells `standing_changed` with the whole standing; each service keeps the newest and
computes the state from its dates, so a passed end date counts as ended before any sweep (product.md
§2). Only without an entry membership is asked, before any unit of work.
"""

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from pymongo.errors import DuplicateKeyError

from chassis.collections import Collection
from chassis.context import Context
from chassis.validators import DAY, TEXT, WHOLE, document, list_of, nullable
from contracts import membership
from contracts.envelope import CloudEvent
from contracts.errors import NOT_PERMITTED, DomainError

if TYPE_CHECKING:
    from chassis.platform import Platform

OPERATOR = "operator"

STANDINGS = Collection(
    "standings",
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
        version=WHOLE,
    ),
)
_FIELDS = frozenset(STANDINGS.validator["required"]) - {"_id"}


@dataclass(frozen=True)
class Standing:
    """One person in one community, as of today there. Dates are ISO texts, ends inclusive."""

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

    @classmethod
    def of(cls, facts: dict[str, Any], today: dt.date) -> Self:
        """The standing on a date, from the facts that membership told."""
        state = _state_on(facts, today.isoformat())
        has_access = state in ("active", "grace") or (
            state == "cancelled" and (facts["term_ends_on"] or "") >= today.isoformat()
        )
        roles = frozenset(facts["roles"])
        return cls(
            community_id=facts["community_id"],
            person_id=facts["person_id"],
            roles=roles if has_access else roles - {"member"},
            membership_id=facts["membership_id"],
            state=state,
            joined_on=facts["joined_on"],
            term_ends_on=facts["term_ends_on"],
            grace_ends_on=facts["grace_ends_on"],
            level=facts["level"],
            segment=facts["segment"],
            is_active=has_access,
        )


def _state_on(facts: dict[str, Any], today: str) -> str | None:
    """ISO dates compare as texts."""
    state: str | None = facts["state"]
    if state not in ("active", "grace") or not facts["term_ends_on"]:
        return state
    if today <= facts["term_ends_on"]:
        return "active"
    return "grace" if today <= (facts["grace_ends_on"] or "") else "expired"


class Standings:
    """The replica of one service."""

    def __init__(self, platform: "Platform") -> None:
        self._rows = platform.database["standings"]
        self._rpc = platform.rpc
        self._clock = platform.clock
        self._service = platform.service

    def apply(self, event: CloudEvent) -> None:
        """Takes over the facts of `membership.standing_changed` unless newer ones are stored."""
        self._remember(event.data)

    def get(self, community_id: str, person_id: str, ctx: Context) -> Standing:
        """The standing today; asks membership when this service never heard of the person there.

        Raises DomainError(SERVICE_UNAVAILABLE) when membership is asked and does not answer. Not to
        be called inside a unit of work.
        """
        facts = self._rows.find_one({"_id": row_id(community_id, person_id)})
        return self.of_stored(facts, community_id, person_id, ctx)

    def of_stored(
        self, facts: dict[str, Any] | None, community_id: str, person_id: str, ctx: Context
    ) -> Standing:
        """As `get`, when what is stored under `row_id` was read together with something else."""
        return self._standing(facts or self._ask(community_id, person_id, ctx))

    def of_caller(self, community_id: str, ctx: Context) -> tuple[Standing, Callable[[], bool]]:
        """The signed-in caller's standing, and what tells whether they operate the whole system.

        One read for both. As with `get`, membership is asked about what is not known here; about
        the second only when it is called.
        """
        person_id = ctx.person()
        ids = [row_id(community, person_id) for community in (community_id, membership.SYSTEM)]
        rows = {row["_id"]: row for row in self._rows.find({"_id": {"$in": ids}})}
        standing, system = map(rows.get, ids)

        @functools.cache
        def operates() -> bool:
            facts = system or self._ask(membership.SYSTEM, person_id, ctx)
            return OPERATOR in self._standing(facts).roles

        return self._standing(standing or self._ask(community_id, person_id, ctx)), operates

    def require_role(self, ctx: Context, community_id: str, *roles: str) -> Standing:
        """The caller's standing when it has one of `roles` there, or the caller is an operator.

        An operator's has the role `operator` besides. Raises DomainError(SIGN_IN_REQUIRED) or
        DomainError(NOT_PERMITTED).
        """
        if ctx.actor.kind == OPERATOR:
            return _at_command_line(community_id, ctx)
        standing = self.get(community_id, ctx.person(), ctx)
        if not standing.roles.isdisjoint(roles):
            return standing
        if not self.is_operator(ctx):
            raise DomainError(NOT_PERMITTED)
        return dataclasses.replace(standing, roles=standing.roles | {OPERATOR})

    def is_operator(self, ctx: Context) -> bool:
        """Whether the signed-in caller operates the whole system."""
        return OPERATOR in self.get(membership.SYSTEM, ctx.person(), ctx).roles

    def _standing(self, facts: dict[str, Any]) -> Standing:
        return Standing.of(facts, self._clock.today(facts["zone"]))

    def _ask(self, community_id: str, person_id: str, ctx: Context) -> dict[str, Any]:
        """What membership says of somebody who is not in the replica."""
        facts = self._rpc.call(
            membership.GET_STANDING,
            {"community_id": community_id, "person_id": person_id},
            ctx.as_system(self._service),
        )
        # Most people operate nothing, and that is asked with every request of theirs. Every
        # change of it is told; a community may tell a first standing to nobody (an import).
        if facts["version"] > 0 or community_id == membership.SYSTEM:
            self._remember(facts)
        return facts

    def _remember(self, facts: dict[str, Any]) -> None:
        row = {name: facts[name] for name in _FIELDS}
        mine = row_id(facts["community_id"], facts["person_id"])
        try:
            self._rows.replace_one(
                {"_id": mine, "version": {"$lt": facts["version"]}}, row, upsert=True
            )
        except DuplicateKeyError:
            return  # the stored one is as new or newer


def _at_command_line(community_id: str, ctx: Context) -> Standing:
    return Standing(
        community_id=community_id,
        person_id=ctx.actor.id,
        roles=frozenset({OPERATOR}),
        membership_id=None,
        state=None,
        joined_on=None,
        term_ends_on=None,
        grace_ends_on=None,
        level=None,
        segment=None,
        is_active=False,
    )


def row_id(community_id: str, person_id: str) -> str:
    """The `_id` under which somebody's standing is stored."""
    return f"{community_id}:{person_id}"
