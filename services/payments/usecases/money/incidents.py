"""Incidents: what providers said that fits no books, and how operators bring it to an end.

While a provider holds money that is not what we asked for, its order stays open and keeps all that
it holds (P-24). Only a person can say what that money is: it goes back, or it is not with us.
"""

from functools import partial

from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from services.payments.domain.books import ledger
from services.payments.domain.checkout.orders import Order
from services.payments.domain.money import payments, refunds
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.domain.money.callbacks import Incident, capture_of
from services.payments.domain.money.payments import Capture
from services.payments.store import Stores
from services.payments.usecases.money.promising import promise_refund
from services.payments.usecases.repeating import until_settled
from services.payments.usecases.stock.ended_orders import end_order
from services.payments.usecases.stock.reservations import Reservation, Reservations


class IncidentUseCases:
    def __init__(
        self, *, stores: Stores, uow: UnitOfWork, clock: Clock, reservations: Reservations
    ) -> None:
        self._stores, self._uow, self._clock = stores, uow, clock
        self._reservations = reservations

    def open(self) -> list[Incident]:
        """Those that nobody resolved yet, newest first."""
        return self._stores.incidents.newest_open(limit=100)

    def resolve(
        self, incident_id: str, order_id: str | None, ctx: Context, *, refund: bool
    ) -> None:
        """Ends what the incident keeps open, and gives the money back if there is any (`refund`).

        `order_id` names the order of a capture whose attempt we do not know any more. Money that
        was recorded meanwhile is left as it is, so this may be repeated. Raises
        DomainError(OBJECT_NOT_FOUND).
        """
        incident = self._stores.incidents.require(incident_id)
        capture = capture_of(incident)
        if capture is not None:
            end = partial(self._end, incident, capture, order_id, refund)
            until_settled(ctx, lambda: end(ctx))
        elif refund:  # a report about a refund: `refunds retry` makes another one
            raise DomainError(OBJECT_NOT_FOUND, noun="capture")
        self._stores.incidents.resolve(incident, self._clock.now())

    def _end(
        self, incident: Incident, capture: Capture, order_id: str | None, refund: bool, ctx: Context
    ) -> None:
        account = self._stores.accounts.require(incident["account_id"])
        reported = self._stores.payments.reported(account["_id"], capture)
        if self._stores.payments.of_capture(account["_id"], capture) is not None:
            return
        if reported is None and not refund:
            return  # there is nothing of ours that it could end
        attempt = None if reported is None else reported.payment
        order = self._require_order(account, order_id) if reported is None else reported.order
        # Only the attempt whose money was refused keeps its order from ending.
        closes = attempt is not None and attempt["live"] and order["open"]

        def work(tx: Transaction) -> None:
            if attempt is not None and attempt["live"]:
                self._stores.payments.save(tx, payments.end(attempt, "cancelled"))
            if closes:
                end_order(self._stores, tx, order)
            else:  # so that nobody else moves it with what they read before
                self._stores.orders.save(tx, order)
            if refund:
                self._give_back(tx, order, account, capture, incident)

        self._uow.run(ctx.without_key_or_message(), work)
        if closes:
            self._reservations.release(Reservation.of_order(order))

    def _require_order(self, account: ProviderAccount, order_id: str | None) -> Order:
        if order_id is None:
            raise DomainError(OBJECT_NOT_FOUND, noun=self._stores.payments.noun)
        return self._stores.orders.require(order_id, community_id=account["community_id"])

    def _give_back(
        self,
        tx: Transaction,
        order: Order,
        account: ProviderAccount,
        capture: Capture,
        incident: Incident,
    ) -> None:
        """Records the capture at its own amount, in suspense, and promises its refund."""
        surplus = payments.surplus_capture(
            id=new_id("pay"),
            order=order,
            account_id=account["_id"],
            provider=account["provider"],
            capture=capture,
            now=tx.now,
        )
        row = self._stores.payments.insert(tx, surplus)
        arrived = ledger.unclaimed_capture(f"capture:{row['_id']}", capture.amount)
        self._stores.ledger.post(
            tx, arrived, community_id=order["community_id"], order_id=order["_id"]
        )
        promise_refund(
            self._stores, tx, row, capture.amount, reason=refunds.WRONG_PAYMENT, surplus=True
        )
        tx.audit("resolve_incident", None, row, incident=incident["_id"])
