"""Telling what changed: the process that leads tells the versions that its change stream shows.

Told once, in batches at most ten times a second, without confirms (ADR 0069). Whatever may have
been lost on the way (the stream is a new one, a connection broke, too much waited to be told) is
told as `missed`: then whoever hears it reads again.
"""

import time
from collections.abc import Sequence
from itertools import islice
from typing import Any

import amqp
import eventlet
import structlog
from nameko.extensions import DependencyProvider

from chassis.amqp_link import BrokerUnavailable, Link, open_channel, publish
from chassis.changes import WatchedCollection
from chassis.event_wire import event_message
from chassis.ids import new_id
from chassis.platform import Platform
from chassis.rpc_wire import TRANSIENT
from contracts import envelope
from contracts.envelope import CloudEvent, source_of
from contracts.news import MOST_CHANGES
from contracts.records import EVENTS

MOST_UNTOLD = 5_000  # things, while there is no connection
GATHER_SECONDS = 0.1  # between two messages: under load one has the changes of many commits

log = structlog.get_logger()


class ChangeAnnouncer(DependencyProvider):
    """Runs beside a service's relay (see `chassis.process`)."""

    def __init__(self, watched: Sequence[WatchedCollection]) -> None:
        self._watched = watched

    def setup(self) -> None:
        platform: Platform[Any] = self.container.config["platform"]
        self._clock, self._service = platform.clock, platform.service
        self._event = EVENTS[f"coterie.{self._service}.things_changed.v1"]
        self._changed: dict[str, dict[str, Any]] = {}  # by id, in the order in which they changed
        self._missed = self._tells = False
        self._unsure = False  # something was told by this connection, and may not have arrived
        self._last = 0.0  # when something was told
        self._channel: amqp.Channel | None = None
        self._link = Link(
            platform.settings.amqp_url,
            f"{self._service}:news",
            on_open=self._open,
            on_lost=self._lost,
        )
        platform.changes.announce(self, self._watched)

    def start(self) -> None:
        self._link.start()

    def stop(self) -> None:
        self.kill()

    def kill(self) -> None:
        self._link.close()

    def changed(self, id: str, version: int, person_id: str | None) -> None:
        """A thing has this version now; does not wait."""
        if len(self._changed) >= MOST_UNTOLD:
            self.missed()
        self._changed.pop(id, None)
        self._changed[id] = {"id": id, "version": version, "person_id": person_id}
        self._tell_soon()

    def missed(self) -> None:
        """Things may have changed of which nobody knows; does not wait."""
        self._changed.clear()
        self._missed = True
        self._tell_soon()

    def _open(self, connection: amqp.Connection) -> None:
        self._channel = open_channel(connection)
        self._tell_soon()

    def _lost(self, error: Exception) -> None:
        self._channel = None
        if self._unsure:
            self._unsure = False
            self.missed()

    def _tell_soon(self) -> None:
        if self._channel is not None and not self._tells:
            self._tells = True
            wait = self._last + GATHER_SECONDS - time.monotonic()
            eventlet.spawn_after(max(0.0, wait), self._tell)

    def _tell(self) -> None:
        try:
            while self._channel is not None and (self._changed or self._missed):
                some = list(islice(self._changed.values(), MOST_CHANGES))
                missed, self._missed = self._missed, False
                for one in some:
                    del self._changed[one["id"]]
                self._publish(self._channel, some, missed)
                eventlet.sleep(GATHER_SECONDS)
        except BrokerUnavailable as problem:  # it is told with what changes next
            log.info("news_not_told", problem=str(problem))
            self._missed = True
        finally:
            self._tells = False

    def _publish(self, channel: amqp.Channel, some: list[dict[str, Any]], missed: bool) -> None:
        self._unsure, self._last = True, time.monotonic()
        last: dict[str, Any] = some[-1] if some else {"id": self._service, "version": 0}
        told = CloudEvent(
            id=new_id("evt"),
            source=source_of(self._service),
            event=self._event,
            subject=last["id"],
            time=self._clock.now(),
            aggregateversion=last["version"],
            data={"changes": some, "missed": missed},
            sequence=None,
            correlationid=new_id("req"),
            causationid=None,
            traceparent=None,
        )
        message = event_message(envelope.encode(told))
        message.properties["delivery_mode"] = TRANSIENT
        publish(channel, message, exchange=self._event.exchange, routing_key=self._event.type)
