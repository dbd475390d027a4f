"""Items of a job's pass that have nothing to do with each other: one that fails stops no other.

Whatever an item raises is logged with its traceback, counted, and left to a later pass; otherwise
the same item would lead every pass, and nothing behind it would ever be done.

Items that ask a partner are grouped by whom they ask (`Partners`): some partners at once, each one
item after the other, and who is silent three times in a row is left alone for a while, with all
that waits for it.
"""

import datetime as dt
from collections import Counter as Counts
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import eventlet
import structlog
from prometheus_client import Counter

from chassis.job_state import LostLeadership
from chassis.jobs import JobRun
from contracts.errors import STALE_VERSION, DomainError

log = structlog.get_logger()

BATCH = 200

FAILED = Counter("coterie_job_items_failed", "Items that a pass of a job could not do", ["job"])

D = TypeVar("D", bound=Mapping[str, Any])  # the item: a document
Soonest = Callable[[], dt.datetime | None]

SILENT = object()  # what acting on an item returns when its partner did not answer
SILENT_IN_A_ROW = 3
PARTNERS_AT_ONCE = 8


@dataclass(frozen=True)
class Partners(Generic[D]):
    """Whom items ask, and `put_off`: several items of one partner are due later, by one update."""

    partner_of: Callable[[D], str]
    put_off: Callable[[Sequence[D]], Any]


def act_on_each(
    run: JobRun,
    items: Iterable[D],
    act: Callable[[D], Any],
    *,
    postpone: Callable[[D], Any] | None = None,
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


def act_on_due(
    run: JobRun,
    load: Callable[[int], Sequence[D]],
    act: Callable[[D], Any],
    *,
    soonest: Soonest | None = None,
    postpone: Callable[[D], Any] | None = None,
    partners: Partners[D] | None = None,
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
    if partners is None:
        act_on = _one_by_one(run, act, postpone)
    else:
        act_on = _PartnerByPartner(run, act, postpone, partners)
    _act_batch_by_batch(run, load, act_on, batch)
    if soonest is not None and not run.should_stop:
        run.next_due(soonest())


def _act_batch_by_batch(
    run: JobRun,
    load: Callable[[int], Sequence[D]],
    act_on: "_ActOn[D]",
    batch: int,
) -> None:
    seen: set[str] = set()
    failed: set[str] = set()
    while not run.should_stop:
        fresh = [item for item in load(batch + len(failed)) if item["_id"] not in seen]
        if not fresh:
            return
        seen.update(item["_id"] for item in fresh)
        failed |= act_on(fresh)


_ActOn = Callable[[Sequence[D]], set[str]]  # gives the ids of those that failed


def _one_by_one(
    run: JobRun, act: Callable[[D], Any], postpone: Callable[[D], Any] | None
) -> _ActOn[D]:
    return lambda items: act_on_each(run, items, act, postpone=postpone)


class _PartnerByPartner(Generic[D]):
    """Acts on the items of one pass, for which it knows who was silent so far."""

    def __init__(
        self,
        run: JobRun,
        act: Callable[[D], Any],
        postpone: Callable[[D], Any] | None,
        partners: Partners[D],
    ) -> None:
        self._run, self._act, self._postpone = run, act, postpone
        self._partners = partners
        self._silences: Counts[str] = Counts()

    def __call__(self, items: Sequence[D]) -> set[str]:
        waiting: defaultdict[str, list[D]] = defaultdict(list)
        for item in items:
            waiting[self._partners.partner_of(item)].append(item)
        pool = eventlet.GreenPool(PARTNERS_AT_ONCE)
        asked = [pool.spawn(self._ask, partner, theirs) for partner, theirs in waiting.items()]
        return set[str]().union(*(one.wait() for one in asked))

    def _ask(self, partner: str, items: Sequence[D]) -> set[str]:
        def act(item: D) -> None:
            silent = self._act(item) is SILENT
            self._silences[partner] = self._silences[partner] + 1 if silent else 0

        failed = set[str]()
        for number, item in enumerate(items):
            if self._silences[partner] >= SILENT_IN_A_ROW:
                self._leave_alone(partner, items[number:])
                break
            failed |= act_on_each(self._run, [item], act, postpone=self._postpone)
        return failed

    def _leave_alone(self, partner: str, items: Sequence[D]) -> None:
        log.warning("partner_left_alone", job=self._run.job, partner=partner)
        _try(self._run, items[0], lambda _: self._partners.put_off(items))


def _try(run: JobRun, item: D, act: Callable[[D], Any]) -> Exception | None:
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
