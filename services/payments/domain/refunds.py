"""Refunds: money on its way back, one provider refund each."""

import datetime as dt
from typing import Any

from contracts.errors.payments import REFUND_WRONG_STATE
from services.payments.domain.payments import pause_after
from services.payments.domain.states import machine

Refund = dict[str, Any]

REFUND = machine(
    REFUND_WRONG_STATE,
    created="submitted done failed",
    submitted="done failed",
    done="",
    failed="",
)

# Why money goes back, beside the words of a treasurer.
SECOND_PAYMENT = "second_payment"
LATE_PAYMENT = "late_payment"
PURCHASE_REFUSED = "purchase_refused"


def end(refund: Refund, state: str) -> Refund:
    """The refund after the provider said done or failed."""
    return REFUND.move(refund, state, moving=False, check_after=None)


def check_again(refund: Refund, now: dt.datetime) -> Refund:
    """The refund to be submitted or asked about again, each time after twice as long."""
    checks = refund["checks"] + 1
    return {**refund, "checks": checks, "check_after": now + pause_after(checks)}
