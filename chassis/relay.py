"""Outbox to broker: one owner at a time, in order per aggregate, confirmed (M-18, M-19).

The process that leads reads pending rows, publishes them in one pipelined batch, waits for the
broker's confirms and marks what it keeps. A change stream only wakes it up; a poll is the truth. A
row that the broker refuses holds back the later rows of its own aggregate, nothing else. A crash,
or an owner that was stopped past its lease, repeats messages, never loses one: consumers know
repetitions by event id and by `aggregateversion`.
"""

import time

import amqp
import eventlet
import structlog
from eventlet.event import Event
from nameko.extensions import DependencyProvider
from prometheus_client import Counter, Gauge
from pymongo.errors import PyMongoError

from chassis import crash
from chassis.amqp_link import BrokerUnavailable, Link
from chassis.amqp_publisher import Confirmation, ConfirmChannel, wait_all
from chassis.clock import real_now
from chassis.event_wire import event_message
from chassis.mongo import Document
from chassis.outbox import OUTBOX, PENDING
from chassis.platform import Platform

log = structlog.get_logger()

BATCH = 500
BACKLOG = 8 * BATCH
BURST = 50
POLL_SECONDS = 5.0
HELD_BACK_SECONDS = 5.0

PUBLISHED = Counter("coterie_relay_published", "Outbox rows that the broker keeps")
REFUSED = Counter("coterie_relay_refused", "Attempts that the broker did not confirm")
OWNER = Gauge("coterie_relay_owner", "1 while this process owns the outbox")
OLDEST = Gauge("coterie_outbox_oldest_seconds", "Age of the oldest row that waits")

_FIELDS = ("subject", "version", "exchange", "routing_key", "body", "created_at")


class Relay(DependencyProvider):
    """Runs beside a service's jobs (see `chassis.process`)."""

    def setup(self) -> None:
        platform: Platform = self.container.config["platform"]
        self._clock = platform.clock
        self._outbox = platform.database["outbox"]
        self._leadership = platform.leadership
        platform.leadership.on_change(self._led)
        platform.changes.wake(self._wake, OUTBOX, inserts_only=True)
        self._publisher: ConfirmChannel | None = None
        self._held_back: dict[str, float] = {}  # subject: when to try it again (monotonic)
        self._failed: dict[str, str] = {}  # of this pass; subject: error
        self._awake = Event()
        self._stopping = False
        self._link = Link(
            platform.settings.amqp_url,
            f"{platform.service}:relay",
            on_open=self._open,
            on_lost=self._lost,
        )
        platform.watch(self._link)

    def start(self) -> None:
        self._link.start()
        self._loop = self.container.spawn_managed_thread(self._run, "relay")

    def stop(self) -> None:
        """Ends after the batch at hand."""
        self._stopping = True
        self._wake()
        self._loop.wait()
        self._link.close()

    def kill(self) -> None:
        self._link.close()

    # ── one pass ────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        while not self._stopping:
            self._awake = Event()
            found = 0
            if self._leadership.held and self._publisher is not None:
                try:
                    found = self._pass(self._publisher)
                except BrokerUnavailable as error:
                    self._link.drop(f"relay: {error}")
                except PyMongoError as error:
                    log.warning("outbox_unreachable", error=str(error)[:300])
            if found < BATCH and not self._stopping:  # else there is more
                with eventlet.Timeout(POLL_SECONDS, False):
                    self._awake.wait()

    def _pass(self, publisher: ConfirmChannel) -> int:
        """Publishes what is pending, batch by batch; how many rows the broker keeps.

        While a batch is published, the one before it is marked. Raises BrokerUnavailable, after
        marking, when the connection is of no more use.
        """
        rows = self._pending()
        oldest = min((row["created_at"] for row in rows), default=None)
        OLDEST.set((self._clock.now() - oldest).total_seconds() if oldest else 0)
        marking = []
        broken = None
        self._failed = {}
        for start in range(0, len(rows), BATCH):
            batch = [
                row for row in rows[start : start + BATCH] if row["subject"] not in self._failed
            ]
            crash.point("relay.before_publish")
            errors = self._publish(publisher, batch)
            crash.point("relay.after_publish")
            marking.append(eventlet.spawn(self._mark, *self._sort_out(batch, errors)))
            broken = next((e for e in errors.values() if isinstance(e, BrokerUnavailable)), None)
            if broken is not None:
                break
        published = sum(mark.wait() for mark in marking)
        if broken is not None:
            raise broken
        until = time.monotonic() + HELD_BACK_SECONDS
        self._held_back.update((subject, until) for subject in self._failed)
        return published

    def _pending(self) -> list[Document]:
        """Pending rows in the order of each aggregate's versions, none left out before another.

        Ids only nearly order the rows of several processes. A batch that is not full is all there
        is, seen at one point in time; in place of a full one, all rows of its aggregates are read
        in order, so that a cut leaves only later versions behind.
        """
        now = time.monotonic()
        self._held_back = {s: until for s, until in self._held_back.items() if until > now}
        waiting: Document = dict(PENDING)
        if self._held_back:
            waiting["subject"] = {"$nin": list(self._held_back)}
        with self._outbox.database.client.start_session(snapshot=True) as session:
            found = self._outbox.find(waiting, _FIELDS, sort=[("_id", 1)], session=session)
            rows = list(found.limit(BATCH))
            if len(rows) == BATCH:
                waiting["subject"] = {"$in": list({row["subject"] for row in rows})}
                order = [("subject", 1), ("version", 1)]
                found = self._outbox.find(waiting, _FIELDS, sort=order, session=session)
                return list(found.limit(BACKLOG))
        return sorted(rows, key=lambda row: (row["subject"], row["version"]))

    def _publish(self, publisher: ConfirmChannel, rows: list[Document]) -> dict[int, Exception]:
        """Sends rows and waits for their confirms; the errors by position in `rows`."""
        confirmations: list[Confirmation] = []
        broken: Exception = BrokerUnavailable("another process took the outbox over")
        try:
            for position, row in enumerate(rows):
                if not self._leadership.held:  # stopped past the lease: its new owner has them
                    break
                message = event_message(row["body"])
                confirmations.append(
                    publisher.send(
                        message, exchange=row["exchange"], routing_key=row["routing_key"]
                    )
                )
                if position % BURST == BURST - 1:
                    eventlet.sleep(0)  # others of this process want to work, too
        except BrokerUnavailable as error:
            broken = error
        errors = wait_all(confirmations)
        errors.update((position, broken) for position in range(len(confirmations), len(rows)))
        return errors

    def _sort_out(
        self, rows: list[Document], errors: dict[int, Exception]
    ) -> tuple[list[str], list[str]]:
        """The ids of rows that are published, and of those that are not.

        Behind a row that failed, the rest of its aggregate counts as not sent: it is sent again,
        in order.
        """
        published: list[str] = []
        attempted: list[str] = []
        for position, row in enumerate(rows):
            error = errors.get(position)
            if error is not None:
                self._failed.setdefault(row["subject"], f"{type(error).__name__}: {error}"[:300])
            (attempted if row["subject"] in self._failed else published).append(row["_id"])
        return published, attempted

    def _mark(self, published: list[str], attempted: list[str]) -> int:
        """Notes what became of rows; how many are published."""
        if published:
            self._outbox.update_many(
                {"_id": {"$in": published}, **PENDING},
                {"$set": {"published_at": real_now(), "last_error": None}, "$inc": {"attempts": 1}},
            )
            PUBLISHED.inc(len(published))
        if attempted:
            REFUSED.inc(len(attempted))
            reason = next(iter(self._failed.values()))
            log.warning("events_not_published", rows=len(attempted), error=reason)
            self._outbox.update_many(
                {"_id": {"$in": attempted}, **PENDING},
                {"$set": {"last_error": reason}, "$inc": {"attempts": 1}},
            )
        return len(published)

    # ── what keeps it going ─────────────────────────────────────────────────────────────────────

    def _led(self) -> None:
        OWNER.set(int(self._leadership.held))
        self._wake()

    def _wake(self) -> None:
        if not self._awake.ready():
            self._awake.send(None)

    def _open(self, connection: amqp.Connection) -> None:
        self._publisher = ConfirmChannel(connection)
        self._wake()

    def _lost(self, error: Exception) -> None:
        if self._publisher is not None:
            self._publisher.lost(error)
            self._publisher = None
