"""Business time: system time plus an offset that one small file holds (architecture.md §4a)."""

import logging
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

REREAD_SECONDS = 0.1

log = logging.getLogger(__name__)


class BusinessClock:
    """Tells business time in whole milliseconds since the epoch.

    The file holds a decimal integer, the offset in seconds; no file means no offset. It is read
    again at most every 100 ms, so a change is seen within 200 ms. Safe for threads.
    """

    def __init__(self, offset_file: Path | None) -> None:
        self._file = offset_file
        self._lock = threading.Lock()
        self._offset_ms = 0
        self._read_at = float("-inf")

    def now_ms(self) -> int:
        """Business time now."""
        return time.time_ns() // 1_000_000 + self._current_offset_ms()

    def _current_offset_ms(self) -> int:
        if self._file is None:
            return 0
        with self._lock:
            if time.monotonic() - self._read_at >= REREAD_SECONDS:
                self._offset_ms = self._read_offset_ms(self._file)
                self._read_at = time.monotonic()
            return self._offset_ms

    def _read_offset_ms(self, file: Path) -> int:
        try:
            return int(file.read_text("ascii")) * 1000
        except FileNotFoundError:
            return 0
        except (OSError, ValueError) as error:
            # The writer renames a whole file into place; anything else is a mistake to report,
            # and jumping back to an offset of 0 would make it worse.
            log.warning("clock file %s is not readable as an integer: %s", file, error)
            return self._offset_ms


def rfc3339(ms: int) -> str:
    """RFC 3339 in UTC with milliseconds, e.g. 2026-11-21T08:00:00.000Z."""
    moment = datetime.fromtimestamp(ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"
