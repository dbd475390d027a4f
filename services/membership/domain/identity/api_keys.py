"""API keys: what a team's server shows instead of an access token (H-32, ADR 0072).

    ck_live_7FqZ…      ck_, whether it is of a system in production, 30 characters of secret (178
                       bits), 6 of checksum: a slip of the pen is known as one without asking, and
                       so are keys in a repository.

Stored is the SHA-256 of the whole, by which it is found: of 178 random bits nothing is guessed, and
no comparison of secrets has a timing. All times are real time.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence

from contracts.access import OPERATOR
from contracts.aggregates import Aggregate
from contracts.api_keys import MOST_KEYS
from contracts.states.membership import ApiKeyState

MOST_LIVE = MOST_KEYS
KEPT_AFTER = dt.timedelta(days=90)  # it is over
USE_NOTED_EVERY = dt.timedelta(hours=1)
HINT_LENGTH = len("ck_live_") + 3
SYSTEM_ROLES = (OPERATOR,)


class ApiKey(Aggregate):
    """`community_id` is `system` for one that an operator made for all."""

    community_id: str
    name: str
    hint: str
    digest: str
    roles: list[str]
    scopes: list[str]
    made_by: str
    expires_at: dt.datetime
    last_used_at: dt.datetime | None
    revoked_at: dt.datetime | None
    garbage_at: dt.datetime


def new_api_key(
    *,
    id: str,
    community_id: str,
    secret: str,
    name: str,
    roles: Sequence[str],
    scopes: Sequence[str],
    made_by: str,
    lasts: dt.timedelta,
    now: dt.datetime,
) -> ApiKey:
    expires_at = now + lasts
    return {
        "_id": id,
        "community_id": community_id,
        "name": name,
        "hint": secret[:HINT_LENGTH],
        "digest": hashlib.sha256(secret.encode()).hexdigest(),
        "roles": sorted(set(roles)),
        "scopes": sorted(set(scopes)),
        "made_by": made_by,
        "expires_at": expires_at,
        "last_used_at": None,
        "revoked_at": None,
        "garbage_at": expires_at + KEPT_AFTER,
    }


def revoke(key: ApiKey, now: dt.datetime) -> ApiKey:
    return {**key, "revoked_at": now, "garbage_at": now + KEPT_AFTER}


def state_of(key: ApiKey, now: dt.datetime) -> ApiKeyState:
    if key["revoked_at"] is not None:
        return "revoked"
    return "live" if now < key["expires_at"] else "expired"


def is_use_noted(key: ApiKey, now: dt.datetime) -> bool:
    """Whether a use within the hour is noted; so a request costs no write."""
    last = key["last_used_at"]
    return last is not None and now < last + USE_NOTED_EVERY
