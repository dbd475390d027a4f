"""Purchases of terms, once paid: fulfilled, refused or taken back (architecture.md §5a).

Payments opens them by itself, when it hears that a term awaits its payment.
"""

from chassis.context import Context
from chassis.delivery import Ignored
from chassis.mongo import Document
from chassis.turns import Turns
from chassis.uow import Transaction, UnitOfWork
from contracts.envelope import CloudEvent
from contracts.membership import (
    ACTIVATED,
    CANCELLED,
    PLAN_CHANGED,
    PURCHASE_FULFILLED,
    PURCHASE_REFUSED,
    RENEWED,
    TERM_REVOKED,
)
from contracts.records import Event
from contracts.states.membership import ChangeCause
from contracts.types.membership import PurchaseAnswer
from contracts.types.payments import OrderPaid, SoldPeriod
from services.membership.domain.terms import memberships, paid_terms
from services.membership.domain.terms.chains import Term
from services.membership.domain.terms.memberships import Membership
from services.membership.domain.terms.profiles import Profile, answered, with_profile
from services.membership.domain.terms.standings import nothing_yet, with_membership
from services.membership.domain.terms.term_dates import day_in
from services.membership.domain.vetting import applications
from services.membership.domain.vetting.applications import Application
from services.membership.store import Stores
from services.membership.store.terms.memberships import Payable
from services.membership.usecases.terms.standings import change_standing, store_standing
from services.membership.usecases.terms.term_dates import tell_dates
from services.membership.usecases.terms.views import membership_facts
from services.membership.usecases.terms.withdrawals import withdraw_purchases

SUBJECT_KIND = "membership_term"


def _require_term(event: CloudEvent) -> None:
    """Payments sells more than terms, and a later version of it what is not known here."""
    kind = event.data["subject"]["kind"]
    if kind != SUBJECT_KIND:
        raise Ignored(f"subject {kind}")


def _period(order: OrderPaid) -> SoldPeriod:
    period = order["period"]
    assert period is not None  # terms are of plans
    return period


class PurchaseUseCases:
    """Between our terms and the purchases of payments."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork) -> None:
        self._memberships = stores.memberships
        self._applications = stores.applications
        self._communities = stores.communities
        self._forms = stores.forms
        self._numbers = stores.numbers
        self._standings = stores.standings
        self._uow = uow
        self._turns = Turns()

    def fulfil(self, event: CloudEvent, ctx: Context) -> None:
        """Turns a paid order into a term, or says why not; raises Ignored for another subject."""
        _require_term(event)
        order: OrderPaid = event.data

        def work(tx: Transaction) -> None:
            term_id = order["subject"]["ref"]
            payable = self._memberships.to_fulfil(tx, term_id, _period(order)["plan_id"])
            if payable is None:
                self._refuse(tx, order, 1, "term_unknown")
                return
            membership = payable.membership
            term = memberships.find_term(membership, term_id)
            if term["state"] == "fulfilled" and term["order_id"] == order["order_id"]:
                # Asked again by an operator (`stuck-purchases retry`): the answer may be lost.
                self._answer(tx, order, membership)
                return
            reason = paid_terms.refuse_reason(
                membership, term_id, order["order_id"], order["paid_on"]
            ) or self._why_not_admissible(tx, payable.application)
            if reason:
                self._refuse(tx, order, membership["version"], reason)
            else:
                self._fulfil(tx, payable, term, order)

        # All need the next member number of their community.
        self._turns.take(order["community_id"], lambda: self._uow.run(ctx, work))

    def take_back(self, event: CloudEvent, ctx: Context) -> None:
        """Ends the term whose order was refunded in full, or given up for a part of the money;
        another part changes nothing.

        Raises Ignored for another subject.
        """
        _require_term(event)
        if not (event.data["full"] or event.data["gives_up"]):
            return
        term_id, order_id = event.data["subject"]["ref"], event.data["order_id"]

        def work(tx: Transaction) -> None:
            before = self._memberships.by_term(tx, term_id)
            if before is None or memberships.find_term(before, term_id)["state"] == "refunded":
                return
            policy = self._communities.require(before["community_id"], tx=tx)["policy"]
            refunded = paid_terms.refund(
                before,
                term_id,
                order_id,
                policy,
                refunded_on=event.data["refunded_on"]
                or day_in(before["zone"], min(event.time, tx.now)),
                today=day_in(before["zone"], tx.now),
            )
            if memberships.find_term(refunded, term_id)["state"] != "refunded":
                self._memberships.save(tx, refunded)
                return
            if before["ends_on"] is None:  # it had ended already
                after = self._memberships.save(tx, refunded)
                tx.audit("refund_term", before, after, order=order_id)
                return
            ends = refunded["ends_on"] is None
            public: Event = CANCELLED if ends else TERM_REVOKED
            cause: ChangeCause | None = "refunded" if ends else None
            after = self._save_and_emit(tx, public, before, refunded, cause=cause)
            if after["live"]:
                self._change_standing(tx, after)
            tx.audit("refund_term", before, after, order=order_id)
            tell_dates(tx, before, after)
            withdraw_purchases(tx, before, after, "membership_cancelled")

        self._uow.run(ctx, work)

    def _fulfil(self, tx: Transaction, payable: Payable, term: Term, order: OrderPaid) -> None:
        before, period = payable.membership, _period(order)
        fulfilled = paid_terms.fulfil(
            before,
            term["id"],
            order_id=order["order_id"],
            plan_id=period["plan_id"],
            tier="" if payable.plan is None else payable.plan["tier"],
            months=period["months"],
            extra_days=period["extra_days"],
            paid_on=order["paid_on"],
            policy=payable.policy,
        )
        if (application := payable.application) is not None:
            fulfilled = with_profile(fulfilled, self._answered(application))
            saved = self._applications.save(tx, applications.join(application))
            tx.audit("join", application, saved)
        # Who was told of the lapse hears with the welcome that the payment counts all the same.
        after_lapse = application is not None and application["state"] == "lapsed"
        standing = payable.standing or nothing_yet(
            before["community_id"], before["person_id"], before["zone"]
        )
        store_standing(tx, self._standings, with_membership(standing, fulfilled))
        # Last before what it is for: all who join the community meet on this document.
        if fulfilled["number"] is None:
            number = self._numbers.take(tx, before["community_id"])
            fulfilled["number"] = number
        if term["purpose"] == "join":
            after = self._save_and_emit(tx, ACTIVATED, before, fulfilled, after_lapse=after_lapse)
        else:
            is_other = paid_terms.changes_plan(before, period["plan_id"])
            public = PLAN_CHANGED if is_other else RENEWED
            after = self._save_and_emit(tx, public, before, fulfilled)
        tell_dates(tx, before, after)
        tx.audit("fulfil_term", before, after, order=order["order_id"])
        self._answer(tx, order, after)

    def _answered(self, application: Application) -> Profile:
        version = self._forms.require(application["community_id"], application["form_version"])
        return answered(version["form"], application["answers"])

    def _why_not_admissible(self, tx: Transaction, application: Application | None) -> str | None:
        """A late payment counts unless the applicant withdrew or applied again since."""
        # Who is approved has a live application, so they cannot have applied again.
        if application is None or application["state"] == "approved":
            return None
        if application["state"] != "lapsed":
            return f"application_{application['state']}"
        return "applied_again" if self._applications.newer_than(tx, application) else None

    def _save_and_emit(
        self,
        tx: Transaction,
        event: Event,
        before: Membership,
        membership: Membership,
        cause: ChangeCause | None = None,
        **more: bool,
    ) -> Membership:
        """Saves a membership and makes it public under the next gap-free sequence; `more` is what
        this event says besides."""
        numbered: Membership = {**membership, "sequence": membership["sequence"] + 1}
        after = self._memberships.save(tx, numbered)
        facts = {**membership_facts(before, after, cause), **more}
        tx.emit(event, after, facts, sequence=after["sequence"])
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

    def _answer(self, tx: Transaction, order: OrderPaid, membership: Membership) -> None:
        """Tells payments which term the order became."""
        term = memberships.find_term(membership, order["subject"]["ref"])
        facts = _answer_facts(order, None, term["starts_on"], term["ends_on"])
        tx.emit(PURCHASE_FULFILLED, _as_of(order, membership["version"]), facts)

    def _refuse(self, tx: Transaction, order: OrderPaid, version: int, reason: str) -> None:
        tx.emit(PURCHASE_REFUSED, _as_of(order, version), _answer_facts(order, reason))


def _as_of(order: OrderPaid, version: int) -> Document:
    """What the answer is about, ordered by the membership's version."""
    return {"_id": order["order_id"], "version": version}


def _answer_facts(
    order: OrderPaid, reason: str | None, starts_on: str | None = None, ends_on: str | None = None
) -> PurchaseAnswer:
    return {
        "order_id": order["order_id"],
        "purchase_id": order["purchase_id"],
        "community_id": order["community_id"],
        "reason": reason,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
