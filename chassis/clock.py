"""Business time: system time plus an offset that tests and demos move on (architecture.md §4a).

Business time rules terms, quotes, holds, pay-by dates, reminders and schedules. Leases, deadlines,
broker delays, TTL garbage, rate limits, tokens and signature ages use real time.
"""

import datetime as dt
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

log = structlog.get_logger()

REREAD_SECONDS = 0.15


def real_now() -> dt.datetime:
    """The system's time, aware UTC, truncated to what BSON stores (milliseconds)."""
    return _to_milliseconds(dt.datetime.now(dt.UTC))


class Clock:
    """Business time that equals real time: the clock of production."""

    def now(self) -> dt.datetime:
        """Business time, aware UTC, in whole milliseconds."""
        return real_now()

    def today(self, zone: str) -> dt.date:
        """The calendar date in an IANA time zone such as Asia/Shanghai."""
        return self.now().astimezone(ZoneInfo(zone)).date()


class FileClock(Clock):
    """Real time plus the offset in a file: decimal integer seconds, absent = 0.

    The file is read again within 200 ms of a change. The offset never goes back while the process
    lives: a smaller or unreadable one is reported and ignored.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._offset = 0
        self._reread_at = 0.0
        self._reported: str | None = None

    def now(self) -> dt.datetime:
        return real_now() + dt.timedelta(seconds=self._current_offset())

    def _current_offset(self) -> int:
        if time.monotonic() >= self._reread_at:
            self._reread_at = time.monotonic() + REREAD_SECONDS
            try:
                text = self._path.read_text(encoding="ascii").strip()
            except FileNotFoundError:
                return self._offset
            except (OSError, ValueError) as problem:
                text = str(problem)
            if text.isdecimal() and int(text) >= self._offset:
                self._offset = int(text)
            elif text != self._reported:
                self._reported = text
                log.warning("clock_offset_ignored", found=text[:100], kept=self._offset)
        return self._offset


class FixedClock(Clock):
    """Stands still until it is moved: for tests and for replaying a moment."""

    def __init__(self, start: dt.datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware instant")
        self._now = _to_milliseconds(start.astimezone(dt.UTC))

    def now(self) -> dt.datetime:
        return self._now

    def advance(self, step: dt.timedelta) -> None:
        """Moves forward; raises ValueError for a step back."""
        if step < dt.timedelta():
            raise ValueError("business time only moves forward")
        self._now = _to_milliseconds(self._now + step)


def open_clock(clock_file: str) -> Clock:
    """The clock that the settings name: real time when `clock_file` is empty."""
    return FileClock(clock_file) if clock_file else Clock()


def _to_milliseconds(instant: dt.datetime) -> dt.datetime:
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
