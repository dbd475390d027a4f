"""How aggregates look outside: answers of RPCs, data of events."""

from typing import Any

from contracts.payments import purchase_id_of
from services.membership.domain.applications import Application
from services.membership.domain.memberships import (
    Membership,
    awaiting_term,
    current_term,
    state_on,
)


def purchase_id(holder: dict[str, Any], term_id: str) -> str:
    """The purchase by which a term is paid: what `holder`, the term or its application, kept when
    payments still chose the id, else the id that follows from the term's."""
    return holder.get("purchase_id") or purchase_id_of(term_id)


def application_view(application: Application, *, staff: bool) -> dict[str, Any]:
    """An application; who said what and who is on it is for staff."""
    term_id = application["term_id"]
    view = {
        **application,
        "id": application["_id"],
        "purchase_id": purchase_id(application, term_id) if term_id else None,
    }
    if not staff:
        view |= {"verdicts": [], "claimed_by": None, "claimed_until": None}
    return view


def application_facts(application: Application) -> dict[str, Any]:
    """What every event about an application says."""
    return {
        "application_id": application["_id"],
        "community_id": application["community_id"],
        "person_id": application["person_id"],
        "state": application["state"],
    }


def membership_view(membership: Membership, today: str) -> dict[str, Any]:
    """A membership as of a day in its community."""
    awaiting = awaiting_term(membership)
    return {
        **membership,
        "id": membership["_id"],
        "state": state_on(membership, today),
        "term": current_term(membership),
        "purchase_id": purchase_id(awaiting, awaiting["id"]) if awaiting else None,
    }


def membership_facts(membership: Membership) -> dict[str, Any]:
    """What every public event about a membership says: its state after the fact."""
    return {
        "membership_id": membership["_id"],
        "community_id": membership["community_id"],
        "person_id": membership["person_id"],
        "number": membership["number"],
        "state": membership["state"],
        "joined_on": membership["joined_on"],
        "term": current_term(membership),
        "grace_ends_on": membership["grace_ends_on"],
    }
