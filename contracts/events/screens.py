"""What other screens show of meetups."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import CHECK_IN_ROLES, SERVICES_ONLY, holders
from contracts.events.meetups import CountMeetups
from contracts.fields import Choice, Document, Id, Instant, PageRequest, actions, page_of
from contracts.lists import FOUND_BY_NAME, search_for
from contracts.membership.dashboards import NextMeetup
from contracts.records import Rpc
from contracts.states.events import REGISTRATION_STATES

MOST_NEXT = 5


class NextMeetups(Document):
    """The meetups of a community that are not over, by start."""

    meetups = fields.List(fields.Nested(NextMeetup), required=True)


LIST_NEXT_MEETUPS = Rpc(
    "events",
    "list_next_meetups",
    "The next meetups of a community, for the dashboard of its owners.",
    CountMeetups,
    NextMeetups,
    who=SERVICES_ONLY,
    callers=("membership",),
    deadline=1.0,
)


class ListGuests(PageRequest):
    meetup_id = Id("mtp", required=True)
    search = search_for(FOUND_BY_NAME)


class Guest(Document):
    """Somebody with a seat, as the door sees them; `id` is the registration's."""

    id = Id("reg", required=True)
    display_name = fields.String(required=True, allow_none=True)
    state = Choice(*REGISTRATION_STATES, required=True)
    checked_in_at = Instant(required=True, allow_none=True)
    actions = actions()


LIST_GUESTS = Rpc(
    "events",
    "list_guests",
    "Who has a seat at a meetup and who is there, by name, for the door.",
    ListGuests,
    page_of(Guest, "Guests"),
    who=holders(CHECK_IN_ROLES),
)
