"""Proof of work: what is set can be solved, for one address, once in five minutes."""

import hashlib
import itertools

import pytest

from services.membership.adapters.proofs import VALID_SECONDS, ProofOfWork

BITS = 8


class Time:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def solved(challenge: str, bits: int = BITS) -> str:
    for nonce in itertools.count():
        proof = f"{challenge}.{nonce}"
        digest = hashlib.sha256(proof.encode()).digest()
        if int.from_bytes(digest) < 1 << (256 - bits):
            return proof
    raise AssertionError


def test_a_task_is_solved_for_its_address_and_its_time() -> None:
    time = Time()
    proofs = ProofOfWork(b"secret", BITS, time)
    task = proofs.task("li@example.com")
    assert (task["kind"], task["bits"]) == ("proof_of_work", BITS)
    proof = solved(task["challenge"])
    assert proofs.is_solved("li@example.com", proof)
    assert not proofs.is_solved("an@example.com", proof)
    assert not ProofOfWork(b"other", BITS, time).is_solved("li@example.com", proof)
    time.now += VALID_SECONDS
    assert proofs.is_solved("li@example.com", proof)
    time.now += 1
    assert not proofs.is_solved("li@example.com", proof)


@pytest.mark.parametrize(
    "proof", ["", ".", "a.b.c", "1800000000..0", "１.x.1", "9" * 3000, "𝟙.a.b"]
)
def test_what_is_no_proof(proof: str) -> None:
    assert not ProofOfWork(b"secret", BITS, Time()).is_solved("li@example.com", proof)


def test_work_is_asked_for() -> None:
    """A right challenge with a nonce that was not looked for opens nothing."""
    proofs = ProofOfWork(b"secret", 32, Time())
    challenge = proofs.task("li@example.com")["challenge"]
    assert not any(proofs.is_solved("li@example.com", f"{challenge}.{n}") for n in range(100))
