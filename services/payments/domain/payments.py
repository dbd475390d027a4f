"""Payments: attempts to pay an order with a provider, and what a capture is checked against.

Money only moves an attempt forward: a late capture confirms one that we had cancelled or failed.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from contracts.errors.payments import PAYMENT_WRONG_STATE
from contracts.money import Money
from services.payments.domain.states import machine

Payment = dict[str, Any]

PAYMENT = machine(
    PAYMENT_WRONG_STATE,
    created="pending unknown confirmed failed cancelled",
    pending="unknown confirmed failed cancelled",
    unknown="pending confirmed failed cancelled",
    confirmed="",
    failed="confirmed",
    cancelled="confirmed",
)

FIRST_CHECK_AFTER = dt.timedelta(seconds=10)
LONGEST_CHECK_AFTER = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Capture:
    """Money that a provider says it took, under our number."""

    out_trade_no: str
    transaction_id: str
    merchant_id: str
    amount: Money


def capture_matches_number(payment: Payment, capture: Capture) -> bool:
    return bool(payment["out_trade_no"] == capture.out_trade_no)


def capture_matches_merchant(payment: Payment, capture: Capture) -> bool:
    return bool(payment["merchant_id"] == capture.merchant_id)


def capture_matches_amount(payment: Payment, capture: Capture) -> bool:
    return bool(payment["amount"]["amount"] == capture.amount.amount)


def capture_matches_currency(payment: Payment, capture: Capture) -> bool:
    return bool(payment["amount"]["currency"] == capture.amount.currency)


CAPTURE_RULES = (
    capture_matches_number,
    capture_matches_merchant,
    capture_matches_currency,
    capture_matches_amount,
)


def broken_capture_rule(payment: Payment, capture: Capture) -> str | None:
    """The first rule of captures that this one breaks (P-24); None = it is what we asked for."""
    for rule in CAPTURE_RULES:
        if not rule(payment, capture):
            return rule.__name__
    return None


def confirm(payment: Payment, capture: Capture, now: dt.datetime, *, surplus: bool) -> Payment:
    """The attempt after its capture; `surplus` money is not the order's and goes back."""
    return PAYMENT.move(
        payment,
        "confirmed",
        live=False,
        surplus=surplus,
        transaction_id=capture.transaction_id,
        confirmed_at=now,
        check_after=None,
    )


def end(payment: Payment, state: str) -> Payment:
    """The attempt after the provider closed it (cancelled) or refused it (failed)."""
    return PAYMENT.move(payment, state, live=False, check_after=None)


def check_again(payment: Payment, now: dt.datetime) -> Payment:
    """The attempt to be asked about again, each time after twice as long (10 s … 10 min)."""
    checks = payment["checks"] + 1
    return {**payment, "checks": checks, "check_after": now + pause_after(checks)}


def pause_after(checks: int) -> dt.timedelta:
    """How long to wait before the next question to a provider."""
    return min(FIRST_CHECK_AFTER * 2 ** min(checks, 10), LONGEST_CHECK_AFTER)
