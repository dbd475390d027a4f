"""Prices promised to applicants (rules.md §3.3)."""

import datetime as dt

from chassis.clock import Clock
from chassis.context import Context
from contracts.envelope import CloudEvent
from contracts.money import Money
from services.payments.domain.catalogue.ladder import ladder_of, list_price
from services.payments.domain.catalogue.plans import Plan
from services.payments.domain.checkout.purchases import Purchase, is_past_pay_by
from services.payments.store import Stores


class Promises:
    """A promise is made once by a unique index and never changed, so repeated deliveries need no
    inbox, and an earlier promise stands."""

    def __init__(self, *, stores: Stores, clock: Clock) -> None:
        self._stores, self._clock = stores, clock

    def make_at_application(self, event: CloudEvent, ctx: Context) -> None:
        """Somebody applied: plans that lock the price at application promise the one of then."""
        for plan in self._stores.plans.locked_at_application(event.data["community_id"]):
            self._make(plan, event.data["application_id"], applied_at(event))

    def make_for(self, plan: Plan, purchase: Purchase) -> None:
        """Promises the price of a plan that a purchase is opened for, or changed to, unless the
        plan locks none."""
        ref = purchase["promise_ref"]
        if ref is None or plan["price_lock"] == "at_payment":
            return
        approved_at = purchase.get("approved_at")
        applied = purchase.get("applied_at") or approved_at
        instant = applied if plan["price_lock"] == "at_application" else approved_at
        self._make(plan, ref, instant or self._clock.now())

    def price_of(self, plan: Plan, purchase: Purchase) -> Money | None:
        """The price that a purchase's applicant was promised; None without, or past its pay-by."""
        ref = purchase["promise_ref"]
        if ref is None or plan["price_lock"] == "at_payment":
            return None
        if is_past_pay_by(purchase, self._clock.now()):
            return None
        promise = self._stores.promises.find(plan["community_id"], ref, plan["_id"])
        return None if promise is None else Money.from_dict(promise["price"])

    def _make(self, plan: Plan, ref: str, instant: dt.datetime) -> None:
        """Promises the price of the lowest step that was not closed at a moment, so it is the same
        whenever this is done: the first one, of a plan that went on sale since."""
        has_ladder = ladder_of(plan) is not None
        steps = self._stores.ladder_steps
        step = steps.lowest_unclosed_at(plan["_id"], instant) if has_ladder else None
        plan = self._stores.plans.sell(plan)
        self._stores.promises.make(
            plan,
            ref,
            price=list_price(plan, step).as_dict(),
            step=step,
            now=instant,
        )


def applied_at(event: CloudEvent) -> dt.datetime:
    """When the application that an event is about was first handed in, whichever event of it is
    heard of first; earlier versions of membership say only when the event was."""
    instant: dt.datetime | None = event.data["submitted_at"]
    return instant or event.time
