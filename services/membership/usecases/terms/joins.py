"""Joining and renewing seen as one thing, and what operators do about those that are stuck."""

import datetime as dt
from typing import Literal, NamedTuple

from chassis.clock import Clock, real_now
from chassis.context import Context
from chassis.ids import made_at
from chassis.outbox import Outbox
from chassis.rpc_client import RpcClient
from chassis.uow import UnitOfWork
from contracts import payments
from contracts.errors import OBJECT_NOT_FOUND, DomainError, Kind
from contracts.membership import (
    APPLICATION_APPROVED,
    APPLICATION_REOPENED,
    GET_JOIN,
    RENEWAL_STARTED,
)
from contracts.subjects import term_id_of
from contracts.types import membership as wire
from contracts.types.payments import PurchaseProgress
from services.membership.domain.terms import joins, memberships
from services.membership.domain.terms.chains import Term
from services.membership.domain.terms.joins import AWAY, STUCK_AFTER, Told
from services.membership.domain.terms.memberships import Membership
from services.membership.store import Stores
from services.membership.usecases.access import Access
from services.membership.usecases.terms.views import purchase_id

OPENING = (APPLICATION_APPROVED, APPLICATION_REOPENED, RENEWAL_STARTED)
BATCH = 100  # at most `payments.MOST_PURCHASES`

Again = Literal["opening", "payment"]


class StuckJoin(NamedTuple):
    """`missing`: what has not come."""

    join_id: str
    community_id: str
    missing: Literal["purchase", "answer"]
    offered_at: dt.datetime


class JoinUseCases:
    """Nothing of a join is stored: it is read from term, application and purchase."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        rpc: RpcClient,
        outbox: Outbox,
    ) -> None:
        self._memberships, self._applications = stores.memberships, stores.applications
        self._uow, self._clock, self._access = uow, clock, access
        self._rpc, self._outbox = rpc, outbox

    def get(self, request: wire.JoinRef, ctx: Context) -> wire.Join:
        """How far it has come; payments is asked once, and not for what costs nothing."""
        membership, term = self._require(request["join_id"])
        person_id = membership["person_id"]
        caller = self._access.caller(ctx, membership["community_id"])
        caller.require_may_see(GET_JOIN.who, "join", about=person_id)
        application_id, membership_id = term["application_id"], membership["_id"]
        application = None if application_id is None else self._applications.get(application_id)
        told: Told = self._told(request["join_id"], ctx) if term["kind"] == "paid" else None
        subjects = [membership_id, *([] if application_id is None else [application_id])]
        steps = joins.steps_of(
            term,
            membership_id,
            application,
            told,
            self._outbox.unpublished(subjects),
            self._clock.now(),
        )
        purchase = None if told == AWAY else told
        order = None if purchase is None else purchase["order"]
        is_theirs = person_id == ctx.actor.person_id
        return {
            "id": request["join_id"],
            "community_id": membership["community_id"],
            "person_id": person_id,
            "purpose": term["purpose"],
            "state": joins.state_of(steps),
            "steps": [{**step} for step in steps],
            "application_id": application_id,
            "membership_id": membership_id,
            "term_id": term["id"],
            "plan_id": term.get("plan_id"),
            "order_id": term["order_id"] or (None if order is None else order["id"]),
            "pay_by": term["pay_by"],
            "starts_on": term["starts_on"],
            "ends_on": term["ends_on"],
            "actions": purchase["actions"] if purchase is not None and is_theirs else [],
        }

    # ── For operators ───────────────────────────────────────────────────────────────────────────

    def stuck(self, after: str | None, ctx: Context) -> tuple[list[StuckJoin], str | None]:
        """Of some that await their payment those that are stuck, and where the next ones begin."""
        page = self._memberships.awaiting_payment(after=after, limit=BATCH)
        offered: dict[str, tuple[Membership, Term]] = {}
        for membership in page.items:
            term = memberships.awaiting_term(membership)
            if term is not None and made_at(term["id"]) <= real_now() - STUCK_AFTER:
                offered[purchase_id(term, term["id"])] = membership, term
        if not offered:
            return [], page.next
        told, now = self._ask(list(offered), ctx), self._clock.now()
        stuck = [
            StuckJoin(
                join_id,
                membership["community_id"],
                "purchase" if join_id not in told else "answer",
                made_at(term["id"]),
            )
            for join_id, (membership, term) in offered.items()
            if joins.is_stuck(told.get(join_id), now)
        ]
        return stuck, page.next

    def retry(self, join_id: str, ctx: Context) -> Again | None:
        """Has the step that is missing told again, and says which; None where none is missing, or
        what told of it is not kept any more. Whatever arrives twice is known there."""
        membership, term = self._require(join_id)
        told = self._ask([join_id], ctx).get(join_id)
        order = None if told is None else told["order"]
        if told is None and term["state"] == "awaiting":
            self._audit(membership, term, ctx)
            is_kept = self._outbox.tell_again(membership["_id"], OPENING, term["id"])
            return "opening" if is_kept else None
        if order is not None and order["fulfilment"] == "pending":
            self._audit(membership, term, ctx)
            self._rpc.call(payments.TELL_PAID_AGAIN, {"order_id": order["id"]}, ctx)
            return "payment"
        return None

    def _audit(self, membership: Membership, term: Term, ctx: Context) -> None:
        """Before the deed: a crash leaves a line too many, never one too few."""
        self._uow.run(
            ctx, lambda tx: tx.audit("retry_join", membership, membership, term=term["id"])
        )

    def _require(self, join_id: str) -> tuple[Membership, Term]:
        term_id = term_id_of(join_id)
        membership = self._memberships.by_term(None, term_id)
        if membership is None:
            raise DomainError(OBJECT_NOT_FOUND, noun="join")
        return membership, memberships.find_term(membership, term_id)

    def _told(self, join_id: str, ctx: Context) -> Told:
        try:
            return self._ask([join_id], ctx).get(join_id)
        except DomainError as error:
            if error.kind is not Kind.UNAVAILABLE:
                raise
            return AWAY

    def _ask(self, join_ids: list[str], ctx: Context) -> dict[str, PurchaseProgress]:
        asked = {"purchase_ids": join_ids}
        found = self._rpc.call(payments.LIST_PURCHASE_PROGRESS, asked, ctx)
        known: list[PurchaseProgress] = found["purchases"]
        return {one["purchase_id"]: one for one in known}
