"""What the notifications service answers: the in-app inbox and what was delivered.

Rules: `product.md` §5.
"""

from __future__ import annotations

from marshmallow import fields

from contracts.fields import Choice, Document, Id, Instant, PageRequest, Request, Whole, page_of
from contracts.records import Rpc

CATEGORIES = ("transactional", "reminder", "social", "campaign")
CHANNELS = ("in_app", "email")
DELIVERY_STATES = ("pending", "sent", "failed", "suppressed")


class Notification(Document):
    """A message in a person's in-app inbox, in the language that the reader asked for.

    `link` is the address of what it is about at the gateway.
    """

    id = Id("ntf", required=True)
    community_id = Id("com", required=True)
    type = fields.String(required=True)
    category = Choice(*CATEGORIES, required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    link = fields.String(required=True)
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
)
MARK_NOTIFICATION_READ = Rpc(
    "notifications",
    "mark_notification_read",
    "The reader has seen a message; the first time counts.",
    NotificationRef,
    Notification,
)
GET_DELIVERY_SUMMARY = Rpc(
    "notifications",
    "get_delivery_summary",
    "What was delivered in a community, for its owner or an operator.",
    DeliverySummaryRef,
    DeliverySummary,
)
