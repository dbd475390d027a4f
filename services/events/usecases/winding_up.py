"""Winding up: meetups that are over or called off."""

from functools import partial

from chassis.job_items import act_on_due, act_on_each
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts import events
from services.events.domain import meetups, offers, registrations
from services.events.domain.meetups import Meetup
from services.events.store import Stores
from services.events.usecases.seat_payments import tell_of_seat_end
from services.events.usecases.selection import SETTLING, settled_at
from services.events.usecases.views import meetup_facts, registration_facts

BATCH = 100


class WindingUpUseCases:
    """What time leaves to be done."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork) -> None:
        self._meetups = stores.meetups
        self._registrations = stores.registrations
        self._offers = stores.offers
        self._seats = stores.seats
        self._uow = uow

    def end_meetups(self, run: JobRun) -> None:
        """Meetups whose end passed took place."""
        act_on_due(
            run,
            lambda most: self._meetups.over(run.now, most),
            lambda meetup: self._uow.run(run.ctx, partial(self._end, meetup_id=meetup["_id"])),
            soonest=self._meetups.soonest_over,
        )

    def _end(self, tx: Transaction, meetup_id: str) -> None:
        before = self._meetups.require(meetup_id, tx=tx)
        if before["state"] not in meetups.UNDER_WAY:
            return  # called off meanwhile
        after = self._meetups.save(tx, meetups.end(before))
        tx.audit("end_meetup", before, after)
        tx.emit(events.MEETUP_HELD, after, meetup_facts(after))

    def wind_up(self, run: JobRun) -> None:
        """Registrations of meetups that are over or called off get their last state."""
        act_on_each(run, self._meetups.winding_up(), partial(self._wind_up, run))
        run.next_due(settled_at(self._meetups.winding_up()))

    def _wind_up(self, run: JobRun, meetup: Meetup) -> None:
        states = registrations.to_wind_up(meetup)
        while not run.should_stop:
            open_ones = self._registrations.in_states(meetup, states, BATCH)
            if not open_ones:
                break
            ids = [one["_id"] for one in open_ones]
            self._uow.run(run.ctx, partial(self._decide, meetup=meetup, ids=ids))
        if run.should_stop:
            return
        if run.now - meetup["updated_at"] > SETTLING:
            self._seats.close(meetup["_id"])
            self._uow.run(run.ctx, partial(self._wound_up, meetup_id=meetup["_id"]))

    def _decide(self, tx: Transaction, meetup: Meetup, ids: list[str]) -> None:
        for before in self._registrations.chosen(meetup, ids, tx=tx).values():
            if before["state"] not in registrations.to_wind_up(meetup):
                continue  # withdrew meanwhile
            if before["offer"] is not None:
                offer = self._offers.require(before["offer"]["id"], tx=tx)
                tx.audit("close_offer", offer, self._offers.save(tx, offers.close(offer)))
            after = self._registrations.save(tx, registrations.wind_up(before, meetup))
            tx.audit("wind_up_registration", before, after)
            tell_of_seat_end(tx, before, after, tx.now)
            if after["state"] == "cancelled":
                tx.emit(events.REGISTRATION_CANCELLED, after, registration_facts(after, meetup))

    def _wound_up(self, tx: Transaction, meetup_id: str) -> None:
        meetup = self._meetups.require(meetup_id, tx=tx)
        self._meetups.save(tx, {**meetup, "winding_up": False})
