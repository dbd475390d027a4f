"""Orders: an accepted quote, open for 30 minutes; read by payers and by who keeps the money."""

from typing import Any

from chassis import crash
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import DomainError
from contracts.errors.payments import ORDER_WRONG_STATE, PRICE_CHANGED, PURCHASE_HAS_ORDER
from contracts.money import Money
from services.payments.domain import orders, quotes
from services.payments.domain.purchases import require_payable
from services.payments.store import Stores
from services.payments.store.orders import AnotherOrderIsOpen
from services.payments.usecases.access import TREASURERS, Access
from services.payments.usecases.captures import Captures
from services.payments.usecases.closing import OrderCloser
from services.payments.usecases.quotes import Quotes
from services.payments.usecases.reservations import Reservation, Reservations
from services.payments.usecases.views import View, order_view, page_view


class Orders:
    def __init__(
        self,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        quotes: Quotes,
        reservations: Reservations,
        captures: Captures,
        closer: OrderCloser,
    ) -> None:
        self._stores, self._uow, self._clock, self._access = stores, uow, clock, access
        self._quotes, self._reservations = quotes, reservations
        self._captures, self._closer = captures, closer

    def create(self, request: dict[str, Any], ctx: Context) -> View:
        """Accepts a quote; the same quote gives the same order.

        A quote whose time is over is priced again: the same price makes the order, another one
        raises DomainError(PRICE_CHANGED) with the fresh quote.
        """
        quote = self._stores.quotes.require(request["quote_id"])
        self._access.require_payer(ctx, quote, "quote")
        if quote["state"] == "ordered":
            order = self._stores.orders.of_quote(quote["community_id"], quote["_id"])
            assert order is not None
            return self._view(order)
        quotes.require_live(quote)
        purchase = self._stores.purchases.require(quote["purchase_id"])
        purchase = self._quotes.require_payable(purchase, ctx)
        if quotes.is_past(quote, self._clock.now()):
            quote = self._quote_again(quote, purchase, ctx)
        if not self._reservations.keep(Reservation.of_quote(quote)):
            quote = self._quote_again(quote, purchase, ctx)
            if not self._reservations.keep(Reservation.of_quote(quote)):
                raise DomainError(PRICE_CHANGED, quote_id=quote["_id"])
        crash.point("payments.after_holds_kept")
        order = self._accept(quote, ctx)
        crash.point("payments.after_order")
        if not _costs(order):
            self._captures.settle_free(order, ctx)
            order = self._stores.orders.require(order["_id"])
        return order_view(order, (), (), self._clock.now())

    def get(self, request: dict[str, Any], ctx: Context) -> View:
        order = self._stores.orders.require(request["order_id"])
        self._access.require_reader(ctx, order, "order")
        return self._view(order)

    def list_mine(self, request: dict[str, Any], ctx: Context) -> View:
        found, following = self._stores.orders.page(
            {"payer_id": ctx.person()},
            after=request["after"],
            limit=request["limit"],
            descending=True,
        )
        return page_view(self._views(found), following)

    def list_of_community(self, request: dict[str, Any], ctx: Context) -> View:
        self._access.require_role(ctx, request["community_id"], TREASURERS)
        in_state = {} if request["state"] is None else {"state": request["state"]}
        found, following = self._stores.orders.page(
            in_state,
            community_id=request["community_id"],
            after=request["after"],
            limit=request["limit"],
        )
        return page_view(self._views(found), following)

    def cancel(self, request: dict[str, Any], ctx: Context) -> View:
        """The payer gives an unpaid order up; nothing happens if the money came first."""
        order = self._stores.orders.require(request["order_id"])
        self._access.require_payer(ctx, order, "order")
        if order["state"] != "cancelled":
            closing = orders.ask_to_close(order, "cancelled", self._clock.now())
            self._closer.close(closing, ctx)
            order = self._stores.orders.require(order["_id"])
            if order["state"] != "cancelled":
                raise DomainError(ORDER_WRONG_STATE, current_state=order["state"])
        return self._view(order)

    # ── Below ───────────────────────────────────────────────────────────────────────────────────

    def _quote_again(self, quote: Document, purchase: Document, ctx: Context) -> Document:
        """A fresh quote of the same worth; raises DomainError(PRICE_CHANGED) naming another one."""
        fresh = self._quotes.make(purchase, quote["coupon_codes"], ctx.keyless())
        if (fresh["total"], fresh["extra_days"]) != (quote["total"], quote["extra_days"]):
            raise DomainError(PRICE_CHANGED, quote_id=fresh["id"])
        return self._stores.quotes.require(fresh["id"])

    def _accept(self, quote: Document, ctx: Context) -> Document:
        plan = self._stores.plans.require(quote["plan_id"])
        order_id = new_id("ord")
        stored: list[Document] = []

        def work(tx: Transaction) -> View:
            purchase = self._stores.purchases.require(quote["purchase_id"], tx=tx)
            require_payable(purchase, tx.now)
            until = orders.open_until(tx.now, purchase["pay_by"])
            order = self._stores.orders.add(
                tx,
                _order(order_id, quote, purchase, plan)
                # Nothing to pay: if this process dies before it settles the order, the job does.
                | {"expires_at": until, "close_after": until if _costs(quote) else tx.now},
            )
            self._stores.quotes.save(tx, quotes.end(quote, "ordered"))
            self._stores.purchases.save(tx, {**purchase, "order_id": order_id})
            tx.audit("create_order", None, order, quote=quote["_id"])
            stored[:] = [order]
            return order_view(order, (), (), tx.now)

        try:
            self._uow.run(ctx, work)
        except AnotherOrderIsOpen:
            purchase = self._stores.purchases.require(quote["purchase_id"])
            raise DomainError(PURCHASE_HAS_ORDER, order_id=purchase["order_id"]) from None
        return stored[0]

    def _view(self, order: Document) -> View:
        return self._views([order])[0]

    def _views(self, found: list[Document]) -> list[View]:
        """Orders with their payments and refunds, two queries per community and page."""
        attempts: dict[str, list[Document]] = {order["_id"]: [] for order in found}
        returned: dict[str, list[Document]] = {order["_id"]: [] for order in found}
        for community_id in {order["community_id"] for order in found}:
            ids = [order["_id"] for order in found if order["community_id"] == community_id]
            for payment in self._stores.payments.of_orders(community_id, ids):
                attempts[payment["order_id"]].append(payment)
            for refund in self._stores.refunds.of_orders(community_id, ids):
                returned[refund["order_id"]].append(refund)
        now = self._clock.now()
        return [
            order_view(order, attempts[order["_id"]], returned[order["_id"]], now)
            for order in found
        ]


def _order(order_id: str, quote: Document, purchase: Document, plan: Document) -> Document:
    nothing = Money(0, quote["total"]["currency"]).as_dict()
    return {
        "_id": order_id,
        "community_id": quote["community_id"],
        "purchase_id": purchase["_id"],
        "quote_id": quote["_id"],
        "payer_id": quote["payer_id"],
        "plan_id": plan["_id"],
        "subject": purchase["subject"],
        "purpose": purchase["purpose"],
        "state": "open",
        "open": True,
        "closing": "expired",
        "fulfilment": "none",
        "list_price": quote["list_price"],
        "discount": quote["discount"],
        "total": quote["total"],
        "refunded": nothing,
        "refunding": nothing,
        "months": plan["period_months"],
        "extra_days": quote["extra_days"],
        "zone": plan["zone"],
        "trace": quote["trace"],
        "coupon_codes": quote["coupon_codes"],
        "coupon_id": quote["coupon_id"],
        "redemption_id": quote["redemption_id"],
        "promised": quote["promised"],
        "reservation_ref": quote["_id"],
        "step": quote["step"],
        "place_ref": quote["place_ref"],
        "receipt_number": None,
        "paid_at": None,
        "paid_on": None,
    }


def _costs(priced: Document) -> bool:
    return bool(priced["total"]["amount"] > 0)
