"""What has to reach every process of a deployable at once, and is of no use later (ADR 0043).

Processes tell each other; services tell them by events, which deployment binds to that exchange.

Each process has a queue of its own, which lives as long as its connection: the only thing that a
process declares. It is bound to the deployable's live exchange. While the broker is away nothing is
told and nothing is heard; everything else goes on.
"""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

import amqp
import structlog
from prometheus_client import Counter

from chassis.amqp_link import BrokerUnavailable, Link, MessageTooLarge, open_channel, publish
from chassis.event_wire import read_event
from chassis.rpc_wire import CONTENT_TYPE, TRANSIENT
from chassis.senders import Senders
from contracts.records import EVENTS

log = structlog.get_logger()

Listener = Callable[[Any], None]

HEARD = Counter(
    "coterie_live_messages_heard_total",
    "Messages from other processes: heard, unknown (of another version), foreign (not from whose"
    " they are), malformed.",
    ["kind", "outcome"],
)


def live_exchange(name: str) -> str:
    """Where messages for every process of a deployable go."""
    return f"{name}.live"


def live_queues(name: str) -> str:
    """The pattern of the names of its processes' queues."""
    return rf"{name}\.live\."


class LiveQueue:
    """One process' queue, and its way to tell the others.

    A kind of message is its routing key, its body a JSON document; the kind that is an event's type
    is that event, of which the listener gets the data. Listeners run in the greenlet that reads the
    connection, so they only note what they hear.
    """

    def __init__(self, url: str, name: str) -> None:
        self._name, self._url = name, url
        self._id = secrets.token_hex(8)
        self._listeners: dict[str, Listener] = {}
        # Called each time that it hears again, after a time in which it did not.
        self.opened: list[Callable[[], None]] = []
        self._channel: amqp.Channel | None = None
        # Since when nothing was missed (`time.monotonic`); None while nothing is heard.
        self.heard_since: float | None = None
        self.link = Link(url, f"{name}:live", on_open=self._open, on_lost=self._lost)

    def start(self, listeners: Mapping[str, Listener]) -> None:
        """Begins to connect; every listener hears its kind of message from the other processes."""
        self._senders = Senders.around(self._url, self._name)
        self._listeners.update(listeners)
        for kind in listeners:
            for outcome in ("foreign", "malformed"):
                HEARD.labels(kind, outcome)  # shown as 0, so that an alert sees the first as growth
        self.link.start()

    def stop(self) -> None:
        """Hears and tells nothing more."""
        self.link.close()

    @property
    def up(self) -> bool:
        """Whether the others can be told something now."""
        return self._channel is not None

    def tell(self, kind: str, document: Mapping[str, Any]) -> None:
        """Tells the others, if that is possible now; nobody knows whether they hear it."""
        if self._channel is None:
            return
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        message = amqp.Message(
            body, content_type=CONTENT_TYPE, delivery_mode=TRANSIENT, app_id=self._id
        )
        try:
            publish(self._channel, message, exchange=live_exchange(self._name), routing_key=kind)
        except (BrokerUnavailable, MessageTooLarge) as problem:
            log.debug("live_message_dropped", kind=kind, problem=str(problem))

    def _open(self, connection: amqp.Connection) -> None:
        channel = open_channel(connection)
        # A new name each time: the broker may still hold the queue of a connection that broke.
        queue = f"{self._name}.live.{secrets.token_hex(8)}"
        channel.queue_declare(queue, exclusive=True, auto_delete=True)
        channel.queue_bind(queue, live_exchange(self._name))
        channel.basic_consume(queue, no_ack=True, callback=self._on_message)
        self._channel = channel
        self.heard_since = time.monotonic()
        for again in self.opened:
            again()

    def _lost(self, error: Exception) -> None:
        self._channel = self.heard_since = None

    def _on_message(self, message: amqp.Message) -> None:
        if message.properties.get("app_id") == self._id:
            return
        kind = message.delivery_info["routing_key"]
        listener = self._listeners.get(kind)
        if listener is None:
            HEARD.labels("other", "unknown").inc()
            return
        event = EVENTS.get(kind)
        sender = self._senders.name(message.properties.get("user_id"))
        if sender != (self._name if event is None else event.service):
            HEARD.labels(kind, "foreign").inc()
            return
        try:
            listener(json.loads(message.body) if event is None else read_event(message).data)
        except Exception as problem:  # whatever it is, it must not cost the connection
            HEARD.labels(kind, "malformed").inc()
            log.warning("live_message_malformed", kind=kind, problem=type(problem).__name__)
            return
        HEARD.labels(kind, "heard").inc()
