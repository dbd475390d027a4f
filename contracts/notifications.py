"""What the notifications service answers: the in-app inbox, what was delivered, and the log of
requests that it keeps for the gateway.

Rules: `product.md` §5.
"""

from __future__ import annotations

from marshmallow import fields

from contracts.access import OPERATORS, OWNING_ROLES, SIGNED_IN, THE_GATEWAY, holders, the
from contracts.erasure import person_data_erased
from contracts.export import export_mine, export_person
from contracts.fields import (
    Boolean,
    Choice,
    Document,
    Empty,
    Id,
    Instant,
    ListOf,
    Matching,
    PageRequest,
    Request,
    Whole,
    page_of,
)
from contracts.news import things_changed
from contracts.records import Rpc
from contracts.states.membership import LINK_KINDS
from contracts.states.notifications import CATEGORIES, CHANNELS, DELIVERY_STATES


class MessageAbout(Document):
    """What a message is about, by the kind and id under which it is read."""

    kind = Choice(*LINK_KINDS, required=True)
    id = Id(required=True)


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
    about = fields.Nested(
        MessageAbout,
        load_default=None,  # for readers: what an earlier version does not send
        allow_none=True,
        metadata={"description": "what it is about; null of a kind that a newer version made"},
    )
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


MOST_UNREAD = 100
UNREAD = f"how many are not read yet, counted up to {MOST_UNREAD}"


class ListMyNotifications(PageRequest):
    unread = Boolean(
        load_default=False, metadata={"description": "only those that were not read yet"}
    )


class NotificationRef(Request):
    notification_id = Id("ntf", required=True)


class ReadMyNotifications(Request):
    """Up to which message all were seen. It is a place in the inbox, so it may be gone by now."""

    read_through = Id("ntf", required=True)


class UnreadNotifications(Document):
    """What is left to be read."""

    unread = Whole(required=True, metadata={"description": UNREAD})


class DeliverySummaryRef(Request):
    community_id = Id("com", required=True)


class DeliveryCount(Document):
    """How many deliveries of a type, channel and state there are."""

    type = fields.String(required=True)
    channel = Choice(*CHANNELS, required=True)
    state = Choice(*DELIVERY_STATES, required=True)
    count = Whole(required=True)


class AnsweredRequest(Request):
    """One request as the gateway answered it: no address, no body, nothing that was shown."""

    request_id = fields.String(required=True)
    at = Instant(required=True)
    method = fields.String(required=True)
    route = fields.String(required=True)
    status = Whole(required=True)
    code = fields.String(required=True, allow_none=True)
    ms = Whole(required=True)
    actor_id = fields.String(required=True, allow_none=True)
    source = fields.String(required=True)


class StoreRequests(Request):
    """What a gateway answered within a moment; stored twice it is stored once."""

    batch_id = Id("rql", required=True)
    requests = ListOf(fields.Nested(AnsweredRequest), required=True, minimum=1, maximum=100)


class RequestRef(Request):
    request_id = Matching(
        r"[A-Za-z0-9_-]{8,64}",
        "request_id",
        required=True,
        metadata={"example": "checkout-0001"},
    )


class LoggedRequest(Document):
    """A request and what was answered to it."""

    at = Instant(required=True)
    method = fields.String(required=True, metadata={"example": "POST"})
    route = fields.String(
        required=True,
        metadata={
            "description": "the address with names in the place of ids; `none` where nothing is",
            "example": "/v1/purchases/{purchase_id}/orders",
        },
    )
    status = Whole(required=True)
    code = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "the code of the error; null: it was none",
            "example": "payments.quote_expired",
        },
    )
    ms = Whole(required=True, metadata={"description": "milliseconds until the answer began"})
    actor_id = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "the person or the API key; null: nobody whom we know"},
    )
    source = fields.String(
        required=True,
        metadata={"description": "the network that it came from", "example": "192.0.2.0/24"},
    )


class RequestLog(Document):
    """All requests of that id, the newest first: who repeats one may send the same."""

    request_id = fields.String(required=True, metadata={"example": "checkout-0001"})
    requests = fields.List(fields.Nested(LoggedRequest), required=True)


class DeliverySummary(Document):
    """How many deliveries of each type, channel and state a community has."""

    community_id = Id("com", required=True)
    deliveries = fields.List(fields.Nested(DeliveryCount), required=True)


LIST_MY_NOTIFICATIONS = Rpc(
    "notifications",
    "list_my_notifications",
    "The in-app inbox of the signed-in person, newest first.",
    ListMyNotifications,
    page_of(
        Notification,
        "MyNotifications",
        unread=Whole(
            load_default=0,  # earlier versions do not say
            metadata={"description": UNREAD},
        ),
    ),
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
READ_MY_NOTIFICATIONS = Rpc(
    "notifications",
    "read_my_notifications",
    "Note that all messages up to one were seen; what came after it stays unread.",
    ReadMyNotifications,
    UnreadNotifications,
    who=SIGNED_IN,
)
GET_DELIVERY_SUMMARY = Rpc(
    "notifications",
    "get_delivery_summary",
    "What was delivered in a community.",
    DeliverySummaryRef,
    DeliverySummary,
    who=holders(OWNING_ROLES),
)
STORE_REQUESTS = Rpc(
    "notifications",
    "store_requests",
    "Keep what the gateway answered, which has no database, for seven days.",
    StoreRequests,
    Empty,
    who=THE_GATEWAY,
    deadline=2.0,
)
GET_REQUEST = Rpc(
    "notifications",
    "get_request",
    "What was answered to a request of the last seven days, a second after it at the earliest.",
    RequestRef,
    RequestLog,
    who=the("caller") | OPERATORS,
)
PERSON_DATA_ERASED = person_data_erased("notifications")
THINGS_CHANGED = things_changed("notifications")
EXPORT_MINE = export_mine("notifications")
EXPORT_PERSON = export_person("notifications")
