"""Selection: hosts give seats to people; all other applicants wait in order."""

import datetime as dt
from functools import partial
from typing import Any

from chassis import crash
from chassis.clock import Clock
from chassis.context import Context
from chassis.idempotency import Replayed
from chassis.job_items import each, each_due
from chassis.jobs import JobRun
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts import events
from contracts.errors import OBJECT_NOT_FOUND, TOO_BUSY, DomainError, Kind
from contracts.errors.events import MEETUP_FULL
from services.events.domain import meetups, registrations
from services.events.store.meetups import MeetupStore
from services.events.store.registrations import RegistrationStore
from services.events.store.seats import ORPHANED_AFTER, SeatStore
from services.events.usecases.access import Access
from services.events.usecases.guarded import run_guarded
from services.events.usecases.telling import tell_registration

View = dict[str, Any]
BATCH = 100
SELECT_SECONDS = 10.0  # from taking seats to saying whose they are; the sweeper waits much longer
# A registration that was under way when registration closed is committed by then.
SETTLING = dt.timedelta(seconds=15)


def settled_at(under_way: list[Document]) -> dt.datetime | None:
    """When the first of these meetups has had time to settle; None when there are none."""
    changed = min((meetup["updated_at"] for meetup in under_way), default=None)
    return None if changed is None else changed + SETTLING + dt.timedelta(milliseconds=1)


class Selection:
    """From applied to selected or waitlisted, and what becomes of seats that nobody confirms."""

    def __init__(
        self,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        meetup_store: MeetupStore,
        registration_store: RegistrationStore,
        seats: SeatStore,
    ) -> None:
        self._uow = uow
        self._clock = clock
        self._access = access
        self._meetups = meetup_store
        self._registrations = registration_store
        self._seats = seats

    def select(self, request: View, ctx: Context) -> View:
        """Takes a seat for each person, then says so in one unit of work, or not at all."""
        meetup = self._meetups.require(request["meetup_id"])
        self._access.caller(ctx, meetup["community_id"]).require_staff(meetup)
        ids = list(dict.fromkeys(request["registration_ids"]))
        ctx = ctx.with_deadline(SELECT_SECONDS)
        holds = self._take(meetup, ids)

        def work(tx: Transaction, known: Document | None) -> View:
            current = known or self._meetups.require(meetup["_id"], tx=tx)
            return self._selected(tx, current, ids, holds)

        try:
            crash.point("events.after_seats_taken")
            return run_guarded(self._uow, ctx, meetup, work)
        except (DomainError, Replayed) as problem:
            # Without an answer the seats may be given: the sweeper will know.
            if not (isinstance(problem, DomainError) and problem.kind is Kind.UNAVAILABLE):
                for hold_id in holds.values():
                    self._seats.release(meetup["_id"], hold_id)
            raise

    def _take(self, meetup: Document, ids: list[str]) -> dict[str, str]:
        if len(ids) > meetup["capacity"]:
            raise DomainError(MEETUP_FULL, capacity=meetup["capacity"])
        meetups.require_selectable(meetup, self._clock.now())
        holds = self._seats.take_all(meetup["_id"], ids)
        if holds is not None:
            return holds
        given = self._registrations.count_seated(meetup)
        if given + len(ids) > meetup["capacity"]:
            raise DomainError(MEETUP_FULL, capacity=meetup["capacity"])
        # A seat is on its way from one to another, or an attempt that failed still keeps it.
        raise DomainError(TOO_BUSY, retry_after=int(ORPHANED_AFTER.total_seconds()))

    def _selected(
        self, tx: Transaction, meetup: Document, ids: list[str], holds: dict[str, str]
    ) -> View:
        meetups.require_selectable(meetup, tx.now)
        confirm_by = registrations.confirm_by(meetup, tx.now)
        found = self._registrations.chosen(meetup, ids, tx=tx)
        if len(found) < len(ids):
            raise DomainError(OBJECT_NOT_FOUND, noun=self._registrations.noun)
        befores = [found[registration_id] for registration_id in ids]
        chosen = [
            registrations.select(before, hold_id=holds[before["_id"]], confirm_by=confirm_by)
            for before in befores
        ]
        for before, after in zip(befores, self._registrations.save_all(tx, chosen), strict=True):
            tx.audit("select_registration", before, after)
            tell_registration(tx, events.REGISTRATION_SELECTED, after, meetup)
        self._meetups.save(tx, {**meetup, "waitlisting": True})
        return {
            "meetup_id": meetup["_id"],
            "registration_ids": ids,
            "confirm_by": confirm_by,
        }

    def waitlist_others(self, run: JobRun) -> None:
        """After a selection: all other applicants go to the waitlist, in order."""
        each(run, self._meetups.waitlisting(), partial(self._waitlist, run))
        run.next_due(settled_at(self._meetups.waitlisting()))

    def _waitlist(self, run: JobRun, meetup: Document) -> None:
        while not run.should_stop:
            waiting = self._registrations.applied(meetup, BATCH)
            if not waiting:
                break
            self._uow.run(run.ctx, partial(self._wait, meetup=meetup, batch=waiting))
            self._seats.offer_free(meetup["_id"])
        if run.should_stop:
            return
        if run.now - meetup["updated_at"] > SETTLING:
            # Again: whoever died between the two above left somebody waiting beside a free seat.
            self._seats.offer_free(meetup["_id"])
            self._uow.run(run.ctx, partial(self._all_wait, meetup_id=meetup["_id"]))

    def _wait(self, tx: Transaction, meetup: Document, batch: list[Document]) -> None:
        current = self._registrations.chosen(meetup, [one["_id"] for one in batch], tx=tx)
        # Without those who withdrew meanwhile.
        applied = [one for one in current.values() if one["state"] == "applied"]
        applied.sort(key=lambda one: (one["applied_at"], one["_id"]))
        waiting = [registrations.wait(before) for before in applied]
        for before, after in zip(applied, self._registrations.save_all(tx, waiting), strict=True):
            tx.audit("waitlist_registration", before, after)
            tell_registration(tx, events.REGISTRATION_WAITLISTED, after, meetup)

    def _all_wait(self, tx: Transaction, meetup_id: str) -> None:
        meetup = self._meetups.require(meetup_id, tx=tx)
        self._meetups.save(tx, {**meetup, "waitlisting": False})

    def lapse_unconfirmed(self, run: JobRun) -> None:
        """Seats that were not confirmed in time go to others."""
        each_due(
            run,
            lambda most: self._registrations.unconfirmed(run.now, most),
            lambda registration: self._lapse(registration, run.ctx),
            soonest=self._registrations.soonest_unconfirmed,
        )

    def _lapse(self, registration: Document, ctx: Context) -> None:
        meetup = self._meetups.fixed(registration["meetup_id"])

        def work(tx: Transaction, known: Document | None) -> str | None:
            before = known or self._registrations.require(registration["_id"], tx=tx)
            if before["state"] != "selected":
                return None  # answered in the last moment
            after = self._registrations.save(tx, registrations.lapse(before))
            tx.audit("lapse_registration", before, after)
            tell_registration(tx, events.SEAT_LAPSED, after, meetup)
            return str(before["hold_id"])

        hold_id = run_guarded(self._uow, ctx, registration, work)
        if hold_id is not None:
            self._seats.release(registration["meetup_id"], hold_id)
