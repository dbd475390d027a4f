"""What the notifications service answers: the in-app inbox and what was delivered.

Rules: `product.md` §5.
"""

from __future__ import annotations

from marshmallow import fields

from contracts.access import OWNING_ROLES, SIGNED_IN, holders, the
from contracts.erasure import person_data_erased
from contracts.export import export_mine, export_person
from contracts.fields import Choice, Document, Id, Instant, PageRequest, Request, Whole, page_of
from contracts.news import things_changed
from contracts.records import Rpc
from contracts.states.notifications import CATEGORIES, CHANNELS, DELIVERY_STATES


class Notification(Document):
    """A message in a person's in-app inbox, in the language that the reader asked for.

    `link` is the address of what it is about at the gateway, `page` on the community's own site.
    """

    id = Id("ntf", required=True)
    community_id = Id("com", required=True)
    type = fields.String(required=True)
    category = Choice(*CATEGORIES, required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    link = fields.String(required=True)
    page = fields.String(
        load_default=None,  # for readers: what an earlier version does not send
        allow_none=True,
        metadata={
            "description": "null where the community names none for what it is about",
            "example": "https://club.example.com/applications/app_01JD6Q3F0M8V6Z4X2K9T7R5WYB",
        },
    )
    read_at = Instant(required=True, allow_none=True)
    version = Whole(required=True)
    created_at = Instant(required=True)


class NotificationRef(Request):
    notification_id = Id("ntf", required=True)


class DeliverySummaryRef(Request):
    community_id = Id("com", required=True)


class DeliveryCount(Document):
    type = fields.String(required=True)
    channel = Choice(*CHANNELS, required=True)
    state = Choice(*DELIVERY_STATES, required=True)
    count = Whole(required=True)


class DeliverySummary(Document):
    """How many deliveries of each type, channel and state a community has."""

    community_id = Id("com", required=True)
    deliveries = fields.List(fields.Nested(DeliveryCount), required=True)


LIST_MY_NOTIFICATIONS = Rpc(
    "notifications",
    "list_my_notifications",
    "The in-app inbox of the signed-in person, newest first.",
    PageRequest,
    page_of(Notification, "MyNotifications"),
    who=SIGNED_IN,
)
MARK_NOTIFICATION_READ = Rpc(
    "notifications",
    "mark_notification_read",
    "Note that a message was seen; the first time counts.",
    NotificationRef,
    Notification,
    who=the("reader"),
)
GET_DELIVERY_SUMMARY = Rpc(
    "notifications",
    "get_delivery_summary",
    "What was delivered in a community.",
    DeliverySummaryRef,
    DeliverySummary,
    who=holders(OWNING_ROLES),
)
PERSON_DATA_ERASED = person_data_erased("notifications")
THINGS_CHANGED = things_changed("notifications")
EXPORT_MINE = export_mine("notifications")
EXPORT_PERSON = export_person("notifications")
