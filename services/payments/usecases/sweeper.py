"""Settles what a crash left between two steps: holds and slots against the orders they serve.

A reservation's reference names its quote, so every kept or used hold can be judged by what became
of that quote: counted when its order is paid, freed when nobody can pay for it any more, and left
alone while that is open.
"""

import datetime as dt

from chassis.clock import Clock
from chassis.jobs import JobRun
from chassis.mongo import Document
from services.payments.domain.orders import PAID_STATES
from services.payments.store import Stores

# Younger ones belong to a request that is still at work; it settles them itself.
LEFT_ALONE_FOR = dt.timedelta(minutes=1)

COUNT, FREE, FREE_UNLESS_USED, LEAVE = "count", "free", "free unless used", "leave"


class Sweeper:
    def __init__(self, stores: Stores, clock: Clock) -> None:
        self._stores, self._clock = stores, clock

    def settle_holds(self, run: JobRun) -> None:
        """One pass over all unsettled holds and slots."""
        before = run.now - LEFT_ALONE_FOR
        for counters in (self._stores.coupon_counters.holds, self._stores.ladder_steps.holds):
            for hold in counters.unsettled(taken_before=before):
                if run.should_stop:
                    return
                verdict = self.verdict(hold.ref, hold.id)
                if verdict == COUNT:
                    counters.settle(hold.counter_id, hold.id)
                elif verdict == FREE:
                    counters.undo(hold.counter_id, hold.id)
                elif verdict == FREE_UNLESS_USED:
                    counters.release(hold.counter_id, hold.id)
        self._stores.ladder_steps.close_paid()
        for slot in self._stores.redemptions.unsettled(taken_before=before):
            if run.should_stop:
                return
            self._settle_slot(slot)

    def verdict(self, ref: str, hold_id: str) -> str:
        """What is to happen to a hold or slot under a reference."""
        quote = self._stores.quotes.get(ref.partition(":")[0])
        if quote is None:
            return FREE  # its request died before the quote was stored
        if quote["state"] == "live":
            return LEAVE
        if quote["state"] != "ordered":
            return FREE
        order = self._stores.orders.of_quote(quote["community_id"], quote["_id"])
        assert order is not None
        if order["reservation_ref"] != ref:
            # Late money may be taking it anew just now; it marks nothing as used before the order
            # is open again under this reference.
            return FREE_UNLESS_USED if order["state"] == "expired" else FREE
        if order["state"] in PAID_STATES:
            # A place that an attempt took for a promised price and did not pay is nobody's.
            return COUNT if hold_id in (ref, order["place_ref"]) else FREE
        return LEAVE if order["open"] else FREE

    def _settle_slot(self, slot: Document) -> None:
        if slot["state"] == "held" and not _is_past(slot, self._clock.now()):
            return
        slots, mine = self._stores.redemptions, (slot["community_id"], slot["_id"], slot["ref"])
        verdict = self.verdict(slot["ref"], slot["ref"])
        if verdict == COUNT:
            slots.settle(*mine)
        elif verdict == FREE:
            slots.undo(*mine)
        elif verdict == FREE_UNLESS_USED:
            slots.release(*mine)


def _is_past(slot: Document, now: dt.datetime) -> bool:
    return slot["expires_at"] is not None and slot["expires_at"] <= now
