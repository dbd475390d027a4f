"""Places on a plan's price ladder: which step is on sale, and taking a place on it."""

import datetime as dt
import itertools
import random
from dataclasses import dataclass

from chassis.mongo import Document
from services.payments.domain.catalogue.ladder import Ladder, StepPlaces, ladder_of, step_on_sale
from services.payments.domain.catalogue.plans import Plan
from services.payments.store import LadderStepStore
from services.payments.store.catalogue.plans import StepsSeen


@dataclass(frozen=True)
class StepOnSale:
    """The step that sells now, and when a held place of a cheaper one may come back."""

    step: int
    paid: int
    held: int
    free: int
    lower_places_return_at: dt.datetime | None


@dataclass(frozen=True)
class Place:
    """A place on a step, and the counter that has its hold."""

    step: int
    counter_id: str


class LadderPlaces:
    """Counters of places, of each step; each place is taken by one guarded update."""

    def __init__(self, steps: LadderStepStore) -> None:
        self._steps = steps

    def step_seen(self, plan: Plan, seen: StepsSeen) -> int | None:
        """The step that sold when the steps stood so; None without a ladder."""
        ladder = ladder_of(plan)
        if ladder is None:
            return None
        return step_on_sale(list(_places(seen, ladder).values()), seen.highest)

    def on_sale(self, plan: Plan, seen: StepsSeen | None = None) -> StepOnSale:
        """The lowest unclosed step with a free place, as of now or when the steps stood so: advice,
        not a promise."""
        ladder = ladder_of(plan)
        assert ladder is not None
        seen = seen or self._steps.seen(plan["_id"])
        known = _places(seen, ladder)
        step = step_on_sale(list(known.values()), seen.highest)
        places = known.get(step, StepPlaces(step, paid=0, held=0, every=ladder.every))
        returning = [
            counter["returns_at"]
            for counter in seen.unclosed
            if counter["step"] < step and counter["returns_at"] is not None
        ]
        return StepOnSale(
            step=step,
            paid=places.paid,
            held=places.held,
            free=places.free,
            lower_places_return_at=min(returning, default=None),
        )

    def take(
        self,
        plan: Plan,
        hold_id: str,
        *,
        ref: str,
        until: dt.datetime | None,
        seen: StepsSeen | None = None,
    ) -> Place:
        """Takes a place on the lowest unclosed step that has one.

        `seen` is how the steps stood just before. Ends: each round that fails found places of
        other people where places had been free.
        """
        ladder = ladder_of(plan)
        assert ladder is not None
        plan_id, holds = plan["_id"], self._steps.holds
        while True:
            seen = seen or self._steps.seen(plan_id)
            if free := _lowest_free(seen):
                # Any of its counters, so that not everybody asks for the same one.
                counter = random.choice(free)
                if holds.take(counter["_id"], hold_id, ref=ref, expires_at=until):
                    return Place(counter["step"], counter["_id"])
            else:
                step = 0 if seen.highest is None else seen.highest + 1
                self._steps.open(plan_id, step, ladder.every)
            taken = self._steps.take_lowest(plan_id, hold_id, ref=ref, expires_at=until)
            if taken is not None:
                return Place(taken["step"], taken["_id"])
            seen = None


def _lowest_free(seen: StepsSeen) -> list[Document]:
    """The counters with a free place of the lowest step that has any."""
    free = (counter for counter in seen.unclosed if _taken(counter) < counter["limit"])
    return next((list(of_step) for _, of_step in itertools.groupby(free, key=_step)), [])


def _places(seen: StepsSeen, ladder: Ladder) -> dict[int, StepPlaces]:
    """How the unclosed steps stand; a closed counter of one is paid in full."""
    return {
        step: StepPlaces(
            step=step,
            paid=ladder.every - sum(c["limit"] - c["used"] - c["bought"] for c in counters),
            held=sum(c["held"] + c["kept"] for c in counters),
            every=ladder.every,
        )
        for step, counters in (
            (step, list(of_step)) for step, of_step in itertools.groupby(seen.unclosed, key=_step)
        )
    }


def _taken(counter: Document) -> int:
    return int(counter["used"] + counter["bought"] + counter["held"] + counter["kept"])


def _step(counter: Document) -> int:
    return int(counter["step"])
