"""The bodies of requests: when they may be read, how much of them, and how long that may take."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakValueDictionary

import eventlet
from eventlet.semaphore import Semaphore

from contracts.errors import DomainError
from contracts.errors.gateway import (
    BODY_TOO_LARGE,
    GATEWAY_BUSY,
    REQUEST_MALFORMED,
    REQUEST_SLOW,
)
from gateway.headers import check_media_type
from gateway.routing import DEFAULT_BODY, RAW, Route

BODY_SECONDS = 10.0
LARGE_BODIES = 8  # in hand at once: each takes several times its size of memory until its answer
OF_ONE_CALLER = 2  # of these
BODY_READ = "gateway.body_read"  # in the environ: what follows on the connection is a request

Environ = dict[str, Any]


class LargeBodies:
    """Of large bodies only a few are in hand at once, and fewer of one caller, who may be slow."""

    def __init__(self) -> None:
        self._places = Semaphore(LARGE_BODIES)
        self._of_caller: WeakValueDictionary[str, Semaphore] = WeakValueDictionary()

    @contextmanager
    def place(self, route: Route, environ: Environ, caller: str) -> Iterator[None]:
        """Inside, the body may be read and worked on; raises GATEWAY_BUSY."""
        if min(announced(environ), route.max_body) <= DEFAULT_BODY:
            yield
            return
        own = self._of_caller.setdefault(caller, Semaphore(OF_ONE_CALLER))
        with _one_of(own), _one_of(self._places):
            yield


@contextmanager
def _one_of(places: Semaphore) -> Iterator[None]:
    if not places.acquire(timeout=BODY_SECONDS):
        raise DomainError(GATEWAY_BUSY, retry_after=int(BODY_SECONDS))
    try:
        yield
    finally:
        places.release()


def announced(environ: Environ) -> int:
    """The length of the body in bytes, as the request says."""
    return int(environ.get("CONTENT_LENGTH") or 0)


def read_body(kind: str, most: int, environ: Environ) -> bytes:
    """The whole body; raises DomainError for a kind, size or speed that is not taken."""
    length = announced(environ)
    if length > most:
        raise DomainError(BODY_TOO_LARGE, maximum=most)
    if length == 0:
        return b""
    if kind != RAW:
        check_media_type(environ["CONTENT_TYPE"], environ.get("HTTP_CONTENT_ENCODING"), kind)
    too_slow = DomainError(REQUEST_SLOW, seconds=int(BODY_SECONDS))
    try:
        with eventlet.Timeout(BODY_SECONDS, too_slow):
            body: bytes = environ["wsgi.input"].read(length)
    except TimeoutError:
        raise too_slow from None
    if len(body) < length:
        raise DomainError(REQUEST_MALFORMED, reason="body_short")
    environ[BODY_READ] = True
    return body
