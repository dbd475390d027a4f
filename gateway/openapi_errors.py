"""How refusals stand in OpenAPI: what all operations may answer once, and each one's own codes.

An operation lists the statuses that say something about it (who may, what it is about, in which
state). `default` is what any may answer besides; `x-codes` of it and of the shared answers names
their codes, `x-codes` of an operation those that are its own.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from contracts import errors as shared
from contracts.errors import LOCALES, DomainError, ErrorCode, FieldProblem
from contracts.words.samples import sample_params
from gateway import problems
from gateway.openapi_shared import header
from gateway.route_errors import errors_of
from gateway.routing import Route

PROBLEM_BASE = "https://coterie.example/problems"
REFUSAL = "Refusal"
# What says nothing about an operation: how HTTP is spoken, and how busy the system is.
BY_DEFAULT = frozenset({400, 406, 408, 411, 413, 414, 415, 429, 431, 500, 503})

_OF_SOME = (
    shared.SIGN_IN_AGAIN,
    shared.LINK_UNKNOWN,
    shared.LINK_EXPIRED,
    shared.LINK_ELSEWHERE,
    shared.LINK_USED,
)


def common_responses(routes: Iterable[Route]) -> dict[str, dict[str, Any]]:
    """The shared answers by name: one for each status, and `REFUSAL`."""
    found: dict[int, list[ErrorCode]] = defaultdict(list)
    statuses: set[int] = set()
    for route in routes:
        for status, errors in _by_status(route).items():
            statuses.add(status)
            found[status] += [one for one in errors if _shared(one) and one not in found[status]]
    responses = {
        _name(status): _response(problems.REASONS[status] + ".", {status: found[status]})
        for status in sorted(statuses)
        if status not in BY_DEFAULT or any(_own(route).get(status) for route in routes)
    }
    rest = {status: found[status] for status in sorted(found) if status in BY_DEFAULT}
    responses[REFUSAL] = _response("What any operation may answer, whatever it does.", rest)
    return responses


def failures(route: Route) -> dict[str, Any]:
    """The refusals of an operation, by status."""
    own = _own(route)
    responses: dict[str, Any] = {}
    for status, errors in sorted(_by_status(route).items()):
        if status in own:
            codes = ", ".join(f"`{error.code}`" for error in errors)
            responses[str(status)] = {**_reference(_name(status)), "description": codes}
        elif status not in BY_DEFAULT:
            responses[str(status)] = _reference(_name(status))
    return {**responses, "default": _reference(REFUSAL)}


def own_codes(route: Route) -> dict[str, list[str]]:
    """The codes that no operation has but by its own rules, by status."""
    return {
        str(status): [error.code for error in errors]
        for status, errors in sorted(_own(route).items())
    }


def _own(route: Route) -> dict[int, list[ErrorCode]]:
    by_status = {
        status: [error for error in errors if not _shared(error)]
        for status, errors in _by_status(route).items()
    }
    return {status: errors for status, errors in by_status.items() if errors}


def _shared(error: ErrorCode) -> bool:
    """Whether it is no service's own, nor of those few that ask for more, or let links in."""
    return error.code.startswith(("request.", "gateway.")) and error not in _OF_SOME


def _by_status(route: Route) -> dict[int, list[ErrorCode]]:
    found: dict[int, list[ErrorCode]] = defaultdict(list)
    for error in errors_of(route):
        status = problems.status_of(error)
        if error is shared.STALE_VERSION and route.if_match:
            status = 412
        if error not in found[status]:
            found[status].append(error)
    return found


def _name(status: int) -> str:
    return problems.REASONS[status].replace(" ", "")


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{name}"}


def _response(meaning: str, by_status: dict[int, list[ErrorCode]]) -> dict[str, Any]:
    told = {status: errors for status, errors in by_status.items() if errors}
    codes = "\n".join(
        f"- {status}: " + ", ".join(f"`{error.code}`" for error in errors)
        for status, errors in told.items()
    )
    headers = {"X-Request-Id": header("RequestId")}
    if 401 in by_status:
        headers["WWW-Authenticate"] = header("Authenticate")
    if {429, 503} & by_status.keys():
        headers |= {"Retry-After": header("RetryAfter"), "RateLimit": header("RateLimit")}
        headers["RateLimit-Policy"] = header("RateLimitPolicy")
    content: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    if told:
        content["examples"] = {
            error.code: {"value": _problem(error, status)}
            for status, errors in told.items()
            for error in errors
        }
    return {
        "description": f"{meaning}\n\n{codes}" if codes else meaning,
        "headers": headers,
        "content": {problems.CONTENT_TYPE: content},
        "x-codes": {
            str(status): [error.code for error in errors] for status, errors in told.items()
        },
    }


def _problem(error: ErrorCode, status: int) -> Any:
    wrong = (FieldProblem("/name", "field.required"),) if error is shared.INVALID_INPUT else ()
    rendered = problems.render(
        DomainError(error, fields=wrong, **sample_params(error)),
        status,
        locale=LOCALES[1],
        request_id="01JD6Q3F0M8V6Z4X2K9T7R5WYB",
        base_url=PROBLEM_BASE,
    )
    return json.loads(rendered)
