"""Selection: hosts give seats to people; all other applicants wait in order."""

import datetime as dt
from functools import partial

from chassis.access import Access
from chassis.context import Context
from chassis.job_items import act_on_due, act_on_each
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts import events
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.events import MEETUP_FULL
from contracts.types import events as wire
from services.events.domain import fees, meetups, registrations
from services.events.domain.meetups import Meetup
from services.events.domain.registrations import Registration
from services.events.store import Stores
from services.events.usecases.access import require_staff
from services.events.usecases.guarded import run_guarded
from services.events.usecases.seat_payments import tell_of_seat, tell_of_seat_end
from services.events.usecases.views import registration_facts

BATCH = 100
# A registration that was under way when registration closed is committed by then.
SETTLING = dt.timedelta(seconds=15)


def settled_at(under_way: list[Meetup]) -> dt.datetime | None:
    """When the first of these meetups has had time to settle; None when there are none."""
    changed = min((meetup["updated_at"] for meetup in under_way), default=None)
    return None if changed is None else changed + SETTLING + dt.timedelta(milliseconds=1)


class SelectionUseCases:
    """From applied to selected or waitlisted, and what becomes of seats that nobody confirms."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, access: Access) -> None:
        self._meetups = stores.meetups
        self._registrations = stores.registrations
        self._seats = stores.seats
        self._uow = uow
        self._access = access

    def select(self, request: wire.SelectRegistrations, ctx: Context) -> wire.Selection:
        """Gives a seat to each of these people, or to none of them."""
        meetup = self._meetups.require(request["meetup_id"])
        caller = self._access.caller(ctx, meetup["community_id"])
        require_staff(caller, events.SELECT_REGISTRATIONS.who, meetup)
        ids = list(dict.fromkeys(request["registration_ids"]))

        def work(tx: Transaction, known: Meetup | None) -> wire.Selection:
            current = known or self._meetups.require(meetup["_id"], tx=tx)
            return self._selected(tx, current, ids)

        return run_guarded(self._uow, ctx, meetup, work)

    def _selected(self, tx: Transaction, meetup: Meetup, ids: list[str]) -> wire.Selection:
        meetups.require_selectable(meetup, tx.now)
        confirm_by = registrations.confirm_by(meetup, tx.now)
        found = self._registrations.chosen(meetup, ids, tx=tx)
        if len(found) < len(ids):
            noun = {"noun": self._registrations.noun}
            raise DomainError(
                INVALID_INPUT,
                fields=[
                    FieldProblem(f"/registration_ids/{place}", "field.no_object", noun)
                    for place, id in enumerate(ids)
                    if id not in found
                ],
            )
        befores = [found[registration_id] for registration_id in ids]
        chosen = [
            registrations.select(
                before,
                confirm_by=confirm_by,
                purchase=fees.to_pay(meetup, before["_id"], confirm_by, tx.now),
            )
            for before in befores
        ]
        if not self._seats.take(meetup["_id"], len(ids), tx=tx):
            raise DomainError(MEETUP_FULL, capacity=meetup["capacity"])
        for before, after in zip(befores, self._registrations.save_all(tx, chosen), strict=True):
            tx.audit("select_registration", before, after)
            tell_of_seat(tx, events.REGISTRATION_SELECTED, after, meetup)
        self._meetups.save(tx, {**meetup, "waitlisting": True})
        return {
            "meetup_id": meetup["_id"],
            "registration_ids": ids,
            "confirm_by": confirm_by,
        }

    def waitlist_others(self, run: JobRun) -> None:
        """After a selection: all other applicants go to the waitlist, in order."""
        act_on_each(run, self._meetups.waitlisting(), partial(self._waitlist, run))
        run.next_due(settled_at(self._meetups.waitlisting()))

    def _waitlist(self, run: JobRun, meetup: Meetup) -> None:
        while not run.should_stop:
            waiting = self._registrations.applied(meetup, BATCH)
            if not waiting:
                break
            self._uow.run(run.ctx, partial(self._wait, meetup_id=meetup["_id"], batch=waiting))
            self._seats.offer_free(meetup["_id"])
        if run.should_stop:
            return
        if run.now - meetup["updated_at"] > SETTLING:
            # Again: whoever died between the two above left somebody waiting beside a free seat.
            self._seats.offer_free(meetup["_id"])
            self._uow.run(run.ctx, partial(self._all_wait, meetup_id=meetup["_id"]))

    def _wait(self, tx: Transaction, meetup_id: str, batch: list[Registration]) -> None:
        meetup = self._meetups.require(meetup_id, tx=tx)  # they hear its present times
        current = self._registrations.chosen(meetup, [one["_id"] for one in batch], tx=tx)
        # Without those who withdrew meanwhile.
        applied = [one for one in current.values() if one["state"] == "applied"]
        applied.sort(key=lambda one: (one["applied_at"], one["_id"]))
        waiting = [registrations.wait(before) for before in applied]
        for before, after in zip(applied, self._registrations.save_all(tx, waiting), strict=True):
            tx.audit("waitlist_registration", before, after)
            tx.emit(events.REGISTRATION_WAITLISTED, after, registration_facts(after, meetup))

    def _all_wait(self, tx: Transaction, meetup_id: str) -> None:
        meetup = self._meetups.require(meetup_id, tx=tx)
        self._meetups.save(tx, {**meetup, "waitlisting": False})

    def lapse_unconfirmed(self, run: JobRun) -> None:
        """Seats that were not confirmed in time go to others."""
        act_on_due(
            run,
            lambda most: self._registrations.unconfirmed(run.now, most),
            lambda registration: self._lapse(registration, run.ctx),
            soonest=self._registrations.soonest_unconfirmed,
        )

    def _lapse(self, registration: Registration, ctx: Context) -> None:
        meetup = self._meetups.require(registration["meetup_id"])

        def work(tx: Transaction, known: Registration | None) -> None:
            before = known or self._registrations.require(registration["_id"], tx=tx)
            if before["state"] != "selected":
                return  # answered in the last moment
            after = self._registrations.save(tx, registrations.lapse(before))
            tx.audit("lapse_registration", before, after)
            tx.emit(events.SEAT_LAPSED, after, registration_facts(after, meetup))
            tell_of_seat_end(tx, before, after, tx.now)
            self._seats.release(registration["meetup_id"], tx=tx)

        run_guarded(self._uow, ctx, registration, work)
