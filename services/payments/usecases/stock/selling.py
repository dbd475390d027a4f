"""What a purchase is sold at, with what is held for it: a plan, or lines of a price."""

import datetime as dt

from chassis.context import Context
from contracts.money import Money
from services.payments.domain.checkout import lines
from services.payments.domain.checkout.lines import Sold
from services.payments.domain.checkout.pricing import Price
from services.payments.domain.checkout.purchases import Purchase
from services.payments.domain.checkout.quotes import Quote
from services.payments.store import Stores
from services.payments.store.checkout.price_facts import PriceFacts
from services.payments.usecases.catalogue.promises import Promises
from services.payments.usecases.stock.reservations import Reservation, Reservations
from services.payments.usecases.tried_coupons import require_applied


class Selling:
    def __init__(self, *, stores: Stores, promises: Promises, reservations: Reservations) -> None:
        self._plans, self._promises, self._reservations = stores.plans, promises, reservations

    def take(
        self,
        purchase: Purchase,
        facts: PriceFacts,
        codes: list[str],
        *,
        ref: str,
        until: dt.datetime | None,
        ctx: Context,
        promised: Money | None = None,
    ) -> tuple[Reservation, Price, Sold]:
        """Prices it and holds until `until` what the price rests on; None keeps it at once.

        Of lines nothing is held. `promised` stands in the place of what the payer was promised.
        """
        if facts.plan is None:
            nothing = Reservation.of_nothing(ref, purchase["community_id"])
            return nothing, lines.price_of(purchase["lines"]), lines.sold_lines(purchase["zone"])
        plan = self._plans.sell(facts.plan)
        reservation, offer = self._reservations.take(
            purchase,
            plan,
            codes,
            promised=promised or self._promises.price_of(plan, purchase),
            ref=ref,
            until=until,
            facts=facts,
            ctx=ctx,
        )
        return reservation, offer, lines.sold_plan(plan)

    def require_coupons(
        self, purchase: Purchase, facts: PriceFacts, codes: list[str], ctx: Context
    ) -> PriceFacts:
        """The facts, by which every code would count; nothing is taken.

        Raises DomainError(COUPON_REFUSED).
        """
        if not codes or facts.plan is None:
            return facts
        plan, facts = facts.plan, self._reservations.with_standing(purchase, facts, ctx)
        promised = self._promises.price_of(plan, purchase)
        offer = self._reservations.look(
            purchase, plan, codes, promised=promised, facts=facts, ctx=ctx
        )
        require_applied(offer.trace, codes)
        return facts

    def sold(self, purchase: Purchase, quote: Quote) -> Sold:
        """What an order of a quote keeps: of the plan that was quoted, or of the lines."""
        if quote["plan_id"] is None:
            return lines.sold_lines(purchase["zone"])
        sold = lines.sold_plan(self._plans.terms(quote["plan_id"]))
        # Owners change these when they like: what counts is what stood there at the quote.
        named = quote.get("plan_name", sold["plan_name"])
        return {**sold, "refund_brackets": quote.get("refund_brackets", []), "plan_name": named}
