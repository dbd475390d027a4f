"""Orders: an accepted price, open for 30 minutes; read by payers and treasurers."""

from collections.abc import Callable
from functools import partial
from typing import Literal

from chassis import crash
from chassis.access import Access, require_own
from chassis.actions import possible
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.aggregates import MoneyFields
from contracts.errors import DomainError
from contracts.errors.payments import PRICE_CHANGED
from contracts.types import payments as wire
from services.payments.domain.checkout import orders, quotes
from services.payments.domain.checkout.orders import ORDER, Order
from services.payments.domain.checkout.prices import Priced
from services.payments.domain.checkout.purchases import Purchase, require_payable
from services.payments.domain.checkout.quotes import Quote
from services.payments.store import Stores
from services.payments.store.checkout.price_facts import PriceFacts
from services.payments.usecases.actions import ORDER_ACTIONS
from services.payments.usecases.catalogue.ways_to_pay import WaysToPay
from services.payments.usecases.checkout.closing import OrderCloser
from services.payments.usecases.checkout.quotes import QuoteUseCases, priced
from services.payments.usecases.money.captures import Captures
from services.payments.usecases.money.refund_policy import RefundPolicy
from services.payments.usecases.repeating import until_settled
from services.payments.usecases.stock.reservations import Reservation, Reservations
from services.payments.usecases.stock.selling import Selling
from services.payments.usecases.views import new_order_view, order_view, refund_preview

Ended = tuple[Quote, Literal["ordered", "replaced"]]  # a quote, and what it comes to
Seen = Quote | wire.OrderPurchase  # the price that a buyer agreed to


class OrderUseCases:
    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        selling: Selling,
        quotes: QuoteUseCases,
        reservations: Reservations,
        captures: Captures,
        closer: OrderCloser,
        policy: RefundPolicy,
        ways: WaysToPay,
    ) -> None:
        self._stores, self._uow, self._clock, self._access = stores, uow, clock, access
        self._selling = selling
        self._quotes, self._reservations = quotes, reservations
        self._captures, self._closer = captures, closer
        self._policy, self._ways = policy, ways

    def create(self, request: wire.QuoteRef, ctx: Context) -> wire.Order:
        """Accepts a quote; the same quote gives the same order.

        A quote whose time is over is priced again: the same price makes the order, another one
        raises DomainError(PRICE_CHANGED) with the fresh quote.
        """

        def attempt() -> wire.Order:
            quote, purchase = self._stores.quotes.require_with_purchase(request["quote_id"])
            require_own(ctx, contract.CREATE_ORDER.who, quote["payer_id"], "quote")
            if quote["state"] == "ordered":
                order = self._stores.orders.of_quote(quote["community_id"], quote["_id"])
                assert order is not None
                made_before = self._stores.orders.require_with_money(order["_id"])
                return order_view(made_before, self._clock.now())
            quotes.require_live(quote)
            purchase = self._quotes.without_order(purchase, ctx)
            made = self._accept(quote, purchase, ctx)
            return self._made(made or self._accept_again(quote, purchase, ctx), ctx)

        return until_settled(ctx, attempt)

    def create_at_once(self, request: wire.OrderPurchase, ctx: Context) -> wire.Order:
        """An order without a quote, at the total and with the extra days that the buyer saw.

        Another price raises DomainError(PRICE_CHANGED) with a fresh quote. A live quote of the
        payer that says the same is the one accepted, so the place that it holds is not lost.
        """

        def attempt() -> wire.Order:
            purchase = self._quotes.require_payable(request["purchase_id"], ctx)
            facts = self._stores.price_facts.of(purchase, request["coupon_codes"])
            live, made = facts.live_quote, None
            if live is not None and _says(live, purchase, request):
                made = self._accept(live, purchase, ctx)
            if made is None:
                made = self._take_and_order(purchase, facts, request, ctx)
            return self._made(made or self._accept_again(request, purchase, ctx), ctx)

        return until_settled(ctx, attempt)

    def get(self, request: wire.OrderRef, ctx: Context) -> wire.ShownOrder:
        order = self._stores.orders.require_with_money(request["order_id"])
        caller = self._access.caller(ctx, order["community_id"])
        caller.require_may_see(contract.GET_ORDER.who, "order", about=order["payer_id"])
        now = self._clock.now()
        actions = possible(ORDER_ACTIONS, order, now, caller, about=order["payer_id"])
        payable = contract.OPEN_PAYMENT.name in actions
        return {
            **order_view(order, now),
            "actions": actions,
            "providers": self._ways.of(order["community_id"]) if payable else [],
        }

    def refund_preview(self, request: wire.OrderRef, ctx: Context) -> wire.RefundPreview:
        """What giving up now brings back, by the function that the refund goes by."""
        order = self._stores.orders.require(request["order_id"])
        caller = self._access.caller(ctx, order["community_id"])
        who = contract.GET_REFUND_PREVIEW.who
        caller.require_may_see(who, "order", about=order["payer_id"])
        return refund_preview(order, self._policy.due_now(order, ctx))

    def cancel(self, request: wire.OrderRef, ctx: Context) -> wire.Order:
        """The payer gives an unpaid order up; nothing happens if the money came first."""

        def attempt() -> None:
            order = self._stores.orders.require(request["order_id"])
            require_own(ctx, contract.CANCEL_ORDER.who, order["payer_id"], "order")
            if order["state"] != "cancelled":
                closing = orders.ask_to_close(order, "cancelled", self._clock.now())
                self._closer.close(closing, ctx)

        until_settled(ctx, attempt)
        ended = self._stores.orders.require_with_money(request["order_id"])
        if ended["state"] != "cancelled":
            raise ORDER.wrong_state(ended)
        return order_view(ended, self._clock.now())

    def _made(self, order: Order, ctx: Context) -> wire.Order:
        """A new order, which is settled at once when nothing is to be paid."""
        crash.point("payments.after_order")
        if not orders.costs(order):
            self._captures.settle_free(order, ctx)
            order = self._stores.orders.require(order["_id"])
        return new_order_view(order, self._clock.now())

    def _accept(self, quote: Quote, purchase: Purchase, ctx: Context) -> Order | None:
        """The order of a live quote; None when its time is over, what it held is gone, or another
        plan was named since."""
        if quote["plan_id"] != purchase["plan_id"]:
            return None
        reservation = Reservation.of_quote(quote)
        if quotes.is_past(quote, self._clock.now()) or not self._reservations.keep(reservation):
            return None
        crash.point("payments.after_holds_kept")
        make = partial(
            orders.new_order,
            id=new_id("ord"),
            purchase=purchase,
            sold=self._selling.sold(purchase, quote),
            priced=_price_of(quote),
            reserved=reservation.stored(),
            reservation_ref=reservation.ref,
            quote_id=quote["_id"],
        )
        return self._store(make, purchase, (quote, "ordered"), ctx)

    def _accept_again(self, seen: Seen, purchase: Purchase, ctx: Context) -> Order:
        """The order of a fresh quote that is worth what was seen.

        Raises DomainError(PRICE_CHANGED) naming the quote when it is worth something else, or would
        bring other brackets of refunds than a quote that was seen.
        """
        fresh = self._quotes.make(purchase["_id"], seen["coupon_codes"], ctx.without_key())
        brackets = fresh["refund_brackets"]
        if _worth(fresh) == _worth(seen) and seen.get("refund_brackets", brackets) == brackets:
            quote = self._stores.quotes.require(fresh["id"])
            order = self._accept(quote, purchase, ctx)
            if order is not None:
                return order
        raise DomainError(
            PRICE_CHANGED,
            quote_id=fresh["id"],
            total=fresh["total"]["amount"],
            currency=fresh["total"]["currency"],
            extra_days=fresh["extra_days"],
        )

    def _take_and_order(
        self, purchase: Purchase, facts: PriceFacts, seen: wire.OrderPurchase, ctx: Context
    ) -> Order | None:
        """The order with what it takes and keeps now; None when that is not the price seen."""
        live = facts.live_quote
        replaced = None if live is None else self._quotes.let_go(live, ctx)
        order_id = new_id("ord")
        reservation, offer, sold = self._selling.take(
            purchase, facts, seen["coupon_codes"], ref=order_id, until=None, ctx=ctx
        )
        crash.point("payments.after_holds_taken_for_order")
        price = priced(offer, seen["coupon_codes"])
        if _worth(price) != _worth(seen):
            self._reservations.release(reservation)
            return None
        make = partial(
            orders.new_order,
            id=order_id,
            purchase=purchase,
            sold=sold,
            priced=price,
            reserved=reservation.stored(),
            reservation_ref=reservation.ref,
            quote_id=None,
        )
        ended: Ended | None = None if replaced is None else (replaced, "replaced")
        with self._reservations.released_unless_committed(reservation):
            return self._store(make, purchase, ended, ctx)

    def _store(
        self,
        make: Callable[..., Order],
        purchase: Purchase,
        ended: Ended | None,
        ctx: Context,
    ) -> Order:
        """Stores the order that `make(now=…)` gives and, with the state it comes to, the quote that
        ends by it.

        Raises AnotherOrderIsOpen, or DomainError(STALE_VERSION) when purchase or quote changed.
        """
        stored: list[Order] = []

        def work(tx: Transaction) -> wire.Order:
            require_payable(purchase, tx.now)
            made = self._stores.orders.insert(tx, make(now=tx.now))
            if ended is not None:
                quote, state = ended
                after = self._stores.quotes.save(tx, quotes.end(quote, state))
                if state == "replaced":
                    tx.audit("quote_replaced", quote, after)
            self._stores.purchases.save(tx, {**purchase, "order_id": made["_id"]})
            named = {} if made["quote_id"] is None else {"quote": made["quote_id"]}
            tx.audit("create_order", None, made, **named)
            stored[:] = [made]
            return new_order_view(made, tx.now)

        self._uow.run(ctx, work)
        return stored[0]


def _price_of(quote: Quote) -> Priced:
    return {
        "list_price": quote["list_price"],
        "discount": quote["discount"],
        "total": quote["total"],
        "extra_days": quote["extra_days"],
        "trace": quote["trace"],
        "coupon_codes": quote["coupon_codes"],
    }


def _worth(priced: Priced | Seen | wire.Quote) -> tuple[MoneyFields, int]:
    """What a buyer agrees to, of a quote, an order, or what they saw."""
    return priced["total"], priced["extra_days"]


def _says(quote: Quote, purchase: Purchase, seen: wire.OrderPurchase) -> bool:
    """Whether a quote is what a buyer wants to order."""
    same_codes = quote["coupon_codes"] == seen["coupon_codes"]
    is_for_it = quote["purchase_id"] == purchase["_id"] and same_codes
    return is_for_it and _worth(quote) == _worth(seen)
