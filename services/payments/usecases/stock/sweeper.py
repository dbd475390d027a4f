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
from chassis.holds import Holds
from chassis.job_items import act_on_each
from chassis.jobs import JobRun
from chassis.mongo import Document
from services.payments.domain.coupons.coupons import Redemption
from services.payments.store import Stores
from services.payments.store.coupons.coupons import RedemptionStore
from services.payments.usecases.stock.verdicts import COUNT, FREE, FREE_UNLESS_USED, Verdicts

# Younger ones belong to a request that is still at work; it settles them itself.
LEFT_ALONE_FOR = dt.timedelta(minutes=1)

# Small, so that a verdict is carried out soon after the reads that it rests on.
BATCH = 100

T = TypeVar("T")


class Sweeper:
    def __init__(self, *, stores: Stores, clock: Clock) -> None:
        self._stores, self._clock = stores, clock
        self._verdicts = Verdicts(stores)

    def settle_holds(self, run: JobRun) -> None:
        """One pass over all unsettled holds and slots; one that cannot be judged stops no other."""
        before = run.now - LEFT_ALONE_FOR
        coupons, steps = self._stores.coupon_counters.holds, self._stores.ladder_steps.holds
        for counters in (coupons, steps):
            for holds in _batches(counters.unsettled(taken_before=before)):
                if run.should_stop:
                    return
                places = [_place(hold.ref, hold.id, (hold.counter_id, hold.id)) for hold in holds]
                self._settle(run, counters, places, are_places=counters is steps)
        now, redemptions = self._clock.now(), self._stores.redemptions
        for slots in _batches(redemptions.unsettled(taken_before=before)):
            if run.should_stop:
                return
            over = [slot for slot in slots if slot["state"] != "held" or _is_past(slot, now)]
            places = [
                _place(slot["ref"], slot["ref"], (slot["community_id"], slot["_id"], slot["ref"]))
                for slot in over
            ]
            self._settle(run, redemptions, places)

    def _settle(
        self,
        run: JobRun,
        stock: Holds | RedemptionStore,
        places: list[Document],
        *,
        are_places: bool = False,
    ) -> None:
        """Judges each hold or slot by its quote or order, which are few reads for all of them."""
        judge = self._verdicts.about(place["ref"] for place in places)

        def settle(place: Document) -> None:
            verdict = judge(place["ref"], place["_id"], is_place=are_places)
            if verdict == COUNT:
                stock.settle(*place["names"])
            elif verdict == FREE:
                stock.discard(*place["names"])
            elif verdict == FREE_UNLESS_USED:
                stock.release(*place["names"])

        act_on_each(run, places, settle)


def _place(ref: str, hold_id: str, names: tuple[str, ...]) -> Document:
    """A hold or slot as an item of the pass; `names` are what its stock knows it by."""
    return {"_id": hold_id, "ref": ref, "names": names}


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(itertools.islice(rest, BATCH)):
        yield batch


def _is_past(slot: Redemption, now: dt.datetime) -> bool:
    return slot["expires_at"] is not None and slot["expires_at"] <= now
