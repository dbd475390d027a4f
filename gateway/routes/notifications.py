"""The in-app inbox and what was delivered."""

from contracts import notifications as rpcs
from gateway.routing import Access, Caching, Idempotency, Route

ROUTES = (
    Route(
        "GET",
        "/v1/me/notifications",
        rpcs.LIST_MY_NOTIFICATIONS,
        summary="List my notifications",
        tag="Notifications",
        access=Access.PERSON,
        scopes=("notifications:read",),
        object_rule="the signed-in person",
        idempotency=Idempotency.NONE,
        caching=Caching.NO_STORE,
    ),
    Route(
        "POST",
        "/v1/notifications/{notification_id}/read",
        rpcs.MARK_NOTIFICATION_READ,
        summary="Mark a notification as read (the first time counts)",
        tag="Notifications",
        access=Access.PERSON,
        scopes=("notifications:write",),
        object_rule="the reader it was written to",
        idempotency=Idempotency.NONE,
        caching=Caching.NO_STORE,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/deliveries",
        rpcs.GET_DELIVERY_SUMMARY,
        summary="Count what was delivered",
        tag="Notifications",
        access=Access.PERSON,
        scopes=("communities:read",),
        object_rule="owners of the community, operators",
        idempotency=Idempotency.NONE,
        caching=Caching.NO_STORE,
    ),
)
