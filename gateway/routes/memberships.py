"""Memberships and their renewal."""

from contracts import membership as rpcs
from contracts.access import Scope
from gateway.routing import CSV, Caching, Route

ROUTES = (
    Route(
        "GET",
        "/v1/memberships/{membership_id}",
        rpcs.GET_MEMBERSHIP,
        summary="Read a membership",
        tag="Memberships",
        scope=Scope.MEMBERSHIPS_READ,
        caching=Caching.REVALIDATE,
    ),
    Route(
        "GET",
        "/v1/me/memberships",
        rpcs.LIST_MY_MEMBERSHIPS,
        summary="List my memberships",
        tag="Memberships",
        scope=Scope.MEMBERSHIPS_READ,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/memberships",
        rpcs.LIST_MEMBERSHIPS,
        summary="List the memberships of a community",
        tag="Memberships",
        scope=Scope.COMMUNITIES_READ,
        query=("state",),
    ),
    Route(
        "POST",
        "/v1/memberships/{membership_id}/renew",
        rpcs.START_RENEWAL,
        summary="Open the purchase of the next term",
        tag="Memberships",
        scope=Scope.MEMBERSHIPS_WRITE,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/membership-counts",
        rpcs.GET_MEMBERSHIP_COUNTS,
        summary="Count memberships and applications by state",
        tag="Memberships",
        scope=Scope.COMMUNITIES_READ,
    ),
    Route(
        "POST",
        "/v1/communities/{community_id}/imports",
        rpcs.CREATE_IMPORT,
        summary="Import existing members from a CSV file",
        tag="Imports",
        scope=Scope.COMMUNITIES_WRITE,
        query=("dry_run",),
        status=202,
        location="/v1/imports/{id}",
        body=CSV,
        body_field="csv",
        asks_first=rpcs.CHECK_IMPORT,
        max_body=rpcs.IMPORT_BYTES,
    ),
    Route(
        "GET",
        "/v1/imports/{import_id}",
        rpcs.GET_IMPORT,
        summary="Read how far an import is",
        tag="Imports",
        scope=Scope.COMMUNITIES_READ,
        caching=Caching.REVALIDATE,
    ),
    Route(
        "GET",
        "/v1/imports/{import_id}/rows",
        rpcs.LIST_IMPORT_ROWS,
        summary="List what became of each row",
        tag="Imports",
        scope=Scope.COMMUNITIES_READ,
        query=("result",),
    ),
)
