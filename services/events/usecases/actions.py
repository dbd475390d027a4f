"""What people may do with a meetup or a registration now."""

import datetime as dt

from chassis.actions import Action
from contracts import events
from contracts.access import MEMBERS
from contracts.errors import DomainError
from contracts.errors.events import ALREADY_REGISTERED, MEETUP_FULL
from services.events.domain import meetups, registrations
from services.events.store.meetups import ShownMeetup
from services.events.store.registrations import CountedParts
from services.events.store.seats import CountedMeetup


def _register(meetup: ShownMeetup, now: dt.datetime) -> None:
    meetups.require_open_for_registration(meetup, now)
    for live in meetup["registration"]:  # the index refuses another one
        raise DomainError(ALREADY_REGISTERED, registration_id=live["_id"], state=live["state"])


def _select_some(meetup: CountedMeetup, now: dt.datetime) -> None:
    meetups.require_selectable(meetup, now)
    for counter in meetup["counter"]:
        if counter["taken"] >= meetup["capacity"]:
            raise DomainError(MEETUP_FULL, capacity=meetup["capacity"])


def _select(parts: CountedParts, now: dt.datetime) -> None:
    registration, meetup = parts
    _select_some(meetup, now)
    registrations.select(registration, confirm_by=registrations.confirm_by(meetup, now))


def _withdraw(parts: CountedParts, now: dt.datetime) -> None:
    registration, meetup = parts
    meetups.require_not_begun(meetup, now)
    registrations.withdraw(registration)


def _undo_check_in(parts: CountedParts, now: dt.datetime) -> None:
    registration, meetup = parts
    meetups.require_not_called_off(meetup)
    registrations.undo_check_in(registration, meetup, now)


MEETUP_ACTIONS: tuple[Action[ShownMeetup], ...] = (
    Action(events.PUBLISH_MEETUP, meetups.publish),
    Action(events.CLOSE_REGISTRATION, lambda meetup, now: meetups.close_registration(meetup)),
    Action(events.CANCEL_MEETUP, lambda meetup, now: meetups.cancel(meetup, "", now)),
    Action(events.CHANGE_MEETUP, lambda meetup, now: meetups.change(meetup, {}, now)),
    Action(events.SELECT_REGISTRATIONS, _select_some),
    Action(events.REGISTER, _register),
)
DOOR_ACTIONS: tuple[Action[CountedParts], ...] = (
    Action(events.CHECK_IN, lambda parts, now: registrations.check_in(*parts, now)),
    Action(events.UNDO_CHECK_IN, _undo_check_in),
)
REGISTRATION_ACTIONS: tuple[Action[CountedParts], ...] = (
    Action(events.SELECT_REGISTRATIONS, _select),
    Action(
        events.CONFIRM_REGISTRATION,
        lambda parts, now: registrations.confirm(parts[0], now, parts[1]["zone"]),
        also=MEMBERS,
    ),
    Action(events.DECLINE_REGISTRATION, lambda parts, now: registrations.decline(parts[0])),
    Action(events.WITHDRAW_REGISTRATION, _withdraw),
    *DOOR_ACTIONS,
)
