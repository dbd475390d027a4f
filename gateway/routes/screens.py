"""What whole screens show: dashboards, revenue, the public offer."""

from contracts import events, membership, payments
from contracts.access import Scope
from gateway.routing import CSV, Caching, Route

ROUTES = (
    Route(
        "GET",
        "/v1/communities/{community_id}/review-queue",
        membership.LIST_REVIEW_QUEUE,
        summary="List who waits for a decision",
        tag="Applications",
        scope=Scope.REVIEWS_READ,
        query=("state", "search", "overdue", "sort"),
        caching=Caching.REVALIDATE,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/dashboard",
        membership.GET_DASHBOARD,
        summary="Read how a community stands",
        tag="Communities",
        scope=Scope.COMMUNITIES_READ,
        query=("since", "until"),
        caching=Caching.REVALIDATE,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/membership-report",
        membership.GET_MEMBERSHIP_REPORT,
        summary="Read what became of applications and memberships, by period",
        tag="Communities",
        scope=Scope.COMMUNITIES_READ,
        query=("since", "until", "by"),
        caching=Caching.REVALIDATE,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/membership-report.csv",
        membership.EXPORT_MEMBERSHIP_REPORT,
        summary="Fetch a part of this report as a table",
        tag="Communities",
        scope=Scope.COMMUNITIES_READ,
        query=("part", "since", "until", "by"),
        answers=(CSV,),
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/revenue",
        payments.GET_REVENUE,
        summary="Read what a community earned by month, and its latest orders",
        tag="Orders",
        scope=Scope.PAYMENTS_READ,
        query=("since", "until"),
        caching=Caching.REVALIDATE,
    ),
    Route(
        "GET",
        "/v1/meetups/{meetup_id}/guests",
        events.LIST_GUESTS,
        summary="List who has a seat, for the door",
        tag="Registrations",
        scope=Scope.REGISTRATIONS_READ,
        query=("search",),
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/offer",
        payments.GET_OFFER,
        summary="Read what a community offers: form, plans, prices now",
        tag="Plans",
        caching=Caching.PUBLIC(10),
    ),
)
