"""Endings: meetups that are over or called off, and seats that a crash left behind."""

from functools import partial

from chassis.clock import real_now
from chassis.job_items import each, each_due
from chassis.jobs import JobRun
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts import events
from services.events.domain import meetups, offers, registrations
from services.events.store.meetups import MeetupStore
from services.events.store.offers import OfferStore
from services.events.store.registrations import RegistrationStore
from services.events.store.seats import ORPHANED_AFTER, SeatStore
from services.events.usecases.selection import SETTLING, settled_at
from services.events.usecases.telling import tell_registration

BATCH = 100


class Endings:
    """What time and crashes leave to be done."""

    def __init__(
        self,
        uow: UnitOfWork,
        meetup_store: MeetupStore,
        registration_store: RegistrationStore,
        offer_store: OfferStore,
        seats: SeatStore,
    ) -> None:
        self._uow = uow
        self._meetups = meetup_store
        self._registrations = registration_store
        self._offers = offer_store
        self._seats = seats

    def end_meetups(self, run: JobRun) -> None:
        """Meetups whose end passed took place."""
        each_due(
            run,
            lambda most: self._meetups.over(run.now, most),
            lambda meetup: self._uow.run(run.ctx, partial(self._end, meetup_id=meetup["_id"])),
            soonest=self._meetups.soonest_over,
        )

    def _end(self, tx: Transaction, meetup_id: str) -> None:
        before = self._meetups.require(meetup_id, tx=tx)
        if before["state"] not in meetups.MOVES["end"].sources:
            return  # called off meanwhile
        tx.audit("end_meetup", before, self._meetups.save(tx, meetups.end(before)))

    def wind_up(self, run: JobRun) -> None:
        """Registrations of meetups that are over or called off get their last state."""
        each(run, self._meetups.winding_up(), partial(self._wind_up, run))
        run.next_due(settled_at(self._meetups.winding_up()))

    def _wind_up(self, run: JobRun, meetup: Document) -> None:
        while not run.should_stop:
            open_ones = self._registrations.in_states(meetup, registrations.UNDECIDED, BATCH)
            if not open_ones:
                break
            ids = [one["_id"] for one in open_ones]
            self._uow.run(run.ctx, partial(self._decide, meetup=meetup, ids=ids))
        if run.should_stop:
            return
        if run.now - meetup["updated_at"] > SETTLING:
            self._seats.close(meetup["_id"])
            self._uow.run(run.ctx, partial(self._wound_up, meetup_id=meetup["_id"]))

    def _decide(self, tx: Transaction, meetup: Document, ids: list[str]) -> None:
        for before in self._registrations.chosen(meetup, ids, tx=tx).values():
            if before["state"] not in registrations.UNDECIDED:
                continue  # withdrew meanwhile
            if before["offer"] is not None:
                offer = self._offers.require(before["offer"]["id"], tx=tx)
                tx.audit("close_offer", offer, self._offers.save(tx, offers.close(offer)))
            after = self._registrations.save(tx, registrations.wind_up(before, meetup))
            tx.audit("wind_up_registration", before, after)
            if after["state"] == "cancelled":
                tell_registration(tx, events.REGISTRATION_CANCELLED, after, meetup)

    def _wound_up(self, tx: Transaction, meetup_id: str) -> None:
        meetup = self._meetups.require(meetup_id, tx=tx)
        self._meetups.save(tx, {**meetup, "winding_up": False})

    def free_orphaned_seats(self, run: JobRun) -> None:
        """Seats that were taken but belong to nobody after a crash are free again.

        Whatever could leave one behind either took it or changed its registration. So those two are
        followed, each by the time at which it happened and long enough after it, and of what they
        name every seat is looked at once.
        """
        after = run.cursor or {"taken": None, "changed": None}
        until = {"taken": real_now() - ORPHANED_AFTER, "changed": run.now - ORPHANED_AFTER}
        touched = self._seats.taken_between(after["taken"], until["taken"])
        touched |= self._registrations.changed_between(after["changed"], until["changed"])
        for meetup_id in touched:
            if run.should_stop:
                return
            self._free_orphans(meetup_id)
        if touched:
            run.save_cursor(until)

    def _free_orphans(self, meetup_id: str) -> None:
        aged = self._seats.aged(meetup_id)
        # Offers first: an offer that is accepted between the two reads is seen by the second.
        registrations = [hold.ref for hold in aged]
        in_use = self._offers.holds_in_use(registrations) if aged else set()
        in_use |= self._registrations.holds_in_use(registrations) if aged else set()
        for hold in aged:
            if hold.id not in in_use:
                self._seats.release(meetup_id, hold.id)
