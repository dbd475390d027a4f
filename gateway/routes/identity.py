"""Sign-in, sessions, the signed-in person, and who operates the system.

Sign-in takes no Idempotency-Key: a code and a refresh token work once by themselves, and an answer
that holds tokens is not to be stored for replay.
"""

from contracts import membership as rpcs
from contracts.access import Scope
from gateway.limits import OperationClass
from gateway.routing import Caching, Route

ROUTES = (
    Route(
        "POST",
        "/v1/sign-in",
        rpcs.START_SIGN_IN,
        summary="Ask for a sign-in code by e-mail",
        tag="Sign-in",
        keyless=True,
        limit=OperationClass.SIGN_IN,
        status=202,
    ),
    Route(
        "POST",
        "/v1/sessions",
        rpcs.FINISH_SIGN_IN,
        summary="Exchange the code for tokens",
        tag="Sign-in",
        keyless=True,
        limit=OperationClass.SIGN_IN,
        status=201,
    ),
    Route(
        "POST",
        "/v1/sessions/refresh",
        rpcs.REFRESH_SESSION,
        summary="Exchange the refresh token for new tokens",
        tag="Sign-in",
        keyless=True,
    ),
    Route(
        "POST",
        "/v1/links",
        rpcs.GET_LINK,
        summary="See what a signed link is for",
        tag="Sign-in",
        keyless=True,
        limit=OperationClass.SIGN_IN,
    ),
    Route(
        "DELETE",
        "/v1/sessions/current",
        rpcs.END_SESSION,
        summary="Sign out",
        tag="Sign-in",
        scope=Scope.PROFILE_WRITE,
        status=204,
    ),
    Route(
        "GET",
        "/v1/me/sessions",
        rpcs.LIST_MY_SESSIONS,
        summary="List where I am signed in",
        tag="Sign-in",
        scope=Scope.PROFILE_READ,
    ),
    Route(
        "DELETE",
        "/v1/me/sessions/{session_id}",
        rpcs.END_MY_SESSION,
        summary="End one of my sessions",
        tag="Sign-in",
        scope=Scope.PROFILE_WRITE,
        status=204,
    ),
    Route(
        "DELETE",
        "/v1/me/sessions",
        rpcs.END_MY_SESSIONS,
        summary="Sign out everywhere",
        tag="Sign-in",
        scope=Scope.PROFILE_WRITE,
        query=("keep_current",),
        status=204,
    ),
    Route(
        "DELETE",
        "/v1/people/{person_id}/sessions",
        rpcs.END_SESSIONS,
        summary="End all sessions of a person",
        tag="Operators",
        scope=Scope.OPERATORS_WRITE,
        status=204,
    ),
    Route(
        "GET",
        "/v1/operators",
        rpcs.LIST_OPERATORS,
        summary="List who operates the system",
        tag="Operators",
        scope=Scope.OPERATORS_READ,
    ),
    Route(
        "POST",
        "/v1/operators",
        rpcs.GRANT_OPERATOR,
        summary="Make somebody an operator",
        tag="Operators",
        scope=Scope.OPERATORS_WRITE,
    ),
    Route(
        "DELETE",
        "/v1/operators/{person_id}",
        rpcs.REVOKE_OPERATOR,
        summary="Take an operator's role back",
        tag="Operators",
        scope=Scope.OPERATORS_WRITE,
    ),
    Route(
        "GET",
        "/v1/me",
        rpcs.GET_ME,
        summary="Who am I",
        tag="People",
        scope=Scope.PROFILE_READ,
        caching=Caching.REVALIDATE,
        query=("include",),
    ),
    Route(
        "PATCH",
        "/v1/me",
        rpcs.CHANGE_ME,
        summary="Change my name or language",
        tag="People",
        scope=Scope.PROFILE_WRITE,
        if_match=True,
    ),
)
