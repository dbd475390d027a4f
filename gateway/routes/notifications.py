"""The in-app inbox, what was delivered, and the log of requests."""

from contracts import notifications as rpcs
from contracts.access import Scope
from contracts.news import MY_EVENTS
from gateway.routing import EVENT_STREAM, Route

ROUTES = (
    Route(
        "GET",
        "/v1/me/events",
        MY_EVENTS,
        summary="Hear of what concerns me",
        tag="Notifications",
        scope=Scope.NOTIFICATIONS_READ,
        answers=(EVENT_STREAM,),
    ),
    Route(
        "GET",
        "/v1/me/notifications",
        rpcs.LIST_MY_NOTIFICATIONS,
        summary="List my notifications",
        tag="Notifications",
        scope=Scope.NOTIFICATIONS_READ,
        query=("unread",),
    ),
    Route(
        "POST",
        "/v1/notifications/{notification_id}/read",
        rpcs.MARK_NOTIFICATION_READ,
        summary="Mark a notification as read (the first time counts)",
        tag="Notifications",
        scope=Scope.NOTIFICATIONS_WRITE,
        keyless=True,
    ),
    Route(
        "POST",
        "/v1/me/notifications/read",
        rpcs.READ_MY_NOTIFICATIONS,
        summary="Mark my notifications up to one as read",
        tag="Notifications",
        scope=Scope.NOTIFICATIONS_WRITE,
        keyless=True,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/deliveries",
        rpcs.GET_DELIVERY_SUMMARY,
        summary="Count what was delivered",
        tag="Notifications",
        scope=Scope.NOTIFICATIONS_READ,
    ),
    Route(
        "GET",
        "/v1/requests/{request_id}",
        rpcs.GET_REQUEST,
        summary="Look up what was answered to a request",
        tag="Request log",
        scope=Scope.REQUESTS_READ,
    ),
)
