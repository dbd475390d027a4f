"""Business time of a campaign: it jumps, begins at odd moments, and differs between processes."""

import datetime as dt
import itertools
import os
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from deploy.local import clock
from deploy.local.system import System

#: Far enough before the moment that the run's load meets it by the jumps of an hour.
BEFORE = dt.timedelta(minutes=20)
DST_ZONE, ZONE = "Europe/Berlin", "Asia/Shanghai"


class Clocks:
    """A file for each process: the system's own, until the process is said to be ahead of it."""

    def __init__(self, system: System, processes: Iterable[str]) -> None:
        self._system = system
        self._files = {name: system.root / "clocks" / name for name in processes}
        for file in self._files.values():
            file.parent.mkdir(exist_ok=True)
            self._follow(file)

    def settings(self, process: str) -> dict[str, str]:
        return {"COTERIE_CLOCK_FILE": str(self._files[process])}

    def put_ahead(self, process: str, by: dt.timedelta) -> None:
        """One process alone; it never goes back, so the others have to follow (`catch_up`)."""
        file = self._files[process]
        ahead = clock.offset(self._system.clock_file) + by
        draft = file.with_name(file.name + ".new")
        draft.write_text(f"{int(ahead.total_seconds())}\n")
        os.replace(draft, file)

    def catch_up(self, process: str, by: dt.timedelta) -> None:
        """The others come to where this process is."""
        now = clock.now(self._system.clock_file)
        self._system.move_clock(now + by)
        self._follow(self._files[process])

    def _follow(self, file: Path) -> None:
        draft = file.with_name(file.name + ".new")
        draft.symlink_to(self._system.clock_file)
        os.replace(draft, file)


def beginnings(today: dt.datetime) -> dict[str, tuple[str, dt.datetime]]:
    """By name: the community's zone and when its business time begins."""
    days = (today + dt.timedelta(days=n) for n in itertools.count(1))
    leap = next(day for day in days if (day.month, day.day) == (2, 29))
    midnight = dt.datetime(leap.year, 2, 29, tzinfo=ZoneInfo(ZONE))
    return {
        "today": (ZONE, today),
        "shortly before a leap day": (ZONE, midnight - BEFORE),
        "shortly before a change to or from DST": (DST_ZONE, _change(DST_ZONE, today) - BEFORE),
    }


def _change(zone: str, after: dt.datetime) -> dt.datetime:
    hour = after.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
    while True:
        later = hour + dt.timedelta(hours=1)
        at, then = (one.astimezone(ZoneInfo(zone)).utcoffset() for one in (hour, later))
        if at != then:
            return later
        hour = later
