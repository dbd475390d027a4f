"""A front end that costs little: one kept connection for each thread."""

import http.client
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from examples.doctors.client import address_of

T = TypeVar("T")
AT_ONCE = 16


class Unexpected(Exception):
    """An answer other than 2xx; holds method, path, status and problem."""


class Front:
    """Speaks to one HTTP server on this machine."""

    def __init__(self, url: str) -> None:
        self.host = url.removeprefix("http://").partition("/")[0]
        self._kept = threading.local()

    def send(
        self, method: str, path: str, token: str = "", body: Any = None, **headers: str
    ) -> tuple[int, Any]:
        """Status and document; a POST with a token carries a fresh Idempotency-Key."""
        connection = getattr(self._kept, "connection", None)
        if connection is None:
            connection = self._kept.connection = http.client.HTTPConnection(self.host, timeout=60)
        sent = {"Accept-Language": "zh-CN", **headers}
        if token:
            sent["Authorization"] = f"Bearer {token}"
            sent.setdefault("X-Forwarded-For", address_of(token))  # each person at home
            if method == "POST":
                sent["Idempotency-Key"] = f'"{secrets.token_hex(16)}"'
        data = None
        if method != "GET":
            sent.setdefault("Content-Type", "application/json")
            data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        connection.request(method, path, data, sent)
        answer = connection.getresponse()
        read = answer.read()
        return answer.status, json.loads(read) if read else None

    def connect(self) -> None:
        """Opens this thread's connection before it is needed."""
        self._kept.connection = http.client.HTTPConnection(self.host, timeout=60)
        self._kept.connection.connect()

    def must(
        self, method: str, path: str, token: str = "", body: Any = None, **headers: str
    ) -> Any:
        """The document of a 2xx answer; raises Unexpected."""
        status, document = self.send(method, path, token, body, **headers)
        if not 200 <= status < 300:
            raise Unexpected(f"{method} {path}: {status} {document}")
        return document

    def get(self, path: str, token: str = "") -> Any:
        return self.must("GET", path, token)

    def post(self, path: str, token: str = "", body: Any = None) -> Any:
        return self.must("POST", path, token, body)


@dataclass(frozen=True)
class Load:
    """How a load went; `began` in time.time(), everything else in seconds."""

    began: float
    seconds: float
    latencies: list[float]
    starts: list[float]


def at_once(items: Iterable[T], do: Callable[[T], object], at_once: int = AT_ONCE) -> Load:
    """Does it for every item, so many at once, each again and again without pause."""
    latencies: list[float] = []
    starts: list[float] = []

    def timed(item: T) -> None:
        began = time.time()
        do(item)
        latencies.append(time.time() - began)
        starts.append(began)

    began = time.time()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(timed, items))
    return Load(began, time.time() - began, latencies, starts)
