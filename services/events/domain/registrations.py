"""A registration: one person's wish to attend (product.md §4).

applied → selected (seat kept until T) → confirmed | declined | hold_expired; else waitlisted, which
an accepted offer makes confirmed; withdrawn, not_selected, cancelled; then checked_in | no_show.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from contracts.errors import DomainError
from contracts.errors.events import CHECK_IN_NOT_OPEN, REGISTRATION_WRONG_STATE, SEAT_EXPIRED
from services.events.domain.meetups import cut_off
from services.events.domain.moves import Document, Move, moved


@dataclass(frozen=True)
class State:
    """`counted`: takes one of the meetup's seats. `live`: bars another one of the same person."""

    counted: bool
    live: bool


STATES = {
    "applied": State(counted=False, live=True),
    "selected": State(counted=True, live=True),
    "confirmed": State(counted=True, live=True),
    "waitlisted": State(counted=False, live=True),
    "declined": State(counted=False, live=False),
    "hold_expired": State(counted=False, live=False),
    "withdrawn": State(counted=False, live=False),
    "not_selected": State(counted=False, live=False),
    "cancelled": State(counted=False, live=False),
    # Confirmed people on the day: their seat is theirs.
    "checked_in": State(counted=True, live=True),
    "no_show": State(counted=True, live=True),
}
# Before the day: a person may withdraw, and winding up decides.
UNDECIDED = ("applied", "selected", "confirmed", "waitlisted")
MOVES = {
    "select": Move(("applied", "waitlisted"), "selected"),
    "wait": Move(("applied",), "waitlisted"),
    "confirm": Move(("selected",), "confirmed"),
    "decline": Move(("selected",), "declined"),
    "lapse": Move(("selected",), "hold_expired"),
    "accept_offer": Move(("waitlisted",), "confirmed"),
    "decline_offer": Move(("waitlisted",), "declined"),
    "lose_offer": Move(("waitlisted",), "waitlisted"),
    "lose_last_offer": Move(("waitlisted",), "hold_expired"),
    "withdraw": Move(UNDECIDED, "withdrawn"),
    "check_in": Move(("confirmed", "no_show"), "checked_in"),
    "miss": Move(("confirmed",), "no_show"),
    "pass_over": Move(("applied", "selected", "waitlisted"), "not_selected"),
    "cancel": Move(UNDECIDED, "cancelled"),
}
COUNTED = tuple(name for name, state in STATES.items() if state.counted)

OFFERS_EACH = 2  # an offer that expires puts its person back into the queue once
CHECK_IN_OPENS = dt.timedelta(hours=2)


def apply(*, id: str, meetup: Document, person_id: str, now: dt.datetime) -> Document:
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
        "hold_id": None,
        "offer": None,
        "offers_lapsed": 0,
        "checked_in_at": None,
    }


def confirm_by(meetup: Document, now: dt.datetime) -> dt.datetime:
    """How long a seat that is given now is kept: the meetup's hold time, but not beyond the moment
    when it could still go to somebody else."""
    last = cut_off(meetup) if now < cut_off(meetup) else meetup["starts_at"]
    return min(now + dt.timedelta(hours=meetup["hold_hours"]), last)


def select(registration: Document, *, hold_id: str, confirm_by: dt.datetime) -> Document:
    """Gives it a kept seat, to be confirmed by then."""
    if registration["offer"] is not None:
        raise DomainError(REGISTRATION_WRONG_STATE, current_state="waitlisted with an offer")
    return _step(registration, "select", hold_id=hold_id, confirm_by=confirm_by)


def wait(registration: Document) -> Document:
    """Into the waitlist, in the order of application."""
    return _step(registration, "wait")


def confirm(registration: Document, now: dt.datetime) -> Document:
    """The person takes the seat; raises DomainError(SEAT_EXPIRED) when it was kept no longer."""
    confirmed = _step(registration, "confirm", confirm_by=None)
    if now > registration["confirm_by"]:
        raise DomainError(SEAT_EXPIRED, until=registration["confirm_by"].isoformat())
    return confirmed


def decline(registration: Document) -> Document:
    """The person leaves the kept seat to others."""
    return _without_seat(registration, "decline")


def lapse(registration: Document) -> Document:
    """The kept seat was not confirmed in time."""
    return _without_seat(registration, "lapse")


def offered(registration: Document, offer: Document) -> Document:
    """A seat is offered to it; it stays in the waitlist."""
    if registration["state"] != "waitlisted" or registration["offer"] is not None:
        raise DomainError(REGISTRATION_WRONG_STATE, current_state=registration["state"])
    return {**registration, "offer": {"id": offer["_id"], "expires_at": offer["expires_at"]}}


def accept_offer(registration: Document, hold_id: str) -> Document:
    """The offered seat is taken."""
    return _step(registration, "accept_offer", offer=None, hold_id=hold_id)


def decline_offer(registration: Document) -> Document:
    """The offered seat, and the place in the queue, are left to others."""
    return _without_seat(registration, "decline_offer")


def lose_offer(registration: Document, now: dt.datetime) -> Document:
    """The offer expired: once back to the end of the queue, then out."""
    lapsed = registration["offers_lapsed"] + 1
    if lapsed >= OFFERS_EACH:
        return _without_seat(registration, "lose_last_offer", offers_lapsed=lapsed)
    return _step(registration, "lose_offer", offer=None, offers_lapsed=lapsed, queued_at=now)


def withdraw(registration: Document) -> Document:
    """The person does not come; a seat, kept or offered, is free."""
    return _without_seat(registration, "withdraw")


def check_in(registration: Document, meetup: Document, now: dt.datetime) -> Document:
    """The person is there; raises DomainError(CHECK_IN_NOT_OPEN) too early."""
    checked_in = _step(registration, "check_in", checked_in_at=now)
    opens_at = meetup["starts_at"] - CHECK_IN_OPENS
    if now < opens_at:
        raise DomainError(CHECK_IN_NOT_OPEN, opens_at=opens_at.isoformat())
    return checked_in


def wind_up(registration: Document, meetup: Document) -> Document:
    """What becomes of it when the meetup is over or was called off."""
    if meetup["state"] == "cancelled":
        return _without_seat(registration, "cancel")
    if registration["state"] == "confirmed":
        return _step(registration, "miss")
    return _without_seat(registration, "pass_over")


def _step(registration: Document, name: str, **changes: Any) -> Document:
    after = moved(registration, name, MOVES, REGISTRATION_WRONG_STATE, **changes)
    return {**after, "live": STATES[after["state"]].live}


def _without_seat(registration: Document, name: str, **changes: Any) -> Document:
    return _step(registration, name, hold_id=None, confirm_by=None, offer=None, **changes)
