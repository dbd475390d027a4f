"""Holds of a limited stock: never one place for two, whatever the order of steps."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import WriteError

from chassis.clock import FixedClock
from chassis.context import Context
from chassis.holds import HoldCounts, Holds
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, TOO_BUSY, DomainError
from tests.kit.existing import existing
from tests.kit.nodes import unique
from tests.store.chassis.test_aggregates import stages
from tests.store.chassis.test_uow import COMMUNITY
from tests.store.chassis.things import NOON

QUARTER = dt.timedelta(minutes=15)


@pytest.fixture
def holds(db: Database[Document], clock: FixedClock) -> Holds:
    made = Holds(db["places"], clock)
    made.open("seats", 2, community_id=COMMUNITY)
    return made


def take(holds: Holds, hold_id: str, *, until: dt.datetime = NOON + QUARTER) -> bool:
    return holds.take("seats", hold_id, ref=f"ord_{hold_id}", expires_at=until)


def test_two_hundred_contenders_for_fifty_places(db: Database[Document], clock: FixedClock) -> None:
    """D-7, D-18, I-4: exactly 50, each hold once."""
    holds = Holds(db["places"], clock)
    holds.open("seats", 50, community_id=COMMUNITY)
    barrier = threading.Barrier(20)

    def contend(worker: int) -> list[bool]:
        barrier.wait()
        return [take(holds, f"hld_{worker}_{i}") for i in range(10)]

    with ThreadPoolExecutor(20) as pool:
        outcomes = [won for part in pool.map(contend, range(20)) for won in part]
    assert (len(outcomes), outcomes.count(True)) == (200, 50)
    assert holds.counts("seats") == HoldCounts(limit=50, used=0, held=50, kept=0, free=0)


def test_one_hold_taken_by_twenty_retries(holds: Holds) -> None:
    """A retry of the same hold takes no second place."""
    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(lambda _: take(holds, "a"), range(20)))
    assert holds.counts("seats").held == 1


def test_the_way_of_a_place(holds: Holds) -> None:
    assert take(holds, "a")
    assert holds.keep("seats", "a")
    assert holds.use("seats", "a")
    assert holds.counts("seats") == HoldCounts(limit=2, used=1, held=0, kept=0, free=1)
    holds.settle("seats", "a")
    assert holds.counts("seats") == HoldCounts(limit=2, used=1, held=0, kept=0, free=1)


def test_an_expired_hold_is_gone(holds: Holds, clock: FixedClock) -> None:
    """D-10: at its very instant, before anybody pruned it."""
    take(holds, "a")
    take(holds, "b")
    assert not take(holds, "c")
    clock.advance(QUARTER)
    assert holds.counts("seats").free == 2
    assert not holds.keep("seats", "a")
    assert not holds.use("seats", "a")
    assert take(holds, "c", until=NOON + 2 * QUARTER)
    assert holds.counts("seats").held == 1


def test_a_kept_hold_does_not_expire(holds: Holds, clock: FixedClock) -> None:
    take(holds, "a")
    assert holds.keep("seats", "a")
    clock.advance(dt.timedelta(days=365))
    assert holds.keep("seats", "a")
    assert take(holds, "b", until=clock.now() + QUARTER)
    assert not take(holds, "c", until=clock.now() + QUARTER)
    assert holds.use("seats", "a")


def test_steps_may_be_repeated(holds: Holds, db: Database[Document]) -> None:
    take(holds, "a")
    for step in (holds.keep, holds.keep, holds.use, holds.use, holds.keep):
        assert step("seats", "a")
    assert existing(db["places"].find_one())["holds"][0]["state"] == "used"
    for _ in range(3):
        holds.settle("seats", "a")
    assert holds.counts("seats").used == 1


def test_settling_twenty_times_at_once_counts_one(holds: Holds) -> None:
    take(holds, "a")
    holds.use("seats", "a")
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: holds.settle("seats", "a"), range(20)))
    assert holds.counts("seats").used == 1


def test_release_frees_what_is_not_used(holds: Holds) -> None:
    take(holds, "a")
    take(holds, "b")
    holds.keep("seats", "a")
    holds.use("seats", "b")
    for _ in range(2):
        holds.release("seats", "a")
        holds.release("seats", "b")
    assert holds.counts("seats") == HoldCounts(limit=2, used=1, held=0, kept=0, free=1)


def test_settling_needs_a_used_hold(holds: Holds) -> None:
    take(holds, "a")
    holds.settle("seats", "a")
    assert holds.counts("seats") == HoldCounts(limit=2, used=0, held=1, kept=0, free=1)


def test_a_refund_gives_a_use_back(holds: Holds, uow: UnitOfWork, ctx: Context) -> None:
    take(holds, "a")
    holds.use("seats", "a")
    holds.settle("seats", "a")

    def refuse(tx: Transaction) -> None:
        holds.return_settled("seats", tx=tx)
        raise DomainError(TOO_BUSY, retry_after=1)

    with pytest.raises(DomainError):
        uow.run(ctx, refuse)
    assert holds.counts("seats").used == 1
    uow.run(ctx, lambda tx: holds.return_settled("seats", tx=tx))
    uow.run(ctx, lambda tx: holds.return_settled("seats", tx=tx))
    assert holds.counts("seats").used == 0


def test_opening_again_changes_nothing(holds: Holds) -> None:
    take(holds, "a")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: holds.open("seats", 9, community_id=COMMUNITY), range(8)))
    assert holds.counts("seats") == HoldCounts(limit=2, used=0, held=1, kept=0, free=1)


def test_a_thousand_unsettled_holds_stop_nobody(holds: Holds, db: Database[Document]) -> None:
    """What is limited is the stock, not how many think about it at once."""
    many = [
        {"id": f"h{i}", "ref": "r", "state": "kept", "expires_at": None, "taken_at": NOON}
        for i in range(1000)
    ]
    db["places"].update_one({"_id": "seats"}, {"$set": {"limit": 1001, "holds": many}})
    assert take(holds, "a")
    assert not take(holds, "b")
    holds.release("seats", "h7")
    assert take(holds, "b")


def test_what_is_not_there(holds: Holds) -> None:
    assert not holds.keep("seats", "nobody")
    assert not holds.use("seats", "nobody")
    assert not holds.keep("nowhere", "a")
    for access in (
        lambda: holds.counts("nowhere"),
        lambda: holds.take("nowhere", "a", ref="r", expires_at=NOON + QUARTER),
    ):
        with pytest.raises(DomainError) as refused:
            access()
        assert refused.value.error is OBJECT_NOT_FOUND


def test_the_sweeper_sees_what_is_unsettled(
    holds: Holds, clock: FixedClock, db: Database[Document]
) -> None:
    """By index: counters with nothing unsettled are not looked at."""
    for i in range(200):
        holds.open(f"other {i}", 5, community_id=COMMUNITY)
    take(holds, "a")
    take(holds, "b")
    holds.keep("seats", "a")
    clock.advance(dt.timedelta(minutes=1))
    found = list(holds.unsettled(taken_before=clock.now()))
    assert [(hold.counter_id, hold.id, hold.ref, hold.state) for hold in found] == [
        ("seats", "a", "ord_a", "kept")
    ]
    assert list(holds.unsettled(taken_before=NOON)) == []
    explained = db["places"].find({"holds.state": {"$in": ["kept", "used"]}}).explain()
    assert "COLLSCAN" not in stages(explained["queryPlanner"]["winningPlan"])
    assert explained["executionStats"]["totalDocsExamined"] == 1


def test_the_validator_refuses_a_malformed_counter(db: Database[Document]) -> None:
    """D-11."""
    with pytest.raises(WriteError):
        db["places"].insert_one(
            {"_id": "x", "community_id": COMMUNITY, "limit": 1.5, "used": 0, "holds": []}
        )


HOLD_IDS = st.sampled_from("abcdef")


class HoldsMachine(RuleBasedStateMachine):
    """Against a small model: {hold id: [state, expiry]} and a number of settled uses."""

    def __init__(self, places: Collection[Document]) -> None:
        super().__init__()
        self.name = unique("counter ")
        self.clock = FixedClock(NOON)
        self.holds = Holds(places, self.clock)
        self.holds.open(self.name, 3, community_id=COMMUNITY)
        self.limit, self.settled = 3, 0
        self.model: dict[str, tuple[str, dt.datetime | None]] = {}

    def alive(self, hold_id: str) -> bool:
        state, expiry = self.model.get(hold_id, ("gone", None))
        return state != "gone" and (expiry is None or expiry > self.clock.now())

    def taken(self) -> int:
        return self.settled + sum(self.alive(hold_id) for hold_id in self.model)

    @rule(hold_id=HOLD_IDS, minutes=st.integers(1, 30))
    def take(self, hold_id: str, minutes: int) -> None:
        expiry = self.clock.now() + dt.timedelta(minutes=minutes)
        expected = self.alive(hold_id) or self.taken() < self.limit
        assert self.holds.take(self.name, hold_id, ref="r", expires_at=expiry) == expected
        if expected and not self.alive(hold_id):
            self.model[hold_id] = ("held", expiry)

    @rule(hold_id=HOLD_IDS)
    def keep(self, hold_id: str) -> None:
        assert self.holds.keep(self.name, hold_id) == self.alive(hold_id)
        if self.alive(hold_id) and self.model[hold_id][0] == "held":
            self.model[hold_id] = ("kept", None)

    @rule(hold_id=HOLD_IDS)
    def use(self, hold_id: str) -> None:
        assert self.holds.use(self.name, hold_id) == self.alive(hold_id)
        if self.alive(hold_id):
            self.model[hold_id] = ("used", None)

    @rule(hold_id=HOLD_IDS)
    def settle(self, hold_id: str) -> None:
        self.holds.settle(self.name, hold_id)
        if self.model.get(hold_id, ("gone",))[0] == "used":
            del self.model[hold_id]
            self.settled += 1

    @rule(hold_id=HOLD_IDS)
    def release(self, hold_id: str) -> None:
        self.holds.release(self.name, hold_id)
        if self.model.get(hold_id, ("gone",))[0] in ("held", "kept"):
            del self.model[hold_id]

    @rule(minutes=st.integers(1, 20))
    def wait(self, minutes: int) -> None:
        self.clock.advance(dt.timedelta(minutes=minutes))

    @invariant()
    def counts_agree(self) -> None:
        states = [self.model[hold_id][0] for hold_id in self.model if self.alive(hold_id)]
        assert self.holds.counts(self.name) == HoldCounts(
            limit=self.limit,
            used=self.settled + states.count("used"),
            held=states.count("held"),
            kept=states.count("kept"),
            free=self.limit - self.taken(),
        )


def test_any_order_of_steps_agrees_with_the_model(db: Database[Document]) -> None:
    """T-1, D-7."""
    run_state_machine_as_test(
        lambda: HoldsMachine(db["places"]),  # type: ignore[arg-type]  # what makes one will do
        settings=settings(
            max_examples=100,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
