"""Notes of the staff on applications."""

from contracts import membership as rpcs
from contracts.access import Scope
from gateway.routing import Route

ROUTES = (
    Route(
        "POST",
        "/v1/applications/{application_id}/notes",
        rpcs.ADD_NOTE,
        summary="Note something about an application",
        tag="Applications",
        scope=Scope.REVIEWS_WRITE,
        status=201,
    ),
    Route(
        "GET",
        "/v1/applications/{application_id}/notes",
        rpcs.LIST_NOTES,
        summary="List the notes on an application",
        tag="Applications",
        scope=Scope.REVIEWS_READ,
    ),
    Route(
        "DELETE",
        "/v1/applications/{application_id}/notes/{note_id}",
        rpcs.REMOVE_NOTE,
        summary="Take a note back",
        tag="Applications",
        scope=Scope.REVIEWS_WRITE,
        status=204,
    ),
)
