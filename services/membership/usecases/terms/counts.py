"""Counts by state: folded from commits all day, and counted anew each night."""

import datetime as dt
from functools import partial

import structlog
from prometheus_client import Counter

from chassis.clock import real_now
from chassis.ids import first_id_at
from chassis.job_items import act_on_each
from chassis.jobs import JobRun, night_of
from chassis.mongo import Document
from chassis.uow import UnitOfWork
from services.membership.domain.terms.term_dates import day_in
from services.membership.store import Stores

log = structlog.get_logger()

FOLDED_AFTER = dt.timedelta(seconds=1)  # younger commits are still marked by the relay

WRONG = Counter("coterie_membership_counts_wrong", "Kept counts that were wrong, and repaired")


class CountUseCases:
    """The jobs `fold_counts` and `verify_counts`."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork) -> None:
        self._counts = stores.counts
        self._communities = stores.communities
        self._uow = uow

    def fold(self, run: JobRun) -> None:
        """Takes into the kept counts what was committed a moment ago or earlier."""
        before = first_id_at("cmt", real_now() - FOLDED_AFTER)
        while not run.should_stop and self._counts.is_foldable(before):
            self._uow.run(run.ctx, lambda tx: self._counts.fold(tx, before))

    def verify(self, run: JobRun) -> None:
        """Once a night: counts everything anew; what differs is an alarm, and repaired. What is
        found in each state is noted for reports."""
        night = night_of(run.now)
        last = run.cursor
        if last == night:
            return
        if last is not None:
            act_on_each(run, self._communities.ids(), lambda one: self._verify(one, run))
        if not run.should_stop:
            run.save_cursor(night)

    def _verify(self, community: Document, run: JobRun) -> None:
        id, zone = community["_id"], self._communities.fixed(community["_id"])["zone"]
        wrong = self._uow.run(run.ctx, lambda tx: self._counts.repair(tx, id))
        for month in self._counts.months_with_days(id, zone, run.now):
            wrong += self._uow.run(
                run.ctx, partial(self._counts.repair_days, community_id=id, zone=zone, month=month)
            )
        today = day_in(zone, run.now)
        self._counts.keep_states(id, today, self._counts.read(id, today)[0])
        if wrong:
            WRONG.inc(wrong)
            log.error("counts_wrong", community_id=id, wrong=wrong)
