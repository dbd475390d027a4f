"""Merchant accounts and their API keys; only the SHA-256 of a key is kept."""

import hashlib
import sqlite3

from sandbox.web import ApiError


def register(db: sqlite3.Connection, merchant_id: str, api_key_sha256: str) -> bool:
    """Make the account or give it this key; True when it is new.

    ApiError 409 `api_key_in_use` when another merchant has the key.
    """
    known = db.execute("SELECT 1 FROM merchants WHERE merchant_id = ?", (merchant_id,)).fetchone()
    try:
        db.execute(
            "INSERT INTO merchants (merchant_id, api_key_sha256) VALUES (?, ?)"
            " ON CONFLICT (merchant_id) DO UPDATE SET api_key_sha256 = excluded.api_key_sha256",
            (merchant_id, api_key_sha256),
        )
    except sqlite3.IntegrityError as error:
        raise ApiError(409, "api_key_in_use", "another merchant has this key") from error
    return known is None


def authenticate(db: sqlite3.Connection, authorization: str | None) -> str:
    """The merchant of an `Authorization: Bearer <api key>` header; ApiError 401 otherwise."""
    scheme, _, api_key = (authorization or "").partition(" ")
    # The look-up is by hash: what an attacker could time is not the key.
    digest = hashlib.sha256(api_key.strip().encode()).hexdigest()
    row = db.execute(
        "SELECT merchant_id FROM merchants WHERE api_key_sha256 = ?", (digest,)
    ).fetchone()
    if scheme.lower() != "bearer" or row is None:
        raise ApiError(401, "unauthenticated", "give the merchant's key as a bearer token")
    return row[0]
