"""One owner at a time, and a token that tells an old owner from the new one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pymongo.database import Database

from chassis.clock import FixedClock
from chassis.job_state import JobState, LostLeadership
from chassis.leases import Lease
from chassis.mongo import Document
from tests.kit.probe import probe


def test_one_owner_among_many(db: Database[Document]) -> None:
    """M-22: 16 processes ask at once; one gets it."""
    leases = [Lease(db, "jobs") for _ in range(16)]
    with ThreadPoolExecutor(16) as pool:
        tokens = list(pool.map(lambda lease: lease.acquire(), leases))
    assert sorted(token for token in tokens if token) == [1]
    assert [lease.held for lease in leases].count(True) == 1


def test_renewing_keeps_the_token(db: Database[Document]) -> None:
    lease = Lease(db, "jobs")
    assert [lease.acquire() for _ in range(3)] == [1, 1, 1]


def test_taking_over_gives_a_higher_token(db: Database[Document]) -> None:
    """M-19: the old owner sees that it lost, by its own clock and when it asks."""
    old, new = Lease(db, "relay", seconds=0.3), Lease(db, "relay", seconds=30)
    assert old.acquire() == 1
    assert new.acquire() is None
    assert probe(new.acquire, message="the lease runs out") == 2
    assert not old.held
    assert old.acquire() is None


def test_a_released_lease_is_free_at_once(db: Database[Document]) -> None:
    old, new = Lease(db, "jobs", seconds=60), Lease(db, "jobs", seconds=60)
    old.acquire()
    old.release()
    assert not old.held
    assert new.acquire() == 2
    old.release()  # not its own any more: changes nothing
    assert new.acquire() == 2


def test_leases_of_other_names_are_independent(db: Database[Document]) -> None:
    assert Lease(db, "jobs").acquire() == 1
    assert Lease(db, "relay").acquire() == 1


def test_a_former_leader_cannot_write(db: Database[Document], clock: FixedClock) -> None:
    """M-19: the row remembers the highest token."""
    state = JobState(db)
    state.save_cursor("expire", 1, {"after": "ord_1"})
    state.record_pass("expire", 2, clock.now())
    late: tuple[Callable[[], None], ...] = (
        lambda: state.save_cursor("expire", 1, None),
        lambda: state.record_pass("expire", 1, clock.now()),
    )
    for write in late:
        with pytest.raises(LostLeadership):
            write()
    assert state.cursor("expire") == {"after": "ord_1"}
    assert state.last_passes(["expire", "remind"]) == {"expire": clock.now(), "remind": None}
    assert state.cursor("remind") is None


def test_an_owner_that_yields_is_replaced_at_once(db: Database[Document]) -> None:
    """By one that does not yield, under the next token; two that yield leave each other alone."""
    owner, standby = Lease(db, "jobs", seconds=60), Lease(db, "jobs", seconds=60)
    assert owner.acquire(yields=True) == 1
    assert standby.acquire(yields=True) is None
    assert standby.acquire() == 2
    assert owner.acquire() is None
    assert not owner.held
