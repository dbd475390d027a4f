"""A pass of a job without a process around it."""

import datetime as dt
from typing import Any

from chassis.context import Context
from chassis.jobs import JobRun


class OnePass(JobRun):
    """A job run for tests: business time stands still, nothing asks to stop."""

    should_stop = False
    job = "test"
    cursor: Any = None

    def __init__(self, now: dt.datetime, service: str, cursor: Any = None) -> None:
        self.now = now
        self.ctx = Context.for_system(service)
        self.cursor = cursor
        #: What the pass said of the next one: an instant, None for nothing due, or seconds.
        self.next: dt.datetime | float | None = None

    def save_cursor(self, value: Any) -> None:
        """The next pass of a test starts from here if it is given it."""
        self.cursor = value

    def next_due(self, at: dt.datetime | None) -> None:
        """When something is due next."""
        self.next = at

    def again_within(self, seconds: float) -> None:
        """Something is to be looked at again, due or not."""
        self.next = seconds
