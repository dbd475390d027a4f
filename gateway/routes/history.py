"""What was done to single objects, for their staff: a line for each kind (ADR 0056)."""

from contracts import events, membership, payments
from contracts.access import Scope
from gateway.routing import Route

_COMMUNITY = "/v1/communities/{community_id}"

ROUTES = tuple(
    Route(
        "GET",
        f"{path}/history",
        rpc,
        summary=f"Read who changed {what}, and when",
        tag="History",
        scope=scope,
    )
    for path, rpc, what, scope in (
        (_COMMUNITY, membership.GET_COMMUNITY_HISTORY, "a community", Scope.COMMUNITIES_READ),
        (
            f"{_COMMUNITY}/roles/{{person_id}}",
            membership.GET_ROLE_HISTORY,
            "a person's roles",
            Scope.ROLES_READ,
        ),
        (
            "/v1/applications/{application_id}",
            membership.GET_APPLICATION_HISTORY,
            "an application",
            Scope.REVIEWS_READ,
        ),
        (
            "/v1/memberships/{membership_id}",
            membership.GET_MEMBERSHIP_HISTORY,
            "a membership",
            Scope.MEMBERSHIPS_READ,
        ),
        ("/v1/meetups/{meetup_id}", events.GET_MEETUP_HISTORY, "a meetup", Scope.MEETUPS_READ),
        (
            "/v1/registrations/{registration_id}",
            events.GET_REGISTRATION_HISTORY,
            "a registration",
            Scope.REGISTRATIONS_READ,
        ),
        ("/v1/plans/{plan_id}", payments.GET_PLAN_HISTORY, "a plan", Scope.PAYMENTS_READ),
        (
            f"{_COMMUNITY}/coupons/{{coupon_id}}",
            payments.GET_COUPON_HISTORY,
            "a coupon",
            Scope.PAYMENTS_READ,
        ),
        ("/v1/orders/{order_id}", payments.GET_ORDER_HISTORY, "an order", Scope.PAYMENTS_READ),
        (
            "/v1/refund-requests/{refund_request_id}",
            payments.GET_REFUND_REQUEST_HISTORY,
            "a request for a refund",
            Scope.PAYMENTS_READ,
        ),
    )
)
