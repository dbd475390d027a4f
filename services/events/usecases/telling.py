"""The events of meetups and registrations."""

from typing import Any

from chassis.mongo import Document
from chassis.uow import Transaction
from contracts.records import Event

_MEETUP_FACTS = (
    "community_id", "title", "state", "starts_at", "ends_at", "zone", "city", "capacity",
)  # fmt: skip


def tell_meetup(tx: Transaction, event: Event, meetup: Document) -> None:
    """The public event of a meetup."""
    facts: dict[str, Any] = {name: meetup[name] for name in _MEETUP_FACTS}
    tx.emit(event, meetup, {"meetup_id": meetup["_id"], **facts})


def tell_registration(
    tx: Transaction, event: Event, registration: Document, meetup: Document
) -> None:
    """The internal event of a registration; `until` is when a seat is kept no longer."""
    offer = registration["offer"]
    data = {
        "registration_id": registration["_id"],
        "meetup_id": meetup["_id"],
        "community_id": meetup["community_id"],
        "person_id": registration["person_id"],
        "state": registration["state"],
        "title": meetup["title"],
        "starts_at": meetup["starts_at"],
        "zone": meetup["zone"],
        "until": offer["expires_at"] if offer else registration["confirm_by"],
    }
    tx.emit(event, registration, data)
