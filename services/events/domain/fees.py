"""Seats that are taken by paying for them: what payments is told, and how long it may be paid."""

import datetime as dt
from typing import NotRequired, TypedDict

from contracts.aggregates import MoneyFields
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.subjects import purchase_id_of
from services.events.domain.meetups import Meetup

# A seat is kept a little longer than it can be paid: money that was in time still finds it.
MONEY_UNDER_WAY = dt.timedelta(minutes=15)


class SeatPurchase(TypedDict):
    """The purchase of a seat; `ref` is what was given, a selection or an offer, and `order_id` the
    order that paid for it. The hours of its terms count to `starts_at`, wherever the meetup moves.
    `refunded_orders` went back before anybody heard that they were paid."""

    id: str
    ref: str
    amount: MoneyFields
    starts_at: dt.datetime
    pay_by: dt.datetime
    order_id: str | None
    refunded_orders: NotRequired[list[str]]


def check_currency(fee: MoneyFields, currency: str) -> None:
    """Raises DomainError(INVALID_INPUT) unless it is the community's."""
    if fee["currency"] != currency:
        expected = FieldProblem("/fee/currency", "field.currency", {"currency": currency})
        raise DomainError(INVALID_INPUT, fields=[expected])


def is_refunded(purchase: SeatPurchase, order_id: str) -> bool:
    """Whether all the money of this order went back before its payment was heard of."""
    return order_id in purchase.get("refunded_orders", [])


def to_pay(meetup: Meetup, ref: str, until: dt.datetime, now: dt.datetime) -> SeatPurchase | None:
    """What a seat that is kept until then is bought by; None where it costs nothing."""
    fee = meetup.get("fee")
    if fee is None:
        return None
    return {
        "id": purchase_id_of(ref),
        "ref": ref,
        "amount": fee,
        "starts_at": meetup["starts_at"],
        "pay_by": pay_by(until, now),
        "order_id": None,
    }


def pay_by(until: dt.datetime, now: dt.datetime) -> dt.datetime:
    """How long a seat that is kept until then can be paid."""
    return until - min(MONEY_UNDER_WAY, (until - now) / 4)
