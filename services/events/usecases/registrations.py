"""Registrations: what people do with their own, what hosts see, and who was there."""

from collections.abc import Callable, Mapping
from typing import Any

from chassis.access import Access, Caller, require_own
from chassis.actions import possible, possible_with_rows
from chassis.aggregates import Page, PageAnswer
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.list_orders import ListOrder, list_order
from chassis.names import Names
from chassis.uow import Transaction, UnitOfWork
from contracts import events
from contracts.access import FORMER_MEMBERS, MEMBERS, Who
from contracts.errors import STALE_VERSION, TOO_BUSY, DomainError, Kind
from contracts.errors.events import ALREADY_REGISTERED, MEMBERS_ONLY
from contracts.fields import words_of
from contracts.records import Event
from contracts.types import events as wire
from services.events.domain import meetups, offers, registrations
from services.events.domain.meetups import FixedMeetup, Meetup
from services.events.domain.registrations import Registration
from services.events.store import Stores
from services.events.store.registrations import LiveRegistrationExists, Parts, PlacedRegistration
from services.events.usecases.access import require_shown
from services.events.usecases.actions import DOOR_ACTIONS, REGISTRATION_ACTIONS
from services.events.usecases.guarded import run_guarded
from services.events.usecases.seat_payments import tell_of_seat_end
from services.events.usecases.views import (
    attendance_facts,
    meetup_head_view,
    registration_facts,
    registration_view,
)

PAGE = 100
GUESTS = ("confirmed", "checked_in", "no_show")
BY_APPLICATION = ListOrder("applied_at", False, {})
OVER = frozenset({Kind.CONFLICT, Kind.RULE_VIOLATED})
Change = Callable[[Registration, Meetup, Transaction], Registration]
Facts = Callable[[Registration, Meetup], Mapping[str, Any]]


class RegistrationUseCases:
    """The registrations of all meetups."""

    def __init__(
        self, *, stores: Stores, uow: UnitOfWork, clock: Clock, access: Access, names: Names
    ) -> None:
        self._meetups = stores.meetups
        self._registrations = stores.registrations
        self._offers = stores.offers
        self._seats = stores.seats
        self._uow = uow
        self._clock = clock
        self._access = access
        self._names = names

    def register(self, request: wire.MeetupRef, ctx: Context) -> wire.Registration:
        """An active member applies; one live registration for each person and meetup."""
        person_id = ctx.require_person()
        meetup = self._meetups.require(request["meetup_id"])
        caller = self._access.caller(ctx, meetup["community_id"])
        if not caller.may(FORMER_MEMBERS):  # they hear that they may come back
            require_shown(caller, meetup)
        caller.require(events.REGISTER.who, MEMBERS_ONLY)

        # A meetup that closes after it was read: `SETTLING` waits for what was under way.
        def work(tx: Transaction) -> wire.Registration:
            meetups.require_open_for_registration(meetup, tx.now)
            applied = registrations.apply(
                id=new_id("reg"), meetup=meetup, person_id=person_id, now=tx.now
            )
            registration = self._registrations.insert(tx, applied)
            tx.audit("register", None, registration)
            return self.view(registration)

        try:
            return self._uow.run(ctx, work)
        except LiveRegistrationExists:
            live = self._registrations.live_of(meetup, person_id)
            if live is None:  # it ended in this moment
                raise DomainError(TOO_BUSY, retry_after=1) from None
            raise DomainError(
                ALREADY_REGISTERED, registration_id=live["_id"], state=live["state"]
            ) from None

    def get(self, request: wire.GetRegistration, ctx: Context) -> wire.ShownRegistration:
        """One registration, for its person and the hosts."""
        parts = self._registrations.require_with_counter(request["registration_id"])
        registration = parts[0]
        caller = self._access.caller(ctx, registration["community_id"])
        self._require_may_see(caller, registration)
        about, now = registration["person_id"], self._clock.now()
        actions = possible(REGISTRATION_ACTIONS, parts, now, caller, about=about)
        head = None
        if request["include"] is not None:
            with_address = registrations.is_certain(registration) or caller.may(
                events.LIST_REGISTRATIONS.who
            )
            head = meetup_head_view(parts[1], with_address=with_address)
        return {**self.view(registration), "meetup": head, "actions": actions}

    def list_of_meetup(self, request: wire.ListRegistrations, ctx: Context) -> wire.Registrations:
        """A page of a meetup's registrations, for hosts."""
        meetup, caller = self._require_hosted(
            request["meetup_id"], events.LIST_REGISTRATIONS.who, ctx
        )
        search = request["search"]
        people = None if search is None else self._names.find(meetup["community_id"], search, ctx)
        page, as_it_is = self._registrations.of_meetup(
            meetup,
            words_of(request["state"]),
            list_order(request["sort"] or "applied_at", request["updated_after"], {}),
            people,
            after=request["after"],
            limit=request["limit"],
        )
        names = self._names.of(
            meetup["community_id"], (one["person_id"] for one in page.items), ctx
        )
        actions = possible_with_rows(REGISTRATION_ACTIONS, self._clock.now(), caller)

        def listed(one: PlacedRegistration) -> wire.ListedRegistration:
            assert as_it_is is not None  # it comes with the rows
            about = one["person_id"]
            return {
                **_placed_view(one),
                "display_name": names.get(about),
                "actions": actions((one, as_it_is), about),
            }

        counts = self._registrations.counts(meetup) if request["count"] else None
        return {**page.answer(listed), "counts": counts}

    def list_guests(self, request: wire.ListGuests, ctx: Context) -> wire.Guests:
        """Who has a seat and who is there, in the order of application, for the door."""
        meetup, caller = self._require_hosted(request["meetup_id"], events.LIST_GUESTS.who, ctx)
        search = request["search"]
        people = None if search is None else self._names.find(meetup["community_id"], search, ctx)
        page, as_it_is = self._registrations.of_meetup(
            meetup, GUESTS, BY_APPLICATION, people, after=request["after"], limit=request["limit"]
        )
        names = self._names.of(
            meetup["community_id"], (one["person_id"] for one in page.items), ctx
        )
        actions = possible_with_rows(DOOR_ACTIONS, self._clock.now(), caller)

        def guest(one: PlacedRegistration) -> wire.Guest:
            assert as_it_is is not None  # it comes with the rows
            return {
                "id": one["_id"],
                "display_name": names.get(one["person_id"]),
                "state": one["state"],
                "checked_in_at": one["checked_in_at"],
                "actions": actions((one, as_it_is), one["person_id"]),
            }

        return page.answer(guest)

    def count_of_meetup(self, request: wire.MeetupRef, ctx: Context) -> wire.RegistrationCounts:
        """How many of a meetup's registrations stand in each state, for hosts."""
        meetup, _ = self._require_hosted(request["meetup_id"], events.COUNT_REGISTRATIONS.who, ctx)
        return {"meetup_id": meetup["_id"], "counts": self._registrations.counts(meetup)}

    def list_mine(self, request: wire.ListMyRegistrations, ctx: Context) -> wire.MyRegistrations:
        """A page of the signed-in person's registrations, newest first."""
        page = self._page_of_mine(request, ctx)
        wanted = request["include"] is not None
        known = self._meetups.heads({one["meetup_id"] for one in page.items}) if wanted else {}

        def view(one: PlacedRegistration) -> wire.RegistrationAtMeetup:
            meetup = known.get(one["meetup_id"])
            head = meetup and meetup_head_view(meetup, with_address=registrations.is_certain(one))
            return {**_placed_view(one), "meetup": head}

        return page.answer(view)

    def list_all_mine(
        self, request: wire.PageRequest, ctx: Context
    ) -> PageAnswer[wire.Registration]:
        """The same for their export."""
        return self._page_of_mine(request, ctx).answer(_placed_view)

    def _page_of_mine(
        self, request: wire.PageRequest | wire.ListMyRegistrations, ctx: Context
    ) -> Page[PlacedRegistration]:
        return self._registrations.of_person(
            ctx.require_person(), after=request["after"], limit=request["limit"]
        )

    def confirm(self, request: wire.RegistrationRef, ctx: Context) -> wire.Registration:
        """A selected person takes the seat that is kept."""

        def change(registration: Registration, meetup: Meetup, tx: Transaction) -> Registration:
            return registrations.confirm(registration, tx.now, meetup["zone"])

        parts = self._require_own(request, events.CONFIRM_REGISTRATION.who, ctx)
        self._access.caller(ctx, parts[0]["community_id"]).require(MEMBERS, MEMBERS_ONLY)
        return self._change(
            parts, ctx, "confirm_registration", change, events.REGISTRATION_CONFIRMED
        )

    def decline(self, request: wire.RegistrationRef, ctx: Context) -> wire.Registration:
        """A selected person leaves the seat to others."""

        def change(registration: Registration, meetup: Meetup, tx: Transaction) -> Registration:
            return registrations.decline(registration)

        parts = self._require_own(request, events.DECLINE_REGISTRATION.who, ctx)
        return self._change(parts, ctx, "decline_registration", change)

    def withdraw(self, request: wire.RegistrationRef, ctx: Context) -> wire.Registration:
        """A person withdraws before the start; what was kept or offered is free again."""
        parts = self._require_own(request, events.WITHDRAW_REGISTRATION.who, ctx)
        return self._withdraw(parts, ctx)

    def _withdraw(self, parts: Parts, ctx: Context) -> wire.Registration:
        def change(registration: Registration, meetup: Meetup, tx: Transaction) -> Registration:
            meetups.require_not_begun(meetup, tx.now)
            return registrations.withdraw(registration)

        return self._change(parts, ctx, "withdraw_registration", change)

    def check_in(self, request: wire.RegistrationRef, ctx: Context) -> wire.Registration:
        """Somebody at the door notes that a person is there."""
        parts = self._require_at_door(request, events.CHECK_IN.who, ctx)

        def change(registration: Registration, meetup: Meetup, tx: Transaction) -> Registration:
            return registrations.check_in(registration, meetup, tx.now)

        event = events.REGISTRATION_CHECKED_IN
        return self._change(parts, ctx, "check_in", change, event, attendance_facts)

    def undo_check_in(self, request: wire.RegistrationRef, ctx: Context) -> wire.Registration:
        """The person is not there after all."""
        parts = self._require_at_door(request, events.UNDO_CHECK_IN.who, ctx)

        def change(registration: Registration, meetup: Meetup, tx: Transaction) -> Registration:
            meetups.require_not_called_off(meetup)
            return registrations.undo_check_in(registration, meetup, tx.now)

        event = events.REGISTRATION_CHECK_IN_UNDONE
        return self._change(parts, ctx, "undo_check_in", change, event, attendance_facts)

    def is_seat_kept(self, request: wire.RegistrationRef, ctx: Context) -> wire.KeptSeat:
        """Whether the person may still take the seat that was given or offered."""
        registration = self._registrations.require(request["registration_id"])
        return {"kept": registrations.awaits_answer(registration)}

    def place_words(self, request: wire.RegistrationRef, ctx: Context) -> wire.PlaceWords:
        """Where the meetup is, for a message to the person: the address for who has a seat."""
        registration, meetup = self._registrations.require_with(request["registration_id"])
        address = meetup["address"] if registrations.is_certain(registration) else ""
        return {"words": " ".join(part for part in (meetup["city"], address) if part)}

    def has_attended(self, request: wire.AttendanceRef, ctx: Context) -> wire.Attendance:
        """Whether the person was checked in at a meetup of the community since then."""
        return {
            "attended": self._registrations.attended(
                request["community_id"], request["person_id"], request["since"]
            )
        }

    def forget(self, person_id: str, ctx: Context) -> list[str]:
        """Withdraws an erased person from all that has not begun; what was stays, by ids."""
        after: str | None = None
        while True:
            page = self._registrations.of_person(person_id, after=after, limit=PAGE)
            for registration in page.items:
                if registration["state"] in registrations.UNDECIDED:
                    self._forget(registration["_id"], ctx)
            after = page.next
            if after is None:
                return []

    def _forget(self, registration_id: str, ctx: Context) -> None:
        parts = self._registrations.require_with(registration_id)
        try:
            self._withdraw(parts, ctx)
        except DomainError as problem:
            # The meetup has begun or was called off, or it ended meanwhile: winding up decides.
            if problem.error is STALE_VERSION or problem.kind not in OVER:
                raise

    def view(self, registration: Registration) -> wire.Registration:
        """One registration, its place in the waitlist looked up."""
        waits = registration["state"] == "waitlisted"
        position = self._registrations.position(registration) if waits else None
        return registration_view(registration, position)

    def _require_own(self, request: wire.RegistrationRef, who: Who, ctx: Context) -> Parts:
        parts = self._registrations.require_with(request["registration_id"])
        require_own(ctx, who, parts[0]["person_id"], self._registrations.noun)
        return parts

    def _require_at_door(self, request: wire.RegistrationRef, who: Who, ctx: Context) -> Parts:
        parts = self._registrations.require_with(request["registration_id"])
        caller = self._access.caller(ctx, parts[0]["community_id"])
        if not caller.may(who):
            self._require_may_see(caller, parts[0])
        caller.require(who)
        return parts

    def _require_hosted(self, meetup_id: str, who: Who, ctx: Context) -> tuple[FixedMeetup, Caller]:
        meetup = self._meetups.fixed(meetup_id)
        caller = self._access.caller(ctx, meetup["community_id"])
        if not caller.may(who):
            require_shown(caller, self._meetups.require(meetup["_id"]))
        caller.require(who)
        return meetup, caller

    def _require_may_see(self, caller: Caller, registration: Registration) -> None:
        who, noun = events.GET_REGISTRATION.who, self._registrations.noun
        caller.require_may_see(who, noun, about=registration["person_id"])

    def _change(
        self,
        parts: Parts,
        ctx: Context,
        action: str,
        change: Change,
        event: Event | None = None,
        facts: Facts = registration_facts,
    ) -> wire.Registration:
        id = parts[0]["_id"]

        def work(tx: Transaction, known: Parts | None) -> wire.Registration:
            before, meetup = known or self._registrations.require_with(id, tx=tx)
            after = self._registrations.save(tx, change(before, meetup, tx))
            if before["offer"] is not None and after["offer"] is None:
                offer = self._offers.require(before["offer"]["id"], tx=tx)
                closed = self._offers.save(tx, offers.close(offer))
                tx.audit("close_offer", offer, closed)
            if registrations.has_seat(before) and not registrations.has_seat(after):
                self._seats.release(before["meetup_id"], tx=tx)
                tell_of_seat_end(tx, before, after, tx.now)
            tx.audit(action, before, after)
            if event is not None:
                tx.emit(event, after, facts(after, meetup))
            return self.view(after)

        return run_guarded(self._uow, ctx, parts, work)


def _placed_view(registration: PlacedRegistration) -> wire.Registration:
    waits = registration["state"] == "waitlisted"
    return registration_view(registration, registration["position"] if waits else None)
