"""Kept totals: folded from commits all day, and counted anew each night."""

import datetime as dt

import structlog
from prometheus_client import Counter

from chassis.clock import real_now
from chassis.ids import first_id_at
from chassis.job_items import act_on_each
from chassis.jobs import JobRun
from chassis.mongo import Document
from chassis.uow import UnitOfWork
from services.payments.store import Stores

log = structlog.get_logger()

FOLDED_AFTER = dt.timedelta(seconds=1)  # younger commits are still marked by the relay
NIGHT_BEGINS = dt.timedelta(hours=19)  # UTC: three in the morning in Shanghai

WRONG = Counter("coterie_payments_totals_wrong", "Kept totals that were wrong, and repaired")


class TotalUseCases:
    """The jobs `fold_totals` and `verify_totals`."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork) -> None:
        self._totals, self._uow = stores.totals, uow

    def fold(self, run: JobRun) -> None:
        """Takes into the kept totals what was committed a moment ago or earlier."""
        before = first_id_at("cmt", real_now() - FOLDED_AFTER)
        while not run.should_stop and self._totals.is_foldable(before):
            self._uow.run(run.ctx, lambda tx: self._totals.fold(tx, before))

    def verify(self, run: JobRun) -> None:
        """Once a night: counts everything anew; what differs is an alarm, and repaired."""
        night = (run.now - NIGHT_BEGINS).date().isoformat()
        last = run.cursor
        if last == night:
            return
        if last is not None:
            act_on_each(run, self._totals.communities(), lambda one: self._verify(one, run))
        if not run.should_stop:
            run.save_cursor(night)

    def _verify(self, community: Document, run: JobRun) -> None:
        missing = self._totals.wrong(community["_id"])
        if missing:
            self._uow.run(run.ctx, lambda tx: self._totals.repair(tx, community["_id"], missing))
            WRONG.inc(len(missing))
            log.error("totals_wrong", community_id=community["_id"], wrong=sorted(missing))
