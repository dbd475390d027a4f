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
        self._people = stores.people
        self._names = stores.names
        self._uow = uow

    def verify(self, run: JobRun) -> None:
        """Once a night, and before the first: keys that earlier processes did not write while a
        release rolled out, or that other tables of pinyin make others; and those of people who are
        erased, by earlier processes or while others were written without a unit of work."""
        night = night_of(run.now)
        if run.cursor == night:
            return
        after, wrong = "", 0
        while not run.should_stop and (people := self._people.known(after, BATCH)):
            for community_id, person_id in self._names.wrong(people):
                self._uow.run(run.ctx, partial(self._put, community_id, person_id))
                wrong += 1
            after = people[-1]["_id"]
        after, erased = "", 0
        while not run.should_stop and (found := self._names.found(after, BATCH)):
            for person_id in sorted({*found} - self._people.known_of(found)):
                self._uow.run(run.ctx, partial(self._names.forget, person_id=person_id))
                erased += 1
            after = found[-1]
        if wrong or erased:
            log.info("names_completed", number=wrong, forgotten=erased)
        if not run.should_stop:
            run.save_cursor(night)

    def _put(self, community_id: str, person_id: str, tx: Transaction) -> None:
        person = self._people.require(person_id, tx=tx)
        if "erased_at" in person:
            return
        self._people.mention(tx, [person_id])  # who is renamed meanwhile is found by the new name
        self._names.put(tx, community_id, [person])
