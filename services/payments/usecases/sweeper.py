"""Settles what a crash left between two steps: holds and slots against the orders they serve."""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from typing import TypeVar

from chassis.clock import Clock
from chassis.jobs import JobRun
from chassis.mongo import Document
from services.payments.store import Stores
from services.payments.usecases.verdicts import COUNT, FREE, FREE_UNLESS_USED, Verdicts

# Younger ones belong to a request that is still at work; it settles them itself.
LEFT_ALONE_FOR = dt.timedelta(minutes=1)

# Small, so that a verdict is carried out soon after the reads that it rests on.
BATCH = 100

T = TypeVar("T")


class Sweeper:
    def __init__(self, stores: Stores, clock: Clock) -> None:
        self._stores, self._clock = stores, clock
        self._verdicts = Verdicts(stores)

    def settle_holds(self, run: JobRun) -> None:
        """One pass over all unsettled holds and slots."""
        before = run.now - LEFT_ALONE_FOR
        for counters in (self._stores.coupon_counters.holds, self._stores.ladder_steps.holds):
            for batch in _batches(counters.unsettled(taken_before=before)):
                if run.should_stop:
                    return
                verdicts = self._verdicts.of([(hold.ref, hold.id) for hold in batch])
                for hold, verdict in zip(batch, verdicts, strict=True):
                    if verdict == COUNT:
                        counters.settle(hold.counter_id, hold.id)
                    elif verdict == FREE:
                        counters.undo(hold.counter_id, hold.id)
                    elif verdict == FREE_UNLESS_USED:
                        counters.release(hold.counter_id, hold.id)
        self._stores.ladder_steps.close_paid()
        for slots in _batches(self._stores.redemptions.unsettled(taken_before=before)):
            if run.should_stop:
                return
            self._settle_slots(slots)

    def _settle_slots(self, slots: list[Document]) -> None:
        now, store = self._clock.now(), self._stores.redemptions
        over = [slot for slot in slots if slot["state"] != "held" or _is_past(slot, now)]
        verdicts = self._verdicts.of([(slot["ref"], slot["ref"]) for slot in over])
        for slot, verdict in zip(over, verdicts, strict=True):
            mine = (slot["community_id"], slot["_id"], slot["ref"])
            if verdict == COUNT:
                store.settle(*mine)
            elif verdict == FREE:
                store.undo(*mine)
            elif verdict == FREE_UNLESS_USED:
                store.release(*mine)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(itertools.islice(rest, BATCH)):
        yield batch


def _is_past(slot: Document, now: dt.datetime) -> bool:
    return slot["expires_at"] is not None and slot["expires_at"] <= now
