"""Who follows a signed link: acts as its person, for its purpose, without a session (ADR 0061)."""

from collections.abc import Callable

from chassis.context import Actor
from contracts.errors import LINK_ELSEWHERE, LINK_UNKNOWN, DomainError
from gateway.routing import Route
from gateway.tokens import TokenVerifier

_SCHEME = "link"


def shows_link(route: Route, authorization: str | None) -> bool:
    """Whether a link is shown where one may be; anywhere else it is no token that we know."""
    scheme, _, token = (authorization or "").partition(" ")
    is_link = scheme.lower() == _SCHEME and bool(token)
    return bool(route.rpc.by_link) and (is_link or route.scope is None)


def linked_actor(
    route: Route,
    authorization: str | None,
    source: str,
    *,
    tokens: TokenVerifier,
    count: Callable[[str], None],
) -> Actor:
    """The person of a link, held against the purposes of the route; the object is the service's
    matter. It counts as a stranger's request first, then as its person's, who has no more tries at
    codes by having links.

    Raises DomainError(LINK_UNKNOWN, LINK_EXPIRED, LINK_ELSEWHERE, RATE_LIMITED).
    """
    count(source)
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != _SCHEME:
        raise DomainError(LINK_UNKNOWN)
    person_id, link = tokens.verify_link(token)
    count(person_id)
    if route.rpc.for_link(link.purpose) is None:
        raise DomainError(LINK_ELSEWHERE)
    return Actor("person", person_id, link=link)
