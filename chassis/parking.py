"""The parking lot of a service: messages that an operator has to look at (M-14).

Browsing takes messages without acknowledging them; when the connection ends, what was neither
replayed nor discarded is back in the lot.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import amqp

from chassis.amqp_link import IO_SECONDS, connection_parameters, open_channel, user_of
from chassis.event_wire import (
    ATTEMPTS_HEADER,
    ERROR_HEADER,
    PARKED_AT_HEADER,
    QUEUE_HEADER,
    REASON_HEADER,
    again,
    delay_names,
    parked_from,
    parked_id,
    parking_name,
    raw_body,
)


@dataclass(frozen=True)
class ParkedMessage:
    """One message in the lot. `id` is the same for equal bytes from the same queue."""

    id: str
    queue: str
    reason: str
    parked_at: str
    message: amqp.Message

    @property
    def event_id(self) -> str:
        """The event's id, when the message has one."""
        return str(self.message.properties.get("message_id", ""))

    @property
    def text(self) -> str:
        """The body for people; bytes that are not UTF-8 show as escapes."""
        return raw_body(self.message).decode("utf-8", "backslashreplace")


class ParkingLot:
    """An open look into a service's parking lot; a context manager."""

    def __init__(self, url: str, service: str) -> None:
        self._service, self._own = service, user_of(url)
        self._connection = amqp.Connection(**connection_parameters(url), confirm_publish=True)

    def __enter__(self) -> Self:
        self._connection.connect()
        self._connection.sock.settimeout(IO_SECONDS)
        self._channel = open_channel(self._connection)
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def browse(self, *, most: int = 1000) -> Iterator[ParkedMessage]:
        """The messages in the lot, oldest first."""
        for _ in range(most):
            message = self._channel.basic_get(parking_name(self._service))
            if message is None:
                return
            queue, reason = parked_from(message)
            yield ParkedMessage(
                id=parked_id(message),
                queue=queue,
                reason=reason,
                parked_at=str((message.headers or {}).get(PARKED_AT_HEADER, "")),
                message=message,
            )

    def is_ours(self, parked: ParkedMessage) -> bool:
        """Whether it came out of a queue of this service, by what is noted on it.

        Anybody who can write to the lot may note another one, which we would then write to.
        """
        return parked.queue.startswith(f"{self._service}.")

    def replay(self, parked: ParkedMessage) -> None:
        """Gives the message back to its queue with all attempts before it, by the shortest delay.

        A crash in the middle leaves it in both places: its handler knows repetitions. Raises
        ValueError for what is not ours.
        """
        if not self.is_ours(parked):
            raise ValueError(f"{parked.queue} is no queue of {self._service}")
        copy = again(parked.message, {}, own=self._own)
        copy.properties["user_id"] = self._own
        for name in (ATTEMPTS_HEADER, ERROR_HEADER, REASON_HEADER, QUEUE_HEADER, PARKED_AT_HEADER):
            copy.headers.pop(name, None)
        self._channel.basic_publish(
            copy,
            exchange=delay_names(self._service)[0],
            routing_key=parked.queue,
            confirm_timeout=IO_SECONDS,
        )
        self._channel.basic_ack(parked.message.delivery_tag)

    def discard(self, parked: ParkedMessage) -> None:
        """Deletes the message from the lot."""
        self._channel.basic_ack(parked.message.delivery_tag)
