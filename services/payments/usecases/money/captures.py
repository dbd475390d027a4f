"""Money that came: it pays its order, or it goes back.

Everything a provider says is checked against what we asked for, and a capture has its effect once,
by its transaction id, however many callbacks, queries and closings report it.
"""

import datetime as dt
from zoneinfo import ZoneInfo

import structlog
from prometheus_client import Counter

from chassis import crash
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.turns import Turns
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.errors import STALE_VERSION, DomainError, Kind
from contracts.money import Money
from contracts.text import rfc3339
from services.payments.domain.books import ledger
from services.payments.domain.checkout import orders
from services.payments.domain.checkout.orders import Order
from services.payments.domain.checkout.pricing import Price
from services.payments.domain.checkout.purchases import PURCHASE, Purchase
from services.payments.domain.checkout.quotes import LOCKED_FOR
from services.payments.domain.money import payments, refunds, transfers
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.domain.money.payments import Capture, Payment
from services.payments.store import Stores
from services.payments.store.checkout.orders import AnotherOrderIsOpen
from services.payments.usecases.money.promising import promise_refund
from services.payments.usecases.stock.ended_orders import end_order
from services.payments.usecases.stock.reservations import Reservation, Reservations, renewed_ref
from services.payments.usecases.stock.selling import Selling
from services.payments.usecases.views import order_paid_facts

log = structlog.get_logger()

CAPTURES = Counter("coterie_payments_captures", "What captures became", ["outcome"])


class Captures:
    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        selling: Selling,
        reservations: Reservations,
    ) -> None:
        self._stores, self._uow, self._clock = stores, uow, clock
        self._selling, self._reservations = selling, reservations
        self._turns = Turns()

    def record(
        self, account: ProviderAccount, capture: Capture, ctx: Context, *, cause: str
    ) -> bool:
        """Gives a capture its effect; False when it is not what we asked for and was refused.

        `cause` names who reported it. Raises DomainError(STALE_VERSION) when another process moves
        the same order: the report is to be repeated.
        """
        reported = self._stores.payments.reported(account["_id"], capture)
        if reported is None:
            if self._stores.payments.of_capture(account["_id"], capture) is not None:
                return True  # an operator gave it back
            return self._refuse(account, capture, "capture_has_an_order", cause)
        payment, known, order, purchase = reported
        broken = payments.broken_capture_rule(known or payment, capture)
        if broken is not None:
            return self._refuse(account, capture, broken, cause)
        if known is not None:
            if not known["surplus"]:
                self._settle(order)
            return True
        if payment["state"] == "confirmed":
            self._give_back(payment, capture, order, refunds.SECOND_PAYMENT, ctx)
        elif order["state"] == "open":
            self._pay(payment, capture, order, purchase, ctx)
        elif order["state"] == "expired":
            self._pay_late(payment, capture, order, purchase, ctx)
        else:
            paid = order["state"] in orders.PAID_STATES
            reason = refunds.SECOND_PAYMENT if paid else refunds.LATE_PAYMENT
            self._give_back(payment, capture, order, reason, ctx)
        return True

    def settle_free(self, order: Order, ctx: Context) -> None:
        """Settles an order that coupons made free. Read the order again afterwards."""
        purchase = self._stores.purchases.require(order["purchase_id"])
        try:
            if not self._confirm(order, purchase, ctx, payment=None, capture=None):
                self._close({**order, "closing": "expired"}, ctx)
        except DomainError as problem:
            if problem.error is not STALE_VERSION:  # else another process moved it just now
                raise

    # ── An order gets its money ─────────────────────────────────────────────────────────────────

    def _pay(
        self,
        payment: Payment,
        capture: Capture,
        order: Order,
        purchase: Purchase,
        ctx: Context,
    ) -> None:
        if not PURCHASE.allows(purchase["state"], "paid"):
            # Withdrawn by its owner while the payer paid: what still arrives goes back
            # (architecture.md §5a).
            closed = self._close(orders.ask_to_close(order, "cancelled", self._clock.now()), ctx)
            self._give_back(payment, capture, closed, refunds.LATE_PAYMENT, ctx)
        elif not self._confirm(order, purchase, ctx, payment=payment, capture=capture):
            closed = self._close({**order, "closing": "expired"}, ctx)
            self._give_back(payment, capture, closed, refunds.LATE_PAYMENT, ctx)

    def _pay_late(
        self,
        payment: Payment,
        capture: Capture,
        order: Order,
        purchase: Purchase,
        ctx: Context,
    ) -> None:
        """Money after expiry: take the place and price it again, else everything goes back.

        A transfer that came in time is sold like a promise, whenever it was written down.
        """
        came_at = capture.captured_at
        is_by_hand = payments.is_by_hand(payment)
        in_time = is_by_hand and came_at is not None and came_at < order["expires_at"]
        reopened = self._reopen(order, purchase, ctx, in_time=in_time)
        if reopened is None:
            self._give_back(payment, capture, order, refunds.LATE_PAYMENT, ctx)
        else:
            self._pay(payment, capture, *reopened, ctx)

    def _reopen(
        self, order: Order, purchase: Purchase, ctx: Context, *, in_time: bool
    ) -> tuple[Order, Purchase] | None:
        """The expired order, open again for the same total and days, and its purchase; None if
        that cannot be. Where the money came in time the total stands, also without its coupon."""
        if not PURCHASE.allows(purchase["state"], "paid") or purchase["order_id"] is not None:
            return None
        # The payer may have named another plan since; what was paid for is what counts.
        ordered: Purchase = {**purchase, "plan_id": order["plan_id"]}
        facts = self._stores.price_facts.of(ordered, order["coupon_codes"])
        stands = Money.from_dict(order["list_price"]) if in_time and order["promised"] else None

        def take(codes: list[str]) -> tuple[Reservation, Price]:
            until, ref = self._clock.now() + LOCKED_FOR, renewed_ref(order)
            reservation, offer, _ = self._selling.take(
                ordered, facts, codes, ref=ref, until=until, ctx=ctx, promised=stands
            )
            return reservation, offer

        reservation, offer = take(order["coupon_codes"])
        is_same = (offer.total.as_dict(), offer.extra_days) == (order["total"], order["extra_days"])
        if in_time and not is_same:
            self._reservations.release(reservation)
            reservation, _ = take([])
        if not (is_same or in_time) or not self._reservations.keep(reservation):
            self._reservations.release(reservation)
            return None

        def work(tx: Transaction) -> tuple[Order, Purchase]:
            again: Order = {
                **orders.reopen(order, tx.now),
                **reservation.stored(),
                "reservation_ref": reservation.ref,
            }
            if is_same:
                again["trace"] = offer.trace
                again["list_price"] = offer.list_price.as_dict()
                again["discount"] = offer.discount.as_dict()
            reopened = self._stores.orders.save(tx, again)
            taken = self._stores.purchases.save(tx, {**ordered, "order_id": order["_id"]})
            tx.audit("reopen_order", order, reopened, reason=refunds.LATE_PAYMENT)
            return reopened, taken

        try:
            return self._uow.run(ctx.without_key_or_message(), work)
        except AnotherOrderIsOpen:
            self._reservations.release(reservation)
            return None
        except DomainError as error:
            if error.kind is not Kind.UNAVAILABLE:
                self._reservations.release(reservation)
            raise

    def _confirm(
        self,
        order: Order,
        purchase: Purchase,
        ctx: Context,
        *,
        payment: Payment | None,
        capture: Capture | None,
    ) -> bool:
        """Uses what the order holds and pays it; False = something it held is gone.

        All that it decides on was read before; who changed it meanwhile makes a save stale.
        """
        plan_id = order["plan_id"]
        plan = None if plan_id is None else self._stores.plans.terms(plan_id)
        reservation = self._reservations.use(Reservation.of_order(order), plan)
        if reservation is None:
            return False
        crash.point("payments.after_holds_used")

        def work(tx: Transaction) -> Order:
            if payment is not None and capture is not None:
                self._stores.payments.save(
                    tx, payments.confirm(payment, capture, tx.now, surplus=False)
                )
            settled: Purchase = {**PURCHASE.move(purchase, "paid"), "order_id": order["_id"]}
            self._stores.purchases.save(tx, settled)
            self._post_sale(tx, order, payment)
            captured_at = None if capture is None else capture.captured_at
            paid_at = orders.moment_paid(order, captured_at, tx.now)
            # The receipt's number last before what it is for: all payers share its document
            # (architecture.md §4).
            paid = orders.pay(
                {**order, **reservation.stored()},
                paid_at=paid_at,
                paid_on=_day_in(order["zone"], paid_at),
                receipt_number=self._stores.receipt_numbers.next(tx, order["community_id"]),
            )
            paid = self._stores.orders.save(tx, paid)
            tx.emit(contract.ORDER_PAID, paid, order_paid_facts(paid))
            tx.audit("pay_order", order, paid)
            return paid

        try:
            paid = self._turns.take(
                order["community_id"], lambda: self._uow.run(ctx.without_key_or_message(), work)
            )
        except DomainError as error:
            # A place that a promised price took just now is for this attempt alone.
            if error.kind is not Kind.UNAVAILABLE and order["step"] is None:
                self._reservations.release_place(reservation)
            raise
        CAPTURES.labels("paid").inc()
        crash.point("payments.after_confirm_commit")
        self._settle(paid)
        return True

    def _post_sale(self, tx: Transaction, order: Order, payment: Payment | None) -> None:
        list_price = Money.from_dict(order["list_price"])
        if ledger.sale_is_worthless(list_price):
            return
        cause = f"capture:{payment['_id']}" if payment else f"free:{order['_id']}"
        sale = ledger.sale(
            cause,
            list_price=list_price,
            discount=Money.from_dict(order["discount"]),
            total=Money.from_dict(order["total"]),
            from_suspense=payment is not None and payments.is_by_hand(payment),
        )
        self._stores.ledger.post(
            tx, sale, community_id=order["community_id"], order_id=order["_id"]
        )

    def _settle(self, order: Order) -> None:
        if order["state"] in orders.PAID_STATES:
            self._reservations.settle(Reservation.of_order(order))

    def _close(self, order: Order, ctx: Context) -> Order:
        """Ends an order that cannot take its money; what it held is given back."""

        def work(tx: Transaction) -> Order:
            return end_order(self._stores, tx, order)

        closed = self._uow.run(ctx.without_key_or_message(), work)
        self._reservations.release(Reservation.of_order(closed))
        return closed

    # ── Money that no order can take ────────────────────────────────────────────────────────────

    def _give_back(
        self, payment: Payment, capture: Capture, order: Order, reason: str, ctx: Context
    ) -> None:
        """Records a capture as surplus and promises its refund, in one unit of work."""

        def work(tx: Transaction) -> None:
            if payment["state"] == "confirmed":
                second = payments.surplus_capture(
                    id=new_id("pay"),
                    order=order,
                    account_id=payment["account_id"],
                    provider=payment["provider"],
                    capture=capture,
                    now=tx.now,
                )
                row = self._stores.payments.insert(tx, second)
            else:
                confirmed = payments.confirm(payment, capture, tx.now, surplus=True)
                row = self._stores.payments.save(tx, confirmed)
            amount = Money.from_dict(row["amount"])
            if payments.is_by_hand(row):  # it is in suspense since it was written down
                transfer_id = transfers.id_of(payment["out_trade_no"])
                came = self._stores.transfers.require(transfer_id, tx=tx)
                self._stores.transfers.save(tx, transfers.give_back(came, amount))
            else:
                arrived = ledger.unclaimed_capture(f"capture:{row['_id']}", amount)
                self._stores.ledger.post(
                    tx, arrived, community_id=order["community_id"], order_id=order["_id"]
                )
            promise_refund(self._stores, tx, row, amount, reason=reason, surplus=True)
            # A new version of the order: a reservation begun for this money is nobody's any more.
            self._stores.orders.save(tx, order)
            tx.audit("give_back_capture", payment, row, reason=reason)

        self._uow.run(ctx.without_key_or_message(), work)
        CAPTURES.labels(reason).inc()
        log.warning("capture_given_back", payment=payment["_id"], order=order["_id"], reason=reason)

    def _refuse(self, account: ProviderAccount, capture: Capture, rule: str, cause: str) -> bool:
        facts = {
            "out_trade_no": capture.out_trade_no,
            "transaction_id": capture.transaction_id,
            "merchant_id": capture.merchant_id,
            "amount": capture.amount.as_dict(),
            "captured_at": None if capture.captured_at is None else rfc3339(capture.captured_at),
            "reported_by": cause,
        }
        cause = f"{cause}:{capture.transaction_id}:{rule}"
        if self._stores.incidents.note(cause, account, rule, facts, self._clock.now()):
            CAPTURES.labels("refused").inc()
            log.error("capture_refused", rule=rule, **facts)
        return False


def _day_in(zone: str, instant: dt.datetime) -> str:
    return instant.astimezone(ZoneInfo(zone)).date().isoformat()
