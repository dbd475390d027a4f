"""What a sign-in may have to prove before a code is mailed, so that a flood costs whoever sends it.

`proof_of_work` is built in; another provider (a captcha, say) is a class of the same two methods,
present when its setting is.
"""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any, Protocol

from chassis.clock import real_now

VALID_SECONDS = 300


def _real_seconds() -> float:
    return real_now().timestamp()


class Proofs(Protocol):
    """Nothing is stored: what is asked can be checked by whoever asked, in any process."""

    def task(self, email: str) -> dict[str, Any]:
        """What has to be solved for this address; `kind` says how."""
        ...

    def is_solved(self, email: str, proof: str) -> bool:
        """Whether this solves a task that was set for the address, and lately."""
        ...


class ProofOfWork:
    """A `nonce` for which SHA-256 of `<challenge>.<nonce>` begins with `bits` zero bits.

    The proof is that text. The challenge holds for one address and five minutes, so a solution is
    worth no more than the codes that the address may have anyway.
    """

    def __init__(self, secret: bytes, bits: int, now: Callable[[], float] = _real_seconds) -> None:
        self._secret, self._bits, self._now = secret, bits, now

    def task(self, email: str) -> dict[str, Any]:
        challenge = self._challenge(email, int(self._now()))
        return {"kind": "proof_of_work", "challenge": challenge, "bits": self._bits}

    def is_solved(self, email: str, proof: str) -> bool:
        challenge, _, nonce = proof.rpartition(".")
        issued = challenge.partition(".")[0]
        if not (nonce and issued.isascii() and issued.isdigit() and len(issued) < 12):
            return False
        ours = hmac.compare_digest(challenge.encode(), self._challenge(email, int(issued)).encode())
        in_time = 0 <= self._now() - int(issued) <= VALID_SECONDS
        digest = hashlib.sha256(proof.encode()).digest()
        return ours and in_time and int.from_bytes(digest) >> (256 - self._bits) == 0

    def _challenge(self, email: str, issued: int) -> str:
        seal = hmac.new(self._secret, f"{issued} {email}".encode(), hashlib.sha256)
        return f"{issued}.{seal.hexdigest()[:32]}"
