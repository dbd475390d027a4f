"""Taking events: a role's reactions and replicas (nameko) and the connection behind them.

    REACTIONS: Reactions[Membership] = {payments.ORDER_PAID: lambda app: app.purchases.fulfil}
    consumers_role("membership", REACTIONS)  # the nameko class, for the service's definition

A *reaction* has its effect once per event: its one `uow.run(ctx, …)` notes the message and knows a
repeated delivery by it, or what it inserts is unique by the event (`mongo.insert_missing`). Order
does not matter to it. A *replica* stores the newest full state by `aggregateversion` and ignores
the rest. What becomes of one message is in `chassis.delivery`, what becomes of one queue in
`chassis.subscription`.
"""

import functools
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import amqp
import structlog
from nameko.extensions import Entrypoint, SharedExtension
from prometheus_client import Gauge

from chassis.amqp_link import BrokerUnavailable, Link, ask_depth, open_channel
from chassis.amqp_publisher import Confirmation, ConfirmChannel
from chassis.app import Serve, role_class
from chassis.delivery import FOREIGN, HELD_UP, Delivery, Handler
from chassis.dispatch import Dispatcher
from chassis.event_wire import UNROUTED, consumer_queue, parking_name
from chassis.platform import Platform
from chassis.senders import Senders
from chassis.subscription import Subscription
from contracts.records import Event

log = structlog.get_logger()

PREFETCH = 10
DEPTH_EVERY_SECONDS = 15.0


@dataclass(frozen=True)
class Queue:
    """One queue for several events; it is called `<service>.<name>`."""

    name: str
    events: tuple[Event, ...]


A = TypeVar("A")  # what the service's `build(platform)` returns
# An event alone has the queue `<service>.on_<event>`.
Reactions = Mapping[Event | Queue, Callable[[A], Handler]]
Replicas = Mapping[Event | Queue, Callable[[A], Handler]]

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
        self._platform: Platform[Any] = self.container.config["platform"]
        self._dispatcher = Dispatcher(self.container)
        self._senders = Senders.around(self._platform.settings.amqp_url, self._platform.service)
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
                senders=self._senders,
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
    """Fires with each Delivery of these events; its queue is `<service>.<method>`."""

    consumers = Consumers()

    def __init__(self, events: tuple[Event, ...]) -> None:
        super().__init__()
        self.events = events

    @property
    def queue(self) -> str:
        return consumer_queue(self.container.config["platform"].service, self.method_name)

    def setup(self) -> None:
        self.consumers.register(self)
        for counter in (FOREIGN, HELD_UP):
            counter.labels(self.queue)  # shown as 0, so that an alert sees the first as growth

    def stop(self) -> None:
        self.consumers.stop_consuming()


def consumers_role(
    service: str, reactions: Reactions[A], replicas: Replicas[A] | None = None
) -> type:
    """The nameko class that takes these events; raises ValueError for a queue in both tables."""
    return role_class(service, "consumers", [*_methods(reactions), *_methods(replicas or {})])


def _methods(handlers: Reactions[A]) -> Iterable[tuple[str, Entrypoint, Serve]]:
    for taken, handler_of in handlers.items():
        queue = Queue(f"on_{taken.name}", (taken,)) if isinstance(taken, Event) else taken
        yield queue.name, EventEntrypoint(queue.events), functools.partial(_consume, handler_of)


def _consume(handler_of: Callable[[A], Handler], app: A, delivery: Delivery) -> None:
    delivery.handle(handler_of(app))
