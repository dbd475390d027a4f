"""Commits to broker: the process that leads publishes what is pending, in two lanes (M-18, M-19).

The own lane publishes to the exchange of the service, the outside lane to that of integrators; each
has its own mark in the commits, its own connection and its own pace, so that a queue of somebody
outside is never in the way of ours (`chassis.relay_lane`). A change stream only wakes them up; a
poll is the truth. A crash, or an owner that was stopped past its lease, repeats messages, never
loses one: consumers know repetitions by event id and by `aggregateversion`.
"""

from functools import partial
from typing import Any

import amqp
import eventlet
import structlog
from eventlet.event import Event
from nameko.extensions import DependencyProvider
from prometheus_client import Gauge
from pymongo.errors import PyMongoError

from chassis.amqp_link import BrokerUnavailable, Link
from chassis.amqp_publisher import ConfirmChannel
from chassis.changes import INSERT, Writes
from chassis.commit_updates import CommitUpdates
from chassis.commits import COMMITS, LANES
from chassis.platform import Platform
from chassis.relay_lane import Lane

log = structlog.get_logger()

POLL_SECONDS = 10.0
AFTER_FAILURE_SECONDS = 1.0
CLEAR_EVERY_SECONDS = 600.0

OWNER = Gauge("coterie_relay_owner", "1 while this process publishes the events of its service")


class Relay(DependencyProvider):
    """Runs beside a service's jobs (see `chassis.process`)."""

    def setup(self) -> None:
        platform: Platform[Any] = self.container.config["platform"]
        self._leadership = platform.leadership
        self._updates = CommitUpdates(platform.database)
        self._lanes: list[Lane] = []
        self._awake: dict[str, Event] = {}
        self._links: dict[str, Link] = {}
        for name in LANES:
            self._add_lane(platform, name)
        self._stopping = False
        platform.leadership.on_change(self._led)

    def _add_lane(self, platform: Platform[Any], name: str) -> None:
        lane = Lane(name, platform.database, self._leadership, is_blocked=lambda: link.blocked)
        link = Link(
            platform.settings.amqp_url,
            f"{platform.service}:relay-{name}",
            on_open=partial(self._open, lane),
            on_lost=lane.disconnected,
        )
        self._lanes.append(lane)
        self._links[name], self._awake[name] = link, Event()
        platform.watch(link)
        written = Writes(COMMITS, (INSERT,), having=name)
        platform.changes.wake(partial(self._wake_lane, name), written)

    def start(self) -> None:
        for link in self._links.values():
            link.start()
        spawn = self.container.spawn_managed_thread
        self._loops = [spawn(partial(self._run, lane), lane.name) for lane in self._lanes]
        self._clearing = spawn(self._clear, "clear commits")

    def stop(self) -> None:
        """Ends after the batch at hand."""
        self._stopping = True
        self._wake()
        for loop in self._loops:
            loop.wait()
        self._clearing.kill()
        self.kill()

    def kill(self) -> None:
        for link in self._links.values():
            link.close()

    def _run(self, lane: Lane) -> None:
        while not self._stopping:
            self._awake[lane.name] = awake = Event()
            try:
                pause = lane.work()
            except BrokerUnavailable as error:
                self._links[lane.name].drop(f"relay: {error}")
                pause = AFTER_FAILURE_SECONDS
            except PyMongoError as error:
                log.warning("commits_unreachable", lane=lane.name, error=error)
                pause = AFTER_FAILURE_SECONDS
            if pause and not self._stopping:
                with eventlet.Timeout(min(pause, POLL_SECONDS), False):
                    awake.wait()

    def _clear(self) -> None:
        """Takes what had its time out of the commits."""
        while True:
            eventlet.sleep(CLEAR_EVERY_SECONDS)
            try:
                while self._leadership.held and self._updates.clear():
                    eventlet.sleep(0.1)
            except PyMongoError as error:
                log.warning("commits_not_cleared", error=error)

    # ── What wakes it ───────────────────────────────────────────────────────────────────────────

    def _led(self) -> None:
        OWNER.set(int(self._leadership.held))
        if self._leadership.held:
            for lane in self._lanes:
                lane.took_over()
        self._wake()

    def _wake(self) -> None:
        for name in LANES:
            self._wake_lane(name)

    def _wake_lane(self, name: str) -> None:
        if not self._awake[name].ready():
            self._awake[name].send(None)

    def _open(self, lane: Lane, connection: amqp.Connection) -> None:
        lane.connected(ConfirmChannel(connection))
        self._wake_lane(lane.name)
