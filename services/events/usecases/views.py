"""How meetups and registrations look outside: answers of RPCs, data of events."""

from contracts.types import events as wire
from services.events.domain.meetups import Meetup, ToldChange
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
        "state": meetup["state"],
        "cancel_reason": meetup["cancel_reason"],
        "version": meetup["version"],
        "created_at": meetup["created_at"],
        "updated_at": meetup["updated_at"],
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
        "checked_in_at": registration["checked_in_at"],
        "version": registration["version"],
        "created_at": registration["created_at"],
        "updated_at": registration["updated_at"],
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
