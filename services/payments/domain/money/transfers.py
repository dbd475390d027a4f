"""Transfers: money that people of the community find on its bank account and write down.

open → received, by one receipt or several; what came too much goes back
open → closed, with its order: what came in part goes back, and what comes later pays the order only
if it is all of it
"""

import datetime as dt
from typing import NamedTuple, NotRequired, TypedDict

from contracts.aggregates import Aggregate, Day, MoneyFields
from contracts.errors.payments import TRANSFER_WRONG_STATE
from contracts.money import Money
from contracts.state_machine import StateMachine, machine
from contracts.states.payments import TransferNote, TransferState
from services.payments.domain.money.accounts import BankAccount
from services.payments.domain.money.days import beginning_of, day_in
from services.payments.domain.money.payments import BankTransfer, Capture

TRANSFER: StateMachine[TransferState] = machine(
    TRANSFER_WRONG_STATE,
    open="open awaiting_second received closed",
    awaiting_second="open awaiting_second received closed",
    received="",
    closed="closed awaiting_second received",
)

ALPHABET = "ABCDEFGHKLMNPQRSTUVWXYZ23456789"  # that of coupons: no 0, 1, I, J, O
DRAWN = 7  # characters of a reference, before the one that checks them
REMINDED_BEFORE = dt.timedelta(days=1)


class Receipt(TypedDict):
    """Money that somebody found on the account; `received_at` is the beginning of the day on which
    it came."""

    amount: MoneyFields
    received_on: Day
    received_at: dt.datetime
    note: TransferNote
    confirmed_by: str
    confirmed_at: dt.datetime


class Transfer(Aggregate):
    """`open`: its reference is nobody else's, and parts are waited for. `claim`: what one person
    said and a second one has to say likewise. `paid_at`: the day of the money that made it whole.
    `returned`: of what was received, what goes back. `pay_to` and `second_person_above` are the
    account's when it began, so that nobody lifts the limit to confirm alone; old ones lack it."""

    community_id: str
    account_id: str
    payment_id: str
    out_trade_no: str
    merchant_id: str
    reference: str
    pay_to: BankAccount
    second_person_above: NotRequired[MoneyFields | None]
    amount: MoneyFields
    state: TransferState
    open: bool
    receipts: list[Receipt]
    claim: Receipt | None
    received: MoneyFields
    returned: MoneyFields
    paid_at: dt.datetime | None
    expires_at: dt.datetime
    to_remind: bool
    remind_at: dt.datetime


class Noted(NamedTuple):
    """A transfer after money came, and what of that goes back."""

    transfer: Transfer
    surplus: Money


def id_of(out_trade_no: str) -> str:
    """The transfer of an attempt has the same ULID."""
    return "trf_" + out_trade_no[1:]


def new_transfer(
    *,
    community_id: str,
    account_id: str,
    merchant_id: str,
    pay_to: BankAccount,
    second_person_above: MoneyFields | None,
    out_trade_no: str,
    reference: str,
    amount: Money,
    expires_at: dt.datetime,
    now: dt.datetime,
) -> Transfer:
    nothing = Money(0, amount.currency).as_dict()
    remind_at = expires_at - REMINDED_BEFORE
    return {
        "_id": id_of(out_trade_no),
        "community_id": community_id,
        "account_id": account_id,
        "payment_id": "pay_" + out_trade_no[1:],
        "out_trade_no": out_trade_no,
        "merchant_id": merchant_id,
        "reference": reference,
        "pay_to": pay_to,
        "second_person_above": second_person_above,
        "amount": amount.as_dict(),
        "state": TRANSFER.initial,
        "open": True,
        "receipts": [],
        "claim": None,
        "received": nothing,
        "returned": nothing,
        "paid_at": None,
        "expires_at": expires_at,
        "to_remind": now < remind_at,
        "remind_at": remind_at,
    }


def open_until(now: dt.datetime, days: int, zone: str) -> dt.datetime:
    """The end of the last day on which a transfer that begins now may come (rules.md §3.4)."""
    return beginning_of(day_in(zone, now) + dt.timedelta(days=days + 1), zone)


# ── References ──────────────────────────────────────────────────────────────────────────────────


def checked(drawn: str) -> str:
    """What was drawn, and a character by which a slip of the pen is seen.

    It differs when one character does, or when two beside each other change places: the alphabet
    has a prime number of them, and each place weighs differently.
    """
    weighed = sum(place * ALPHABET.index(char) for place, char in enumerate(drawn, start=2))
    return drawn + ALPHABET[weighed % len(ALPHABET)]


def next_action(transfer: Transfer) -> BankTransfer:
    """What the payer does."""
    return {
        "kind": "transfer",
        "reference": transfer["reference"],
        "pay_to": transfer["pay_to"],
        "until": transfer["expires_at"],
        "url": None,
    }


# ── What came ───────────────────────────────────────────────────────────────────────────────────


def kept(transfer: Transfer) -> Money:
    """Of what was received, what does not go back."""
    return Money.from_dict(transfer["received"]) - Money.from_dict(transfer["returned"])


def missing(transfer: Transfer) -> Money:
    """What the order still waits for."""
    return Money.from_dict(transfer["amount"]) - kept(transfer)


def needs_second(transfer: Transfer, receipt: Receipt, limit: MoneyFields | None) -> bool:
    """Whether what came in all is more than one person may confirm; parts count together."""
    if limit is None:
        return False
    total = Money.from_dict(transfer["received"]) + Money.from_dict(receipt["amount"])
    return total.currency != limit["currency"] or total.amount > limit["amount"]


def said_by_another(claim: Receipt | None, receipt: Receipt) -> bool:
    """Whether somebody else said the same before."""
    return (
        claim is not None
        and claim["confirmed_by"] != receipt["confirmed_by"]
        and claim["amount"] == receipt["amount"]
        and claim["received_on"] == receipt["received_on"]
    )


def require_confirmable(transfer: Transfer) -> None:
    """Raises DomainError(TRANSFER_WRONG_STATE) once all of it is there."""
    TRANSFER.require_in(transfer, "open", "awaiting_second", "closed")


def claim(transfer: Transfer, receipt: Receipt) -> Transfer:
    """The transfer with what the first of two people said; in place of what was said otherwise."""
    return {**TRANSFER.move(transfer, "awaiting_second"), "claim": receipt}


def close(transfer: Transfer) -> Transfer:
    """The transfer when its order ends; what one person said still waits for the second."""
    closed = transfer if transfer["claim"] else TRANSFER.move(transfer, "closed")
    return {**closed, "open": False, "to_remind": False}


def receive(transfer: Transfer, receipt: Receipt) -> Noted:
    """The transfer after money came.

    More than the whole goes back; so does a part that comes when its order has ended.
    """
    amount = Money.from_dict(receipt["amount"])
    is_whole = not amount < missing(transfer)
    counted = [receipt]
    if kept(transfer).amount > 0:
        counted += [r for r in transfer["receipts"] if r["received_at"] < transfer["expires_at"]]
    if is_whole:
        surplus = amount - missing(transfer)
    else:
        surplus = Money(0, amount.currency) if transfer["open"] else amount
    state: TransferState = "received" if is_whole else "open" if transfer["open"] else "closed"
    noted: Transfer = {
        **TRANSFER.move(transfer, state),
        "open": transfer["open"] and not is_whole,
        "receipts": [*transfer["receipts"], receipt],
        "claim": None,
        "received": (Money.from_dict(transfer["received"]) + amount).as_dict(),
        "paid_at": max(one["received_at"] for one in counted) if is_whole else None,
        "to_remind": transfer["to_remind"] and not is_whole,
    }
    return Noted(give_back(noted, surplus), surplus)


def give_back(transfer: Transfer, amount: Money) -> Transfer:
    """The transfer when `amount` of what was received goes back."""
    returned = Money.from_dict(transfer["returned"]) + amount
    return {**transfer, "returned": returned.as_dict()}


def undecided(transfer: Transfer) -> Money:
    """What came for an order that was not paid by it."""
    is_decided = transfer["paid_at"] is not None
    return Money(0, transfer["amount"]["currency"]) if is_decided else kept(transfer)


def capture_of(transfer: Transfer) -> Capture | None:
    """The money of a transfer that is whole, as of the day that made it so."""
    if transfer["paid_at"] is None:
        return None
    return Capture(
        out_trade_no=transfer["out_trade_no"],
        transaction_id=transfer["_id"],
        merchant_id=transfer["merchant_id"],
        amount=Money.from_dict(transfer["amount"]),
        captured_at=transfer["paid_at"],
    )
