"""Passes over what is due: one item's failure is logged and tried later, the others go on."""

from collections.abc import Callable

import structlog
from pymongo.errors import ConnectionFailure

from chassis.jobs import JobRun
from chassis.mongo import Document
from contracts.errors import STALE_VERSION, DomainError

log = structlog.get_logger()

BATCH = 200


def each_due(
    run: JobRun,
    load: Callable[[int], list[Document]],
    act: Callable[[Document], None],
    *,
    postpone: Callable[[Document], None] | None = None,
) -> None:
    """Acts on everything due, batch by batch, until a batch is not full or brings nothing new.

    An item that fails, however, is put off by `postpone`, so that it does not stand in the way of
    others. Raises only when the database cannot be reached, which would fail every item.
    """
    seen: set[str] = set()
    while not run.should_stop:
        batch = load(BATCH)
        fresh = [item for item in batch if item["_id"] not in seen]
        for item in fresh:
            if run.should_stop:
                return
            seen.add(item["_id"])
            try:
                act(item)
            except DomainError as problem:
                log.warning("job_item_failed", job=run.job, item=item["_id"], problem=str(problem))
                # Another process moved it meanwhile: the next pass sees how it stands now.
                if postpone is not None and problem.error is not STALE_VERSION:
                    postpone(item)
            except ConnectionFailure:
                raise
            except Exception:
                log.exception("job_item_failed", job=run.job, item=item["_id"])
                if postpone is not None:
                    postpone(item)
        if not fresh or len(batch) < BATCH:
            return
