"""Asking providers about what is under way, account by account."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from chassis.clock import Clock
from chassis.job_items import Partners, act_on_due
from chassis.jobs import JobRun
from services.payments.domain.money import payments
from services.payments.domain.money.payments import Payment
from services.payments.domain.money.refunds import Refund

D = TypeVar("D", Payment, Refund)


class Asked(Protocol[D]):
    """A store of what providers are asked about, each when its time has come."""

    def due_to_check(self, now: dt.datetime, limit: int) -> list[D]: ...

    def soonest_to_check(self) -> dt.datetime | None: ...

    def postpone_checks(self, ids: list[str], until: dt.datetime) -> None: ...


def ask_about_due(
    run: JobRun, store: Asked[D], ask: Callable[[D], object], *, clock: Clock
) -> None:
    """Asks about everything due; what failed is due soon again, and what waits for a silent
    account a little later. `ask` returns `SILENT` when its provider did not answer.
    """

    def postpone(due: Sequence[D], pause: dt.timedelta) -> None:
        store.postpone_checks([one["_id"] for one in due], clock.now() + pause)

    act_on_due(
        run,
        lambda most: store.due_to_check(run.now, most),
        ask,
        soonest=store.soonest_to_check,
        postpone=lambda one: postpone([one], payments.FIRST_CHECK_AFTER),
        partners=Partners(
            lambda one: one["account_id"],
            lambda theirs: postpone(theirs, payments.PAUSE_AFTER_SILENCE),
        ),
    )
