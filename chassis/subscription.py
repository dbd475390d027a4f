"""Taking from one queue, apart from all others: what is wrong with it pauses it and nothing else.

A subscription is paused, and tried again after a growing pause, when
- the broker does not let it consume: the queue is not there, or has no leader;
- a message cannot be moved on, because a delay queue or the parking lot takes none (*stuck*);
- too many messages in a row would be parked (*failing*): then this release is bad and not the
  messages, so they stay in the queue, but for one that is tried with each pause.

While it is paused, messages that were delivered already are kept here, unacknowledged. They are
handled again afterwards; giving them back would count as a delivery each time, and after twenty of
those the broker parks a message by itself.
"""

import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

import amqp
import structlog
from prometheus_client import Gauge

from chassis.amqp_link import cancel, consume, open_channel

log = structlog.get_logger()

FIRST_PAUSE = {"refused": 1.0, "stuck": 10.0, "failing": 10.0}
LONGEST_PAUSE = {"refused": 60.0, "stuck": 60.0, "failing": 300.0}
# A queue without a leader never answers; RabbitMQ ends the whole connection after 65 s of that.
ANSWER_SECONDS = 15.0
PARKED_IN_A_ROW, WITHIN_SECONDS = 20, 600.0

PAUSED = Gauge("coterie_consumer_paused", "1 while a queue is not taken from", ["queue"])


class State(StrEnum):
    """What a subscription does; the last three are pauses."""

    STARTING = "starting"
    CONSUMING = "consuming"
    REFUSED = "refused"
    STUCK = "stuck"
    FAILING = "failing"


class Delivery(Protocol):
    """A message that was delivered and is not acknowledged yet."""

    @property
    def channel(self) -> amqp.Channel: ...


D = TypeVar("D", bound=Delivery)


class Subscription(Generic[D]):
    """One queue's consumer.

    `receive(message)` makes a delivery, `handle(delivery)` hands it to a worker, now or again.
    """

    def __init__(
        self,
        queue: str,
        *,
        prefetch: int,
        receive: Callable[[amqp.Message], D],
        handle: Callable[[D], None],
    ) -> None:
        self.queue = queue
        self._prefetch, self._receive, self._handle = prefetch, receive, handle
        self._channel: amqp.Channel | None = None
        self._state = State.STARTING
        self._reason = "starting"
        self._pause = 0.0
        self._due = 0.0  # when a paused one is tried again (monotonic)
        self._asked_at: float | None = None  # since when the broker owes an answer
        self._stopped = False
        self._active = False  # whether the broker has, or was asked for, a consumer
        self._tried: D | None = None  # by whose outcome the pause ends or grows
        self._kept: deque[D] = deque()
        self._parked: deque[float] = deque(maxlen=PARKED_IN_A_ROW)  # times since one went well
        PAUSED.labels(queue).set(0)

    @property
    def consuming(self) -> bool:
        """Whether messages come as they should."""
        return self._state is State.CONSUMING

    @property
    def problem(self) -> str | None:
        """Why they do not."""
        return None if self.consuming else self._reason

    # ── its connection, told by the reader ──────────────────────────────────────────────────────

    def open(self, connection: amqp.Connection) -> None:
        """A new connection; a pause goes on."""
        self._open_channel(connection)
        if self._state is State.STARTING:
            self._consume(self._prefetch)

    def lost(self) -> None:
        """The connection is gone, and the broker delivers all that was unacknowledged again."""
        self._forget_channel()
        if self._state is State.CONSUMING:
            self._state, self._reason = State.STARTING, "starting"

    def tick(self, connection: amqp.Connection) -> bool:
        """Tries again what is due; False when the broker gave no answer on this connection."""
        now = time.monotonic()
        if connection.blocked:  # it reads nothing, so no answer is owed
            self._asked_at = None if self._asked_at is None else now
            return True
        if self._asked_at is not None and now - self._asked_at > ANSWER_SECONDS:
            self._stop(State.REFUSED, "the broker does not answer; has the queue a leader?")
            return False
        if self._due <= now and not self._active and self._tried is None:
            self._try_again(connection)
        return True

    def stop(self) -> None:
        """Takes no more messages."""
        self._stopped = True
        if self._channel is not None and self._active:
            cancel(self._channel, self.queue)

    # ── what became of deliveries, told by workers ──────────────────────────────────────────────

    def done(self, delivery: D, *, good: bool) -> None:
        """It is acknowledged; `good` when this release could handle it."""
        if delivery.channel is not self._channel:
            return
        if good:
            self._parked.clear()
        tried = delivery is self._tried
        if (self._state is State.FAILING and good) or (self._state is State.STUCK and tried):
            self._go_on()
        elif tried:
            self._put_off()

    def keep(self, delivery: D, reason: str) -> None:
        """It could not be moved on: it waits here, and nothing more is taken meanwhile."""
        self._keep(delivery, State.STUCK, reason)

    def keeps_from_parking(self, delivery: D, reason: str) -> bool:
        """Whether it must wait here, because too many before it were parked; else it counts."""
        row, now = self._parked, time.monotonic()
        full = len(row) == PARKED_IN_A_ROW and row[0] > now - WITHIN_SECONDS
        if delivery is self._tried or not (full or self._state is State.FAILING):
            row.append(now)
            return False
        self._keep(delivery, State.FAILING, f"{PARKED_IN_A_ROW} messages in a row fail: {reason}")
        return True

    def _keep(self, delivery: D, state: State, reason: str) -> None:
        if delivery.channel is not self._channel:
            return  # it is delivered again by itself
        self._kept.append(delivery)
        if delivery is self._tried:
            self._put_off()
        elif self._state not in (State.STUCK, State.FAILING):
            self._stop(state, reason)

    # ── pausing and going on ────────────────────────────────────────────────────────────────────

    def _stop(self, state: State, reason: str) -> None:
        if state is not self._state:
            log.error("consumer_paused", queue=self.queue, why=state, reason=reason)
        self._state, self._reason = state, reason[:300]
        PAUSED.labels(self.queue).set(1)
        self._put_off()

    def _put_off(self) -> None:
        """Takes nothing until the next, longer pause is over."""
        self._cancel()
        self._tried = None
        longest = LONGEST_PAUSE[self._state]
        self._pause = min(max(FIRST_PAUSE[self._state], 2 * self._pause), longest)
        self._due = time.monotonic() + self._pause

    def _try_again(self, connection: amqp.Connection) -> None:
        if self._channel is None:
            self._open_channel(connection)
        if self._kept:
            self._tried = self._kept.popleft()
            self._handle(self._tried)
        else:
            self._consume(1 if self._state is State.FAILING else self._prefetch)

    def _go_on(self) -> None:
        self._tried = None
        self._state, self._reason = State.STARTING, "starting"
        kept, self._kept = self._kept, deque()
        for delivery in kept:
            self._handle(delivery)
        self._consume(self._prefetch)

    def _started(self, tag: str) -> None:
        if not self._active:  # cancelled meanwhile
            return
        self._asked_at = None
        if self._state is State.FAILING:  # the next message decides
            return
        if self._pause:
            log.info("consumer_goes_on", queue=self.queue)
        self._state, self._pause = State.CONSUMING, 0.0
        PAUSED.labels(self.queue).set(0)

    def _on_message(self, message: amqp.Message) -> None:
        delivery = self._receive(message)
        if self._state is State.FAILING and self._active:
            self._cancel()
            self._tried = delivery
        self._handle(delivery)

    # ── the channel ─────────────────────────────────────────────────────────────────────────────

    def _open_channel(self, connection: amqp.Connection) -> None:
        channel = open_channel(connection)
        channel.on_closed = self._closed
        self._channel = channel

    def _closed(self, error: Exception) -> None:
        self._forget_channel()
        self._stop(State.REFUSED, f"{type(error).__name__}: {error}")

    def _cancelled(self, tag: str) -> None:
        self._active = False
        self._stop(State.REFUSED, "the broker cancelled the consumer; is the queue deleted?")

    def _forget_channel(self) -> None:
        self._channel, self._asked_at, self._active, self._tried = None, None, False, None
        self._kept.clear()

    def _consume(self, prefetch: int) -> None:
        if self._channel is None or self._stopped:
            return
        self._cancel()
        self._active, self._asked_at = True, time.monotonic()
        consume(
            self._channel,
            self.queue,
            prefetch=prefetch,
            on_message=self._on_message,
            on_started=self._started,
            on_cancelled=self._cancelled,
        )

    def _cancel(self) -> None:
        if self._channel is not None and self._active:
            cancel(self._channel, self.queue)
        self._active, self._asked_at = False, None
