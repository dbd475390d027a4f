"""One message for one handler, from its delivery until it is acknowledged.

A message is acknowledged after its handler ended well, or after the broker confirmed that it keeps
it in a delay queue or in the parking lot. An exception never equals an ack (M-10, M-11), but for
the two that say that nothing is to be done: AlreadyHandled and Ignored. An event that its own
service did not send is parked before anybody looks into it (`chassis.senders`).
"""

import time
from collections.abc import Callable, Collection
from typing import Any

import amqp
import structlog
from prometheus_client import Counter, Histogram

from chassis import crash
from chassis.amqp_link import BrokerUnavailable, acknowledge
from chassis.amqp_publisher import CONFIRM_SECONDS, Confirmation, Refused
from chassis.clock import real_now
from chassis.context import Context
from chassis.event_wire import (
    ATTEMPTS_HEADER,
    ERROR_HEADER,
    again,
    attempts_of,
    delay_name,
    parked,
    parking_name,
    read_event,
    sender_of,
)
from chassis.failures import as_domain_error
from chassis.retries import TRIES_AT_ONCE, Park, fate
from chassis.senders import Senders
from chassis.subscription import Subscription
from chassis.uow import AlreadyHandled
from contracts.envelope import CloudEvent, UnreadableEvent
from contracts.errors import DomainError, Kind
from contracts.records import Event

log = structlog.get_logger()

Handler = Callable[[CloudEvent, Context], None]

HANDLED = Counter(
    "coterie_events_handled", "Deliveries by what became of them", ["queue", "outcome"]
)
FOREIGN = Counter(
    "coterie_events_foreign", "Messages that were not sent by the service whose event", ["queue"]
)
HELD_UP = Counter(
    "coterie_events_held_up",
    "Delays of messages that wait for somebody away",
    ["queue"],
)
SECONDS = Histogram(
    "coterie_event_handling_seconds",
    "Duration of handling one delivery",
    ["queue"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60),
)


class Ignored(Exception):
    """Raised by a handler for an event of a kind that it has nothing to do with, or does not know.

    The message is acknowledged and counted; nothing else comes of it.
    """


class Foreign(Exception):
    """The message was not sent by the service whose event it is."""


class Delivery:
    """One message for one handler, until it is acknowledged or left to the broker."""

    def __init__(
        self,
        service: str,
        events: tuple[Event, ...],
        message: amqp.Message,
        *,
        senders: Senders,
        subscription: "Subscription[Delivery]",
        send: Callable[[amqp.Message, str, str], Confirmation],
    ) -> None:
        """`send(message, exchange, routing_key)` publishes with confirm."""
        self._service, self._events = service, events
        self._message, self._senders = message, senders
        self._subscription, self._send = subscription, send
        self._queue = subscription.queue
        self._taken_up = 0.0
        self._moving: Confirmation | None = None  # of a move that the broker has not answered

    @property
    def channel(self) -> amqp.Channel:
        """What it came by, and is acknowledged by."""
        return self._message.channel

    def handle(self, handler: Handler) -> None:
        """Runs in the worker: hands the event over and decides what becomes of the message."""
        self._taken_up = time.monotonic()
        structlog.contextvars.bind_contextvars(role="consumers", queue=self._queue)
        try:
            self._require_from({event.service for event in self._events})
            event = self._readable()
        except Foreign as problem:
            FOREIGN.labels(self._queue).inc()
            self._set_aside(f"foreign: {problem}")  # says nothing about this release
            return
        except UnreadableEvent as problem:
            self._park(f"unreadable: {problem}")
            return
        ctx = Context.for_event(self._service, self._queue, event)
        structlog.contextvars.bind_contextvars(
            request_id=ctx.request_id, trace=ctx.traceparent, event_id=event.id
        )
        crash.point("consumer.before_handler")
        try:
            self._hand_over(handler, event, ctx)
        except AlreadyHandled:
            self._acknowledge("duplicate")
        except Ignored as reason:
            log.info("event_ignored", queue=self._queue, reason=str(reason))
            self._acknowledge("ignored")
        except Exception as problem:
            self._fail(as_domain_error(problem, where=self._queue))
        else:
            self._acknowledge("handled")

    def finished(self, worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        """nameko's hook after the handler."""
        SECONDS.labels(self._queue).observe(time.monotonic() - self._taken_up)
        if exc_info is not None:
            log.error("delivery_failed", queue=self._queue, exc_info=exc_info)
            self._subscription.keep(self, "a defect in the chassis; see the log")
        return result, None

    def _require_from(self, services: Collection[str]) -> None:
        """Raises Foreign unless one of these sent it."""
        user = sender_of(self._message, self._senders.own)
        if self._senders.name(user) not in services:
            raise Foreign(f"sent by {user or 'nobody'}, not by {' or '.join(sorted(services))}")

    def _readable(self) -> CloudEvent:
        event = read_event(self._message)
        if event.event not in self._events:
            raise UnreadableEvent(f"type {event.event.type} is not for this queue")
        self._require_from({event.event.service})
        return event

    def _hand_over(self, handler: Handler, event: CloudEvent, ctx: Context) -> None:
        for left in reversed(range(TRIES_AT_ONCE)):
            try:
                return handler(event, ctx)
            except DomainError as error:
                if error.kind is not Kind.CONFLICT or left == 0:
                    raise

    def _fail(self, error: DomainError) -> None:
        what = fate(error, attempts_of(self._message))
        if isinstance(what, Park):
            self._park(what.reason)
            return
        log.warning("event_delayed", delay=what.step, attempts=what.attempts, error=str(error))
        if what.held_up:
            HELD_UP.labels(self._queue).inc()
            since = (self._message.headers or {}).get("cloudEvents_time")
            log.error("event_held_up", queue=self._queue, event_time=since, error=str(error))
        copy = again(
            self._message,
            {ATTEMPTS_HEADER: what.attempts, ERROR_HEADER: str(error)[:500]},
            own=self._senders.own,
        )
        self._move(copy, delay_name(self._service, what.step), "delayed")

    def _park(self, reason: str) -> None:
        if self._subscription.keeps_from_parking(self, reason):
            HANDLED.labels(self._queue, "held_back").inc()
            return
        self._set_aside(reason)

    def _set_aside(self, reason: str) -> None:
        log.error("event_parked", queue=self._queue, reason=reason)
        own = self._senders.own
        copy = parked(self._message, queue=self._queue, reason=reason, at=real_now(), own=own)
        self._move(copy, parking_name(self._service), "parked")

    def _move(self, copy: amqp.Message, exchange: str, outcome: str) -> None:
        """Puts the message elsewhere, and acknowledges it only when the broker keeps it there."""
        try:
            if self._moving is None:  # else the broker may take that copy yet: no second one
                self._moving = self._send(copy, exchange, self._queue)
            self._moving.wait(CONFIRM_SECONDS)
        except (Refused, BrokerUnavailable) as problem:
            if self._moving is not None and self._moving.settled:
                self._moving = None
            log.warning("event_not_moved", to=exchange, problem=str(problem))
            HANDLED.labels(self._queue, "not_moved").inc()
            self._subscription.keep(self, f"{exchange} takes no messages: {problem}")
            return
        self._acknowledge(outcome)

    def _acknowledge(self, outcome: str) -> None:
        crash.point("consumer.before_ack")
        acknowledge(self._message)
        HANDLED.labels(self._queue, outcome).inc()
        self._subscription.done(self, good=outcome in ("handled", "duplicate", "ignored"))
