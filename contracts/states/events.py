"""States of meetups and registrations, and what of a meetup changed."""

from typing import Literal, get_args

MeetupState = Literal["draft", "published", "registration_closed", "held", "cancelled"]
RegistrationState = Literal[
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
]

# What of a meetup changed, as far as people are told of it.
ChangeOfMeetup = Literal["times", "place"]

# Why a seat that has a purchase is free again.
SeatEnd = Literal["given_up", "lapsed", "called_off"]

SEAT_ENDS: tuple[SeatEnd, ...] = get_args(SeatEnd)
MEETUP_STATES: tuple[MeetupState, ...] = get_args(MeetupState)
REGISTRATION_STATES: tuple[RegistrationState, ...] = get_args(RegistrationState)
CHANGES_OF_MEETUP: tuple[ChangeOfMeetup, ...] = get_args(ChangeOfMeetup)
