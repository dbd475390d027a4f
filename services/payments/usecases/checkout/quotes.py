"""Quotes: a price with everything it rests on, locked for 15 minutes."""

from chassis import crash
from chassis.access import Access, require_own
from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.job_items import act_on_due
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.states.payments import QuoteState
from contracts.types import payments as wire
from services.payments.domain.checkout import purchases, quotes
from services.payments.domain.checkout.prices import Priced
from services.payments.domain.checkout.pricing import Price
from services.payments.domain.checkout.purchases import Purchase
from services.payments.domain.checkout.quotes import Quote
from services.payments.store import Stores
from services.payments.store.checkout.price_facts import PriceFacts
from services.payments.usecases.checkout.closing import OrderCloser
from services.payments.usecases.checkout.plan_choice import PlanChoice
from services.payments.usecases.repeating import until_settled
from services.payments.usecases.stock.reservations import Reservation, Reservations
from services.payments.usecases.stock.selling import Selling
from services.payments.usecases.tried_coupons import require_applied
from services.payments.usecases.views import quote_view


class QuoteUseCases:
    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        access: Access,
        choice: PlanChoice,
        selling: Selling,
        reservations: Reservations,
        closer: OrderCloser,
    ) -> None:
        self._stores, self._uow, self._clock = stores, uow, clock
        self._access, self._choice, self._selling = access, choice, selling
        self._reservations, self._closer = reservations, closer

    def create(self, request: wire.CreateQuote, ctx: Context) -> wire.Quote:
        """Prices a purchase for its payer; an earlier live quote for the plan is replaced."""
        is_strict = request["on_refused"] == "error"
        return self.make(request["purchase_id"], request["coupon_codes"], ctx, is_strict=is_strict)

    def get(self, request: wire.QuoteRef, ctx: Context) -> wire.Quote:
        quote = self._stores.quotes.require(request["quote_id"])
        require_own(ctx, contract.GET_QUOTE.who, quote["payer_id"], "quote")
        return quote_view(quote, self._clock.now(), ctx.locale)

    def make(
        self, purchase_id: str, codes: list[str], ctx: Context, *, is_strict: bool = False
    ) -> wire.Quote:
        """A fresh quote. Raises DomainError(PURCHASE_WRONG_STATE, PURCHASE_HAS_ORDER, NO_PLAN), and
        DomainError(COUPON_REFUSED) for a code that does not count, if it is to be strict."""

        def attempt() -> wire.Quote:
            purchase = self.require_payable(purchase_id, ctx)
            facts = self._stores.price_facts.of(purchase, codes)
            return self._make(purchase, facts, codes, ctx, is_strict=is_strict)

        return until_settled(ctx, attempt)

    def require_payable(self, purchase_id: str, ctx: Context) -> Purchase:
        """The caller's purchase when it can be paid and no order of it is open."""
        purchase = self._stores.purchases.require(purchase_id)
        require_own(ctx, contract.CREATE_QUOTE.who, purchase["payer_id"], "purchase")
        ctx.require_linked(purchase["_id"], purchase.get("renews"))
        return self.without_order(purchase, ctx)

    def without_order(self, purchase: Purchase, ctx: Context) -> Purchase:
        """The purchase when it can be paid; an order of it that is over ends first."""
        purchases.require_payable(purchase, self._clock.now())
        if purchase["order_id"] is not None:
            self._closer.close_if_over(purchase["order_id"], ctx)
            purchase = self._stores.purchases.require(purchase["_id"])
            purchases.require_payable(purchase, self._clock.now())
            purchases.require_without_order(purchase)
        return self._choice.with_plan(purchase, ctx)

    def choose_plan(self, request: wire.ChoosePurchasePlan, ctx: Context) -> wire.Purchase:
        """Another plan for a purchase; what a quote for the former one holds goes back."""
        former = self._stores.purchases.require(request["purchase_id"])
        chosen = self._choice.choose(request, ctx)
        if former["plan_id"] not in (None, chosen["plan_id"]):
            live = self._stores.quotes.live_of(former)
            if live is not None:
                self._end(live, "replaced", ctx)
        return chosen

    def end_live(self, purchase: Purchase, ctx: Context) -> None:
        """Ends the live quote of a purchase, if any, and gives back what it held."""
        live = self._stores.quotes.live_of(purchase)
        if live is not None:
            self._end(live, "expired", ctx)

    def let_go(self, live: Quote, ctx: Context) -> Quote | None:
        """Gives back what a live quote holds, for another one of its payer.

        The quote, to be ended in the unit of work that replaces it: whoever orders it before that
        finds nothing to keep. None when an order kept it just now (or died when it had): that ends
        it here first. Raises DomainError(STALE_VERSION) when it was ordered.
        """
        if self._reservations.let_go(Reservation.of_quote(live)):
            crash.point("payments.after_holds_let_go")
            return live
        self._end(live, "replaced", ctx)
        return None

    def expire_due(self, run: JobRun) -> None:
        """Ends quotes whose 15 minutes are over and gives back what they held."""

        def expire(quote: Quote) -> None:
            self._end(quote, "expired", run.ctx)

        act_on_due(
            run,
            lambda most: self._stores.quotes.due_to_expire(run.now, most),
            expire,
            soonest=self._stores.quotes.soonest_to_expire,
        )

    def _end(self, quote: Quote, state: QuoteState, ctx: Context) -> None:
        def work(tx: Transaction) -> None:
            after = self._stores.quotes.save(tx, quotes.end(quote, state))
            tx.audit(f"quote_{state}", quote, after)

        self._uow.run(ctx.without_key_or_message(), work)
        crash.point("payments.after_quote_ended")
        self._reservations.release(Reservation.of_quote(quote))

    def _make(
        self,
        purchase: Purchase,
        facts: PriceFacts,
        codes: list[str],
        ctx: Context,
        *,
        is_strict: bool,
    ) -> wire.Quote:
        if is_strict:
            facts = self._selling.require_coupons(purchase, facts, codes, ctx)
        live = facts.live_quote
        replaced = None if live is None else self.let_go(live, ctx)
        quote_id = new_id("quo")
        until = quotes.locked_until(self._clock.now(), purchase["pay_by"])
        reservation, offer, sold = self._selling.take(
            purchase, facts, codes, ref=quote_id, until=until, ctx=ctx
        )
        crash.point("payments.after_holds_taken")
        if is_strict:
            # Somebody took the last use since: what the live quote held may be gone as well, and
            # whoever orders that one is priced again.
            with self._reservations.released_unless_committed(reservation):
                require_applied(offer.trace, codes)
        quote: Quote = {
            "_id": quote_id,
            "community_id": purchase["community_id"],
            "purchase_id": purchase["_id"],
            "plan_id": sold["plan_id"],
            "payer_id": purchase["payer_id"],
            "state": "live",
            "live": True,
            "expires_at": until,
            **priced(offer, codes),
            **reservation.stored(),
        }
        if purchases.has_lines(purchase):
            quote["lines_of"], quote["lines"] = purchase["_id"], purchase["lines"]
        else:
            quote["refund_brackets"] = sold["refund_brackets"]
            quote["plan_name"] = sold["plan_name"]

        def work(tx: Transaction) -> wire.Quote:
            if replaced is not None:
                ended = self._stores.quotes.save(tx, quotes.end(replaced, "replaced"))
                tx.audit("quote_replaced", replaced, ended)
            stored = self._stores.quotes.insert(tx, quote)
            tx.audit("create_quote", None, stored)
            return quote_view(stored, tx.now, ctx.locale)

        with self._reservations.released_unless_committed(reservation):
            view = self._uow.run(ctx, work)
        crash.point("payments.after_quote")
        return view


def priced(offer: Price, codes: list[str]) -> Priced:
    """What a quote and an order say about their price."""
    return {
        "list_price": offer.list_price.as_dict(),
        "discount": offer.discount.as_dict(),
        "total": offer.total.as_dict(),
        "extra_days": offer.extra_days,
        "trace": offer.trace,
        "coupon_codes": codes,
    }
