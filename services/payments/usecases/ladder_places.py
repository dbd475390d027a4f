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
    is_open: bool  # somebody asked for it before
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
            is_open=step in known,
            paid=places.paid,
            held=places.held,
            free=places.free,
            lower_places_return_at=min(returning, default=None),
        )

    def take(
        self,
        plan: Document,
        hold_id: str,
        *,
        ref: str,
        until: dt.datetime,
        expected: StepOnSale | None = None,
    ) -> int:
        """Takes a place on the lowest unclosed step that has one and returns the step.

        `expected` is that step as it was read just before.
        """

        def take_on(step: int) -> bool:
            counter_id = self._steps.counter_id(plan["_id"], step)
            return self._steps.holds.take(counter_id, hold_id, ref=ref, expires_at=until)

        if expected is not None and expected.is_open and take_on(expected.step):
            return expected.step
        ladder = ladder_of(plan)
        assert ladder is not None
        # The highest step first, then the unclosed ones: a step that opens in between is among
        # them, so none is passed over.
        highest = self._steps.highest(plan["_id"])
        step = 0 if highest is None else highest + 1
        for counter in self._steps.unclosed(plan["_id"]):
            if take_on(counter["step"]):
                return int(counter["step"])
            step = max(step, counter["step"] + 1)
        while True:  # ends: each round that fails filled a step with other people's places
            self._steps.open(plan["_id"], step, ladder.every)
            if take_on(step):
                return step
            step += 1

    def keep(self, plan_id: str, step: int, hold_id: str) -> bool:
        return self._steps.holds.keep(self._steps.counter_id(plan_id, step), hold_id)

    def use(self, plan_id: str, step: int, hold_id: str) -> bool:
        return self._steps.holds.use(self._steps.counter_id(plan_id, step), hold_id)

    def undo(self, plan_id: str, step: int, hold_id: str) -> None:
        self._steps.holds.undo(self._steps.counter_id(plan_id, step), hold_id)

    def settle(self, plan_id: str, step: int, hold_id: str) -> None:
        """Counts a paid place for ever; the sweeper closes the step with its last one."""
        self._steps.holds.settle(self._steps.counter_id(plan_id, step), hold_id)


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
