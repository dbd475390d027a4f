"""Which errors a route answers with, for its description."""

from contracts import errors as shared
from contracts.errors import ErrorCode
from contracts.errors import gateway as codes
from gateway.problems import API_KEY_REFUSALS
from gateway.routing import CSV, JSON, RAW, Route


def errors_of(route: Route) -> list[ErrorCode]:
    """What the route itself can refuse, then what the RPC declares."""
    listed = [
        codes.REQUEST_MALFORMED,
        codes.ADDRESS_TOO_LONG,
        codes.HEADERS_TOO_LARGE,
        codes.SOURCE_CONNECTIONS_MANY,
        shared.OBJECT_NOT_FOUND,
        shared.INVALID_INPUT,
        shared.INTERNAL,
        shared.SERVICE_UNAVAILABLE,
        codes.GATEWAY_BUSY,
        codes.CALLER_BUSY,
    ]
    if route.limited_as is not None:
        listed.append(codes.RATE_LIMITED)
    if route.scope is not None:
        listed += [
            shared.SIGN_IN_REQUIRED,
            codes.TOKEN_INVALID,
            codes.TOKEN_MALFORMED,
            codes.TOKEN_SCHEME_WRONG,
            codes.SCOPE_MISSING,
            shared.NOT_PERMITTED,
            *API_KEY_REFUSALS,
            shared.KEY_ELSEWHERE if route.rpc.who.takes_keys else shared.KEY_NOT_TAKEN,
        ]
    if route.rpc.by_link:
        listed += [
            shared.LINK_UNKNOWN,
            shared.LINK_EXPIRED,
            shared.LINK_ELSEWHERE,
            shared.LINK_USED,
        ]
    if route.rpc.who.lately:
        listed.append(shared.SIGN_IN_AGAIN)
    if route.body != RAW:
        listed.append(codes.ACCEPT_UNSUPPORTED)
    if route.has_body:
        listed += [codes.REQUEST_SLOW, codes.LENGTH_MISSING, codes.BODY_TOO_LARGE]
        listed += [codes.MEDIA_TYPE_UNSUPPORTED] if route.body != RAW else []
        listed += [codes.JSON_MALFORMED] if route.body == JSON else []
        listed += [codes.TEXT_MALFORMED] if route.body == CSV else []
    if route.paged:
        listed.append(codes.CURSOR_INVALID)
    if route.needs_key:
        listed += [
            codes.KEY_MISSING,
            codes.KEY_MALFORMED,
            shared.IDEMPOTENCY_KEY_REUSED,
            shared.TOO_BUSY,
        ]
    if route.if_match:
        listed += [codes.IF_MATCH_MISSING, codes.IF_MATCH_MALFORMED, shared.STALE_VERSION]
    return [*listed, *route.rpc.errors]
