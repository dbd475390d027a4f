"""Items of a job's pass that have nothing to do with each other: one that fails stops no other.

Whatever an item raises is logged with its traceback, counted, and left to a later pass; otherwise
the same item would lead every pass, and nothing behind it would ever be done.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from prometheus_client import Counter

from chassis.job_state import LostLeadership
from chassis.jobs import JobRun
from chassis.mongo import Document
from contracts.errors import STALE_VERSION, DomainError

log = structlog.get_logger()

BATCH = 200

FAILED = Counter("coterie_job_items_failed", "Items that a pass of a job could not do", ["job"])

Act = Callable[[Document], Any]
Soonest = Callable[[], dt.datetime | None]


def each(
    run: JobRun, items: Iterable[Document], act: Act, *, postpone: Act | None = None
) -> set[str]:
    """Acts on one item after another until the pass has to stop; the ids of those that failed.

    An item that fails is put off by `postpone`, so that the next passes do not meet it again.
    """
    failed = set()
    for item in items:
        if run.should_stop:
            break
        problem = _try(run, item, act)
        if problem is None:
            continue
        failed.add(item["_id"])
        # Another process moved a stale one meanwhile: the next pass sees how it stands now.
        stale = isinstance(problem, DomainError) and problem.error is STALE_VERSION
        if postpone is not None and not stale:
            _try(run, item, postpone)
    return failed


def each_due(
    run: JobRun,
    load: Callable[[int], list[Document]],
    act: Act,
    *,
    soonest: Soonest | None = None,
    postpone: Act | None = None,
    batch: int = BATCH,
) -> None:
    """Acts once on everything due, batch by batch; `load(n)` gives the n that are due longest.

    `soonest()` gives the business time at which the next thing is due, by one small read: nothing
    else is done while that lies ahead, and the next pass is then. What failed and is due still is
    read again with each batch, and never crowds others out.
    """
    if soonest is not None:
        due = soonest()
        run.next_due(due)
        if due is None or due > run.now:
            return
    _each_due(run, load, act, postpone, batch)
    if soonest is not None and not run.should_stop:
        run.next_due(soonest())


def _each_due(
    run: JobRun,
    load: Callable[[int], list[Document]],
    act: Act,
    postpone: Act | None,
    batch: int,
) -> None:
    seen: set[str] = set()
    failed: set[str] = set()
    while not run.should_stop:
        fresh = [item for item in load(batch + len(failed)) if item["_id"] not in seen]
        if not fresh:
            return
        seen.update(item["_id"] for item in fresh)
        failed |= each(run, fresh, act, postpone=postpone)


def _try(run: JobRun, item: Document, act: Act) -> Exception | None:
    try:
        act(item)
    except LostLeadership:
        raise
    except Exception as problem:
        FAILED.labels(run.job).inc()
        # A refusal says all there is to know; anything else is a defect or an outage.
        if isinstance(problem, DomainError):
            log.warning("job_item_failed", job=run.job, item=item["_id"], problem=str(problem))
        else:
            log.exception("job_item_failed", job=run.job, item=item["_id"])
        return problem
    return None
