"""The ladder: what the n-th place costs, and which step a place belongs to (`product.md` §3).

    price = base + step × floor((n − places_before) / every), capped

n counts the places already taken when this one is taken. Steps are numbered from 0; step k holds
`every` places, the first at n = places_before + k·every. A step whose places are all paid is closed
and never reopens, so the public price never falls.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.money import Money
from services.payments.domain.catalogue.plans import Plan


@dataclass(frozen=True)
class Ladder:
    """`step` and `cap` in minor units of the base price's currency; `cap` None = no cap."""

    base: Money
    step: int
    every: int
    places_before: int
    cap: int | None

    def price_at(self, step: int) -> Money:
        """The price of each place of a step."""
        if step < 0:
            raise ValueError(f"step {step}")
        amount = self.base.amount + self.step * step
        if self.cap is not None:
            # A cap below the base would make the ladder fall; the base is the least.
            amount = min(amount, max(self.cap, self.base.amount))
        return Money(amount, self.base.currency)

    def next_price(self, step: int) -> Money | None:
        """The next price that differs from this step's; None when it does not rise any more."""
        following = self.price_at(step + 1)
        return None if following == self.price_at(step) else following


@dataclass(frozen=True)
class StepPlaces:
    """How the places of one step stand: paid ones, and ones held for open quotes and orders."""

    step: int
    paid: int
    held: int
    every: int

    @property
    def closed(self) -> bool:
        return self.paid >= self.every

    @property
    def free(self) -> int:
        return max(0, self.every - self.paid - self.held)


def step_on_sale(unclosed: Sequence[StepPlaces], highest: int | None) -> int:
    """The lowest unclosed step with a free place.

    `unclosed` are those that anybody asked for yet, `highest` is the highest step ever asked for;
    while all their places are held, the one after it is on sale.
    """
    for places in sorted(unclosed, key=lambda places: places.step):
        if places.free:
            return places.step
    return 0 if highest is None else highest + 1


def ladder_of(plan: Plan) -> Ladder | None:
    """The ladder of a stored plan; None for a plan of one price."""
    stored = plan["ladder"]
    if stored is None:
        return None
    return Ladder(
        base=Money.from_dict(plan["base_price"]),
        step=stored["step"],
        every=stored["every"],
        places_before=stored["places_before"],
        cap=stored["cap"],
    )


def list_price(plan: Plan, step: int | None) -> Money:
    """What a plan costs before coupons at a ladder step; without a ladder, its base price."""
    ladder = ladder_of(plan)
    return Money.from_dict(plan["base_price"]) if ladder is None else ladder.price_at(step or 0)
