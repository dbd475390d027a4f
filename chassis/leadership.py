"""Which process of a service leads: it runs the jobs and publishes the events (M-19, M-22).

One lease of the database, `jobs`, and one command for each renewal, whatever is done under it.

Keeping a lease takes no more than the database, leading takes more. A process that has been without
one of its broker connections for longer than the lease, or that says itself that it cannot do the
work (`resign`), yields: it leads on only until another one asks, which then takes over at once.
Where all are in the same trouble, what needs no broker still goes on.
"""

import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Any

import eventlet
import structlog
from eventlet.event import Event
from prometheus_client import Gauge
from pymongo.database import Database
from pymongo.errors import PyMongoError

from chassis import mongo
from chassis.amqp_link import Link
from chassis.leases import Lease
from chassis.mongo import Document

log = structlog.get_logger()

LEASE_SECONDS = 6.0
RENEWED_EVERY_SECONDS = LEASE_SECONDS / 3
RESIGNED_SECONDS = 60.0  # so long a process that resigned lets others go first

# Shown by processes with a database alone: nobody leads among gateways.
LEADS = Gauge(
    "coterie_leader", "1 while this process leads its service, jobs and relay", registry=None
)


class Leadership:
    """This process' part in leading its service; one for all that is done under it."""

    def __init__(self, database: Database[Document], links: Sequence[Link] = ()) -> None:
        """`links`: the broker connections without which the work cannot be done."""
        self._lease = Lease(database, "jobs", seconds=LEASE_SECONDS)
        self._links = links
        self._down_since: dict[str, float] = {}
        self._resigned_until = 0.0
        self._shown: int | None = None  # the token that was announced
        self._yields = False
        self._listeners: list[Callable[[], None]] = []
        self._done = Event()
        self._keeper: Any = None

    @property
    def token(self) -> int | None:
        """The fencing token while this process leads, else None."""
        return self._lease.token if self._lease.held else None

    @property
    def held(self) -> bool:
        """Whether this process leads."""
        return self._lease.held

    def on_change(self, listener: Callable[[], None]) -> None:
        """Calls `listener`, which must not wait, whenever this process begins or ceases to lead."""
        self._listeners.append(listener)

    def resign(self, reason: str) -> None:
        """Lets any other process go first, for a minute from now."""
        log.warning("leadership_resigned", reason=reason)
        self._resigned_until = time.monotonic() + RESIGNED_SECONDS

    def start(self) -> None:
        """Begins to try for the lease."""
        self._keeper = eventlet.spawn(self._keep)

    def stop(self) -> None:
        """Gives the lease back; to be called when nothing is done under it any more."""
        if self._keeper is None or self._done.ready():
            return
        self._done.send(None)
        self._keeper.wait()
        with contextlib.suppress(PyMongoError), mongo.bounded(None, RENEWED_EVERY_SECONDS):
            self._lease.release()  # else it runs out by itself
        self._announce()

    def _keep(self) -> None:
        while not self._done.ready():
            try:
                self._renew()
                self._announce()
            except Exception:  # a defect of ours, perhaps a listener's: go on leading
                log.exception("leadership_failed")
            with eventlet.Timeout(RENEWED_EVERY_SECONDS, False):
                self._done.wait()

    def _renew(self) -> None:
        try:
            with mongo.bounded(None, LEASE_SECONDS / 2):
                self._lease.acquire(yields=self._has_to_yield())
        except PyMongoError as error:
            log.warning("leadership_unreachable", error=error)

    def _has_to_yield(self) -> bool:
        now = time.monotonic()
        down = [link.name for link in self._links if not link.up]
        self._down_since = {name: self._down_since.get(name, now) for name in down}
        lost = [name for name, since in self._down_since.items() if now - since > LEASE_SECONDS]
        yields = bool(lost) or now < self._resigned_until
        if yields and not self._yields:
            log.warning("leadership_yields", no_broker=lost)
        self._yields = yields
        return yields

    def _announce(self) -> None:
        token = self.token
        if token == self._shown:
            return
        self._shown = token
        LEADS.set(int(token is not None))
        log.info("leads" if token is not None else "leads_no_more", fencing=token)
        for listener in self._listeners:
            listener()
