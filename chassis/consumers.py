"""Taking events: the `reaction` and `replica` entrypoints and the connection behind them.

    @reaction(membership.PURCHASE_FULFILLED)
    def on_purchase_fulfilled(self, event, ctx): ...

A *reaction* has its effect once per event, because its one unit of work notes the message; order
does not matter to it. A *replica* stores the newest full state by `aggregateversion`. Either way: a
message is acknowledged after its handler ended well, or after the broker confirmed that it keeps it
in a delay queue or in the parking lot. An exception never equals an ack (M-10, M-11).
"""

import functools
import time
from collections.abc import Callable
from typing import Any

import amqp
import structlog
from nameko.extensions import Entrypoint, SharedExtension, register_entrypoint
from prometheus_client import Counter, Gauge, Histogram

from chassis import crash
from chassis.amqp_link import BrokerUnavailable, Link, acknowledge, cancel, open_channel
from chassis.amqp_publisher import ConfirmChannel, Refused
from chassis.clock import real_now
from chassis.context import Context
from chassis.dispatch import Dispatcher
from chassis.event_wire import (
    ATTEMPTS_HEADER,
    ERROR_HEADER,
    UNROUTED,
    again,
    attempts_of,
    consumer_queue,
    delay_name,
    parked,
    parking_name,
    read_event,
)
from chassis.failures import as_domain_error
from chassis.platform import Platform
from chassis.retries import TRIES_AT_ONCE, Park, fate
from chassis.uow import AlreadyHandled
from contracts.envelope import CloudEvent, UnreadableEvent
from contracts.errors import DomainError, Kind
from contracts.records import Event

log = structlog.get_logger()

Handler = Callable[[CloudEvent, Context], None]

PREFETCH = 10
DEPTH_EVERY_SECONDS = 15.0

HANDLED = Counter(
    "coterie_events_handled", "Deliveries by what became of them", ["queue", "outcome"]
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
READY = Gauge("coterie_queue_messages", "Messages ready in a queue", ["queue"])


class Delivery:
    """One message for one handler, until it is acknowledged or left to the broker."""

    def __init__(
        self, consumers: "Consumers", entrypoint: "EventEntrypoint", message: amqp.Message
    ):
        self._consumers = consumers
        self._entrypoint = entrypoint
        self._message = message
        self._queue = entrypoint.queue
        self._taken_up = 0.0

    def handle(self, handler: Handler) -> None:
        """Runs in the worker: hands the event over and decides what becomes of the message."""
        self._taken_up = time.monotonic()
        structlog.contextvars.bind_contextvars(role="consumers", queue=self._queue)
        try:
            event = self._readable()
        except UnreadableEvent as problem:
            self._park(f"unreadable: {problem}")
            return
        service = self._consumers.platform.service
        ctx = Context.for_event(service, self._queue, event)
        structlog.contextvars.bind_contextvars(
            request_id=ctx.request_id, trace=ctx.traceparent, event_id=event.id
        )
        crash.point("consumer.before_handler")
        try:
            self._hand_over(handler, event, ctx)
        except AlreadyHandled:
            self._acknowledge("duplicate")
        except Exception as problem:
            self._fail(as_domain_error(problem, where=self._queue))
        else:
            self._acknowledge("handled")

    def finished(self, worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        """nameko's hook after the handler."""
        SECONDS.labels(self._queue).observe(time.monotonic() - self._taken_up)
        if exc_info is not None:  # a defect in this file: the message stays with the broker
            log.error("delivery_failed", queue=self._queue, exc_info=exc_info)
        return result, None

    def _readable(self) -> CloudEvent:
        event = read_event(self._message)
        if event.event not in self._entrypoint.events:
            raise UnreadableEvent(f"type {event.event.type} is not for this queue")
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
            log.error("event_held_up", queue=self._queue, told_at=since, error=str(error))
        copy = again(
            self._message, {ATTEMPTS_HEADER: what.attempts, ERROR_HEADER: str(error)[:500]}
        )
        self._move(copy, delay_name(self._consumers.platform.service, what.step), "delayed")

    def _park(self, reason: str) -> None:
        log.error("event_parked", queue=self._queue, reason=reason)
        copy = parked(self._message, queue=self._queue, reason=reason, at=real_now())
        self._move(copy, parking_name(self._consumers.platform.service), "parked")

    def _move(self, copy: amqp.Message, exchange: str, outcome: str) -> None:
        """Puts the message elsewhere, and acknowledges it only when the broker keeps it there."""
        try:
            self._consumers.publish(copy, exchange, self._queue)
        except (Refused, BrokerUnavailable) as problem:
            # Unacknowledged, it is delivered again when the connection ends.
            log.warning("event_not_moved", to=exchange, problem=str(problem))
            HANDLED.labels(self._queue, "not_moved").inc()
            self._consumers.start_over(f"cannot publish to {exchange}")
            return
        self._acknowledge(outcome)

    def _acknowledge(self, outcome: str) -> None:
        crash.point("consumer.before_ack")
        acknowledge(self._message)
        HANDLED.labels(self._queue, outcome).inc()


class Consumers(SharedExtension):
    """The container's connection for events: a channel with its own prefetch for each queue."""

    def __init__(self) -> None:
        # Here and not in `setup`: nameko sets extensions up in any order.
        self._entrypoints: list[EventEntrypoint] = []

    def setup(self) -> None:
        self.platform: Platform = self.container.config["platform"]
        self._dispatcher = Dispatcher(self.container)
        self._consuming: list[tuple[amqp.Channel, str]] = []
        self._publisher: ConfirmChannel | None = None
        self._depth: amqp.Channel | None = None
        self._depth_due = 0.0
        self._link = Link(
            self.platform.settings.amqp_url,
            f"{self.platform.service}:consumers",
            on_open=self._open,
            on_lost=self._lost,
            on_tick=self._measure,
        )
        self.platform.watch(self._link)

    def register(self, entrypoint: "EventEntrypoint") -> None:
        """A handler of this container."""
        self._entrypoints.append(entrypoint)

    def start(self) -> None:
        self._dispatcher.start()
        self._link.start()

    def stop_consuming(self) -> None:
        """Takes no more messages; those at work are finished, those that wait go back."""
        self._dispatcher.stop()
        for channel, queue in self._consuming:
            cancel(channel, queue)

    def stop(self) -> None:
        # After all workers have ended: their acks go out before the connection ends.
        self._link.close()

    kill = stop

    def publish(self, message: amqp.Message, exchange: str, routing_key: str) -> None:
        """Publishes with confirm; raises Refused or BrokerUnavailable."""
        if self._publisher is None:
            raise BrokerUnavailable("no connection to the broker")
        self._publisher.publish(message, exchange=exchange, routing_key=routing_key)

    def start_over(self, reason: str) -> None:
        """Leaves all unacknowledged messages to the broker and connects anew."""
        self._link.drop(reason)

    def _open(self, connection: amqp.Connection) -> None:
        self._publisher = ConfirmChannel(connection)
        self._depth = open_channel(connection)
        self._consuming = []
        # Together no more deliveries than workers, so that no queue can starve another (M-17).
        share = self.container.max_workers // max(1, len(self._entrypoints))
        for entrypoint in self._entrypoints:
            channel = open_channel(connection)
            channel.basic_qos(0, max(1, min(PREFETCH, share)), False)
            channel.basic_consume(
                entrypoint.queue,
                consumer_tag=entrypoint.queue,
                callback=functools.partial(self._on_message, entrypoint),
            )
            self._consuming.append((channel, entrypoint.queue))

    def _lost(self, error: Exception) -> None:
        if self._publisher is not None:
            self._publisher.lost(error)
            self._publisher = None

    def _on_message(self, entrypoint: "EventEntrypoint", message: amqp.Message) -> None:
        delivery = Delivery(self, entrypoint, message)
        self._dispatcher.put(entrypoint, delivery, delivery.finished)

    def _measure(self, connection: amqp.Connection) -> None:
        """How much waits in our queues, in the parking lot, and unroutable (M-28).

        Asked by the reader. A passive declaration needs no rights.
        """
        if time.monotonic() < self._depth_due or self._depth is None:
            return
        self._depth_due = time.monotonic() + DEPTH_EVERY_SECONDS
        queues = [entrypoint.queue for entrypoint in self._entrypoints]
        for queue in (*queues, parking_name(self.platform.service), UNROUTED):
            declared = self._depth.queue_declare(queue, passive=True)
            READY.labels(queue).set(declared.message_count)


class EventEntrypoint(Entrypoint):
    """Binds event records to the method it decorates; its queue is `<service>.<method>`."""

    consumers = Consumers()

    def __init__(self, kind: str, events: tuple[Event, ...]) -> None:
        super().__init__()
        self.kind = kind
        self.events = events

    @property
    def queue(self) -> str:
        return consumer_queue(self.container.config["platform"].service, self.method_name)

    def setup(self) -> None:
        self.consumers.register(self)

    def stop(self) -> None:
        self.consumers.stop_consuming()


def reaction(*events: Event) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Marks the method `(self, event, ctx)` that reacts once to each of these events.

    It has exactly one `uow.run(ctx, …)`, which knows a repeated delivery by the inbox.
    """
    return _marked("reaction", events)


def replica(*events: Event) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Marks the method `(self, event, ctx)` that keeps a copy of another service's state.

    It applies what is newer by `aggregateversion` and ignores the rest.
    """
    return _marked("replica", events)


def _marked(
    kind: str, events: tuple[Event, ...]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    if not events:
        raise ValueError("name the events that the method takes")

    def decorate(method: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(method)
        def consume(service: Any, delivery: Delivery) -> None:
            delivery.handle(functools.partial(method, service))

        register_entrypoint(consume, EventEntrypoint(kind, events))
        return consume

    return decorate
