"""API keys: what is kept of one, and when it is over."""

import datetime as dt
import hashlib

from services.membership.domain.identity import api_keys as domain
from services.membership.domain.identity.api_keys import ApiKey
from services.membership.usecases.identity.api_keys import new_secret

NOW = dt.datetime(2026, 11, 28, 8, tzinfo=dt.UTC)
SECRET = new_secret(live=True)
LASTS = dt.timedelta(days=90)


def made() -> ApiKey:
    return domain.new_api_key(
        id="key_1",
        community_id="com_1",
        secret=SECRET,
        name="网站",
        roles=["treasurer", "host", "host"],
        scopes=["meetups:read"],
        made_by="per_1",
        lasts=LASTS,
        now=NOW,
    )


def test_the_key_itself_is_not_kept() -> None:
    """H-32: only its hash, and of its secret three characters to tell it by."""
    key = made()
    assert key["digest"] == hashlib.sha256(SECRET.encode()).hexdigest()
    assert key["hint"] == SECRET[:11]
    assert SECRET not in str(key)
    assert key["roles"] == ["host", "treasurer"]


def test_it_ends_by_itself_or_when_somebody_says_so() -> None:
    key = made()
    assert domain.state_of(key, NOW) == "live"
    assert domain.state_of(key, NOW + LASTS) == "expired"
    revoked = domain.revoke(key, NOW)
    assert domain.state_of(revoked, NOW) == "revoked"
    assert domain.state_of(revoked, NOW + LASTS) == "revoked"
    assert key["garbage_at"] == NOW + LASTS + domain.KEPT_AFTER
    assert revoked["garbage_at"] == NOW + domain.KEPT_AFTER


def test_a_use_is_noted_once_an_hour() -> None:
    key = made()
    assert not domain.is_use_noted(key, NOW)
    key = {**key, "last_used_at": NOW}
    assert domain.is_use_noted(key, NOW + dt.timedelta(minutes=59))
    assert not domain.is_use_noted(key, NOW + dt.timedelta(minutes=60))
