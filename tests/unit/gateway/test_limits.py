"""Buckets: never more than burst and rate allow, true waiting times, bounded memory."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits import Limit, Limits, OperationClass
from gateway.routes import ROUTES
from gateway.routing import RAW, Route
from gateway.settings import GatewaySettings, limits_of

READ, SIGN_IN = OperationClass.READ, OperationClass.SIGN_IN
PAUSES = st.floats(0, 90, allow_nan=False)
LIMITS = st.builds(Limit, st.integers(1, 6000), st.integers(1, 100))


class Time:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def limits_at(time: Callable[[], float], limit: Limit, **more: int) -> Limits:
    return Limits(dict.fromkeys(OperationClass, limit), now=time, **more)


@given(LIMITS, st.lists(st.tuples(PAUSES, st.integers(1, 30)), min_size=1, max_size=40))
def test_nobody_gets_more_than_burst_and_rate(limit: Limit, asked: list[tuple[float, int]]) -> None:
    """O-4: within any stretch of time, and not less than the rate for who asks all the time."""
    time = Time()
    limits = limits_at(time, limit)
    allowed: list[float] = []
    for pause, times in asked:
        time.now += pause
        for _ in range(times):
            if limits.take(READ, "somebody").allowed:
                allowed.append(time.now)
    for first, began in enumerate(allowed):
        for last in range(first, len(allowed)):
            most = limit.burst + (allowed[last] - began) * limit.per_minute / 60
            assert last - first + 1 <= most + 1e-3


@given(LIMITS, st.lists(PAUSES, max_size=30))
def test_waiting_as_told_is_enough_and_not_too_long(limit: Limit, pauses: list[float]) -> None:
    """H-22: after Retry-After the request goes through; a second less would not have done."""
    time = Time()
    limits = limits_at(time, limit)
    for pause in [*pauses, 0.0]:
        time.now += pause
        while (taken := limits.take(READ, "somebody")).allowed:
            pass
        assert taken.remaining == 0
        if taken.seconds > 1:
            time.now += taken.seconds - 1.001
            assert not limits.take(READ, "somebody").allowed
            time.now += 1.001
        else:
            time.now += taken.seconds
        assert limits.take(READ, "somebody").allowed


def test_what_is_left_is_told() -> None:
    """H-22: as structured fields; `t` is when there is one more, as Retry-After has it."""
    time = Time()
    limits = limits_at(time, Limit(per_minute=30, burst=3))
    told = [limits.headers(READ, limits.take(READ, "somebody")) for _ in range(4)]
    assert {dict(headers)["RateLimit-Policy"] for headers in told} == {'"read";q=3;w=6'}
    assert [dict(headers)["RateLimit"] for headers in told] == [
        '"read";r=2;t=2',
        '"read";r=1;t=2',
        '"read";r=0;t=2',
        '"read";r=0;t=2',
    ]


def test_callers_and_classes_have_buckets_of_their_own() -> None:
    limits = limits_at(Time(), Limit(per_minute=1, burst=1))
    assert limits.take(READ, "one").allowed
    assert not limits.take(READ, "one").allowed
    assert limits.take(READ, "two").allowed
    assert limits.take(SIGN_IN, "one").allowed


def test_invented_addresses_take_bounded_memory() -> None:
    """O-4: who was seen last is remembered; who floods stays limited, and so do other classes."""
    time = Time()
    limits = limits_at(time, Limit(per_minute=1, burst=1), most_callers=100)
    limits.take(SIGN_IN, "flooder")
    for number in range(10_000):
        limits.take(READ, f"invented {number}")
        time.now += 1e-6
        if number % 50 == 0:
            limits.take(READ, "flooder")
    assert len(limits) == 101
    assert not limits.take(READ, "flooder").allowed
    assert not limits.take(SIGN_IN, "flooder").allowed


def test_what_is_full_again_is_forgotten() -> None:
    """After a flood only those are remembered who came since."""
    time = Time()
    limits = limits_at(time, Limit(per_minute=60, burst=5), most_callers=1000)
    for number in range(1000):
        limits.take(READ, f"invented {number}")
    assert len(limits) == 1000
    time.now += 60
    for number in range(600):
        limits.take(READ, f"person {number % 10}")
    assert len(limits) == 10


def test_a_debt_is_one_bucket_at_most() -> None:
    """Whatever others tell, waiting for two full buckets is enough."""
    time = Time()
    limits = limits_at(time, Limit(per_minute=60, burst=10))
    limits.add(READ, "somebody", 1_000_000)
    refused = limits.take(READ, "somebody")
    assert (refused.allowed, refused.remaining, refused.seconds) == (False, 0, 11)
    time.now += 11
    assert limits.take(READ, "somebody").allowed


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation_id)
def test_every_operation_counts_in_a_class(route: Route) -> None:
    """O-4: with numbers in the settings; callbacks have their share of the room instead."""
    limits = limits_of(GatewaySettings)
    assert (route.limited_as in limits) != (route.body == RAW)


def test_where_secrets_can_be_guessed_the_limits_are_the_narrow_ones() -> None:
    """O-2: codes of sign-in, of changes of addresses and of coupons; what costs money (O-4)."""
    narrow = {
        route.operation_id: route.limited_as
        for route in ROUTES
        if route.limited_as
        not in (None, OperationClass.READ, OperationClass.WRITE, OperationClass.UPLOAD)
    }
    assert narrow == {
        "start_sign_in": OperationClass.SIGN_IN,
        "finish_sign_in": OperationClass.SIGN_IN,
        "get_link": OperationClass.SIGN_IN,
        "start_phone_sign_in": OperationClass.SMS,
        "start_at_way": OperationClass.SIGN_IN,
        "finish_at_way": OperationClass.SIGN_IN,
        "link_by_code": OperationClass.GUESSABLE,
        "finish_linking": OperationClass.GUESSABLE,
        "confirm_email_change": OperationClass.GUESSABLE,
        "create_quote": OperationClass.GUESSABLE,
        "order_purchase": OperationClass.GUESSABLE,
    }
    takes_codes = {
        route.operation_id
        for route in ROUTES
        if "coupon_codes" in route.rpc.request._declared_fields
    }
    assert takes_codes <= narrow.keys()
