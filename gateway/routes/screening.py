"""Screening rules of a community, its block list, and its reasons."""

from contracts import membership as rpcs
from contracts.access import Scope
from gateway.routing import Caching, Route

ROUTES = (
    Route(
        "GET",
        "/v1/communities/{community_id}/reasons",
        rpcs.GET_REASONS,
        summary="Read the reasons of a community",
        tag="Applications",
        scope=Scope.REVIEWS_READ,
        caching=Caching.REVALIDATE,
    ),
    Route(
        "PUT",
        "/v1/communities/{community_id}/reasons",
        rpcs.CHANGE_REASONS,
        summary="Replace the reasons of a community",
        tag="Applications",
        scope=Scope.COMMUNITIES_WRITE,
        if_match=True,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/screening",
        rpcs.GET_SCREENING,
        summary="Read the screening rules",
        tag="Applications",
        scope=Scope.REVIEWS_READ,
        caching=Caching.REVALIDATE,
    ),
    Route(
        "PUT",
        "/v1/communities/{community_id}/screening",
        rpcs.CHANGE_SCREENING,
        summary="Replace the screening rules",
        tag="Applications",
        scope=Scope.COMMUNITIES_WRITE,
        if_match=True,
        may_make=True,
    ),
    Route(
        "POST",
        "/v1/communities/{community_id}/screening/try",
        rpcs.TRY_SCREENING,
        summary="Try screening rules on the last applications",
        tag="Applications",
        scope=Scope.REVIEWS_READ,
        keyless=True,
    ),
    Route(
        "POST",
        "/v1/communities/{community_id}/blocks",
        rpcs.CREATE_BLOCK,
        summary="Put somebody on the block list",
        tag="Applications",
        scope=Scope.COMMUNITIES_WRITE,
        status=201,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/blocks",
        rpcs.LIST_BLOCKS,
        summary="List the block list",
        tag="Applications",
        scope=Scope.COMMUNITIES_READ,
    ),
    Route(
        "DELETE",
        "/v1/communities/{community_id}/blocks/{block_id}",
        rpcs.REMOVE_BLOCK,
        summary="Take an entry off the block list",
        tag="Applications",
        scope=Scope.COMMUNITIES_WRITE,
        status=204,
    ),
)
