"""Offers: free seats go to the next in the queue, one at a time each, until somebody takes them."""

from typing import Any

from chassis import crash
from chassis.context import Context
from chassis.ids import new_id
from chassis.job_items import each, each_due
from chassis.jobs import JobRun
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts import events
from contracts.errors import OBJECT_NOT_FOUND, DomainError, Kind
from services.events.domain import meetups, offers, registrations
from services.events.store.meetups import MeetupStore
from services.events.store.offers import OfferStore
from services.events.store.registrations import RegistrationStore
from services.events.store.seats import SeatStore
from services.events.usecases.guarded import run_guarded
from services.events.usecases.registrations import Registrations
from services.events.usecases.telling import tell_registration

View = dict[str, Any]
Parts = tuple[Document, Document, Document]  # an offer, its registration, their meetup

TRIED_AGAIN_SECONDS = 2.0
OFFER_SECONDS = 10.0  # from taking the seat to saying so; the sweeper waits much longer


class Offers:
    """Promotion from the waitlist."""

    def __init__(
        self,
        uow: UnitOfWork,
        meetup_store: MeetupStore,
        registration_store: RegistrationStore,
        offer_store: OfferStore,
        seats: SeatStore,
        registrations_shown: Registrations,
    ) -> None:
        self._uow = uow
        self._meetups = meetup_store
        self._registrations = registration_store
        self._offers = offer_store
        self._seats = seats
        self._shown = registrations_shown

    def promote(self, run: JobRun) -> None:
        """One pass: every seat that became free before the cut-off goes to the next in its queue.

        Looked at are the meetups that say so, and they say so until all is offered.
        """

        def promote_all(freed: Document) -> None:
            meetup = self._meetups.require(freed["_id"])
            if meetups.waitlist_moves(meetup, run.now):
                while self._promote_next(meetup, run.ctx):
                    if run.should_stop:
                        return
            self._seats.all_offered(freed)

        if each(run, self._seats.freed(), promote_all):
            run.again_within(TRIED_AGAIN_SECONDS)

    def _promote_next(self, meetup: Document, ctx: Context) -> bool:
        """Offers one seat; False when nobody waits, no seat is free, or both changed meanwhile."""
        waiting = self._registrations.next_in_queue(meetup)
        if waiting is None or self._seats.free(meetup["_id"]) == 0:
            return False
        ctx = ctx.with_deadline(OFFER_SECONDS)
        hold_id = self._seats.take(meetup["_id"], waiting["_id"])
        if hold_id is None:
            return False
        crash.point("events.after_seat_held")
        try:
            made = self._uow.run(ctx, lambda tx: self._make(tx, waiting["_id"], hold_id))
        except DomainError as problem:
            if problem.kind is not Kind.UNAVAILABLE:  # else the offer may stand: the sweeper knows
                self._seats.release(meetup["_id"], hold_id)
            raise
        if not made:
            self._seats.release(meetup["_id"], hold_id)
        return made

    def _make(self, tx: Transaction, registration_id: str, hold_id: str) -> bool:
        before = self._registrations.require(registration_id, tx=tx)
        meetup = self._meetups.require(before["meetup_id"], tx=tx)
        waits = before["state"] == "waitlisted" and before["offer"] is None
        if not waits or not meetups.waitlist_moves(meetup, tx.now):
            return False
        made = offers.make(
            id=new_id("ofr"), registration=before, meetup=meetup, hold_id=hold_id, now=tx.now
        )
        offer = self._offers.insert(tx, made)
        after = self._registrations.save(tx, registrations.offered(before, offer))
        tx.audit("offer_seat", before, after)
        tell_registration(tx, events.SEAT_OFFERED, after, meetup)
        return True

    def accept(self, request: View, ctx: Context) -> View:
        """The person takes the offered seat; it is theirs already, so no other can be faster."""

        def work(tx: Transaction, known: Parts | None) -> View:
            offer, before, meetup = known or self._offers.require_with(request["offer_id"], tx=tx)
            accepted = self._offers.save(tx, offers.accept(offer, tx.now))
            meetups.require_not_begun(meetup, tx.now)
            seated = registrations.accept_offer(before, offer["hold_id"])
            after = self._registrations.save(tx, seated)
            tx.audit("accept_offer", before, after, offer=accepted["_id"])
            tell_registration(tx, events.REGISTRATION_CONFIRMED, after, meetup)
            return self._shown.view(after)

        return run_guarded(self._uow, ctx, self._own(request, ctx), work)

    def decline(self, request: View, ctx: Context) -> View:
        """The person leaves the offered seat, and the queue."""
        parts = self._own(request, ctx)

        def work(tx: Transaction, known: Parts | None) -> View:
            offer, before, _ = known or self._offers.require_with(request["offer_id"], tx=tx)
            declined = self._offers.save(tx, offers.decline(offer))
            after = self._registrations.save(tx, registrations.decline_offer(before))
            tx.audit("decline_offer", before, after, offer=declined["_id"])
            return self._shown.view(after)

        answer = run_guarded(self._uow, ctx, parts, work)
        offer, _, _ = parts
        self._seats.release(offer["meetup_id"], offer["hold_id"])
        return answer

    def expire(self, run: JobRun) -> None:
        """Offers that nobody answered: the seat goes on, the person once back into the queue."""
        each_due(
            run,
            lambda most: self._offers.expired(run.now, most),
            lambda offer: self._expire(offer, run.ctx),
            soonest=self._offers.soonest_expiry,
        )

    def _expire(self, offer: Document, ctx: Context) -> None:
        def work(tx: Transaction) -> bool:
            current, before, meetup = self._offers.require_with(offer["_id"], tx=tx)
            if current["state"] != "live":
                return False  # answered in the last moment
            expired = self._offers.save(tx, offers.expire(current))
            lost = registrations.lose_offer(before, tx.now)
            after = self._registrations.save(tx, lost)
            tx.audit("expire_offer", before, after, offer=expired["_id"])
            tell_registration(tx, events.SEAT_LAPSED, after, meetup)
            return True

        if self._uow.run(ctx, work):
            self._seats.release(offer["meetup_id"], offer["hold_id"])

    def _own(self, request: View, ctx: Context) -> Parts:
        parts = self._offers.require_with(request["offer_id"])
        if parts[0]["person_id"] != ctx.person():
            raise DomainError(OBJECT_NOT_FOUND, noun=self._offers.noun)
        return parts
