"""Orders: an accepted price, open for 30 minutes; read by payers and by who keeps the money."""

from collections.abc import Mapping
from typing import Any

from chassis import crash
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import DomainError
from contracts.errors.payments import ORDER_WRONG_STATE, PRICE_CHANGED
from contracts.money import Money
from services.payments.domain import orders, quotes
from services.payments.domain.purchases import require_payable
from services.payments.store import Stores
from services.payments.store.orders import WITH_MONEY
from services.payments.store.price_facts import PriceFacts
from services.payments.usecases.access import TREASURERS, Access
from services.payments.usecases.captures import Captures
from services.payments.usecases.closing import OrderCloser
from services.payments.usecases.plans import Plans
from services.payments.usecases.quotes import Quotes, priced
from services.payments.usecases.reservations import Reservation, Reservations
from services.payments.usecases.transactions import until_settled
from services.payments.usecases.views import View, new_order_view, order_view, page_view


class Orders:
    def __init__(
        self,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        plans: Plans,
        quotes: Quotes,
        reservations: Reservations,
        captures: Captures,
        closer: OrderCloser,
    ) -> None:
        self._stores, self._uow, self._clock, self._access = stores, uow, clock, access
        self._plans, self._quotes, self._reservations = plans, quotes, reservations
        self._captures, self._closer = captures, closer

    def create(self, request: dict[str, Any], ctx: Context) -> View:
        """Accepts a quote; the same quote gives the same order.

        A quote whose time is over is priced again: the same price makes the order, another one
        raises DomainError(PRICE_CHANGED) with the fresh quote.
        """

        def attempt() -> View:
            quote, purchase = self._stores.quotes.require_with_purchase(request["quote_id"])
            self._access.require_payer(ctx, quote, "quote")
            if quote["state"] == "ordered":
                order = self._stores.orders.of_quote(quote["community_id"], quote["_id"])
                assert order is not None
                whole = self._stores.orders.require_whole(order["_id"])
                return order_view(whole, self._clock.now())
            quotes.require_live(quote)
            purchase = self._quotes.without_order(purchase, ctx)
            made = self._accept(quote, purchase, ctx)
            return self._made(made or self._accept_again(quote, purchase, ctx), ctx)

        return until_settled(ctx, attempt)

    def create_at_once(self, request: dict[str, Any], ctx: Context) -> View:
        """An order without a quote, at the total and with the extra days that the buyer saw.

        Another price raises DomainError(PRICE_CHANGED) with a fresh quote. A live quote of the
        payer that says the same is the one accepted, so the place that it holds is not lost.
        """

        def attempt() -> View:
            purchase = self._quotes.require_payable(request["purchase_id"], ctx)
            facts = self._stores.price_facts.of(purchase)
            live, made = facts.live_quote, None
            if live is not None and _says(live, purchase, request):
                made = self._accept(live, purchase, ctx)
            if made is None:
                made = self._take_and_order(purchase, facts, request, ctx)
            return self._made(made or self._accept_again(request, purchase, ctx), ctx)

        return until_settled(ctx, attempt)

    def get(self, request: dict[str, Any], ctx: Context) -> View:
        order = self._stores.orders.require_whole(request["order_id"])
        self._access.require_reader(ctx, order, "order")
        return order_view(order, self._clock.now())

    def list_mine(self, request: dict[str, Any], ctx: Context) -> View:
        found, following = self._stores.orders.page(
            {"payer_id": ctx.person()},
            after=request["after"],
            limit=request["limit"],
            descending=True,
            joined=WITH_MONEY,
        )
        return self._page(found, following)

    def list_of_community(self, request: dict[str, Any], ctx: Context) -> View:
        self._access.require_role(ctx, request["community_id"], TREASURERS)
        in_state = {} if request["state"] is None else {"state": request["state"]}
        found, following = self._stores.orders.page(
            in_state,
            community_id=request["community_id"],
            after=request["after"],
            limit=request["limit"],
            joined=WITH_MONEY,
        )
        return self._page(found, following)

    def cancel(self, request: dict[str, Any], ctx: Context) -> View:
        """The payer gives an unpaid order up; nothing happens if the money came first."""
        order = self._stores.orders.require(request["order_id"])
        self._access.require_payer(ctx, order, "order")
        if order["state"] != "cancelled":
            closing = orders.ask_to_close(order, "cancelled", self._clock.now())
            self._closer.close(closing, ctx)
        order = self._stores.orders.require_whole(order["_id"])
        if order["state"] != "cancelled":
            raise DomainError(ORDER_WRONG_STATE, current_state=order["state"])
        return order_view(order, self._clock.now())

    # ── Below ───────────────────────────────────────────────────────────────────────────────────

    def _made(self, order: Document, ctx: Context) -> View:
        """A new order, which is settled at once when nothing is to be paid."""
        crash.point("payments.after_order")
        if not _costs(order):
            self._captures.settle_free(order, ctx)
            order = self._stores.orders.require(order["_id"])
        return new_order_view(order, self._clock.now())

    def _accept(self, quote: Document, purchase: Document, ctx: Context) -> Document | None:
        """The order of a live quote; None when its time is over or what it held is gone."""
        reservation = Reservation.of_quote(quote)
        if quotes.is_past(quote, self._clock.now()) or not self._reservations.keep(reservation):
            return None
        crash.point("payments.after_holds_kept")
        order = _order(purchase, self._stores.plans.require(quote["plan_id"]))
        order |= {name: quote[name] for name in _PRICED} | reservation.stored()
        order |= {"quote_id": quote["_id"], "reservation_ref": reservation.ref}
        return self._store(order, purchase, (quote, "ordered"), ctx)

    def _accept_again(self, seen: Mapping[str, Any], purchase: Document, ctx: Context) -> Document:
        """The order of a fresh quote that is worth what was seen.

        Raises DomainError(PRICE_CHANGED) naming the quote when it is worth something else.
        """
        fresh = self._quotes.make(purchase["_id"], seen["coupon_codes"], ctx.keyless())
        if _worth(fresh) == _worth(seen):
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
        self, purchase: Document, facts: PriceFacts, seen: Mapping[str, Any], ctx: Context
    ) -> Document | None:
        """The order with what it takes and keeps now; None when that is not the price seen."""
        live = facts.live_quote
        replaced = None if live is None else self._quotes.let_go(live, ctx)
        plan = self._stores.plans.require(purchase["plan_id"])
        order = _order(purchase, plan)
        reservation, offer = self._reservations.take(
            purchase,
            plan,
            seen["coupon_codes"],
            promised=self._plans.promised_price(plan, purchase),
            ref=order["_id"],
            until=None,
            ctx=ctx,
            facts=facts,
        )
        crash.point("payments.after_holds_taken_for_order")
        order |= priced(offer, seen["coupon_codes"]) | reservation.stored()
        order |= {"quote_id": None, "reservation_ref": reservation.ref}
        if _worth(order) != _worth(seen):
            self._reservations.release(reservation)
            return None
        ended = None if replaced is None else (replaced, "replaced")
        with self._reservations.released_unless_committed(reservation):
            return self._store(order, purchase, ended, ctx)

    def _store(
        self,
        order: Document,
        purchase: Document,
        ended: tuple[Document, str] | None,
        ctx: Context,
    ) -> Document:
        """Stores an order and, with the state it comes to, the quote that ends by it.

        Raises AnotherOrderIsOpen, or DomainError(STALE_VERSION) when purchase or quote changed.
        """
        stored: list[Document] = []

        def work(tx: Transaction) -> View:
            require_payable(purchase, tx.now)
            until = orders.open_until(tx.now, purchase["pay_by"])
            # Nothing to pay: if this process dies before it settles the order, the job does.
            close_after = until if _costs(order) else tx.now
            made = {**order, "expires_at": until, "close_after": close_after}
            made = self._stores.orders.add(tx, made)
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

    def _page(self, found: list[Document], following: str | None) -> View:
        now = self._clock.now()
        return page_view((order_view(order, now) for order in found), following)


def _order(purchase: Document, plan: Document) -> Document:
    """A new order of a purchase, without its price and what it holds."""
    nothing = Money(0, plan["base_price"]["currency"]).as_dict()
    return {
        "_id": new_id("ord"),
        "community_id": purchase["community_id"],
        "purchase_id": purchase["_id"],
        "payer_id": purchase["payer_id"],
        "plan_id": plan["_id"],
        "subject": purchase["subject"],
        "purpose": purchase["purpose"],
        "state": "open",
        "open": True,
        "closing": "expired",
        "fulfilment": "none",
        "refunded": nothing,
        "refunding": nothing,
        "months": plan["period_months"],
        "zone": plan["zone"],
        "receipt_number": None,
        "paid_at": None,
        "paid_on": None,
    }


_PRICED = ("list_price", "discount", "total", "extra_days", "trace", "coupon_codes")


def _worth(priced: Mapping[str, Any]) -> tuple[Any, int]:
    """What a buyer agrees to, of a quote, an order, or what they saw."""
    return priced["total"], priced["extra_days"]


def _says(quote: Document, purchase: Document, seen: Mapping[str, Any]) -> bool:
    """Whether a quote is what a buyer wants to order."""
    same_codes = quote["coupon_codes"] == seen["coupon_codes"]
    is_for_it = quote["purchase_id"] == purchase["_id"] and same_codes
    return is_for_it and _worth(quote) == _worth(seen)


def _costs(priced: Document) -> bool:
    return bool(priced["total"]["amount"] > 0)
