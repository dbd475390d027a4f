"""Sign-in, sessions and the signed-in person.

Sign-in takes no Idempotency-Key: a code and a refresh token work once by themselves, and an answer
that holds tokens is not to be stored for replay.
"""

from contracts import membership as rpcs
from gateway.routing import Access, Caching, Idempotency, Route

ROUTES = (
    Route(
        "POST",
        "/v1/sign-in",
        rpcs.START_SIGN_IN,
        summary="Ask for a sign-in code by e-mail",
        tag="Sign-in",
        access=Access.PUBLIC,
        scopes=(),
        object_rule="anybody; limited per address",
        idempotency=Idempotency.NONE,
        caching=Caching.NO_STORE,
        status=202,
    ),
    Route(
        "POST",
        "/v1/sessions",
        rpcs.FINISH_SIGN_IN,
        summary="Exchange the code for tokens",
        tag="Sign-in",
        access=Access.PUBLIC,
        scopes=(),
        object_rule="whoever has the code of the challenge",
        idempotency=Idempotency.NONE,
        caching=Caching.NO_STORE,
        status=201,
    ),
    Route(
        "POST",
        "/v1/sessions/refresh",
        rpcs.REFRESH_SESSION,
        summary="Exchange the refresh token for new tokens",
        tag="Sign-in",
        access=Access.PUBLIC,
        scopes=(),
        object_rule="whoever has the newest refresh token of the session",
        idempotency=Idempotency.NONE,
        caching=Caching.NO_STORE,
    ),
    Route(
        "DELETE",
        "/v1/sessions/current",
        rpcs.END_SESSION,
        summary="Sign out",
        tag="Sign-in",
        access=Access.PERSON,
        scopes=("profile:write",),
        object_rule="the session of the access token",
        idempotency=Idempotency.NONE,
        caching=Caching.NO_STORE,
        status=204,
    ),
    Route(
        "GET",
        "/v1/me",
        rpcs.GET_ME,
        summary="Who am I",
        tag="People",
        access=Access.PERSON,
        scopes=("profile:read",),
        object_rule="the signed-in person",
        idempotency=Idempotency.NONE,
        caching=Caching.REVALIDATE,
    ),
    Route(
        "PATCH",
        "/v1/me",
        rpcs.CHANGE_ME,
        summary="Change my name or language",
        tag="People",
        access=Access.PERSON,
        scopes=("profile:write",),
        object_rule="the signed-in person",
        idempotency=Idempotency.NONE,
        caching=Caching.NO_STORE,
        if_match=True,
    ),
)
