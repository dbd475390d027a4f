"""Settles what a crash left between two steps: holds and slots against the orders they serve.

A reservation's reference names its quote, so every kept or used hold can be judged by what became
of that quote: counted when its order is paid, freed when nobody can pay for it any more, and left
alone while that is open.
"""

import datetime as dt

import structlog

from chassis.clock import Clock
from chassis.jobs import JobRun
from chassis.mongo import Document
from services.payments.domain.orders import PAID_STATES
from services.payments.store import Stores
from services.payments.usecases.reservations import renewed_ref

log = structlog.get_logger()

# Younger ones belong to a request that is still at work; it settles them itself.
LEFT_ALONE_FOR = dt.timedelta(minutes=1)

COUNT, FREE, LEAVE = "count", "free", "leave"


class Sweeper:
    def __init__(self, stores: Stores, clock: Clock) -> None:
        self._stores, self._clock = stores, clock

    def settle_holds(self, run: JobRun) -> None:
        """One pass over all unsettled holds and slots."""
        before = run.now - LEFT_ALONE_FOR
        verdicts: dict[str, str] = {}

        def verdict_on(ref: str) -> str:
            if ref not in verdicts:
                verdicts[ref] = self.verdict(ref)
            return verdicts[ref]

        for counters in (self._stores.coupon_counters.holds, self._stores.ladder_steps.holds):
            for hold in counters.unsettled(taken_before=before):
                if run.should_stop:
                    return
                verdict = verdict_on(hold.ref)
                if verdict == COUNT:
                    counters.use(hold.counter_id, hold.id)
                    counters.settle(hold.counter_id, hold.id)
                elif verdict == FREE:
                    counters.undo(hold.counter_id, hold.id)
        self._stores.ladder_steps.close_paid()
        for slot in self._stores.redemptions.unsettled(taken_before=before):
            if run.should_stop:
                return
            self._settle_slot(slot, verdict_on(slot["ref"]))

    def verdict(self, ref: str) -> str:
        """What is to happen to what is held under a reference."""
        quote = self._stores.quotes.get(ref.partition(":")[0])
        if quote is None:
            return FREE  # its request died before the quote was stored
        if quote["state"] == "live":
            return LEAVE
        if quote["state"] != "ordered":
            return FREE
        order = self._stores.orders.of_quote(quote["community_id"], quote["_id"])
        assert order is not None
        if order["reservation_ref"] == ref:
            if order["state"] in PAID_STATES:
                return COUNT
            return LEAVE if order["open"] else FREE
        # Late money may be taking the place anew just now, under the order's present version.
        is_being_renewed = order["state"] == "expired" and ref == renewed_ref(order)
        return LEAVE if is_being_renewed else FREE

    def _settle_slot(self, slot: Document, verdict: str) -> None:
        slots = self._stores.redemptions
        if verdict == COUNT:
            slots.use(slot["community_id"], slot["_id"], slot["ref"])
            slots.settle(slot["community_id"], slot["_id"], slot["ref"])
        elif verdict == FREE and (slot["state"] != "held" or _is_past(slot, self._clock.now())):
            slots.undo(slot["community_id"], slot["_id"], slot["ref"])


def _is_past(slot: Document, now: dt.datetime) -> bool:
    return slot["expires_at"] is not None and slot["expires_at"] <= now
