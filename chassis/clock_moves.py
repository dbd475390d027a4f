"""Moving the business clock of a development system (architecture.md §4a): one file with an offset
in seconds.

It only moves forward. Moving it is done when every job has made a pass at the new time.
"""

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

PASS_SECONDS = 180.0
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


LAST_YEAR = 2199  # instants end there (D-11)


class ClockError(Exception):
    """The clock cannot be moved as asked, or the jobs did not follow it in time."""


class JobsBehind(ClockError):
    """These jobs made no pass at the new time within so many seconds."""

    def __init__(self, behind: list[str], seconds: float) -> None:
        super().__init__(f"not at the new time after {seconds:g} s: {', '.join(behind)}")
        self.behind = behind


def parse_duration(text: str) -> timedelta:
    """`3d`, `36h`, `1w2d`, `90s`: a positive span. Raises ClockError."""
    if text.startswith("-"):
        raise ClockError("the clock only moves forward; give a span above zero")
    parts = re.findall(r"(\d+)([smhdw])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ClockError(f"{text!r} is not a span; write it like 90s, 15m, 36h, 3d or 1w2d")
    span = sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())
    if span <= timedelta():
        raise ClockError("the clock only moves forward; give a span above zero")
    return span


def parse_moment(text: str) -> datetime:
    """ISO 8601 such as `2026-12-01T09:00` or `2026-12-01T09:00+08:00`; UTC when it has no offset.

    Raises ClockError.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ClockError(f"{text!r} is not a moment; write it like 2026-12-01T09:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def offset(file: Path) -> timedelta:
    """Business time minus system time; zero without a file."""
    try:
        return timedelta(seconds=int(file.read_text()))
    except FileNotFoundError:
        return timedelta()


def now(file: Path) -> datetime:
    """Business time, aware, in UTC."""
    return datetime.now(UTC) + offset(file)


def move_to(file: Path, moment: datetime) -> datetime:
    """Set the clock forward to `moment`; returns the business time it shows afterwards.

    Raises ClockError when that lies behind, or beyond all instants.
    """
    if moment.year > LAST_YEAR:
        raise ClockError(f"instants end with the year {LAST_YEAR}")
    shown = now(file)
    if moment <= shown:
        raise ClockError(
            f"the clock only moves forward; it shows {shown:%Y-%m-%dT%H:%M:%SZ}, which is after "
            f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        )
    ahead = moment - datetime.now(UTC)
    seconds = -(-ahead // timedelta(seconds=1))  # whole seconds, rounded up
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(file.name + ".new")
    draft.write_text(f"{seconds}\n")
    os.replace(draft, file)
    return now(file)


def wait_for_jobs(
    health_urls: Mapping[str, str],
    moment: datetime,
    seconds: float = PASS_SECONDS,
    tell: Callable[[str], None] = lambda _: None,
) -> int:
    """Wait until every job of every process has made a pass at `moment` or later.

    `health_urls`: base address by process name. Returns the number of jobs. Raises JobsBehind
    naming those that did not follow within `seconds`.
    """
    end = time.monotonic() + seconds
    told: set[str] = set()
    while True:
        jobs = {name: _jobs(url) for name, url in health_urls.items()}
        behind = list(_behind(jobs, moment))
        for name in jobs.keys() - {entry.partition(" ")[0] for entry in behind} - told:
            told.add(name)
            tell(f"{name}: {len(jobs[name] or ())} jobs have passed")
        if not behind:
            return sum(len(known or ()) for known in jobs.values())
        if time.monotonic() > end:
            raise JobsBehind(behind, seconds)
        time.sleep(0.2)


def _jobs(url: str) -> dict[str, Any] | None:
    try:
        answer = requests.get(f"{url}/health/jobs", timeout=5)
        answer.raise_for_status()
        return dict(answer.json()["jobs"])
    except (requests.RequestException, ValueError, KeyError, TypeError):
        return None


def _behind(jobs: Mapping[str, dict[str, Any] | None], moment: datetime) -> Iterable[str]:
    for process, known in jobs.items():
        if known is None:
            yield f"{process} (does not answer)"
            continue
        for name, facts in known.items():
            passed = facts.get("last_pass_at")
            if passed is None or datetime.fromisoformat(passed) < moment:
                yield f"{process} {name} (last pass {passed or 'never'})"
