"""Addresses of pages on a community's own site.

What a browser might read otherwise than we do (a user, a port, a fragment, another scheme) is no
address at all.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

LOCAL_HOST = "localhost"


def host_of_page(address: str, *, local: bool) -> str | None:
    """The host of an https address with a path; None for anything else.

    `local`: also http on this machine, with any port, where a site is being written.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname
        is_local = local and host == LOCAL_HOST and parts.scheme == "http"
        authority = host if not is_local or parts.port is None else f"{host}:{parts.port}"
    except ValueError:  # a port that is none, or a bracket
        return None
    whole = address == f"{parts.scheme}://{authority}{parts.path}" + (
        f"?{parts.query}" if parts.query else ""
    )
    https = parts.scheme == "https" or is_local
    return host if https and whole and parts.path.startswith("/") else None


def is_allowed(host: str | None, hosts: Collection[str], *, local: bool) -> bool:
    """Whether pages at this host are the community's."""
    return host in hosts or (local and host == LOCAL_HOST)
