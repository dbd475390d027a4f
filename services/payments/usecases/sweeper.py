"""Settles what a crash left between two steps: holds and slots against the orders they serve.

A reservation's reference names its quote, so every kept or used hold can be judged by what became
of that quote: counted when its order is paid, freed when nobody can pay for it any more, and left
alone while that is open.
"""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

from chassis.clock import Clock
from chassis.jobs import JobRun
from chassis.mongo import Document
from services.payments.domain.orders import PAID_STATES
from services.payments.store import Stores

# Younger ones belong to a request that is still at work; it settles them itself.
LEFT_ALONE_FOR = dt.timedelta(minutes=1)

# Small, so that a verdict is carried out soon after the reads that it rests on.
BATCH = 100

T = TypeVar("T")

COUNT, FREE, FREE_UNLESS_USED, LEAVE = "count", "free", "free unless used", "leave"


class Sweeper:
    def __init__(self, stores: Stores, clock: Clock) -> None:
        self._stores, self._clock = stores, clock

    def settle_holds(self, run: JobRun) -> None:
        """One pass over all unsettled holds and slots."""
        before = run.now - LEFT_ALONE_FOR
        for counters in (self._stores.coupon_counters.holds, self._stores.ladder_steps.holds):
            for batch in _batches(counters.unsettled(taken_before=before)):
                if run.should_stop:
                    return
                verdicts = self.verdicts([(hold.ref, hold.id) for hold in batch])
                for hold, verdict in zip(batch, verdicts, strict=True):
                    if verdict == COUNT:
                        counters.settle(hold.counter_id, hold.id)
                    elif verdict == FREE:
                        counters.undo(hold.counter_id, hold.id)
                    elif verdict == FREE_UNLESS_USED:
                        counters.release(hold.counter_id, hold.id)
        for slots in _batches(self._stores.redemptions.unsettled(taken_before=before)):
            if run.should_stop:
                return
            self._settle_slots(slots)

    def verdicts(self, held: list[tuple[str, str]]) -> list[str]:
        """What is to happen to each hold or slot, given as (reference, id); two reads for all."""
        quotes = self._stores.quotes.of_ids({_quote_id(ref) for ref, _ in held})
        ordered = [quote for quote in quotes.values() if quote["state"] == "ordered"]
        # After the quotes: whichever is ordered by then has its order.
        orders = self._stores.orders.of_quotes(ordered)
        return [
            _verdict(ref, hold_id, quotes.get(_quote_id(ref)), orders.get(_quote_id(ref)))
            for ref, hold_id in held
        ]

    def _settle_slots(self, slots: list[Document]) -> None:
        now, store = self._clock.now(), self._stores.redemptions
        over = [slot for slot in slots if slot["state"] != "held" or _is_past(slot, now)]
        verdicts = self.verdicts([(slot["ref"], slot["ref"]) for slot in over])
        for slot, verdict in zip(over, verdicts, strict=True):
            mine = (slot["community_id"], slot["_id"], slot["ref"])
            if verdict == COUNT:
                store.settle(*mine)
            elif verdict == FREE:
                store.undo(*mine)
            elif verdict == FREE_UNLESS_USED:
                store.release(*mine)


def _verdict(ref: str, hold_id: str, quote: Document | None, order: Document | None) -> str:
    if quote is None:
        return FREE  # its request died before the quote was stored
    if quote["state"] == "live":
        return LEAVE
    if quote["state"] != "ordered":
        return FREE
    assert order is not None
    if order["reservation_ref"] != ref:
        # Late money may be taking it anew just now; it marks nothing as used before the order
        # is open again under this reference.
        return FREE_UNLESS_USED if order["state"] == "expired" else FREE
    if order["state"] in PAID_STATES:
        # A place that an attempt took for a promised price and did not pay is nobody's.
        return COUNT if hold_id in (ref, order["place_ref"]) else FREE
    return LEAVE if order["open"] else FREE


def _quote_id(ref: str) -> str:
    return ref.partition(":")[0]


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(itertools.islice(rest, BATCH)):
        yield batch


def _is_past(slot: Document, now: dt.datetime) -> bool:
    return slot["expires_at"] is not None and slot["expires_at"] <= now
