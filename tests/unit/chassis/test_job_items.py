"""A pass over independent items: what fails stops no other and crowds no other out."""

import pytest

from chassis.job_items import FAILED, each, each_due
from chassis.job_state import LostLeadership
from contracts.errors import NOT_PERMITTED, STALE_VERSION, DomainError


class OnePass:
    """A job run that is asked to stop after `left` more questions."""

    job = "test_job_items"

    now = 12

    def __init__(self, left=1_000_000):
        self.left = left
        self.told = []

    def next_due(self, at):
        self.told.append(at)

    @property
    def should_stop(self):
        self.left -= 1
        return self.left < 0


class Due:
    """Items that are due until they are done; some cannot be done."""

    def __init__(self, count, poison, error):
        self.due = [{"_id": f"item_{n:03}"} for n in range(count)]
        self.poison = {f"item_{n:03}" for n in poison}
        self.error = error
        self.tried = []

    def load(self, most):
        return self.due[:most]

    def act(self, item):
        self.tried.append(item["_id"])
        if item["_id"] in self.poison:
            raise self.error
        self.due.remove(item)


def failures():
    return FAILED.labels(OnePass.job)._value.get()


@pytest.mark.parametrize("error", [OverflowError("date"), DomainError(NOT_PERMITTED)])
def test_more_poison_than_a_batch_holds_stops_nobody(error):
    """M-22: the oldest items fail in every pass; all others are done in the first one."""
    items, before = Due(30, range(10), error), failures()
    each_due(OnePass(), items.load, items.act, batch=4)
    assert {item["_id"] for item in items.due} == items.poison
    assert len(items.tried) == len(set(items.tried)) == 30
    assert failures() == before + 10


def test_what_is_due_still_after_it_went_well_ends_the_pass():
    """An item whose outcome is not known yet is looked at once in a pass."""
    items = [{"_id": "a"}, {"_id": "b"}]
    seen = []
    each_due(OnePass(), lambda most: items, seen.append)
    assert seen == items


def test_a_failed_item_is_put_off_unless_it_only_changed():
    """And putting off may fail as well."""
    errors = {
        "a": DomainError(STALE_VERSION, current_version=2),
        "b": ValueError(),
        "c": KeyError(),
    }
    put_off = []

    def act(item):
        raise errors[item["_id"]]

    def postpone(item):
        put_off.append(item["_id"])
        if item["_id"] == "b":
            raise RuntimeError("down as well")

    assert each(OnePass(), [{"_id": id} for id in errors], act, postpone=postpone) == set(errors)
    assert put_off == ["b", "c"]


def test_a_pass_stops_between_items_and_for_a_lost_lease():
    """M-22: who does not lead any more goes no further."""
    done = []
    each(OnePass(left=2), [{"_id": str(n)} for n in range(5)], done.append)
    assert len(done) == 2

    def lost(item):
        raise LostLeadership(item["_id"])

    with pytest.raises(LostLeadership):
        each(OnePass(), [{"_id": "a"}], lost)


@pytest.mark.parametrize("ahead", [None, 13])
def test_nothing_is_read_while_nothing_is_due(ahead):
    """One small read says so, and says when to come again."""
    one_pass = OnePass()

    def load(most):
        raise AssertionError("nothing is due")

    each_due(one_pass, load, load, soonest=lambda: ahead)
    assert one_pass.told == [ahead]


def test_a_pass_ends_with_what_is_due_next():
    """What was due when it began is done; then it says what comes after that."""
    items, one_pass = Due(5, [], None), OnePass()

    def soonest():
        return 12 if items.due else 15

    each_due(one_pass, items.load, items.act, soonest=soonest, batch=2)
    assert items.due == []
    assert one_pass.told == [12, 15]
