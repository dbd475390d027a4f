"""A meetup: draft → published → registration_closed → held | cancelled (product.md §4)."""

import datetime as dt
from typing import Any

from contracts.errors import DomainError
from contracts.errors.events import MEETUP_TIMES_WRONG, MEETUP_WRONG_STATE
from services.events.domain.moves import Document, Move, moved

MOVES = {
    "publish": Move(("draft",), "published"),
    "close_registration": Move(("published",), "registration_closed"),
    "cancel": Move(("draft", "published", "registration_closed"), "cancelled"),
    "end": Move(("published", "registration_closed"), "held"),
}
STATES = ("draft", "published", "registration_closed", "held", "cancelled")

# Nobody is promoted from the waitlist later than this before the start.
CUT_OFF = dt.timedelta(hours=2)


def draft(
    *, id: str, wishes: dict[str, Any], zone: str, created_by: str, now: dt.datetime
) -> Document:
    """A new meetup; raises DomainError(MEETUP_TIMES_WRONG)."""
    meetup = {
        "_id": id,
        **wishes,
        "zone": wishes["zone"] or zone,
        "state": "draft",
        "created_by": created_by,
        "cancel_reason": None,
        "waitlisting": False,
        "winding_up": False,
    }
    _require_times(meetup, now)
    return meetup


def publish(meetup: Document, now: dt.datetime) -> Document:
    """Opens registration; raises DomainError for another state or a start that passed."""
    published = _step(meetup, "publish")
    _require_times(meetup, now)
    return published


def close_registration(meetup: Document) -> Document:
    """From now on people can be selected."""
    return _step(meetup, "close_registration")


def cancel(meetup: Document, reason: str, now: dt.datetime) -> Document:
    """Calls it off before it starts; its registrations are wound up."""
    cancelled = _step(meetup, "cancel", cancel_reason=reason, winding_up=True)
    if meetup["state"] != "draft":
        _require_before_start(meetup, now)
    return cancelled


def end(meetup: Document) -> Document:
    """It took place; its registrations are wound up."""
    return _step(meetup, "end", winding_up=True)


def require_open_for_registration(meetup: Document, now: dt.datetime) -> None:
    """Raises DomainError(MEETUP_WRONG_STATE) unless published and not begun."""
    if meetup["state"] != "published":
        raise DomainError(MEETUP_WRONG_STATE, current_state=meetup["state"])
    _require_before_start(meetup, now)


def require_selectable(meetup: Document, now: dt.datetime) -> None:
    """Raises DomainError(MEETUP_WRONG_STATE) unless registration is closed and it has not begun."""
    if meetup["state"] != "registration_closed":
        raise DomainError(MEETUP_WRONG_STATE, current_state=meetup["state"])
    _require_before_start(meetup, now)


def require_not_begun(meetup: Document, now: dt.datetime) -> None:
    """Raises DomainError(MEETUP_WRONG_STATE) when it was called off, is over or has begun."""
    if meetup["state"] not in ("published", "registration_closed"):
        raise DomainError(MEETUP_WRONG_STATE, current_state=meetup["state"])
    _require_before_start(meetup, now)


def cut_off(meetup: Document) -> dt.datetime:
    """From then on the waitlist rests."""
    return meetup["starts_at"] - CUT_OFF


def waitlist_moves(meetup: Document, now: dt.datetime) -> bool:
    """Whether a seat that is free goes to the next in the queue."""
    return meetup["state"] == "registration_closed" and now < cut_off(meetup)


def _step(meetup: Document, name: str, **changes: Any) -> Document:
    return moved(meetup, name, MOVES, MEETUP_WRONG_STATE, **changes)


def _require_times(meetup: Document, now: dt.datetime) -> None:
    if not now < meetup["starts_at"] < meetup["ends_at"]:
        raise DomainError(MEETUP_TIMES_WRONG)


def _require_before_start(meetup: Document, now: dt.datetime) -> None:
    if now >= meetup["starts_at"]:
        raise DomainError(MEETUP_WRONG_STATE, current_state="started")
