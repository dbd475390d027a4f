"""Sends prepared requests on kept connections: `python -m tests.bench.http_driver <plan.json>`.

The plan: {port, connections, seconds, requests: [text, …], repeat}. With `repeat` the requests are
sent over and over for so many seconds, else each once. Prints {requests, seconds, p50_ms, p99_ms,
statuses}.
"""

import json
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.bench.rows import percentile


def drive(plan: dict[str, Any]) -> dict[str, Any]:
    """Sends what is planned, as fast as the answers come, and says how it went."""
    prepared = [text.encode() for text in plan["requests"]]
    source: Iterator[bytes] = cycle(prepared) if plan["repeat"] else iter(prepared)
    end = time.monotonic() + plan["seconds"]
    lock = threading.Lock()
    latencies: list[float] = []
    statuses: Counter[str] = Counter()

    def next_request() -> bytes | None:
        with lock:
            return next(source, None) if time.monotonic() < end else None

    def send_all() -> None:
        with socket.create_connection(("127.0.0.1", plan["port"]), timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            answers = connection.makefile("rb")
            while (request := next_request()) is not None:
                began = time.monotonic()
                connection.sendall(request)
                status = _read_answer(answers)
                latencies.append(time.monotonic() - began)
                statuses[status] += 1

    threads = [threading.Thread(target=send_all) for _ in range(plan["connections"])]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "requests": len(latencies),
        "seconds": time.monotonic() - began,
        "p50_ms": percentile(latencies, 50) * 1000,
        "p99_ms": percentile(latencies, 99) * 1000,
        "statuses": statuses,
    }


def _read_answer(answers: Any) -> str:
    status = answers.readline().split()[1].decode()
    length = 0
    while (line := answers.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    answers.read(length)
    return str(status)


if __name__ == "__main__":
    print(json.dumps(drive(json.loads(Path(sys.argv[1]).read_text()))))
