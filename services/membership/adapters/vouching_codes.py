"""Vouching codes: the application and a MAC of its id, so that nothing is stored and who has only
the id, which staff see, cannot make one."""

import base64
import hashlib
import hmac

from contracts.errors import DomainError
from contracts.errors.membership import VOUCHING_CODE_WRONG

_MAC_BYTES = 16


class VouchingCodes:
    """Made and read with one secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of(self, application_id: str) -> str:
        """The code by which members find this application."""
        mac = hmac.digest(self._secret, application_id.encode(), hashlib.sha256)[:_MAC_BYTES]
        return f"{application_id}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    def application_of(self, code: str) -> str:
        """The application that a code finds; raises DomainError(VOUCHING_CODE_WRONG)."""
        application_id = code.partition(".")[0]
        if not hmac.compare_digest(code.encode(), self.of(application_id).encode()):
            raise DomainError(VOUCHING_CODE_WRONG)
        return application_id
