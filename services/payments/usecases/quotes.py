"""Quotes: a price with everything it rests on, locked for 15 minutes."""

from typing import Any

from chassis import crash
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.job_items import each_due
from chassis.jobs import JobRun
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import STALE_VERSION, TOO_BUSY, DomainError, Kind
from services.payments.domain import purchases, quotes
from services.payments.domain.pricing import Price
from services.payments.store import Stores
from services.payments.store.purchases import LiveQuoteExists
from services.payments.usecases.access import Access
from services.payments.usecases.closing import OrderCloser
from services.payments.usecases.plans import Plans
from services.payments.usecases.reservations import Reservation, Reservations
from services.payments.usecases.transactions import unlinked
from services.payments.usecases.views import View, quote_view

_ATTEMPTS = 5  # of one person quoting the same plan many times at once


class Quotes:
    def __init__(
        self,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        plans: Plans,
        reservations: Reservations,
        closer: OrderCloser,
    ) -> None:
        self._stores, self._uow, self._clock = stores, uow, clock
        self._access, self._plans = access, plans
        self._reservations, self._closer = reservations, closer

    def create(self, request: dict[str, Any], ctx: Context) -> View:
        """Prices a purchase for its payer; an earlier live quote for the plan is replaced."""
        purchase = self._stores.purchases.require(request["purchase_id"])
        self._access.require_payer(ctx, purchase, "purchase")
        return self.make(purchase, request["coupon_codes"], ctx)

    def get(self, request: dict[str, Any], ctx: Context) -> View:
        quote = self._stores.quotes.require(request["quote_id"])
        self._access.require_payer(ctx, quote, "quote")
        return quote_view(quote, self._clock.now())

    def make(self, purchase: Document, codes: list[str], ctx: Context) -> View:
        """A fresh quote. Raises DomainError(PURCHASE_WRONG_STATE, PURCHASE_HAS_ORDER, NO_PLAN,
        TOO_BUSY)."""
        purchase = self.require_payable(purchase, ctx)
        purchase, plan = self._plans.of_purchase(purchase, ctx)
        for _ in range(_ATTEMPTS):
            try:
                self._replace_live(purchase, ctx)
                return self._make(purchase, plan, codes, ctx)
            except LiveQuoteExists:
                continue
            except DomainError as error:
                if error.error is not STALE_VERSION:
                    raise
        raise DomainError(TOO_BUSY, retry_after=1)

    def require_payable(self, purchase: Document, ctx: Context) -> Document:
        """The purchase when it can be paid and no order of it is open."""
        purchases.require_payable(purchase, self._clock.now())
        if purchase["order_id"] is not None:
            self._closer.close_if_over(purchase["order_id"], ctx)
            purchase = self._stores.purchases.require(purchase["_id"])
            purchases.require_payable(purchase, self._clock.now())
            purchases.require_without_order(purchase)
        return purchase

    def expire_due(self, run: JobRun) -> None:
        """Ends quotes whose 15 minutes are over and gives back what they held."""

        def expire(quote: Document) -> None:
            self._end(quote, "expired", run.ctx)

        each_due(run, lambda most: self._stores.quotes.due_to_expire(run.now, most), expire)

    # ── Below ───────────────────────────────────────────────────────────────────────────────────

    def _replace_live(self, purchase: Document, ctx: Context) -> None:
        live = self._stores.quotes.live_of(
            purchase["community_id"], purchase["payer_id"], purchase["plan_id"]
        )
        if live is not None:
            self._end(live, "replaced", ctx)

    def _end(self, quote: Document, state: str, ctx: Context) -> None:
        def work(tx: Transaction) -> None:
            after = self._stores.quotes.save(tx, quotes.end(quote, state))
            tx.audit(f"quote_{state}", quote, after)

        self._uow.run(unlinked(ctx), work)
        crash.point("payments.after_quote_ended")
        self._reservations.release(Reservation.of_quote(quote))

    def _make(self, purchase: Document, plan: Document, codes: list[str], ctx: Context) -> View:
        quote_id = new_id("quo")
        until = quotes.locked_until(self._clock.now(), purchase["pay_by"])
        promised = self._plans.promised_price(plan, purchase)
        reservation, offer = self._reservations.take(
            purchase, plan, codes, promised=promised, ref=quote_id, until=until, ctx=ctx
        )
        crash.point("payments.after_holds_taken")
        quote = {
            "_id": quote_id,
            "community_id": purchase["community_id"],
            "purchase_id": purchase["_id"],
            "plan_id": plan["_id"],
            "payer_id": purchase["payer_id"],
            "state": "live",
            "live": True,
            "coupon_codes": codes,
            "expires_at": until,
            **_priced(offer),
            **reservation.stored(),
        }

        def work(tx: Transaction) -> View:
            stored = self._stores.quotes.add(tx, quote)
            tx.audit("create_quote", None, stored)
            return quote_view(stored, tx.now)

        try:
            view = self._uow.run(ctx, work)
        except DomainError as error:
            # Unavailable = it may have been committed; the holds then end with the quote.
            if error.kind is not Kind.UNAVAILABLE:
                self._reservations.release(reservation)
            raise
        except Exception:
            self._reservations.release(reservation)
            raise
        crash.point("payments.after_quote")
        return view


def _priced(offer: Price) -> Document:
    return {
        "list_price": offer.list_price.as_dict(),
        "discount": offer.discount.as_dict(),
        "total": offer.total.as_dict(),
        "extra_days": offer.extra_days,
        "trace": offer.trace,
    }
