"""Who follows a signed link: acts as its person, for its purpose, without a session (ADR 0061)."""

from collections.abc import Callable

from chassis.context import Actor
from contracts.errors import LINK_ELSEWHERE, DomainError
from gateway.limits import OperationClass, all_of
from gateway.routing import Route
from gateway.tokens import TokenVerifier

_SCHEME = "link"


def link_shown(route: Route, authorization: str | None) -> str | None:
    """The token of a link, where one is taken; anywhere else it is nothing that we know."""
    scheme, _, token = (authorization or "").partition(" ")
    return token if route.rpc.by_link and scheme.lower() == _SCHEME else None


def linked_actor(
    route: Route,
    token: str,
    source: str,
    tokens: TokenVerifier,
    count: Callable[[str], None],
    give_back: Callable[[str], None],
) -> Actor:
    """The person of a link, held against the purposes of the route; the object is the service's
    matter. It counts like a request with an access token: for all who come from there, then for
    its person, who has no more tries at codes by having links; looking at links counts by address.

    Raises DomainError(LINK_UNKNOWN, LINK_EXPIRED, LINK_ELSEWHERE, RATE_LIMITED).
    """
    looks = route.limited_as is OperationClass.SIGN_IN
    count(source if looks else all_of(source))
    try:
        person_id, link = tokens.verify_link(token)
    except DomainError:
        if not looks:
            count(source)
        raise
    try:
        count(person_id)
    except DomainError:  # who floods leaves the others there what is theirs
        if not looks:
            give_back(all_of(source))
        raise
    if route.rpc.for_link(link.purpose) is None:
        raise DomainError(LINK_ELSEWHERE)
    return Actor("person", person_id, link=link)
