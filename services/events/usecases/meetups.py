"""Meetups: drafted, published, closed and called off by hosts; seen by members."""

from collections.abc import Callable
from functools import partial

from chassis.access import Access
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.rpc_client import RpcClient
from chassis.uow import Transaction, UnitOfWork
from contracts import events, membership
from contracts.access import Who
from contracts.records import Event
from contracts.states.events import MEETUP_STATES
from contracts.types import events as wire
from contracts.types.membership import Community
from services.events.domain import meetups
from services.events.domain.meetups import Meetup
from services.events.domain.registrations import Registration
from services.events.store import Stores
from services.events.store.meetups import CountedMeetup
from services.events.usecases.access import require_shown, require_staff
from services.events.usecases.guarded import run_guarded
from services.events.usecases.views import meetup_facts, meetup_view

_PUBLIC_STATES = tuple(state for state in MEETUP_STATES if state != "draft")


class MeetupUseCases:
    """The meetups of all communities."""

    def __init__(
        self, *, stores: Stores, uow: UnitOfWork, clock: Clock, rpc: RpcClient, access: Access
    ) -> None:
        self._meetups = stores.meetups
        self._seats = stores.seats
        self._uow = uow
        self._clock = clock
        self._rpc = rpc
        self._access = access

    def create(self, request: wire.CreateMeetup, ctx: Context) -> wire.Meetup:
        """A draft; its zone is the community's unless another is named."""
        self._access.require(ctx, events.CREATE_MEETUP.who, request["community_id"])
        zone = request["zone"] or self._zone_of(request["community_id"], ctx)

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

    def get(self, request: wire.MeetupRef, ctx: Context) -> wire.Meetup:
        """One meetup; the address for hosts and confirmed people only."""
        meetup = self._meetups.require_shown(request["meetup_id"], ctx.require_person())
        caller = self._access.caller(ctx, meetup["community_id"])
        require_shown(caller, meetup)
        with_address = _has_seat(meetup["registration"]) or caller.may(events.PUBLISH_MEETUP.who)
        return self._counted_view(meetup, with_address=with_address)

    def list_of_community(self, request: wire.ListMeetups, ctx: Context) -> wire.Meetups:
        """A page of a community's meetups by start; drafts for hosts only."""
        community_id, state = request["community_id"], request["state"]
        caller = self._access.caller(ctx, community_id)
        caller.require_may_see(events.LIST_MEETUPS.who, "community")
        hosting = caller.may(events.PUBLISH_MEETUP.who)
        visible = MEETUP_STATES if hosting else _PUBLIC_STATES
        page = self._meetups.of_community(
            community_id,
            [known for known in visible if state in (None, known)],
            after=request["after"],
            limit=request["limit"],
        )
        return page.answer(partial(self._counted_view, with_address=hosting))

    def publish(self, request: wire.MeetupRef, ctx: Context) -> wire.Meetup:
        """Opens the seats, then registration."""
        meetup = self._require_staffed(request, events.PUBLISH_MEETUP.who, ctx)
        meetups.publish(meetup, self._clock.now())
        self._seats.open(meetup)

        def change(meetup: Meetup, tx: Transaction) -> Meetup:
            return meetups.publish(meetup, tx.now)

        return self._change(ctx, meetup, "publish_meetup", change, events.MEETUP_PUBLISHED)

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
        self, request: wire.MeetupRef | wire.CancelMeetup, who: Who, ctx: Context
    ) -> Meetup:
        meetup = self._meetups.require(request["meetup_id"])
        require_staff(self._access.caller(ctx, meetup["community_id"]), who, meetup)
        return meetup

    def _zone_of(self, community_id: str, ctx: Context) -> str:
        asked = {"community_id": community_id}
        community: Community = self._rpc.call(membership.GET_COMMUNITY, asked, ctx)
        return community["zone"]

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

    def _counted_view(self, meetup: CountedMeetup, *, with_address: bool) -> wire.Meetup:
        counter = next(iter(meetup["counter"]), None)
        taken = 0 if counter is None else counter["taken"]
        return meetup_view(meetup, seats_free=_free(meetup, taken=taken), with_address=with_address)


def _free(meetup: Meetup, *, taken: int) -> int:
    """How many seats can still be had: none once it is over or called off."""
    return 0 if meetup["state"] in ("held", "cancelled") else meetup["capacity"] - taken


def _has_seat(registrations: list[Registration]) -> bool:
    """Whether the person has a seat for certain, by the live registration if there is one."""
    return any(one["state"] in ("confirmed", "checked_in", "no_show") for one in registrations)
