"""Members who vouch for applicants."""

from contracts import membership as rpcs
from contracts.access import Scope
from gateway.routing import Route

ROUTES = (
    Route(
        "GET",
        "/v1/applications/{application_id}/vouching-code",
        rpcs.GET_VOUCHING_CODE,
        summary="Read the code by which members vouch for me",
        tag="Applications",
        scope=Scope.APPLICATIONS_READ,
    ),
    Route(
        "POST",
        "/v1/me/vouches",
        rpcs.CREATE_VOUCH,
        summary="Vouch for an applicant",
        tag="Applications",
        scope=Scope.APPLICATIONS_WRITE,
        status=201,
    ),
    Route(
        "GET",
        "/v1/me/vouches",
        rpcs.LIST_MY_VOUCHES,
        summary="List for whom I vouch",
        tag="Applications",
        scope=Scope.APPLICATIONS_READ,
    ),
    Route(
        "DELETE",
        "/v1/me/vouches/{application_id}",
        rpcs.TAKE_BACK_VOUCH,
        summary="Take back what I said for an applicant",
        tag="Applications",
        scope=Scope.APPLICATIONS_WRITE,
        status=204,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/vouchers/{person_id}",
        rpcs.GET_VOUCHER_RECORD,
        summary="See what became of those for whom somebody vouches",
        tag="Applications",
        scope=Scope.REVIEWS_READ,
    ),
)
