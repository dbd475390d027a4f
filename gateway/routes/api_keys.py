"""API keys of communities and of the system (ADR 0072)."""

from contracts import membership as rpcs
from contracts.access import Scope
from gateway.routing import Route

ROUTES = (
    Route(
        "POST",
        "/v1/communities/{community_id}/api-keys",
        rpcs.CREATE_API_KEY,
        summary="Make an API key of a community",
        tag="API keys",
        scope=Scope.COMMUNITIES_WRITE,
        keyless=True,  # the answer has the key, and is not to be stored
        status=201,
    ),
    Route(
        "GET",
        "/v1/communities/{community_id}/api-keys",
        rpcs.LIST_API_KEYS,
        summary="List the API keys of a community",
        tag="API keys",
        scope=Scope.COMMUNITIES_READ,
    ),
    Route(
        "POST",
        "/v1/api-keys",
        rpcs.CREATE_SYSTEM_API_KEY,
        summary="Make an API key that operates the system",
        tag="API keys",
        scope=Scope.OPERATORS_WRITE,
        keyless=True,
        status=201,
    ),
    Route(
        "GET",
        "/v1/api-keys",
        rpcs.LIST_SYSTEM_API_KEYS,
        summary="List the API keys that operate the system",
        tag="API keys",
        scope=Scope.OPERATORS_READ,
    ),
    Route(
        "POST",
        "/v1/api-keys/{api_key_id}/revoke",
        rpcs.REVOKE_API_KEY,
        summary="Revoke an API key",
        tag="API keys",
        scope=Scope.COMMUNITIES_WRITE,
    ),
)
