"""Ending unpaid orders: first the provider, then the order, then what it held.

While a provider does not say whether money came, the order stays open and keeps its holds.
"""

import datetime as dt
from collections.abc import Sequence

import structlog

from chassis import crash
from chassis.clock import Clock
from chassis.context import Context
from chassis.job_items import SILENT, Partners, act_on_due
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import DomainError
from contracts.errors.payments import PROVIDER_UNAVAILABLE
from services.payments.adapters.provider import ProviderRefused, Providers, ProviderSilent
from services.payments.domain.checkout import orders
from services.payments.domain.checkout.orders import Order
from services.payments.domain.money import payments
from services.payments.domain.money.payments import Payment
from services.payments.store import Stores
from services.payments.usecases.money.captures import Captures
from services.payments.usecases.money.promising import give_parts_back
from services.payments.usecases.stock.ended_orders import end_order
from services.payments.usecases.stock.reservations import Reservation, Reservations

log = structlog.get_logger()

RETRY_AFTER = dt.timedelta(seconds=30)


class OrderCloser:
    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        providers: Providers,
        captures: Captures,
        reservations: Reservations,
    ) -> None:
        self._stores, self._uow, self._clock = stores, uow, clock
        self._providers, self._captures = providers, captures
        self._reservations = reservations

    def close_if_over(self, order_id: str, ctx: Context) -> None:
        """Ends an open order whose time is over; raises DomainError(PROVIDER_UNAVAILABLE)."""
        order = self._stores.orders.require(order_id)
        if order["open"] and orders.shown_state(order, self._clock.now()) != "open":
            self.close(order, ctx)

    def close(self, order: Order, ctx: Context) -> bool:
        """Ends an open order as `order["closing"]` says, or finds it paid.

        False = it stays open: its provider holds money that is not what we asked for, an incident
        for operators. Raises DomainError(PROVIDER_UNAVAILABLE) while it is unknown whether money
        came.
        """
        attempt = self._stores.payments.live_of(order["community_id"], order["_id"])
        if attempt is not None:
            taken = self._close_attempt(attempt, ctx)
            if taken:
                return any(taken)
        crash.point("payments.after_provider_close")

        def work(tx: Transaction) -> None:
            if attempt is not None:
                self._stores.payments.save(tx, payments.end(attempt, "cancelled"))
                give_parts_back(self._stores, tx, attempt)
            end_order(self._stores, tx, order)

        self._uow.run(ctx.without_key_or_message(), work)
        crash.point("payments.after_order_closed")
        self._reservations.release(Reservation.of_order(order))
        return True

    def close_due(self, run: JobRun) -> None:
        """Ends orders whose 30 minutes are over, or that were cancelled or withdrawn."""

        def close(order: Order) -> object:
            if order["total"]["amount"] == 0 and order["closing"] == "expired":
                # Nothing was to be paid: a crash kept it from being settled when it was made.
                self._captures.settle_free(order, run.ctx)
                return None
            try:
                if not self.close(order, run.ctx):
                    postpone(order)
            except DomainError as problem:
                if problem.error is not PROVIDER_UNAVAILABLE:
                    raise
                postpone(order)
                return SILENT
            return None

        def postpone(order: Order) -> None:
            now = self._clock.now()
            # Wait as long as it is overdue, so retries become rarer.
            pause = min(max(now - order["expires_at"], RETRY_AFTER), payments.LONGEST_CHECK_AFTER)
            self._stores.orders.postpone_closing([order["_id"]], now + pause)

        def put_off(theirs: Sequence[Order]) -> None:
            until = self._clock.now() + payments.PAUSE_AFTER_SILENCE
            self._stores.orders.postpone_closing([order["_id"] for order in theirs], until)

        act_on_due(
            run,
            lambda most: self._stores.orders.due_to_close(run.now, most),
            close,
            soonest=self._stores.orders.soonest_to_close,
            postpone=postpone,
            # A community has one account with each provider.
            partners=Partners(lambda order: order["community_id"], put_off),
        )

    def _close_attempt(self, attempt: Payment, ctx: Context) -> list[bool]:
        """Closes an attempt at its provider; for each capture it had, whether it was ours."""
        account = self._stores.accounts.require(attempt["account_id"])
        try:
            known = self._providers[attempt["provider"]].close_payment(
                account, attempt["out_trade_no"]
            )
        except (ProviderSilent, ProviderRefused) as problem:
            log.warning("close_undecided", payment=attempt["_id"], problem=str(problem))
            raise DomainError(PROVIDER_UNAVAILABLE) from problem
        cause = f"close:{attempt['_id']}"
        return [
            self._captures.record(account, capture, ctx, cause=cause) for capture in known.captures
        ]
