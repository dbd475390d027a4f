"""What there is of a person: their address, to export it, and to have it erased (ADR 0049)."""

from contracts import events, notifications, payments
from contracts import membership as rpcs
from contracts.access import Scope
from gateway.limits import OperationClass
from gateway.routing import Route

EMAIL_CHANGE = (
    Route(
        "POST",
        "/v1/me/email-change",
        rpcs.START_EMAIL_CHANGE,
        summary="Ask for another mail address",
        tag="People",
        scope=Scope.PROFILE_WRITE,
        status=202,
    ),
    Route(
        "GET",
        "/v1/me/email-change",
        rpcs.GET_EMAIL_CHANGE,
        summary="See the change that waits for its codes",
        tag="People",
        scope=Scope.PROFILE_READ,
    ),
    Route(
        "POST",
        "/v1/me/email-change/confirm",
        rpcs.CONFIRM_EMAIL_CHANGE,
        summary="Change my mail address by both codes",
        tag="People",
        scope=Scope.PROFILE_WRITE,
        limit=OperationClass.GUESSABLE,
    ),
    Route(
        "DELETE",
        "/v1/me/email-change",
        rpcs.WITHDRAW_EMAIL_CHANGE,
        summary="Take the change of my mail address back",
        tag="People",
        scope=Scope.PROFILE_WRITE,
        status=204,
    ),
)

ERASURE = (
    Route(
        "POST",
        "/v1/me/erasure",
        rpcs.START_MY_ERASURE,
        summary="Ask to erase me",
        tag="People",
        scope=Scope.PROFILE_WRITE,
        status=202,
    ),
    Route(
        "GET",
        "/v1/me/erasure",
        rpcs.GET_MY_ERASURE,
        summary="See how far my erasure is",
        tag="People",
        scope=Scope.PROFILE_READ,
    ),
    Route(
        "DELETE",
        "/v1/me/erasure",
        rpcs.WITHDRAW_MY_ERASURE,
        summary="Take my erasure back",
        tag="People",
        scope=Scope.PROFILE_WRITE,
    ),
    Route(
        "POST",
        "/v1/people/{person_id}/erasure",
        rpcs.START_ERASURE,
        summary="Ask to erase a person",
        tag="People",
        scope=Scope.OPERATORS_WRITE,
        status=202,
    ),
    Route(
        "GET",
        "/v1/people/{person_id}/erasure",
        rpcs.GET_ERASURE,
        summary="See how far a person's erasure is",
        tag="People",
        scope=Scope.OPERATORS_READ,
    ),
    Route(
        "DELETE",
        "/v1/people/{person_id}/erasure",
        rpcs.WITHDRAW_ERASURE,
        summary="Take a person's erasure back",
        tag="People",
        scope=Scope.OPERATORS_WRITE,
    ),
)

# One for each service, which have their own pages; each may be away without the others.
EXPORTS = tuple(
    route
    for service in (rpcs, payments, events, notifications)
    for name in (service.EXPORT_MINE.service,)
    for route in (
        Route(
            "GET",
            f"/v1/me/export/{name}",
            service.EXPORT_MINE,
            name=f"export_my_{name}_data",
            summary=f"Export what {name} has of me",
            tag="People",
            scope=Scope.PROFILE_READ,
        ),
        Route(
            "GET",
            f"/v1/people/{{person_id}}/export/{name}",
            service.EXPORT_PERSON,
            name=f"export_person_{name}_data",
            summary=f"Export what {name} has of a person",
            tag="People",
            scope=Scope.OPERATORS_READ,
        ),
    )
)

ROUTES = (*EMAIL_CHANGE, *ERASURE, *EXPORTS)
