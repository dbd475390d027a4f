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
from services.events.store.seats import SeatStore
from services.events.usecases.access import Access, belongs
from services.events.usecases.guarded import run_guarded
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
        seats: SeatStore,
    ) -> None:
        self._uow = uow
        self._clock = clock
        self._rpc = rpc
        self._access = access
        self._store = store
        self._seats = seats

    def create(self, request: View, ctx: Context) -> View:
        """A draft; its zone is the community's unless another is named."""
        self._access.require_host(ctx, request["community_id"])
        zone = request["zone"] or self._zone_of(request["community_id"], ctx)

        def work(tx: Transaction) -> View:
            drafted = meetups.draft(
                id=new_id("mtp"),
                wishes=request,
                zone=zone,
                created_by=ctx.actor.id,
                now=tx.now,
            )
            meetup = self._store.insert(tx, drafted)
            tx.audit("create_meetup", None, meetup)
            return self._view(meetup, full=True)

        return self._uow.run(ctx, work)

    def get(self, request: View, ctx: Context) -> View:
        """One meetup; the address for hosts and confirmed people only."""
        meetup = self._store.require_shown(request["meetup_id"], ctx.person())
        caller = self._access.caller(ctx, meetup["community_id"])
        caller.require_sight(meetup)
        return self._view(meetup, full=_has_seat(meetup["registration"]) or caller.hosts)

    def list_of_community(self, request: View, ctx: Context) -> View:
        """A page of a community's meetups by start; drafts for hosts only."""
        community_id, state = request["community_id"], request["state"]
        caller = self._access.caller(ctx, community_id)
        hosting = caller.hosts
        if not hosting and not belongs(caller.standing):
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
        self._access.caller(ctx, meetup["community_id"]).require_staff(meetup)
        return meetup

    def _zone_of(self, community_id: str, ctx: Context) -> str:
        asked = {"community_id": community_id}
        return str(self._rpc.call(membership.GET_COMMUNITY, asked, ctx)["zone"])

    def _change(
        self,
        ctx: Context,
        meetup: Document,
        action: str,
        change: Callable[[Document, Transaction], Document],
        event: Any = None,
    ) -> View:
        def work(tx: Transaction, known: Document | None) -> View:
            before = known or self._store.require(meetup["_id"], tx=tx)
            after = self._store.save(tx, change(before, tx))
            tx.audit(action, before, after)
            if event is not None:
                tell_meetup(tx, event, after)
            return self._view(after, full=True)

        return run_guarded(self._uow, ctx, meetup, work)

    def _view(self, meetup: Document, *, full: bool) -> View:
        return {
            "id": meetup["_id"],
            "address": meetup["address"] if full else None,
            "seats_free": self._seats_free(meetup),
            **{name: meetup[name] for name in _SHOWN},
        }

    def _seats_free(self, meetup: Document) -> int:
        if meetup["state"] in ("draft", "published"):  # nobody is selected before the end of it
            return int(meetup["capacity"])
        if "counter" not in meetup:
            return self._seats.free(meetup["_id"])
        return self._seats.free_of(next(iter(meetup["counter"]), None))


def _has_seat(registrations: list[Document]) -> bool:
    """Whether the person has a seat for certain, by the live registration if there is one."""
    return any(one["state"] in ("confirmed", "checked_in", "no_show") for one in registrations)
