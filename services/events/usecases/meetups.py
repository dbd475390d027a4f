"""Meetups: drafted, published, closed and called off by hosts; seen by members."""

from collections import Counter
from collections.abc import Callable
from typing import cast

from chassis.access import Access, Caller
from chassis.actions import possible, possible_with_rows
from chassis.aggregates import check_version, is_made
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.rpc_client import RpcClient
from chassis.uow import Transaction, UnitOfWork
from contracts import events, membership
from contracts.access import Who
from contracts.errors import MEMBERSHIP_REQUIRED, DomainError
from contracts.errors.events import CAPACITY_BELOW_COUNTED
from contracts.fields import words_of
from contracts.records import Event
from contracts.states.events import MEETUP_STATES
from contracts.types import events as wire
from contracts.types.membership import Community
from services.events.domain import fees, meetups, offers, registrations
from services.events.domain.meetups import Meetup, MeetupWishes
from services.events.domain.registrations import Registration
from services.events.store import Stores
from services.events.store.meetups import ShownMeetup
from services.events.store.seats import CountedMeetup
from services.events.usecases.access import require_shown, require_staff
from services.events.usecases.actions import MEETUP_ACTIONS, REGISTRATION_ACTIONS
from services.events.usecases.guarded import run_guarded
from services.events.usecases.views import (
    meetup_facts,
    meetup_view,
    my_registration_view,
    next_view,
    seat_payable_facts,
)

_PUBLIC_STATES = tuple(state for state in MEETUP_STATES if state != "draft")


class MeetupUseCases:
    """The meetups of all communities."""

    def __init__(
        self, *, stores: Stores, uow: UnitOfWork, clock: Clock, rpc: RpcClient, access: Access
    ) -> None:
        self._meetups = stores.meetups
        self._registrations = stores.registrations
        self._offers = stores.offers
        self._seats = stores.seats
        self._uow = uow
        self._clock = clock
        self._rpc = rpc
        self._access = access

    def create(self, request: wire.CreateMeetup, ctx: Context) -> wire.Meetup:
        """A draft; its zone is the community's unless another is named."""
        self._access.require(ctx, events.CREATE_MEETUP.who, request["community_id"])
        zone, fee = request["zone"], request["fee"]
        if zone is None or fee is not None:
            community = self._community(request["community_id"], ctx)
            zone = zone or community["zone"]
            if fee is not None:
                fees.check_currency(fee, community["currency"])

        def work(tx: Transaction) -> wire.Meetup:
            drafted = meetups.draft(
                id=new_id("mtp"),
                wishes=request,
                zone=zone,
                created_by=ctx.actor.id,
                now=tx.now,
            )
            meetup = self._meetups.insert(tx, drafted)
            tx.audit("create_meetup", None, meetup)
            return self._own_view(meetup)

        return self._uow.run(ctx, work)

    def get(self, request: wire.MeetupRef, ctx: Context) -> wire.ShownMeetup:
        """One meetup; the address for hosts and confirmed people only."""
        meetup = self._meetups.require_shown(request["meetup_id"], ctx.actor.id)
        caller = self._access.caller(ctx, meetup["community_id"])
        require_shown(caller, meetup)
        with_address = _has_seat(meetup["registration"]) or caller.may(events.PUBLISH_MEETUP.who)
        mine = self._own(meetup, caller)
        if mine is not None and mine["state"] == "waitlisted":
            (live,) = meetup["registration"]
            mine["position"] = self._registrations.position(live)
        return {
            **self._counted_view(meetup, with_address=with_address),
            "my_registration": mine,
            "actions": possible(MEETUP_ACTIONS, meetup, self._clock.now(), caller),
        }

    def list_of_community(self, request: wire.ListMeetups, ctx: Context) -> wire.Meetups:
        """A page of a community's meetups by start; drafts for hosts only."""
        community_id, states = request["community_id"], words_of(request["state"])
        caller = self._access.caller(ctx, community_id)
        who = events.LIST_MEETUPS.who
        if not caller.may(who) and self._community(community_id, ctx)["visibility"] == "hidden":
            caller.require_may_see(who, "community")
        caller.require(who, MEMBERSHIP_REQUIRED)
        hosting = caller.may(events.PUBLISH_MEETUP.who)
        visible = MEETUP_STATES if hosting else _PUBLIC_STATES
        page = self._meetups.of_community(
            community_id,
            ctx.actor.id,
            [known for known in visible if not states or known in states],
            (request["starts_from"], request["starts_before"]),
            descending=request["sort"] == "-starts_at",
            after=request["after"],
            limit=request["limit"],
        )
        actions = possible_with_rows(MEETUP_ACTIONS, self._clock.now(), caller)

        def view(meetup: ShownMeetup) -> wire.ShownMeetup:
            has_seat = _has_seat(meetup["registration"])
            return {
                **self._counted_view(meetup, with_address=hosting or has_seat),
                "my_registration": self._own(meetup, caller),
                "actions": actions(meetup, ""),  # about nobody
            }

        return {**page.answer(view), "hosting": hosting}

    def list_next(self, request: wire.CountMeetups, ctx: Context) -> wire.NextMeetups:
        """The next meetups of a community, for membership, which asked who wants to know."""
        found = self._meetups.coming(request["community_id"], self._clock.now(), events.MOST_NEXT)
        return {
            "meetups": [next_view(self._counted_view(one, with_address=False)) for one in found]
        }

    def count_of_community(self, request: wire.CountMeetups, ctx: Context) -> wire.MeetupCounts:
        """How many meetups of a community are in each state, for hosts."""
        community_id = request["community_id"]
        self._access.require(ctx, events.COUNT_MEETUPS.who, community_id)
        return {"community_id": community_id, "counts": self._meetups.counts(community_id)}

    def publish(self, request: wire.MeetupRef, ctx: Context) -> wire.Meetup:
        """Opens the seats, and registration."""
        meetup = self._require_staffed(request, events.PUBLISH_MEETUP.who, ctx)

        def change(meetup: Meetup, tx: Transaction) -> Meetup:
            published = meetups.publish(meetup, tx.now)
            self._seats.open(published, tx=tx)
            return published

        return self._change(ctx, meetup, "publish_meetup", change, events.MEETUP_PUBLISHED)

    def change(self, request: wire.ChangeMeetup, ctx: Context) -> wire.ChangedMeetup:
        """What is given is changed, or it is said what that would do; a job tells the people."""
        meetup = self._require_staffed(request, events.CHANGE_MEETUP.who, ctx)
        wishes = _wishes(request)
        fee = wishes.get("fee")
        if fee is not None and fee != meetup.get("fee"):
            fees.check_currency(fee, self._community(meetup["community_id"], ctx)["currency"])

        def work(tx: Transaction, known: Meetup | None) -> wire.ChangedMeetup:
            before = known or self._meetups.require(meetup["_id"], tx=tx)
            if is_made(before, request["expected_version"], wishes):
                told = before.get("told_change")
                tells = told is not None and told["version"] == before["version"]
                return self._changed_view(tx, before, tells=tells)
            check_version(before, request["expected_version"])
            changed = meetups.change(before, wishes, tx.now)
            answer = self._changed_view(tx, changed, tells=meetups.is_told(before, changed))
            if request["simulate"] or changed == before:
                return answer
            after = self._save_changed(tx, before, changed)
            return {**answer, "version": after["version"], "updated_at": after["updated_at"]}

        return run_guarded(self._uow, ctx, meetup, work)

    def _save_changed(self, tx: Transaction, before: Meetup, changed: Meetup) -> Meetup:
        after = self._meetups.save(tx, changed)
        tx.audit("change_meetup", before, after)
        if after["state"] == "draft":
            return after
        if any(before[field] != after[field] for field in ("starts_at", "capacity")):
            self._seats.change(after, tx=tx)
        if after["starts_at"] < before["starts_at"]:
            self._bring_forward(tx, after)
        return after

    def _bring_forward(self, tx: Transaction, meetup: Meetup) -> None:
        """No seat is kept beyond what an earlier start allows; as many as there are seats."""
        live = self._offers.live_of(meetup, tx=tx)
        offered = [one["registration_id"] for one in live]
        kept = self._registrations.keeping(meetup, offered, tx=tx)
        sooner = [(one, registrations.brought_forward(one, meetup, tx.now)) for one in kept]
        moved = [(before, after) for before, after in sooner if before != after]
        saved = self._registrations.save_all(tx, [after for _, after in moved])
        for (before, _), after in zip(moved, saved, strict=True):
            tx.audit("bring_forward_registration", before, after)
            if registrations.awaits_payment(after):
                tx.emit(events.SEAT_PAYABLE, after, seat_payable_facts(after, meetup))
        ending = [(one, offers.brought_forward(one, meetup)) for one in live]
        cut = [(before, after) for before, after in ending if before != after]
        for (offer, _), shorter in zip(
            cut, self._offers.save_all(tx, [after for _, after in cut]), strict=True
        ):
            tx.audit("bring_forward_offer", offer, shorter)

    def _changed_view(self, tx: Transaction, meetup: Meetup, *, tells: bool) -> wire.ChangedMeetup:
        """The meetup, and who has which part in it; raises DomainError(CAPACITY_BELOW_COUNTED)."""
        is_public = meetup["state"] != "draft"
        taken = self._seats.taken(meetup["_id"], tx=tx) if is_public else 0
        if is_public and meetup["capacity"] < taken:
            raise DomainError(CAPACITY_BELOW_COUNTED, counted=taken)
        counts = self._registrations.counts(meetup, tx=tx) if is_public else Counter[str]()
        return {
            **meetup_view(meetup, seats_free=_free(meetup, taken=taken), with_address=True),
            "affects": {
                "confirmed": counts["confirmed"] + counts["checked_in"],
                "selected": counts["selected"],
                "waitlisted": counts["waitlisted"],
                # What is taken and nobody's own is on offer (ADR 0048).
                "offers": max(0, taken - sum(counts[state] for state in registrations.COUNTED)),
                "told": sum(counts[state] for state in registrations.TOLD) if tells else 0,
            },
        }

    def close_registration(self, request: wire.MeetupRef, ctx: Context) -> wire.Meetup:
        """From now on people can be selected."""

        def change(meetup: Meetup, tx: Transaction) -> Meetup:
            return meetups.close_registration(meetup)

        meetup = self._require_staffed(request, events.CLOSE_REGISTRATION.who, ctx)
        return self._change(ctx, meetup, "close_registration", change)

    def cancel(self, request: wire.CancelMeetup, ctx: Context) -> wire.Meetup:
        """Calls it off; a job tells everybody who is registered."""
        meetup = self._require_staffed(request, events.CANCEL_MEETUP.who, ctx)
        was_public = meetup["state"] != "draft"

        def change(meetup: Meetup, tx: Transaction) -> Meetup:
            return meetups.cancel(meetup, request["reason"], tx.now)

        event = events.MEETUP_CANCELLED if was_public else None
        return self._change(ctx, meetup, "cancel_meetup", change, event)

    def _require_staffed(
        self,
        request: wire.MeetupRef | wire.CancelMeetup | wire.ChangeMeetup,
        who: Who,
        ctx: Context,
    ) -> Meetup:
        meetup = self._meetups.require(request["meetup_id"])
        require_staff(self._access.caller(ctx, meetup["community_id"]), who, meetup)
        return meetup

    def _community(self, community_id: str, ctx: Context) -> Community:
        asked = {"community_id": community_id}
        community: Community = self._rpc.call(membership.GET_COMMUNITY, asked, ctx)
        return community

    def _change(
        self,
        ctx: Context,
        meetup: Meetup,
        action: str,
        change: Callable[[Meetup, Transaction], Meetup],
        event: Event | None = None,
    ) -> wire.Meetup:
        def work(tx: Transaction, known: Meetup | None) -> wire.Meetup:
            before = known or self._meetups.require(meetup["_id"], tx=tx)
            after = self._meetups.save(tx, change(before, tx))
            tx.audit(action, before, after)
            if event is not None:
                tx.emit(event, after, meetup_facts(after))
            return self._own_view(after)

        return run_guarded(self._uow, ctx, meetup, work)

    def _own_view(self, meetup: Meetup) -> wire.Meetup:
        """For who changed it: by hand it goes no further than to where nobody has a seat yet."""
        return meetup_view(meetup, seats_free=_free(meetup, taken=0), with_address=True)

    def _own(self, meetup: ShownMeetup, caller: Caller) -> wire.MyRegistration | None:
        """The caller's registration that came with the meetup, and what they may do about it."""
        for live in meetup["registration"]:
            about, now = live["person_id"], self._clock.now()
            actions = possible(REGISTRATION_ACTIONS, (live, meetup), now, caller, about=about)
            return my_registration_view(live, actions)
        return None

    def _counted_view(self, meetup: CountedMeetup, *, with_address: bool) -> wire.Meetup:
        counter = next(iter(meetup["counter"]), None)
        taken = 0 if counter is None else counter["taken"]
        return meetup_view(meetup, seats_free=_free(meetup, taken=taken), with_address=with_address)


def _wishes(request: wire.ChangeMeetup) -> MeetupWishes:
    named = MeetupWishes.__annotations__
    return cast(MeetupWishes, {name: value for name, value in request.items() if name in named})


def _free(meetup: Meetup, *, taken: int) -> int:
    """How many seats can still be had: none once it is over or called off."""
    return 0 if meetup["state"] in ("held", "cancelled") else meetup["capacity"] - taken


def _has_seat(live: list[Registration]) -> bool:
    """Whether the person has a seat for certain, by the live registration if there is one."""
    return any(map(registrations.is_certain, live))
