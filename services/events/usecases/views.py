"""How meetups and registrations look outside: answers of RPCs, data of events."""

import datetime as dt
from collections.abc import Iterator

from contracts.states.events import SeatEnd
from contracts.types import events as wire
from services.events.domain import registrations
from services.events.domain.fees import SeatPurchase
from services.events.domain.meetups import Meetup, MeetupHead, ToldChange
from services.events.domain.registrations import Registration


def meetup_view(meetup: Meetup, *, seats_free: int, with_address: bool) -> wire.Meetup:
    """A meetup; its address is for hosts and people who have a seat."""
    return {
        "id": meetup["_id"],
        "community_id": meetup["community_id"],
        "title": meetup["title"],
        "description": meetup["description"],
        "starts_at": meetup["starts_at"],
        "ends_at": meetup["ends_at"],
        "zone": meetup["zone"],
        "city": meetup["city"],
        "address": meetup["address"] if with_address else None,
        "capacity": meetup["capacity"],
        "seats_free": seats_free,
        "hold_hours": meetup["hold_hours"],
        "fee": meetup.get("fee"),
        "refund_brackets": [*_brackets(meetup)],
        "state": meetup["state"],
        "cancel_reason": meetup["cancel_reason"],
        "version": meetup["version"],
        "created_at": meetup["created_at"],
        "updated_at": meetup["updated_at"],
    }


def meetup_head_view(meetup: MeetupHead, *, with_address: bool) -> wire.MeetupHead:
    """What a screen says of a meetup beside other things."""
    return {
        "id": meetup["_id"],
        "title": meetup["title"],
        "starts_at": meetup["starts_at"],
        "ends_at": meetup["ends_at"],
        "zone": meetup["zone"],
        "city": meetup["city"],
        "address": meetup["address"] if with_address else None,
        "state": meetup["state"],
    }


def meetup_facts(meetup: Meetup) -> wire.MeetupFacts:
    """What the public events of a meetup say."""
    return {
        "meetup_id": meetup["_id"],
        "community_id": meetup["community_id"],
        "state": meetup["state"],
        "starts_at": meetup["starts_at"],
        "ends_at": meetup["ends_at"],
        "zone": meetup["zone"],
        "capacity": meetup["capacity"],
    }


def registration_view(registration: Registration, position: int | None) -> wire.Registration:
    """A registration as its person and the hosts see it, with its place in the waitlist."""
    purchase = registration.get("purchase")
    return {
        "id": registration["_id"],
        "meetup_id": registration["meetup_id"],
        "community_id": registration["community_id"],
        "person_id": registration["person_id"],
        "state": registration["state"],
        "applied_at": registration["applied_at"],
        "confirm_by": registration["confirm_by"],
        "position": position,
        "offer": registration["offer"],
        "payable": _seat_to_pay(registration),
        "order_id": None if purchase is None else purchase["order_id"],
        "checked_in_at": registration["checked_in_at"],
        "version": registration["version"],
        "created_at": registration["created_at"],
        "updated_at": registration["updated_at"],
    }


def my_registration_view(registration: Registration, actions: list[str]) -> wire.MyRegistration:
    """A registration beside its meetup, as its person sees it."""
    shown = registration_view(registration, None)
    return {
        "id": shown["id"],
        "state": shown["state"],
        "confirm_by": shown["confirm_by"],
        "position": None,
        "offer": shown["offer"],
        "payable": shown["payable"],
        "order_id": shown["order_id"],
        "checked_in_at": shown["checked_in_at"],
        "version": shown["version"],
        "actions": actions,
    }


def next_view(meetup: wire.Meetup) -> wire.NextMeetup:
    """A meetup in the dashboard of its community."""
    return {
        "id": meetup["id"],
        "title": meetup["title"],
        "starts_at": meetup["starts_at"],
        "zone": meetup["zone"],
        "state": meetup["state"],
        "capacity": meetup["capacity"],
        "seats_free": meetup["seats_free"],
    }


def registration_facts(registration: Registration, meetup: Meetup) -> wire.RegistrationFacts:
    """What events about a registration say; `until` is when a seat is kept no longer."""
    offer = registration["offer"]
    return {
        "registration_id": registration["_id"],
        "meetup_id": meetup["_id"],
        "community_id": meetup["community_id"],
        "person_id": registration["person_id"],
        "state": registration["state"],
        "title": meetup["title"],
        "starts_at": meetup["starts_at"],
        "zone": meetup["zone"],
        "until": offer["expires_at"] if offer else registration["confirm_by"],
        "offer_id": offer["id"] if offer else None,
    }


def seat_payable_facts(registration: Registration, meetup: Meetup) -> wire.SeatPayable:
    """What a seat is bought by, and what a message to its person says."""
    purchase = registration.get("purchase")
    assert purchase is not None  # it awaits payment
    return {
        **registration_facts(registration, meetup),
        "payable": {
            "purchase_id": purchase["id"],
            "subject": {"kind": "meetup_seat", "ref": purchase["ref"]},
            "lines": [{"kind": "seat", "amount": purchase["amount"], "quantity": 1}],
            "refund_terms": {
                "starts_at": purchase["starts_at"],
                "brackets": [*_brackets(meetup)],
            },
            "pay_by": purchase["pay_by"],
        },
    }


def seat_given_up_facts(
    registration: Registration, purchase: SeatPurchase, reason: SeatEnd, now: dt.datetime
) -> wire.SeatGivenUp:
    """What payments does about a seat's purchase."""
    return {
        "registration_id": registration["_id"],
        "purchase_id": purchase["id"],
        "community_id": registration["community_id"],
        "reason": reason,
        "paid": purchase["order_id"] is not None,
        "in_full": reason == "called_off",
        "at": now,
    }


def _brackets(meetup: Meetup) -> Iterator[wire.RefundBracket]:
    for bracket in meetup.get("refund_brackets", []):
        yield {
            "hours_before": bracket["hours_before"],
            "basis_points": bracket["basis_points"],
        }


def _seat_to_pay(registration: Registration) -> wire.SeatToPay | None:
    purchase = registration.get("purchase")
    if purchase is None or not registrations.awaits_payment(registration):
        return None
    return {
        "purchase_id": purchase["id"],
        "amount": purchase["amount"],
        "pay_by": purchase["pay_by"],
    }


def meetup_change(
    registration: Registration, meetup: Meetup, change: ToldChange
) -> wire.MeetupChange:
    """What is told of a change: the meetup as it is now, and the times that it had, if others."""
    were = (change["started_at"], change["ended_at"])
    has_other_times = were != (meetup["starts_at"], meetup["ends_at"])
    return {
        **registration_facts(registration, meetup),
        "ends_at": meetup["ends_at"],
        "changed": [*change["changed"]],
        "started_at": change["started_at"] if has_other_times else None,
        "ended_at": change["ended_at"] if has_other_times else None,
    }


def attendance_facts(registration: Registration, meetup: Meetup) -> wire.AttendanceFacts:
    """What integrators hear from the door."""
    return {
        "registration_id": registration["_id"],
        "meetup_id": meetup["_id"],
        "community_id": meetup["community_id"],
        "person_id": registration["person_id"],
        "state": registration["state"],
        "checked_in_at": registration["checked_in_at"],
    }
