"""Access tokens and links: ES256 JWTs of the membership service, checked by public key (H-30,
RFC 8725).

A token says who (sub), in which session (sid), when they signed in (auth_time) and the coarse
scope; never roles (the owner of an object decides on those, from its own replica). It lives
minutes; when its session ends before, membership tells, and it is refused from then on. A link
(ADR 0061) is a token of another type for another audience, so neither passes for the other.
"""

import hashlib
import json
import os
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

from chassis.context import Link
from contracts.errors import LINK_EXPIRED, LINK_UNKNOWN, SIGN_IN_REQUIRED, DomainError
from contracts.errors.gateway import TOKEN_INVALID, TOKEN_MALFORMED, TOKEN_SCHEME_WRONG
from contracts.fields import ID_PATTERN
from gateway.ended_sessions import EndedSessions, SessionOver

ISSUER = AUDIENCE = "coterie"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - RFC 9068: no other kind of token passes for an access token
LINKS_AUDIENCE = "coterie:links"
LINK_TYPE = "link+jwt"
ALGORITHM = "ES256"
MAX_AGE = 15 * 60
LINK_MAX_AGE = 30 * 24 * 3600
LONGEST_ANSWER = 10 * 60  # seconds for which one goes on that began with a token still good
LEEWAY = 5  # seconds that clocks of two hosts may differ
CACHE_SECONDS = 60
CACHE_SIZE = 10_000
MAX_LENGTH = 4096

_CLAIMS = ["iss", "aud", "sub", "sid", "scope", "iat", "nbf", "exp"]
_LINK_TEXTS = ["sub", "jti", "purpose", "community", "about", "object"]
_LINK_TIMES = ["iat", "exp", "until"]
_ID = re.compile(ID_PATTERN)
log = structlog.get_logger()


class KeyFileError(Exception):
    """The file of public keys cannot be used; the message says why."""


@dataclass(frozen=True)
class Bearer:
    """Who a valid access token speaks for."""

    person_id: str
    session_id: str
    issued_at: int  # Unix seconds
    signed_in_at: int | None  # the same; tokens of earlier versions do not say it
    scopes: tuple[str, ...]


class TokenVerifier:
    """Verifies tokens with the keys in a JWKS file, which is read again when it changes.

    Up to two keys are live during a rollover (H-31). Raises KeyFileError when the file cannot be
    used at the start; later a broken file keeps the keys that were read before. `now` paces the
    cache and the looks at the file, in seconds of real time; a token's times are PyJWT's matter.
    """

    def __init__(self, path: Path, *, now: Callable[[], float] = time.time):
        self._path = path
        self.ended = EndedSessions(lifetime=MAX_AGE + LEEWAY, now=now)
        self._now = now
        self._verified: OrderedDict[bytes, tuple[float, Bearer]] = OrderedDict()
        self._keys, self._stamp = _read_keys(path)
        self._next_look = now() + 1

    def verify(self, header: str | None) -> Bearer:
        """The bearer of an Authorization header; raises DomainError (unauthenticated)."""
        if not header:
            raise DomainError(SIGN_IN_REQUIRED)
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise DomainError(TOKEN_SCHEME_WRONG)
        if not token or len(token) > MAX_LENGTH:
            raise DomainError(TOKEN_MALFORMED)
        now = self._now()
        if now >= self._next_look:
            self._look_for_new_keys(now)
        digest = hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
        known = self._verified.get(digest)
        if known is None or now >= known[0]:
            expires_at, bearer = self._decode(token)
            known = self._verified[digest] = (min(expires_at, now + CACHE_SECONDS), bearer)
            if len(self._verified) > CACHE_SIZE:
                self._verified.popitem(last=False)
        bearer = known[1]
        if self.ended.include(bearer.person_id, bearer.session_id, bearer.issued_at):
            raise DomainError(TOKEN_INVALID) from SessionOver()
        return bearer

    def require_going_on(self, bearer: Bearer) -> None:
        """An answer that goes on after its token ended does so for a while, and while the session
        lives; raises DomainError (unauthenticated)."""
        over = self._now() > bearer.issued_at + MAX_AGE + LONGEST_ANSWER
        if over or self.ended.include(bearer.person_id, bearer.session_id, bearer.issued_at):
            raise DomainError(TOKEN_INVALID)

    def verify_link(self, token: str) -> tuple[str, Link]:
        """The person whom a link was sent to, and the link.

        Raises DomainError(LINK_EXPIRED) or DomainError(LINK_UNKNOWN).
        """
        try:
            if len(token) > MAX_LENGTH:
                raise ValueError("longer than any link")
            required = ["iss", "aud", *_LINK_TEXTS, *_LINK_TIMES]
            claims = self._claims(token, LINK_TYPE, LINKS_AUDIENCE, required)
        except jwt.ExpiredSignatureError as problem:
            raise DomainError(LINK_EXPIRED) from problem
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as problem:
            raise DomainError(LINK_UNKNOWN) from problem
        texts, times = [claims[name] for name in _LINK_TEXTS], [claims[n] for n in _LINK_TIMES]
        after = claims.get("after")
        if any(type(t) is not int for t in times) or any(type(t) is not str for t in texts):
            raise DomainError(LINK_UNKNOWN)
        person_id, id, purpose, community_id, about, object_id = texts
        issued_at, expires_at, until = times
        sound = (
            expires_at <= issued_at + LINK_MAX_AGE
            and all(_ID.match(one) for one in (person_id, id, community_id, about, object_id))
            and person_id.startswith("per_")
            and (after is None or type(after) is str)
        )
        if not sound:
            raise DomainError(LINK_UNKNOWN)
        link = Link(id, purpose, community_id, about, object_id, until, expires_at, after)
        return person_id, link

    def _claims(self, token: str, type: str, audience: str, required: list[str]) -> dict[str, Any]:
        """What a token of ours says; raises jwt.PyJWTError, KeyError, TypeError or ValueError."""
        now = self._now()
        if now >= self._next_look:
            self._look_for_new_keys(now)
        header = jwt.get_unverified_header(token)
        if "kid" not in header:
            raise ValueError("a token that names no key")
        key = self._keys[header["kid"]]
        if header.get("typ") != type or "crit" in header:
            raise ValueError("a token of another type")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=audience,
            leeway=LEEWAY,
            options={"require": required, "strict_aud": True},
        )
        return claims

    def _decode(self, token: str) -> tuple[float, Bearer]:
        try:
            claims = self._claims(token, TOKEN_TYPE, AUDIENCE, _CLAIMS)
        except (jwt.ExpiredSignatureError, KeyError) as problem:  # or of a key that was retired
            raise DomainError(TOKEN_INVALID) from problem
        except (jwt.PyJWTError, TypeError, ValueError) as problem:
            raise DomainError(TOKEN_MALFORMED) from problem
        signed_in_at = claims.get("auth_time")
        times = [claims["iat"], claims["nbf"], claims["exp"]]
        if signed_in_at is not None:
            times.append(signed_in_at)
        texts = [claims["sub"], claims["sid"], claims["scope"]]
        if any(type(t) is not int for t in times) or any(type(t) is not str for t in texts):
            raise DomainError(TOKEN_MALFORMED)
        exp: int = claims["exp"]
        sound = (
            exp <= claims["iat"] + MAX_AGE
            and all(_ID.match(one) for one in texts[:2])
            and claims["sub"].startswith("per_")
            and claims["sid"].startswith("ses_")
        )
        if not sound:
            raise DomainError(TOKEN_MALFORMED)
        scopes = tuple(claims["scope"].split())
        return exp, Bearer(claims["sub"], claims["sid"], claims["iat"], signed_in_at, scopes)

    def _look_for_new_keys(self, now: float) -> None:
        self._next_look = now + 1
        try:
            if _stamp(self._path) == self._stamp:
                return
            self._keys, self._stamp = _read_keys(self._path)
        except (KeyFileError, OSError) as problem:
            log.error("token_keys_kept", reason=str(problem))
            return
        self._verified.clear()
        log.info("token_keys_read", kids=sorted(self._keys))


def _stamp(path: Path) -> tuple[int, int, int]:
    found = os.stat(path)
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read_keys(path: Path) -> tuple[dict[str, EllipticCurvePublicKey], tuple[int, int, int]]:
    try:
        stamp = _stamp(path)
        described = json.loads(path.read_text())["keys"]
        keys = {entry["kid"]: _public_key(entry) for entry in described}
    except (OSError, ValueError, KeyError, TypeError, jwt.PyJWTError) as problem:
        raise KeyFileError(f"{path}: {type(problem).__name__}: {problem}") from None
    if not keys:
        raise KeyFileError(f"{path}: no key in it")
    return keys, stamp


def _public_key(entry: dict[str, Any]) -> EllipticCurvePublicKey:
    key = jwt.PyJWK(entry, algorithm=ALGORITHM).key
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError(f"key {entry['kid']} is not a public P-256 key")
    return key
