"""A join or renewal as one thing: its steps, as term, application and purchase have them.

    applied → approved → payable → ordered → paid → begun → announced

Computed when it is read. What payments knows is None where it knows nothing of the purchase yet,
and AWAY where it does not answer; what the term itself shows is told all the same.
"""

import datetime as dt
from collections.abc import Set
from typing import Final, Literal, TypedDict

from contracts.states.membership import JoinState, JoinStepName, JoinStepState, JoinWait
from contracts.types.payments import OrderProgress, PurchaseProgress
from services.membership.domain.terms.chains import Term
from services.membership.domain.vetting.applications import Application

AWAY: Final = "away"
Told = PurchaseProgress | None | Literal["away"]

STUCK_AFTER = dt.timedelta(minutes=10)


class JoinStep(TypedDict):
    """`deadline`: until when the present step can be taken; `retried`: by the system itself."""

    name: JoinStepName
    state: JoinStepState
    at: dt.datetime | None
    deadline: dt.datetime | None
    waits_for: JoinWait | None
    retried: bool


def _step(
    name: JoinStepName,
    state: JoinStepState,
    at: dt.datetime | None = None,
    *,
    deadline: dt.datetime | None = None,
    waits_for: JoinWait | None = None,
) -> JoinStep:
    """What people do not do themselves is tried again until it is done."""
    return {
        "name": name,
        "state": state,
        "at": at,
        "deadline": deadline,
        "waits_for": waits_for,
        "retried": waits_for not in (None, "payer"),
    }


def steps_of(
    term: Term,
    membership_id: str,
    application: Application | None,
    told: Told,
    unpublished: Set[str],
    now: dt.datetime,
) -> list[JoinStep]:
    """All steps in their order. `unpublished`: application and membership, as far as what they
    told has not left the service."""
    first = _applied(term, application)
    if term["kind"] != "paid":  # nobody had to pay
        unpaid: tuple[JoinStepName, ...] = ("payable", "ordered", "paid")
        skipped = [_step(name, "skipped") for name in unpaid]
        return [*first, *skipped, *_over(term, membership_id, unpublished)]
    opened_by = membership_id if application is None else application["_id"]
    purchase = None if told == AWAY else told
    order = None if purchase is None else purchase["order"]
    steps = [
        *first,
        _payable(term, told, opened_by in unpublished),
        _ordered(term, purchase, order, now),
        _paid(term, order, now),
    ]
    if term["state"] in ("fulfilled", "refunded"):
        steps += _over(term, membership_id, unpublished)
    else:
        steps += [_begun(order), _step("announced", "waiting")]
    return _settled(steps, away=told == AWAY)


def state_of(steps: list[JoinStep]) -> JoinState:
    """Where the whole stands."""
    states = {step["state"] for step in steps}
    if "failed" in states:
        return "ended"
    return "done" if states <= {"done", "skipped"} else "under_way"


def is_stuck(told: PurchaseProgress | None, now: dt.datetime) -> bool:
    """Whether a term that awaits its payment, offered a while ago, needs an operator: payments
    never heard of it, or was paid and has no answer."""
    if told is None:
        return True
    order = told["order"]
    if order is None or order["paid_at"] is None:
        return False
    return order["fulfilment"] == "pending" and order["paid_at"] <= now - STUCK_AFTER


def _applied(term: Term, application: Application | None) -> list[JoinStep]:
    if application is None:
        return [_step("applied", "skipped"), _step("approved", "skipped")]
    # An approval that was taken back, or given anew, is of another term.
    approved_at = application["approved_at"] if application["term_id"] == term["id"] else None
    return [
        _step("applied", "done", application["submitted_at"]),
        _step("approved", "done", approved_at),
    ]


def _payable(term: Term, told: Told, is_unpublished: bool) -> JoinStep:
    if told == AWAY:
        return _step("payable", "unavailable")
    if told is not None:
        return _step("payable", "done", told["opened_at"])
    if term["state"] != "awaiting":
        return _step("payable", "failed" if term["state"] == "withdrawn" else "done")
    waits_for: JoinWait = "publication" if is_unpublished else "message"
    return _step("payable", "current", deadline=term["pay_by"], waits_for=waits_for)


def _ordered(
    term: Term, purchase: PurchaseProgress | None, order: OrderProgress | None, now: dt.datetime
) -> JoinStep:
    if order is not None:
        return _step("ordered", "done", order["ordered_at"])
    if purchase is None:
        return _step("ordered", "waiting")
    pay_by = purchase["pay_by"]
    is_over = pay_by is not None and now >= pay_by
    if term["state"] == "withdrawn" or purchase["state"] != "open" or is_over:
        return _step("ordered", "failed", deadline=pay_by)
    return _step("ordered", "current", deadline=pay_by, waits_for="payer")


def _paid(term: Term, order: OrderProgress | None, now: dt.datetime) -> JoinStep:
    if order is None:
        return _step("paid", "waiting")
    if order["paid_at"] is not None:
        return _step("paid", "done", order["paid_at"])
    if order["state"] == "open" and now < order["expires_at"] and term["state"] == "awaiting":
        return _step("paid", "current", deadline=order["expires_at"], waits_for="payer")
    if order["state"] == "open":  # its end has come; first it is asked whether money came
        return _step("paid", "current", waits_for="provider")
    return _step("paid", "failed")


def _begun(order: OrderProgress | None) -> JoinStep:
    if order is None or order["paid_at"] is None:
        return _step("begun", "waiting")
    if order["fulfilment"] == "refused":
        return _step("begun", "failed", waits_for=None if order["given_back"] else "refund")
    return _step("begun", "current", waits_for="message")


def _over(term: Term, membership_id: str, unpublished: Set[str]) -> list[JoinStep]:
    if term["state"] == "refunded":
        return [_step("begun", "failed"), _step("announced", "skipped")]
    if membership_id in unpublished:
        return [_step("begun", "done"), _step("announced", "current", waits_for="publication")]
    return [_step("begun", "done"), _step("announced", "done")]


def _settled(steps: list[JoinStep], *, away: bool) -> list[JoinStep]:
    """What cannot come any more after a failure is skipped; what nobody can say now, said so;
    what came before a term that began was done."""
    settled, has_failed = list[JoinStep](), False
    begun = next(step["state"] for step in steps if step["name"] == "begun") in ("done", "failed")
    for step in steps:
        name, waits = step["name"], step["state"] in ("waiting", "unavailable")
        if waits and has_failed:
            step = _step(name, "skipped")
        elif waits and begun and name != "announced":
            step = _step(name, "done")
        elif waits and away:
            step = _step(name, "unavailable")
        has_failed = has_failed or step["state"] == "failed"
        settled.append(step)
    return settled
