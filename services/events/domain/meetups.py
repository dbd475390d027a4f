"""A meetup: draft → published → registration_closed → held | cancelled (product.md §4)."""

import datetime as dt

from contracts.aggregates import Aggregate
from contracts.errors import DomainError
from contracts.errors.events import MEETUP_TIMES_WRONG, MEETUP_WRONG_STATE
from contracts.state_machine import StateMachine, machine
from contracts.states.events import MeetupState
from contracts.types.events import CreateMeetup

MEETUP: StateMachine[MeetupState] = machine(
    MEETUP_WRONG_STATE,
    draft="published cancelled",
    published="registration_closed held cancelled",
    registration_closed="held cancelled",
    held="",
    cancelled="",
)
UNDER_WAY: tuple[MeetupState, ...] = ("published", "registration_closed")

# Nobody is promoted from the waitlist later than this before the start.
CUT_OFF = dt.timedelta(hours=2)


class FixedMeetup(Aggregate):
    """What a meetup is created with and keeps."""

    community_id: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str
    capacity: int


class Meetup(FixedMeetup):
    """A gathering. `waitlisting`, `winding_up`: what jobs still have to do with it, which is to
    put its applicants on the waitlist, and to end its registrations."""

    description: str
    city: str
    address: str
    hold_hours: int
    state: MeetupState
    created_by: str
    cancel_reason: str | None
    waitlisting: bool
    winding_up: bool


def draft(*, id: str, wishes: CreateMeetup, zone: str, created_by: str, now: dt.datetime) -> Meetup:
    """A new meetup; raises DomainError(MEETUP_TIMES_WRONG)."""
    meetup: Meetup = {
        "_id": id,
        **wishes,
        "zone": wishes["zone"] or zone,
        "state": "draft",
        "created_by": created_by,
        "cancel_reason": None,
        "waitlisting": False,
        "winding_up": False,
    }
    _require_times(meetup, now)
    return meetup


def publish(meetup: Meetup, now: dt.datetime) -> Meetup:
    """Opens registration; raises DomainError for another state or a start that passed."""
    published = MEETUP.move(meetup, "published")
    _require_times(meetup, now)
    return published


def close_registration(meetup: Meetup) -> Meetup:
    """From now on people can be selected."""
    return MEETUP.move(meetup, "registration_closed")


def cancel(meetup: Meetup, reason: str, now: dt.datetime) -> Meetup:
    """Calls it off before it starts; its registrations are wound up."""
    cancelled = MEETUP.move(meetup, "cancelled")
    if meetup["state"] != "draft":
        _require_before_start(meetup, now)
    return {**cancelled, "cancel_reason": reason, "winding_up": True}


def end(meetup: Meetup) -> Meetup:
    """It took place; its registrations are wound up."""
    return {**MEETUP.move(meetup, "held"), "winding_up": True}


def require_open_for_registration(meetup: Meetup, now: dt.datetime) -> None:
    """Raises DomainError(MEETUP_WRONG_STATE) unless published and not begun."""
    MEETUP.require_in(meetup, "published")
    _require_before_start(meetup, now)


def require_selectable(meetup: Meetup, now: dt.datetime) -> None:
    """Raises DomainError(MEETUP_WRONG_STATE) unless registration is closed and it has not begun."""
    MEETUP.require_in(meetup, "registration_closed")
    _require_before_start(meetup, now)


def require_not_begun(meetup: Meetup, now: dt.datetime) -> None:
    """Raises DomainError(MEETUP_WRONG_STATE) when it was called off, is over or has begun."""
    MEETUP.require_in(meetup, *UNDER_WAY)
    _require_before_start(meetup, now)


def cut_off(meetup: FixedMeetup) -> dt.datetime:
    """From then on the waitlist rests."""
    return meetup["starts_at"] - CUT_OFF


def waitlist_moves(meetup: Meetup, now: dt.datetime) -> bool:
    """Whether a seat that is free goes to the next in the queue."""
    return meetup["state"] == "registration_closed" and now < cut_off(meetup)


def _require_times(meetup: Meetup, now: dt.datetime) -> None:
    if not now < meetup["starts_at"] < meetup["ends_at"]:
        raise DomainError(MEETUP_TIMES_WRONG)


def _require_before_start(meetup: Meetup, now: dt.datetime) -> None:
    if now >= meetup["starts_at"]:
        raise DomainError(MEETUP_WRONG_STATE, current_state="started")
