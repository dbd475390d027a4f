"""RSA keys of the provider and the signature on callbacks (modelled on P-21)."""

import base64
import secrets
import sqlite3
import time
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KEY_BITS = 2048
LIVE_KEYS = 2
OLD_TIMESTAMP_SECONDS = 600


def ensure_key(db: sqlite3.Connection) -> None:
    """Make the first key pair of a new data folder."""
    if db.execute("SELECT 1 FROM signing_keys LIMIT 1").fetchone() is None:
        rotate_key(db)


def rotate_key(db: sqlite3.Connection) -> str:
    """Sign with a new key from now on; the one before stays published, older ones go.

    Returns the new serial.
    """
    serial = secrets.token_hex(8).upper()
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    pem = private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")
    db.execute("INSERT INTO signing_keys (serial, private_key_pem) VALUES (?, ?)", (serial, pem))
    db.execute(
        "DELETE FROM signing_keys WHERE position NOT IN"
        " (SELECT position FROM signing_keys ORDER BY position DESC LIMIT ?)",
        (LIVE_KEYS,),
    )
    return serial


def certificates(db: sqlite3.Connection) -> list[dict[str, str]]:
    """The live public keys, the signing one first: {serial, public_key_pem}."""
    rows = db.execute("SELECT serial, private_key_pem FROM signing_keys ORDER BY position DESC")
    return [{"serial": row[0], "public_key_pem": _public_pem(row[1])} for row in rows]


def signing_key(db: sqlite3.Connection) -> tuple[str, str]:
    """Serial and private key (PEM) to sign with now."""
    row = db.execute(
        "SELECT serial, private_key_pem FROM signing_keys ORDER BY position DESC LIMIT 1"
    ).fetchone()
    return row[0], row[1]


def signed_headers(serial: str, private_key_pem: str, body: bytes, variant: str) -> dict[str, str]:
    """Headers of one attempt, signed afresh in real time over "timestamp\\nnonce\\nbody\\n".

    A variant spoils one thing and leaves the rest right: `forged` flips one bit of the
    signature, `unknown_serial` names a serial that was never published, `old_timestamp` is
    ten minutes old and properly signed.
    """
    timestamp = int(time.time())
    if variant == "old_timestamp":
        timestamp -= OLD_TIMESTAMP_SECONDS
    if variant == "unknown_serial":
        serial = secrets.token_hex(8).upper()
    nonce = secrets.token_hex(16)
    message = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
    signature = _load(private_key_pem).sign(message, padding.PKCS1v15(), hashes.SHA256())
    if variant == "forged":
        signature = signature[:-1] + bytes([signature[-1] ^ 1])
    return {
        "Sandbox-Serial": serial,
        "Sandbox-Timestamp": str(timestamp),
        "Sandbox-Nonce": nonce,
        "Sandbox-Signature": base64.b64encode(signature).decode("ascii"),
    }


# Parsing and checking a private key takes far longer than signing with it.
@lru_cache(maxsize=2 * LIVE_KEYS)
def _load(private_key_pem: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(private_key_pem.encode("ascii"), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


@lru_cache(maxsize=2 * LIVE_KEYS)
def _public_pem(private_key_pem: str) -> str:
    return (
        _load(private_key_pem)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode("ascii")
    )
