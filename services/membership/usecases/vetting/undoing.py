"""Decisions taken back, and applications reopened after a lapse (rules.md §1.8, §1.10).

What may be paid just now is paused at payments first, which closes its order, or says that money
was quicker. A crash after that leaves a purchase that can be paid again in a minute, and an
application that is approved as before; the same command does the rest.
"""

from collections.abc import Callable
from typing import TypeVar

from chassis import crash
from chassis.context import Context
from chassis.rpc_client import RpcClient
from chassis.uow import Transaction
from contracts import payments
from contracts.errors import DomainError
from contracts.errors.membership import APPLICATION_LIVE
from contracts.membership import (
    APPLICATION_REOPENED,
    DECISION_UNDONE,
    REOPEN_APPLICATION,
    UNDO_DECISION,
)
from contracts.states.membership import Undoer
from contracts.types import membership as wire
from contracts.types.membership import Policy
from services.membership.domain.vetting import reviews
from services.membership.domain.vetting import undoing as domain
from services.membership.domain.vetting.applications import Application
from services.membership.store import Stores
from services.membership.store.terms.standings import joined_reviewers, take_joined_reviewers
from services.membership.store.vetting.application_collection import LiveApplicationExists
from services.membership.store.vetting.screening import joined_applying, take_joined_applying
from services.membership.usecases.terms.views import purchase_id
from services.membership.usecases.terms.withdrawals import Withdrawals
from services.membership.usecases.vetting.decisions import Decisions
from services.membership.usecases.vetting.reviews import ReviewUseCases
from services.membership.usecases.vetting.screening import Screener
from services.membership.usecases.vetting.views import application_facts

T = TypeVar("T")
Paused = set[str]  # purchases that payments keeps from being paid


class NotPaused(Exception):
    """The purchase of an approval that is to be taken back may be paid just now."""

    def __init__(self, community_id: str, purchase_id: str) -> None:
        super().__init__(purchase_id)
        self.community_id, self.purchase_id = community_id, purchase_id


class Undoing:
    """Used where an approval may be taken back."""

    def __init__(self, *, withdrawals: Withdrawals, rpc: RpcClient) -> None:
        self._withdrawals, self._rpc = withdrawals, rpc

    def around(self, ctx: Context, attempt: Callable[[Paused], T]) -> T:
        """What `attempt`, one unit of work, returns; again after the purchase that it found open
        was paused. Ends: it would have to be approved anew in between, each time.

        Raises what `pause_purchase` refuses with.
        """
        paused: Paused = set()
        while True:
            try:
                return attempt(paused)
            except NotPaused as found:
                asked = {"community_id": found.community_id, "purchase_id": found.purchase_id}
                self._rpc.call(payments.PAUSE_PURCHASE, asked, ctx.without_key())
                crash.point("membership.after_pause")
                paused.add(found.purchase_id)

    def require_paused(self, application: Application, paused: Paused) -> None:
        """Raises NotPaused while what an approved application is to be paid by may be paid."""
        term_id = application["term_id"]
        if application["state"] != "approved" or term_id is None:
            return
        purchase = purchase_id(application, term_id)
        if purchase not in paused:
            raise NotPaused(application["community_id"], purchase)

    def tell(self, tx: Transaction, before: Application, after: Application, by: Undoer) -> None:
        """Withdraws what an approval opened, and tells that the decision is taken back."""
        if before["state"] == "approved":
            self._withdrawals.cancel(tx, before, "decision_undone")
        if after["state"] in ("in_review", "needs_info"):
            facts = {**application_facts(after), "decision": before["state"], "by": by}
            tx.emit(DECISION_UNDONE, after, facts)


class UndoUseCases:
    """What reviewers and owners do with decisions that were made."""

    def __init__(
        self,
        *,
        stores: Stores,
        reviews: ReviewUseCases,
        decisions: Decisions,
        screener: Screener,
        undoing: Undoing,
    ) -> None:
        self._applications, self._people = stores.applications, stores.people
        self._reviews, self._decisions, self._undoing = reviews, decisions, undoing
        self._screener = screener

    def undo(self, request: wire.ApplicationRef, ctx: Context) -> wire.Application:
        """Takes the decision back, and only that; the round goes on with its other verdicts."""
        person_id = ctx.require_person()

        def attempt(paused: Paused) -> wire.Application:
            def step(tx: Transaction, before: Application, policy: Policy) -> Application:
                staff, applying = take_joined_reviewers(before), take_joined_applying(before)
                owns = any(one.is_owner and one.person_id == person_id for one in staff)
                domain.require_may_undo(before, person_id, owns=owns, now=tx.now)
                self._require_newest(tx, before)
                if before["state"] == "rejected":
                    # A ban at the same moment meets this on the person, and is found.
                    self._people.mentioned(tx, before["person_id"])
                    self._screener.require_possible(
                        before["community_id"], before["person_id"], applying, tx=tx
                    )
                self._undoing.require_paused(before, paused)
                undone = domain.undo(before, tx.now, policy)
                panel = self._decisions.panel(undone, staff)
                settled = reviews.settle(undone, panel, tx.now, policy)
                # Those who are left may be too few; nobody is decided about in the same breath.
                after = settled if settled["state"] == undone["state"] else undone
                saved = self._applications.save(tx, after)
                self._undoing.tell(tx, before, saved, "staff")
                return saved

            id = request["application_id"]
            joined = [joined_reviewers(), *joined_applying()]
            return self._reviews.step(UNDO_DECISION, id, ctx, step, joined)

        return self._unless_live(
            request["application_id"], lambda: self._undoing.around(ctx, attempt)
        )

    def reopen(self, request: wire.ApplicationRef, ctx: Context) -> wire.Application:
        """Approves an application again that was not paid in time."""

        def step(tx: Transaction, before: Application, policy: Policy) -> Application:
            applying = take_joined_applying(before)
            after = domain.reopen(before, ctx.require_person(), tx.now, policy)
            self._require_newest(tx, before)
            self._screener.require_possible(
                before["community_id"], before["person_id"], applying, tx=tx
            )
            return self._decisions.save(tx, before, after, policy, approved=APPLICATION_REOPENED)

        id = request["application_id"]
        joined = joined_applying()
        return self._unless_live(
            id, lambda: self._reviews.step(REOPEN_APPLICATION, id, ctx, step, joined)
        )

    def _require_newest(self, tx: Transaction, application: Application) -> None:
        """Raises DomainError(APPLICATION_LIVE) where the person applied again."""
        newer = self._applications.newer_than(tx, application)
        if newer is not None:
            raise DomainError(APPLICATION_LIVE, application_id=newer["_id"], state=newer["state"])

    def _unless_live(self, id: str, take: Callable[[], wire.Application]) -> wire.Application:
        """What `take` returns; the person may apply again in the same moment."""
        try:
            return take()
        except LiveApplicationExists:
            of = self._applications.require(id)
            live = self._applications.live_of(of["community_id"], of["person_id"])
            named = ("", "") if live is None else (live["_id"], live["state"])
            raise DomainError(APPLICATION_LIVE, application_id=named[0], state=named[1]) from None
