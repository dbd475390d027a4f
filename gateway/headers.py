"""Request headers, each read once and strictly: language, media types, keys, versions.

Every function takes the header's text as it came (None when absent) and raises DomainError with a
gateway code when it is wrong. What clients prefer is parsed by Werkzeug. Where a wrong header has
to be refused (media type, keys, versions) Werkzeug forgives too much: it drops parameters that it
cannot read and takes unquoted ETags.
"""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Network, ip_address, ip_network

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from contracts.errors import DEFAULT_LOCALE, LOCALES, DomainError
from contracts.errors.gateway import (
    ACCEPT_UNSUPPORTED,
    IF_MATCH_MALFORMED,
    IF_MATCH_MISSING,
    KEY_MALFORMED,
    KEY_MISSING,
    MEDIA_TYPE_UNSUPPORTED,
)

STALE = 2**53 - 1  # an expected version that no document reaches: the change is refused as stale

_SF_STRING = re.compile(r'"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')
_ETAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
_PORT = re.compile(r"^(?:\[(.+)\]|([0-9.]+))(?::[0-9]+)?$")  # some proxies write it, too
_VERSION = re.compile(r"(0|[1-9][0-9]{0,14})(?:\.[0-9a-f]+)?")


@lru_cache(maxsize=256)
def locale(header: str | None) -> str:
    """The best of our languages in an Accept-Language header (RFC 9110 §12.5.4)."""
    offered = {locale.split("-")[0]: locale for locale in LOCALES}
    for tag, weight in parse_accept_header(header, LanguageAccept):  # the best first
        language = tag.split("-")[0].lower()
        if language in offered and weight > 0:
            return offered[language]
    return DEFAULT_LOCALE


@lru_cache(maxsize=256)
def check_accept(header: str | None, answers: tuple[str, ...]) -> None:
    """One of the types of the answer has to be among what the reader accepts, else 406."""
    if header is None:
        return
    offered = {"*/*", *answers, *(f"{media.partition('/')[0]}/*" for media in answers)}
    for media, weight in parse_accept_header(header):
        # Parameters such as a charset do not matter: there is one of each.
        if media.partition(";")[0].strip().lower() in offered and weight > 0:
            return
    raise DomainError(ACCEPT_UNSUPPORTED, offered=", ".join(answers))


@lru_cache(maxsize=256)
def accepts_gzip(header: str | None) -> bool:
    """Whether Accept-Encoding takes gzip (RFC 9110 §12.5.3); who does not say gets none."""
    return parse_accept_header(header).quality("gzip") > 0


@lru_cache(maxsize=256)
def check_media_type(header: str | None, encoding: str | None, expected: str) -> None:
    """The body has to be of the expected type, in UTF-8, not compressed, else 415."""
    media, _, parameters = (header or "").partition(";")
    charset = re.fullmatch(r'\s*(?:charset="?utf-?8"?)?\s*', parameters, re.IGNORECASE)
    plain = encoding is None or encoding.lower() == "identity"
    if media.strip().lower() != expected or not charset or not plain:
        raise DomainError(MEDIA_TYPE_UNSUPPORTED, expected=expected)


def idempotency_key(header: str | None) -> str:
    """The text of a structured-field string of 1 to 255 characters (H-10, RFC 8941 §3.3.3)."""
    if header is None:
        raise DomainError(KEY_MISSING)
    found = _SF_STRING.fullmatch(header.strip())
    if not found:
        raise DomainError(KEY_MALFORMED)
    key = re.sub(r'\\(["\\])', r"\1", found[1])
    if not 1 <= len(key) <= 255:
        raise DomainError(KEY_MALFORMED)
    return key


def expected_version(
    header: str | None, if_none_match: str | None = None, *, may_make: bool = False
) -> int:
    """The version in If-Match (H-20); an ETag that is not one of ours gives `STALE`, and
    `If-None-Match: *` in its place 0, for what may be made and is not there yet; so does the ETag
    of what is read as version 0 until then."""
    if header is None:
        if not may_make:
            raise DomainError(IF_MATCH_MISSING)
        if if_none_match is None or if_none_match.strip() != "*":
            raise DomainError(IF_MATCH_MISSING, otherwise="If-None-Match: *")
        return 0
    tag = _ETAG.fullmatch(header.strip())
    if not tag:
        raise DomainError(IF_MATCH_MALFORMED)
    version = _VERSION.fullmatch(tag[2])
    # If-Match compares strongly (RFC 9110 §13.1.1), so a weak tag never matches.
    is_ours = version is not None and not tag[1] and (may_make or version[1] != "0")
    return int(version[1]) if version is not None and is_ours else STALE


def names_etag(header: str | None, etag: str) -> bool:
    """Whether If-None-Match names `etag` (weak comparison, RFC 9110 §13.1.2)."""
    if header is None:
        return False
    if header.strip() == "*":
        return True
    return any(opaque == etag[1:-1] for _, opaque in _ETAG.findall(header))


@lru_cache(maxsize=10_000)
def source(peer: str, forwarded: str | None, proxies: int) -> str:
    """Where a request comes from: an address, of IPv6 its /64, which is one household or host.

    `peer` is the connection's other end, `forwarded` the X-Forwarded-For to which so many trusted
    `proxies` each added whom they talked to; what stands before that anybody can have written.
    """
    hops = [*(forwarded.split(",") if forwarded else ()), peer]
    hop = hops[-1 - proxies].strip() if len(hops) > proxies else peer
    try:
        address = ip_address(_PORT.sub(r"\1\2", hop))
    except ValueError:
        return peer
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((address, 64), strict=False))


@lru_cache(maxsize=1024)
def neighbourhood(source: str) -> str:
    """What lines say of a source: its /24, of IPv6 its /48; a whole address is personal data."""
    try:
        network = ip_network(source)
    except ValueError:
        return "unknown"
    return str(network.supernet(new_prefix=24 if network.version == 4 else 48))
