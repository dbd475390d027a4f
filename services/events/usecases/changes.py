"""Telling people that a meetup they go to, or wait for, is at another time or place."""

from functools import partial

from chassis.job_items import act_on_each
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts import events
from services.events.domain.meetups import UNDER_WAY, Meetup
from services.events.domain.registrations import TOLD, Registration
from services.events.store import Stores
from services.events.usecases.selection import SETTLING, settled_at
from services.events.usecases.views import meetup_change


class ChangeUseCases:
    """The last change of each meetup, told to each person once."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork) -> None:
        self._meetups = stores.meetups
        self._registrations = stores.registrations
        self._uow = uow

    def tell(self, run: JobRun) -> None:
        """In batches; who was told of a version is not told again, whatever dies when."""
        act_on_each(run, self._meetups.telling(), partial(self._tell, run))
        run.next_due(settled_at(self._meetups.telling()))

    def _tell(self, run: JobRun, meetup: Meetup) -> None:
        version, after = meetup["told_change"]["version"], None
        while not run.should_stop:
            page = self._registrations.to_tell(meetup, version, after=after)
            if page.items:
                ids = [one["_id"] for one in page.items]
                self._uow.run(run.ctx, partial(self._tell_some, meetup_id=meetup["_id"], ids=ids))
            after = page.next
            if after is None:
                break
        if run.should_stop:
            return
        if run.now - meetup["updated_at"] > SETTLING:
            # By then who was put on the waitlist with the old times is committed, and told.
            self._uow.run(run.ctx, partial(self._all_told, meetup_id=meetup["_id"], of=version))

    def _tell_some(self, tx: Transaction, meetup_id: str, ids: list[str]) -> None:
        meetup = self._meetups.require(meetup_id, tx=tx)
        if meetup["state"] not in UNDER_WAY:
            return  # called off meanwhile: they hear of that
        change = meetup["told_change"]

        def hears(registration: Registration) -> bool:
            is_news = registration.get("told_of") != change["version"]
            return is_news and registration["state"] in TOLD

        found = self._registrations.chosen(meetup, ids, tx=tx).values()
        befores = [one for one in found if hears(one)]
        told: list[Registration] = [{**one, "told_of": change["version"]} for one in befores]
        for before, after in zip(befores, self._registrations.save_all(tx, told), strict=True):
            tx.audit("tell_of_change", before, after)
            tx.emit(events.MEETUP_CHANGED, after, meetup_change(after, meetup, change))

    def _all_told(self, tx: Transaction, meetup_id: str, of: int) -> None:
        meetup = self._meetups.require(meetup_id, tx=tx)
        if meetup["told_change"]["version"] == of:  # else it was changed meanwhile
            self._meetups.save(tx, {**meetup, "telling": False})
