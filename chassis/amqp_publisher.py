"""Publishing with confirms: a message counts as sent when the broker says it keeps it (M-1)."""

import time

import amqp
import eventlet
from eventlet.event import Event

from chassis.amqp_link import BrokerUnavailable, MessageTooLarge, open_channel, publish

CONFIRM_SECONDS = 5.0


class Refused(Exception):
    """The message is not kept: a queue it goes to is full, or it is too large to be sent."""


class Confirmation:
    """The broker's word about one message: once `settled`, without `error` it is kept."""

    def __init__(self) -> None:
        self.settled = False
        self.error: Exception | None = None
        self._word: Event | None = None  # only made where somebody waits

    def wait(self, seconds: float) -> None:
        """Returns when the broker keeps the message; raises Refused or BrokerUnavailable."""
        if not self.settled and not self.wait_settled(seconds):
            raise BrokerUnavailable("no confirm in time")
        if self.error is not None:
            raise self.error

    def wait_settled(self, seconds: float) -> bool:
        """Whether it is settled within this time."""
        if not self.settled:
            self._word = Event()
            with eventlet.Timeout(max(seconds, 0.001), False):
                self._word.wait()
        return self.settled

    def settle(self, error: Exception | None) -> None:
        self.settled, self.error = True, error
        if self._word is not None:
            self._word.send(None)


class ConfirmChannel:
    """A channel in confirm mode; made by the reader in `on_open`, told of the end by `lost`."""

    def __init__(self, connection: amqp.Connection) -> None:
        self._channel = open_channel(connection)
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._numbering = eventlet.semaphore.Semaphore()
        self._last_tag = 0
        self._waiting: dict[int, Confirmation] = {}  # in the order of their tags
        self._heard_at: float | None = None

    @property
    def heard(self) -> bool:
        """Whether the broker has said a word about any message."""
        return self._heard_at is not None

    def heard_since(self, moment: float) -> bool:
        """Whether it has since a moment (monotonic)."""
        return self._heard_at is not None and self._heard_at > moment

    def send(self, message: amqp.Message, *, exchange: str, routing_key: str) -> Confirmation:
        """Writes a message; the answer tells its fate. Raises BrokerUnavailable."""
        confirmation = Confirmation()
        with self._numbering:  # tags are counted in the order in which the frames are written
            try:
                publish(self._channel, message, exchange=exchange, routing_key=routing_key)
            except MessageTooLarge as error:  # the broker never sees it
                confirmation.settle(Refused(f"too large: {error}"))
                return confirmation
            self._last_tag += 1  # only what was written has a tag
            self._waiting[self._last_tag] = confirmation
        return confirmation

    def publish(self, message: amqp.Message, *, exchange: str, routing_key: str) -> None:
        """Sends one message and waits for its confirm; raises Refused or BrokerUnavailable."""
        self.send(message, exchange=exchange, routing_key=routing_key).wait(CONFIRM_SECONDS)

    def lost(self, error: Exception) -> None:
        """The connection is gone: nothing more will be confirmed."""
        waiting, self._waiting = self._waiting, {}
        for confirmation in waiting.values():
            confirmation.settle(BrokerUnavailable(f"{type(error).__name__}: {error}"))

    def _on_ack(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple, None)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple, Refused("a queue is full"))

    def _settle(self, tag: int, multiple: bool, error: Exception | None) -> None:
        self._heard_at = time.monotonic()
        if not multiple:
            if confirmation := self._waiting.pop(tag, None):
                confirmation.settle(error)
            return
        while self._waiting and (first := next(iter(self._waiting))) <= tag:
            self._waiting.pop(first).settle(error)


def wait_settled(confirmations: list[Confirmation], seconds: float) -> None:
    """Waits until all are settled, but no longer than this."""
    end = time.monotonic() + seconds
    for confirmation in confirmations:
        left = end - time.monotonic()
        if left <= 0 or not confirmation.wait_settled(left):
            return
