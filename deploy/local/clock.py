"""The business clock of a local system, as `make clock` and those around a system move it."""

from chassis.clock_moves import (
    ClockError,
    move_to,
    now,
    offset,
    parse_duration,
    parse_moment,
    wait_for_jobs,
)

__all__ = [
    "ClockError",
    "move_to",
    "now",
    "offset",
    "parse_duration",
    "parse_moment",
    "wait_for_jobs",
]
