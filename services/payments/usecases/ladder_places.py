"""Places on a plan's price ladder: which step is on sale, and taking a place on it."""

import datetime as dt
from dataclasses import dataclass

from chassis.clock import Clock
from chassis.mongo import Document
from services.payments.domain.ladder import StepPlaces, ladder_of, step_on_sale
from services.payments.store import LadderSteps


@dataclass(frozen=True)
class StepOnSale:
    """The step that sells now, and when a held place of a cheaper one may come back."""

    step: int
    paid: int
    held: int
    free: int
    lower_places_return_at: dt.datetime | None


class LadderPlaces:
    """Counters of places, one per step; each place is taken by one guarded update."""

    def __init__(self, steps: LadderSteps, clock: Clock) -> None:
        self._steps, self._clock = steps, clock

    def on_sale(self, plan: Document) -> StepOnSale:
        """The lowest unclosed step with a free place, as of now: advice, not a promise."""
        ladder = ladder_of(plan)
        assert ladder is not None
        now = self._clock.now()
        highest = self._steps.highest(plan["_id"])  # first: see `take`
        counters = self._steps.unclosed(plan["_id"])
        known = {counter["step"]: _places(counter, now) for counter in counters}
        step = step_on_sale(list(known.values()), highest)
        places = known.get(step, StepPlaces(step, paid=0, held=0, every=ladder.every))
        returning = [
            hold["expires_at"]
            for counter in counters
            if counter["step"] < step
            for hold in counter["holds"]
            if hold["expires_at"] is not None and hold["expires_at"] > now
        ]
        return StepOnSale(
            step=step,
            paid=places.paid,
            held=places.held,
            free=places.free,
            lower_places_return_at=min(returning, default=None),
        )

    def take(self, plan: Document, hold_id: str, *, until: dt.datetime) -> int:
        """Takes a place on the lowest unclosed step that has one and returns the step."""
        ladder = ladder_of(plan)
        assert ladder is not None
        # The highest step first, then the unclosed ones: a step that opens in between is among
        # them, so none is passed over.
        highest = self._steps.highest(plan["_id"])
        step = 0 if highest is None else highest + 1
        for counter in self._steps.unclosed(plan["_id"]):
            if self._take_on(plan["_id"], counter["step"], hold_id, until):
                return int(counter["step"])
            step = max(step, counter["step"] + 1)
        while True:  # ends: each round that fails filled a step with other people's places
            self._steps.open(plan["_id"], step, ladder.every)
            if self._take_on(plan["_id"], step, hold_id, until):
                return step
            step += 1

    def take_and_keep(self, plan: Document, hold_id: str) -> int:
        """A place that counts from now on: for a promised price, at its payment."""
        step = self._steps.step_of_hold(plan["_id"], hold_id)
        while step is None or not self.keep(plan["_id"], step, hold_id):
            step = self.take(plan, hold_id, until=self._clock.now() + _WHILE_TAKING)
        return step

    def keep(self, plan_id: str, step: int, hold_id: str) -> bool:
        return self._steps.holds.keep(self._steps.counter_id(plan_id, step), hold_id)

    def use(self, plan_id: str, step: int, hold_id: str) -> bool:
        return self._steps.holds.use(self._steps.counter_id(plan_id, step), hold_id)

    def release(self, plan_id: str, step: int, hold_id: str) -> None:
        self._steps.holds.release(self._steps.counter_id(plan_id, step), hold_id)

    def settle(self, plan_id: str, step: int, hold_id: str) -> None:
        """Counts a paid place for ever; the step closes with its last one."""
        self._steps.holds.settle(self._steps.counter_id(plan_id, step), hold_id)
        self._steps.close_if_paid(plan_id, step)

    def _take_on(self, plan_id: str, step: int, hold_id: str, until: dt.datetime) -> bool:
        return self._steps.holds.take(
            self._steps.counter_id(plan_id, step), hold_id, ref=hold_id, expires_at=until
        )


_WHILE_TAKING = dt.timedelta(minutes=15)


def _places(counter: Document, now: dt.datetime) -> StepPlaces:
    states = [
        hold["state"]
        for hold in counter["holds"]
        if hold["expires_at"] is None or hold["expires_at"] > now
    ]
    return StepPlaces(
        step=counter["step"],
        paid=counter["used"] + states.count("used"),
        held=len(states) - states.count("used"),
        every=counter["limit"],
    )
