"""Gatherings: drafted, published, closed, called off."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from contracts.access import BELONGING_ROLES, HOSTING_ROLES, holders
from contracts.errors import events as codes
from contracts.fields import (
    Boolean,
    Choice,
    Document,
    Id,
    Instant,
    MinorUnits,
    MoneySchema,
    PageRequest,
    Request,
    SeveralOf,
    Text,
    Whole,
    Zone,
    actions,
    money,
    page_of,
    seen_version,
)
from contracts.history import history_of
from contracts.lists import sorted_by
from contracts.purchases import refund_brackets
from contracts.records import Rpc
from contracts.states.events import MEETUP_STATES, REGISTRATION_STATES

MOST_SEATS = 300


class Fee(MoneySchema):
    """What a seat costs."""

    amount = MinorUnits(required=True, minimum=1, maximum=10**12)


def _fee(**kwargs: Any) -> fields.Nested:
    described = (
        "what a seat costs, in the community's currency; it is taken by paying; null = nothing"
    )
    example = {"amount": 9900, "currency": "CNY"}
    return fields.Nested(
        Fee, allow_none=True, metadata={"description": described, "example": example}, **kwargs
    )


class CreateMeetup(Request):
    community_id = Id("com", required=True)
    title = Text(required=True, minimum=1, maximum=100)
    description = Text(load_default="", maximum=5000, multiline=True)
    starts_at = Instant(required=True, metadata={"example": "2026-12-05T06:00:00Z"})
    ends_at = Instant(required=True, metadata={"example": "2026-12-05T09:00:00Z"})
    zone = Zone(
        load_default=None,
        allow_none=True,
        metadata={"description": "where the meetup is; null = the community's zone"},
    )
    city = Text(required=True, minimum=1, maximum=100)
    address = Text(
        load_default="",
        maximum=300,
        metadata={"description": "shown to staff and confirmed people only"},
    )
    capacity = Whole(required=True, minimum=1, maximum=MOST_SEATS)
    hold_hours = Whole(
        load_default=24,
        minimum=1,
        maximum=24 * 14,
        metadata={"description": "how long a selected person may take to confirm, or to pay"},
    )
    fee = _fee(load_default=None)
    refund_brackets = refund_brackets(load_default=list)


class MeetupRef(Request):
    meetup_id = Id("mtp", required=True)


class GetMeetupHistory(PageRequest):
    meetup_id = Id("mtp", required=True)


class CancelMeetup(MeetupRef):
    reason = Text(required=True, minimum=1, maximum=500, multiline=True)


class ChangeMeetup(MeetupRef):
    """What is given is changed; `zone`, `hold_hours`, `fee` and `refund_brackets` until the meetup
    is published."""

    title = Text(minimum=1, maximum=100)
    description = Text(maximum=5000, multiline=True)
    starts_at = Instant(metadata={"example": "2026-12-05T07:00:00Z"})
    ends_at = Instant(metadata={"example": "2026-12-05T10:00:00Z"})
    zone = Zone()
    city = Text(minimum=1, maximum=100)
    address = Text(maximum=300)
    capacity = Whole(
        minimum=1,
        maximum=MOST_SEATS,
        metadata={"description": "not below the seats that are taken or on offer"},
    )
    hold_hours = Whole(minimum=1, maximum=24 * 14)
    fee = _fee()
    refund_brackets = refund_brackets()
    simulate = Boolean(
        load_default=False,
        metadata={"description": "store nothing and tell nobody: only answer what would be"},
    )
    expected_version = seen_version()


class MeetupHead(Document):
    """When and where it is; `address` is null for who has no seat."""

    id = Id("mtp", required=True)
    title = fields.String(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    zone = fields.String(required=True)
    city = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    state = Choice(*MEETUP_STATES, required=True)


class Meetup(MeetupHead):
    """A gathering; `seats_free` counts neither taken seats nor those on offer."""

    community_id = Id("com", required=True)
    description = fields.String(required=True)
    capacity = Whole(required=True)
    seats_free = Whole(required=True)
    hold_hours = Whole(required=True)
    fee = _fee(load_default=None)  # earlier versions send neither
    refund_brackets = refund_brackets(load_default=list)
    cancel_reason = fields.String(required=True, allow_none=True)
    version = Whole(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class Offer(Document):
    """A free seat kept for the next in the queue until `expires_at`."""

    id = Id("ofr", required=True)
    expires_at = Instant(required=True)


class SeatToPay(Document):
    """The purchase that takes the seat once it is paid."""

    purchase_id = Id("pur", required=True)
    amount = money(required=True)
    pay_by = Instant(required=True)


class MyRegistration(Document):
    """What somebody has at a meetup, and may do about it; `position` in the waitlist stands where
    one meetup is read, and is null in lists."""

    id = Id("reg", required=True)
    state = Choice(*REGISTRATION_STATES, required=True)
    confirm_by = Instant(required=True, allow_none=True)
    position = Whole(required=True, allow_none=True)
    offer = fields.Nested(Offer, required=True, allow_none=True)
    payable = fields.Nested(SeatToPay, required=True, allow_none=True)
    order_id = Id("ord", required=True, allow_none=True)
    checked_in_at = Instant(required=True, allow_none=True)
    version = Whole(required=True)
    actions = actions()


class ShownMeetup(Meetup):
    """A meetup, what the caller may do with it, and their own registration that is not over."""

    my_registration = fields.Nested(
        MyRegistration,
        load_default=None,  # not of earlier versions
        allow_none=True,
    )
    actions = actions()


class Affected(Document):
    """How many people have which part in the meetup, and how many are told of the change.

    Who was checked in is among the confirmed, and who is offered a seat among the waitlisted.
    """

    confirmed = Whole(required=True)
    selected = Whole(required=True)
    waitlisted = Whole(required=True)
    offers = Whole(required=True)
    told = Whole(required=True)


class ChangedMeetup(Meetup):
    """The meetup as it is after the change, or would be, and whom that concerns."""

    affects = fields.Nested(Affected, required=True)


class CountMeetups(Request):
    community_id = Id("com", required=True)


class MeetupCounts(Document):
    """How many meetups of a community are in each state."""

    community_id = Id("com", required=True)
    counts = fields.Dict(keys=Choice(*MEETUP_STATES), values=Whole(), required=True)


class ListMeetups(PageRequest):
    community_id = Id("com", required=True)
    state = SeveralOf(*MEETUP_STATES, load_default=None, allow_none=True)
    sort = sorted_by("starts_at", usual="starts_at")
    starts_from = Instant(
        load_default=None,
        allow_none=True,
        metadata={"description": "only what starts then or later", "example": None},
    )
    starts_before = Instant(
        load_default=None,
        allow_none=True,
        metadata={"description": "only what starts earlier", "example": None},
    )


_MEETUP_STATE = (codes.MEETUP_WRONG_STATE,)

CREATE_MEETUP = Rpc(
    "events",
    "create_meetup",
    "Draft a meetup.",
    CreateMeetup,
    Meetup,
    who=holders(HOSTING_ROLES),
    errors=(codes.MEETUP_TIMES_WRONG,),
)
CHANGE_MEETUP = Rpc(
    "events",
    "change_meetup",
    "Change a meetup that has not begun; who has a seat or waits is told of other times or places.",
    ChangeMeetup,
    ChangedMeetup,
    who=holders(HOSTING_ROLES),
    errors=(
        *_MEETUP_STATE,
        codes.MEETUP_TIMES_WRONG,
        codes.MEETUP_FIELD_FIXED,
        codes.CAPACITY_BELOW_COUNTED,
    ),
)
GET_MEETUP = Rpc(
    "events",
    "get_meetup",
    "A meetup; its address for hosts and whoever has a seat.",
    MeetupRef,
    ShownMeetup,
    who=holders(BELONGING_ROLES).but("drafts for owners and hosts"),
)
LIST_MEETUPS = Rpc(
    "events",
    "list_meetups",
    "The meetups of a community by start.",
    ListMeetups,
    page_of(
        ShownMeetup,
        "Meetups",
        hosting=fields.Boolean(
            load_default=False,  # earlier versions do not say
            metadata={"description": "whether the caller may read registrations and choose"},
        ),
    ),
    who=holders(BELONGING_ROLES).but("drafts for owners and hosts"),
)
COUNT_MEETUPS = Rpc(
    "events",
    "count_meetups",
    "How many meetups of a community are in each state, drafts too.",
    CountMeetups,
    MeetupCounts,
    who=holders(HOSTING_ROLES),
)
PUBLISH_MEETUP = Rpc(
    "events",
    "publish_meetup",
    "Open registration.",
    MeetupRef,
    Meetup,
    who=holders(HOSTING_ROLES),
    errors=(*_MEETUP_STATE, codes.MEETUP_TIMES_WRONG),
)
CLOSE_REGISTRATION = Rpc(
    "events",
    "close_registration",
    "Close registration; people can be selected from now on.",
    MeetupRef,
    Meetup,
    who=holders(HOSTING_ROLES),
    errors=_MEETUP_STATE,
)
CANCEL_MEETUP = Rpc(
    "events",
    "cancel_meetup",
    "Call the meetup off; everybody registered is notified.",
    CancelMeetup,
    Meetup,
    who=holders(HOSTING_ROLES),
    errors=_MEETUP_STATE,
)
GET_MEETUP_HISTORY = history_of("events", "meetup", GetMeetupHistory, holders(HOSTING_ROLES))
