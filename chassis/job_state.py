"""What jobs leave behind: where a long pass stands, and when each job last passed."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.collections import Collection
from chassis.mongo import Document
from chassis.validators import ANYTHING, INSTANT, WHOLE, document, optional

JOB_STATE = Collection(
    "job_state",
    kept="for ever: where jobs stand",
    validator=document(token=WHOLE, last_pass_at=optional(INSTANT), cursor=optional(ANYTHING)),
)


class LostLeadership(Exception):
    """Another process leads the jobs now; this pass stops and leaves the rest to it."""


class JobState:
    """The rows of `job_state`; a write with the token of a former leader is refused."""

    def __init__(self, database: Database[Document]) -> None:
        self._rows = database["job_state"]

    def cursor(self, job: str) -> Any:
        """Where the last pass stopped; None = at the start."""
        row = self._rows.find_one({"_id": job})
        return row.get("cursor") if row else None

    def save_cursor(self, job: str, token: int, cursor: Any) -> None:
        """Raises LostLeadership when a later leader wrote before."""
        self._write(job, token, {"cursor": cursor})

    def record_pass(self, job: str, token: int, at: dt.datetime) -> None:
        """Notes that everything due at business time `at` was handled; raises LostLeadership."""
        self._write(job, token, {"last_pass_at": at})

    def last_passes(self, jobs: Iterable[str]) -> dict[str, dt.datetime | None]:
        """Business time of the last complete pass of each job; None = not yet."""
        wanted = list(jobs)
        rows = self._rows.find({"_id": {"$in": wanted}})
        passes = {row["_id"]: row.get("last_pass_at") for row in rows}
        return {job: passes.get(job) for job in wanted}

    def _write(self, job: str, token: int, values: Document) -> None:
        try:
            self._rows.update_one(
                {"_id": job, "token": {"$lte": token}},
                {"$set": {**values, "token": token}},
                upsert=True,
            )
        except DuplicateKeyError:
            raise LostLeadership(job) from None
