"""Access tokens: ES256 JWTs that the gateway verifies by public key (RFC 7519, 8725, 9068).

A token says who, in which session and when they signed in, never which role: roles change while
tokens live. Links are signed with the same key, as tokens of another type for another audience, so
that neither passes for the other (ADR 0061).
"""

import base64
import datetime as dt
import hashlib
import json

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.membership.domain.identity.links import Link

ISSUER = AUDIENCE = "coterie"
LINKS_AUDIENCE = "coterie:links"
SCOPE = "user"


class AccessTokens:
    """Signs with one private key (PEM, P-256); raises ValueError for any other key."""

    def __init__(self, pem: str) -> None:
        try:
            key = load_pem_private_key(pem.encode(), None)
        except TypeError as problem:  # what cryptography says about an encrypted key
            raise ValueError(str(problem)) from None
        if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
            raise ValueError("not a P-256 private key")
        self._key = key
        self.key_id = _thumbprint(key)

    def issue(
        self,
        person_id: str,
        session_id: str,
        *,
        signed_in_at: dt.datetime,
        now: dt.datetime,
        lifetime: dt.timedelta,
    ) -> str:
        """A token for a person in a session, valid from now (real time) on."""
        issued = int(now.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": person_id,
            "sid": session_id,
            "scope": SCOPE,
            "auth_time": int(signed_in_at.timestamp()),
            "iat": issued,
            "nbf": issued,
            "exp": issued + int(lifetime.total_seconds()),
        }
        headers = {"typ": "at+jwt", "kid": self.key_id}
        return jwt.encode(claims, self._key, algorithm="ES256", headers=headers)

    def sign_link(
        self, link: Link, person_id: str, *, now: dt.datetime, expires_at: dt.datetime
    ) -> str:
        """A link for a person, valid from now (real time) on."""
        claims = {
            "iss": ISSUER,
            "aud": LINKS_AUDIENCE,
            "sub": person_id,
            "jti": link.id,
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "purpose": link.purpose,
            "community": link.community_id,
            "about": link.about,
            "object": link.object_id,
            "until": int(link.until.timestamp()),
        }
        if link.after is not None:
            claims["after"] = link.after
        headers = {"typ": "link+jwt", "kid": self.key_id}
        return jwt.encode(claims, self._key, algorithm="ES256", headers=headers)

    def derive_secret(self, purpose: str) -> bytes:
        """A 256-bit secret for one other purpose (HKDF, RFC 5869), so that one key is placed."""
        scalar = self._key.private_numbers().private_value.to_bytes(32)
        derivation = HKDF(hashes.SHA256(), length=32, salt=None, info=purpose.encode())
        return derivation.derive(scalar)


def _thumbprint(key: EllipticCurvePrivateKey) -> str:
    """The key id: the RFC 7638 thumbprint of the public key."""
    numbers = key.public_key().public_numbers()
    members = {
        "crv": "P-256",
        "kty": "EC",
        "x": _base64url(numbers.x.to_bytes(32)),
        "y": _base64url(numbers.y.to_bytes(32)),
    }
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True)
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
