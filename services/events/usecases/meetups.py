"""Meetups: drafted, published, closed and called off by hosts; seen by members."""

from collections.abc import Callable
from typing import Any

from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.rpc_client import RpcClient
from chassis.uow import Transaction, UnitOfWork
from contracts import events, membership
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from services.events.domain import meetups
from services.events.store.meetups import MeetupStore
from services.events.store.registrations import RegistrationStore
from services.events.store.seats import SeatStore
from services.events.usecases.access import Access, belongs
from services.events.usecases.telling import tell_meetup

View = dict[str, Any]
_SHOWN = (
    "community_id", "title", "description", "starts_at", "ends_at", "zone", "city", "capacity",
    "hold_hours", "state", "cancel_reason", "version", "created_at", "updated_at",
)  # fmt: skip
_PUBLIC_STATES = tuple(state for state in meetups.STATES if state != "draft")


class Meetups:
    """The meetups of all communities."""

    def __init__(
        self,
        uow: UnitOfWork,
        clock: Clock,
        rpc: RpcClient,
        access: Access,
        store: MeetupStore,
        registrations: RegistrationStore,
        seats: SeatStore,
    ) -> None:
        self._uow = uow
        self._clock = clock
        self._rpc = rpc
        self._access = access
        self._store = store
        self._registrations = registrations
        self._seats = seats

    def create(self, request: View, ctx: Context) -> View:
        """A draft; its zone is the community's unless another is named."""
        self._access.require_host(ctx, request["community_id"])
        community = self._rpc.call(
            membership.GET_COMMUNITY, {"community_id": request["community_id"]}, ctx
        )

        def work(tx: Transaction) -> View:
            drafted = meetups.draft(
                id=new_id("mtp"),
                wishes=request,
                zone=community["zone"],
                created_by=ctx.actor.id,
                now=tx.now,
            )
            meetup = self._store.insert(tx, drafted)
            tx.audit("create_meetup", None, meetup)
            return self._view(meetup, full=True)

        return self._uow.run(ctx, work)

    def get(self, request: View, ctx: Context) -> View:
        """One meetup; the address for hosts and confirmed people only."""
        meetup = self._store.require(request["meetup_id"])
        self._access.require_sight(ctx, meetup)
        return self._view(meetup, full=self._knows_address(ctx, meetup))

    def list_of_community(self, request: View, ctx: Context) -> View:
        """A page of a community's meetups by start; drafts for hosts only."""
        community_id, state = request["community_id"], request["state"]
        hosting = self._access.hosts(ctx, community_id)
        if not hosting and not belongs(self._access.standing(ctx, community_id)):
            raise DomainError(OBJECT_NOT_FOUND, noun="community")
        visible = meetups.STATES if hosting else _PUBLIC_STATES
        found, following = self._store.of_community(
            community_id,
            [known for known in visible if state in (None, known)],
            after=request["after"],
            limit=request["limit"],
        )
        return {
            "items": [self._view(meetup, full=hosting) for meetup in found],
            "next": following,
        }

    def publish(self, request: View, ctx: Context) -> View:
        """Opens the seats, then registration."""
        meetup = self._staffed(request, ctx)
        meetups.publish(meetup, self._clock.now())
        self._seats.open(meetup)

        def change(meetup: Document, tx: Transaction) -> Document:
            return meetups.publish(meetup, tx.now)

        return self._change(ctx, meetup, "publish_meetup", change, events.MEETUP_PUBLISHED)

    def close_registration(self, request: View, ctx: Context) -> View:
        """From now on people can be selected."""

        def change(meetup: Document, tx: Transaction) -> Document:
            return meetups.close_registration(meetup)

        return self._change(ctx, self._staffed(request, ctx), "close_registration", change)

    def cancel(self, request: View, ctx: Context) -> View:
        """Calls it off; a job tells everybody who is registered."""
        meetup = self._staffed(request, ctx)
        was_public = meetup["state"] != "draft"

        def change(meetup: Document, tx: Transaction) -> Document:
            return meetups.cancel(meetup, request["reason"], tx.now)

        event = events.MEETUP_CANCELLED if was_public else None
        return self._change(ctx, meetup, "cancel_meetup", change, event)

    def _staffed(self, request: View, ctx: Context) -> Document:
        meetup = self._store.require(request["meetup_id"])
        self._access.require_staff(ctx, meetup)
        return meetup

    def _change(
        self,
        ctx: Context,
        meetup: Document,
        action: str,
        change: Callable[[Document, Transaction], Document],
        event: Any = None,
    ) -> View:
        def work(tx: Transaction) -> View:
            before = self._store.require(meetup["_id"], tx=tx)
            after = self._store.save(tx, change(before, tx))
            tx.audit(action, before, after)
            if event is not None:
                tell_meetup(tx, event, after)
            return self._view(after, full=True)

        return self._uow.run(ctx, work)

    def _knows_address(self, ctx: Context, meetup: Document) -> bool:
        return self._registrations.is_confirmed(meetup, ctx.person()) or self._access.hosts(
            ctx, meetup["community_id"]
        )

    def _view(self, meetup: Document, *, full: bool) -> View:
        draft = meetup["state"] == "draft"
        return {
            "id": meetup["_id"],
            "address": meetup["address"] if full else None,
            "seats_free": meetup["capacity"] if draft else self._seats.free(meetup["_id"]),
            **{name: meetup[name] for name in _SHOWN},
        }
