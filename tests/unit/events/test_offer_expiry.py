"""How long a seat is offered."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import DomainError
from contracts.errors.events import OFFER_CLOSED, SEAT_EXPIRED
from services.events.domain import offers
from services.events.domain.meetups import CUT_OFF

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(day: int, hour: int, minute: int = 0, zone: ZoneInfo = SHANGHAI) -> dt.datetime:
    return dt.datetime(2026, 12, day, hour, minute, tzinfo=zone).astimezone(dt.UTC)


def meetup(starts_at: dt.datetime, zone: str) -> Any:
    """All that an offer asks of one."""
    return {"starts_at": starts_at, "zone": zone}


@pytest.mark.parametrize(
    ("now", "start", "expires"),
    [
        # Days to go: twelve hours.
        (local(1, 8), local(10, 14), local(1, 20)),
        # Twelve hours end at 22:00: moved on to 08:00.
        (local(1, 10), local(10, 14), local(2, 8)),
        # Twelve hours end at 03:00: moved on to 08:00 of that day.
        (local(1, 15), local(10, 14), local(2, 8)),
        # Eight hours to go: a quarter is two hours.
        (local(5, 9), local(5, 17), local(5, 11)),
        # A quarter ends at night, and 08:00 is later than two hours before the start.
        (local(5, 1), local(5, 9), local(5, 7)),
        # Three hours to go: a quarter, before the cut-off.
        (local(5, 11), local(5, 14), local(5, 11, 45)),
    ],
)
def test_offer_expires_as_people_expect(
    now: dt.datetime, start: dt.datetime, expires: dt.datetime
) -> None:
    """product.md §4, worked through by hand."""
    assert offers.expiry(meetup(start, "Asia/Shanghai"), now) == expires


@given(
    st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31), timezones=st.just(dt.UTC)),
    st.floats(2.01, 24 * 60),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"]),
)
def test_offer_is_answered_by_day_and_before_the_cut_off(
    now: dt.datetime, hours: float, zone: str
) -> None:
    """Always after it was made, never after the cut-off, at night only for the cut-off's sake."""
    start = now + dt.timedelta(hours=hours)
    expires = offers.expiry(meetup(start, zone), now)
    assert now < expires <= start - CUT_OFF
    assert expires - now <= offers.LONGEST + dt.timedelta(hours=13)  # a night, with a changed clock
    at = expires.astimezone(ZoneInfo(zone)).time()
    assert offers.DAY_BEGINS <= at <= offers.DAY_ENDS or expires == start - CUT_OFF


def test_offer_is_answered_once_and_in_time() -> None:
    """An offer whose time has passed is not accepted, whether or not a job has noticed."""
    now = local(1, 8)
    live: Any = {"state": "live", "expires_at": now}
    assert (
        offers.accept(live, now - dt.timedelta(seconds=1), "Asia/Shanghai")["state"] == "accepted"
    )
    with pytest.raises(DomainError) as late:
        offers.accept(live, now, "Asia/Shanghai")
    assert late.value.error is SEAT_EXPIRED
    for answer in (offers.decline, offers.expire, offers.close):
        answered = answer(live)
        with pytest.raises(DomainError) as twice:
            offers.accept(answered, now, "Asia/Shanghai")
        assert twice.value.error is OFFER_CLOSED
        assert twice.value.params == {"current_state": answered["state"]}
