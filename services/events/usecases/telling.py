"""What every change of a meetup or registration leaves behind: audit entry and event."""

from typing import Any

from chassis.mongo import Document
from chassis.uow import Transaction
from contracts.records import Event

_MEETUP_FACTS = (
    "community_id", "title", "state", "starts_at", "ends_at", "zone", "city", "capacity",
)  # fmt: skip


def note(
    tx: Transaction, action: str, before: Document | None, after: Document, reason: str = ""
) -> None:
    """The audit entry of a change: only the fields that changed."""
    changed = {
        name
        for name, value in after.items()
        if name not in ("version", "updated_at") and (before is None or before[name] != value)
    }
    tx.audit(
        action=action,
        subject=after["_id"],
        community_id=after["community_id"],
        version=after["version"],
        before=None if before is None else {name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        reason=reason,
    )


def tell_meetup(tx: Transaction, event: Event, meetup: Document) -> None:
    """The public event of a meetup."""
    facts: dict[str, Any] = {name: meetup[name] for name in _MEETUP_FACTS}
    tx.emit(
        event,
        subject=meetup["_id"],
        version=meetup["version"],
        data={"meetup_id": meetup["_id"], **facts},
    )


def tell_registration(
    tx: Transaction, event: Event, registration: Document, meetup: Document
) -> None:
    """The internal event of a registration; `until` is when a seat is kept no longer."""
    offer = registration["offer"]
    tx.emit(
        event,
        subject=registration["_id"],
        version=registration["version"],
        data={
            "registration_id": registration["_id"],
            "meetup_id": meetup["_id"],
            "community_id": meetup["community_id"],
            "person_id": registration["person_id"],
            "state": registration["state"],
            "title": meetup["title"],
            "starts_at": meetup["starts_at"],
            "zone": meetup["zone"],
            "until": offer["expires_at"] if offer else registration["confirm_by"],
        },
    )
