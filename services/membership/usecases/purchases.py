"""Purchases of terms, once paid: fulfilled, refused or taken back (architecture §5a).

Payments opens them by itself, when it hears that a term awaits its payment.
"""

from typing import Any

from chassis.context import Context
from chassis.turns import Turns
from chassis.uow import Transaction, UnitOfWork
from contracts.envelope import CloudEvent
from contracts.membership import (
    ACTIVATED,
    CANCELLED,
    PURCHASE_FULFILLED,
    PURCHASE_REFUSED,
    RENEWED,
    TERM_REVOKED,
)
from contracts.records import Event
from services.membership.domain import applications, memberships
from services.membership.domain.memberships import Membership
from services.membership.domain.standings import nothing_yet, with_membership
from services.membership.domain.terms import day_in
from services.membership.store.applications import Applications
from services.membership.store.communities import Communities, MemberNumbers
from services.membership.store.memberships import Memberships, Payable
from services.membership.store.standings import Standings
from services.membership.usecases.standings import change_standing, store_standing
from services.membership.usecases.unpaid import withdraw_purchases
from services.membership.usecases.views import membership_facts

SUBJECT_KIND = "membership_term"


class PurchaseUseCases:
    """Between our terms and the purchases of payments."""

    def __init__(
        self,
        *,
        memberships: Memberships,
        applications: Applications,
        communities: Communities,
        numbers: MemberNumbers,
        standings: Standings,
        uow: UnitOfWork,
    ) -> None:
        self._memberships = memberships
        self._applications = applications
        self._communities = communities
        self._numbers = numbers
        self._standings = standings
        self._uow = uow
        self._turns = Turns()

    def fulfil(self, event: CloudEvent, ctx: Context) -> None:
        """Turns a paid order into a term, or says why not."""
        if event.data["subject"]["kind"] != SUBJECT_KIND:
            return
        order = event.data

        def work(tx: Transaction) -> None:
            term_id = order["subject"]["ref"]
            payable = self._memberships.to_fulfil(tx, term_id)
            if payable is None:
                self._answer(tx, PURCHASE_REFUSED, order, 1, "term_unknown")
                return
            membership = payable.membership
            term = memberships.find_term(membership, term_id)
            if term["state"] == "fulfilled" and term["order_id"] == order["order_id"]:
                # Asked again by an operator (`stuck-purchases retry`): the answer may be lost.
                self._answer(tx, PURCHASE_FULFILLED, order, membership["version"], None)
                return
            reason = memberships.refuse_reason(
                membership, term_id, order["order_id"], order["paid_on"]
            ) or self._why_not_admissible(tx, payable.application)
            if reason:
                self._answer(tx, PURCHASE_REFUSED, order, membership["version"], reason)
            else:
                self._fulfil(tx, payable, term, order)

        # All need the next member number of their community.
        self._turns.take(order["community_id"], lambda: self._uow.run(ctx, work))

    def take_back(self, event: CloudEvent, ctx: Context) -> None:
        """Ends the term whose order was refunded in full; a part of the money changes nothing."""
        if event.data["subject"]["kind"] != SUBJECT_KIND or not event.data["full"]:
            return
        term_id, order_id = event.data["subject"]["ref"], event.data["order_id"]

        def work(tx: Transaction) -> None:
            before = self._memberships.by_term(tx, term_id)
            if before is None or memberships.find_term(before, term_id)["state"] == "refunded":
                return
            policy = self._communities.require(before["community_id"], tx=tx)["policy"]
            today = day_in(before["zone"], tx.now)
            refunded = memberships.refund(before, term_id, order_id, policy, today)
            if memberships.find_term(refunded, term_id)["state"] != "refunded":
                self._memberships.save(tx, refunded)
                return
            public = CANCELLED if refunded["state"] == "cancelled" else TERM_REVOKED
            after = self._save_and_tell(tx, public, refunded)
            if after["live"]:
                self._change_standing(tx, after)
            tx.audit("refund_term", before, after, order=order_id)
            withdraw_purchases(tx, before, after, "membership_cancelled")

        self._uow.run(ctx, work)

    def _fulfil(
        self, tx: Transaction, payable: Payable, term: dict[str, Any], order: dict[str, Any]
    ) -> None:
        before = payable.membership
        fulfilled = memberships.fulfil(
            before,
            term["id"],
            order_id=order["order_id"],
            months=order["period"]["months"],
            extra_days=order["period"]["extra_days"],
            paid_on=order["paid_on"],
            policy=payable.policy,
        )
        if (application := payable.application) is not None:
            saved = self._applications.save(tx, applications.join(application))
            tx.audit("join", application, saved)
        standing = payable.standing or nothing_yet(
            before["community_id"], before["person_id"], before["zone"]
        )
        store_standing(tx, self._standings, with_membership(standing, fulfilled))
        # Last before what it is for: all who join the community meet on this document.
        if fulfilled["number"] is None:
            number = self._numbers.take(tx, before["community_id"])
            fulfilled = {**fulfilled, "number": number}
        public = ACTIVATED if term["purpose"] == "join" else RENEWED
        after = self._save_and_tell(tx, public, fulfilled)
        tx.audit("fulfil_term", before, after, order=order["order_id"])
        self._answer(tx, PURCHASE_FULFILLED, order, after["version"], None)

    def _why_not_admissible(
        self, tx: Transaction, application: dict[str, Any] | None
    ) -> str | None:
        """A late payment counts unless the applicant withdrew or applied again since."""
        # Who is approved has a live application, so they cannot have applied again.
        if application is None or application["state"] == "approved":
            return None
        if application["state"] != "lapsed":
            return f"application_{application['state']}"
        return "applied_again" if self._applications.applied_again(tx, application) else None

    def _save_and_tell(self, tx: Transaction, event: Event, membership: Membership) -> Membership:
        """Saves a membership and makes it public under the next gap-free sequence."""
        numbered = {**membership, "sequence": membership["sequence"] + 1}
        after = self._memberships.save(tx, numbered)
        tx.emit(event, after, membership_facts(after), sequence=after["sequence"])
        return after

    def _change_standing(self, tx: Transaction, membership: Membership) -> None:
        change_standing(
            tx,
            self._standings,
            membership["community_id"],
            membership["person_id"],
            membership["zone"],
            lambda standing: with_membership(standing, membership),
        )

    def _answer(
        self, tx: Transaction, event: Event, order: dict[str, Any], version: int, reason: str | None
    ) -> None:
        data = {name: order[name] for name in ("order_id", "purchase_id", "community_id")}
        answered = {"_id": order["order_id"], "version": version}
        tx.emit(event, answered, data | {"reason": reason})
