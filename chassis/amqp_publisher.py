"""Publishing with confirms: a message counts as sent when the broker says it keeps it (M-1)."""

import time

import amqp
import eventlet
from eventlet.event import Event

from chassis.amqp_link import BrokerUnavailable, open_channel, publish

CONFIRM_SECONDS = 5.0


class Refused(Exception):
    """The broker took the message but did not keep it: a queue it goes to is full."""


class Confirmation:
    """The broker's word about one message."""

    def __init__(self) -> None:
        self._word = Event()

    def wait(self, seconds: float) -> None:
        """Returns when the broker keeps the message; raises Refused or BrokerUnavailable."""
        if self._word.ready():  # most of a batch is: no need to set a timer for each
            self._word.wait()
            return
        with eventlet.Timeout(max(seconds, 0.001), BrokerUnavailable("no confirm in time")):
            self._word.wait()

    @property
    def settled(self) -> bool:
        """Whether the broker has said what becomes of the message, or cannot any more."""
        return self._word.ready()

    def settle(self, error: Exception | None) -> None:
        if error is None:
            self._word.send(None)
        else:
            self._word.send_exception(error)


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

    def send(self, message: amqp.Message, *, exchange: str, routing_key: str) -> Confirmation:
        """Writes a message; the answer tells its fate. Raises BrokerUnavailable."""
        confirmation = Confirmation()
        with self._numbering:  # tags are counted in the order in which the frames are written
            publish(self._channel, message, exchange=exchange, routing_key=routing_key)
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
        if not multiple:
            if confirmation := self._waiting.pop(tag, None):
                confirmation.settle(error)
            return
        while self._waiting and (first := next(iter(self._waiting))) <= tag:
            self._waiting.pop(first).settle(error)


def wait_all(confirmations: list[Confirmation]) -> dict[int, Exception]:
    """Waits for all within one time limit; the errors by position in the list."""
    end = time.monotonic() + CONFIRM_SECONDS
    errors: dict[int, Exception] = {}
    for position, confirmation in enumerate(confirmations):
        try:
            confirmation.wait(end - time.monotonic())
        except (Refused, BrokerUnavailable) as error:
            errors[position] = error
    return errors
