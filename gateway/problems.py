"""How a refusal looks over HTTP: one table from kinds and codes to statuses (RFC 9457)."""

import json
from typing import Any

import structlog

from chassis.wording import error_text, field_text
from contracts.errors import (
    LINK_EXPIRED,
    LINK_UNKNOWN,
    SIGN_IN_AGAIN,
    DomainError,
    ErrorCode,
    Kind,
)
from contracts.errors import gateway as codes
from contracts.words.titles import title_of

log = structlog.get_logger()
CONTENT_TYPE = "application/problem+json"
PARAMETER = "?"  # starts the "pointer" of a field that stands in the address, not in the body
RETRY_AFTER = 2  # seconds, where the error itself names none

STATUS_BY_KIND = {
    Kind.INVALID_INPUT: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.PERMISSION_DENIED: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.RULE_VIOLATED: 422,
    Kind.RATE_LIMITED: 429,
    Kind.UNAVAILABLE: 503,
    Kind.INTERNAL: 500,
}

# Requests that HTTP itself has a word for; every other code has the status of its kind.
STATUS_BY_CODE = {
    codes.REQUEST_MALFORMED.code: 400,
    codes.REQUEST_SLOW.code: 408,
    codes.ADDRESS_TOO_LONG.code: 414,
    codes.HEADERS_TOO_LARGE.code: 431,
    codes.BODY_TOO_LARGE.code: 413,
    codes.LENGTH_MISSING.code: 411,
    codes.JSON_MALFORMED.code: 400,
    codes.TEXT_MALFORMED.code: 400,
    codes.METHOD_UNSUPPORTED.code: 405,
    codes.ACCEPT_UNSUPPORTED.code: 406,
    codes.MEDIA_TYPE_UNSUPPORTED.code: 415,
    codes.KEY_MISSING.code: 400,
    codes.KEY_MALFORMED.code: 400,
    codes.IF_MATCH_MISSING.code: 428,
    codes.IF_MATCH_MALFORMED.code: 400,
    codes.CURSOR_INVALID.code: 400,
}

API_KEY_REFUSALS = (
    codes.API_KEY_MALFORMED,
    codes.API_KEY_UNKNOWN,
    codes.API_KEY_REVOKED,
    codes.API_KEY_EXPIRED,
)
# In Authorization (RFC 6750).
BAD_TOKENS = (
    codes.TOKEN_INVALID,
    codes.TOKEN_MALFORMED,
    codes.TOKEN_SCHEME_WRONG,
    *API_KEY_REFUSALS,
)

REASONS = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "No Content",
    304: "Not Modified",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    409: "Conflict",
    411: "Length Required",
    412: "Precondition Failed",
    413: "Content Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    428: "Precondition Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


def status_of(error: ErrorCode) -> int:
    """The HTTP status of an error code, where the route has no say in it."""
    return STATUS_BY_CODE.get(error.code) or STATUS_BY_KIND[error.kind]


def render(
    error: DomainError,
    status: int,
    *,
    locale: str,
    request_id: str,
    base_url: str,
) -> bytes:
    """The problem document in the reader's language."""
    problem: dict[str, Any] = {
        "type": f"{base_url}/{error.code}",
        "title": title_of(error.error, locale),
        "status": status,
        "detail": error_text(error, locale),
        "instance": f"urn:coterie:request:{request_id}",
        "code": error.code,
        "params": error.params,
    }
    if error.fields:
        problem["errors"] = [
            {
                **_place(wrong.pointer),
                "code": wrong.code,
                "detail": field_text(wrong.code, locale, wrong.params),
                "params": wrong.params,
            }
            for wrong in error.fields
        ]
        if error.fields_left_out:
            problem["errors_left_out"] = error.fields_left_out
    return json.dumps(problem, ensure_ascii=False, separators=(",", ":")).encode()


def headers_of(error: DomainError, status: int) -> list[tuple[str, str]]:
    """What clients act on: when to come back (429, 503) and how to sign in (401)."""
    if status in (429, 503):
        seconds = error.params.get("retry_after", RETRY_AFTER)
        return [("Retry-After", str(max(1, int(seconds))))]
    if error.error in (LINK_UNKNOWN, LINK_EXPIRED):
        return [("WWW-Authenticate", 'Link realm="coterie"')]
    if status == 401:
        why = ""
        if error.error in BAD_TOKENS:
            why = ', error="invalid_token"'
        elif error.code == SIGN_IN_AGAIN.code:  # RFC 9470
            max_age = error.params["max_age"]
            why = f', error="insufficient_user_authentication", max_age="{max_age}"'
        return [("WWW-Authenticate", f'Bearer realm="coterie"{why}')]
    return []


def note(error: DomainError, request_id: str) -> None:
    """What of a refusal is for us: why is not for who sent it."""
    if error.kind is Kind.INTERNAL:
        log.error("internal_error_answered", request_id=request_id)
    elif error.error in API_KEY_REFUSALS:
        log.info("api_key_refused", request_id=request_id, reason=error.code)
    elif error.error in (*BAD_TOKENS, LINK_UNKNOWN):
        # An expired one is every day's, a forged one is not.
        reason = type(error.__cause__).__name__ if error.__cause__ else "malformed"
        log.info("token_refused", request_id=request_id, reason=reason)
    elif error.error is codes.SCOPE_MISSING:
        log.info("access_denied", request_id=request_id, needed=str(error.params["needed"]))


def _place(pointer: str) -> dict[str, str]:
    if pointer.startswith(PARAMETER):
        return {"parameter": pointer[1:]}
    return {"pointer": pointer}
