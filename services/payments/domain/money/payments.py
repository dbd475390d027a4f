"""Payments: attempts to pay an order with a provider, and what a capture is checked against.

Money only moves an attempt forward: a late capture confirms one that we had cancelled or failed.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, NotRequired, TypedDict

from contracts.aggregates import Aggregate, MoneyFields
from contracts.errors.payments import PAYMENT_WRONG_STATE
from contracts.money import Money
from contracts.state_machine import StateMachine, machine
from contracts.states.payments import PaymentState
from services.payments.domain.checkout.orders import Order
from services.payments.domain.money.accounts import BankAccount

PAYMENT: StateMachine[PaymentState] = machine(
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
PAUSE_AFTER_SILENCE = dt.timedelta(minutes=1)  # for all that waits for a silent account


class Redirect(TypedDict):
    """A page of the provider's that the payer is sent to."""

    kind: Literal["redirect"]
    url: str


class BankTransfer(TypedDict):
    """What a payer transfers by themselves, with the reference that says for what.

    `url` is null, for readers of the version before: they ask each action for one.
    """

    kind: Literal["transfer"]
    reference: str
    pay_to: BankAccount
    until: dt.datetime
    url: NotRequired[str | None]


# What the payer does next, as the provider of the attempt has it.
NextAction = Redirect | BankTransfer

BY_HAND = frozenset({"transfer"})  # providers whose money people write down and give back


class Payment(Aggregate):
    """An attempt to pay an order, or a capture beyond those (`attempt` false: paid twice in two
    channels). `live`: it may still bring money; `surplus`: what it brought goes back."""

    community_id: str
    order_id: str
    account_id: str
    provider: str
    merchant_id: str
    out_trade_no: str
    amount: MoneyFields
    state: PaymentState
    attempt: bool
    live: bool
    surplus: bool
    next_action: NextAction | None
    transaction_id: str | None
    confirmed_at: dt.datetime | None
    checks: int
    check_after: dt.datetime | None


@dataclass(frozen=True)
class Capture:
    """Money that a provider says it took, under our number; `captured_at` by its clock."""

    out_trade_no: str
    transaction_id: str
    merchant_id: str
    amount: Money
    captured_at: dt.datetime | None = None


def capture_matches_number(payment: Payment, capture: Capture) -> bool:
    return payment["out_trade_no"] == capture.out_trade_no


def capture_matches_merchant(payment: Payment, capture: Capture) -> bool:
    return payment["merchant_id"] == capture.merchant_id


def capture_matches_amount(payment: Payment, capture: Capture) -> bool:
    return payment["amount"]["amount"] == capture.amount.amount


def capture_matches_currency(payment: Payment, capture: Capture) -> bool:
    return payment["amount"]["currency"] == capture.amount.currency


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
    return {
        **PAYMENT.move(payment, "confirmed"),
        "live": False,
        "surplus": surplus,
        "transaction_id": capture.transaction_id,
        "confirmed_at": now,
        "check_after": None,
    }


def surplus_capture(
    *,
    id: str,
    order: Order,
    account_id: str,
    provider: str,
    capture: Capture,
    now: dt.datetime,
) -> Payment:
    """A row of its own for money that no attempt is for: it came twice under one number, or is not
    what was asked for. It goes back."""
    return {
        "_id": id,
        "community_id": order["community_id"],
        "order_id": order["_id"],
        "account_id": account_id,
        "provider": provider,
        "merchant_id": capture.merchant_id,
        "out_trade_no": capture.out_trade_no,
        "amount": capture.amount.as_dict(),
        "state": "confirmed",
        "attempt": False,
        "live": False,
        "surplus": True,
        "next_action": None,
        "transaction_id": capture.transaction_id,
        "confirmed_at": now,
        "checks": 0,
        "check_after": None,
    }


def end(payment: Payment, state: PaymentState) -> Payment:
    """The attempt after the provider closed it (cancelled) or refused it (failed)."""
    return {**PAYMENT.move(payment, state), "live": False, "check_after": None}


def is_by_hand(payment: Payment) -> bool:
    """Whether its money stands in our books, in suspense, before it is captured."""
    return payment["provider"] in BY_HAND


def check_again(
    payment: Payment, now: dt.datetime, ask_after: dt.datetime | None = None
) -> Payment:
    """The attempt to be asked about again, each time after twice as long (10 s … 10 min), or when
    the provider says that it is worth it."""
    checks = payment["checks"] + 1
    again = now + pause_after(checks)
    return {**payment, "checks": checks, "check_after": max(again, ask_after or again)}


def look_again(payment: Payment, now: dt.datetime) -> Payment:
    """The attempt whose money was just written down; unless that has its effect before, the
    provider is asked soon, also where the attempt had ended."""
    return {**payment, "live": True, "check_after": now + FIRST_CHECK_AFTER}


def pause_after(checks: int) -> dt.timedelta:
    """How long to wait before the next question to a provider."""
    return min(FIRST_CHECK_AFTER * 2 ** min(checks, 10), LONGEST_CHECK_AFTER)
