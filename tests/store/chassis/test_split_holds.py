"""A stock that is split into several counters is still one stock: exact, whoever asks."""

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from pymongo.collection import Collection
from pymongo.database import Database

from chassis.clock import FixedClock
from chassis.context import Context
from chassis.holds import (
    MOST_COUNTERS,
    PLACES_OF_A_COUNTER,
    HoldCounts,
    Holds,
    TooManyTaken,
    shares,
)
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from tests.kit.existing import existing
from tests.kit.nodes import unique
from tests.store.chassis.test_uow import COMMUNITY
from tests.store.chassis.things import NOON

T = TypeVar("T")
QUARTER = dt.timedelta(minutes=15)
AT_ONCE = 64


@given(st.integers(1, 10**7))
def test_shares_add_up_to_the_limit(limit: int) -> None:
    parts = shares(limit)
    assert sum(parts) == limit
    assert len(parts) <= MOST_COUNTERS
    assert max(parts) - min(parts) <= 1
    assert max(parts) <= PLACES_OF_A_COUNTER or len(parts) == MOST_COUNTERS


def test_a_small_stock_stays_one_counter() -> None:
    assert shares(1) == [1]
    assert shares(PLACES_OF_A_COUNTER) == [PLACES_OF_A_COUNTER]
    assert shares(PLACES_OF_A_COUNTER + 1) == [65, 64]


@pytest.fixture
def holds(db: Database[Document], clock: FixedClock) -> Holds:
    return Holds(db["places"], clock)


def open_parts(holds: Holds, limits: Sequence[int]) -> list[str]:
    names = [unique("part ") for _ in limits]
    for name, limit in zip(names, limits, strict=True):
        holds.open(name, limit, community_id=COMMUNITY)
    return names


def resize(
    db: Database[Document], clock: FixedClock, holds: Holds, parts: list[str], to: int
) -> None:
    def work(tx: Transaction) -> None:
        holds.resize(parts, to, tx=tx, community_id=COMMUNITY)

    UnitOfWork(db, clock).run(Context.for_system("test"), work)


def test_a_stock_gets_another_size(db: Database[Document], clock: FixedClock, holds: Holds) -> None:
    """Each counter keeps what is taken there; what expired counts as free, and is gone."""
    parts = open_parts(holds, [2, 2])
    for number, until in enumerate((None, None, clock.now() + QUARTER)):
        assert holds.take_one_of(parts, f"hold {number}", ref="ref", expires_at=until)
    with pytest.raises(TooManyTaken) as refused:
        resize(db, clock, holds, parts, 2)
    assert refused.value.taken == 3
    resize(db, clock, holds, parts, 3)
    assert holds.take_one_of(parts, "one more", ref="ref", expires_at=None) is None
    clock.advance(QUARTER)
    resize(db, clock, holds, parts, 2)
    assert not any(holds.keep(part, "hold 2") for part in parts)
    resize(db, clock, holds, [*parts, unique("part ")], 8)
    limits = [row["limit"] for row in db["places"].find({"limit": {"$gt": 0}})]
    assert sum(limits) == 8


def at_once(do: Callable[[int], T], count: int) -> list[T]:
    barrier = threading.Barrier(min(AT_ONCE, count))

    def run(number: int) -> T:
        if number < AT_ONCE:
            barrier.wait()
        return do(number)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, range(count)))


def test_contenders_for_a_split_stock_get_exactly_the_limit(
    holds: Holds, db: Database[Document]
) -> None:
    """D-7: 64 at once, four times as many as there are places, in uneven counters."""
    parts = open_parts(holds, [1, 30, 7, 26])

    def contend(number: int) -> str | None:
        return holds.take_one_of(parts, f"h{number}", ref=f"h{number}", expires_at=NOON + QUARTER)

    taken = at_once(contend, 256)
    assert sum(counter is not None for counter in taken) == 64
    for number, counter in enumerate(taken):
        if counter is not None:
            assert holds.keep(counter, f"h{number}")
    assert all(holds.counts(part).free == 0 for part in parts)


def test_nobody_is_sent_away_while_a_place_is_free(holds: Holds) -> None:
    """As many people as places at any moment: each release and take moves the free place about,
    and a taker who looked at one counter after the other could miss it in all of them."""
    parts = open_parts(holds, [1] * 8)

    def come_and_go(worker: int) -> int:
        refused = 0
        for turn in range(40):
            mine = f"h{worker}.{turn}"
            counter = holds.take_one_of(parts, mine, ref=mine, expires_at=None)
            if counter is None:
                refused += 1
            else:
                holds.release(counter, mine)
        return refused

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(come_and_go, range(8))) == 0


def test_a_place_that_moves_behind_the_look_is_found(
    db: Database[Document], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At no instant was the stock sold out, though each counter is full when it is looked at."""
    monkeypatch.setattr("chassis.holds.random.choice", lambda counters: counters[0])
    others = Holds(db["places"], clock)
    first, second = parts = open_parts(others, [1, 1])
    assert others.take(first, "a", ref="a", expires_at=None)
    looks = []

    class Watched(Holds):
        def take(self, counter_id: str, hold_id: str, **how: Any) -> bool:
            taken = super().take(counter_id, hold_id, **how)
            looks.append((counter_id, taken))
            if len(looks) == 1:
                others.release(first, "a")
                assert others.take(second, "b", ref="b", expires_at=None)
            return taken

    mine = Watched(db["places"], clock).take_one_of(parts, "c", ref="c", expires_at=None)
    assert (mine, looks) == (first, [(first, False), (first, True)])


def test_a_place_goes_back_to_its_own_counter(holds: Holds, uow: UnitOfWork, ctx: Context) -> None:
    parts = open_parts(holds, [1, 1])
    first, second = (
        existing(holds.take_one_of(parts, name, ref=name, expires_at=None)) for name in ("a", "b")
    )
    assert {first, second} == set(parts)
    assert holds.take_one_of(parts, "c", ref="c", expires_at=None) is None
    assert holds.use(first, "a")
    holds.settle(first, "a")
    uow.run(ctx, lambda tx: holds.return_settled(first, tx=tx))
    assert holds.take_one_of(parts, "c", ref="c", expires_at=None) == first


def test_takers_of_the_first_that_has_a_place_fill_them_in_order(
    holds: Holds, db: Database[Document]
) -> None:
    """64 at once: no counter is begun while an earlier one has a place, and all get one."""
    plan = unique("plan ")
    names = [f"{plan}:{number}" for number in range(5)]
    for number, name in enumerate(names):
        holds.open(name, 20, community_id=plan)
        db["places"].update_one({"_id": name}, {"$set": {"used": 20 if number == 2 else 0}})

    def contend(number: int) -> str:
        mine = f"h{number}"
        counter = holds.take_first(
            {"community_id": plan}, mine, ref=mine, expires_at=None, by="_id"
        )
        return str(existing(counter)["_id"])

    taken = at_once(contend, 70)
    assert [taken.count(name) for name in names] == [20, 20, 0, 20, 10]
    full = [
        holds.take_first({"_id": name}, "x", ref="x", expires_at=None, by="_id") for name in names
    ]
    assert [found is None for found in full] == [True, True, True, True, False]


def test_a_place_taken_without_end_is_kept(holds: Holds, clock: FixedClock) -> None:
    (part,) = open_parts(holds, [1])
    assert holds.take(part, "a", ref="a", expires_at=None)
    assert holds.counts(part) == HoldCounts(limit=1, used=0, held=0, kept=1, free=0)
    clock.advance(dt.timedelta(days=30))
    assert not holds.take(part, "b", ref="b", expires_at=None)
    assert holds.use(part, "a")


def test_only_what_is_held_is_let_go(holds: Holds, clock: FixedClock) -> None:
    """Who keeps a place is about to say so in a unit of work."""
    (part,) = open_parts(holds, [3])
    for name in ("a", "b"):
        assert holds.take(part, name, ref=name, expires_at=NOON + QUARTER)
    assert holds.keep(part, "b")
    assert holds.let_go(part, "a")
    assert not holds.let_go(part, "a")
    assert not holds.let_go(part, "b")
    assert not holds.keep(part, "a")
    assert holds.counts(part) == HoldCounts(limit=3, used=0, held=0, kept=1, free=2)


LIMITS = (2, 1, 1)


class SplitMachine(RuleBasedStateMachine):
    """Against a small model of one stock: {hold: [counter, state, expiry]}, uses by counter."""

    def __init__(self, places: Collection[Document]) -> None:
        super().__init__()
        self.clock = FixedClock(NOON)
        self.holds = Holds(places, self.clock)
        self.parts = open_parts(self.holds, LIMITS)
        self.settled = dict.fromkeys(self.parts, 0)
        self.model: dict[str, list[Any]] = {}
        self.made = 0

    def alive(self, hold_id: str) -> bool:
        _, _, expiry = self.model[hold_id]
        return expiry is None or expiry > self.clock.now()

    def taken(self) -> int:
        return sum(self.settled.values()) + sum(map(self.alive, self.model))

    def some(self, number: int) -> str | None:
        """One of the holds that were made, or none."""
        return sorted(self.model)[number % len(self.model)] if self.model else None

    @rule(minutes=st.one_of(st.none(), st.integers(1, 30)))
    def take(self, minutes: int | None) -> None:
        self.made += 1
        mine = f"h{self.made:03d}"
        expiry = None if minutes is None else self.clock.now() + dt.timedelta(minutes=minutes)
        has_place = self.taken() < sum(LIMITS)
        counter = self.holds.take_one_of(self.parts, mine, ref=mine, expires_at=expiry)
        assert (counter is not None) == has_place
        if counter is not None:
            self.model[mine] = [counter, "kept" if expiry is None else "held", expiry]

    @rule(number=st.integers(0, 9))
    def keep(self, number: int) -> None:
        if hold := self.some(number):
            assert self.holds.keep(self.model[hold][0], hold) == self.alive(hold)
            if self.alive(hold) and self.model[hold][1] == "held":
                self.model[hold][1:] = ["kept", None]

    @rule(number=st.integers(0, 9))
    def buy(self, number: int) -> None:
        if hold := self.some(number):
            counter = self.model[hold][0]
            assert self.holds.use(counter, hold) == self.alive(hold)
            if self.alive(hold):
                self.holds.settle(counter, hold)
                self.settled[counter] += 1
                del self.model[hold]

    @rule(number=st.integers(0, 9))
    def release(self, number: int) -> None:
        if hold := self.some(number):
            self.holds.release(self.model[hold][0], hold)
            del self.model[hold]

    @rule(number=st.integers(0, 9))
    def let_go(self, number: int) -> None:
        if hold := self.some(number):
            counter, state, _ = self.model[hold]
            # An expired one is gone when a later taker has pruned it: both answers are right.
            gone = self.holds.let_go(counter, hold)
            assert gone == (state == "held") or not self.alive(hold)
            if gone:
                del self.model[hold]

    @rule(minutes=st.integers(1, 20))
    def wait(self, minutes: int) -> None:
        self.clock.advance(dt.timedelta(minutes=minutes))

    @invariant()
    def counts_agree(self) -> None:
        counts = self.holds.counts_of(self.parts)
        for part, limit in zip(self.parts, LIMITS, strict=True):
            states = [
                row[1] for hold, row in self.model.items() if row[0] == part and self.alive(hold)
            ]
            used, taken = self.settled[part], self.settled[part] + len(states)
            assert counts[part] == HoldCounts(
                limit=limit,
                used=used,
                held=states.count("held"),
                kept=states.count("kept"),
                free=limit - taken,
            )


def test_any_order_of_steps_agrees_with_one_stock(db: Database[Document]) -> None:
    """T-1, D-7: sold out exactly when the stock is, wherever its places are."""
    run_state_machine_as_test(
        lambda: SplitMachine(db["places"]),  # type: ignore[arg-type]  # what makes one will do
        settings=settings(
            max_examples=80,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
