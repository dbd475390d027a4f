"""Purchases that their owner is about to withdraw: nobody pays them, or money was first."""

from chassis import crash
from chassis.clock import Clock
from chassis.context import Context
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import DomainError
from contracts.errors.payments import PAYMENT_UNDER_WAY
from contracts.types import payments as wire
from services.payments.domain.checkout import orders, purchases
from services.payments.domain.checkout.orders import Order
from services.payments.domain.checkout.purchases import Purchase
from services.payments.domain.money import payments, transfers
from services.payments.store import Stores
from services.payments.usecases.checkout.closing import OrderCloser
from services.payments.usecases.checkout.quotes import QuoteUseCases
from services.payments.usecases.repeating import until_settled


class PauseUseCases:
    """A pause ends by itself: whoever asked for it and crashed leaves a purchase that can be paid
    again, and asks once more."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        quotes: QuoteUseCases,
        closer: OrderCloser,
    ) -> None:
        self._stores, self._uow, self._clock = stores, uow, clock
        self._quotes, self._closer = quotes, closer

    def pause(self, request: wire.OpenOrderRef, ctx: Context) -> wire.PausedPurchase:
        """Keeps a purchase from being ordered, then closes its open order and quote.

        Raises DomainError(PURCHASE_WRONG_STATE) when it is paid, be it that the money was found
        only now, PAYMENT_UNDER_WAY while it may be, and PROVIDER_UNAVAILABLE while nobody knows.
        """
        community_id, purchase_id = request["community_id"], request["purchase_id"]

        def work(tx: Transaction) -> Purchase | None:
            before = self._stores.purchases.get(purchase_id, community_id=community_id, tx=tx)
            # What opens it may be on its way still; until then nobody can pay it.
            paused = None if before is None else purchases.pause(before, tx.now)
            if paused is None:
                return None
            after = self._stores.purchases.save(tx, paused)
            tx.audit("pause_purchase", before, after)
            return after

        def attempt() -> Purchase | None:
            purchase = self._uow.run(ctx.without_key_or_message(), work)
            if purchase is None:
                return None
            crash.point("payments.after_pause")
            order = self._stores.orders.open_of(community_id, purchase_id)
            if order is not None:
                self._close(order, ctx)
            self._quotes.end_live(purchase, ctx)
            return purchase

        paused = until_settled(ctx, attempt)
        return {"paused_until": None if paused is None else paused["paused_until"]}

    def _close(self, order: Order, ctx: Context) -> None:
        """Ends an open order, unless it is paid or about to be."""
        now = self._clock.now()
        if self._is_under_way(order) or not self._closer.close(
            orders.ask_to_close(order, "cancelled", now), ctx
        ):
            state = orders.shown_state(order, now)
            raise DomainError(PAYMENT_UNDER_WAY, current_state=state)
        purchase = self._stores.purchases.require(order["purchase_id"])
        purchases.pause(purchase, now)  # raises when money was found

    def _is_under_way(self, order: Order) -> bool:
        """Whether nothing is to be paid, which is as good as paid, or a part of a transfer came."""
        if not orders.costs(order):
            return True
        attempt = self._stores.payments.live_of(order["community_id"], order["_id"])
        if attempt is None or not payments.is_by_hand(attempt):
            return False
        transfer = self._stores.transfers.get(transfers.id_of(attempt["out_trade_no"]))
        return transfer is not None and (
            transfer["claim"] is not None or transfers.undecided(transfer).amount > 0
        )
