"""Purchases: what one person can pay for one subject, opened by the service that owns it (§5a)."""

import datetime as dt
from typing import Any

from contracts.errors import DomainError
from contracts.errors.payments import PURCHASE_HAS_ORDER, PURCHASE_WRONG_STATE
from services.payments.domain.states import machine

Purchase = dict[str, Any]

PURCHASE = machine(
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

# The reason with which the owner of a subject says that its pay-by passed.
LAPSED = "application_lapsed"


def require_payable(purchase: Purchase, now: dt.datetime) -> None:
    """Raises DomainError(PURCHASE_WRONG_STATE) unless it is open and in time."""
    PURCHASE.require(purchase, "paid")
    state = "lapsed" if is_past_pay_by(purchase, now) else purchase["state"]
    if state != "open":
        raise DomainError(PURCHASE_WRONG_STATE, current_state=state)


def require_without_order(purchase: Purchase) -> None:
    """Raises DomainError(PURCHASE_HAS_ORDER) while an order of it can still be paid."""
    if purchase["order_id"] is not None:
        raise DomainError(PURCHASE_HAS_ORDER, order_id=purchase["order_id"])


def is_past_pay_by(purchase: Purchase, now: dt.datetime) -> bool:
    return purchase["pay_by"] is not None and now >= purchase["pay_by"]


def withdraw(purchase: Purchase, reason: str) -> Purchase | None:
    """The purchase after its owner withdrew it; None when that comes too late to matter."""
    to = "lapsed" if reason == LAPSED else "withdrawn"
    if not PURCHASE.allows(purchase["state"], to):
        return None
    return PURCHASE.move(purchase, to)
