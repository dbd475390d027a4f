"""By what people are found: what is missing of it is looked for each night."""

from functools import partial

import structlog

from chassis.jobs import JobRun, night_of
from chassis.uow import Transaction, UnitOfWork
from services.membership.store import Stores

log = structlog.get_logger()

BATCH = 200  # people


class NameUseCases:
    """The job `verify_names`."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork) -> None:
        self._people, self._stores = stores.people, (stores.applications, stores.memberships)
        self._uow = uow

    def verify(self, run: JobRun) -> None:
        """Once a night, and before the first: keys that earlier processes did not write while a
        release rolled out, or that other tables of pinyin make others; and those of people whom
        earlier processes erased."""
        night = night_of(run.now)
        if run.cursor == night:
            return
        after, wrong = "", 0
        while not run.should_stop and (people := self._people.everybody(after, BATCH)):
            for id in sorted(set.union(*(store.wrongly_found(people) for store in self._stores))):
                self._uow.run(run.ctx, partial(self._rename, id))
                wrong += 1
            after = people[-1]["_id"]
        if wrong:
            log.info("names_completed", number=wrong)
        if not run.should_stop:
            run.save_cursor(night)

    def _rename(self, person_id: str, tx: Transaction) -> None:
        person = self._people.require(person_id, tx=tx)
        if "erased_at" not in person:
            self._people.mention(tx, [person_id])  # changes of the name wait, or go before
        for store in self._stores:
            store.rename(tx, person)
