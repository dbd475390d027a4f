"""`?wait=`: an answer as soon as there is something else than what the reader has (ADR 0069).

A first look, one for each time that services tell of a change, and a last one when the time is
over. Between them the request takes no place among those who run or wait for their turn.
"""

import time
from collections.abc import Callable
from typing import Any, Protocol

from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.gateway import GATEWAY_BUSY
from gateway.news import Wait

LONGEST_WAIT = 20  # seconds, less than proxies and browsers leave a silent request

Found = tuple[dict[str, Any], bool]


class Connection(Protocol):
    """What is asked of the connection of a request that waits."""

    def watch_peer(self, left: Callable[[], None]) -> Callable[[], None]:
        """Calls `left` when the peer closes, until what it returns is called."""


def look_until_new(
    look: Callable[[], Found],
    is_new: Callable[[dict[str, Any]], bool],
    wait: Wait,
    seconds: float,
    connection: Connection,
    stopping: Callable[[], bool],
) -> Found:
    """What is new, or what is there when the time is over. What is not there yet is waited for,
    too. Raises what `look` raises, at the latest then, and GATEWAY_BUSY when nobody waits any
    more."""
    until = time.monotonic() + seconds
    is_last = False
    while True:
        try:
            found = look()
            if is_last or is_new(found[0]):
                return found
        except DomainError as error:
            if is_last or error.error is not OBJECT_NOT_FOUND:
                raise
        woken = _sleep(wait, until - time.monotonic(), connection)
        is_last = not woken or stopping()


def _sleep(wait: Wait, seconds: float, connection: Connection) -> bool:
    """Whether something changed in time; raises GATEWAY_BUSY, which nobody reads."""
    gone = False

    def left() -> None:
        nonlocal gone
        gone = True
        wait.wake()

    unwatch = connection.watch_peer(left)
    try:
        woken = wait.sleep(seconds)
    finally:
        unwatch()
    if gone:
        raise DomainError(GATEWAY_BUSY, retry_after=1)
    return woken
