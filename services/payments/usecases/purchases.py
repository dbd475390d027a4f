"""Purchases: opened when their owner tells of a subject, paid here, decided there (§5a)."""

import contextlib
from typing import Any

from chassis.clock import Clock
from chassis.context import Context
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.envelope import CloudEvent
from contracts.errors import DomainError
from contracts.errors.payments import ORDER_WRONG_STATE, PURCHASE_WRONG_STATE
from contracts.money import Money
from services.payments.domain import orders, purchases, refunds
from services.payments.domain.orders import ORDER, PAID_STATES, UNDECIDED_AFTER
from services.payments.domain.purchases import PURCHASE
from services.payments.store import Stores
from services.payments.store.purchases import IsOpened
from services.payments.usecases.access import Access
from services.payments.usecases.plans import Plans
from services.payments.usecases.refunds import emit_order_refunded, promise_order_refund
from services.payments.usecases.reservations import Reservation, Reservations
from services.payments.usecases.transactions import give_coupon_back, order_paid
from services.payments.usecases.views import View, page_view, shown


class Purchases:
    def __init__(
        self,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        plans: Plans,
        reservations: Reservations,
    ) -> None:
        self._stores, self._uow, self._clock = stores, uow, clock
        self._access, self._plans, self._reservations = access, plans, reservations

    def get(self, request: dict[str, Any], ctx: Context) -> View:
        purchase = self._stores.purchases.require(request["purchase_id"])
        self._access.require_reader(ctx, purchase, "purchase")
        return shown(purchase)

    def list_mine(self, request: dict[str, Any], ctx: Context) -> View:
        found, following = self._stores.purchases.page(
            {"payer_id": ctx.person()},
            after=request["after"],
            limit=request["limit"],
            descending=True,
        )
        return page_view(map(shown, found), following)

    # ── What the owner of the subject tells ─────────────────────────────────────────────────────

    def open(self, event: CloudEvent, ctx: Context) -> None:
        """Makes the term of an approval or a renewal payable; the same term once for ever.

        An approved applicant is promised the price of now, if the plan locks it before payment.
        """
        term = event.data
        community_id, application_id = term["community_id"], term.get("application_id")
        plan = self._stores.plans.newest(community_id)
        if plan is not None and application_id is not None:
            self._plans.promise_at_approval(plan, application_id)
        purchase = {
            "_id": contract.purchase_id_of(term["term_id"]),
            "community_id": community_id,
            "payer_id": term["person_id"],
            "subject": {"kind": "membership_term", "ref": term["term_id"]},
            # Without a plan on sale it waits for one, as `Plans.with_plan` says.
            "plan_id": None if plan is None else plan["_id"],
            "purpose": "join" if application_id else "renew",
            "promise_ref": application_id,
            "pay_by": term["pay_by"],
            "state": PURCHASE.initial,
            "order_id": None,
        }

        def work(tx: Transaction) -> None:
            stored = self._stores.purchases.add(tx, purchase)
            tx.audit("open_purchase", None, stored)

        with contextlib.suppress(IsOpened):
            self._uow.run(ctx, work)

    def withdraw(self, event: CloudEvent, ctx: Context) -> None:
        """The owner withdrew the subject: an open order ends, what still arrives goes back."""

        def work(tx: Transaction) -> None:
            purchase = self._stores.purchases.get(event.data["purchase_id"], tx=tx)
            if purchase is None:
                # What opens it is still on its way: as a conflict this is tried again later.
                raise DomainError(PURCHASE_WRONG_STATE, current_state="unopened")
            after = purchases.withdraw(purchase, event.data["reason"])
            if after is None:
                return  # paid before: the owner answers the paid order
            after = self._stores.purchases.save(tx, after)
            tx.audit("withdraw_purchase", purchase, after, reason=event.data["reason"])
            if purchase["order_id"] is not None:
                order = self._stores.orders.require(purchase["order_id"], tx=tx)
                if order["open"]:  # the job ends it, once its provider can take no money for it
                    # A lapse is a time that passed: late money may still find its way back in.
                    to = "expired" if after["state"] == "lapsed" else "cancelled"
                    self._stores.orders.save(tx, orders.ask_to_close(order, to, tx.now))

        self._uow.run(ctx, work)

    # ── What the owner of the subject answers ───────────────────────────────────────────────────

    def mark_fulfilled(self, event: CloudEvent, ctx: Context) -> None:
        """The payer got what was paid for."""

        def work(tx: Transaction) -> None:
            self._decide(tx, event.data["order_id"], "fulfilled")

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
                emit_order_refunded(tx, ended, Money(0, order["total"]["currency"]), reason=reason)

        self._uow.run(ctx, work)

    # ── Paid and undecided ──────────────────────────────────────────────────────────────────────

    def stuck(self) -> list[Document]:
        """Orders paid ten minutes ago or longer whose owner has not answered."""
        return self._stores.orders.undecided_since(self._clock.now() - UNDECIDED_AFTER, limit=100)

    def retry(self, order_id: str, ctx: Context) -> None:
        """Tells the owner again that the order was paid; raises DomainError(ORDER_WRONG_STATE)."""

        def work(tx: Transaction) -> None:
            order = self._stores.orders.require(order_id, tx=tx)
            if order["fulfilment"] != "pending":
                raise DomainError(ORDER_WRONG_STATE, current_state=order["fulfilment"])
            again = self._stores.orders.save(tx, order)
            tx.emit(contract.ORDER_PAID, again, order_paid(again))
            tx.audit("retry_purchase", order, again)

        self._uow.run(ctx, work)

    # ── Below ───────────────────────────────────────────────────────────────────────────────────

    def _decide(self, tx: Transaction, order_id: str, fulfilment: str) -> Document | None:
        """The order after the owner's answer; None when it had answered before."""
        order, purchase = self._stores.orders.require_with_purchase(tx, order_id)
        decided = orders.decide(order, fulfilment)
        if decided is None:
            return None
        decided = self._stores.orders.save(tx, decided)
        self._stores.purchases.save(tx, PURCHASE.move(purchase, fulfilment))
        tx.audit(f"purchase_{fulfilment}", order, decided)
        return decided
