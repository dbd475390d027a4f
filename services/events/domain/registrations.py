"""A registration: one person's wish to attend (product.md §4).

applied → selected (seat kept until T) → confirmed | declined | hold_expired; else waitlisted, which
an accepted offer makes confirmed; withdrawn, not_selected, cancelled; then checked_in | no_show.
"""

import datetime as dt
from typing import NotRequired, TypedDict

from contracts.aggregates import Aggregate
from contracts.errors import DomainError
from contracts.errors.events import (
    CHECK_IN_NOT_OPEN,
    REGISTRATION_WRONG_STATE,
    SEAT_EXPIRED,
    SEAT_TO_BE_PAID,
)
from contracts.state_machine import StateMachine, machine
from contracts.states.events import RegistrationState
from contracts.text import rfc3339
from services.events.domain.fees import SeatPurchase, is_refunded, pay_by
from services.events.domain.meetups import (
    Meetup,
    cut_off,
    is_over,
    last_answer,
    require_not_called_off,
)

REGISTRATION: StateMachine[RegistrationState] = machine(
    REGISTRATION_WRONG_STATE,
    applied="selected waitlisted withdrawn not_selected cancelled",
    selected="confirmed declined hold_expired withdrawn not_selected cancelled",
    confirmed="withdrawn checked_in no_show cancelled",
    waitlisted=(
        "selected confirmed waitlisted declined hold_expired withdrawn not_selected cancelled"
    ),
    declined="",
    hold_expired="",
    withdrawn="",
    not_selected="",
    cancelled="",
    checked_in="confirmed no_show cancelled",
    no_show="checked_in",
)
# These take one of the meetup's seats; on the day it is theirs, whether they come or not.
COUNTED: tuple[RegistrationState, ...] = ("selected", "confirmed", "checked_in", "no_show")
# These bar another registration of the same person.
LIVE: tuple[RegistrationState, ...] = ("applied", "waitlisted", *COUNTED)
# Before the day: a person may withdraw, and winding up decides.
UNDECIDED: tuple[RegistrationState, ...] = ("applied", "selected", "confirmed", "waitlisted")
# The door opens before the start: who is there already has no meetup either.
CALLED_OFF: tuple[RegistrationState, ...] = (*UNDECIDED, "checked_in")
# Whoever comes, or may come, hears when the meetup changes.
TOLD: tuple[RegistrationState, ...] = ("selected", "confirmed", "waitlisted", "checked_in")
OFFERS_EACH = 2  # an offer that expires puts its person back into the queue once
CHECK_IN_OPENS = dt.timedelta(hours=2)


class OpenOffer(TypedDict):
    """The seat that is offered to it."""

    id: str
    expires_at: dt.datetime


class Registration(Aggregate):
    """One person's wish to attend one meetup. `queued_at`: its place in the waitlist.
    `told_of`: the version of the meetup that its person was told of last. `purchase`: that of the
    seat that was given or offered last, where it costs something."""

    community_id: str
    meetup_id: str
    person_id: str
    state: RegistrationState
    live: bool
    applied_at: dt.datetime
    queued_at: dt.datetime
    confirm_by: dt.datetime | None
    offer: OpenOffer | None
    offers_lapsed: int
    checked_in_at: dt.datetime | None
    told_of: NotRequired[int]
    purchase: NotRequired[SeatPurchase | None]


def apply(*, id: str, meetup: Meetup, person_id: str, now: dt.datetime) -> Registration:
    """A new registration."""
    return {
        "_id": id,
        "community_id": meetup["community_id"],
        "meetup_id": meetup["_id"],
        "person_id": person_id,
        "state": "applied",
        "live": True,
        "applied_at": now,
        "queued_at": now,
        "confirm_by": None,
        "offer": None,
        "offers_lapsed": 0,
        "checked_in_at": None,
    }


def has_seat(registration: Registration) -> bool:
    """Whether one of the meetup's seats is taken for it: its own, or the one it is offered."""
    return registration["state"] in COUNTED or registration["offer"] is not None


def is_certain(registration: Registration) -> bool:
    """Whether the person has a seat for certain, and is to know where to go."""
    return registration["state"] in ("confirmed", "checked_in", "no_show")


def awaits_answer(registration: Registration) -> bool:
    """Whether a seat is kept for it until its person says whether they come."""
    return registration["state"] == "selected" or registration["offer"] is not None


def awaits_payment(registration: Registration) -> bool:
    """Whether its seat is taken by paying for it."""
    purchase = registration.get("purchase")
    return purchase is not None and purchase["order_id"] is None and awaits_answer(registration)


def is_paid_by(registration: Registration, order_id: str) -> bool:
    """Whether this order confirmed its seat, whatever became of that since."""
    purchase = registration.get("purchase")
    return purchase is not None and purchase["order_id"] == order_id


def confirm_by(meetup: Meetup, now: dt.datetime) -> dt.datetime:
    """How long a seat that is given now is kept: the meetup's hold time, but not beyond the moment
    when it could still go to somebody else."""
    return min(now + dt.timedelta(hours=meetup["hold_hours"]), last_answer(meetup, now))


def select(
    registration: Registration,
    *,
    confirm_by: dt.datetime,
    purchase: SeatPurchase | None = None,
) -> Registration:
    """Gives it a seat, to be confirmed, or paid for, by then."""
    if registration["offer"] is not None:
        raise DomainError(REGISTRATION_WRONG_STATE, current_state="offered")
    selected: Registration = {**_moved(registration, "selected"), "confirm_by": confirm_by}
    return _to_be_paid(selected, purchase)


def wait(registration: Registration) -> Registration:
    """Into the waitlist, in the order of application."""
    return _moved(registration, "waitlisted", "applied")


def confirm(registration: Registration, now: dt.datetime, zone: str) -> Registration:
    """The person takes the seat; raises DomainError(SEAT_EXPIRED) when it was kept no longer."""
    confirmed = _moved(registration, "confirmed", "selected")
    until = registration["confirm_by"]
    assert until is not None  # a selected one has it
    if now > until:
        raise DomainError(SEAT_EXPIRED, until=rfc3339(until), zone=zone)
    _require_free(registration, zone)
    return {**confirmed, "confirm_by": None}


def pay(registration: Registration, purchase_id: str, order_id: str) -> Registration | None:
    """With its seat confirmed by an order; None when no seat is kept for that any more, or the
    money went back already."""
    purchase = _kept_for(registration, purchase_id)
    if purchase is None or is_refunded(purchase, order_id):
        return None
    confirmed = _moved(registration, "confirmed", "selected", "waitlisted")
    paid: SeatPurchase = {**purchase, "order_id": order_id}
    return {**confirmed, "confirm_by": None, "offer": None, "purchase": paid}


def note_refund(registration: Registration, purchase_id: str, order_id: str) -> Registration | None:
    """With an order that takes the seat no more, however late its payment is heard; None where it
    could not take it anyway, or that is noted."""
    purchase = _kept_for(registration, purchase_id)
    if purchase is None or is_refunded(purchase, order_id):
        return None
    refunded = [*purchase.get("refunded_orders", []), order_id]
    return {**registration, "purchase": {**purchase, "refunded_orders": refunded}}


def decline(registration: Registration) -> Registration:
    """The person leaves the kept seat to others."""
    return _without_seat(registration, "declined", "selected")


def lapse(registration: Registration) -> Registration:
    """The kept seat was not confirmed in time."""
    return _without_seat(registration, "hold_expired", "selected")


def offered(
    registration: Registration, offer: OpenOffer, purchase: SeatPurchase | None = None
) -> Registration:
    """A seat is offered to it; it stays in the waitlist."""
    REGISTRATION.require_in(registration, "waitlisted")
    if registration["offer"] is not None:
        raise REGISTRATION.wrong_state(registration)
    return _to_be_paid({**registration, "offer": offer}, purchase)


def accept_offer(registration: Registration, zone: str) -> Registration:
    """The offered seat is taken."""
    _require_free(registration, zone)
    return {**_moved(registration, "confirmed", "waitlisted"), "offer": None}


def decline_offer(registration: Registration) -> Registration:
    """The offered seat, and the place in the queue, are left to others."""
    return _without_seat(registration, "declined", "waitlisted")


def lose_offer(registration: Registration, now: dt.datetime) -> Registration:
    """The offer expired: once back to the end of the queue, then out."""
    lapsed = registration["offers_lapsed"] + 1
    if lapsed >= OFFERS_EACH:
        out = _without_seat(registration, "hold_expired", "waitlisted")
        return {**out, "offers_lapsed": lapsed}
    waiting = _moved(registration, "waitlisted", "waitlisted")
    return {**waiting, "offer": None, "offers_lapsed": lapsed, "queued_at": now}


def withdraw(registration: Registration) -> Registration:
    """The person does not come; a seat, kept or offered, is free."""
    return _without_seat(registration, "withdrawn")


def brought_forward(registration: Registration, meetup: Meetup, now: dt.datetime) -> Registration:
    """No seat is kept for it longer than the meetup, which begins earlier now, allows."""
    offer, kept = registration["offer"], registration["confirm_by"]
    if offer is not None:
        offer = {**offer, "expires_at": min(offer["expires_at"], cut_off(meetup))}
    if kept is not None:
        kept = min(kept, last_answer(meetup, now))
    sooner: Registration = {**registration, "offer": offer, "confirm_by": kept}
    purchase, until = registration.get("purchase"), offer["expires_at"] if offer else kept
    if purchase is None or until is None:
        return sooner
    sooner_paid = min(purchase["pay_by"], pay_by(until, now))
    return {**sooner, "purchase": {**purchase, "pay_by": sooner_paid}}


def check_in(registration: Registration, meetup: Meetup, now: dt.datetime) -> Registration:
    """The person is there; raises DomainError(CHECK_IN_NOT_OPEN) too early, (MEETUP_WRONG_STATE)
    at one that was called off."""
    checked_in = _moved(registration, "checked_in")
    require_not_called_off(meetup)
    opens_at = meetup["starts_at"] - CHECK_IN_OPENS
    if now < opens_at:
        raise DomainError(CHECK_IN_NOT_OPEN, opens_at=rfc3339(opens_at), zone=meetup["zone"])
    return {**checked_in, "checked_in_at": now}


def undo_check_in(registration: Registration, meetup: Meetup, now: dt.datetime) -> Registration:
    """The person is not there after all."""
    to: RegistrationState = "no_show" if is_over(meetup, now) else "confirmed"
    return {**_moved(registration, to, "checked_in"), "checked_in_at": None}


def to_wind_up(meetup: Meetup) -> tuple[RegistrationState, ...]:
    """Which are not decided yet when the meetup is over or was called off."""
    return CALLED_OFF if meetup["state"] == "cancelled" else UNDECIDED


def wind_up(registration: Registration, meetup: Meetup) -> Registration:
    """What becomes of it when the meetup is over or was called off."""
    if meetup["state"] == "cancelled":  # nobody was there
        return {**_without_seat(registration, "cancelled"), "checked_in_at": None}
    if registration["state"] == "confirmed":
        return _moved(registration, "no_show")
    return _without_seat(registration, "not_selected")


def _to_be_paid(registration: Registration, purchase: SeatPurchase | None) -> Registration:
    return registration if purchase is None else {**registration, "purchase": purchase}


def _kept_for(registration: Registration, purchase_id: str) -> SeatPurchase | None:
    """The purchase of this id, while a seat is kept until it is paid."""
    purchase = registration.get("purchase")
    if purchase is None or purchase["id"] != purchase_id or not awaits_payment(registration):
        return None
    return purchase


def _require_free(registration: Registration, zone: str) -> None:
    """Raises DomainError(SEAT_TO_BE_PAID) when paying for it is what takes the seat."""
    purchase = registration.get("purchase")
    if purchase is not None and awaits_payment(registration):
        raise DomainError(
            SEAT_TO_BE_PAID,
            purchase_id=purchase["id"],
            pay_by=rfc3339(purchase["pay_by"]),
            zone=zone,
        )


def _moved(
    registration: Registration, to: RegistrationState, *only_from: RegistrationState
) -> Registration:
    moved = REGISTRATION.move(registration, to, only_from=only_from or None)
    return {**moved, "live": to in LIVE}


def _without_seat(
    registration: Registration, to: RegistrationState, *only_from: RegistrationState
) -> Registration:
    moved = _moved(registration, to, *only_from)
    return {**moved, "confirm_by": None, "offer": None}
