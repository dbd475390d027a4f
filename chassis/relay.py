"""Commits to broker: one owner at a time publishes what is pending, in two lanes (M-18, M-19).

The own lane publishes to the exchange of the service, the outside lane to that of integrators; each
has its own mark in the commits, its own connection and its own pace, so that a queue of somebody
outside is never in the way of ours (`chassis.relay_lane`). A change stream only wakes them up; a
poll is the truth. A crash, or an owner that was stopped past its lease, repeats messages, never
loses one: consumers know repetitions by event id and by `aggregateversion`.
"""

import time
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
from chassis.commit_updates import CommitUpdates
from chassis.commits import COMMITS, LANES, OWN
from chassis.leases import Lease
from chassis.mongo import Document
from chassis.platform import Platform
from chassis.relay_lane import Lane

log = structlog.get_logger()

LEASE_SECONDS = 5.0
POLL_SECONDS = 1.0
CLEAR_EVERY_SECONDS = 600.0

OWNER = Gauge("coterie_relay_owner", "1 while this process owns the outbox")


class Relay(DependencyProvider):
    """Runs beside a service's jobs (see `chassis.process`)."""

    def setup(self) -> None:
        platform: Platform = self.container.config["platform"]
        self._database = platform.database
        self._lease = Lease(platform.database, "relay", seconds=LEASE_SECONDS)
        self._lanes: list[Lane] = []
        self._awake: dict[str, Event] = {}
        self._links: dict[str, Link] = {}
        for name in LANES:
            self._add_lane(platform, name)
        self._connected_at = time.monotonic()
        self._stopping = False

    def _add_lane(self, platform: Platform, name: str) -> None:
        lane = Lane(name, platform.database, self._lease, is_blocked=lambda: link.blocked)
        link = Link(
            platform.settings.amqp_url,
            f"{platform.service}:relay-{name}",
            on_open=partial(self._open, lane),
            on_lost=lane.disconnected,
        )
        self._lanes.append(lane)
        self._links[name], self._awake[name] = link, Event()
        platform.watch(link)

    def start(self) -> None:
        for link in self._links.values():
            link.start()
        spawn = self.container.spawn_managed_thread
        self._loops = [spawn(partial(self._run, lane), lane.name) for lane in self._lanes]
        self._helpers = [spawn(work, "relay") for work in (self._keep, self._watch, self._clear)]

    def stop(self) -> None:
        """Ends after the batch at hand, and gives the lease to whoever waits for it."""
        self._stopping = True
        self._wake()
        for loop in self._loops:
            loop.wait()
        for helper in self._helpers:
            helper.kill()
        self._release()
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
                pause = POLL_SECONDS
            except PyMongoError as error:
                log.warning("commits_unreachable", lane=lane.name, error=str(error)[:300])
                pause = POLL_SECONDS
            if pause and not self._stopping:
                with eventlet.Timeout(min(pause, POLL_SECONDS), False):
                    awake.wait()

    # ── What keeps it going ─────────────────────────────────────────────────────────────────────

    def _keep(self) -> None:
        """Holds the lease while this process can publish; a healthy standby takes over from one
        that cannot."""
        while True:
            if self._links[OWN].up:
                self._connected_at = time.monotonic()
            held = self._lease.held
            if time.monotonic() - self._connected_at > LEASE_SECONDS:
                self._release()
            else:
                try:
                    self._lease.acquire()
                except PyMongoError as error:
                    log.warning("lease_unreachable", error=str(error)[:300])
            OWNER.set(int(self._lease.held))
            if self._lease.held and not held:
                log.info("relay_owner", fencing=self._lease.token)
                for lane in self._lanes:
                    lane.took_over()
                self._wake()
            eventlet.sleep(LEASE_SECONDS / 3)

    def _release(self) -> None:
        try:
            self._lease.release()
        except PyMongoError as error:
            log.warning("lease_not_released", error=str(error)[:300])

    def _watch(self) -> None:
        """Wakes the lanes when a commit has something for them."""
        inserted: list[Document] = [
            {"$match": {"operationType": "insert", "fullDocument.events.id": {"$exists": True}}},
            {"$project": {"_id": 1}},
        ]
        while True:
            if not self._lease.held:
                eventlet.sleep(POLL_SECONDS)
                continue
            try:
                commits = self._database[COMMITS.name]
                with commits.watch(inserted, max_await_time_ms=1000) as stream:
                    self._wake()
                    self._wake_on(stream)
            except PyMongoError as error:
                log.warning("commits_not_watched", error=str(error)[:300])
                eventlet.sleep(POLL_SECONDS)

    def _wake_on(self, stream: Any) -> None:
        while stream.alive and self._lease.held:
            if stream.try_next() is not None:
                self._wake()

    def _clear(self) -> None:
        """Takes what had its time out of the commits."""
        updates = CommitUpdates(self._database)
        while True:
            eventlet.sleep(CLEAR_EVERY_SECONDS)
            try:
                while self._lease.held and updates.clear():
                    eventlet.sleep(0.1)
            except PyMongoError as error:
                log.warning("commits_not_cleared", error=str(error)[:300])

    def _wake(self) -> None:
        for awake in self._awake.values():
            if not awake.ready():
                awake.send(None)

    def _open(self, lane: Lane, connection: amqp.Connection) -> None:
        lane.connected(ConfirmChannel(connection))
        self._wake()
