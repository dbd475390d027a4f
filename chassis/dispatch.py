"""From deliveries to nameko workers, without the connection's reader ever waiting for a free one.

Deliveries wait here, unacknowledged, while all workers are busy; how many is bounded by the
consumers' prefetch. When the container stops, those that still wait are left to the broker, which
hands them to another process.
"""

from collections.abc import Callable
from typing import Any

from eventlet.queue import LightQueue


class Dispatcher:
    """Starts one worker per delivery, as soon as the container has one free."""

    def __init__(self, container: Any) -> None:
        self._container = container
        self._deliveries: LightQueue = LightQueue()
        self._stopped = False

    def start(self) -> None:
        self._container.spawn_managed_thread(self._run)

    def stop(self) -> None:
        """Starts no more workers; those that run go on."""
        self._stopped = True
        self._deliveries.put(None)  # wakes the thread, so that it ends

    def put(self, entrypoint: Any, delivery: Any, finished: Callable[..., Any]) -> None:
        """A delivery for `entrypoint`; its worker's result goes to nameko's handler `finished`."""
        self._deliveries.put((entrypoint, delivery, finished))

    def _run(self) -> None:
        while True:
            taken = self._deliveries.get()
            if self._stopped:
                return
            entrypoint, delivery, finished = taken
            self._container.spawn_worker(entrypoint, (delivery,), {}, handle_result=finished)
