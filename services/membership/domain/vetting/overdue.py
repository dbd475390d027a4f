"""When those who review are reminded of decisions that are overdue."""

import datetime as dt
from zoneinfo import ZoneInfo

REMINDED_FROM_HOUR = 9  # in the community's zone


def reminder_day(now: dt.datetime, zone: str, reminded_on: str | None) -> str | None:
    """The day of the community for which a reminder is due now; None: none is, it is too early or
    this day's is out."""
    local = now.astimezone(ZoneInfo(zone))
    today = local.date().isoformat()
    if local.hour < REMINDED_FROM_HOUR or (reminded_on is not None and reminded_on >= today):
        return None
    return today
