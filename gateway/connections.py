"""The open connections of the gateway: where each comes from, and which of them are idle.

One source has a part of the room only, and when the room gets scarce, those who have been idle
longest make room for newcomers. Without either, a few thousand silent connections of one host
would leave no place for anybody, the health checks included.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from prometheus_client import Counter

from contracts.errors import DomainError
from contracts.errors.gateway import SOURCE_CONNECTIONS_MANY

SCARCE = 0.75  # of the room is taken

_closed_idle = Counter(
    "coterie_http_idle_connections_closed_total",
    "Connections that had been idle longest and made room for new ones.",
)
_refused = Counter(
    "coterie_http_connections_refused_total",
    "Connections refused because their source had its share.",
)


class Connections:
    """Room for `most` connections, of which one source may have `most_of_one`."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._scarce = most * SCARCE
        self._most_of_one = most_of_one
        self._open = 0
        self._of: dict[str, int] = {}  # by source
        # The longest idle first; each with what ends it.
        self._idle: OrderedDict[Any, Callable[[], None]] = OrderedDict()

    @contextmanager
    def place(self, source: str) -> Iterator[None]:
        """A connection's place while it is open; raises SOURCE_CONNECTIONS_MANY."""
        of_source = self._of.get(source, 0)
        if of_source >= self._most_of_one:
            _refused.inc()
            raise DomainError(SOURCE_CONNECTIONS_MANY, maximum=self._most_of_one)
        self._of[source] = of_source + 1
        self._open += 1
        if self._open > self._scarce and self._idle:
            _, end = self._idle.popitem(last=False)
            _closed_idle.inc()
            end()
        try:
            yield
        finally:
            self._open -= 1
            self._of[source] -= 1
            if not self._of[source]:
                del self._of[source]

    def wait_idle(self, connection: Any, end: Callable[[], None]) -> None:
        """Nothing of its next request has come yet; `end` closes it when others need its place."""
        self._idle[connection] = end

    def wait_no_more(self, connection: Any) -> None:
        """Its next request has begun, or it has ended."""
        self._idle.pop(connection, None)
