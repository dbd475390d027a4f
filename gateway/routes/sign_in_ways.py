"""Signing in by phone and by way of others who vouch for people, and linking such ways.

None of the POSTs takes an Idempotency-Key: states and codes work once by themselves, and an answer
that holds tokens or a browser's secret is not to be stored for replay.
"""

from contracts import membership as rpcs
from contracts.access import Scope
from gateway.limits import OperationClass
from gateway.routing import Caching, Route

ROUTES = (
    Route(
        "GET",
        "/v1/sign-in",
        rpcs.LIST_WAYS,
        summary="See how people can sign in",
        tag="Sign-in",
        caching=Caching.PUBLIC(60),
    ),
    Route(
        "POST",
        "/v1/sign-in/phone",
        rpcs.START_PHONE_SIGN_IN,
        summary="Ask for a sign-in code by SMS",
        tag="Sign-in",
        keyless=True,
        limit=OperationClass.SMS,
        status=202,
    ),
    Route(
        "POST",
        "/v1/sign-in/{way}",
        rpcs.START_AT_WAY,
        summary="Begin to sign in elsewhere",
        tag="Sign-in",
        keyless=True,
        limit=OperationClass.SIGN_IN,
        status=201,
    ),
    Route(
        "POST",
        "/v1/sign-in/{way}/complete",
        rpcs.FINISH_AT_WAY,
        summary="Exchange what the provider sent along for tokens",
        tag="Sign-in",
        keyless=True,
        limit=OperationClass.SIGN_IN,
        status=201,
    ),
    Route(
        "GET",
        "/v1/me/identities",
        rpcs.LIST_MY_IDENTITIES,
        summary="List by what I can sign in",
        tag="Sign-in",
        scope=Scope.PROFILE_READ,
    ),
    Route(
        "POST",
        "/v1/me/identities",
        rpcs.LINK_BY_CODE,
        summary="Link my phone or address by its code",
        tag="Sign-in",
        scope=Scope.PROFILE_WRITE,
        keyless=True,
        limit=OperationClass.GUESSABLE,
        status=201,
    ),
    Route(
        "POST",
        "/v1/me/identities/{way}",
        rpcs.START_LINKING,
        summary="Begin to link an account elsewhere",
        tag="Sign-in",
        scope=Scope.PROFILE_WRITE,
        keyless=True,
        status=201,
    ),
    Route(
        "POST",
        "/v1/me/identities/{way}/complete",
        rpcs.FINISH_LINKING,
        summary="Link the account elsewhere that the provider vouches for",
        tag="Sign-in",
        scope=Scope.PROFILE_WRITE,
        keyless=True,
        limit=OperationClass.GUESSABLE,
        status=201,
    ),
    Route(
        "DELETE",
        "/v1/me/identities/{identity_id}",
        rpcs.UNLINK_IDENTITY,
        summary="Unlink a way to sign in",
        tag="Sign-in",
        scope=Scope.PROFILE_WRITE,
        status=204,
    ),
)
