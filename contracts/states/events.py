"""States of meetups and registrations."""

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

MEETUP_STATES: tuple[MeetupState, ...] = get_args(MeetupState)
REGISTRATION_STATES: tuple[RegistrationState, ...] = get_args(RegistrationState)
