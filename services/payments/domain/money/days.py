"""Days of a community's zone."""

import datetime as dt
from zoneinfo import ZoneInfo


def day_in(zone: str, instant: dt.datetime) -> dt.date:
    return instant.astimezone(ZoneInfo(zone)).date()


def beginning_of(day: dt.date, zone: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
