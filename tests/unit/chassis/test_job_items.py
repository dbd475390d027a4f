"""A pass over independent items: what fails stops no other and crowds no other out."""

import datetime as dt
from collections.abc import Iterable
from typing import NoReturn

import pytest

from chassis.job_items import FAILED, act_on_due, act_on_each
from chassis.job_state import LostLeadership
from chassis.jobs import JobRun
from contracts.errors import NOT_PERMITTED, STALE_VERSION, DomainError

Item = dict[str, str]


def at(hour: int) -> dt.datetime:
    return dt.datetime(2026, 1, 1, hour, tzinfo=dt.UTC)


class OnePass(JobRun):
    """A job run that is asked to stop after `left` more questions."""

    job = "test_job_items"

    now = at(12)

    def __init__(self, left: int = 1_000_000) -> None:
        self.left = left
        self.told: list[dt.datetime | None] = []

    def next_due(self, at: dt.datetime | None) -> None:
        self.told.append(at)

    @property
    def should_stop(self) -> bool:
        self.left -= 1
        return self.left < 0


class Due:
    """Items that are due until they are done; some cannot be done."""

    def __init__(self, count: int, poison: Iterable[int], error: Exception) -> None:
        self.due = [{"_id": f"item_{n:03}"} for n in range(count)]
        self.poison = {f"item_{n:03}" for n in poison}
        self.error = error
        self.tried: list[str] = []

    def load(self, most: int) -> list[Item]:
        return self.due[:most]

    def act(self, item: Item) -> None:
        self.tried.append(item["_id"])
        if item["_id"] in self.poison:
            raise self.error
        self.due.remove(item)


def failures() -> float:
    return FAILED.labels(OnePass.job)._value.get()


@pytest.mark.parametrize("error", [OverflowError("date"), DomainError(NOT_PERMITTED)])
def test_more_poison_than_a_batch_holds_stops_nobody(error: Exception) -> None:
    """M-22: the oldest items fail in every pass; all others are done in the first one."""
    items, before = Due(30, range(10), error), failures()
    act_on_due(OnePass(), items.load, items.act, batch=4)
    assert {item["_id"] for item in items.due} == items.poison
    assert len(items.tried) == len(set(items.tried)) == 30
    assert failures() == before + 10


def test_what_is_due_still_after_it_went_well_ends_the_pass() -> None:
    """An item whose outcome is not known yet is looked at once in a pass."""
    items = [{"_id": "a"}, {"_id": "b"}]
    seen: list[Item] = []
    act_on_due(OnePass(), lambda most: items, seen.append)
    assert seen == items


def test_a_failed_item_is_put_off_unless_it_only_changed() -> None:
    """And putting off may fail as well."""
    errors = {
        "a": DomainError(STALE_VERSION, current_version=2),
        "b": ValueError(),
        "c": KeyError(),
    }
    put_off = []

    def act(item: Item) -> None:
        raise errors[item["_id"]]

    def postpone(item: Item) -> None:
        put_off.append(item["_id"])
        if item["_id"] == "b":
            raise RuntimeError("down as well")

    items = [{"_id": id} for id in errors]
    assert act_on_each(OnePass(), items, act, postpone=postpone) == set(errors)
    assert put_off == ["b", "c"]


def test_a_pass_stops_between_items_and_for_a_lost_lease() -> None:
    """M-22: who does not lead any more goes no further."""
    done: list[Item] = []
    act_on_each(OnePass(left=2), [{"_id": str(n)} for n in range(5)], done.append)
    assert len(done) == 2

    def lost(item: Item) -> None:
        raise LostLeadership(item["_id"])

    with pytest.raises(LostLeadership):
        act_on_each(OnePass(), [{"_id": "a"}], lost)


@pytest.mark.parametrize("ahead", [None, at(13)])
def test_nothing_is_read_while_nothing_is_due(ahead: dt.datetime | None) -> None:
    """One small read says so, and says when to come again."""
    one_pass = OnePass()

    def load(most: object) -> NoReturn:
        raise AssertionError("nothing is due")

    act_on_due(one_pass, load, load, soonest=lambda: ahead)
    assert one_pass.told == [ahead]


def test_a_pass_ends_with_what_is_due_next() -> None:
    """What was due when it began is done; then it says what comes after that."""
    items, one_pass = Due(5, [], ValueError()), OnePass()

    def soonest() -> dt.datetime:
        return at(12) if items.due else at(15)

    act_on_due(one_pass, items.load, items.act, soonest=soonest, batch=2)
    assert items.due == []
    assert one_pass.told == [at(12), at(15)]
