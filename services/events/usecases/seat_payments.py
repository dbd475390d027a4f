"""Between seats that cost something and the purchases of payments (architecture.md §5a)."""

import datetime as dt

from chassis.context import Context
from chassis.delivery import Ignored
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts import events
from contracts.envelope import CloudEvent
from contracts.records import Event
from contracts.states.events import RegistrationState, SeatEnd
from contracts.types.events import PurchaseAnswer
from contracts.types.payments import OrderPaid
from services.events.domain import fees, meetups, offers, registrations
from services.events.domain.meetups import Meetup
from services.events.domain.offers import Offer
from services.events.domain.registrations import Registration
from services.events.store import Stores
from services.events.usecases.views import (
    registration_facts,
    seat_given_up_facts,
    seat_payable_facts,
)

SUBJECT_KIND = "meetup_seat"
SEAT_GONE, ORDER_REFUNDED = "seat_gone", "order_refunded"

# What ended the seat, by what its registration has become.
_ENDS: dict[RegistrationState, SeatEnd] = {
    "declined": "given_up",
    "withdrawn": "given_up",
    "hold_expired": "lapsed",
    "waitlisted": "lapsed",
    "not_selected": "lapsed",
    "cancelled": "called_off",
}


def tell_of_seat(tx: Transaction, event: Event, after: Registration, meetup: Meetup) -> None:
    """A seat is kept for somebody: to be paid for, or as `event` says."""
    if registrations.awaits_payment(after):
        tx.emit(events.SEAT_PAYABLE, after, seat_payable_facts(after, meetup))
    else:
        tx.emit(event, after, registration_facts(after, meetup))


def tell_of_seat_end(
    tx: Transaction, before: Registration, after: Registration, now: dt.datetime
) -> None:
    """Lets payments know when a seat that has a purchase is its person's no longer."""
    purchase = before.get("purchase")
    had_it = registrations.has_seat(before) and not registrations.has_seat(after)
    if purchase is not None and had_it:
        about = {"_id": purchase["id"], "version": after["version"]}
        facts = seat_given_up_facts(before, purchase, _ENDS[after["state"]], now)
        tx.emit(events.SEAT_GIVEN_UP, about, facts)


class SeatPaymentUseCases:
    """What becomes of seats by what payments tells."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork) -> None:
        self._registrations = stores.registrations
        self._offers = stores.offers
        self._seats = stores.seats
        self._uow = uow

    def fulfil(self, event: CloudEvent, ctx: Context) -> None:
        """A paid order confirms the seat that is kept for it, or is refused; raises Ignored for
        another subject."""
        _require_seat(event)
        order: OrderPaid = event.data

        def work(tx: Transaction) -> None:
            before, meetup, offer = self._of(tx, order["subject"]["ref"])
            if registrations.is_paid_by(before, order["order_id"]):
                # Asked again by an operator (`stuck-purchases retry`): the answer may be lost.
                self._answer(tx, events.PURCHASE_FULFILLED, order, before)
                return
            purchase_id, order_id = order["purchase_id"], order["order_id"]
            paid = registrations.pay(before, purchase_id, order_id)
            if paid is None or meetup["state"] not in meetups.UNDER_WAY:
                purchase = before.get("purchase")
                is_refunded = purchase is not None and fees.is_refunded(purchase, order_id)
                reason = ORDER_REFUNDED if is_refunded else SEAT_GONE
                self._answer(tx, events.PURCHASE_REFUSED, order, before, reason)
                return
            after = self._registrations.save(tx, paid)
            if offer is not None:
                self._offers.save(tx, offers.take(offer))
            tx.audit("pay_seat", before, after, order=order_id)
            tx.emit(events.REGISTRATION_CONFIRMED, after, registration_facts(after, meetup))
            self._answer(tx, events.PURCHASE_FULFILLED, order, after)

        self._uow.run(ctx, work)

    def take_back(self, event: CloudEvent, ctx: Context) -> None:
        """Who got all the money back, or a part for giving it up, has no seat, unless the meetup
        has begun; an order that is not known to be paid yet does not get one.

        Raises Ignored for another subject.
        """
        _require_seat(event)
        if not (event.data["full"] or event.data["gives_up"]):
            return

        def work(tx: Transaction) -> None:
            before, meetup, _ = self._of(tx, event.data["subject"]["ref"])
            purchase_id, order_id = event.data["purchase_id"], event.data["order_id"]
            noted = registrations.note_refund(before, purchase_id, order_id)
            if noted is not None:
                tx.audit("note_refund", before, self._registrations.save(tx, noted), order=order_id)
                return
            is_paid = registrations.is_paid_by(before, order_id)
            if not is_paid or before["state"] != "confirmed":
                return
            if not meetups.is_to_come(meetup, tx.now):
                return
            after = self._registrations.save(tx, registrations.withdraw(before))
            self._seats.release(before["meetup_id"], tx=tx)
            tx.audit("refund_seat", before, after, order=order_id)

        self._uow.run(ctx, work)

    def _of(self, tx: Transaction, ref: str) -> tuple[Registration, Meetup, Offer | None]:
        """The registration of a selection or an offer, its meetup, and that offer."""
        if ref.startswith("ofr_"):
            offer, registration, meetup = self._offers.require_with(ref, tx=tx)
            return registration, meetup, offer
        return *self._registrations.require_with(ref, tx=tx), None

    def _answer(
        self,
        tx: Transaction,
        event: Event,
        order: OrderPaid,
        registration: Registration,
        reason: str | None = None,
    ) -> None:
        """Tells payments what became of the order, ordered by the registration's version."""
        about: Document = {"_id": order["order_id"], "version": registration["version"]}
        facts: PurchaseAnswer = {
            "order_id": order["order_id"],
            "purchase_id": order["purchase_id"],
            "community_id": order["community_id"],
            "reason": reason,
            "starts_on": None,
            "ends_on": None,
        }
        tx.emit(event, about, facts)


def _require_seat(event: CloudEvent) -> None:
    """Payments sells more than seats, and a later version of it what is not known here."""
    kind = event.data["subject"]["kind"]
    if kind != SUBJECT_KIND:
        raise Ignored(f"subject {kind}")
