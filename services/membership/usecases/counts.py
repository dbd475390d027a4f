"""Counts by state: folded from commits all day, and counted anew each night."""

import datetime as dt

import structlog
from prometheus_client import Counter

from chassis.clock import real_now
from chassis.ids import first_id_at
from chassis.job_items import each
from chassis.jobs import JobRun
from chassis.uow import UnitOfWork
from services.membership.domain.communities import Community
from services.membership.store.communities import Communities
from services.membership.store.counts import Counts

log = structlog.get_logger()

FOLDED_AFTER = dt.timedelta(seconds=1)  # younger commits are still marked by the relay
NIGHT_BEGINS = dt.timedelta(hours=19)  # UTC: three in the morning in Shanghai

WRONG = Counter("coterie_membership_counts_wrong", "Kept counts that were wrong, and repaired")


class CountingUseCases:
    """The jobs `fold_counts` and `verify_counts`."""

    def __init__(self, *, counts: Counts, communities: Communities, uow: UnitOfWork) -> None:
        self._counts = counts
        self._communities = communities
        self._uow = uow

    def fold(self, run: JobRun) -> None:
        """Takes into the kept counts what was committed a moment ago or earlier."""
        before = first_id_at("cmt", real_now() - FOLDED_AFTER)
        while not run.should_stop and self._counts.is_foldable(before):
            self._uow.run(run.ctx, lambda tx: self._counts.fold(tx, before))

    def verify(self, run: JobRun) -> None:
        """Once a night: counts everything anew; what differs is told as an alarm, and repaired."""
        night = (run.now - NIGHT_BEGINS).date().isoformat()
        last = run.cursor
        if last == night:
            return
        if last is not None:
            each(run, self._communities.ids(), lambda one: self._verify(one, run))
        if not run.should_stop:
            run.save_cursor(night)

    def _verify(self, community: Community, run: JobRun) -> None:
        wrong = self._uow.run(run.ctx, lambda tx: self._counts.repair(tx, community["_id"]))
        if wrong:
            WRONG.inc(wrong)
            log.error("counts_wrong", community_id=community["_id"], wrong=wrong)
