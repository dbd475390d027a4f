"""Purchases: opened when their owner announces them, decided there (architecture.md §5a)."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Literal

from chassis.access import Access
from chassis.actions import possible
from chassis.clock import Clock
from chassis.context import Context
from chassis.uow import Transaction, UnitOfWork
from contracts import membership
from contracts import payments as contract
from contracts.envelope import CloudEvent
from contracts.errors import DomainError
from contracts.errors.payments import ORDER_WRONG_STATE, PURCHASE_WRONG_STATE
from contracts.money import Money
from contracts.types import payments as wire
from contracts.types.membership import PurchaseAnswer, TermDatesChanged
from services.payments.domain.catalogue.plans import Plan
from services.payments.domain.checkout import lines, orders, purchases
from services.payments.domain.checkout.orders import (
    ORDER,
    PAID_STATES,
    UNDECIDED_AFTER,
    Order,
    OrderEnd,
    SoldTerm,
)
from services.payments.domain.checkout.purchases import PURCHASE, Purchase
from services.payments.domain.money import refunds
from services.payments.store import Stores
from services.payments.store.checkout.purchases import IsOpened
from services.payments.usecases.actions import PURCHASE_ACTIONS
from services.payments.usecases.catalogue.promises import Promises, applied_at
from services.payments.usecases.catalogue.ways_to_pay import WaysToPay
from services.payments.usecases.checkout.plan_choice import PlanChoice
from services.payments.usecases.checkout.progress import purchase_progress
from services.payments.usecases.money.promising import promise_order_refund
from services.payments.usecases.money.refunds import emit_order_refunded
from services.payments.usecases.stock.ended_orders import give_coupon_back
from services.payments.usecases.stock.reservations import Reservation, Reservations
from services.payments.usecases.views import order_paid_facts, purchase_view


class PurchaseUseCases:
    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        choice: PlanChoice,
        promises: Promises,
        reservations: Reservations,
        ways: WaysToPay,
    ) -> None:
        self._stores, self._uow, self._clock, self._ways = stores, uow, clock, ways
        self._access, self._reservations = access, reservations
        self._choice, self._promises = choice, promises

    def get(self, request: wire.PurchaseRef, ctx: Context) -> wire.ShownPurchase:
        purchase = self._stores.purchases.require(request["purchase_id"])
        caller = self._access.caller(ctx, purchase["community_id"])
        caller.require_may_see(contract.GET_PURCHASE.who, "purchase", about=purchase["payer_id"])
        now = self._clock.now()
        actions = possible(PURCHASE_ACTIONS, purchase, now, caller, about=purchase["payer_id"])
        payable = contract.ORDER_PURCHASE.name in actions
        return {
            **self._named([purchase])(purchase),
            "actions": actions,
            "providers": self._ways.of(purchase["community_id"]) if payable else [],
        }

    def open_order(self, request: wire.OpenOrderRef, ctx: Context) -> wire.OpenOrder:
        """Which order of a purchase can be paid now."""
        order = self._stores.orders.open_of(request["community_id"], request["purchase_id"])
        is_open = order is not None and orders.shown_state(order, self._clock.now()) == "open"
        return {"order_id": order["_id"] if order is not None and is_open else None}

    def progress(self, request: wire.PurchaseProgressRef, ctx: Context) -> wire.PurchasesProgress:
        """How far purchases have come, for who owns what they pay for."""
        found = self._stores.purchases.with_orders(request["purchase_ids"])
        now = self._clock.now()
        return {"purchases": [purchase_progress(*one, now) for one in found]}

    def list_mine(self, request: wire.PageRequest, ctx: Context) -> wire.MyPurchases:
        page = self._stores.purchases.page(
            {"payer_id": ctx.require_person()},
            after=request["after"],
            limit=request["limit"],
            descending=True,
        )
        return page.answer(self._named(page.items))

    # ── What the owner of the subject announces ────────────────────────────────────────────────

    def open(self, event: CloudEvent, ctx: Context) -> None:
        """Makes the term of an approval or a renewal payable; the same term once for ever.

        An approved applicant has a promised price, if the plan locks it before payment; who may
        pay after a lapse has that of the day of it.
        """
        term = event.data
        community_id, application_id = term["community_id"], term.get("application_id")
        plan = self._plan_of(event)
        is_first = application_id is not None or term["first_payment"]
        purchase: Purchase = {
            "_id": contract.purchase_id_of(term["term_id"]),
            "community_id": community_id,
            "payer_id": term["person_id"],
            "subject": {"kind": "membership_term", "ref": term["term_id"]},
            # Without one it waits until it has, as `PlanChoice.with_plan` says.
            "plan_id": None if plan is None else plan["_id"],
            "purpose": "join" if is_first else "renew",
            "promise_ref": None,
            "applied_at": None,
            "approved_at": None,
            "pay_by": term["pay_by"],
            "state": PURCHASE.initial,
            "order_id": None,
        }
        if application_id is None:
            purchase["renews"] = term["membership_id"]
        else:
            is_reopened = event.event == membership.APPLICATION_REOPENED
            purchase["promise_ref"] = purchases.promise_ref(application_id, term["opening"])
            purchase["applied_at"] = event.time if is_reopened else applied_at(event)
            purchase["approved_at"] = event.time

        if plan is not None:
            self._promises.make_for(plan, purchase)
        self._store(purchase, ctx)

    def open_lines(self, event: CloudEvent, ctx: Context) -> None:
        """Makes lines at a price of their own payable; the same subject once for ever. Told again
        there is less time to pay; in whichever order they come, the earliest end counts."""
        told, payable = event.data, event.data["payable"]
        purchase: Purchase = {
            "_id": payable["purchase_id"],
            "community_id": told["community_id"],
            "payer_id": told["person_id"],
            "subject": payable["subject"],
            "plan_id": None,
            "lines": lines.called(told["title"], payable["lines"]),
            "refund_terms": payable["refund_terms"],
            "zone": told["zone"],
            "purpose": "attend",
            "promise_ref": None,
            "pay_by": payable["pay_by"],
            "state": PURCHASE.initial,
            "order_id": None,
        }
        if not self._store(purchase, ctx):
            self._uow.run(ctx, lambda tx: self._shorten(tx, purchase["_id"], payable["pay_by"]))

    def _store(self, purchase: Purchase, ctx: Context) -> bool:
        """Whether it was not opened before."""

        def work(tx: Transaction) -> None:
            stored = self._stores.purchases.insert(tx, purchase)
            tx.audit("open_purchase", None, stored)

        try:
            self._uow.run(ctx, work)
        except IsOpened:
            return False
        return True

    def _shorten(self, tx: Transaction, purchase_id: str, pay_by: dt.datetime) -> None:
        purchase = self._stores.purchases.require(purchase_id, tx=tx)
        after = purchases.shorten(purchase, pay_by)
        if after is not None:
            tx.audit("shorten_purchase", purchase, self._stores.purchases.save(tx, after))

    def withdraw(self, event: CloudEvent, ctx: Context) -> None:
        """The owner withdrew the subject: an open order ends, what still arrives goes back."""

        def work(tx: Transaction) -> None:
            purchase, told = self._announced(tx, event), event.data
            self._withdraw(tx, purchase, lapsed=told["lapsed"], reason=told["reason"])

        self._uow.run(ctx, work)

    def give_up(self, event: CloudEvent, ctx: Context) -> None:
        """A seat is free again: what was not paid is withdrawn, what was goes back by its terms.

        Paid here and not yet confirmed there: the owner answers the paid order.
        """

        def work(tx: Transaction) -> None:
            purchase, told = self._announced(tx, event), event.data
            if not told["paid"]:
                self._withdraw(tx, purchase, lapsed=False, reason=told["reason"])
                return
            assert purchase["order_id"] is not None  # the owner confirmed it for its payment
            order = self._stores.orders.require(purchase["order_id"], tx=tx)
            due = orders.due_back(order, told["at"])
            amount, ended = orders.refundable(order), order
            if due is not None and not told["in_full"]:
                # A request that was made before gives no more than this.
                amount, ended = due.amount, {**order, "given_up_share": due.basis_points}
            if amount.amount > 0:
                after, refund = promise_order_refund(
                    self._stores, tx, ended, amount, reason=f"seat_{told['reason']}"
                )
                tx.audit("give_up_purchase", order, after, refund=refund["_id"])
            else:
                tx.audit("give_up_purchase", order, self._stores.orders.save(tx, ended))

        self._uow.run(ctx, work)

    def _withdraw(self, tx: Transaction, purchase: Purchase, *, lapsed: bool, reason: str) -> None:
        after = purchases.withdraw(purchase, lapsed=lapsed)
        if after is None:
            return  # paid before: the owner answers the paid order
        after = self._stores.purchases.save(tx, after)
        tx.audit("withdraw_purchase", purchase, after, reason=reason)
        if purchase["order_id"] is not None:
            order = self._stores.orders.require(purchase["order_id"], tx=tx)
            if order["open"]:  # the job ends it, once its provider can take no money for it
                # Only the deadline passed: a late payment may still be accepted.
                to: OrderEnd = "expired" if lapsed else "cancelled"
                self._stores.orders.save(tx, orders.ask_to_close(order, to, tx.now))

    def extend(self, event: CloudEvent, ctx: Context) -> None:
        """The owner gives more time to pay; in whichever order they come, the latest end counts."""

        def work(tx: Transaction) -> None:
            purchase = self._announced(tx, event)
            after = purchases.extend(purchase, event.data["pay_by"])
            if after is not None:
                after = self._stores.purchases.save(tx, after)
                tx.audit("extend_purchase", purchase, after)

        self._uow.run(ctx, work)

    # ── What the owner of the subject answers ───────────────────────────────────────────────────

    def mark_fulfilled(self, event: CloudEvent, ctx: Context) -> None:
        """The payer got what was paid for."""

        def work(tx: Transaction) -> None:
            told: PurchaseAnswer = event.data
            term = _term(told["starts_on"], told["ends_on"], 0, event.aggregateversion)
            self._decide(tx, told["order_id"], "fulfilled", told["starts_on"], term)

        self._uow.run(ctx, work)

    def change_term(self, event: CloudEvent, ctx: Context) -> None:
        """The term that an order became has other dates; the newest that were told count."""

        def work(tx: Transaction) -> None:
            told: TermDatesChanged = event.data
            if told["order_id"] is None:
                return
            before = self._stores.orders.require(told["order_id"], tx=tx)
            dates = told["starts_on"], told["ends_on"], told["paused_days"]
            after = orders.with_term(before, _term(*dates, event.aggregateversion))
            if after is not None:
                tx.audit("change_term_dates", before, self._stores.orders.save(tx, after))

        self._uow.run(ctx, work)

    def refuse(self, event: CloudEvent, ctx: Context) -> None:
        """The owner cannot fulfil: everything that was paid goes back."""
        reason = event.data["reason"] or refunds.PURCHASE_REFUSED
        paid = self._stores.orders.require(event.data["order_id"])
        if paid["state"] in PAID_STATES:
            # A crash may have left uses uncounted, and only a counted one can be given back.
            self._reservations.settle(Reservation.of_order(paid))

        def work(tx: Transaction) -> None:
            order = self._decide(tx, event.data["order_id"], "refused")
            if order is None:
                return
            left = orders.refundable(order)
            if left.amount > 0:
                promise_order_refund(self._stores, tx, order, left, reason=reason)
            elif order["total"]["amount"] == 0:
                # Nothing was paid, so nothing is on its way: the order is at its end at once.
                ended = self._stores.orders.save(tx, ORDER.move(order, "refunded"))
                give_coupon_back(self._stores, tx, ended)
                nothing = Money(0, order["total"]["currency"])
                emit_order_refunded(tx, ended, nothing, refund_id=None, reason=reason)

        self._uow.run(ctx, work)

    # ── Paid and undecided ──────────────────────────────────────────────────────────────────────

    def stuck(self) -> list[Order]:
        """Orders paid ten minutes ago or longer whose owner has not answered."""
        return self._stores.orders.undecided_since(self._clock.now() - UNDECIDED_AFTER, limit=100)

    def tell_again(self, request: wire.PaidOrderRef, ctx: Context) -> wire.ToldAgain:
        """The same for the owner, whose operator asked."""
        self.retry(request["order_id"], ctx)
        return {"order_id": request["order_id"]}

    def retry(self, order_id: str, ctx: Context) -> None:
        """Announces again that the order was paid; raises DomainError(ORDER_WRONG_STATE)."""

        def work(tx: Transaction) -> None:
            order = self._stores.orders.require(order_id, tx=tx)
            if order["fulfilment"] != "pending":
                raise DomainError(ORDER_WRONG_STATE, current_state=order["fulfilment"])
            again = self._stores.orders.save(tx, order)
            tx.emit(contract.ORDER_PAID, again, order_paid_facts(again))
            tx.audit("retry_purchase", order, again)

        self._uow.run(ctx, work)

    def _named(self, found: Sequence[Purchase]) -> Callable[[Purchase], wire.NamedPurchase]:
        """How these purchases are shown: with the names of their plans."""
        named = {plan_id for one in found if (plan_id := one["plan_id"]) is not None}
        plans = self._stores.plans.names_of(named) if named else {}
        return lambda purchase: {
            **purchase_view(purchase),
            "plan_name": plans.get(purchase["plan_id"] or ""),
        }

    def _plan_of(self, event: CloudEvent) -> Plan | None:
        """The plan that was named, on sale or not any more; else the only one on sale."""
        if (named := event.data["plan_id"]) is not None:
            return self._stores.plans.get(named, community_id=event.data["community_id"])
        try:
            return self._choice.only_one(event.data["community_id"])
        except DomainError:
            return None  # the payer names one

    def _announced(self, tx: Transaction, event: CloudEvent) -> Purchase:
        """The purchase that an event of its owner is about."""
        purchase = self._stores.purchases.get(event.data["purchase_id"], tx=tx)
        if purchase is None:
            # What opens it is still on its way: as a conflict this is tried again later.
            raise DomainError(PURCHASE_WRONG_STATE, current_state="unopened")
        return purchase

    def _decide(
        self,
        tx: Transaction,
        order_id: str,
        fulfilment: Literal["fulfilled", "refused"],
        starts_on: str | None = None,
        term: SoldTerm | None = None,
    ) -> Order | None:
        """The order after the owner's answer; None when it had answered before."""
        order, purchase = self._stores.orders.require_with_purchase(tx, order_id)
        decided = orders.decide(order, fulfilment, starts_on)
        if decided is None:
            return None
        decided = self._stores.orders.save(tx, orders.with_term(decided, term) or decided)
        self._stores.purchases.save(tx, PURCHASE.move(purchase, fulfilment))
        tx.audit(f"purchase_{fulfilment}", order, decided)
        return decided


def _term(
    starts_on: str | None, ends_on: str | None, paused_days: int, version: int
) -> SoldTerm | None:
    """Dates of a term as they were told; None of what is no term."""
    if starts_on is None or ends_on is None:
        return None
    return {
        "starts_on": starts_on,
        "ends_on": ends_on,
        "paused_days": paused_days,
        "version": version,
    }
