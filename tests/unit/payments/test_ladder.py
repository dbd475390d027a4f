"""Ladder arithmetic (product.md §3, P-10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from contracts.money import Money
from services.payments.domain.catalogue.ladder import Ladder, StepPlaces, list_price, step_on_sale
from tests.unit.payments.samples import plan

DOCTORS = Ladder(Money(300_000, "CNY"), step=10_000, every=100, places_before=5100, cap=None)


def step_of(ladder: Ladder, taken: int) -> int:
    """The step that sells the next place when so many were sold in order; 0 up to the first."""
    return max(0, taken - ladder.places_before) // ladder.every


@pytest.mark.parametrize(
    ("buyer", "price"),
    [(5101, 300_000), (5200, 300_000), (5201, 310_000), (5300, 310_000), (5301, 320_000)],
)
def test_the_example_of_the_design(buyer: int, price: int) -> None:
    """product.md §3: buyers 5,101-5,200 pay base, 5,201 pays base + step."""
    assert DOCTORS.price_at(step_of(DOCTORS, buyer - 1)).amount == price


ladders = st.builds(
    Ladder,
    base=st.integers(0, 10**12).map(lambda amount: Money(amount, "CNY")),
    step=st.integers(0, 10**9),
    every=st.integers(1, 10**6),
    places_before=st.integers(0, 10**9),
    cap=st.none() | st.integers(0, 10**12),
)


@given(ladder=ladders, taken=st.integers(0, 10**10))
def test_the_price_is_the_formula_and_never_falls(ladder: Ladder, taken: int) -> None:
    """rules.md §3.1: price = base + step × floor((n − places_before) / every), capped."""
    here, there = step_of(ladder, taken), step_of(ladder, taken + 1)
    risen = ladder.base.amount + ladder.step * here
    cap = risen if ladder.cap is None else max(ladder.cap, ladder.base.amount)
    assert ladder.price_at(here).amount == min(risen, cap)
    assert ladder.price_at(here) <= ladder.price_at(there)
    following = ladder.next_price(here)
    assert following is None or ladder.price_at(here) < following


def test_without_a_step_the_base_price_holds() -> None:
    assert list_price(plan(), None).amount == 300_000
    assert list_price(plan(), 2).amount == 320_000
    assert list_price(plan(ladder=None), None).amount == 300_000
    with pytest.raises(ValueError):
        DOCTORS.price_at(-1)


class Sale(RuleBasedStateMachine):
    """Places taken, paid and given back in any order, against the rule said plainly.

    The model: each step a set of holders; the cheapest unclosed step with room sells.
    """

    every = 3

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[int, int] = {}
        self.paid: dict[int, int] = {}
        self.lowest_price = 0

    def places(self) -> list[StepPlaces]:
        return [
            StepPlaces(step, self.paid.get(step, 0), held, self.every)
            for step, held in self.held.items()
            if self.paid.get(step, 0) < self.every
        ]

    @rule()
    def take(self) -> None:
        step = step_on_sale(self.places(), max(self.held, default=None))
        room = [
            k
            for k in range(max(self.held, default=-1) + 2)
            if self.held.get(k, 0) + self.paid.get(k, 0) < self.every
        ]
        assert step == room[0]
        self.held[step] = self.held.get(step, 0) + 1

    @precondition(lambda self: any(self.held.values()))
    @rule(data=st.data())
    def pay(self, data: st.DataObject) -> None:
        step = data.draw(st.sampled_from([k for k, held in self.held.items() if held]))
        self.held[step] -= 1
        self.paid[step] = self.paid.get(step, 0) + 1

    @precondition(lambda self: any(self.held.values()))
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        step = data.draw(st.sampled_from([k for k, held in self.held.items() if held]))
        self.held[step] -= 1

    @invariant()
    def no_step_is_oversold_and_closed_ones_stay_closed(self) -> None:
        for step in self.held:
            assert self.held[step] + self.paid.get(step, 0) <= self.every
        closed = 0
        while self.paid.get(closed, 0) == self.every:
            closed += 1
        assert closed >= self.lowest_price
        self.lowest_price = closed


TestSale = Sale.TestCase
