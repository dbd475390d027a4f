"""Partners that somebody waits for: a bounded number of turns, and peace for who is silent."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from chassis import partners
from chassis.bounded_http import PartnerAway, PartnerSilent
from chassis.job_items import SILENT_IN_A_ROW
from chassis.partners import AT_ONCE, MOST_WAITING, Partner, PartnerNotAsked


def ask(partner: Partner, problem: Exception | None = None) -> None:
    with partner.turn():
        if problem is not None:
            raise problem


def be_away(partner: Partner, times: int = SILENT_IN_A_ROW) -> None:
    for _ in range(times):
        with pytest.raises(PartnerAway):
            ask(partner, PartnerAway("ReadTimeout"))


def test_who_is_away_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """And again after the first silence that follows, until there is an answer."""
    partner = Partner()
    be_away(partner)
    with pytest.raises(PartnerNotAsked):
        ask(partner)
    ask(Partner())
    partner._left_alone_until = 0.0
    be_away(partner, 1)
    with pytest.raises(PartnerNotAsked):
        ask(partner)
    partner._left_alone_until = 0.0
    ask(partner)
    be_away(partner, 1)
    ask(partner)


def test_one_question_closes_nobody_to_others() -> None:
    """Somebody may send what a partner cannot digest, so that nobody else comes in."""
    partner = Partner()
    for _ in range(2 * SILENT_IN_A_ROW):
        with pytest.raises(PartnerSilent):
            ask(partner, PartnerSilent("status 500"))
    for _ in range(SILENT_IN_A_ROW):
        be_away(partner, SILENT_IN_A_ROW - 1)
        ask(partner)


def test_an_answer_that_was_kept_says_nothing() -> None:
    """Starts ask nobody most of the time; between them a partner that hangs is found out all the
    same."""
    partner = Partner()
    be_away(partner, SILENT_IN_A_ROW - 1)
    with partner.turn(asks=False):
        pass
    be_away(partner, 1)
    with pytest.raises(PartnerNotAsked), partner.turn(asks=False):
        pass


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
        theirs = PartnerAway("ReadTimeout") if silence else None
        waiting = [pool.submit(ask, partner, theirs) for _ in range(MOST_WAITING)]
        while partner._in_line < AT_ONCE + MOST_WAITING:
            pass
        with pytest.raises(PartnerNotAsked, match="too many"):
            ask(partner)
        crowd.hear(silence=silence)
        if silence:  # whoever came next after the first two still asked
            assert problems(waiting).count(PartnerNotAsked) > MOST_WAITING - SILENT_IN_A_ROW
        else:
            assert problems(waiting) == [type(None)] * MOST_WAITING
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
