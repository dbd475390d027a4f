"""Who attends a meetup: registrations, seats, offers of seats that came free."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import (
    CHECK_IN_ROLES,
    HOSTING_ROLES,
    MEMBERS,
    SERVICES_ONLY,
    SIGNED_IN,
    holders,
    the,
)
from contracts.errors import events as codes
from contracts.events.meetups import MOST_SEATS, MeetupHead, MeetupRef, Offer, SeatToPay
from contracts.export import export_mine, export_person
from contracts.fields import (
    Boolean,
    Choice,
    Document,
    Id,
    Instant,
    ListOf,
    PageRequest,
    Request,
    SeveralOf,
    Whole,
    actions,
    include,
    page_of,
)
from contracts.history import history_of
from contracts.lists import FOUND_BY_NAME, StaffList, counting, search_for, sorted_by
from contracts.records import ByLink, Rpc
from contracts.states.events import REGISTRATION_STATES


class Registration(Document):
    """One person's wish to attend; `position` counts from 1 in the waitlist. `payable`: its seat
    awaits payment; `order_id`: the order that paid for its seat."""

    id = Id("reg", required=True)
    meetup_id = Id("mtp", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    state = Choice(*REGISTRATION_STATES, required=True)
    applied_at = Instant(required=True)
    confirm_by = Instant(required=True, allow_none=True)
    position = Whole(required=True, allow_none=True)
    offer = fields.Nested(Offer, required=True, allow_none=True)
    payable = fields.Nested(
        SeatToPay, load_default=None, allow_none=True
    )  # not of earlier versions
    order_id = Id("ord", load_default=None, allow_none=True)
    checked_in_at = Instant(required=True, allow_none=True)
    version = Whole(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class ListedRegistration(Registration):
    """A registration with what its person is called; null for who has not said it, and for all
    while membership is away."""

    display_name = fields.String(required=True, allow_none=True)
    actions = actions()


class RegistrationAtMeetup(Registration):
    """A registration, with `include=meetup` beside its meetup; else that is null."""

    meetup = fields.Nested(MeetupHead, load_default=None, allow_none=True)


class ShownRegistration(RegistrationAtMeetup):
    """A registration, and what the caller may do with it; its offer shows itself."""

    actions = actions()


class RegistrationRef(Request):
    registration_id = Id("reg", required=True)


class GetRegistration(RegistrationRef):
    include = include("meetup")


class ListMyRegistrations(PageRequest):
    include = include("meetup")


class GetRegistrationHistory(PageRequest):
    registration_id = Id("reg", required=True)


class OfferRef(Request):
    offer_id = Id("ofr", required=True)


class ListRegistrations(StaffList):
    meetup_id = Id("mtp", required=True)
    state = SeveralOf(*REGISTRATION_STATES, load_default=None, allow_none=True)
    search = search_for(FOUND_BY_NAME)
    sort = sorted_by("applied_at", "updated_at", usual="applied_at")
    count = counting()


class RegistrationCounts(Document):
    """How many registrations of a meetup stand in each state."""

    meetup_id = Id("mtp", required=True)
    counts = fields.Dict(keys=Choice(*REGISTRATION_STATES), values=Whole(), required=True)


class SelectRegistrations(Request):
    meetup_id = Id("mtp", required=True)
    registration_ids = ListOf(Id("reg"), minimum=1, maximum=MOST_SEATS, required=True)


class Selection(Document):
    """Who got a seat and until when they confirm it; all other applicants wait in order."""

    meetup_id = Id("mtp", required=True)
    registration_ids = fields.List(Id("reg"), required=True)
    confirm_by = Instant(required=True)


_REGISTRATION_STATE = (codes.REGISTRATION_WRONG_STATE,)

REGISTER = Rpc(
    "events",
    "register",
    "Apply for a seat.",
    MeetupRef,
    Registration,
    who=MEMBERS,
    errors=(codes.MEETUP_WRONG_STATE, codes.ALREADY_REGISTERED, codes.MEMBERS_ONLY),
)
GET_REGISTRATION = Rpc(
    "events",
    "get_registration",
    "A registration.",
    GetRegistration,
    ShownRegistration,
    who=the("registrant") | holders(HOSTING_ROLES),
)
LIST_REGISTRATIONS = Rpc(
    "events",
    "list_registrations",
    "The registrations of a meetup, in order of application or of their last change.",
    ListRegistrations,
    page_of(
        ListedRegistration,
        "Registrations",
        counts=fields.Dict(
            keys=Choice(*REGISTRATION_STATES),
            values=Whole(),
            load_default=None,
            allow_none=True,
            metadata={"description": "with `count`: how many of the meetup are in each state"},
        ),
    ),
    who=holders(HOSTING_ROLES),
)
COUNT_REGISTRATIONS = Rpc(
    "events",
    "count_registrations",
    "How many registrations of a meetup stand in each state.",
    MeetupRef,
    RegistrationCounts,
    who=holders(HOSTING_ROLES),
)
LIST_MY_REGISTRATIONS = Rpc(
    "events",
    "list_my_registrations",
    "The registrations of the signed-in person, newest first.",
    ListMyRegistrations,
    page_of(RegistrationAtMeetup, "MyRegistrations"),
    who=SIGNED_IN,
)
SELECT_REGISTRATIONS = Rpc(
    "events",
    "select_registrations",
    "Give seats to people; all other applicants go to the waitlist in order.",
    SelectRegistrations,
    Selection,
    who=holders(HOSTING_ROLES),
    errors=(codes.MEETUP_WRONG_STATE, *_REGISTRATION_STATE, codes.MEETUP_FULL),
)
CONFIRM_REGISTRATION = Rpc(
    "events",
    "confirm_registration",
    "Take the seat after a selection.",
    RegistrationRef,
    Registration,
    who=the("registrant").but("while a member"),
    errors=(
        *_REGISTRATION_STATE,
        codes.SEAT_EXPIRED,
        codes.MEMBERS_ONLY,
        codes.SEAT_TO_BE_PAID,
    ),
)
DECLINE_REGISTRATION = Rpc(
    "events",
    "decline_registration",
    "Leave the seat to others after a selection.",
    RegistrationRef,
    Registration,
    who=the("registrant"),
    by_link=(ByLink("decline", "registration_id", over=(codes.REGISTRATION_WRONG_STATE,)),),
    errors=_REGISTRATION_STATE,
)
WITHDRAW_REGISTRATION = Rpc(
    "events",
    "withdraw_registration",
    "Withdraw before the start; a seat goes to the next in the queue.",
    RegistrationRef,
    Registration,
    who=the("registrant"),
    errors=(*_REGISTRATION_STATE, codes.MEETUP_WRONG_STATE),
)
ACCEPT_OFFER = Rpc(
    "events",
    "accept_offer",
    "Take the offered seat.",
    OfferRef,
    Registration,
    who=the("registrant").but("while a member"),
    errors=(
        codes.OFFER_CLOSED,
        codes.SEAT_EXPIRED,
        codes.MEMBERS_ONLY,
        codes.SEAT_TO_BE_PAID,
    ),
)
DECLINE_OFFER = Rpc(
    "events",
    "decline_offer",
    "Leave the offered seat to others.",
    OfferRef,
    Registration,
    who=the("registrant"),
    by_link=(ByLink("decline", "offer_id", over=(codes.OFFER_CLOSED,)),),
    errors=(codes.OFFER_CLOSED,),
)
CHECK_IN = Rpc(
    "events",
    "check_in",
    "Note that a person is there; a no-show may be corrected.",
    RegistrationRef,
    Registration,
    who=holders(CHECK_IN_ROLES),
    errors=(*_REGISTRATION_STATE, codes.CHECK_IN_NOT_OPEN, codes.MEETUP_WRONG_STATE),
)

UNDO_CHECK_IN = Rpc(
    "events",
    "undo_check_in",
    "Take a check-in back: confirmed again, or a no-show once the meetup is over.",
    RegistrationRef,
    Registration,
    who=holders(CHECK_IN_ROLES),
    errors=(*_REGISTRATION_STATE, codes.MEETUP_WRONG_STATE),
)


class AttendanceRef(Request):
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    since = Instant(required=True)


class Attendance(Document):
    attended = Boolean(required=True)


class KeptSeat(Document):
    kept = Boolean(required=True)


class PlaceWords(Document):
    """Where a meetup is, as somebody who is registered may know it."""

    words = fields.String(required=True)


IS_SEAT_KEPT = Rpc(
    "events",
    "is_seat_kept",
    "Whether a seat is kept for a registration until its person answers (mails and links ask).",
    RegistrationRef,
    KeptSeat,
    who=SERVICES_ONLY,
    callers=("notifications", "membership"),
)
GET_PLACE_WORDS = Rpc(
    "events",
    "get_place_words",
    "City and, for who has a seat, address of the meetup of a registration (messages quote it).",
    RegistrationRef,
    PlaceWords,
    who=SERVICES_ONLY,
    callers=("notifications",),
)
HAS_ATTENDED = Rpc(
    "events",
    "has_attended",
    "Whether a person was at a meetup of the community since then (cool-off refunds ask this).",
    AttendanceRef,
    Attendance,
    who=SERVICES_ONLY,
    callers=("payments",),
)
GET_REGISTRATION_HISTORY = history_of(
    "events", "registration", GetRegistrationHistory, holders(HOSTING_ROLES)
)
EXPORT_MINE = export_mine("events")
EXPORT_PERSON = export_person("events")
