"""Items that ask partners: a silent one delays nobody else, and is left alone soon (R11)."""

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import eventlet
import pytest

from chassis import job_items
from chassis.job_items import SILENT, Partners, act_on_due
from chassis.job_state import LostLeadership
from tests.unit.chassis.test_job_items import OnePass

Item = dict[str, Any]


class Asking:
    """Items that are due until they are done or put off; asking takes `seconds`."""

    def __init__(self, *partners: str, silent: set[str], seconds: float = 0.0) -> None:
        self.due: list[Item] = [
            {"_id": f"item_{number:04}", "partner": partner}
            for number, partner in enumerate(partners)
        ]
        self.silent, self.seconds = silent, seconds
        self.asked: defaultdict[str, int] = defaultdict(int)
        self.answered_after: dict[str, float] = {}
        self.now_asking = self.most_asking = 0
        self.updates = 0
        self.began = time.monotonic()

    def load(self, most: int) -> list[Item]:
        return self.due[:most]

    def act(self, item: Item) -> object:
        partner = item["partner"]
        self.asked[partner] += 1
        self.now_asking += 1
        self.most_asking = max(self.most_asking, self.now_asking)
        eventlet.sleep(self.seconds if partner in self.silent else 0)
        self.now_asking -= 1
        self.due.remove(item)  # done, or to be asked about later
        if partner in self.silent:
            return SILENT
        self.answered_after[item["_id"]] = time.monotonic() - self.began
        return None

    def put_off(self, items: Sequence[Item]) -> None:
        self.updates += 1
        self.due = [item for item in self.due if item not in items]

    def run(self, left: int = 1_000_000) -> None:
        act_on_due(
            OnePass(left),
            self.load,
            self.act,
            partners=Partners(lambda item: item["partner"], self.put_off),
            batch=200,
        )


def test_a_silent_partner_is_asked_three_times_and_then_left_alone() -> None:
    items = Asking(*["silent"] * 1_000, *["good"] * 10, silent={"silent"})
    items.run()
    assert items.asked == {"silent": job_items.SILENT_IN_A_ROW, "good": 10}
    assert items.due == []
    assert items.updates == 5  # one for each batch


def test_others_do_not_wait_for_it() -> None:
    partners = [f"silent-{number}" for number in range(5)]
    mixed = [partner for partner in partners for _ in range(20)]
    items = Asking(*mixed, *["good"] * 5, silent=set(partners), seconds=0.2)
    items.run()
    assert max(items.answered_after.values()) < 0.2
    assert time.monotonic() - items.began < 2


def test_some_are_asked_at_once_and_each_one_item_after_the_other() -> None:
    partners = [f"p-{number}" for number in range(50)]
    items = Asking(*partners, silent=set(partners), seconds=0.01)
    items.run()
    assert items.most_asking == job_items.PARTNERS_AT_ONCE
    one = Asking(*["one"] * 2, silent={"one"}, seconds=0.01)
    one.run()
    assert one.most_asking == 1


def test_an_answer_begins_the_count_anew() -> None:
    items = Asking(*["p"] * 9, silent={"p"})
    act = items.act

    def at_times(item: Item) -> object:
        items.silent = {"p"} if items.asked["p"] % 3 else set()
        return act(item)

    items.act = at_times  # type: ignore[method-assign]
    items.run()
    assert items.asked == {"p": 9}


def test_a_pass_that_has_to_stop_stops() -> None:
    items = Asking(*["p"] * 9, *["q"] * 9, silent=set())
    items.run(left=5)
    assert sum(items.asked.values()) < 5


def test_who_lost_the_lead_says_so() -> None:
    items = Asking("p", "q", silent=set())

    def lost(item: Item) -> object:
        raise LostLeadership

    items.act = lost  # type: ignore[method-assign]
    with pytest.raises(LostLeadership):
        items.run()
