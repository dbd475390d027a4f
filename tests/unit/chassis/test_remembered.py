"""What is remembered for how long, how much of it, and how often it is asked for."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from chassis.remembered import Remembered


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def remembered(clock: Clock) -> Remembered[str, str]:
    return Remembered(60.0, 3, clock)


def test_an_answer_is_asked_for_again_after_its_time(
    remembered: Remembered[str, str], clock: Clock
) -> None:
    answers = iter(("first", "second", "third"))
    assert remembered.find_or_ask("a", lambda: next(answers)) == "first"
    clock.now += 59
    assert remembered.find_or_ask("a", lambda: next(answers)) == "first"
    clock.now += 1
    assert remembered.find("a") is None
    assert remembered.find_or_ask("a", lambda: next(answers)) == "second"
    remembered.forget("a")
    assert remembered.find_or_ask("a", lambda: next(answers)) == "third"


def test_the_oldest_makes_room(remembered: Remembered[str, str], clock: Clock) -> None:
    for key in "abc":
        remembered.keep(key, key)
        clock.now += 1
    remembered.keep("a", "newer")
    remembered.keep("d", "d")
    assert [remembered.find(key) for key in "abcd"] == ["newer", None, "c", "d"]


def test_what_is_over_is_not_even_kept(remembered: Remembered[str, str], clock: Clock) -> None:
    """Personal data is not in memory for longer than is said."""
    remembered.keep("a", "anna@example.com")
    clock.now += 60
    remembered.keep("b", "b")
    assert list(remembered._kept) == ["b"]


def _crowd(remembered: Remembered[str, str], answer: str | BaseException) -> list[object]:
    """What each of eight is told who ask for the same while the first waits for it."""
    calls: list[int] = []
    all_here, go = threading.Barrier(9), threading.Event()

    def call() -> str:
        calls.append(1)
        assert go.wait(5)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def ask() -> str:
        all_here.wait(5)
        return remembered.ask("a", call)

    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask) for _ in range(8)]
        all_here.wait(5)
        wait(asking, timeout=0.1)
        assert remembered.is_asked("a")
        go.set()
        _, late = wait(asking, timeout=5)
        assert not late
    assert len(calls) == 1
    assert not remembered.is_asked("a")
    return [one.exception() or one.result() for one in asking]


def test_a_crowd_asks_once(remembered: Remembered[str, str]) -> None:
    assert _crowd(remembered, "yes") == ["yes"] * 8
    assert remembered.find("a") == "yes"


@pytest.mark.parametrize("problem", [KeyError("roles"), SystemExit()])
def test_whatever_went_wrong_is_told_to_all(
    remembered: Remembered[str, str], problem: BaseException
) -> None:
    """Nobody waits for an answer that does not come; the next one asks anew."""
    assert _crowd(remembered, problem) == [problem] * 8
    assert remembered.ask("a", lambda: "yes") == "yes"
