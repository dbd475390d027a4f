"""Communities and who holds which role in them."""

from contracts import membership as rpcs
from contracts.access import Scope
from gateway.routing import Caching, Route

ROUTES = (
    Route(
        "POST",
        "/v1/communities",
        rpcs.CREATE_COMMUNITY,
        summary="Create a community",
        tag="Communities",
        scope=Scope.COMMUNITIES_WRITE,
        status=201,
        location="/v1/communities/{id}",
    ),
    Route(
        "GET",
        "/v1/communities",
        rpcs.LIST_COMMUNITIES,
        summary="List communities",
        tag="Communities",
        caching=Caching.REVALIDATE,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}",
        rpcs.GET_COMMUNITY,
        summary="Read a community",
        tag="Communities",
        caching=Caching.REVALIDATE,
    ),
    Route(
        "POST",
        "/v1/communities/{community_id}/roles",
        rpcs.GRANT_ROLE,
        summary="Give somebody a role",
        tag="Communities",
        scope=Scope.COMMUNITIES_WRITE,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/roles",
        rpcs.LIST_ROLES,
        summary="List who holds a role",
        tag="Communities",
        scope=Scope.COMMUNITIES_READ,
    ),
    Route(
        "DELETE",
        "/v1/communities/{community_id}/roles/{person_id}/{role}",
        rpcs.REVOKE_ROLE,
        summary="Take a role back",
        tag="Communities",
        scope=Scope.COMMUNITIES_WRITE,
    ),
    Route(
        "PUT",
        "/v1/communities/{community_id}/form",
        rpcs.CHANGE_FORM,
        summary="Publish a new version of the application form",
        tag="Communities",
        scope=Scope.COMMUNITIES_WRITE,
        if_match=True,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/forms/{form_version}",
        rpcs.GET_FORM,
        summary="Read one version of the application form",
        tag="Communities",
        caching=Caching.PUBLIC(3600),
    ),
)
