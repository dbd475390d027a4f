"""Orders: an accepted quote; kept for ever (`product.md` §3).

open → paid → partially_refunded → refunded
open → expired | cancelled;  expired → open when late money finds its place and price again
"""

import datetime as dt
from typing import Any

from contracts.errors import DomainError
from contracts.errors.payments import ORDER_WRONG_STATE, REFUND_TOO_LARGE
from contracts.money import Money
from services.payments.domain.quotes import earlier
from services.payments.domain.states import machine

Order = dict[str, Any]

OPEN_FOR = dt.timedelta(minutes=30)
UNDECIDED_AFTER = dt.timedelta(minutes=10)

ORDER = machine(
    ORDER_WRONG_STATE,
    open="paid expired cancelled",
    paid="partially_refunded refunded",
    partially_refunded="partially_refunded refunded",
    refunded="",
    expired="open",
    cancelled="",
)
PAID_STATES = ("paid", "partially_refunded", "refunded")


def open_until(now: dt.datetime, pay_by: dt.datetime | None) -> dt.datetime:
    """When an order made now ends unpaid; never after the subject's pay-by."""
    return earlier(now + OPEN_FOR, pay_by)


def require_open(order: Order, now: dt.datetime) -> None:
    """Raises DomainError(ORDER_WRONG_STATE, current_state) unless it can be paid now."""
    if (state := shown_state(order, now)) != "open":
        raise DomainError(ORDER_WRONG_STATE, current_state=state)


def shown_state(order: Order, now: dt.datetime) -> str:
    """The state as a reader sees it: a passed end counts, even if no sweep has run."""
    if order["state"] == "open" and now >= order["expires_at"]:
        return str(order["closing"])
    return str(order["state"])


def ask_to_close(order: Order, to: str, now: dt.datetime) -> Order:
    """An open order that is to end now as `to`, once no provider can take money for it."""
    ORDER.require(order, to)
    return {**order, "closing": to, "expires_at": min(now, order["expires_at"]), "close_after": now}


def close(order: Order) -> Order:
    """The order after nobody can pay it any more: expired, or cancelled as it was asked."""
    return ORDER.move(order, order["closing"], open=False)


def reopen(order: Order, now: dt.datetime) -> Order:
    """An expired order whose late money found its place and price again (`product.md` §3)."""
    return ORDER.move(
        order, "open", open=True, expires_at=now + OPEN_FOR, close_after=now + OPEN_FOR
    )


def pay(order: Order, *, now: dt.datetime, paid_on: str, receipt_number: str) -> Order:
    """The order after its money arrived; its owner is to answer what became of it."""
    return ORDER.move(
        order,
        "paid",
        open=False,
        fulfilment="pending",
        paid_at=now,
        paid_on=paid_on,
        receipt_number=receipt_number,
    )


def decide(order: Order, fulfilment: str) -> Order | None:
    """The order after the owner of its subject answered; None when it had answered before."""
    return None if order["fulfilment"] != "pending" else {**order, "fulfilment": fulfilment}


# ── Giving money back ───────────────────────────────────────────────────────────────────────────


def refundable(order: Order) -> Money:
    """What is neither given back yet nor on its way back."""
    return (
        Money.from_dict(order["total"])
        - Money.from_dict(order["refunded"])
        - Money.from_dict(order["refunding"])
    )


def reserve_refund(order: Order, amount: Money) -> Order:
    """The order with `amount` on its way back; the sum never exceeds what was paid (P-13).

    Raises DomainError(ORDER_WRONG_STATE) for an order that was not paid, and
    DomainError(REFUND_TOO_LARGE, most=…) for more than is left, nothing, or another currency.
    """
    if order["state"] not in PAID_STATES:
        raise DomainError(ORDER_WRONG_STATE, current_state=order["state"])
    most = refundable(order)
    if amount.currency != most.currency or not 0 < amount.amount <= most.amount:
        raise DomainError(REFUND_TOO_LARGE, most=most.amount)
    refunding = Money.from_dict(order["refunding"]) + amount
    return {**order, "refunding": refunding.as_dict()}


def complete_refund(order: Order, amount: Money) -> Order:
    """The order after `amount` went back."""
    refunded = Money.from_dict(order["refunded"]) + amount
    refunding = Money.from_dict(order["refunding"]) - amount
    to = "refunded" if refunded.as_dict() == order["total"] else "partially_refunded"
    return ORDER.move(order, to, refunded=refunded.as_dict(), refunding=refunding.as_dict())


def abandon_refund(order: Order, amount: Money) -> Order:
    """The order after the provider could not give `amount` back."""
    refunding = Money.from_dict(order["refunding"]) - amount
    return {**order, "refunding": refunding.as_dict()}
