"""A meetup: draft → published → registration_closed → held | cancelled (product.md §4)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, Literal, NotRequired, TypedDict, cast

from contracts.aggregates import Aggregate, MoneyFields
from contracts.errors import DomainError, FieldProblem
from contracts.errors.events import MEETUP_FIELD_FIXED, MEETUP_TIMES_WRONG, MEETUP_WRONG_STATE
from contracts.state_machine import StateMachine, machine
from contracts.states.events import CHANGES_OF_MEETUP, ChangeOfMeetup, MeetupState
from contracts.text import rfc3339
from contracts.types.events import CreateMeetup

MEETUP: StateMachine[MeetupState] = machine(
    MEETUP_WRONG_STATE,
    draft="published cancelled",
    published="registration_closed held cancelled",
    registration_closed="held cancelled",
    held="",
    cancelled="",
)
UNDER_WAY: tuple[MeetupState, ...] = ("published", "registration_closed")

# People applied by these.
FIXED_WHEN_PUBLISHED: Final[tuple[Literal["zone", "hold_hours", "fee", "refund_brackets"], ...]] = (
    "zone",
    "hold_hours",
    "fee",
    "refund_brackets",
)
# Nobody is promoted from the waitlist later than this before the start.
CUT_OFF = dt.timedelta(hours=2)


class FixedMeetup(Aggregate):
    """What a meetup keeps, whatever its hosts change."""

    community_id: str


class ToldChange(TypedDict):
    """What people are told of: the version that made it, and the times that were before it."""

    version: int
    changed: list[ChangeOfMeetup]
    started_at: dt.datetime
    ended_at: dt.datetime


class RefundBracket(TypedDict):
    """What goes back to who gives a paid seat up so many hours before the start, or earlier."""

    hours_before: int
    basis_points: int


class MeetupHead(FixedMeetup):
    """When and where it is."""

    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str
    city: str
    address: str
    state: MeetupState


class Meetup(MeetupHead):
    """A gathering. `waitlisting`, `winding_up`, `telling`: what jobs still have to do with it,
    which is to put its applicants on the waitlist, to end its registrations, and to tell people
    of its last change."""

    capacity: int
    description: str
    hold_hours: int
    fee: NotRequired[MoneyFields | None]
    refund_brackets: NotRequired[list[RefundBracket]]
    created_by: str
    cancel_reason: str | None
    waitlisting: bool
    winding_up: bool
    telling: NotRequired[bool]
    told_change: NotRequired[ToldChange]


# What meetups of an earlier version lack.
_OF_BEFORE: dict[str, Any] = {"fee": None, "refund_brackets": []}


def as_now(stored: Mapping[str, Any]) -> Meetup:
    """A stored meetup, with what one of an earlier version lacks."""
    return cast(Meetup, {**_OF_BEFORE, **stored})


class MeetupWishes(TypedDict, total=False):
    """What hosts may change."""

    title: str
    description: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str
    city: str
    address: str
    capacity: int
    hold_hours: int
    fee: MoneyFields | None
    refund_brackets: list[RefundBracket]


def draft(*, id: str, wishes: CreateMeetup, zone: str, created_by: str, now: dt.datetime) -> Meetup:
    """A new meetup; raises DomainError(MEETUP_TIMES_WRONG)."""
    meetup: Meetup = {
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


def publish(meetup: Meetup, now: dt.datetime) -> Meetup:
    """Opens registration; raises DomainError for another state or a start that passed."""
    published = MEETUP.move(meetup, "published")
    _require_times(meetup, now)
    return published


def change(meetup: Meetup, wishes: MeetupWishes, now: dt.datetime) -> Meetup:
    """With what was wished; raises DomainError(MEETUP_WRONG_STATE), (MEETUP_FIELD_FIXED) or
    (MEETUP_TIMES_WRONG). Who is to hear of it is noted when it is public."""
    MEETUP.require_in(meetup, "draft", *UNDER_WAY)
    changed: Meetup = {**meetup, **wishes}
    if meetup["state"] == "draft":
        if _times_of(changed) != _times_of(meetup):
            _require_times(changed, now)
        return changed
    _require_before_start(meetup, now)
    for field in FIXED_WHEN_PUBLISHED:
        if changed.get(field) != meetup.get(field):
            raise DomainError(MEETUP_FIELD_FIXED, field=field)
    if _times_of(changed) != _times_of(meetup):
        _require_times(changed, now)
    what = changes_of(meetup, changed)
    return {**changed, "telling": True, "told_change": _told(meetup, what)} if what else changed


def is_told(before: Meetup, after: Meetup) -> bool:
    """Whether people hear of the change: nobody knows of a draft."""
    return before["state"] != "draft" and bool(changes_of(before, after))


def changes_of(before: Meetup, after: Meetup) -> list[ChangeOfMeetup]:
    """What people are told of."""
    places = [(one["city"], one["address"]) for one in (before, after)]
    is_other: dict[ChangeOfMeetup, bool] = {
        "times": _times_of(before) != _times_of(after),
        "place": places[0] != places[1],
    }
    return [what for what, other in is_other.items() if other]


def _told(meetup: Meetup, what: list[ChangeOfMeetup]) -> ToldChange:
    """What is not told of yet is told together with the new change."""
    told: ToldChange = {
        "version": meetup["version"] + 1,
        "changed": what,
        "started_at": meetup["starts_at"],
        "ended_at": meetup["ends_at"],
    }
    if not meetup.get("telling"):
        return told
    earlier = meetup["told_change"]
    both = [one for one in CHANGES_OF_MEETUP if one in what or one in earlier["changed"]]
    return {**earlier, "version": told["version"], "changed": both}


def close_registration(meetup: Meetup) -> Meetup:
    """From now on people can be selected."""
    return MEETUP.move(meetup, "registration_closed")


def cancel(meetup: Meetup, reason: str, now: dt.datetime) -> Meetup:
    """Calls it off before it starts; its registrations are wound up."""
    cancelled = MEETUP.move(meetup, "cancelled")
    if meetup["state"] != "draft":
        _require_before_start(meetup, now)
    return {**cancelled, "cancel_reason": reason, "winding_up": True}


def end(meetup: Meetup) -> Meetup:
    """It took place; its registrations are wound up."""
    return {**MEETUP.move(meetup, "held"), "winding_up": True}


def require_open_for_registration(meetup: Meetup, now: dt.datetime) -> None:
    """Raises DomainError(MEETUP_WRONG_STATE) unless published and not begun."""
    MEETUP.require_in(meetup, "published")
    _require_before_start(meetup, now)


def require_selectable(meetup: Meetup, now: dt.datetime) -> None:
    """Raises DomainError(MEETUP_WRONG_STATE) unless registration is closed and it has not begun."""
    MEETUP.require_in(meetup, "registration_closed")
    _require_before_start(meetup, now)


def is_to_come(meetup: Meetup, now: dt.datetime) -> bool:
    """Whether it takes place and has not begun."""
    return meetup["state"] in UNDER_WAY and now < meetup["starts_at"]


def require_not_begun(meetup: Meetup, now: dt.datetime) -> None:
    """Raises DomainError(MEETUP_WRONG_STATE) when it was called off, is over or has begun."""
    MEETUP.require_in(meetup, *UNDER_WAY)
    _require_before_start(meetup, now)


def require_not_called_off(meetup: Meetup) -> None:
    """Raises DomainError(MEETUP_WRONG_STATE) unless it takes place, or took place."""
    MEETUP.require_in(meetup, *UNDER_WAY, "held")


def is_over(meetup: Meetup, now: dt.datetime) -> bool:
    """Whether it has ended, noted or not."""
    return meetup["state"] == "held" or now >= meetup["ends_at"]


def last_answer(meetup: Meetup, now: dt.datetime) -> dt.datetime:
    """Until when a seat may be kept for somebody: while it could still go to somebody else, then
    until the start."""
    return cut_off(meetup) if now < cut_off(meetup) else meetup["starts_at"]


def cut_off(meetup: Meetup) -> dt.datetime:
    """From then on the waitlist rests."""
    return meetup["starts_at"] - CUT_OFF


def waitlist_moves(meetup: Meetup, now: dt.datetime) -> bool:
    """Whether a seat that is free goes to the next in the queue."""
    return meetup["state"] == "registration_closed" and now < cut_off(meetup)


def _times_of(meetup: Meetup) -> tuple[dt.datetime, dt.datetime]:
    return meetup["starts_at"], meetup["ends_at"]


def _require_times(meetup: Meetup, now: dt.datetime) -> None:
    if not now < meetup["starts_at"] < meetup["ends_at"]:
        field = "starts_at" if meetup["starts_at"] <= now else "ends_at"
        after = max(now, meetup["starts_at"]) if field == "ends_at" else now
        told = {"after": rfc3339(after), "zone": meetup["zone"]}
        raise DomainError(
            MEETUP_TIMES_WRONG,
            fields=[FieldProblem(f"/{field}", "field.time_order", told)],
            now=rfc3339(now),
            zone=meetup["zone"],
        )


def _require_before_start(meetup: Meetup, now: dt.datetime) -> None:
    if now >= meetup["starts_at"]:
        raise DomainError(MEETUP_WRONG_STATE, current_state="started")
