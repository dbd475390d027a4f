"""Codes that name something: its id and a MAC of it, so that nothing is stored and who has only the
id, which others see, cannot make one."""

import base64
import hashlib
import hmac

from contracts.errors import DomainError, ErrorCode

_MAC_BYTES = 16


class SignedCodes:
    """Made and read with one secret, for one kind of thing; `refusal`: what no code is."""

    def __init__(self, secret: bytes, refusal: ErrorCode) -> None:
        self._secret, self._refusal = secret, refusal

    def of(self, id: str) -> str:
        """The code that names it."""
        mac = hmac.digest(self._secret, id.encode(), hashlib.sha256)[:_MAC_BYTES]
        return f"{id}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    def id_of(self, code: str) -> str:
        """What a code names; raises DomainError with the refusal."""
        id = code.partition(".")[0]
        if not hmac.compare_digest(code.encode(), self.of(id).encode()):
            raise DomainError(self._refusal)
        return id
