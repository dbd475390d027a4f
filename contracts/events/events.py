"""What the events service tells."""

from __future__ import annotations

from marshmallow import fields

from contracts.erasure import person_data_erased
from contracts.fields import Boolean, Choice, Document, Id, Instant, Whole
from contracts.news import things_changed
from contracts.purchases import Payable, PurchaseAnswer
from contracts.records import Audience, Event
from contracts.states.events import (
    CHANGES_OF_MEETUP,
    MEETUP_STATES,
    REGISTRATION_STATES,
    SEAT_ENDS,
)


class MeetupFacts(Document):
    """A meetup as everybody may know it; public, so without what somebody wrote about it."""

    meetup_id = Id("mtp", required=True)
    community_id = Id("com", required=True)
    state = Choice(*MEETUP_STATES, required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    zone = fields.String(required=True)
    capacity = Whole(required=True)


class RegistrationFacts(Document):
    """A registration after the fact, with what a message to the person needs of the meetup.

    `until` is when a kept seat is given away again; null where nothing is kept. `offer_id` is the
    offer of such a seat, where it came by one.
    """

    registration_id = Id("reg", required=True)
    meetup_id = Id("mtp", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    state = Choice(*REGISTRATION_STATES, required=True)
    title = fields.String(required=True)
    starts_at = Instant(required=True)
    zone = fields.String(required=True)
    until = Instant(required=True, allow_none=True)
    offer_id = Id("ofr", load_default=None, allow_none=True)


class SeatPayable(RegistrationFacts):
    """A seat that is taken by paying for it, as what is kept or offered."""

    payable = fields.Nested(Payable, required=True)


class SeatGivenUp(Document):
    """A seat that was to be paid for, or was, is not its person's any more."""

    registration_id = Id("reg", required=True)
    purchase_id = Id("pur", required=True)
    community_id = Id("com", required=True)
    reason = Choice(*SEAT_ENDS, required=True)
    paid = Boolean(
        required=True,
        metadata={"description": "the seat had been confirmed by its payment: money goes back"},
    )
    in_full = Boolean(
        required=True,
        metadata={"description": "all of it, whatever the terms: its person did not decide it"},
    )
    at = Instant(required=True)


class MeetupChange(RegistrationFacts):
    """A registration whose meetup has other times or is elsewhere; the times it had, if others."""

    ends_at = Instant(required=True)
    changed = fields.List(Choice(*CHANGES_OF_MEETUP), required=True)
    started_at = Instant(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)


class AttendanceFacts(Document):
    """A registration at the door; by ids."""

    registration_id = Id("reg", required=True)
    meetup_id = Id("mtp", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    state = Choice(*REGISTRATION_STATES, required=True)
    checked_in_at = Instant(required=True, allow_none=True)


def _meetup_event(name: str, meaning: str) -> Event:
    return Event(
        "events",
        name,
        meaning,
        MeetupFacts,
        subject="meetup id",
        audience=Audience.INTEGRATORS,
        consumed=False,
    )


def _registration_event(name: str, meaning: str) -> Event:
    return Event("events", name, meaning, RegistrationFacts, subject="registration id")


def _attendance_event(name: str, meaning: str) -> Event:
    return Event(
        "events",
        name,
        meaning,
        AttendanceFacts,
        subject="registration id",
        audience=Audience.INTEGRATORS,
        consumed=False,
        scope="attendance",
    )


MEETUP_PUBLISHED = _meetup_event("meetup_published", "Registration for a meetup is open.")
MEETUP_CANCELLED = _meetup_event("meetup_cancelled", "A meetup was called off.")
MEETUP_HELD = _meetup_event("meetup_held", "A meetup is over.")
MEETUP_CHANGED = Event(
    "events",
    "meetup_changed",
    "The meetup of this registration has other times or is elsewhere.",
    MeetupChange,
    subject="registration id",
)
REGISTRATION_SELECTED = _registration_event(
    "registration_selected", "A seat is kept for the person until it is confirmed or expires."
)
REGISTRATION_WAITLISTED = _registration_event(
    "registration_waitlisted", "The person waits for a seat."
)
REGISTRATION_CONFIRMED = _registration_event("registration_confirmed", "The person has a seat.")
SEAT_OFFERED = _registration_event(
    "seat_offered", "A seat came free and is kept for the next in the queue."
)
SEAT_PAYABLE = Event(
    "events",
    "seat_payable",
    "A seat is kept for the person until it is paid for or expires; payments opens its purchase. "
    "Again when an earlier start leaves less time to pay: the earliest pay-by counts.",
    SeatPayable,
    subject="registration id",
)
SEAT_GIVEN_UP = Event(
    "events",
    "seat_given_up",
    "A seat with a purchase is free again: payments closes that, or gives money back.",
    SeatGivenUp,
    subject="purchase id",
)
PURCHASE_FULFILLED = Event(
    "events",
    "purchase_fulfilled",
    "The paid order confirmed a seat.",
    PurchaseAnswer,
    subject="order id",
)
PURCHASE_REFUSED = Event(
    "events",
    "purchase_refused",
    "The seat of the paid order is gone; the payer gets the money back.",
    PurchaseAnswer,
    subject="order id",
)
SEAT_LAPSED = _registration_event(
    "seat_lapsed", "A kept or offered seat was not taken in time and went to others."
)
REGISTRATION_CANCELLED = _registration_event(
    "registration_cancelled", "The meetup of this registration was called off."
)
REGISTRATION_CHECKED_IN = _attendance_event(
    "registration_checked_in", "The person is at the meetup."
)
REGISTRATION_CHECK_IN_UNDONE = _attendance_event(
    "registration_check_in_undone", "The check-in was a mistake and does not count."
)
PERSON_DATA_ERASED = person_data_erased("events")
THINGS_CHANGED = things_changed("events")
