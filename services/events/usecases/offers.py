"""Offers: free seats go to the next in the queue, one at a time each, until somebody takes them."""

from chassis.access import Access, require_own
from chassis.context import Context
from chassis.ids import new_id
from chassis.job_items import act_on_due, act_on_each
from chassis.jobs import JobRun
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts import events
from contracts.access import MEMBERS, Who
from contracts.errors.events import MEMBERS_ONLY
from contracts.types import events as wire
from services.events.domain import fees, meetups, offers, registrations
from services.events.domain.meetups import Meetup
from services.events.domain.offers import Offer
from services.events.domain.registrations import OpenOffer
from services.events.store import Stores
from services.events.store.offers import Parts
from services.events.usecases.guarded import run_guarded
from services.events.usecases.registrations import RegistrationUseCases
from services.events.usecases.seat_payments import tell_of_seat, tell_of_seat_end
from services.events.usecases.views import registration_facts

TRIED_AGAIN_SECONDS = 2.0


class OfferUseCases:
    """Promotion from the waitlist."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        access: Access,
        registrations: RegistrationUseCases,
    ) -> None:
        self._meetups = stores.meetups
        self._registrations = stores.registrations
        self._offers = stores.offers
        self._seats = stores.seats
        self._uow = uow
        self._access = access
        self._view = registrations.view

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

        if act_on_each(run, self._seats.freed(), promote_all):
            run.again_within(TRIED_AGAIN_SECONDS)

    def _promote_next(self, meetup: Meetup, ctx: Context) -> bool:
        """Offers one seat; False when nobody waits, no seat is free, or both changed meanwhile."""
        waiting = self._registrations.next_in_queue(meetup)
        if waiting is None or self._seats.free(meetup["_id"]) == 0:
            return False
        return self._uow.run(ctx, lambda tx: self._make(tx, waiting["_id"]))

    def _make(self, tx: Transaction, registration_id: str) -> bool:
        before = self._registrations.require(registration_id, tx=tx)
        meetup = self._meetups.require(before["meetup_id"], tx=tx)
        waits = before["state"] == "waitlisted" and before["offer"] is None
        if not waits or not meetups.waitlist_moves(meetup, tx.now):
            return False
        if not self._seats.take(meetup["_id"], 1, tx=tx):
            return False
        made = offers.make(id=new_id("ofr"), registration=before, meetup=meetup, now=tx.now)
        offer = self._offers.insert(tx, made)
        kept: OpenOffer = {"id": offer["_id"], "expires_at": offer["expires_at"]}
        purchase = fees.to_pay(meetup, offer["_id"], offer["expires_at"], tx.now)
        after = self._registrations.save(tx, registrations.offered(before, kept, purchase))
        tx.audit("offer_seat", before, after)
        tell_of_seat(tx, events.SEAT_OFFERED, after, meetup)
        return True

    def accept(self, request: wire.OfferRef, ctx: Context) -> wire.Registration:
        """The person takes the offered seat; it is theirs already, so no other can be faster."""

        def work(tx: Transaction, known: Parts | None) -> wire.Registration:
            offer, before, meetup = known or self._offers.require_with(request["offer_id"], tx=tx)
            accepted = self._offers.save(tx, offers.accept(offer, tx.now, meetup["zone"]))
            meetups.require_not_begun(meetup, tx.now)
            seated = registrations.accept_offer(before, meetup["zone"])
            after = self._registrations.save(tx, seated)
            tx.audit("accept_offer", before, after, offer=accepted["_id"])
            tx.emit(events.REGISTRATION_CONFIRMED, after, registration_facts(after, meetup))
            return self._view(after)

        parts = self._require_own(request, events.ACCEPT_OFFER.who, ctx)
        self._access.caller(ctx, parts[0]["community_id"]).require(MEMBERS, MEMBERS_ONLY)
        return run_guarded(self._uow, ctx, parts, work)

    def decline(self, request: wire.OfferRef, ctx: Context) -> wire.Registration:
        """The person leaves the offered seat, and the queue."""
        parts = self._require_own(request, events.DECLINE_OFFER.who, ctx)

        def work(tx: Transaction, known: Parts | None) -> wire.Registration:
            offer, before, _ = known or self._offers.require_with(request["offer_id"], tx=tx)
            declined = self._offers.save(tx, offers.decline(offer))
            after = self._registrations.save(tx, registrations.decline_offer(before))
            self._seats.release(offer["meetup_id"], tx=tx)
            tx.audit("decline_offer", before, after, offer=declined["_id"])
            tell_of_seat_end(tx, before, after, tx.now)
            return self._view(after)

        return run_guarded(self._uow, ctx, parts, work)

    def expire(self, run: JobRun) -> None:
        """Offers that nobody answered: the seat goes on, the person once back into the queue."""
        act_on_due(
            run,
            lambda most: self._offers.expired(run.now, most),
            lambda offer: self._expire(offer, run.ctx),
            soonest=self._offers.soonest_expiry,
        )

    def _expire(self, offer: Offer, ctx: Context) -> None:
        def work(tx: Transaction) -> None:
            current, before, meetup = self._offers.require_with(offer["_id"], tx=tx)
            if current["state"] != "live":
                return  # answered in the last moment
            expired = self._offers.save(tx, offers.expire(current))
            lost = registrations.lose_offer(before, tx.now)
            after = self._registrations.save(tx, lost)
            tx.audit("expire_offer", before, after, offer=expired["_id"])
            tx.emit(events.SEAT_LAPSED, after, registration_facts(after, meetup))
            tell_of_seat_end(tx, before, after, tx.now)
            self._seats.release(offer["meetup_id"], tx=tx)

        self._uow.run(ctx, work)

    def _require_own(self, request: wire.OfferRef, who: Who, ctx: Context) -> Parts:
        parts = self._offers.require_with(request["offer_id"])
        require_own(ctx, who, parts[0]["person_id"], self._offers.noun)
        return parts
