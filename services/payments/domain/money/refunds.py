"""Refunds: money on its way back, one provider refund each."""

import datetime as dt
from typing import NotRequired

from contracts.aggregates import Aggregate, MoneyFields
from contracts.errors.payments import REFUND_WRONG_STATE
from contracts.state_machine import StateMachine, machine
from contracts.states.payments import RefundState
from services.payments.domain.money.payments import pause_after

REFUND: StateMachine[RefundState] = machine(
    REFUND_WRONG_STATE,
    created="submitted done failed",
    submitted="done failed",
    done="",
    failed="",
)

# Why money goes back, where no treasurer wrote it.
SECOND_PAYMENT = "second_payment"
LATE_PAYMENT = "late_payment"
PURCHASE_REFUSED = "purchase_refused"
PAYER_ERASED = "payer_erased"  # somebody wrote why, of whom nothing is kept
WRONG_PAYMENT = "wrong_payment"
OVERPAID = "overpaid"
ASKED_FOR = "asked_for"  # by the payer, and granted without a word
PART_PAYMENT = "part_payment"  # the order ended before all of it was there


class Refund(Aggregate):
    """`written`: its reason are somebody's words, and no code of ours; refunds that do not say it
    may have either. `moving`: to be submitted or asked about; one that people give back is not.
    `replaced`: another one stands in the place of this failed one, which `replaces` it, or nothing
    is owed any more. `gives_up`: what was paid for ends when it is done, whatever its share."""

    community_id: str
    order_id: str
    payment_id: str
    account_id: str
    provider: str
    merchant_id: str
    out_trade_no: str
    out_refund_no: str
    amount: MoneyFields
    surplus: bool
    reason: str
    written: NotRequired[bool]
    gives_up: NotRequired[bool]
    state: RefundState
    moving: bool
    replaces: str | None
    replaced: bool
    checks: int
    check_after: dt.datetime | None


def code_of(refund: Refund) -> str | None:
    """The code by which we gave it back; None where somebody wrote why."""
    return None if refund.get("written", True) else refund["reason"]


def forget(refund: Refund) -> Refund:
    """Without the words that somebody wrote about why."""
    if code_of(refund) is not None:
        return refund
    return {**refund, "reason": PAYER_ERASED, "written": False}


def end(refund: Refund, state: RefundState) -> Refund:
    """The refund after the provider said done or failed."""
    return {**REFUND.move(refund, state), "moving": False, "check_after": None}


def is_due_part(refund: Refund) -> bool:
    """Whether it is of a transfer that was not whole, and nobody transferred it yet."""
    return refund["reason"] == PART_PAYMENT and refund["state"] == "created"


def take_back(refund: Refund) -> Refund:
    """The refund that is not owed any more: the order gets its money."""
    return {**end(refund, "failed"), "replaced": True}


def check_again(refund: Refund, now: dt.datetime) -> Refund:
    """The refund to be submitted or asked about again, each time after twice as long."""
    checks = refund["checks"] + 1
    return {**refund, "checks": checks, "check_after": now + pause_after(checks)}
