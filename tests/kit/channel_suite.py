"""What every channel of delivery has to do; a channel's tests derive from `ChannelSuite`.

    class TestMail(ChannelSuite):
        channel = "email"

        @pytest.fixture
        def far_side(self, …) -> FarSide: …

`KeptChannel` is the channel of tests that need no far side, and passes the suite as well.
"""

import dataclasses
import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import ClassVar, Protocol

import pytest

from chassis.ids import new_id
from services.notifications.adapters.channels import (
    SEND_SECONDS,
    Channel,
    DeliveryPostponed,
    DeliveryRefused,
    DeliveryWithheld,
    Notice,
    Reader,
)
from services.notifications.adapters.wording import Words
from services.notifications.domain.deliveries import LONGEST_ATTEMPT, SEND_WITHIN
from services.notifications.domain.rules import Lead

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
AT_ONCE = 8


@dataclass(frozen=True)
class Taken:
    """A message as it arrived."""

    id: str
    title: str
    text: str


class FarSide(Protocol):
    """A channel and what stands at its other end."""

    @property
    def channel(self) -> Channel: ...

    def reader(self) -> Reader:
        """Somebody who was never written to."""

    def refusing(self) -> Reader:
        """Somebody to whom the other side will never deliver."""

    def postponing(self) -> Reader:
        """Somebody to whom the other side does not deliver now."""

    def taken(self, reader: Reader) -> list[Taken]:
        """What arrived for somebody."""

    def stop(self) -> object:
        """The other side is gone."""

    def start(self) -> None:
        """It is back."""

    def silent(self, seconds: float) -> AbstractContextManager[Channel]:
        """A channel with this limit whose other side never comes to an end."""


def notice_to(reader: Reader) -> Notice:
    """A message for somebody."""
    return Notice(
        id=new_id("dlv"),
        type="seat_offered",
        reader=reader,
        words=Words("Ein Platz ist frei · 有空位", ("Bis 15:30 Uhr.", "请尽快确认。")),
        lead=Lead("registration", "https://club.example.com/my?registration=reg_1&from=mail"),
        community="医生圈",
        at=NOON,
    )


def yes() -> bool:
    return True


class ChannelSuite:
    """Derive from it, name the channel, and give the fixture `far_side`."""

    channel: ClassVar[str]

    def test_a_message_arrives_in_its_words(self, far_side: FarSide) -> None:
        """product.md §5: title and every paragraph."""
        message = notice_to(far_side.reader())
        far_side.channel.send(message, yes)
        (taken,) = far_side.taken(message.reader)
        assert (taken.id, taken.title) == (message.id, message.words.title)
        assert all(paragraph in taken.text for paragraph in message.words.paragraphs)
        assert message.lead is not None
        assert str(message.lead.page) in taken.text, "product.md §5: it leads somewhere"

    def test_a_message_sent_again_has_the_same_id(self, far_side: FarSide) -> None:
        """I-11: a copy after a crash is recognised."""
        message = notice_to(far_side.reader())
        far_side.channel.send(message, yes)
        far_side.channel.send(message, yes)
        assert {taken.id for taken in far_side.taken(message.reader)} == {message.id}

    def test_a_refusal_of_the_reader_is_final_and_names_no_address(self, far_side: FarSide) -> None:
        """product.md §5: a dead letter at once. No delivery keeps an address."""
        message = notice_to(far_side.refusing())
        with pytest.raises(DeliveryRefused) as refused:
            far_side.channel.send(message, yes)
        assert str(refused.value)
        assert message.reader.email not in str(refused.value)

    def test_a_refusal_for_now_is_tried_again_and_names_no_address(self, far_side: FarSide) -> None:
        """product.md §5."""
        message = notice_to(far_side.postponing())
        with pytest.raises(DeliveryPostponed) as postponed:
            far_side.channel.send(message, yes)
        assert str(postponed.value)
        assert message.reader.email not in str(postponed.value)

    def test_one_refusal_spoils_no_other_message(self, far_side: FarSide) -> None:
        message = notice_to(far_side.reader())
        with pytest.raises(DeliveryRefused):
            far_side.channel.send(notice_to(far_side.refusing()), yes)
        far_side.channel.send(message, yes)
        assert len(far_side.taken(message.reader)) == 1

    def test_what_is_not_ours_any_more_is_not_handed_over(self, far_side: FarSide) -> None:
        """T-F3, M-19: asked at the last moment there is; afterwards another message can go."""
        message = notice_to(far_side.reader())
        with pytest.raises(DeliveryWithheld):
            far_side.channel.send(message, lambda: False)
        assert far_side.taken(message.reader) == []
        far_side.channel.send(message, yes)
        assert len(far_side.taken(message.reader)) == 1

    def test_nobody_there_is_tried_again(self, far_side: FarSide) -> None:
        """An outage costs no message, also when it comes between two of them."""
        message = notice_to(far_side.reader())
        far_side.channel.send(notice_to(message.reader), yes)
        far_side.stop()
        try:
            with pytest.raises(DeliveryPostponed):
                far_side.channel.send(message, yes)
        finally:
            far_side.start()
        far_side.channel.send(message, yes)
        assert message.id in [taken.id for taken in far_side.taken(message.reader)]

    def test_a_message_has_one_deadline_however_slow_the_other_side_is(
        self, far_side: FarSide
    ) -> None:
        """Steps may be many; an attempt is over when its claim runs out."""
        assert SEND_SECONDS + SEND_WITHIN.total_seconds() < LONGEST_ATTEMPT.total_seconds()
        with far_side.silent(0.3) as channel, pytest.raises(DeliveryPostponed):
            channel.send(notice_to(far_side.reader()), yes)

    def test_several_threads_send_at_once(self, far_side: FarSide) -> None:
        """As many as the sender has; each message arrives once."""
        reader = far_side.reader()
        notices = [notice_to(reader) for _ in range(3 * AT_ONCE)]
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(lambda message: far_side.channel.send(message, yes), notices))
        taken = sorted(taken.id for taken in far_side.taken(reader))
        assert taken == sorted(message.id for message in notices)

    def test_a_closed_channel_opens_by_itself(self, far_side: FarSide) -> None:
        """The sender closes what is idle after each pass."""
        message = notice_to(far_side.reader())
        for all in (False, True):
            far_side.channel.send(message, yes)
            far_side.channel.rest(all=all)
        far_side.channel.send(message, yes)
        assert len(far_side.taken(message.reader)) == 3


class KeptChannel:
    """A channel to nowhere, with its other side: what is sent stays in `notices`."""

    def __init__(self, seconds: float = 0.0, *, is_silent: bool = False) -> None:
        self.notices: list[Notice] = []
        self._seconds = seconds
        self._is_silent = is_silent
        self._is_away = False

    @property
    def channel(self) -> Channel:
        return self

    def send(self, message: Notice, may_send: Callable[[], bool]) -> None:
        if self._is_silent:
            threading.Event().wait(self._seconds)
        if self._is_silent or self._is_away or message.reader.name == "later":
            raise DeliveryPostponed("away")
        if message.reader.name == "never":
            raise DeliveryRefused("refused")
        if not may_send():
            raise DeliveryWithheld
        self.notices.append(message)

    def rest(self, *, all: bool) -> None:
        pass

    def reader(self) -> Reader:
        return Reader(email=f"{new_id('per').lower()}@example.com", name="李伟", locale="en")

    def refusing(self) -> Reader:
        return dataclasses.replace(self.reader(), name="never")

    def postponing(self) -> Reader:
        return dataclasses.replace(self.reader(), name="later")

    def taken(self, reader: Reader) -> list[Taken]:
        return [
            Taken(message.id, message.words.title, f"{message.words.text}\n{message.lead}")
            for message in self.notices
            if message.reader == reader
        ]

    def stop(self) -> None:
        self._is_away = True

    def start(self) -> None:
        self._is_away = False

    def silent(self, seconds: float) -> AbstractContextManager[Channel]:
        return nullcontext(KeptChannel(seconds, is_silent=True))
