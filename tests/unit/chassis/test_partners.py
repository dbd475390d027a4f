"""Partners that somebody waits for: a bounded number of turns, and peace for who is silent."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from chassis import partners
from chassis.bounded_http import PartnerAway, PartnerSilent
from chassis.partners import AT_ONCE, MOST_WAITING, Partner, PartnerNotAsked


def ask(partner: Partner, problem: Exception | None = None) -> None:
    with partner.turn():
        if problem is not None:
            raise problem


def test_who_is_away_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silence about one question is not one to all: somebody may have sent it for that."""
    partner = Partner()
    with pytest.raises(PartnerSilent):
        ask(partner, PartnerSilent("status 500"))
    ask(partner)
    with pytest.raises(PartnerAway):
        ask(partner, PartnerAway("ReadTimeout"))
    with pytest.raises(PartnerNotAsked):
        ask(partner)
    ask(Partner())
    monkeypatch.setattr(partners, "LEFT_ALONE_SECONDS", 0)
    later = Partner()
    with pytest.raises(PartnerAway):
        ask(later, PartnerAway("ReadTimeout"))
    ask(later)


class Crowd:
    """As many as may ask at once, who wait for an answer."""

    def __init__(self, pool: ThreadPoolExecutor, partner: Partner) -> None:
        self._answer, self._problem = threading.Event(), PartnerAway("ReadTimeout")
        self._is_silent = False
        there = threading.Barrier(AT_ONCE + 1)

        def wait() -> None:
            with partner.turn():
                there.wait(5)
                self._answer.wait(5)
                if self._is_silent:
                    raise self._problem

        self.asking = [pool.submit(wait) for _ in range(AT_ONCE)]
        there.wait(5)

    def hear(self, *, silence: bool) -> None:
        self._is_silent = silence
        self._answer.set()


def problems(futures: list[Future[None]]) -> list[type]:
    return [type(future.exception(5)) for future in futures]


@pytest.mark.parametrize("silence", [False, True])
def test_more_than_a_few_wait_and_hear_of_a_silence(silence: bool) -> None:
    """Their turn comes, or all are told at once that there is none."""
    partner = Partner()
    with ThreadPoolExecutor(AT_ONCE + MOST_WAITING) as pool:
        crowd = Crowd(pool, partner)
        waiting = [pool.submit(ask, partner) for _ in range(MOST_WAITING)]
        while partner._in_line < AT_ONCE + MOST_WAITING:
            pass
        with pytest.raises(PartnerNotAsked, match="too many"):
            ask(partner)
        crowd.hear(silence=silence)
        expected = PartnerNotAsked if silence else type(None)
        assert problems(waiting) == [expected] * MOST_WAITING
        assert problems(crowd.asking) == [PartnerAway if silence else type(None)] * AT_ONCE
    assert partner._in_line == 0


def test_nobody_waits_long_for_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partners, "WAIT_SECONDS", 0.05)
    partner = Partner()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        crowd = Crowd(pool, partner)
        with pytest.raises(PartnerNotAsked, match="too many"):
            ask(partner)
        crowd.hear(silence=False)
    ask(partner)
