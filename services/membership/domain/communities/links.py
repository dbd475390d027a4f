"""Where the objects of a community are shown on its own site: an address for each kind of object.

Messages of ours lead there, so an owner cannot name any host: an operator allows each
(`contracts.pages`). One with a placeholder in its host is no address at all.
"""

from collections.abc import Collection, Mapping

from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.membership import LINK_HOST_NOT_ALLOWED
from contracts.pages import host_of_page, is_allowed
from contracts.states.membership import LinkKind
from contracts.text import choices

PLACE = "{id}"
Links = Mapping[str, str | None]


def check_links(links: Links, hosts: Collection[str], *, local: bool) -> None:
    """Raises DomainError(INVALID_INPUT) naming each that is none, or (LINK_HOST_NOT_ALLOWED).

    `local`: also http on this machine, with any port, where a site is being written.
    """
    named = {kind: link for kind, link in links.items() if link is not None}
    problems = [
        FieldProblem(
            f"/links/{kind}", "field.format", {"expected": f"https://host/{kind}s/{PLACE}"}
        )
        for kind, link in named.items()
        if host_of(link, local=local) is None
    ]
    if problems:
        raise DomainError(INVALID_INPUT, fields=problems)
    elsewhere = {
        f"/links/{kind}": {"host": host_of(link, local=local), "allowed": choices(hosts)}
        for kind, link in named.items()
        if not leads_to(link, hosts, local=local)
    }
    if elsewhere:
        wrong = [FieldProblem(at, "field.host_not_allowed", one) for at, one in elsewhere.items()]
        raise DomainError(LINK_HOST_NOT_ALLOWED, fields=wrong, **next(iter(elsewhere.values())))


def leads_to(link: str, hosts: Collection[str], *, local: bool) -> bool:
    """Whether it is an address at one of these hosts."""
    return is_allowed(host_of(link, local=local), hosts, local=local)


def host_of(link: str, *, local: bool) -> str | None:
    """The host of a page with one place for an id after it; None for anything else."""
    placed = link.count(PLACE) == link.count("{") == link.count("}") == 1
    host = host_of_page(link, local=local)
    return host if placed and host is not None and PLACE not in host else None


def page_of(links: Links, kind: LinkKind, id: str) -> str | None:
    """Where a community shows an object; None where it does not say."""
    link = links.get(kind)
    return None if link is None else link.replace(PLACE, id)
