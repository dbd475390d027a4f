"""What the events service answers and tells: meetups, registrations, seats.

Rules: `product.md` §4. A gathering is a "meetup"; "event" always means a message.
"""

from __future__ import annotations

from marshmallow import fields

from contracts.errors import events as codes
from contracts.fields import (
    Choice,
    Document,
    Flag,
    Id,
    Instant,
    PageRequest,
    Request,
    Several,
    Text,
    Whole,
    Zone,
    page_of,
)
from contracts.records import Audience, Event, Rpc

MEETUP_STATES = ("draft", "published", "registration_closed", "held", "cancelled")
REGISTRATION_STATES = (
    "applied",
    "selected",
    "confirmed",
    "waitlisted",
    "declined",
    "hold_expired",
    "withdrawn",
    "not_selected",
    "cancelled",
    "checked_in",
    "no_show",
)
MOST_SEATS = 300

# ── Meetups ─────────────────────────────────────────────────────────────────────────────────────


class CreateMeetup(Request):
    community_id = Id("com", required=True)
    title = Text(required=True, least=1, most=100)
    description = Text(load_default="", most=5000, lines=True)
    starts_at = Instant(required=True, metadata={"example": "2026-12-05T06:00:00Z"})
    ends_at = Instant(required=True, metadata={"example": "2026-12-05T09:00:00Z"})
    zone = Zone(
        load_default=None,
        allow_none=True,
        metadata={"description": "where the meetup is; null = the community's zone"},
    )
    city = Text(required=True, least=1, most=100)
    address = Text(
        load_default="",
        most=300,
        metadata={"description": "shown to staff and confirmed people only"},
    )
    capacity = Whole(required=True, least=1, most=MOST_SEATS)
    hold_hours = Whole(
        load_default=24,
        least=1,
        most=24 * 14,
        metadata={"description": "how long a selected person may take to confirm"},
    )


class MeetupRef(Request):
    meetup_id = Id("mtp", required=True)


class CancelMeetup(MeetupRef):
    reason = Text(required=True, least=1, most=500, lines=True)


class Meetup(Document):
    """A gathering; `seats_free` counts neither taken seats nor those on offer."""

    id = Id("mtp", required=True)
    community_id = Id("com", required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    zone = fields.String(required=True)
    city = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    capacity = Whole(required=True)
    seats_free = Whole(required=True)
    hold_hours = Whole(required=True)
    state = Choice(*MEETUP_STATES, required=True)
    cancel_reason = fields.String(required=True, allow_none=True)
    version = Whole(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class ListMeetups(PageRequest):
    community_id = Id("com", required=True)
    state = Choice(*MEETUP_STATES, load_default=None, allow_none=True)


_MEETUP_STATE = (codes.MEETUP_WRONG_STATE,)

CREATE_MEETUP = Rpc(
    "events",
    "create_meetup",
    "A host or owner drafts a meetup.",
    CreateMeetup,
    Meetup,
    errors=(codes.MEETUP_TIMES_WRONG,),
)
GET_MEETUP = Rpc(
    "events",
    "get_meetup",
    "A meetup, for members of its community; drafts for hosts and owners.",
    MeetupRef,
    Meetup,
)
LIST_MEETUPS = Rpc(
    "events",
    "list_meetups",
    "The meetups of a community by start, for its members; drafts for hosts and owners.",
    ListMeetups,
    page_of(Meetup, "Meetups"),
)
PUBLISH_MEETUP = Rpc(
    "events",
    "publish_meetup",
    "A host or owner opens registration.",
    MeetupRef,
    Meetup,
    errors=(*_MEETUP_STATE, codes.MEETUP_TIMES_WRONG),
)
CLOSE_REGISTRATION = Rpc(
    "events",
    "close_registration",
    "A host or owner closes registration; people can be selected from now on.",
    MeetupRef,
    Meetup,
    errors=_MEETUP_STATE,
)
CANCEL_MEETUP = Rpc(
    "events",
    "cancel_meetup",
    "A host or owner calls the meetup off; everybody registered is told.",
    CancelMeetup,
    Meetup,
    errors=_MEETUP_STATE,
)

# ── Registrations, seats, offers ────────────────────────────────────────────────────────────────


class Offer(Document):
    """A free seat kept for the next in the queue until `expires_at`."""

    id = Id("ofr", required=True)
    expires_at = Instant(required=True)


class Registration(Document):
    """One person's wish to attend; `position` counts from 1 in the waitlist."""

    id = Id("reg", required=True)
    meetup_id = Id("mtp", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    state = Choice(*REGISTRATION_STATES, required=True)
    applied_at = Instant(required=True)
    confirm_by = Instant(required=True, allow_none=True)
    position = Whole(required=True, allow_none=True)
    offer = fields.Nested(Offer, required=True, allow_none=True)
    checked_in_at = Instant(required=True, allow_none=True)
    version = Whole(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class RegistrationRef(Request):
    registration_id = Id("reg", required=True)


class OfferRef(Request):
    offer_id = Id("ofr", required=True)


class ListRegistrations(PageRequest):
    meetup_id = Id("mtp", required=True)
    state = Choice(*REGISTRATION_STATES, load_default=None, allow_none=True)


class SelectRegistrations(Request):
    meetup_id = Id("mtp", required=True)
    registration_ids = Several(Id("reg"), least=1, most=MOST_SEATS, required=True)


class Selection(Document):
    """Who got a seat and until when they confirm it; all other applicants wait in order."""

    meetup_id = Id("mtp", required=True)
    registration_ids = fields.List(Id("reg"), required=True)
    confirm_by = Instant(required=True)


_REGISTRATION_STATE = (codes.REGISTRATION_WRONG_STATE,)

REGISTER = Rpc(
    "events",
    "register",
    "An active member applies for a seat.",
    MeetupRef,
    Registration,
    errors=(*_MEETUP_STATE, codes.ALREADY_REGISTERED, codes.MEMBERS_ONLY),
)
GET_REGISTRATION = Rpc(
    "events",
    "get_registration",
    "A registration, for its person and the community's hosts and owners.",
    RegistrationRef,
    Registration,
)
LIST_REGISTRATIONS = Rpc(
    "events",
    "list_registrations",
    "The registrations of a meetup in order of application, for its hosts and owners.",
    ListRegistrations,
    page_of(Registration, "Registrations"),
)
LIST_MY_REGISTRATIONS = Rpc(
    "events",
    "list_my_registrations",
    "The registrations of the signed-in person, newest first.",
    PageRequest,
    page_of(Registration, "MyRegistrations"),
)
SELECT_REGISTRATIONS = Rpc(
    "events",
    "select_registrations",
    "A host or owner gives seats to people; all other applicants go to the waitlist in order.",
    SelectRegistrations,
    Selection,
    errors=(*_MEETUP_STATE, *_REGISTRATION_STATE, codes.MEETUP_FULL),
)
CONFIRM_REGISTRATION = Rpc(
    "events",
    "confirm_registration",
    "A selected person takes the seat.",
    RegistrationRef,
    Registration,
    errors=(*_REGISTRATION_STATE, codes.SEAT_EXPIRED),
)
DECLINE_REGISTRATION = Rpc(
    "events",
    "decline_registration",
    "A selected person leaves the seat to others.",
    RegistrationRef,
    Registration,
    errors=_REGISTRATION_STATE,
)
WITHDRAW_REGISTRATION = Rpc(
    "events",
    "withdraw_registration",
    "A person withdraws before the start; a seat goes to the next in the queue.",
    RegistrationRef,
    Registration,
    errors=(*_REGISTRATION_STATE, *_MEETUP_STATE),
)
ACCEPT_OFFER = Rpc(
    "events",
    "accept_offer",
    "The next in the queue takes the offered seat.",
    OfferRef,
    Registration,
    errors=(codes.OFFER_CLOSED, codes.SEAT_EXPIRED),
)
DECLINE_OFFER = Rpc(
    "events",
    "decline_offer",
    "The next in the queue leaves the offered seat to others.",
    OfferRef,
    Registration,
    errors=(codes.OFFER_CLOSED,),
)
CHECK_IN = Rpc(
    "events",
    "check_in",
    "A host, owner or scanner notes that a person is there; a no-show may be corrected.",
    RegistrationRef,
    Registration,
    errors=(*_REGISTRATION_STATE, codes.CHECK_IN_NOT_OPEN),
)


class AttendanceRef(Request):
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    since = Instant(required=True)


class Attendance(Document):
    attended = Flag(required=True)


HAS_ATTENDED = Rpc(
    "events",
    "has_attended",
    "Whether a person was at a meetup of the community since then (cool-off refunds ask this).",
    AttendanceRef,
    Attendance,
    callers=("payments",),
)

# ── Events ──────────────────────────────────────────────────────────────────────────────────────


class MeetupFacts(Document):
    """A meetup as everybody may know it."""

    meetup_id = Id("mtp", required=True)
    community_id = Id("com", required=True)
    title = fields.String(required=True)
    state = Choice(*MEETUP_STATES, required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    zone = fields.String(required=True)
    city = fields.String(required=True)
    capacity = Whole(required=True)


class RegistrationFacts(Document):
    """A registration after the fact, with what a message to the person needs of the meetup.

    `until` is when a kept seat is given away again; null where nothing is kept.
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


MEETUP_PUBLISHED = _meetup_event("meetup_published", "Registration for a meetup is open.")
MEETUP_CANCELLED = _meetup_event("meetup_cancelled", "A meetup was called off.")
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
SEAT_LAPSED = _registration_event(
    "seat_lapsed", "A kept or offered seat was not taken in time and went to others."
)
REGISTRATION_CANCELLED = _registration_event(
    "registration_cancelled", "The meetup of this registration was called off."
)
