"""What a gateway heard lately: for whom, since when, and who is woken by it."""

from typing import Any

import pytest

from contracts.errors import DomainError
from contracts.errors.gateway import CALLER_BUSY
from gateway.news import KEPT_SECONDS, MARGIN_SECONDS, MOST_WAITS_OF_ONE, News

ANNA, BERT = (f"per_01JD6Q3F0M8V6Z4X2K9T7R5WY{end}" for end in "AB")
APPLICATION = "app_01JD6Q3F0M8V6Z4X2K9T7R5WYB"
ORDER, PURCHASE = "ord_01JD6Q3F0M8V6Z4X2K9T7R5WYB", "pur_01JD6Q3F0M8V6Z4X2K9T7R5WYB"


class Time:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Ears:
    def __init__(self) -> None:
        self.heard: list[Any] = []

    def changed(self, subject: str, version: int) -> None:
        self.heard.append((subject, version))

    def missed(self) -> None:
        self.heard.append("missed")


@pytest.fixture
def time() -> Time:
    return Time()


class Ear:
    """The broker, heard until just now or until it fell silent."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self.until: float | None = None

    def __call__(self) -> float:
        return 0.0 if self.until is None else self._time.now - self.until


@pytest.fixture
def ear(time: Time) -> Ear:
    return Ear(time)


@pytest.fixture
def news(time: Time, ear: Ear) -> News:
    made = News(ear, now=time, most=3)
    time.now += MARGIN_SECONDS
    return made


def told(
    subject: str = ORDER, version: int = 1, person: str | None = ANNA, *, missed: bool = False
) -> dict[str, Any]:
    return {
        "changes": [{"id": subject, "version": version, "person_id": person}],
        "missed": missed,
    }


def test_a_person_hears_what_concerns_them_and_nothing_else(news: News) -> None:
    anna, bert = Ears(), Ears()
    news.subscribe(ANNA, anna)
    news.subscribe(BERT, bert)
    news.heard("payments", told(version=2))
    news.heard("payments", told(PURCHASE, person=None))
    news.unsubscribe(ANNA, anna)
    news.heard("payments", told(version=3))
    assert (anna.heard, bert.heard) == ([(ORDER, 2)], [])
    assert news.subscribers(ANNA) == set()


def test_who_comes_back_gets_the_last_version_of_what_changed(news: News, time: Time) -> None:
    news.heard("payments", told(version=1))
    time.now += MARGIN_SECONDS + 1
    position = news.position
    assert news.since(ANNA, position) == {}
    news.heard("payments", told(version=2))
    news.heard("payments", told(version=3))
    assert news.since(ANNA, position) == {ORDER: 3}
    assert news.since(BERT, position) == {}


def test_another_gateway_may_have_heard_it_a_little_earlier(news: News, time: Time) -> None:
    news.heard("payments", told(version=2))
    time.now += MARGIN_SECONDS - 1
    assert news.since(ANNA, news.position) == {ORDER: 2}


@pytest.mark.parametrize("position", ["", "x", "-1", "1.5", "٣", "9" * 15, "9" * 16])
def test_a_position_that_no_gateway_gave_is_not_known(news: News, position: str) -> None:
    assert news.since(ANNA, position) is None


def test_what_was_before_it_listened_is_not_known(news: News, time: Time) -> None:
    position = news.position
    assert news.since(ANNA, position) == {}
    time.now += 1
    news.missed()
    assert news.since(ANNA, position) is None


def test_a_position_does_not_go_beyond_what_was_heard(news: News, time: Time, ear: Ear) -> None:
    """Who goes on elsewhere after an outage hears what was told meanwhile."""
    elsewhere = News(Ear(time), now=time)
    time.now += 2 * MARGIN_SECONDS
    before = news.position
    ear.until = time.now
    time.now += 1
    elsewhere.heard("payments", told(version=2))
    time.now += 5 * MARGIN_SECONDS
    assert news.position == before
    assert elsewhere.since(ANNA, news.position) == {ORDER: 2}
    ear.until = None
    news.missed()
    assert int(news.position) == int(time.now * 1000)
    assert news.since(ANNA, before) is None


def test_what_is_kept_is_bounded_and_says_so(news: News, time: Time) -> None:
    """In number, and in time."""
    first = news.position
    for version in range(1, 5):
        news.heard("payments", told(version=version, person=BERT))
        time.now += 1
    assert news.since(BERT, first) is None
    time.now += MARGIN_SECONDS
    position = news.position
    assert news.since(BERT, position) == {}
    time.now += KEPT_SECONDS
    news.heard("payments", told(version=9))
    assert news.since(BERT, position) == {}
    assert news.since(BERT, first) is None


def test_when_some_were_missed_everybody_is_told(news: News) -> None:
    anna, bert = Ears(), Ears()
    news.subscribe(ANNA, anna)
    news.subscribe(BERT, bert)
    with news.waiting(PURCHASE, ANNA, "payments") as wait:
        news.heard("payments", told(missed=True))
        assert wait.sleep(0)
    assert (anna.heard, bert.heard) == (["missed", (ORDER, 1)], ["missed"])


def test_what_a_service_missed_wakes_nobody_who_waits_for_another(news: News) -> None:
    """Each looks again: a new leader of one service would have all the others asked."""
    with (
        news.waiting(PURCHASE, ANNA, "payments") as payments,
        news.waiting(APPLICATION, BERT, "membership") as membership,
    ):
        news.heard("payments", {"changes": [], "missed": True})
        assert payments.sleep(0)
        assert not membership.sleep(0)
        news.missed()
        assert payments.sleep(0)
        assert membership.sleep(0)


def test_who_waits_for_a_thing_is_woken_by_that_alone_whoevers_it_is(news: News) -> None:
    with news.waiting(ORDER, ANNA, "payments") as wait:
        news.heard("payments", told(PURCHASE))
        assert not wait.sleep(0)
        news.heard("payments", told(ORDER, person=None))
        assert wait.sleep(0)
        assert not wait.sleep(0)


def test_one_caller_waits_for_so_many_at_once(news: News) -> None:
    waits = [news.waiting(ORDER, ANNA, "payments") for _ in range(MOST_WAITS_OF_ONE)]
    for wait in waits:
        wait.__enter__()
    with pytest.raises(DomainError) as refused, news.waiting(PURCHASE, ANNA, "payments"):
        pass
    assert refused.value.error is CALLER_BUSY
    waits[0].__exit__(None, None, None)
    with news.waiting(PURCHASE, ANNA, "payments"), news.waiting(ORDER, BERT, "payments"):
        pass
