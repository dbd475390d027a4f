"""One person's standing in one community, with its terms (product.md §2).

    pending_payment → active → grace → expired        suspended, whatever the dates say
                        ↕                             cancelled: unpaid, ended, or by choice
                      paused

All but the first follow from facts and dates, on any day and whether or not a sweep has run
(rules.md §2.1); `state` is what was last told. Who ended has no end dates any more; who cancelled
keeps them, and comes back as who expired. A term is `awaiting` payment, `fulfilled`, `withdrawn`
(not for sale any more) or `refunded`; the current term is the last fulfilled one.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Literal, NotRequired, TypedDict

from contracts.aggregates import Aggregate, Day, Open
from contracts.errors import DomainError
from contracts.errors.membership import MEMBERSHIP_WRONG_STATE, RENEWAL_TOO_EARLY
from contracts.state_machine import StateMachine, machine
from contracts.states.membership import MembershipState
from contracts.types.membership import Policy
from services.membership.domain.terms.chains import Term, dates_of, lengthened
from services.membership.domain.terms.term_dates import (
    day_after,
    days_between,
    plus_days,
    start_of_day,
)

MEMBERSHIP: StateMachine[MembershipState] = machine(
    MEMBERSHIP_WRONG_STATE,
    pending_payment="active cancelled",
    active="active grace expired suspended paused cancelled",
    grace="active grace expired suspended cancelled",
    # To grace when a refund ended it before its grace was announced: that still comes, in order.
    expired="active grace expired suspended cancelled",
    suspended="active grace expired suspended paused cancelled",
    paused="active grace expired suspended paused cancelled",
    # By a payment that came late, or a renewal after one's own choice; that may be refunded, too.
    cancelled="active cancelled",
)
WITH_ACCESS: tuple[MembershipState, ...] = ("active", "grace")
DATED: tuple[MembershipState, ...] = ("active", "grace", "expired")
# Of these two people hear without the public: one in place of the other changes no access.
KEPT_OUT: tuple[MembershipState, ...] = ("suspended", "paused")
FOR_GOOD = "9999-12-31"  # as the day until which somebody is suspended
REMINDER_DAYS = (30, 7, 1, 0)


class Pause(TypedDict):
    """That the member put a term aside, since a day and through a day at the longest."""

    term_id: str
    on: Day
    through: Day


class FormerSuspension(TypedDict):
    """A suspension for a time that a ban took the place of."""

    until: Day
    reason: str


class Membership(Aggregate):
    """`live`: not history. `ends_on` and `grace_ends_on` are of the current term, during a pause as
    they come to be when it is used up; what time asked for was announced through the day
    `announced_through`; outages are made up for until
    `extended_to`; `sequence` counts public events. Who cancelled gave up `grace_given_up` days of
    grace, which are there as long as that holds; `ended_on` is the first day after an end by staff
    or a refund."""

    community_id: str
    person_id: str
    zone: str
    state: MembershipState
    live: bool
    number: int | None
    joined_on: Day | None
    segment: str | None
    city: str | None
    company: NotRequired[str | None]
    details: NotRequired[Annotated[dict[str, str], Open()]]
    terms: list[Term]
    ends_on: Day | None
    grace_ends_on: Day | None
    announced_through: str
    due_at: dt.datetime | None
    sequence: int
    extended_to: NotRequired[dt.datetime]
    suspended_until: NotRequired[Day]
    suspension_reason: NotRequired[str]
    suspended_before: NotRequired[FormerSuspension]
    pause: NotRequired[Pause]
    grace_given_up: NotRequired[int]
    ended_on: NotRequired[Day]
    end_reason: NotRequired[str]
    name_keys: NotRequired[list[str]]


@dataclass(frozen=True)
class Step:
    """Something that time asks for on a day; all but `remind` turn the state over."""

    on: str
    kind: Literal["remind", "enter_grace", "expire", "end_cancelled", "end_suspension", "end_pause"]
    days_left: int


def current_term(membership: Membership) -> Term | None:
    """The last fulfilled term, whether or not it has begun."""
    fulfilled = fulfilled_terms(membership)
    return fulfilled[-1] if fulfilled else None


def fulfilled_terms(membership: Membership) -> list[Term]:
    """The terms that give or gave access, in the order of their making."""
    return [term for term in membership["terms"] if term["state"] == "fulfilled"]


def find_term(membership: Membership, term_id: str) -> Term:
    """One of the membership's terms."""
    return next(term for term in membership["terms"] if term["id"] == term_id)


def awaiting_term(membership: Membership) -> Term | None:
    """The term that waits for its payment, if any."""
    return next((term for term in membership["terms"] if term["state"] == "awaiting"), None)


def is_first_payment(membership: Membership) -> bool:
    """Whether the next payment would be the first: no term was paid for or brought along, or it
    was refunded (rules.md §2.2)."""
    return not any(term["kind"] in ("paid", "imported") for term in fulfilled_terms(membership))


def came_here(membership: Membership) -> bool:
    """Whether the person was approved in the community, or renews, and so came themselves: an
    import says nothing of the kind."""
    return any(term["kind"] in ("paid", "free") for term in membership["terms"])


def state_on(membership: Membership, today: str) -> MembershipState:
    """The state on a calendar day of the community, by facts and dates alone (rules.md §2.1)."""
    if membership["ends_on"] is None:  # nothing was fulfilled yet, or it ended
        return membership["state"]
    if is_suspended(membership, today):
        return "suspended"
    if is_paused(membership, today):
        return "paused"
    return dated_state(membership, today)


def dated_state(membership: Membership, today: str) -> MembershipState:
    """The state by dates alone, of a membership that has them; a passed end date counts as ended,
    and who cancelled has no grace."""
    ends_on, grace_ends_on = end_dates(membership)
    if today <= ends_on:
        return "active"
    if cancels_at_end(membership):
        return "cancelled"
    return "grace" if today <= grace_ends_on else "expired"


def is_suspended(membership: Membership, today: str) -> bool:
    """Whether the person is kept out on a day, whatever became of the membership."""
    return today <= membership.get("suspended_until", "")


def is_suspended_for_good(membership: Membership) -> bool:
    """Whether nothing is sold to them any more."""
    return membership.get("suspended_until") == FOR_GOOD


def without_suspension(membership: Membership) -> Membership:
    """The membership as if nobody had been kept out."""
    lifted: Membership = {**membership}
    lifted.pop("suspended_until", None)
    lifted.pop("suspension_reason", None)
    lifted.pop("suspended_before", None)
    return lifted


def is_paused(membership: Membership, today: str) -> bool:
    """Whether the member has put it aside on a day; once its days are used up it is over by
    itself."""
    return "pause" in membership and today <= membership["pause"]["through"]


def after_pause(membership: Membership, today: str) -> Membership:
    """The membership without its pause, whose days until today moved the end, all of them at the
    most; as it is without one."""
    if "pause" not in membership:
        return membership
    ended: Membership = {**membership}
    pause = ended.pop("pause")
    back_on = min(today, day_after(pause["through"]))
    days = max(0, days_between(pause["on"], back_on))
    return {**ended, "terms": lengthened(membership["terms"], pause["term_id"], days)}


def settled(membership: Membership, today: str) -> Membership:
    """The membership without a pause that is over by itself."""
    return membership if is_paused(membership, today) else after_pause(membership, today)


def cancels_at_end(membership: Membership) -> bool:
    """Whether the person wants no more than what is paid for."""
    return "grace_given_up" in membership


def last_revival_day(membership: Membership, policy: Policy) -> str:
    """The last day on which an expired membership can be renewed with its number."""
    _, grace_ends_on = end_dates(membership)
    return plus_days(grace_ends_on, policy["revival_days"])


def may_be_renewed(membership: Membership, today: str, policy: Policy) -> bool:
    """Whether it runs, or was over so recently that it can be revived."""
    if membership["ends_on"] is None or is_suspended_for_good(membership):
        return False
    return today <= last_revival_day(membership, policy)


def blocks_application(membership: Membership, today: str, policy: Policy) -> bool:
    """Whether somebody with this membership has to pay or renew instead of applying."""
    state = state_on(membership, today)
    if state in ("expired", "cancelled"):
        return may_be_renewed(membership, today, policy)
    return True


def renewal_is_open(membership: Membership, today: str, policy: Policy) -> bool:
    """Whether the next term is up for payment already."""
    return awaiting_term(membership) is not None and may_be_renewed(membership, today, policy)


def start_renewal(
    membership: Membership, term_id: str, plan_id: str | None, today: str, policy: Policy
) -> Membership:
    """Puts the next term up for payment until the last day of revival.

    Raises DomainError(MEMBERSHIP_WRONG_STATE) when there is nothing to renew, and
    DomainError(RENEWAL_TOO_EARLY) before the renewal window opens.
    """
    if not may_be_renewed(membership, today, policy):
        raise wrong_state(membership, today)
    ends_on, _ = end_dates(membership)
    opens_on = plus_days(ends_on, -policy["renewal_opens_days"])
    if today < opens_on:
        raise DomainError(RENEWAL_TOO_EARLY, opens_on=opens_on)
    pay_by = start_of_day(day_after(last_revival_day(membership, policy)), membership["zone"])
    term = offered_term(term_id, "renew", None, plan_id, pay_by)
    return {**membership, "terms": [*membership["terms"], term]}


def offered_term(
    term_id: str,
    purpose: Literal["join", "renew"],
    application_id: str | None,
    plan_id: str | None,
    pay_by: dt.datetime | None,
) -> Term:
    """A term that waits for its payment, and has no dates yet."""
    return {
        "id": term_id,
        "purpose": purpose,
        "state": "awaiting",
        "kind": "paid",
        "plan_id": plan_id,
        "starts_on": None,
        "ends_on": None,
        "anchor_on": None,
        "anchor_months": 0,
        "chain_ends": False,
        "application_id": application_id,
        "pay_by": pay_by,
        "order_id": None,
        "refunded_orders": [],
    }


def cancel(membership: Membership, ended_on: str | None = None) -> Membership:
    """Ends it at once, from a day on if it had begun; what was still to be paid is withdrawn."""
    over = membership if ended_on is None else after_pause(membership, ended_on)
    ended: Membership = {
        **MEMBERSHIP.move(over, "cancelled"),
        "terms": without_offer(over["terms"]),
        "ends_on": None,
        "grace_ends_on": None,
        "due_at": None,
    }
    return ended if ended_on is None else {**ended, "ended_on": ended_on}


def without_offer(terms: list[Term]) -> list[Term]:
    """The terms, of which none is for sale any more."""
    return [
        {**term, "state": "withdrawn"} if term["state"] == "awaiting" else term for term in terms
    ]


def with_time_to_pay(membership: Membership, pay_by: dt.datetime) -> Membership:
    """The membership of which the term that awaits its payment may be paid until then."""
    terms: list[Term] = [
        {**term, "pay_by": pay_by} if term["state"] == "awaiting" else term
        for term in membership["terms"]
    ]
    return {**membership, "terms": terms}


def retire(membership: Membership, today: str) -> Membership:
    """Makes room for a new membership of the same person, which keeps the number; its state is that
    of the day, whatever was told."""
    return {**_history(membership), "state": state_on(membership, today)}


def forget(membership: Membership) -> Membership:
    """A membership of an erased person: history, without what an owner noted about them."""
    nothing: Membership = {**_history(membership), "segment": None, "city": None}
    terms: list[Term] = [{**term} for term in nothing["terms"]]
    forgotten: Membership = {**nothing, "company": None, "details": {}, "terms": terms}
    forgotten.pop("suspension_reason", None)
    forgotten.pop("suspended_before", None)
    forgotten.pop("end_reason", None)
    for term in forgotten["terms"]:
        term.pop("given_because", None)
    return forgotten


def advance(membership: Membership, today: str) -> tuple[Membership, Step | None]:
    """The membership after the next thing that time asks for by today, and that thing.

    A reminder that a later step has overtaken is not made up for.
    """
    due = [
        step for step in _steps(membership) if membership["announced_through"] < step.on <= today
    ]
    step = next((step for step in due if step.kind != "remind" or step is due[-1]), None)
    if step is None:
        return with_due_at({**membership, "announced_through": today}), None
    announced: Membership = {**membership, "announced_through": step.on}
    if step.kind != "remind":
        if step.kind == "end_suspension":
            announced = without_suspension(announced)
        announced = settled(announced, step.on)
        moved = MEMBERSHIP.move(announced, state_on(announced, step.on))
        public = moved["state"] not in KEPT_OUT
        announced = {**moved, "sequence": membership["sequence"] + public}
    return with_due_at(announced), step


def require_live(membership: Membership) -> None:
    """Raises DomainError(MEMBERSHIP_WRONG_STATE) for history: nothing of it is changed."""
    if not membership["live"]:
        raise DomainError(MEMBERSHIP_WRONG_STATE, current_state=membership["state"])


def wrong_state(membership: Membership, today: str) -> DomainError:
    """The refusal that names the state a membership is in."""
    return DomainError(MEMBERSHIP_WRONG_STATE, current_state=state_on(membership, today))


def _steps(membership: Membership) -> list[Step]:
    """What facts and dates ask for, in order; of the dates of the current term nothing before it
    began. While a suspension lasts no state turns over, and who is out for good is not reminded.
    A suspension or pause that ends on a day comes before its dates, which its end takes in."""
    term = current_term(membership)
    if term is None or membership["ends_on"] is None or membership["state"] == "cancelled":
        return []
    starts_on = term["starts_on"]
    assert starts_on is not None  # it is fulfilled
    steps = []
    until = membership.get("suspended_until", FOR_GOOD)
    if until != FOR_GOOD:
        steps.append(Step(day_after(until), "end_suspension", 0))
    if "pause" in membership:
        steps.append(Step(day_after(membership["pause"]["through"]), "end_pause", 0))
    steps += [
        step
        for step in _steps_of_dates(membership)
        if step.on > starts_on or step.kind == "expire"
        if not is_suspended_for_good(membership)
        if step.kind == "remind" or not is_suspended(membership, step.on)
        if not is_paused(membership, step.on)
    ]
    return sorted(steps, key=lambda step: step.on)


def _steps_of_dates(membership: Membership) -> list[Step]:
    ends_on, grace_ends_on = end_dates(membership)
    if cancels_at_end(membership):
        return [Step(day_after(ends_on), "end_cancelled", -1)]
    steps = [Step(plus_days(ends_on, -days), "remind", days) for days in REMINDER_DAYS]
    grace_days = days_between(ends_on, grace_ends_on)
    if grace_days:
        midway = 1 + grace_days // 2
        steps.append(Step(day_after(ends_on), "enter_grace", -1))
        if midway > 1:
            steps.append(Step(plus_days(ends_on, midway), "remind", -midway))
    return [*steps, Step(day_after(grace_ends_on), "expire", -grace_days - 1)]


def with_end_dates(membership: Membership, grace_days: int) -> Membership:
    """With the end dates of its current term, and the next thing that they ask for."""
    at_last = membership
    if "pause" in membership:
        at_last = after_pause(membership, day_after(membership["pause"]["through"]))
    term = current_term(at_last)
    assert term is not None
    ends_on = dates_of(term)["ends_on"]
    if cancels_at_end(membership):
        grace_days = 0
    grace_ends_on = plus_days(ends_on, grace_days)
    return with_due_at({**membership, "ends_on": ends_on, "grace_ends_on": grace_ends_on})


def with_moved_end(membership: Membership) -> Membership:
    """With the end dates of its terms as they are now, and the days of grace that it had."""
    return with_end_dates(membership, days_between(*end_dates(membership)))


def end_dates(membership: Membership) -> tuple[str, str]:
    """The last days of the current term and of its grace, of a membership that has one."""
    ends_on, grace_ends_on = membership["ends_on"], membership["grace_ends_on"]
    assert ends_on is not None
    assert grace_ends_on is not None
    return ends_on, grace_ends_on


def with_due_at(membership: Membership) -> Membership:
    """With the moment of the next thing that its dates ask for."""
    ahead = [step.on for step in _steps(membership) if step.on > membership["announced_through"]]
    due_at = start_of_day(min(ahead), membership["zone"]) if ahead else None
    return {**membership, "due_at": due_at}


def _history(membership: Membership) -> Membership:
    return {**membership, "live": False, "due_at": None}
