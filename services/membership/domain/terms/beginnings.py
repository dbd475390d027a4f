"""How memberships begin: approved and to be paid for, or brought along by an import."""

import datetime as dt

from contracts.types.membership import Policy
from services.membership.domain.terms.chains import Term
from services.membership.domain.terms.memberships import (
    Membership,
    offered_term,
    state_on,
    with_end_dates,
)


def await_first_payment(
    *,
    id: str,
    community_id: str,
    person_id: str,
    zone: str,
    term_id: str,
    number: int | None,
    application_id: str | None,
    plan_id: str | None,
    pay_by: dt.datetime | None,
) -> Membership:
    """The membership that an approved applicant has to pay for, or that somebody is given without
    an application; who was a member before keeps the number."""
    term = offered_term(term_id, "join", application_id, plan_id, pay_by)
    return {**_blank(id, community_id, person_id, zone), "number": number, "terms": [term]}


def imported(
    *,
    id: str,
    community_id: str,
    person_id: str,
    zone: str,
    term_id: str,
    number: int,
    joined_on: str,
    term_ends_on: str,
    segment: str | None,
    city: str | None,
    company: str | None,
    details: dict[str, str],
    policy: Policy,
    today: str,
) -> Membership:
    """A membership that existed before the community came here; number and dates are kept.

    Reminders that were due before today are not made up for.
    """
    term: Term = {
        **offered_term(term_id, "join", None, None, None),
        "state": "fulfilled",
        "kind": "imported",
        "starts_on": joined_on,
        "ends_on": term_ends_on,
        "anchor_on": joined_on,
        "chain_ends": True,
    }
    membership: Membership = {
        **_blank(id, community_id, person_id, zone),
        "state": "active",
        "number": number,
        "joined_on": joined_on,
        "segment": segment,
        "city": city,
        "company": company,
        "details": details,
        "terms": [term],
        "announced_through": today,
        "sequence": 1,  # told with the import; 0 of those that came before imports told anything
    }
    dated = with_end_dates(membership, policy["grace_days"])
    return {**dated, "state": state_on(dated, today)}


def _blank(id: str, community_id: str, person_id: str, zone: str) -> Membership:
    return {
        "_id": id,
        "community_id": community_id,
        "person_id": person_id,
        "zone": zone,
        "state": "pending_payment",
        "live": True,
        "number": None,
        "joined_on": None,
        "segment": None,
        "city": None,
        "terms": [],
        "ends_on": None,
        "grace_ends_on": None,
        "announced_through": "",
        "due_at": None,
        "sequence": 0,
    }
