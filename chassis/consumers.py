"""Taking events: the `reaction` and `replica` entrypoints and the connection behind them.

    @reaction(membership.PURCHASE_FULFILLED)
    def on_purchase_fulfilled(self, event, ctx): ...

A *reaction* has its effect once per event, because its one unit of work notes the message; order
does not matter to it. A *replica* stores the newest full state by `aggregateversion`. What becomes
of one message is in `chassis.delivery`, what becomes of one queue in `chassis.subscription`.
"""

import functools
import time
from collections.abc import Callable
from typing import Any

import amqp
import structlog
from nameko.extensions import Entrypoint, SharedExtension, register_entrypoint
from prometheus_client import Gauge

from chassis.amqp_link import BrokerUnavailable, Link, ask_depth, open_channel
from chassis.amqp_publisher import Confirmation, ConfirmChannel
from chassis.delivery import Delivery
from chassis.dispatch import Dispatcher
from chassis.event_wire import UNROUTED, consumer_queue, parking_name
from chassis.platform import Platform
from chassis.subscription import Subscription
from contracts.records import Event

log = structlog.get_logger()

PREFETCH = 10
DEPTH_EVERY_SECONDS = 15.0

READY = Gauge("coterie_queue_messages", "Messages ready in a queue", ["queue"])


class Consumers(SharedExtension):
    """The container's subscriptions, on one connection with a channel for each.

    A queue that does not answer when it is to be consumed would take that connection down with all
    other queues: from then on it has a connection of its own.
    """

    def __init__(self) -> None:
        # Here and not in `setup`: nameko sets extensions up in any order.
        self._entrypoints: list[EventEntrypoint] = []

    def setup(self) -> None:
        self._platform: Platform = self.container.config["platform"]
        self._dispatcher = Dispatcher(self.container)
        self._together: list[Subscription[Delivery]] = []
        self._apart: dict[Subscription[Delivery], Link] = {}
        self._publisher: ConfirmChannel | None = None
        self._depth: amqp.Channel | None = None
        self._depth_due = 0.0
        self._link = Link(
            self._platform.settings.amqp_url,
            f"{self._platform.service}:consumers",
            on_open=self._open,
            on_lost=self._lost,
            on_tick=self._tick,
        )
        self._platform.watch(self._link)
        self._platform.readiness.append(self._problems)

    def register(self, entrypoint: "EventEntrypoint") -> None:
        """A handler of this container."""
        self._entrypoints.append(entrypoint)

    def start(self) -> None:
        # Together no more deliveries than workers, so that no queue can starve another (M-17).
        share = self.container.max_workers // max(1, len(self._entrypoints))
        prefetch = max(1, min(PREFETCH, share))
        self._together = [self._subscription(each, prefetch) for each in self._entrypoints]
        self._dispatcher.start()
        self._link.start()

    def stop_consuming(self) -> None:
        """Takes no more messages; those at work are finished, those that wait go back."""
        self._dispatcher.stop()
        for subscription in self._subscriptions:
            subscription.stop()

    def stop(self) -> None:
        # After all workers have ended: their acks go out before the connection ends.
        for link in (self._link, *self._apart.values()):
            link.close()

    kill = stop

    @property
    def _subscriptions(self) -> list[Subscription[Delivery]]:
        return [*self._together, *self._apart]

    def _problems(self) -> list[str]:
        return [
            f"{subscription.queue} is not consumed: {subscription.problem}"
            for subscription in self._subscriptions
            if not subscription.consuming
        ]

    def _subscription(self, entrypoint: "EventEntrypoint", prefetch: int) -> Subscription[Delivery]:
        def receive(message: amqp.Message) -> Delivery:
            return Delivery(
                self._platform.service,
                entrypoint.events,
                message,
                subscription=subscription,
                send=self._send,
            )

        def handle(delivery: Delivery) -> None:
            self._dispatcher.put(entrypoint, delivery, delivery.finished)

        subscription = Subscription(
            entrypoint.queue, prefetch=prefetch, receive=receive, handle=handle
        )
        return subscription

    def _send(self, message: amqp.Message, exchange: str, routing_key: str) -> Confirmation:
        """Publishes with confirm; raises BrokerUnavailable."""
        if self._publisher is None:
            raise BrokerUnavailable("no connection to the broker")
        return self._publisher.send(message, exchange=exchange, routing_key=routing_key)

    def _open(self, connection: amqp.Connection) -> None:
        self._publisher = ConfirmChannel(connection)
        for subscription in self._together:
            subscription.open(connection)

    def _lost(self, error: Exception) -> None:
        for subscription in self._together:
            subscription.lost()
        self._depth = None
        if self._publisher is not None:
            self._publisher.lost(error)
            self._publisher = None

    def _tick(self, connection: amqp.Connection) -> None:
        silent = [each for each in self._together if not each.tick(connection)]
        for subscription in silent:
            self._separate(subscription)
        if silent:
            # The broker would end it half a minute later, without a word about why.
            self._link.drop(f"no answer about {', '.join(each.queue for each in silent)}")
        else:
            self._measure(connection)

    def _separate(self, subscription: Subscription[Delivery]) -> None:
        def tick(connection: amqp.Connection) -> None:
            if not subscription.tick(connection):
                link.drop(f"no answer about {subscription.queue}")

        link = Link(
            self._platform.settings.amqp_url,
            f"{self._platform.service}:consumers:{subscription.queue}",
            on_open=subscription.open,
            on_lost=lambda error: subscription.lost(),
            on_tick=tick,
        )
        subscription.lost()
        self._together.remove(subscription)
        self._apart[subscription] = link
        link.start()

    def _measure(self, connection: amqp.Connection) -> None:
        """How much waits in our queues, in the parking lot, and unroutable (M-28)."""
        if time.monotonic() < self._depth_due:
            return
        self._depth_due = time.monotonic() + DEPTH_EVERY_SECONDS
        if self._depth is None:
            self._depth = open_channel(connection)
            self._depth.on_closed = self._depth_closed
        there = [each.queue for each in self._subscriptions if each.consuming]
        for queue in (*there, parking_name(self._platform.service), UNROUTED):
            ask_depth(self._depth, queue, lambda name, ready, _: READY.labels(name).set(ready))

    def _depth_closed(self, error: Exception) -> None:
        log.warning("depth_unknown", error=str(error)[:300])
        self._depth = None


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
