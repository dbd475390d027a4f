"""Registrations: what people do with their own, what hosts see, and who was there."""

from collections.abc import Callable
from typing import Any

from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts import events
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, TOO_BUSY, DomainError
from contracts.errors.events import ALREADY_REGISTERED, MEMBERS_ONLY
from contracts.records import Event
from services.events.domain import meetups, offers, registrations
from services.events.store.meetups import MeetupStore
from services.events.store.offers import OfferStore
from services.events.store.registrations import LiveRegistrationExists, RegistrationStore
from services.events.store.seats import SeatStore
from services.events.usecases.access import DOOR, Access
from services.events.usecases.guarded import run_guarded
from services.events.usecases.telling import tell_registration

View = dict[str, Any]
Change = Callable[[Document, Transaction], Document]
_SHOWN = (
    "meetup_id", "community_id", "person_id", "state", "applied_at", "confirm_by", "offer",
    "checked_in_at", "version", "created_at", "updated_at",
)  # fmt: skip


class Registrations:
    """The registrations of all meetups."""

    def __init__(
        self,
        uow: UnitOfWork,
        access: Access,
        meetup_store: MeetupStore,
        store: RegistrationStore,
        offer_store: OfferStore,
        seats: SeatStore,
    ) -> None:
        self._uow = uow
        self._access = access
        self._meetups = meetup_store
        self._store = store
        self._offers = offer_store
        self._seats = seats

    def register(self, request: View, ctx: Context) -> View:
        """An active member applies; one live registration for each person and meetup."""
        person_id = ctx.person()
        meetup = self._meetups.require(request["meetup_id"])
        caller = self._access.caller(ctx, meetup["community_id"])
        caller.require_sight(meetup)
        if not caller.standing.is_active:
            raise DomainError(MEMBERS_ONLY)

        # A meetup that closes after it was read: `SETTLING` waits for what was under way.
        def work(tx: Transaction) -> View:
            meetups.require_open_for_registration(meetup, tx.now)
            applied = registrations.apply(
                id=new_id("reg"), meetup=meetup, person_id=person_id, now=tx.now
            )
            registration = self._store.insert(tx, applied)
            tx.audit("register", None, registration)
            return self.view(registration)

        try:
            return self._uow.run(ctx, work)
        except LiveRegistrationExists:
            live = self._store.live_of(meetup, person_id)
            if live is None:  # it ended in this moment
                raise DomainError(TOO_BUSY, retry_after=1) from None
            raise DomainError(
                ALREADY_REGISTERED, registration_id=live["_id"], state=live["state"]
            ) from None

    def get(self, request: View, ctx: Context) -> View:
        """One registration, for its person and the hosts."""
        registration = self._store.require(request["registration_id"])
        if (
            registration["person_id"] != ctx.person()
            and not self._access.caller(ctx, registration["community_id"]).hosts
        ):
            raise DomainError(OBJECT_NOT_FOUND, noun=self._store.noun)
        return self.view(registration)

    def list_of_meetup(self, request: View, ctx: Context) -> View:
        """A page of a meetup's registrations in the order of application, for hosts."""
        meetup = self._meetups.fixed(request["meetup_id"])
        caller = self._access.caller(ctx, meetup["community_id"])
        if not caller.hosts:
            caller.require_staff(self._meetups.require(meetup["_id"]))
        found, following = self._store.of_meetup(
            meetup, request["state"], after=request["after"], limit=request["limit"]
        )
        return {"items": [self.view(one) for one in found], "next": following}

    def list_mine(self, request: View, ctx: Context) -> View:
        """A page of the signed-in person's registrations, newest first."""
        found, following = self._store.of_person(
            ctx.person(), after=request["after"], limit=request["limit"]
        )
        return {"items": [self.view(one) for one in found], "next": following}

    def confirm(self, request: View, ctx: Context) -> View:
        """A selected person takes the seat that is kept."""

        def change(registration: Document, tx: Transaction) -> Document:
            return registrations.confirm(registration, tx.now)

        registration = self._own(request, ctx)
        return self._change(
            registration, ctx, "confirm_registration", change, events.REGISTRATION_CONFIRMED
        )

    def decline(self, request: View, ctx: Context) -> View:
        """A selected person leaves the seat to others."""

        def change(registration: Document, tx: Transaction) -> Document:
            return registrations.decline(registration)

        return self._change(self._own(request, ctx), ctx, "decline_registration", change)

    def withdraw(self, request: View, ctx: Context) -> View:
        """A person withdraws before the start; what was kept or offered is free again."""
        registration = self._own(request, ctx)
        meetup = self._meetups.require(registration["meetup_id"])

        def change(registration: Document, tx: Transaction) -> Document:
            meetups.require_not_begun(meetup, tx.now)
            return registrations.withdraw(registration)

        return self._change(registration, ctx, "withdraw_registration", change)

    def check_in(self, request: View, ctx: Context) -> View:
        """Somebody at the door notes that a person is there."""
        registration = self._store.require(request["registration_id"])
        if not self._access.caller(ctx, registration["community_id"]).has(DOOR):
            if registration["person_id"] == ctx.person():
                raise DomainError(NOT_PERMITTED)
            raise DomainError(OBJECT_NOT_FOUND, noun=self._store.noun)
        meetup = self._meetups.fixed(registration["meetup_id"])

        def change(registration: Document, tx: Transaction) -> Document:
            return registrations.check_in(registration, meetup, tx.now)

        return self._change(registration, ctx, "check_in", change)

    def has_attended(self, request: View, ctx: Context) -> View:
        """Whether the person was checked in at a meetup of the community since then."""
        return {
            "attended": self._store.attended(
                request["community_id"], request["person_id"], request["since"]
            )
        }

    def view(self, registration: Document) -> View:
        """A registration as its person and the hosts see it; those of a page have a `position`."""
        position = None
        if registration["state"] == "waitlisted":
            known = "position" in registration
            position = registration["position"] if known else self._store.position(registration)
        return {
            "id": registration["_id"],
            "position": position,
            **{name: registration[name] for name in _SHOWN},
        }

    def _own(self, request: View, ctx: Context) -> Document:
        registration = self._store.require(request["registration_id"])
        if registration["person_id"] != ctx.person():
            raise DomainError(OBJECT_NOT_FOUND, noun=self._store.noun)
        return registration

    def _change(
        self,
        registration: Document,
        ctx: Context,
        action: str,
        change: Change,
        event: Event | None = None,
    ) -> View:
        meetup = None if event is None else self._meetups.fixed(registration["meetup_id"])
        freed: list[str] = []

        def work(tx: Transaction, known: Document | None) -> View:
            freed.clear()
            before = known or self._store.require(registration["_id"], tx=tx)
            after = self._store.save(tx, change(before, tx))
            if before["offer"] is not None and after["offer"] is None:
                offer = self._offers.require(before["offer"]["id"], tx=tx)
                closed = self._offers.save(tx, offers.close(offer))
                tx.audit("close_offer", offer, closed)
                freed.append(offer["hold_id"])
            if before["hold_id"] is not None and after["hold_id"] is None:
                freed.append(before["hold_id"])
            tx.audit(action, before, after)
            if event is not None and meetup is not None:
                tell_registration(tx, event, after, meetup)
            return self.view(after)

        answer = run_guarded(self._uow, ctx, registration, work)
        for hold_id in freed:
            self._seats.release(registration["meetup_id"], hold_id)
        return answer
