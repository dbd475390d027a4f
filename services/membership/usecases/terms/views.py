"""How memberships look outside: answers of RPCs, data of events."""

from contracts.payments import purchase_id_of
from contracts.states.membership import AccessChange, ChangeCause
from contracts.types import membership as wire
from contracts.types.membership import Policy
from services.membership.domain.files.tables import Cell
from services.membership.domain.terms import cards
from services.membership.domain.terms.chains import Term
from services.membership.domain.terms.memberships import (
    WITH_ACCESS,
    Membership,
    awaiting_term,
    cancels_at_end,
    current_term,
    is_paused,
    is_suspended,
    is_suspended_for_good,
    state_on,
)
from services.membership.domain.vetting.applications import Application


def purchase_id(holder: Term | Application, term_id: str) -> str:
    """The purchase by which a term is paid: what `holder`, the term or its application, kept when
    payments still chose the id, else the id that follows from the term's."""
    return holder.get("purchase_id") or purchase_id_of(term_id)


def membership_view(membership: Membership, today: str) -> wire.Membership:
    """A membership as of a day in its community."""
    awaiting = awaiting_term(membership)
    return {
        "id": membership["_id"],
        "community_id": membership["community_id"],
        "person_id": membership["person_id"],
        "number": membership["number"],
        "state": state_on(membership, today),
        "joined_on": membership["joined_on"],
        "term": _term_view(current_term(membership)),
        "grace_ends_on": cards.end_dates_now(membership)[1],
        "segment": membership["segment"],
        "city": membership["city"],
        "company": membership.get("company"),
        "details": membership.get("details", {}),
        "suspension": _suspension_view(membership, today),
        "pause": _pause_view(membership, today),
        "cancels_at_end": cancels_at_end(membership),
        "ended_on": membership.get("ended_on"),
        "end_reason": membership.get("end_reason"),
        "purchase_id": purchase_id(awaiting, awaiting["id"]) if awaiting else None,
        "version": membership["version"],
        "created_at": membership["created_at"],
        "updated_at": membership["updated_at"],
    }


def shown_membership_view(
    membership: Membership, today: str, policy: Policy, actions: list[str]
) -> wire.ShownMembership:
    """A membership as a card shows it."""
    return {
        **membership_view(membership, today),
        "valid_until": cards.end_dates_now(membership)[0],
        "current_term": _term_view(cards.running_term(membership, today)),
        "next_term": _term_view(cards.coming_term(membership, today)),
        "renewal": renewal_view(membership, today, policy),
        "actions": actions,
    }


def renewal_view(membership: Membership, today: str, policy: Policy) -> wire.RenewalWindow | None:
    """The days in which a membership can be renewed."""
    window = cards.renewal(membership, today, policy)
    return None if window is None else {**window}


MEMBERSHIP_COLUMNS = (
    *("number", "display_name", "state", "joined_on", "starts_on", "ends_on", "grace_ends_on"),
    *("kind", "plan_id", "segment", "city", "company", "details", "membership_id", "person_id"),
)


def membership_row(listed: wire.ListedMembership) -> list[Cell]:
    """A membership of a list as a line of a table with these columns."""
    term = listed["term"]
    return [
        listed["number"],
        listed["display_name"],
        listed["state"],
        listed["joined_on"],
        None if term is None else term["starts_on"],
        None if term is None else term["ends_on"],
        listed["grace_ends_on"],
        None if term is None else term["kind"],
        None if term is None else term["plan_id"],
        listed["segment"],
        listed["city"],
        listed["company"],
        "; ".join(f"{field}: {text}" for field, text in listed["details"].items()),
        listed["id"],
        listed["person_id"],
    ]


def without_profile(view: wire.Membership) -> wire.Membership:
    """A membership as who follows a link sees it: what is paid for, nothing about its member."""
    nobody: wire.Membership = {**view, "number": None, "joined_on": None, "details": {}}
    unlabelled: wire.Membership = {**nobody, "segment": None, "city": None, "company": None}
    return {**unlabelled, "suspension": None, "pause": None, "end_reason": None}


def _suspension_view(membership: Membership, today: str) -> wire.Suspension | None:
    if not is_suspended(membership, today):
        return None
    until = None if is_suspended_for_good(membership) else membership.get("suspended_until")
    return {"until": until, "reason": membership.get("suspension_reason", "")}


def _pause_view(membership: Membership, today: str) -> wire.Pause | None:
    if membership["ends_on"] is None or not is_paused(membership, today):
        return None
    return {"on": membership["pause"]["on"], "through": membership["pause"]["through"]}


def membership_facts(
    before: Membership | None, membership: Membership, cause: ChangeCause | None = None
) -> wire.MembershipFacts:
    """What every public event about a membership says: its state after the fact, and whether the
    person gained or lost access by it; `cause` where the event itself does not say why."""
    return {
        "membership_id": membership["_id"],
        "community_id": membership["community_id"],
        "person_id": membership["person_id"],
        "number": membership["number"],
        "state": membership["state"],
        "joined_on": membership["joined_on"],
        "term": _term_view(current_term(membership)),
        "grace_ends_on": cards.end_dates_now(membership)[1],
        "access_change": access_change(before, membership),
        "cause": cause,
    }


def access_change(before: Membership | None, after: Membership) -> AccessChange:
    """What a change of a membership did to the person's access, as far as it was told."""
    had = before is not None and before["state"] in WITH_ACCESS
    has = after["state"] in WITH_ACCESS
    if had == has:
        return "none"
    return "gained" if has else "lost"


def _term_view(term: Term | None) -> wire.Term | None:
    if term is None:
        return None
    starts_on, ends_on = term["starts_on"], term["ends_on"]
    assert starts_on is not None  # it is fulfilled
    assert ends_on is not None
    return {
        "id": term["id"],
        "kind": term["kind"],
        "plan_id": term.get("plan_id"),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "order_id": term["order_id"],
    }
