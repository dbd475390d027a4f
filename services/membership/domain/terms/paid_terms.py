"""What a payment, its refund, or a free plan makes of a membership's terms (rules.md §2.6)."""

from contracts.errors import DomainError
from contracts.errors.membership import TERM_TO_COME
from contracts.states.membership import MembershipState
from contracts.types.membership import Policy
from services.membership.domain.terms import memberships, term_dates
from services.membership.domain.terms.chains import Term, dates_of, moved_forward
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.plans import Plan
from services.membership.domain.terms.term_dates import start_of_day


def fulfil(
    membership: Membership,
    term_id: str,
    *,
    order_id: str | None,
    plan_id: str,
    tier: str,
    months: int,
    extra_days: int,
    paid_on: str,
    policy: Policy,
) -> Membership:
    """Turns the paid term into access; one without an order is free.

    While active or in grace it starts the day after the old end, else on the day of payment. A
    cancellation is taken back by it; a suspension or pause is not.
    """
    membership = memberships.settled(membership, paid_on)
    previous = memberships.current_term(membership)
    if previous is not None and _runs(membership, paid_on):
        dates = term_dates.term_after(dates_of(previous), months, extra_days)
    else:
        dates = term_dates.term_from(paid_on, months, extra_days)
    paid: Term = {
        **memberships.find_term(membership, term_id),
        **dates,
        "months": months,
        "extra_days": extra_days,
        "state": "fulfilled",
        "kind": "free" if order_id is None else "paid",
        "plan_id": plan_id,
        "tier": tier,
        "order_id": order_id,
    }
    others = [term for term in membership["terms"] if term["id"] != term_id]
    suspended = memberships.is_suspended(membership, paid_on)
    paused = memberships.is_paused(membership, paid_on)
    state: MembershipState = "suspended" if suspended else "paused" if paused else "active"
    fulfilled: Membership = {
        **memberships.MEMBERSHIP.move(membership, state),
        "joined_on": membership["joined_on"] or paid_on,
        "terms": [*others, paid],
        "announced_through": paid_on,
    }
    fulfilled.pop("grace_given_up", None)
    if not suspended:
        fulfilled = memberships.without_suspension(fulfilled)
    return memberships.with_end_dates(fulfilled, policy["grace_days"])


def _runs(membership: Membership, today: str) -> bool:
    """Whether the next term follows the present one, also while the person is suspended."""
    if membership["ends_on"] is None:
        return False
    return memberships.dated_state(membership, today) in ("active", "grace")


def begin_free(
    membership: Membership, term_id: str, plan: Plan, today: str, policy: Policy
) -> Membership:
    """Turns a term of a free plan into access; nobody has to pay."""
    return fulfil(
        membership,
        term_id,
        order_id=None,
        plan_id=plan["_id"],
        tier=plan["tier"],
        months=plan["period_months"],
        extra_days=0,
        paid_on=today,
        policy=policy,
    )


def begin_given(
    membership: Membership, term_id: str, plan: Plan, reason: str, today: str, policy: Policy
) -> Membership:
    """Turns a term into access that the community gives; nobody has to pay."""
    begun = begin_free(membership, term_id, plan, today, policy)
    terms = list[Term]()
    for term in begun["terms"]:
        mark: Term = {**term, "kind": "comped", "given_because": reason}
        terms.append(mark if term["id"] == term_id else term)
    return {**begun, "terms": terms}


def give(
    membership: Membership, term_id: str, plan: Plan, reason: str, today: str, policy: Policy
) -> Membership:
    """A further term that the community gives; what awaits its payment can be paid after it, too.

    Raises what `require_may_give` does.
    """
    require_may_give(membership, today, policy)
    offered = memberships.offered_term(term_id, "renew", None, plan["_id"], None)
    with_term: Membership = {**membership, "terms": [*membership["terms"], offered]}
    given = begin_given(with_term, term_id, plan, reason, today, policy)
    if memberships.cancels_at_end(membership) and _runs(membership, today):
        # Only a term of the member's own doing takes their cancellation back (rules.md §2.5).
        given["grace_given_up"] = membership["grace_given_up"]
        given = memberships.with_end_dates(given, 0)
    last_day = memberships.last_revival_day(given, policy)
    pay_by = start_of_day(term_dates.day_after(last_day), given["zone"])
    return memberships.with_time_to_pay(given, pay_by)


def require_may_give(membership: Membership, today: str, policy: Policy) -> None:
    """Raises DomainError(MEMBERSHIP_WRONG_STATE) for who could not renew either, and
    DomainError(TERM_TO_COME) while a later term is still to begin."""
    memberships.require_live(membership)
    if not memberships.may_be_renewed(membership, today, policy):
        raise memberships.wrong_state(membership, today)
    term = memberships.current_term(membership)
    assert term is not None  # it has end dates
    starts_on = dates_of(term)["starts_on"]
    if starts_on > today:
        raise DomainError(TERM_TO_COME, starts_on=starts_on)


def changes_plan(before: Membership, plan_id: str) -> bool:
    """Whether a further term of this plan is of another one than the present."""
    previous = memberships.current_term(before)
    known = None if previous is None else previous.get("plan_id")
    return known is not None and known != plan_id


def refuse_reason(membership: Membership, term_id: str, order_id: str, paid_on: str) -> str | None:
    """Why a paid order cannot become this term, in one word; None when it can.

    A payment that came after the application lapsed still counts while the membership is this one;
    a renewal counts until the end of revival.
    """
    term = memberships.find_term(membership, term_id)
    if order_id in term["refunded_orders"]:
        return "order_refunded"
    if term["state"] in ("fulfilled", "refunded"):
        return "term_paid_already"
    if not membership["live"]:
        return "membership_ended"
    if memberships.is_suspended_for_good(membership):
        return "suspended"
    if term["purpose"] == "renew":
        pay_by = term["pay_by"]
        assert pay_by is not None  # every renewal has one
        too_late = start_of_day(paid_on, membership["zone"]) >= pay_by
        if too_late or membership["ends_on"] is None:
            return "revival_over"
    return None


def refund(
    membership: Membership,
    term_id: str,
    order_id: str,
    policy: Policy,
    *,
    refunded_on: str,
    today: str,
) -> Membership:
    """Takes a term back whose order was refunded in full (rules.md §2.6).

    Later terms take its place, so that nobody has access on a day that no term covers. Without
    later ones the state is again that of the earlier term, which may be over already; without any
    the membership is cancelled. A refund that arrives before its payment is noted, so that the
    payment is refused.
    """
    term = memberships.find_term(membership, term_id)
    if term["state"] == "fulfilled" and term["order_id"] == order_id:
        taken_back: Term = {**term, "state": "refunded"}
    else:
        taken_back = {**term, "refunded_orders": [*term["refunded_orders"], order_id]}
    kept = [taken_back if one["id"] == term_id else one for one in membership["terms"]]
    refunded: Membership = {**membership, "terms": kept}
    if taken_back["state"] != "refunded" or membership["ends_on"] is None:  # that ended before
        return refunded
    pause = membership.get("pause")
    if pause is not None and pause["term_id"] == term_id:
        refunded = memberships.after_pause(refunded, refunded_on)
    refunded = memberships.settled(refunded, today)
    gone = memberships.find_term(refunded, term_id)
    refunded["terms"] = moved_forward(refunded["terms"], gone, refunded_on)
    if memberships.current_term(refunded) is None:
        return memberships.cancel(refunded, refunded_on)
    dated = memberships.with_end_dates(refunded, policy["grace_days"])
    state = memberships.state_on(dated, today)
    # What follows the end of the current term is still to be told, or to be told again; of steps
    # that are past, only the one that led to this state.
    ends_on, grace_ends_on = memberships.end_dates(dated)
    past = grace_ends_on if memberships.dated_state(dated, today) == "expired" else ends_on
    announced_through = min(membership["announced_through"], past)
    return memberships.with_due_at(
        {**memberships.MEMBERSHIP.move(dated, state), "announced_through": announced_through}
    )
