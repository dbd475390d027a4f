"""Orders: an accepted quote; kept for ever (`product.md` §3).

open → paid → partially_refunded → refunded
open → expired | cancelled;  expired → open when late money finds its place and price again
"""

import datetime as dt
import re
import unicodedata
from typing import Literal, NotRequired, TypedDict

from contracts.aggregates import Aggregate, Day, MoneyFields
from contracts.errors import DomainError, FieldProblem
from contracts.errors.payments import (
    NOTHING_TO_REFUND,
    ORDER_WRONG_STATE,
    REFUND_REQUEST_OPEN,
    REFUND_TOO_LARGE,
)
from contracts.money import Money
from contracts.state_machine import StateMachine, machine
from contracts.states.payments import Fulfilment, OrderState
from contracts.types.payments import Subject
from services.payments.domain.checkout.lines import Line, Sold
from services.payments.domain.checkout.prices import Priced, Reserved
from services.payments.domain.checkout.purchases import Purchase, has_lines
from services.payments.domain.checkout.quotes import earlier
from services.payments.domain.checkout.refund_terms import (
    COOL_OFF,
    Due,
    RefundTerms,
    TermPolicy,
    due,
)
from services.payments.domain.money.days import beginning_of

OrderEnd = Literal["expired", "cancelled"]

OPEN_FOR = dt.timedelta(minutes=30)
UNDECIDED_AFTER = dt.timedelta(minutes=10)

ORDER: StateMachine[OrderState] = machine(
    ORDER_WRONG_STATE,
    open="paid expired cancelled",
    paid="partially_refunded refunded",
    partially_refunded="partially_refunded refunded",
    refunded="",
    expired="open",
    cancelled="",
)
PAID_STATES: tuple[OrderState, ...] = ("paid", "partially_refunded", "refunded")


class SoldTerm(TypedDict):
    """The dates of a term as its owner told them last, and by how many days pauses moved its end;
    `version` says which telling is the newest."""

    starts_on: Day
    ends_on: Day
    paused_days: int
    version: int


class Order(Aggregate, Priced, Reserved, Sold):
    """`open`: it can be paid, or ends just now as `closing` says. `reservation_ref` names what it
    holds; `fulfilment` is what became of it with the owner of its subject. `payer_erased`: what
    is written about it from then on is not kept. `term`: of what it became, if that is a term.
    `refund_request_id`: the open one. `given_up_share`: what the terms gave back of a seat at the
    moment at which its person gave it up, in basis points."""

    community_id: str
    purchase_id: str
    quote_id: str | None
    payer_id: str
    lines: NotRequired[list[Line]]
    refund_terms: NotRequired[RefundTerms]
    subject: Subject
    purpose: str
    state: OrderState
    open: bool
    closing: OrderEnd
    fulfilment: Fulfilment
    starts_on: NotRequired[Day | None]
    term: NotRequired[SoldTerm]
    refunded: MoneyFields
    refunding: MoneyFields
    refund_request_id: NotRequired[str | None]
    given_up_share: NotRequired[int]
    reservation_ref: str
    receipt_number: str | None
    expires_at: dt.datetime
    close_after: dt.datetime
    paid_at: dt.datetime | None
    paid_on: Day | None
    payer_erased: NotRequired[bool]


def receipt_number(search: str) -> str | None:
    """The number of a receipt that somebody looks for, if it is one; zeros before it count not."""
    digits = unicodedata.normalize("NFKC", search)
    return str(int(digits)).zfill(8) if re.fullmatch("[0-9]{1,12}", digits) else None


def new_order(
    *,
    id: str,
    purchase: Purchase,
    sold: Sold,
    priced: Priced,
    reserved: Reserved,
    reservation_ref: str,
    quote_id: str | None,
    now: dt.datetime,
) -> Order:
    """An order that is open from now on."""
    nothing = Money(0, priced["total"]["currency"]).as_dict()
    until = open_until(now, purchase["pay_by"])
    order: Order = {
        "_id": id,
        "community_id": purchase["community_id"],
        "purchase_id": purchase["_id"],
        "quote_id": quote_id,
        "payer_id": purchase["payer_id"],
        **sold,
        "subject": purchase["subject"],
        "purpose": purchase["purpose"],
        "state": "open",
        "open": True,
        "closing": "expired",
        "fulfilment": "none",
        **priced,
        **reserved,
        "reservation_ref": reservation_ref,
        "refunded": nothing,
        "refunding": nothing,
        "receipt_number": None,
        "expires_at": until,
        # Nothing to pay: if this process dies before it settles the order, the job does.
        "close_after": until if costs(priced) else now,
        "paid_at": None,
        "paid_on": None,
    }
    if has_lines(purchase):
        order["lines"], order["refund_terms"] = purchase["lines"], purchase["refund_terms"]
    return order


def costs(priced: Priced) -> bool:
    """Whether anything is to be paid."""
    return priced["total"]["amount"] > 0


def open_until(now: dt.datetime, pay_by: dt.datetime | None) -> dt.datetime:
    """When an order made now ends unpaid; never after the subject's pay-by."""
    return earlier(now + OPEN_FOR, pay_by)


def wait_for_transfer(order: Order, until: dt.datetime) -> Order:
    """The order that is paid by a transfer: open for longer, its price promised instead of its
    place, which it takes when it is paid (rules.md §3.4)."""
    waiting: Order = {**order, "expires_at": until, "close_after": until}
    if order["step"] is None:
        return waiting
    return {**waiting, "step": None, "place_ref": None, "place_counter": None, "promised": True}


def require_open(order: Order, now: dt.datetime) -> None:
    """Raises DomainError(ORDER_WRONG_STATE, current_state) unless it can be paid now."""
    if (state := shown_state(order, now)) != "open":
        raise DomainError(ORDER_WRONG_STATE, current_state=state)


def shown_state(order: Order, now: dt.datetime) -> OrderState:
    """The state as a reader sees it: a passed end counts, even if no sweep has run."""
    if order["state"] == "open" and now >= order["expires_at"]:
        return order["closing"]
    return order["state"]


def ask_to_close(order: Order, to: OrderEnd, now: dt.datetime) -> Order:
    """An open order that is to end now as `to`, once no provider can take money for it."""
    ORDER.require_move(order, to)
    return {**order, "closing": to, "expires_at": min(now, order["expires_at"]), "close_after": now}


def close(order: Order) -> Order:
    """The order after nobody can pay it any more: expired, or cancelled as it was asked."""
    return {**ORDER.move(order, order["closing"]), "open": False}


def reopen(order: Order, now: dt.datetime) -> Order:
    """An expired order whose late money found its place and price again (`product.md` §3)."""
    until = now + OPEN_FOR
    reopened = ORDER.move(order, "open")
    return {**reopened, "open": True, "expires_at": until, "close_after": until}


def moment_paid(order: Order, captured_at: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """When its money was taken: the provider's time, or ours where it gives none (rules.md §2.3).

    Never before the order was made, and never after now: a clock of the provider's that is wrong
    changes little.
    """
    return now if captured_at is None else min(max(captured_at, order["created_at"]), now)


def pay(order: Order, *, paid_at: dt.datetime, paid_on: str, receipt_number: str) -> Order:
    """The order after its money arrived; its owner is to answer what became of it."""
    return {
        **ORDER.move(order, "paid"),
        "open": False,
        "fulfilment": "pending",
        "paid_at": paid_at,
        "paid_on": paid_on,
        "receipt_number": receipt_number,
    }


def decide(order: Order, fulfilment: Fulfilment, starts_on: str | None = None) -> Order | None:
    """The order after the owner of its subject answered; None when it had answered before."""
    if order["fulfilment"] != "pending":
        return None
    if "term" in order:  # what changed it since was heard before
        starts_on = order["term"]["starts_on"]
    return {**order, "fulfilment": fulfilment, "starts_on": starts_on}


def with_term(order: Order, term: SoldTerm | None) -> Order | None:
    """The order with these dates of the term that it became; None where there are none, or newer
    ones are known."""
    if term is None:
        return None
    if "term" in order and order["term"]["version"] >= term["version"]:
        return None
    return {**order, "term": term, "starts_on": term["starts_on"]}


# ── Giving money back ───────────────────────────────────────────────────────────────────────────


def forget_payer(order: Order) -> Order:
    """Nobody writes about its payer any more."""
    return {**order, "payer_erased": True}


def refundable(order: Order) -> Money:
    """What is neither given back yet nor on its way back."""
    return (
        Money.from_dict(order["total"])
        - Money.from_dict(order["refunded"])
        - Money.from_dict(order["refunding"])
    )


def given_back(order: Order) -> Money:
    """What went back or is on its way."""
    return Money.from_dict(order["total"]) - refundable(order)


def ask_refund(order: Order, request_id: str) -> Order:
    """The order of which a refund is asked for; one request at a time.

    Raises DomainError(REFUND_REQUEST_OPEN, ORDER_WRONG_STATE, NOTHING_TO_REFUND).
    """
    if (open_one := order.get("refund_request_id")) is not None:
        raise DomainError(REFUND_REQUEST_OPEN, refund_request_id=open_one)
    ORDER.require_in(order, *PAID_STATES)
    if refundable(order).amount == 0:
        raise DomainError(NOTHING_TO_REFUND)
    return {**order, "refund_request_id": request_id}


def answer_refund_request(order: Order) -> Order:
    """The order whose open request was decided or withdrawn."""
    return {**order, "refund_request_id": None}


def may_have_attended_since(order: Order, at: dt.datetime) -> dt.datetime | None:
    """From when on a meetup that its payer attended ends the cool-off; None where that makes no
    difference, or the term has not begun."""
    paid_at, starts_on = order["paid_at"], order.get("starts_on")
    if "refund_brackets" not in order or paid_at is None or starts_on is None:
        return None
    begins_at = beginning_of(dt.date.fromisoformat(starts_on), order["zone"])
    return begins_at if begins_at <= at <= paid_at + COOL_OFF else None


def due_back(order: Order, at: dt.datetime, *, attended: bool = False) -> Due | None:
    """What comes back to a payer who gives up at a moment; None where its terms say nothing, or
    nothing was paid.

    `attended`: a meetup, on the term that it paid for.
    """
    terms: RefundTerms | TermPolicy | None = order.get("refund_terms")
    if "refund_brackets" in order:
        brackets, starts_on = order["refund_brackets"], order.get("starts_on")
        terms = TermPolicy(brackets, starts_on, order["zone"], attended)
    paid_at = order["paid_at"]
    if terms is None or paid_at is None:
        return None
    paid = Money.from_dict(order["total"])
    return due(terms, paid=paid, paid_at=paid_at, given_back=given_back(order), at=at)


def given_back_with(order: Order, amount: Money) -> int:
    """How much of an order has gone back with `amount`, or is on its way, in minor units."""
    return order["refunded"]["amount"] + order["refunding"]["amount"] + amount.amount


def reserve_refund(order: Order, amount: Money) -> Order:
    """The order with `amount` on its way back; the sum never exceeds what was paid (P-13).

    Raises DomainError(ORDER_WRONG_STATE) for an order that was not paid, and
    DomainError(REFUND_TOO_LARGE, maximum=…) for more than is left, nothing, or another currency.
    """
    if order["state"] not in PAID_STATES:
        raise DomainError(ORDER_WRONG_STATE, current_state=order["state"])
    maximum = refundable(order)
    if amount.currency != maximum.currency or not 0 < amount.amount <= maximum.amount:
        most = {"maximum": maximum.amount, "currency": maximum.currency}
        too_large = FieldProblem("/amount", "field.money_large", most)
        raise DomainError(REFUND_TOO_LARGE, fields=[too_large], **most)
    refunding = Money.from_dict(order["refunding"]) + amount
    return {**order, "refunding": refunding.as_dict()}


def complete_refund(order: Order, amount: Money) -> Order:
    """The order after `amount` went back."""
    refunded = Money.from_dict(order["refunded"]) + amount
    refunding = Money.from_dict(order["refunding"]) - amount
    is_all = refunded.as_dict() == order["total"]
    moved = ORDER.move(order, "refunded" if is_all else "partially_refunded")
    return {**moved, "refunded": refunded.as_dict(), "refunding": refunding.as_dict()}


def abandon_refund(order: Order, amount: Money) -> Order:
    """The order after the provider could not give `amount` back."""
    refunding = Money.from_dict(order["refunding"]) - amount
    return {**order, "refunding": refunding.as_dict()}
