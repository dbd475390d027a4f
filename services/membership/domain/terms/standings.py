"""What one person is and may do in one community; complete, so that the newest one wins."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from contracts.aggregates import Aggregate, Day
from services.membership.domain.terms.memberships import (
    Membership,
    cancels_at_end,
    current_term,
    fulfilled_terms,
)


class Standing(Aggregate):
    """A person in a community, or in `system`; version 0 is not stored yet.

    `first_operator` marks one of the operators, and never a second one: see `OperatorUseCases`.
    """

    community_id: str
    person_id: str
    roles: list[str]
    membership_id: str | None
    state: str | None
    zone: str
    joined_on: Day | None
    term_ends_on: Day | None
    grace_ends_on: Day | None
    level: str | None
    segment: str | None
    city: NotRequired[str | None]
    plan_tier: NotRequired[str]
    ever_paid_or_imported: NotRequired[bool]
    first_operator: NotRequired[bool]
    suspended_until: NotRequired[Day | None]
    paused_on: NotRequired[Day | None]
    paused_through: NotRequired[Day | None]
    cancels_at_end: NotRequired[bool]
    ended_on: NotRequired[Day | None]


def standing_id(community_id: str, person_id: str) -> str:
    return f"{community_id}:{person_id}"


def nothing_yet(community_id: str, person_id: str, zone: str) -> Standing:
    """The standing of somebody whom the community does not know: version 0, no roles."""
    return {
        "_id": standing_id(community_id, person_id),
        "community_id": community_id,
        "person_id": person_id,
        "roles": [],
        "membership_id": None,
        "state": None,
        "zone": zone,
        "joined_on": None,
        "term_ends_on": None,
        "grace_ends_on": None,
        "level": None,
        "segment": None,
        "city": None,
        "plan_tier": "",
        "ever_paid_or_imported": False,
        "version": 0,
    }


def with_role(standing: Standing, role: str) -> Standing:
    return {**standing, "roles": sorted({*standing["roles"], role})}


def without_role(standing: Standing, role: str) -> Standing:
    return {**standing, "roles": [kept for kept in standing["roles"] if kept != role]}


def with_membership(standing: Standing, membership: Membership) -> Standing:
    """The standing that follows from the person's live membership.

    Who joined once stays somebody who was a member, also when a new membership awaits payment.
    """
    pause = membership.get("pause")
    return {
        **standing,
        "membership_id": membership["_id"],
        "state": membership["state"],
        "joined_on": standing["joined_on"] or membership["joined_on"],
        "term_ends_on": membership["ends_on"],
        "grace_ends_on": membership["grace_ends_on"],
        "segment": membership["segment"],
        "suspended_until": membership.get("suspended_until"),
        "paused_on": None if pause is None else pause["on"],
        "paused_through": None if pause is None else pause["through"],
        "cancels_at_end": cancels_at_end(membership),
        "ended_on": membership.get("ended_on"),
        **_known_of(standing, membership, [membership]),
    }


class _Known(TypedDict):
    city: str | None
    plan_tier: str
    ever_paid_or_imported: bool


def completed(standing: Standing, held: Sequence[Membership]) -> Standing:
    """The standing with what the person's memberships there say and it does not, because a process
    of the version before stored it; itself when nothing is missing."""
    live = next((one for one in held if one["live"]), None)
    known = _known_of(standing, live, held)
    says: _Known = {
        "city": standing.get("city"),
        "plan_tier": standing.get("plan_tier", ""),
        "ever_paid_or_imported": standing.get("ever_paid_or_imported", False),
    }
    return standing if says == known else {**standing, **known}


def _known_of(standing: Standing, live: Membership | None, held: Sequence[Membership]) -> _Known:
    term = None if live is None else current_term(live)
    paid = any(
        term["kind"] in ("paid", "imported") for one in held for term in fulfilled_terms(one)
    )
    return {
        "city": None if live is None else live["city"],
        "plan_tier": "" if term is None else term.get("tier", ""),
        "ever_paid_or_imported": standing.get("ever_paid_or_imported", False) or paid,
    }
