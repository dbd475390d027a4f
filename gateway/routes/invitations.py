"""Invitations: links by which owners let people apply."""

from contracts import membership as rpcs
from contracts.access import Scope
from gateway.limits import OperationClass
from gateway.routing import Route

ROUTES = (
    Route(
        "POST",
        "/v1/communities/{community_id}/invitations",
        rpcs.CREATE_INVITATION,
        summary="Make an invitation",
        tag="Applications",
        scope=Scope.COMMUNITIES_WRITE,
        status=201,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/invitations",
        rpcs.LIST_INVITATIONS,
        summary="List the invitations of a community",
        tag="Applications",
        scope=Scope.COMMUNITIES_READ,
    ),
    Route(
        "POST",
        "/v1/communities/{community_id}/invitations/{invitation_id}/revoke",
        rpcs.REVOKE_INVITATION,
        summary="Revoke an invitation",
        tag="Applications",
        scope=Scope.COMMUNITIES_WRITE,
        status=204,
    ),
    Route(
        "POST",
        "/v1/invitations",
        rpcs.READ_INVITATION,
        summary="See what an invitation is for",
        tag="Applications",
        keyless=True,
        limit=OperationClass.READ,
    ),
)
