"""The nameko extension that serves the application over HTTP.

A dependency provider, not an entrypoint: requests run in the greenlets of their connections and
spawn no nameko worker each, so there is no method to bind to. It starts and stops with the
container; `eventlet.wsgi` accepts, `gateway.protocol` reads.
"""

import gc
import resource
import socket
import time
from typing import Any

import eventlet
import structlog
from eventlet import wsgi
from eventlet.greenthread import GreenThread
from nameko.extensions import DependencyProvider

from chassis.health import listen
from gateway.application import Application
from gateway.connections import Connections
from gateway.protocol import Protocol
from gateway.settings import GatewaySettings

DRAIN_SECONDS = 15.0
TELL_SECONDS = 1.5  # at least for the last lines of the log of requests
BACKLOG = 4096  # a crowd connects within one turn of the acceptor; the kernel may allow less
UNSENT_BYTES = 128 * 1024  # that the kernel holds for a slow reader, where it would hold 4 MiB
# A full collection of garbage stops everything for 40 to 180 ms where 2,000 read events, and finds
# next to nothing: one in so many of the collections before it (Python's own number is 10).
FULL_COLLECTIONS = 200
OTHER_FILES = 64  # open besides the connections: log, broker, health, key file

log = structlog.get_logger()


class HttpServer(DependencyProvider):
    """Listens from start to stop; one process per port."""

    def setup(self) -> None:
        self._application: Application = self.container.config["app"]
        self._settings: GatewaySettings = self.container.config["platform"].settings
        most = self._settings.max_connections
        # Where proxies stand in front of us, all connections are theirs.
        of_one = most if self._settings.trusted_proxies else self._settings.max_connections_of_one
        self._connections = Connections(most, of_one)
        self._pool = eventlet.GreenPool(most)
        self._acceptor: GreenThread | None = None

    def start(self) -> None:
        gc.set_threshold(*gc.get_threshold()[:2], FULL_COLLECTIONS)
        _allow_files(self._settings.max_connections + OTHER_FILES)
        address = (self._settings.http_host, self._settings.http_port)
        listener = listen("COTERIE_HTTP_PORT", *address, BACKLOG)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
        self._acceptor = self.container.spawn_managed_thread(
            lambda: self._serve(listener), identifier="http"
        )
        log.info("http_listening", host=address[0], port=address[1])

    def stop(self) -> None:
        """Say not ready for a while, then accept nothing, then finish what is in hand."""
        self._application.stop()
        eventlet.sleep(self._settings.stop_accepting_after)
        if self._acceptor is None:
            return
        until = time.monotonic() + DRAIN_SECONDS + TELL_SECONDS
        # The acceptor's way out closes idle connections and waits for the busy ones.
        with eventlet.Timeout(DRAIN_SECONDS, False):
            self._acceptor.kill()
            self._pool.waitall()
        with eventlet.Timeout(until - time.monotonic(), False):
            self._application.requests.flush()
        log.info("http_stopped", unfinished=self._pool.running())

    def get_dependency(self, worker_ctx: Any) -> Application:
        return self._application

    def _serve(self, listener: Any) -> None:
        wsgi.server(
            listener,
            self._application,
            protocol=Protocol.among(self._connections),
            custom_pool=self._pool,
            log_output=False,
            debug=False,
        )


def _allow_files(needed: int) -> None:
    """Raises the process' own limit of open files, as far as it may: 1024 is a usual default."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        if most < needed:
            log.warning("open_files_too_few", allowed=most, needed=needed)
