"""Page cursors: the owner's position, signed and bound to person, list and filter (H-21).

Opaque outside: base64url of the position and of the first 16 bytes of an HMAC-SHA256.
"""

import base64
import binascii
import hashlib
import hmac

from contracts.errors import DomainError
from contracts.errors.gateway import CURSOR_INVALID

_MAC_BYTES = 16


class Cursors:
    """Signs and opens cursors with one secret; raises ValueError for one under 32 bytes."""

    def __init__(self, secret: bytes):
        if len(secret) < 32:
            raise ValueError("the cursor secret has fewer than 32 bytes")
        self._secret = secret

    def seal(self, position: str, scope: str) -> str:
        """`scope` names the list: operation, who asks, path values and filter."""
        raw = position.encode()
        return _encode(self._mac(raw, scope) + raw)

    def open(self, cursor: str, scope: str) -> str:
        """The position in a cursor; raises DomainError CURSOR_INVALID when it was not sealed so."""
        try:
            sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
            mac, raw = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
            # Only one spelling of a cursor is ours: spare bits of base64 must not make others.
            if _encode(sealed) == cursor and hmac.compare_digest(mac, self._mac(raw, scope)):
                return raw.decode()
        except (binascii.Error, ValueError):
            pass
        raise DomainError(CURSOR_INVALID)

    def _mac(self, raw: bytes, scope: str) -> bytes:
        message = scope.encode() + b"\0" + raw
        return hmac.digest(self._secret, message, hashlib.sha256)[:_MAC_BYTES]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
