"""What a gateway remembers of API keys, for how long, and what it asks membership."""

import datetime as dt
import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import pytest

from chassis.context import ANONYMOUS, Actor, Context, HeldKey, new_traceparent
from contracts.api_keys import with_checksum
from contracts.errors import SERVICE_UNAVAILABLE, DomainError, ErrorCode
from contracts.errors.gateway import (
    API_KEY_EXPIRED,
    API_KEY_MALFORMED,
    API_KEY_REVOKED,
    API_KEY_UNKNOWN,
    RATE_LIMITED,
)
from contracts.membership import RESOLVE_API_KEY
from contracts.records import Rpc
from gateway import api_keys
from gateway.api_keys import (
    FRESH,
    FRESH_UNHEARD,
    LONGEST_OUTAGE,
    UNKNOWN_FOR,
    ApiKeys,
    key_shown,
)

ULID = "01JD6Q3F0M8V6Z4X2K9T7R5WYB"
SECRET = with_checksum("ck_test_" + "7" * 30)
CTX = Context(ANONYMOUS, "en", "req_12345678", new_traceparent())


class Membership:
    """Knows one key."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.revoked_at: str | None = None
        self.away = self.forgotten = False
        self.broken = False
        self.waits: threading.Event | None = None

    def call_marked(
        self, record: Rpc, request: dict[str, Any], ctx: Context
    ) -> tuple[dict[str, Any], bool]:
        self.asked.append(request["digest"])
        if self.waits is not None:
            assert self.waits.wait(5)
        if self.broken:
            raise KeyError("roles")
        if self.away:
            raise DomainError(SERVICE_UNAVAILABLE)
        if self.forgotten or request["digest"] != hashlib.sha256(SECRET.encode()).hexdigest():
            raise DomainError(API_KEY_UNKNOWN)
        told = {"id": f"key_{ULID}", "community_id": f"com_{ULID}", "roles": ["host"]}
        over = {"expires_at": "2026-12-01T00:00:00.000Z", "revoked_at": self.revoked_at}
        return {**told, **over, "scopes": ["meetups:read"]}, False


class Live:
    heard_since: float | None = 0.0


class Clock:
    now = 1000.0
    today = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)


@pytest.fixture
def membership() -> Membership:
    return Membership()


@pytest.fixture
def live() -> Live:
    return Live()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(membership: Membership, live: Live, clock: Clock) -> ApiKeys:
    return ApiKeys(membership, live, now=lambda: clock.now, today=lambda: clock.today)


def resolve(keys: ApiKeys, secret: str = SECRET) -> Actor:
    return keys.resolve(secret, CTX, lambda: None)


def refused(keys: ApiKeys, secret: str = SECRET) -> ErrorCode:
    with pytest.raises(DomainError) as refusal:
        resolve(keys, secret)
    return refusal.value.error


def other(number: int) -> str:
    return with_checksum(f"ck_test_{number:030}")


def test_a_key_is_a_program_with_roles_in_its_community(keys: ApiKeys) -> None:
    held = HeldKey(f"key_{ULID}", f"com_{ULID}", ("host",))
    assert resolve(keys) == Actor("key", scopes=("meetups:read",), key=held)
    assert resolve(keys).id == f"key_{ULID}"


def test_it_is_asked_about_once_a_minute(
    keys: ApiKeys, membership: Membership, clock: Clock
) -> None:
    """Bench: a request with a key that is remembered costs no call; membership sees a digest."""
    for _ in range(100):
        resolve(keys)
    assert len(membership.asked) == 1
    assert SECRET not in membership.asked[0]
    clock.now += FRESH
    resolve(keys)
    assert len(membership.asked) == 2


@contextmanager
def asking(
    keys: ApiKeys, membership: Membership, count: Callable[[], None] = lambda: None
) -> Iterator[list[Future[Actor]]]:
    """Fifty requests with the same key while membership has not answered the first; it answers at
    the end, and then all have been answered."""
    membership.waits = threading.Event()
    with ThreadPoolExecutor(50) as pool:
        try:
            crowd = [pool.submit(keys.resolve, SECRET, CTX, count) for _ in range(50)]
            wait(crowd, timeout=0.3)
            yield crowd
        finally:
            membership.waits.set()
            _, late = wait(crowd, timeout=4)
            assert not late, "they wait for ever"
            membership.waits = None


def test_requests_at_once_ask_once(keys: ApiKeys, membership: Membership) -> None:
    counted: list[int] = []
    with asking(keys, membership, lambda: counted.append(1)) as crowd:
        assert not any(one.done() for one in crowd)
    assert {one.result().id for one in crowd} == {f"key_{ULID}"}
    assert len(membership.asked) == len(counted) == 1


def test_when_asking_goes_wrong_nobody_waits_for_ever(
    keys: ApiKeys, membership: Membership
) -> None:
    """Whatever it was; the next one asks again."""
    membership.broken = True
    with asking(keys, membership) as crowd:
        pass
    assert {type(one.exception()) for one in crowd} == {KeyError}
    membership.broken = False
    assert resolve(keys).id == f"key_{ULID}"


def test_a_known_key_is_asked_about_anew_by_one(
    keys: ApiKeys, membership: Membership, clock: Clock
) -> None:
    """The others go on with what is known, as long as a call may take."""
    resolve(keys)
    clock.now += FRESH
    with asking(keys, membership) as crowd:
        assert sum(one.done() for one in crowd) == 49
    assert {one.result().id for one in crowd} == {f"key_{ULID}"}
    assert len(membership.asked) == 2


def test_nobody_goes_on_for_longer_than_a_call_may_take(
    keys: ApiKeys, membership: Membership, live: Live, clock: Clock
) -> None:
    """H-32: what was revoked unheard is over within five seconds, also for who comes with others;
    a key that rested meanwhile is known by an old answer."""
    resolve(keys)
    live.heard_since = None
    membership.revoked_at = "2026-11-28T00:00:00.000Z"
    clock.now += FRESH_UNHEARD + RESOLVE_API_KEY.deadline
    assert FRESH_UNHEARD + RESOLVE_API_KEY.deadline <= 5
    with asking(keys, membership) as crowd:
        assert not any(one.done() for one in crowd)
    assert all(isinstance(one.exception(), DomainError) for one in crowd)
    assert len(membership.asked) == 2


def test_what_is_no_key_is_known_without_asking(keys: ApiKeys, membership: Membership) -> None:
    assert refused(keys, SECRET[:-1]) is API_KEY_MALFORMED
    assert membership.asked == []


def test_unknown_keys_are_remembered_for_a_moment(
    membership: Membership, live: Live, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And so many of them; they never push out a key that is good."""
    monkeypatch.setattr(api_keys, "MOST", 20)
    keys = ApiKeys(membership, live, now=lambda: clock.now, today=lambda: clock.today)
    resolve(keys)
    for number in range(30):
        assert refused(keys, other(number)) is API_KEY_UNKNOWN
    assert refused(keys, other(29)) is API_KEY_UNKNOWN
    assert len(membership.asked) == 31
    resolve(keys)
    assert len(membership.asked) == 31
    assert refused(keys, other(0)) is API_KEY_UNKNOWN  # forgotten meanwhile
    assert len(membership.asked) == 32
    clock.now += UNKNOWN_FOR
    assert refused(keys, other(29)) is API_KEY_UNKNOWN
    assert len(membership.asked) == 33


def test_who_asks_too_often_has_nothing_asked(keys: ApiKeys, membership: Membership) -> None:
    def count() -> None:
        raise DomainError(RATE_LIMITED)

    with pytest.raises(DomainError) as refusal:
        keys.resolve(SECRET, CTX, count)
    assert refusal.value.error is RATE_LIMITED
    assert membership.asked == []
    assert resolve(keys).id == f"key_{ULID}"


def test_a_revoked_key_ends_as_it_is_heard(keys: ApiKeys, membership: Membership) -> None:
    """H-32; also for an answer in pieces that goes on."""
    actor = resolve(keys)
    keys.require_going_on(actor)
    keys.heard({"api_key_id": f"key_{ULID}", "community_id": f"com_{ULID}"})
    assert refused(keys) is API_KEY_REVOKED
    with pytest.raises(DomainError):
        keys.require_going_on(actor)
    assert len(membership.asked) == 1


def test_a_revocation_wins_over_an_answer_that_was_on_its_way(
    keys: ApiKeys, membership: Membership
) -> None:
    with asking(keys, membership) as crowd:
        keys.heard({"api_key_id": f"key_{ULID}", "community_id": f"com_{ULID}"})
    for one in crowd:
        refusal = one.exception()
        assert isinstance(refusal, DomainError)
        assert refusal.error is API_KEY_REVOKED


@pytest.mark.parametrize("since", [None, "later"])
def test_what_was_not_heard_is_asked_within_five_seconds(
    keys: ApiKeys, membership: Membership, live: Live, clock: Clock, since: str | None
) -> None:
    """While nothing is heard, and when it is heard again: what came between is unknown."""
    resolve(keys)
    live.heard_since = None if since is None else clock.now + 1
    membership.revoked_at = "2026-11-28T00:00:00.000Z"
    clock.now += FRESH_UNHEARD
    assert refused(keys) is API_KEY_REVOKED


def test_a_key_expires_by_its_own_date(keys: ApiKeys, clock: Clock) -> None:
    resolve(keys)
    clock.today += dt.timedelta(days=30)
    assert refused(keys) is API_KEY_EXPIRED


def test_while_membership_is_away_known_keys_go_on_for_a_while(
    keys: ApiKeys, membership: Membership, clock: Clock
) -> None:
    """Others cannot be judged; and one that is asked in vain is not asked for each request."""
    resolve(keys)
    membership.away = True
    assert refused(keys, other(1)) is SERVICE_UNAVAILABLE
    clock.now += FRESH
    for _ in range(10):
        resolve(keys)
    assert len(membership.asked) == 3
    clock.now += LONGEST_OUTAGE
    assert refused(keys) is SERVICE_UNAVAILABLE
    membership.away = False
    assert resolve(keys).id == f"key_{ULID}"


def test_a_key_that_membership_forgot_is_no_more(
    keys: ApiKeys, membership: Membership, clock: Clock
) -> None:
    resolve(keys)
    membership.forgotten = True
    clock.now += FRESH
    assert refused(keys) is API_KEY_UNKNOWN


@pytest.mark.parametrize(
    ("header", "key"),
    [
        (None, None),
        ("", None),
        (f"Bearer {SECRET}", SECRET),
        (f"bearer {SECRET}", SECRET),
        (f"Link {SECRET}", None),
        ("Bearer eyJhbGciOiJFUzI1NiJ9.e30.c2ln", None),
        ("Bearer ck_", "ck_"),
    ],
)
def test_keys_are_told_from_tokens(header: str | None, key: str | None) -> None:
    assert key_shown(header) == key
