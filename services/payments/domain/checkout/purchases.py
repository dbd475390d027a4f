"""Purchases: what one person can pay for one subject, opened by its owner (architecture.md §5a)."""

import datetime as dt
from typing import Literal, NotRequired

from contracts.aggregates import Aggregate
from contracts.errors import DomainError
from contracts.errors.payments import (
    PURCHASE_HAS_ORDER,
    PURCHASE_OF_LINES,
    PURCHASE_WRONG_STATE,
)
from contracts.state_machine import StateMachine, machine
from contracts.states.payments import PurchaseState
from contracts.types.payments import Subject
from services.payments.domain.checkout.lines import Line
from services.payments.domain.checkout.refund_terms import RefundTerms

PURCHASE: StateMachine[PurchaseState] = machine(
    PURCHASE_WRONG_STATE,
    open="paid withdrawn lapsed",
    paid="fulfilled refused",
    fulfilled="",
    withdrawn="",
    refused="",
    # The subject's pay-by passed; money that arrives all the same is offered to its owner, who
    # decides whether it still holds (`product.md` §2, payment after a lapse).
    lapsed="paid withdrawn",
)
# As long as its owner may take to withdraw it, or to fail at that.
PAUSE = dt.timedelta(minutes=1)


class Purchase(Aggregate):
    """What pays for a plan, or for `lines` at a price of their own, with the `refund_terms` and the
    `zone` that go with them. `promise_ref`: by what its applicant was promised a price,
    `applied_at` and `approved_at` when it was handed in and approved; `order_id`: the order that is
    open, or paid it. `renews`: the membership whose next term it is; missing in those of before
    links. Until `paused_until` nobody orders it."""

    community_id: str
    payer_id: str
    subject: Subject
    plan_id: str | None
    lines: NotRequired[list[Line]]
    refund_terms: NotRequired[RefundTerms]
    zone: NotRequired[str]
    purpose: Literal["join", "renew", "attend"]
    promise_ref: str | None
    applied_at: NotRequired[dt.datetime | None]
    approved_at: NotRequired[dt.datetime | None]
    state: PurchaseState
    order_id: str | None
    renews: NotRequired[str]
    paused_until: NotRequired[dt.datetime]
    pay_by: dt.datetime | None


def promise_ref(application_id: str, opening: int) -> str:
    """By what the promises of an application's `opening` are found: each opening has its own, the
    first one those that were made when it was handed in."""
    return application_id if opening == 1 else f"{application_id}:{opening}"


def has_lines(purchase: Purchase) -> bool:
    """Whether it has a price of its own instead of a plan's."""
    return "lines" in purchase


def require_of_a_plan(purchase: Purchase) -> None:
    """Raises DomainError(PURCHASE_OF_LINES) unless a plan is what it pays for."""
    if has_lines(purchase):
        raise DomainError(PURCHASE_OF_LINES)


def require_payable(purchase: Purchase, now: dt.datetime) -> None:
    """Raises DomainError(PURCHASE_WRONG_STATE) unless it is open and in time."""
    PURCHASE.require_move(purchase, "paid")
    state: PurchaseState = "lapsed" if is_past_pay_by(purchase, now) else purchase["state"]
    if state == "open" and now < purchase.get("paused_until", now):
        state = "withdrawn"  # as it is in a moment
    if state != "open":
        raise DomainError(PURCHASE_WRONG_STATE, current_state=state)


def pause(purchase: Purchase, now: dt.datetime) -> Purchase | None:
    """The purchase that nobody orders for a while; None when nobody can anyhow.

    Raises DomainError(PURCHASE_WRONG_STATE) for one that was paid.
    """
    if purchase["state"] in ("paid", "fulfilled"):
        raise PURCHASE.wrong_state(purchase)
    if purchase["state"] != "open":
        return None
    return {**purchase, "paused_until": now + PAUSE}


def require_without_order(purchase: Purchase) -> None:
    """Raises DomainError(PURCHASE_HAS_ORDER) while an order of it can still be paid."""
    if purchase["order_id"] is not None:
        raise DomainError(PURCHASE_HAS_ORDER, order_id=purchase["order_id"])


def is_past_pay_by(purchase: Purchase, now: dt.datetime) -> bool:
    return purchase["pay_by"] is not None and now >= purchase["pay_by"]


def extend(purchase: Purchase, pay_by: dt.datetime) -> Purchase | None:
    """The purchase with more time to pay; None when it has as much, or is decided."""
    known = purchase["pay_by"]
    if purchase["state"] != "open" or known is None or known >= pay_by:
        return None
    return {**purchase, "pay_by": pay_by}


def shorten(purchase: Purchase, pay_by: dt.datetime) -> Purchase | None:
    """The purchase with less time to pay; None when it has as little, or is decided."""
    known = purchase["pay_by"]
    if purchase["state"] != "open" or known is None or known <= pay_by:
        return None
    return {**purchase, "pay_by": pay_by}


def withdraw(purchase: Purchase, *, lapsed: bool) -> Purchase | None:
    """The purchase after its owner withdrew it, be it that its pay-by passed (`lapsed`); None when
    that comes too late to matter."""
    to: PurchaseState = "lapsed" if lapsed else "withdrawn"
    if not PURCHASE.allows(purchase["state"], to):
        return None
    return PURCHASE.move(purchase, to)
