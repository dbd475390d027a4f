"""What all operations share in OpenAPI: introduction, parameters, headers, what a problem is."""

from typing import Any

from contracts.errors import MOST_FIELDS

DESCRIPTION = """Paid, vetted communities: apply, be approved, pay, be a member.

Every error is `application/problem+json`; switch on its `code`, never on its `detail`, which is in
the language of `Accept-Language` (zh-CN or en). An operation lists the statuses that say something
about it, and in `x-codes` its own codes by status; what any operation may answer besides stands
once, as its `default`. `/problems/{code}` explains each code.

POST that creates or moves something needs an `Idempotency-Key`; a repetition with the same key
gives the same answer, marked `Idempotency-Replayed: true`. Changes need `If-Match` with the ETag
that was read. Lists are paged by an opaque `cursor`. Money is an integer of minor units with its
currency; instants are RFC 3339 in UTC, days are those of the community's time zone. Answers may
have more fields in a later version: ignore fields you do not know.

Every answer has `X-Request-Id`; name it when you ask us about it. How often one caller may ask is
said by `RateLimit-Policy` and `RateLimit`; beyond it the answer is 429 with `Retry-After`. JSON is
compressed for who sends `Accept-Encoding: gzip`."""

_ETAG = {"type": "string", "pattern": '^"[1-9][0-9]{0,14}(\\.[0-9a-f]+)?"$'}

# None has an example: one that stands there already would be sent again and again as it is.
PARAMETERS: dict[str, dict[str, Any]] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "A string in double quotes, 1 to 255 printable ASCII characters: a UUID that"
        " is new for each new request and the same for its repetitions.",
        "schema": {"type": "string", "pattern": '^"[ !#-\\[\\]-~]{1,255}"$'},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of what was read, with its double quotes.",
        "schema": _ETAG,
    },
    "IfMatchUnlessNew": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag of what was read; where nothing is there yet, `If-None-Match`.",
        "schema": _ETAG,
    },
    "IfNew": {
        "name": "If-None-Match",
        "in": "header",
        "description": "`*`: only where nothing is there yet. `If-Match` goes before it.",
        "schema": {"type": "string", "enum": ["*"]},
    },
    "Cursor": {
        "name": "cursor",
        "in": "query",
        "description": "`next_cursor` of the page before; opaque, for one person, list and filter.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{22,1024}$"},
    },
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "description": "The language of texts: zh-CN (default) or en.",
        "schema": {"type": "string"},
    },
    "RequestId": {
        "name": "X-Request-Id",
        "in": "header",
        "description": "Your own id for this one request, 8 to 64 letters, digits, `_` or `-`; left"
        " out, or in another form, we make one.",
        "schema": {"type": "string"},
    },
}

HEADERS: dict[str, dict[str, Any]] = {
    "RequestId": {"description": "The id of the request.", "schema": {"type": "string"}},
    "ETag": {"description": "For If-Match and If-None-Match.", "schema": {"type": "string"}},
    "Location": {"description": "The address of what was made.", "schema": {"type": "string"}},
    "Attachment": {
        "description": "`attachment` with a name: to be saved, not shown.",
        "schema": {"type": "string"},
    },
    "Replayed": {
        "description": "`true` when this is the stored answer to an earlier request.",
        "schema": {"type": "string", "const": "true"},
    },
    "RateLimitPolicy": {
        "description": "The limit on requests of this class: `q` at once, refilled within `w`"
        " seconds.",
        "schema": {"type": "string", "pattern": '^"[a-z_]+";q=[0-9]+;w=[0-9]+$'},
    },
    "RateLimit": {
        "description": "What its caller has left of it: `r` requests, and one more in `t` seconds.",
        "schema": {"type": "string", "pattern": '^"[a-z_]+";r=[0-9]+;t=[0-9]+$'},
    },
    "RetryAfter": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
    "Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}},
}

PROBLEM = {
    "type": "object",
    "description": "Why a request was refused, as RFC 9457 problem details.",
    "required": ["type", "title", "status", "detail", "instance", "code", "params"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "description": "The page about this code.",
        },
        "title": {
            "type": "string",
            "description": "The code in words; constant for each code and language.",
        },
        "status": {
            "type": "integer",
            "minimum": 400,
            "maximum": 599,
            "description": "The HTTP status.",
        },
        "detail": {
            "type": "string",
            "description": "What is wrong and what to do next, for people, in their language.",
        },
        "instance": {"type": "string", "description": "`urn:coterie:request:` and the request id."},
        "code": {"type": "string", "description": "What is wrong, for programs; stable."},
        "params": {
            "type": "object",
            "additionalProperties": {},
            "description": "What `detail` is made of; which there are depends on the code.",
        },
        "errors": {
            "type": "array",
            "maxItems": MOST_FIELDS,
            "items": {"$ref": "#/components/schemas/FieldProblem"},
            "description": "The fields that are wrong.",
        },
        "errors_left_out": {
            "type": "integer",
            "minimum": 1,
            "description": "How many wrong fields are not in `errors`.",
        },
    },
}
FIELD_PROBLEM = {
    "type": "object",
    "description": "One wrong field: a JSON pointer into the body, or a parameter of the address.",
    "required": ["code", "detail", "params"],
    "properties": {
        "pointer": {"type": "string", "description": "Where it stands in the body (RFC 6901)."},
        "parameter": {"type": "string", "description": "Its name in the address."},
        "code": {"type": "string", "description": "What is wrong with it, for programs; stable."},
        "detail": {"type": "string", "description": "The same for people, in their language."},
        "params": {
            "type": "object",
            "additionalProperties": {},
            "description": "What `detail` is made of, for texts of one's own.",
        },
    },
}

SECURITY: dict[str, dict[str, Any]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The `access_token` of `finish_sign_in`; it lives five minutes, then"
        " `refresh_session` gives the next.",
    },
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "ck_live_…",
        "description": "An API key of a community or of an operator, in the place of an access"
        " token: for a team's server, never in a page.",
    },
    "link": {
        "type": "http",
        "scheme": "link",
        "description": "`Authorization: Link …` with the token of a signed link, which does one"
        " thing to one object without a session.",
    },
}

TAGS = {
    "Sign-in": "Sign in with a code from a mail or SMS or an account elsewhere; keep the session"
    " alive, and end it.",
    "API keys": "Keys with which a team's server asks, without a person who signs in.",
    "Operators": "What those do who run the whole system.",
    "People": "The signed-in person: name, address, export and erasure.",
    "Communities": "Communities with their form, policy, links and roles.",
    "Applications": "Apply to a community, and decide about who applies.",
    "Memberships": "Members, their numbers, terms, profiles and renewals.",
    "Imports": "Bring the members along that a community has already.",
    "Files": "Send files in parts, and read them again.",
    "Meetups": "Draft, publish, change and call off gatherings.",
    "Registrations": "Register for a meetup, get a seat, take it, and be checked in.",
    "Plans": "What memberships cost, and how the price rises.",
    "Coupons": "Codes that take something off a price.",
    "Purchases": "What somebody can pay, or has paid.",
    "Orders": "From the price to the money: quotes, orders, payments.",
    "Refunds": "Ask for money back, decide about it, give it back.",
    "Transfers": "Money that comes to the community's bank account.",
    "Callbacks": "What payment providers call.",
    "Accounting": "The ledger and what was sold.",
    "Notifications": "The inbox of the signed-in person, and what was delivered.",
    "Request log": "What was answered to a request, found by its `X-Request-Id`.",
    "History": "Who changed what, and when, for staff.",
}


def header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}
